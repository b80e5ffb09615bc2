//! [spec: overview §3]: 48 hours after issuance close nothing is left that could tell who took part.

use std::time::{Duration, Instant};

use data_encoding::BASE64URL_NOPAD;
use headcount_server::destruction::due;
use headcount_tests::remote::{EMAIL, Supporter};
use headcount_tests::served::Served;
use headcount_tests::traces::contains;

/// Files of secrets; those of the logs and of receipts are none.
const SECRETS: [&str; 5] =
    ["share.key", "signing.key", "commitment.key", "invitation.key", "token.der"];

fn secrets(served: &Served) -> usize {
    let files = served.files();
    let is_secret = |name: &std::ffi::OsStr| SECRETS.iter().any(|secret| *secret == name);
    files.iter().filter(|(path, _)| path.file_name().is_some_and(is_secret)).count()
}

/// Files that hold these bytes.
fn holders(served: &Served, bytes: &[u8]) -> usize {
    served.files().iter().filter(|(_, content)| contains(content, bytes)).count()
}

fn wait_until(done: impl Fn() -> bool) {
    let began = Instant::now();
    while !done() {
        assert!(began.elapsed() < Duration::from_secs(30), "nothing was destroyed");
        std::thread::sleep(Duration::from_millis(50));
    }
}

struct Scene {
    served: Served,
    supporter: Supporter,
    attestation: String,
    tag: Vec<u8>,
}

/// Somebody has a token; the tag is in the issuer's database.
fn scene() -> Scene {
    let served = Served::new();
    let supporter = Supporter::new(&served.campaign, 1, EMAIL, 0);
    let attestation = served.attest_email(&supporter, "ada@example.org");
    let _ = served.token(&supporter, &attestation);
    let bytes = BASE64URL_NOPAD.decode(attestation.as_bytes()).unwrap();
    // issuer ‖ request_digest ‖ tag ‖ …
    let tag = bytes[34..66].to_vec();
    Scene { served, supporter, attestation, tag }
}

fn pledge(scene: &Scene) -> u16 {
    let pending = scene.supporter.pending(&scene.served.campaign);
    let request = pending.request().encode();
    scene.served.request_token(&request, &scene.attestation).status
}

/// [ATT-10, TOK-5, TAG-24]
#[test]
fn a_running_server_destroys_its_secrets() {
    let scene = scene();
    let Scene { served, tag, .. } = &scene;
    assert_eq!(secrets(served), 9, "one share, three of each attester, one of each issuer");
    served.seal();
    assert!(holders(served, tag) > 0);

    served.set_time(due(&served.campaign) - 1);
    std::thread::sleep(Duration::from_millis(2_500));
    assert_eq!(pledge(&scene), 200, "a replay is answered to the last second");
    served.set_time(due(&served.campaign));
    wait_until(|| secrets(served) == 0 && holders(served, tag) == 0);
    assert_eq!(pledge(&scene), 403);
}

/// [ATT-10, TOK-5, TAG-24]
#[test]
fn a_server_that_was_off_does_it_at_its_start() {
    let mut scene = scene();
    scene.served.halt();
    scene.served.set_time(due(&scene.served.campaign));
    assert!(secrets(&scene.served) > 0 && holders(&scene.served, &scene.tag) > 0);
    scene.served.start();
    wait_until(|| secrets(&scene.served) == 0 && holders(&scene.served, &scene.tag) == 0);
    assert_eq!(pledge(&scene), 403);
    // Pledges are taken until redemption closes, and the server starts again without its secrets.
    scene.served.halt();
    scene.served.start();
    assert_eq!(scene.served.get("/manifest.json").status, 200);
}
