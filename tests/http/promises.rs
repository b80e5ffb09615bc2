//! What the endpoints promise beyond the form of their answers.

use data_encoding::BASE64URL;
use headcount_protocol::campaign::CampaignId;
use headcount_protocol::campaign::values::Texts;
use headcount_protocol::statement::Announcement;
use headcount_server::app::{App, StartError};
use headcount_server::clock::Clock;
use headcount_server::config::Config;
use headcount_tests::remote::{EMAIL, INVITATION, Supporter};
use headcount_tests::served::{OPENS, Served};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

/// [HTTP-6] An address that was used gets the same answer as one that was not.
#[test]
fn an_address_that_was_used_looks_like_any_other() {
    let served = Served::new();
    let shape = |address: &str| {
        let supporter = Supporter::new(&served.campaign, 9, EMAIL, 0);
        let answer = served.start_attempt(&supporter, address);
        let length = answer.json()["attempt"].as_str().map(str::len);
        let names: Vec<String> = answer.headers.into_iter().map(|(name, _)| name).collect();
        (answer.status, length, answer.body.len(), names)
    };
    let before = shape("ada@example.org");
    assert_eq!(before.0, 200);
    let _ = served.mailed_code("ada@example.org");
    let _ = served.pledge_by_email(1, "ada@example.org");
    served.seal();
    assert_eq!(shape("ada@example.org"), before);
    assert_eq!(shape("eve@example.org"), before);
}

/// [HTTP-7] [HTTP-8] Whoever lost an answer gets it again, also from a server that started anew.
#[test]
fn an_answer_is_given_again() {
    let mut served = Served::new();
    let supporter = Supporter::new(&served.campaign, 1, EMAIL, 0);
    let attestation = served.attest_email(&supporter, "ada@example.org");
    let request = supporter.pending(&served.campaign).request().encode();
    let signed = served.request_token(&request, &attestation);
    assert_eq!((signed.status, signed.body.len()), (200, 256));
    let (pledge, receipt) = served.pledge_by_email(2, "grace@example.org");
    let receipt = serde_json::to_value(receipt).unwrap();
    for round in ["at once", "after a seal", "after a restart"] {
        assert_eq!(served.request_token(&request, &attestation).body, signed.body, "{round}");
        assert_eq!(served.redeem(&pledge).json(), receipt, "{round}");
        if round == "at once" {
            served.seal();
        } else {
            served.halt();
            served.start();
        }
    }
}

/// [HTTP-9] A log has a checkpoint, tiles, and nothing else.
#[test]
fn a_log_has_its_files_and_nothing_else() {
    let served = Served::new();
    let _ = served.pledge_by_email(1, "ada@example.org");
    served.seal();
    let log = served.campaign.pledge_log_url().replace(&served.url, "");
    let size = served.get("/count.json").json()["size"].as_u64().unwrap();
    for there in
        ["checkpoint", &format!("tile/0/000.p/{size}"), &format!("tile/entries/000.p/{size}")]
    {
        assert_eq!(served.get(&format!("{log}/{there}")).status, 200, "{there}");
    }
    for nothing in [
        "",
        "/",
        "/tile",
        "/tile/",
        "/tile/0",
        "/tile/0/000",
        "/tile/8/000.p/1",
        "/tile/00/000.p/1",
        "/tile/0/0.p/1",
        "/tile/0/000.p/01",
        "/tile/0/000.p/256",
        "/tile/0/000.next",
        "/tile/entries/../../log.key",
        "/checkpoint.next",
        "/log.key",
    ] {
        assert_eq!(served.get(&format!("{log}{nothing}")).word(), "not-found", "{nothing}");
    }
}

