//! What no vector can say: files that are too large or missing, and what a report tells people.

use std::ffi::OsStr;
use std::fs;
use std::path::Path;

use headcount_protocol::campaign::Campaign;
use headcount_protocol::log::{Checkpoint, Hash};
use headcount_tests::campaign::Keys;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::programs::{Mirrors, recounters};

/// The honest mirror of the first case, and the id of its campaign.
fn honest() -> (TempDir, String) {
    let mirrors = Mirrors::published();
    let input = &mirrors.cases()[0]["input"];
    (mirrors.write(input), input["campaign_id"].as_str().unwrap().to_owned())
}

/// [REC-25]: the report says which campaign was audited, to programs and to people.
#[test]
fn an_audit_without_an_id_says_which_campaign_it_is_of() {
    let (mirror, id) = honest();
    for recounter in recounters() {
        let answer = recounter.audit(mirror.path(), &[]);
        assert_eq!(
            (answer.code, &answer.report["campaign"]),
            (0, &json!(id)),
            "{}",
            recounter.name
        );
        assert!(recounter.text(mirror.path()).contains(&id), "{}", recounter.name);
    }
    flip(&mirror.path().join("pledges/tile/0/000.p/7"));
    for recounter in recounters() {
        let answer = recounter.audit(mirror.path(), &[]);
        assert_eq!(
            (answer.code, &answer.report["campaign"]),
            (5, &json!(id)),
            "{}",
            recounter.name
        );
        assert!(recounter.text(mirror.path()).contains(&id), "{}", recounter.name);
    }
}

/// [REC-26]: neither a first audit that refuses nor a later one writes what it saw.
#[test]
fn an_audit_that_refuses_remembers_nothing() {
    let (mirror, id) = honest();
    for recounter in recounters() {
        let state = mirror.path().join(format!("{} state", recounter.name.replace('/', " ")));
        let options = ["--state".as_ref(), state.as_os_str(), "--campaign".as_ref(), id.as_ref()];
        let audit = || recounter.audit(mirror.path(), &options).code;
        flip(&mirror.path().join("pledges/checkpoint"));
        assert_eq!((audit(), state.exists()), (5, false), "{}", recounter.name);
        flip(&mirror.path().join("pledges/checkpoint"));
        assert_eq!((audit(), state.exists()), (0, true), "{}", recounter.name);
        let kept = fs::read(&state).unwrap();
        flip(&mirror.path().join("pledges/checkpoint"));
        assert_eq!((audit(), fs::read(&state).unwrap()), (5, kept), "{}", recounter.name);
        flip(&mirror.path().join("pledges/checkpoint"));
    }
}

#[test]
fn what_a_mirror_lacks_is_no_verdict() {
    let (mirror, _) = honest();
    for path in [
        "manifest.json",
        "pledges/checkpoint",
        "issuances/1/checkpoint",
        "pledges/tile/entries/000.p/7",
        "pledges/tile/0/000.p/7",
        "issuances/0/tile/0/000.p/5",
    ] {
        let path = mirror.path().join(path);
        let bytes = fs::read(&path).unwrap();
        fs::remove_file(&path).unwrap();
        no_verdict(mirror.path(), &[]);
        fs::write(&path, bytes).unwrap();
    }
    // A log may sign any size; nobody can read so many entries.
    let name = Keys::shared().pledge_log.verifier_key().name().clone();
    let large = Checkpoint::new(name, u64::MAX, Hash::from([7; 32])).unwrap();
    let note = large.sign(&Keys::shared().pledge_log).unwrap();
    fs::write(mirror.path().join("pledges/checkpoint"), note).unwrap();
    no_verdict(mirror.path(), &[]);
}

