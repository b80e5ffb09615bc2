//! What every response has, and what none has.

use headcount_tests::remote::{Answer, EMAIL, Supporter};
use headcount_tests::served::Served;
use serde_json::json;

/// Stands in every value of the requests below.
const MARK: &str = "zebra";

/// [HTTP-4]
#[test]
fn every_response_says_whether_it_may_be_kept() {
    let served = Served::new();
    let log = served.campaign.pledge_log_url().replace(&served.url, "");
    let page = format!("/c/{}", served.campaign.id);
    let [checkpoint, tile, gone] =
        ["checkpoint", "tile/0/000.p/1", "tile/0/009"].map(|file| format!("{log}/{file}"));
    for (path, status, kept) in [
        ("/", 303, "no-store"),
        (&*page, 200, "no-store"),
        ("/manifest.json", 200, "max-age=300"),
        ("/count.json", 200, "max-age=5"),
        ("/batches.json", 200, "max-age=5"),
        ("/.well-known/private-token-issuer-directory", 200, "max-age=86400"),
        (&*checkpoint, 200, "max-age=5"),
        (&*tile, 200, "max-age=31536000, immutable"),
        (&*gone, 404, "no-store"),
        ("/nowhere", 404, "no-store"),
        ("/pledge", 405, "no-store"),
    ] {
        let answer = served.get(path);
        assert_eq!((answer.status, answer.header("cache-control")), (status, Some(kept)), "{path}");
        assert_eq!(answer.header("set-cookie"), None, "{path}");
    }
    let supporter = Supporter::new(&served.campaign, 1, EMAIL, 0);
    let attestation = served.attest_email(&supporter, "ada@example.org");
    let request = supporter.pending(&served.campaign).request().encode();
    for answer in [
        served.start_attempt(&supporter, "ada@example.org"),
        served.request_token(&request, &attestation),
    ] {
        assert_eq!((answer.status, answer.header("cache-control")), (200, Some("no-store")));
        assert_eq!(answer.header("set-cookie"), None);
    }
}

#[track_caller]
fn is_silent(answer: &Answer) {
    assert!((400..500).contains(&answer.status), "{answer:?}");
    let body = String::from_utf8(answer.body.clone()).unwrap();
    assert!(!body.contains(MARK), "{body}");
    assert!(answer.headers.iter().all(|(_, value)| !value.contains(MARK)), "{answer:?}");
}

/// [HTTP-3]
#[test]
fn a_problem_repeats_nothing_of_the_request() {
    let served = Served::new();
    let id = served.campaign.id;
    let digest = "00".repeat(32);
    is_silent(&served.get(&format!("/{MARK}?{MARK}")));
    is_silent(&served.get(&format!("/c/{MARK}")));
    is_silent(&served.send("DELETE", "/count.json", &[("x-note", MARK)], MARK.as_bytes()));
    for address in [MARK, "zebra@zebra", "zebra@@zebra.org", "ze bra zebra@zebra.org"] {
        let body = json!({ "campaign": id, "issuer": EMAIL, "address": address,
            "request_digest": digest, "language": MARK });
        is_silent(&served.post_json("/attester/attempts", &body));
    }
    for body in [
        json!({ "campaign": MARK, "issuer": EMAIL, "address": MARK }),
        json!({ MARK: MARK }),
        json!([MARK]),
    ] {
        is_silent(&served.post_json("/attester/attempts", &body));
        is_silent(&served.post_json("/attester/attestations", &body));
    }
    for proof in [
        json!({ "email": { "attempt": MARK, "code": MARK } }),
        json!({ "invitation": { "code": MARK } }),
    ] {
        for issuer in [0, 1] {
            let body = json!({ "campaign": id, "issuer": issuer, "request_digest": digest,
                "proof": proof });
            is_silent(&served.post_json("/attester/attestations", &body));
        }
    }
    let request = [&[0, 2, 0], &[0; 256][..]].concat();
    for request in [MARK.as_bytes(), &request] {
        is_silent(&served.request_token(request, MARK));
    }
    for authorization in [MARK, "PrivateToken token=\"zebra\""] {
        is_silent(&served.redeem_raw(authorization, MARK.as_bytes()));
    }
    let typed = [("content-type", MARK)];
    is_silent(&served.send("POST", "/pledge", &typed, MARK.as_bytes()));
}
