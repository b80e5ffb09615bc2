//! What a receipt promises, and what names a pledge.

use headcount_protocol::entry::Entry;
use headcount_protocol::issuance::PendingToken;
use headcount_protocol::log::{Tile, bundle};
use headcount_protocol::pledge::Pledge;
use headcount_protocol::receipt::EntryHash;
use headcount_protocol::secrets::Seed;
use headcount_protocol::token::{Token, TokenResponse};
use headcount_tests::remote::{EMAIL, Supporter};
use headcount_tests::served::Served;
use serde_json::json;

/// [PLG-16]
#[test]
fn a_receipt_names_the_batch_that_is_open() {
    let served = Served::new();
    let mut made = Vec::new();
    for batch in 0..3 {
        let address = format!("p{batch}@example.org");
        let (pledge, receipt) = served.pledge_by_email(u8::try_from(batch).unwrap(), &address);
        assert_eq!(receipt.batch, batch);
        made.push((pledge, receipt));
        served.seal();
        for (pledge, receipt) in &made {
            assert_eq!(served.redeem(pledge).json(), serde_json::to_value(receipt).unwrap());
        }
    }
    assert_eq!(served.get("/batches.json").json(), json!([3, 5, 7]));
    let log = served.campaign.pledge_log_url().replace(&served.url, "");
    let tile: Tile = "tile/entries/000.p/7".parse().unwrap();
    let bytes = served.get(&format!("{log}/{tile}")).body;
    let entries = bundle::decode(&bytes, tile.width()).unwrap();
    let promised = made.iter().map(|(_, receipt)| receipt.entry_hash);
    assert!(promised.eq([1, 3, 5].map(|index| EntryHash::of(entries[index]))));
}

/// Another token for the same token input: somebody lends an address for a second signature.
fn second_signature(served: &Served, token: &Token) -> Token {
    let key = &served.campaign.issuer(EMAIL).token_key;
    let blinding = Seed::from([99; 32]).blinding(&served.campaign.id, EMAIL, &token.input, key);
    let pending = PendingToken::new(key, token.input, &blinding).unwrap();
    let mut body = json!({
        "campaign": served.campaign.id, "issuer": EMAIL, "address": "grace@example.org",
        "request_digest": pending.request().digest(), "language": "en",
    });
    let started = served.post_json("/attester/attempts", &body).json();
    let code = served.mailed_code("grace@example.org");
    body.as_object_mut().unwrap().retain(|name, _| name != "address" && name != "language");
    body["proof"] = json!({ "email": { "attempt": started["attempt"], "code": code } });
    let attested = served.post_json("/attester/attestations", &body).json();
    let attestation = attested["attestation"].as_str().unwrap();
    let answer = served.request_token(&pending.request().encode(), attestation);
    pending.finish(&TokenResponse::decode(&answer.body).unwrap()).unwrap()
}

/// [PLG-6]
#[test]
fn a_second_signature_is_the_same_pledge() {
    let served = Served::new();
    let supporter = Supporter::new(&served.campaign, 1, EMAIL, 0);
    let attestation = served.attest_email(&supporter, "ada@example.org");
    let token = served.token(&supporter, &attestation);
    let second = second_signature(&served, &token);
    assert!(token.input == second.input && token.authenticator != second.authenticator);

    let pledge = |token| Pledge { opening: supporter.opening, tokens: vec![token] };
    let (first, other) = (pledge(token), pledge(second));
    assert_eq!(other.verify(&served.campaign), Ok(()));
    let receipt = served.redeem(&first).json();
    let entry_hash = EntryHash::of(&Entry::Pledge(first.clone()).encode());
    assert_eq!(receipt["entry_hash"], json!(entry_hash));
    assert_eq!(served.redeem(&other).json(), receipt, "in the open batch");
    served.seal();
    assert_eq!(served.redeem(&other).json(), receipt, "in the log");
    assert_eq!(served.redeem(&first).json(), receipt);
    served.seal();
    assert_eq!(served.get("/count.json").json()["current"], json!(1));
}
