//! What a Privacy Pass client that knows nothing of Headcount would see (RFC 9577, RFC 9578).

use std::collections::HashSet;

use data_encoding::BASE64URL;
use headcount_protocol::pledge::Pledge;
use headcount_protocol::rsa::TokenKey;
use headcount_tests::remote::{EMAIL, INVITATION, Supporter};
use headcount_tests::served::Served;

#[test]
fn the_directory_lists_the_keys_of_the_manifest() {
    let served = Served::new();
    let answer = served.get("/.well-known/private-token-issuer-directory");
    assert_eq!(answer.status, 200);
    let media_type = "application/private-token-issuer-directory";
    assert_eq!(answer.header("content-type"), Some(media_type));
    assert_eq!(answer.header("cache-control"), Some("max-age=86400"));
    let directory = answer.json();
    assert_eq!(directory["issuer-request-uri"], "/token-request");
    for issuer in [EMAIL, INVITATION] {
        let key = &directory["token-keys"][usize::from(issuer)];
        assert_eq!(key["token-type"], 2);
        let spki = BASE64URL.decode(key["token-key"].as_str().unwrap().as_bytes()).unwrap();
        assert_eq!(TokenKey::from_spki(&spki).unwrap(), served.campaign.issuer(issuer).token_key);
    }
}

/// [TOK-4]
#[test]
fn no_two_issuers_or_campaigns_have_one_key() {
    let campaigns = [Served::new(), Served::new()].map(|served| served.campaign.clone());
    let issuers = campaigns.iter().flat_map(|campaign| &campaign.manifest.issuers);
    let keys: Vec<_> = issuers.map(|issuer| issuer.token_key.id()).collect();
    assert_eq!((keys.len(), keys.iter().collect::<HashSet<_>>().len()), (4, 4));
}

#[test]
fn the_challenge_is_the_one_the_manifest_gives() {
    let served = Served::new();
    let answer =
        served.send("POST", "/pledge", &[("content-type", "application/octet-stream")], &[]);
    let header = answer.header("www-authenticate").unwrap();
    for issuer in [EMAIL, INVITATION] {
        let challenge = BASE64URL.encode(&served.campaign.challenge(issuer).encode());
        let key = BASE64URL.encode(served.campaign.issuer(issuer).token_key.spki());
        let expected = format!(r#"PrivateToken challenge="{challenge}", token-key="{key}""#);
        assert!(header.contains(&expected), "{header}");
    }
}

#[test]
fn unknown_parameters_and_letter_case_are_ignored() {
    let served = Served::new();
    let supporter = Supporter::new(&served.campaign, 1, EMAIL, 0);
    let attestation = served.attest_email(&supporter, "ada@example.org");
    let token = served.token(&supporter, &attestation);
    let pledge = Pledge { opening: supporter.opening, tokens: vec![token] };
    let token = BASE64URL.encode(&pledge.tokens[0].encode());
    let header = format!(r#"privatetoken unknown="1", Token="{token}""#);
    assert_eq!(served.redeem_raw(&header, &pledge.redemption_body()).status, 200);
}
