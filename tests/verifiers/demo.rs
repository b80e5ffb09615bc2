//! A whole campaign, audited by both programs at its server and in a mirror.

use std::ffi::OsStr;
use std::process::Command;

use headcount_tests::programs::{Process, program};
use serde_json::Value;

use crate::programs::recounters;

/// More than a full tile of pledges.
const SUPPORTERS: &str = "280";

#[test]
fn both_programs_print_the_same_report_of_a_demonstration() {
    let keep = tempfile::tempdir().unwrap();
    let (dir, mirror) = (keep.path().join("demo"), keep.path().join("mirror"));
    let mut demo = Command::new(program("headcountd"));
    demo.args(["demo", "--json", "--threshold", "250", "--supporters", SUPPORTERS]);
    let (_demo, summary) = Process::start_until(demo.arg("--dir").arg(&dir), "\"campaign\"");
    let summary: Value = serde_json::from_str(&summary.expect("a demonstration")).unwrap();
    let link = summary["link"].as_str().unwrap();

    let recounters = recounters();
    let keep_mirror = [OsStr::new("--mirror"), mirror.as_os_str()];
    let expected = recounters[0].audit(link, &keep_mirror);
    assert_eq!(expected.code, 0, "{expected:?}");
    let report = &expected.report;
    assert_eq!(
        (&report["verdict"], report["sum"].to_string()),
        (&"agrees".into(), SUPPORTERS.into())
    );
    assert_eq!(report["findings"], Value::Array(Vec::new()), "{report}");
    let mut states = Vec::new();
    for (at, recounter) in recounters.iter().enumerate() {
        let state = keep.path().join(format!("state-{at}.json"));
        let remember = [OsStr::new("--state"), state.as_os_str()];
        assert_eq!(recounter.audit(link, &remember), expected, "{}", recounter.name);
        // A second time the state is compared.
        assert_eq!(recounter.audit(&mirror, &remember), expected, "{}", recounter.name);
        let state: Value = serde_json::from_slice(&std::fs::read(&state).unwrap()).unwrap();
        states.push(state);
    }
    assert!(states.iter().all(|state| *state == states[0]), "{states:?}");
}