#[test]
fn a_state_that_no_audit_wrote_is_no_verdict() {
    let (mirror, id) = honest();
    let file = mirror.path().join("state.json");
    let seen = |campaign: &str, issuances: usize| {
        let seen = json!({ "size": 1, "root": "00".repeat(32) });
        json!({ "campaign": campaign, "pledges": seen, "issuances": vec![seen; issuances] })
    };
    let list = json!([1, "00".repeat(32)]);
    let mut inner_list = seen(&id, 2);
    inner_list["pledges"] = list.clone();
    let outer_list = json!([id, list, [list, list]]);
    let twice = seen(&id, 2).to_string().replacen('{', &format!(r#"{{"campaign":"{id}","#), 1);
    let padded = |length: usize| {
        let state = seen(&id, 2).to_string();
        let spaces = " ".repeat(length - state.len());
        state + &spaces
    };
    let long = padded(65_537);
    let values = [seen(&"00".repeat(32), 2), seen(&id, 1), json!({}), Value::Null];
    let values = values.into_iter().chain([inner_list, outer_list]).map(|state| state.to_string());
    for state in values.chain([twice, long]) {
        fs::write(&file, state).unwrap();
        no_verdict(mirror.path(), &["--state".as_ref(), file.as_os_str()]);
    }
    // The longest is used, and refused by what it says [REC-7].
    fs::write(&file, padded(65_536)).unwrap();
    for recounter in recounters() {
        let answer = recounter.audit(mirror.path(), &["--state".as_ref(), file.as_os_str()]);
        assert_eq!((answer.code, &answer.report["rule"]), (5, &json!("REC-7")), "{answer:?}");
    }
}

/// A device may have no end, and a pipe may never begin.
#[cfg(unix)]
#[test]
fn what_is_no_regular_file_is_no_verdict() {
    let (mirror, _) = honest();
    let state = mirror.path().join("state.json");
    std::os::unix::fs::symlink("/dev/zero", &state).unwrap();
    no_verdict(mirror.path(), &["--state".as_ref(), state.as_os_str()]);
    for path in ["manifest.json", "pledges/checkpoint", "pledges/tile/entries/000.p/7"] {
        let path = mirror.path().join(path);
        let kept = mirror.path().join("kept");
        fs::rename(&path, &kept).unwrap();
        std::os::unix::fs::symlink("/dev/zero", &path).unwrap();
        no_verdict(mirror.path(), &[]);
        fs::remove_file(&path).unwrap();
        // A link to a file is one.
        std::os::unix::fs::symlink(&kept, &path).unwrap();
        for recounter in recounters() {
            assert_eq!(recounter.audit(mirror.path(), &[]).code, 0, "{}", recounter.name);
        }
        fs::remove_file(&path).unwrap();
        fs::rename(&kept, &path).unwrap();
    }
}

/// Nobody is asked: no server could answer.
#[test]
fn what_is_no_link_is_wrong_usage() {
    let id = "00".repeat(32);
    let other = "11".repeat(32);
    for (link, options) in [
        ("http://127.0.0.1:1/c/00".to_owned(), vec![]),
        (format!("http://127.0.0.1:1/c/{id}/"), vec![]),
        (format!("http://127.0.0.1:1/c/{}", "A0".repeat(32)), vec![]),
        (format!("http://192.0.2.1/c/{id}"), vec![]),
        (format!("http://127.0.0.1:1/c/{id}"), vec!["--campaign".as_ref(), other.as_ref()]),
    ] {
        for recounter in recounters() {
            assert_eq!(recounter.audit(&link, &options).code, 2, "{} of {link}", recounter.name);
        }
    }
}

/// A recount that cannot be carried out ends with 6 and judges nobody.
fn no_verdict(mirror: &Path, options: &[&OsStr]) {
    for recounter in recounters() {
        let answer = recounter.audit(mirror, options);
        assert_eq!(answer.code, 6, "{}: {answer:?}", recounter.name);
        assert!(answer.report["verdict"].is_null(), "{}: {answer:?}", recounter.name);
    }
}

#[test]
fn what_is_longer_than_any_is_malformed() {
    for (path, length, rule) in [
        ("manifest.json", Campaign::MAX_MANIFEST + 1, "manifest"),
        ("pledges/checkpoint", 262_145, "REC-1"),
        ("issuances/0/checkpoint", 262_145, "REC-1"),
        ("pledges/tile/entries/000.p/7", 256 * 65_537 + 1, "REC-3"),
        ("issuances/0/tile/0/000.p/5", 8_193, "REC-4"),
    ] {
        let (mirror, id) = honest();
        fs::write(mirror.path().join(path), vec![b' '; length]).unwrap();
        for recounter in recounters() {
            let answer = recounter.audit(mirror.path(), &["--campaign".as_ref(), id.as_ref()]);
            let found = (answer.code, &answer.report["rule"]);
            assert_eq!(found, (5, &json!(rule)), "{} of {path}", recounter.name);
        }
    }
}

fn flip(path: &Path) {
    let mut bytes = fs::read(path).unwrap();
    bytes[30] ^= 1;
    fs::write(path, bytes).unwrap();
}
