//! The campaign's times: before it opens, after it closes, and in the grace between.

use headcount_protocol::campaign::rules::REPLAY_GRACE;
use headcount_protocol::pledge::Pledge;
use headcount_tests::remote::{EMAIL, INVITATION, Supporter};
use headcount_tests::served::{OPENS, Served};
use serde_json::json;

/// [ATT-1]
#[test]
fn nothing_is_taken_before_the_opening() {
    let served = Served::new();
    served.set_time(OPENS - 1);
    let supporter = Supporter::new(&served.campaign, 1, EMAIL, 0);
    let refused = served.start_attempt(&supporter, "ada@example.org");
    assert_eq!((refused.status, refused.word().as_str()), (403, "closed"));
}

/// [ATT-1]
#[test]
fn nobody_is_vouched_for_before_the_opening_or_after_issuance_closes() {
    let served = Served::new();
    let supporter = Supporter::new(&served.campaign, 1, INVITATION, 0);
    let proof = json!({ "invitation": { "code": served.invitation(1) } });
    let closes = served.campaign.manifest.schedule.issuance_closes;
    for (now, status) in [(OPENS - 1, 403), (OPENS, 200), (closes - 1, 200), (closes, 403)] {
        served.set_time(now);
        let answer = served.attest(&supporter, INVITATION, &proof);
        assert_eq!(answer.status, status, "at {now}: {}", answer.word());
    }
}

/// [ATT-1, ATT-17]
#[test]
fn after_issuance_closes_only_replays_are_answered() {
    let served = Served::new();
    let closes = served.campaign.manifest.schedule.issuance_closes;
    let issued = Supporter::new(&served.campaign, 1, EMAIL, 0);
    let attestation = served.attest_email(&issued, "ada@example.org");
    let request = issued.pending(&served.campaign).request().encode();
    let answer = served.request_token(&request, &attestation).body;
    // Attested in time, but too late at the issuer.
    let late = Supporter::new(&served.campaign, 2, EMAIL, 0);
    let late_attestation = served.attest_email(&late, "late@example.org");
    let late_request = late.pending(&served.campaign).request().encode();

    served.set_time(closes);
    assert_eq!(served.request_token(&request, &attestation).body, answer);
    assert_eq!(served.request_token(&late_request, &late_attestation).word(), "closed");
    assert_eq!(served.start_attempt(&late, "late@example.org").word(), "closed");
    served.set_time(closes + REPLAY_GRACE);
    assert_eq!(served.request_token(&request, &attestation).word(), "closed");
}

/// [PLG-5]
#[test]
fn after_redemption_closes_only_known_pledges_are_answered() {
    let served = Served::new();
    let (known, receipt) = served.pledge_by_email(1, "ada@example.org");
    let supporter = Supporter::new(&served.campaign, 2, EMAIL, 0);
    let attestation = served.attest_email(&supporter, "late@example.org");
    let tokens = vec![served.token(&supporter, &attestation)];
    let late = Pledge { opening: supporter.opening, tokens };

    served.set_time(served.campaign.manifest.schedule.redemption_closes);
    let expected = serde_json::to_value(receipt).unwrap();
    assert_eq!(served.redeem(&known).json(), expected, "pending");
    assert_eq!(served.redeem(&late).word(), "closed");
    served.seal();
    assert_eq!(served.redeem(&known).json(), expected, "sealed");
}

/// [ATT-4]
#[test]
fn a_code_expires_and_its_key_is_forgotten() {
    let served = Served::new();
    let supporter = Supporter::new(&served.campaign, 1, EMAIL, 0);
    let started = served.start_attempt(&supporter, "ada@example.org").json();
    let attempt = started["attempt"].as_str().unwrap();
    let code = served.mailed_code("ada@example.org");
    served.set_time(OPENS + 15 * 60);
    assert_eq!(served.prove_email(&supporter, attempt, &code).word(), "attempt-expired");
    served.set_time(OPENS + 31 * 60);
    assert_eq!(served.prove_email(&supporter, attempt, &code).word(), "attempt-unreadable");
}
