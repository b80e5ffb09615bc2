//! The demonstration, what it leaves on the disk, and an audit of every altered byte.

use std::path::{Path, PathBuf};
use std::process::Command;

use headcount_tests::programs::program;
use headcount_tests::traces::{contains, traces};
use serde_json::Value;

const SUPPORTERS: u64 = 60;

/// [TAG-1]
#[test]
fn a_demonstration_is_recounted_and_leaves_no_trace() {
    let keep = tempfile::tempdir().unwrap();
    let dir = keep.path().join("demo");
    let supporters = SUPPORTERS.to_string();
    let output = Command::new(program("headcountd"))
        .args(["demo", "--exit", "--json", "--threshold", "50", "--supporters", &supporters])
        .arg("--dir")
        .arg(&dir)
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let summary: Value = serde_json::from_slice(&output.stdout).unwrap();
    for name in ["issued", "pledged", "counted"] {
        assert_eq!(summary[name], SUPPORTERS, "{name}");
    }
    assert_eq!(summary["verdict"], "agrees");

    leaves_no_trace(&dir);
    let mirror = keep.path().join("mirror");
    publish(&dir, &mirror);
    refuses_every_altered_byte(&mirror);
}

/// None of the addresses, nor a careless function of one, in any file but the outbox.
fn leaves_no_trace(dir: &Path) {
    let outbox = dir.join("outbox");
    let mut addresses = Vec::new();
    for (_, mail) in files(&outbox) {
        let text = String::from_utf8(mail).unwrap();
        let to = text.lines().find_map(|line| line.strip_prefix("To: ")).expect("a recipient");
        addresses.push(to.trim().to_owned());
    }
    assert!(addresses.len() > 40, "{} messages", addresses.len());
    let traces: Vec<_> = addresses.iter().flat_map(|address| traces(address)).collect();
    for (path, bytes) in files(dir) {
        if path.starts_with(&outbox) {
            continue;
        }
        for trace in &traces {
            assert!(!contains(&bytes, trace), "{} holds a trace", path.display());
        }
    }
}

/// The public files, laid out as a mirror.
fn publish(dir: &Path, mirror: &Path) {
    let logs = [
        ("counter/log", "pledges"),
        ("issuer-0/log", "issuances/0"),
        ("issuer-1/log", "issuances/1"),
    ];
    for (from, to) in logs {
        for (path, bytes) in files(&dir.join(from)) {
            let target = mirror.join(to).join(path.strip_prefix(dir.join(from)).unwrap());
            std::fs::create_dir_all(target.parent().unwrap()).unwrap();
            std::fs::write(target, bytes).unwrap();
        }
    }
    std::fs::copy(dir.join("manifest.json"), mirror.join("manifest.json")).unwrap();
}

fn refuses_every_altered_byte(mirror: &Path) {
    let id = audit(mirror, None).1["campaign"].as_str().expect("an honest mirror").to_owned();
    let (code, report) = audit(mirror, Some(&id));
    assert_eq!((code, &report["sum"]), (0, &SUPPORTERS.into()), "{report}");
    let mut refused = 0;
    for (path, bytes) in files(mirror) {
        if is_superseded(mirror, &path) {
            continue;
        }
        for at in [0, bytes.len() / 3, bytes.len() / 2, bytes.len() - 2] {
            let mut altered = bytes.clone();
            altered[at] ^= 1;
            std::fs::write(&path, &altered).unwrap();
            let (code, report) = audit(mirror, Some(&id));
            assert_eq!(code, 5, "byte {at} of {}: {report}", path.display());
            assert_eq!(report["verdict"], "refused");
            assert!(report["rule"].is_string() && report["reason"].is_string(), "{report}");
            refused += 1;
        }
        std::fs::write(&path, &bytes).unwrap();
        std::fs::remove_file(&path).unwrap();
        assert_ne!(audit(mirror, Some(&id)).0, 0, "without {}", path.display());
        std::fs::write(&path, &bytes).unwrap();
    }
    assert!(refused >= 40, "{refused} alterations");
    assert_eq!(audit(mirror, Some(&id)).0, 0, "everything is as it was");
}

/// A partial tile of an earlier size: nobody who has the latest checkpoint reads it.
fn is_superseded(mirror: &Path, path: &Path) -> bool {
    let Some(parent) = path.parent().filter(|it| it.extension().is_some_and(|it| it == "p")) else {
        return false;
    };
    let width = |path: &Path| path.file_name().unwrap().to_str().unwrap().parse::<u16>().unwrap();
    let widest = files(parent).iter().map(|(path, _)| width(path)).max();
    path.starts_with(mirror) && widest != Some(width(path))
}

fn audit(mirror: &Path, id: Option<&str>) -> (i32, Value) {
    let mut command = Command::new(program("headcount"));
    command.arg("audit").arg(mirror).arg("--json");
    if let Some(id) = id {
        command.args(["--campaign", id]);
    }
    let output = command.output().unwrap();
    let report = serde_json::from_slice(&output.stdout).unwrap_or_default();
    (output.status.code().expect("no signal"), report)
}

fn files(dir: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let mut all = Vec::new();
    for file in std::fs::read_dir(dir).unwrap().flatten() {
        let path = file.path();
        if path.is_dir() {
            all.extend(files(&path));
        } else {
            all.push((path.clone(), std::fs::read(&path).unwrap()));
        }
    }
    all
}
