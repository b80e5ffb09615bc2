//! `headcount forget` is killed at each thing it does to the files, in turn. What is left is a whole
//! wallet, or something that the next `forget` finishes.

use std::fs;
use std::process::{Command, Stdio};

use headcount_tests::campaign::small;
use headcount_tests::plan::Plan;
use headcount_tests::programs::{is_installed, program};

/// Everything by which the client changes a file.
const STEPS: [&str; 6] = ["write", "fsync", "ftruncate", "rename", "unlink", "rmdir"];

#[test]
fn killed_at_each_step() {
    if !is_installed("strace", "--version") {
        return;
    }
    let campaign = small();
    let wallet = serde_json::json!({
        "headcount_wallet": 1,
        "class": 0,
        "region": 0,
        "seed": "09".repeat(32),
        "state": { "collecting": { "collected": [], "step": "prepared" } },
    });
    let wallet = wallet.to_string();
    let kills = Plan::new(&STEPS).run(
        || (),
        |(), call, number| {
            let dir = tempfile::tempdir().unwrap();
            let id = campaign.id.to_string();
            let directory = dir.path().join(&id);
            fs::create_dir(&directory).unwrap();
            fs::write(directory.join("wallet.json"), &wallet).unwrap();
            fs::write(directory.join("manifest.json"), campaign.bytes()).unwrap();
            let forget = |command: &mut Command| {
                command
                    .args(["forget", &id, "--yes", "--even-unverified", "--wallet"])
                    .arg(dir.path())
                    .stdout(Stdio::null())
                    .stderr(Stdio::null())
                    .status()
                    .unwrap()
            };
            let mut killed = Command::new("strace");
            killed
                .args(["-f", "-qq", "-o", "/dev/null", "-e", &format!("trace={call}")])
                .args(["-e", &format!("inject={call}:signal=SIGKILL:when={number}")])
                .arg(program("headcount"));
            let ended = forget(&mut killed).success();
            if let Ok(left) = fs::read_to_string(directory.join("wallet.json")) {
                assert_eq!(left, wallet, "{call} {number}");
            }
            if !ended && directory.exists() {
                let again = forget(&mut Command::new(program("headcount")));
                assert!(again.success(), "{call} {number}");
            }
            assert!(!directory.exists(), "{call} {number}");
            !ended
        },
    );
    assert!(kills >= 15, "{kills} kills: they missed");
}
