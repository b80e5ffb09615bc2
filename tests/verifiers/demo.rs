//! A whole campaign, audited by both programs at its server and in a mirror.

use std::ffi::OsStr;
use std::fs;
use std::path::Path;
use std::process::Command;

use headcount_tests::programs::{Process, program};
use serde_json::{Value, json};

use crate::programs::{Recounter, recounters};

/// More than a full tile of pledges.
const SUPPORTERS: u64 = 280;

#[test]
fn both_programs_print_the_same_report_of_a_demonstration() {
    let keep = tempfile::tempdir().unwrap();
    let (dir, mirror) = (keep.path().join("demo"), keep.path().join("mirror"));
    let mut demo = Command::new(program("headcountd"));
    demo.args(["demo", "--json", "--threshold", "250", "--supporters", &SUPPORTERS.to_string()]);
    let (_demo, summary) = Process::start_until(demo.arg("--dir").arg(&dir), "\"campaign\"");
    let summary: Value = serde_json::from_str(&summary.expect("a demonstration")).unwrap();
    let link = summary["link"].as_str().unwrap();

    let recounters = recounters();
    let expected = recounters[0].audit(link, &["--mirror".as_ref(), mirror.as_os_str()]);
    assert_eq!(expected.code, 0, "{expected:?}");
    for (member, value) in
        [("verdict", json!("agrees")), ("sum", json!(SUPPORTERS)), ("findings", json!([]))]
    {
        assert_eq!(expected.report[member], value, "{expected:?}");
    }
    let mut states = Vec::new();
    for (at, recounter) in recounters.iter().enumerate() {
        let state = keep.path().join(format!("state-{at}.json"));
        let remember = [OsStr::new("--state"), state.as_os_str()];
        assert_eq!(recounter.audit(link, &remember), expected, "{}", recounter.name);
        // A second time the state is compared.
        assert_eq!(recounter.audit(&mirror, &remember), expected, "{}", recounter.name);
        let state: Value = serde_json::from_slice(&fs::read(&state).unwrap()).unwrap();
        states.push(state);
    }
    assert!(states.iter().all(|state| *state == states[0]), "{states:?}");
    judge_the_server(&recounters, link, &dir.join("counter/log"));
}

/// What the server of the checkpoint does not have speaks against it, like what it has wrong.
fn judge_the_server(recounters: &[Recounter], link: &str, log: &Path) {
    type Alter = fn(&[u8]) -> Option<Vec<u8>>;
    let flip: Alter = |bytes| Some([&[bytes[0] ^ 1], &bytes[1..]].concat());
    let remove: Alter = |_| None;
    let longer: Alter = |bytes| Some([bytes, &[0; 256 * 65_537]].concat());
    for (path, alter, code, rule) in [
        ("tile/0/000", flip, 5, json!("REC-4")),
        ("tile/0/000", remove, 5, json!("REC-4")),
        ("tile/0/000", longer, 5, json!("REC-4")),
        ("tile/entries/000", remove, 5, json!("REC-3")),
        ("tile/entries/000", longer, 5, json!("REC-3")),
        ("checkpoint", flip, 5, json!("REC-1")),
        ("checkpoint", longer, 5, json!("REC-1")),
        ("checkpoint", remove, 4, Value::Null),
    ] {
        let file = log.join(path);
        let honest = fs::read(&file).unwrap();
        match alter(&honest) {
            Some(bytes) => fs::write(&file, bytes).unwrap(),
            None => fs::remove_file(&file).unwrap(),
        }
        for recounter in recounters {
            let answer = recounter.audit(link, &[]);
            let found = (answer.code, &answer.report["rule"]);
            assert_eq!(found, (code, &rule), "{} of {path}: {answer:?}", recounter.name);
        }
        fs::write(&file, honest).unwrap();
    }
}
