//! `headcount join` is killed at each thing it sends or writes, in turn, and run again. Each
//! supporter has exactly one pledge in the end.

use std::process::Command;
use std::sync::atomic::{AtomicU32, Ordering};

use headcount_protocol::campaign::Campaign as Manifest;
use headcount_tests::plan::Plan;
use headcount_tests::programs::{is_installed, program};
use headcount_tests::remote::Remote;

use crate::programs::{Campaign, with_code};

/// Everything by which the client changes a file or speaks to somebody.
const STEPS: [&str; 5] = ["connect", "sendto", "fsync", "rename", "write"];

/// [ATT-14, TOK-10]
#[test]
fn killed_at_each_step() {
    if !is_installed("strace", "--version") {
        return;
    }
    let campaign = Campaign::serve(&[]);
    let manifest = Manifest::parse(&std::fs::read(campaign.dir.join("manifest.json")).unwrap());
    let manifest = manifest.unwrap();
    let url = manifest.manifest.counter.url.as_str().to_owned();
    let remote = Remote { dir: campaign.dir.clone(), campaign: manifest, url };
    let supporters = AtomicU32::new(0);
    let kills = Plan::new(&STEPS).run(
        || (),
        |(), call, number| {
            supporters.fetch_add(1, Ordering::SeqCst);
            killed_at(&campaign, &remote, call, number)
        },
    );
    assert!(kills >= 40, "{kills} kills: they missed");
    let supporters = u64::from(supporters.load(Ordering::SeqCst));
    let audit = campaign.wait_for(supporters);
    assert_eq!(audit["sum"], supporters, "{audit}");
    assert_eq!(audit["issuance_logs"][0]["issued"], supporters, "{audit}");
    assert_eq!(audit["findings"], serde_json::json!([]));
}

/// A supporter whose client is killed at one step; `false` if the journey ended before it.
fn killed_at(campaign: &Campaign, remote: &Remote, call: &str, number: u32) -> bool {
    let address = format!("{call}{number}@example.org");
    let wallet = campaign.keep.path().join(format!("wallet-{call}-{number}"));
    let mut join = Command::new("strace");
    join.args(["-f", "-qq", "-o", "/dev/null", "-e", &format!("trace={call}")])
        .args(["-e", &format!("inject={call}:signal=SIGKILL:when={number}")])
        .arg(program("headcount"))
        .args(["join", &campaign.link, "--email", &address, "--class", "email", "--json"])
        .arg("--wallet")
        .arg(&wallet);
    // Where no message comes, the client was killed before it asked for one, or has its code.
    let mut latest = String::new();
    let mut mail = || {
        if let Some(code) = remote.try_mailed_code(&address, 30) {
            latest = code;
        }
        latest.clone()
    };
    let first = with_code(&mut join, &mut mail);
    if first.status.success() {
        return false;
    }
    for _ in 0..5 {
        if campaign.join(&wallet, &address, &mut mail).status.success() {
            return true;
        }
    }
    unreachable!("killed at {call} {number}, the journey cannot be taken up again")
}
