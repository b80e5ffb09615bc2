//! One person, one pledge; one request, one answer; one pledge, one receipt.

use headcount_protocol::log::{Tile, bundle};
use headcount_protocol::pledge::Pledge;
use headcount_tests::remote::{EMAIL, INVITATION, Supporter};
use headcount_tests::served::Served;
use serde_json::json;

/// [ATT-17, HTTP-7]
#[test]
fn the_same_request_gets_the_same_bytes() {
    let mut served = Served::new();
    let supporter = Supporter::new(&served.campaign, 1, EMAIL, 0);
    let attestation = served.attest_email(&supporter, "ada@example.org");
    let request = supporter.pending(&served.campaign).request().encode();
    let first = served.request_token(&request, &attestation);
    assert_eq!(first.status, 200);
    assert_eq!(served.request_token(&request, &attestation).body, first.body);
    served.halt();
    served.start();
    assert_eq!(served.request_token(&request, &attestation).body, first.body, "after a restart");
    served.seal();
    assert_eq!(served.request_token(&request, &attestation).body, first.body, "after sealing");
    // A second proof of the same address, for the same request, is as good.
    let again = served.attest_email(&supporter, "ada@example.org");
    assert_eq!(served.request_token(&request, &again).body, first.body);
}

/// [TAG-4, TAG-7]
#[test]
fn other_spellings_of_an_address_are_the_same_person() {
    let served = Served::new();
    let first = Supporter::new(&served.campaign, 1, EMAIL, 0);
    let attestation = served.attest_email(&first, "ada.lovelace@gmail.com");
    let _token = served.token(&first, &attestation);
    let spellings = ["AdaLovelace@gmail.com", "ada.lovelace+news@googlemail.com"];
    for (number, spelling) in (2..).zip(spellings) {
        let other = Supporter::new(&served.campaign, number, EMAIL, 0);
        let attestation = served.attest_email(&other, spelling);
        let request = other.pending(&served.campaign).request().encode();
        let refused = served.request_token(&request, &attestation);
        assert_eq!((refused.status, refused.word().as_str()), (409, "tag-used"), "{spelling}");
    }
    let another = Supporter::new(&served.campaign, 9, EMAIL, 0);
    let attestation = served.attest_email(&another, "grace@example.org");
    let _token = served.token(&another, &attestation);
}

#[test]
fn an_invitation_serves_one_person() {
    let served = Served::new();
    let code = served.invitation(5);
    let issue = |number| {
        let supporter = Supporter::new(&served.campaign, number, INVITATION, 0);
        let proof = json!({ "invitation": { "code": code.to_lowercase().replace('-', " ") } });
        let attested = served.attest(&supporter, INVITATION, &proof);
        assert_eq!(attested.status, 200, "{}", attested.word());
        let attestation = attested.json()["attestation"].as_str().unwrap().to_owned();
        let request = supporter.pending(&served.campaign).request().encode();
        served.request_token(&request, &attestation).status
    };
    assert_eq!([issue(1), issue(2), issue(1)], [200, 409, 200]);
}

/// [PLG-5, HTTP-8]
#[test]
fn a_pledge_has_one_receipt_and_one_entry() {
    let mut served = Served::new();
    let (pledge, receipt) = served.pledge_by_email(1, "ada@example.org");
    let key = served.campaign.manifest.counter.receipt_key;
    assert_eq!(receipt.verify(&key), Ok(()));
    let expected = serde_json::to_value(receipt).unwrap();
    assert_eq!(served.redeem(&pledge).json(), expected);
    served.seal();
    assert_eq!(served.redeem(&pledge).json(), expected, "after sealing");
    served.halt();
    served.start();
    assert_eq!(served.redeem(&pledge).json(), expected, "after a restart");
    served.seal();
    let count = served.get("/count.json").json();
    assert_eq!((&count["size"], &count["current"]), (&json!(3), &json!(1)));
}

