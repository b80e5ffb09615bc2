//! What an issuer signs, and whom it tells what.

use data_encoding::BASE64URL_NOPAD;
use headcount_tests::remote::{EMAIL, Supporter};
use headcount_tests::served::Served;

/// [ATT-18]
#[test]
fn only_the_person_learns_that_the_tag_was_used() {
    let served = Served::new();
    let [first, again] = [1, 2].map(|number| Supporter::new(&served.campaign, number, EMAIL, 0));
    let used = served.attest_email(&first, "ada@example.org");
    let _ = served.token(&first, &used);

    let request = again.pending(&served.campaign).request().encode();
    let attestation = served.attest_email(&again, "ada@example.org");
    let mut forged = BASE64URL_NOPAD.decode(attestation.as_bytes()).unwrap();
    *forged.last_mut().unwrap() ^= 1;
    let forged = BASE64URL_NOPAD.encode(&forged);
    for sealing in [false, true] {
        // The tag, without the attester's word for this request.
        for attestation in [&forged, &used] {
            assert_eq!(served.request_token(&request, attestation).word(), "attestation-refused");
        }
        assert_eq!(served.request_token(&request, &attestation).word(), "tag-used");
        if !sealing {
            served.seal();
        }
    }
}