/// [HTTP-21] What a 401 names: the field that is missing, or a challenge for each class's first
/// issuer, in order.
#[test]
fn every_401_has_its_challenge() {
    let served = Served::new();
    let request = Supporter::new(&served.campaign, 1, EMAIL, 0).pending(&served.campaign);
    let headers = [("content-type", "application/private-token-request")];
    let bare = served.send("POST", "/token-request", &headers, &request.request().encode());
    assert_eq!(bare.word(), "attestation-missing");
    assert_eq!(bare.header("www-authenticate"), Some("Headcount-Attestation"));
    let challenges = [EMAIL, INVITATION].map(|issuer| {
        let challenge = BASE64URL.encode(&served.campaign.challenge(issuer).encode());
        let key = BASE64URL.encode(served.campaign.issuer(issuer).token_key.spki());
        assert!(challenge.starts_with("AAI") && key.starts_with("MIIBUjA9BgkqhkiG"));
        format!("PrivateToken challenge=\"{challenge}\", token-key=\"{key}\"")
    });
    let refused = served.redeem_raw("PrivateToken token=\"\"", &[]);
    assert_eq!(refused.word(), "token-refused");
    assert_eq!(refused.header("www-authenticate"), Some(&challenges.join(", ")[..]));
}

/// [HTTP-22] A guardian is not started on an address that others reach.
#[test]
fn a_guardian_listens_on_no_public_address() {
    let mut served = Served::new();
    served.halt();
    let mut config = Config::load(&served.dir).unwrap();
    let start = |config: &Config| {
        let runtime = tokio::runtime::Runtime::new().unwrap();
        runtime.block_on(async { App::start(config, Clock::System).map(drop) })
    };
    for public in ["0.0.0.0:0", "192.0.2.1:80", "[::]:0"] {
        config.guardian[0].listen = Some(public.parse().unwrap());
        assert!(matches!(start(&config), Err(StartError::GuardianAddress)), "{public}");
    }
    config.guardian[0].listen = Some("127.0.0.1:0".parse().unwrap());
    assert!(start(&config).is_ok());
}

/// [HTTP-23] The manifest that is served is the one that was hashed.
#[test]
fn the_manifest_is_served_byte_for_byte() {
    let served = Served::new();
    let manifest = served.get("/manifest.json").body;
    let id = CampaignId::from(<[u8; 32]>::from(Sha256::digest(&manifest)));
    assert_eq!(id, served.campaign.id);
    assert_eq!(manifest, std::fs::read(served.dir.join("manifest.json")).unwrap());
}

/// [HTTP-24] A pledge that is not sealed changes nothing that anybody can read.
#[test]
fn a_count_shows_sealed_pledges_only() {
    let served = Served::new();
    let page = format!("/c/{}", served.campaign.id);
    let paths = ["/count.json", "/batches.json", "/feed.atom", &page];
    let read = || paths.map(|path| served.get(path).body);
    let before = read();
    let _ = served.pledge_by_email(1, "ada@example.org");
    let (texts, key) = (Texts::single("en", "News."), served.key("organiser.key"));
    let news = Announcement::sign(&served.campaign.id, 0, OPENS, &texts, &key).unwrap();
    assert_eq!(served.deliver("/announcement", &news.encode()).status, 200);
    assert!(read() == before, "an unsealed entry shows");
    served.seal();
    assert!(String::from_utf8(served.get("/feed.atom").body).unwrap().contains("News."));
    let [count, batches, ..] = read().map(|body| serde_json::from_slice(&body).unwrap_or_default());
    let count: Value = count;
    assert_eq!((&count["current"], &count["batches"]), (&json!(1), &json!(1)));
    assert_eq!(batches, json!([count["size"]]));
}

/// [HTTP-25] The page loads its style sheet, which is there, and nothing else.
#[test]
fn the_page_loads_nothing_from_elsewhere() {
    let served = Served::new();
    let sent = served.get("/");
    let page = served.get(sent.header("location").unwrap());
    assert_eq!((sent.status, page.status), (303, 200));
    let policy = page.header("content-security-policy").unwrap();
    assert!(policy.starts_with("default-src 'none'; style-src 'self';"), "{policy}");
    let text = String::from_utf8(page.body).unwrap();
    let loaded: Vec<&str> = text.split(" href=\"").skip(1).collect();
    // The second is for readers that poll; no browser loads it.
    let named = loaded.len() == 2 && loaded[1].starts_with("/feed.atom\"");
    assert!(named && loaded[0].starts_with("/style.css\""), "{loaded:?}");
    assert!(!text.contains(" src=") && !text.contains("<script"), "{text}");
    assert_eq!(served.get("/style.css").header("content-type"), Some("text/css"));
}
