//! [spec: overview §3]: 48 hours after issuance close nothing is left that could tell who took part.

use std::ffi::OsStr;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use data_encoding::BASE64URL_NOPAD;
use headcount_server::app::{App, StartError};
use headcount_server::clock::Clock;
use headcount_server::config::Config;
use headcount_server::destruction::due;
use headcount_tests::remote::{EMAIL, Supporter};
use headcount_tests::served::{OPENS, Served};
use headcount_tests::traces::contains;

/// Files of secrets; those of the logs and of receipts are none.
const SECRETS: [&str; 5] =
    ["share.key", "signing.key", "commitment.key", "invitation.key", "token.der"];

fn secret_files(served: &Served) -> Vec<(PathBuf, Vec<u8>)> {
    let is_secret = |name: &OsStr| SECRETS.iter().any(|secret| *secret == name);
    let mut files = served.files();
    files.retain(|(path, _)| path.file_name().is_some_and(is_secret));
    files
}

fn secrets(served: &Served) -> usize {
    secret_files(served).len()
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

/// The status of the request that was answered before.
fn replay(scene: &Scene) -> u16 {
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
    // Second names of the same bytes: what is only unlinked stays behind them.
    let elsewhere = tempfile::tempdir_in(served.dir.parent().unwrap()).unwrap();
    for (number, (path, _)) in secret_files(served).iter().enumerate() {
        std::fs::hard_link(path, elsewhere.path().join(number.to_string())).unwrap();
    }

    served.set_time(due(&served.campaign) - 1);
    std::thread::sleep(Duration::from_millis(2_500));
    assert_eq!(replay(&scene), 200, "a replay is answered to the last second");
    served.set_time(due(&served.campaign));
    wait_until(|| secrets(served) == 0 && holders(served, tag) == 0);
    for link in std::fs::read_dir(elsewhere.path()).unwrap() {
        let bytes = std::fs::read(link.unwrap().path()).unwrap();
        assert!(bytes.len() > 31 && bytes.iter().all(|byte| *byte == 0));
    }
    // Nothing is in memory either, nor is a tag registered anew when the clock goes back.
    served.set_time(due(&served.campaign) - 1);
    assert_eq!(replay(&scene), 403);
    served.set_time(OPENS);
    assert_eq!(replay(&scene), 403);
    assert_eq!(holders(served, tag), 0);
}

/// [ATT-10, TOK-5, TAG-24]
#[test]
fn what_cannot_be_destroyed_keeps_nothing_else() {
    let scene = scene();
    let Scene { served, tag, .. } = &scene;
    let files = secret_files(served);
    let (share, _) = files.iter().find(|(path, _)| path.ends_with("share.key")).unwrap();
    std::fs::remove_file(share).unwrap();
    std::fs::create_dir(share).unwrap();
    served.set_time(due(&served.campaign));
    wait_until(|| secrets(served) == 0 && holders(served, tag) == 0);
    assert!(share.is_dir());
}

/// A campaign that is over must not destroy the secrets of another one.
#[test]
fn another_campaigns_secrets_are_left_alone() {
    let (mut over, other) = (Served::new(), Served::new());
    over.halt();
    over.set_time(due(&over.campaign));
    for (path, _) in secret_files(&over) {
        let within = path.strip_prefix(&over.dir).unwrap();
        std::fs::copy(other.dir.join(within), &path).unwrap();
    }
    let config = Config::load(&over.dir).unwrap();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let (clock, _) = Clock::manual(due(&over.campaign));
    let started = runtime.block_on(async { App::start(&config, clock) });
    assert!(matches!(started.err(), Some(StartError::OtherKey(_))));
    assert_eq!(secrets(&over), 9);
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
    assert_eq!(replay(&scene), 403);
    // Pledges are taken until redemption closes, and the server starts again without its secrets.
    scene.served.halt();
    scene.served.start();
    assert_eq!(scene.served.get("/manifest.json").status, 200);
}