/// [PLG-3]
#[test]
fn one_token_redeemed_by_many_at_once_is_one_pledge() {
    let served = Served::new();
    let supporter = Supporter::new(&served.campaign, 1, EMAIL, 0);
    let attestation = served.attest_email(&supporter, "ada@example.org");
    let tokens = vec![served.token(&supporter, &attestation)];
    let pledge = Pledge { opening: supporter.opening, tokens };
    std::thread::scope(|scope| {
        let redeem = || served.redeem(&pledge);
        let threads: Vec<_> = (0..16).map(|_| scope.spawn(redeem)).collect();
        let receipts: Vec<_> = threads.into_iter().map(|it| it.join().unwrap()).collect();
        assert!(receipts.iter().all(|receipt| receipt.status == 200));
        assert!(receipts.windows(2).all(|two| two[0].body == two[1].body));
    });
    served.seal();
    let count = served.get("/count.json").json();
    assert_eq!((&count["size"], &count["current"]), (&json!(3), &json!(1)));
}

#[test]
fn two_persons_racing_for_one_address_get_one_token() {
    let served = Served::new();
    let supporters: Vec<_> =
        (1..=8).map(|number| Supporter::new(&served.campaign, number, EMAIL, 0)).collect();
    let attested: Vec<_> = supporters
        .iter()
        .map(|supporter| (supporter, served.attest_email(supporter, "ada@example.org")))
        .collect();
    let statuses = std::thread::scope(|scope| {
        let threads: Vec<_> = attested
            .iter()
            .map(|(supporter, attestation)| {
                let request = supporter.pending(&served.campaign).request().encode();
                let served = &served;
                scope.spawn(move || served.request_token(&request, attestation).status)
            })
            .collect();
        let mut statuses: Vec<_> = threads.into_iter().map(|it| it.join().unwrap()).collect();
        statuses.sort_unstable();
        statuses
    });
    assert_eq!(statuses, [200, 409, 409, 409, 409, 409, 409, 409]);
}

/// [LOG-25]
#[test]
fn a_sealed_batch_is_sorted_and_closed() {
    let served = Served::new();
    let mut nonces: Vec<_> = (1..=5)
        .map(|number| {
            let (pledge, _) = served.pledge_by_email(number, &format!("p{number}@example.org"));
            pledge.nonce(&served.campaign.id)
        })
        .collect();
    nonces.sort();
    served.seal();
    let log = served.campaign.pledge_log_url().replace(&served.url, "");
    let tile: Tile = "tile/entries/000.p/7".parse().unwrap();
    let bytes = served.get(&format!("{log}/{tile}")).body;
    let entries = bundle::decode(&bytes, 7).unwrap();
    let sealed: Vec<_> = entries[1..6]
        .iter()
        .map(|entry| Pledge::decode(&entry[1..]).unwrap().nonce(&served.campaign.id))
        .collect();
    assert_eq!(sealed, nonces);
    assert_eq!((entries[0][0], entries[6][0]), (0x00, 0xff));
}

/// [ATT-20]
#[test]
fn one_request_for_two_persons_is_signed_for_one() {
    let served = Served::new();
    let supporter = Supporter::new(&served.campaign, 1, EMAIL, 0);
    let first = served.attest_email(&supporter, "ada@example.org");
    let second = served.attest_email(&supporter, "grace@example.org");
    let request = supporter.pending(&served.campaign).request().encode();
    let answer = served.request_token(&request, &first);
    assert_eq!(answer.status, 200);
    let refused = served.request_token(&request, &second);
    assert_eq!((refused.status, refused.word().as_str()), (409, "tag-used"), "same batch");
    served.seal();
    let refused = served.request_token(&request, &second);
    assert_eq!((refused.status, refused.word().as_str()), (409, "tag-used"), "after sealing");
    assert_eq!(served.request_token(&request, &first).body, answer.body);
    // The second person is not used up.
    let other = Supporter::new(&served.campaign, 2, EMAIL, 0);
    let attestation = served.attest_email(&other, "grace@example.org");
    let _token = served.token(&other, &attestation);
}
