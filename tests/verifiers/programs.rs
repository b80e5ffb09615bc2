//! The two programs, and mirrors on the disk for them.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::Command;

use headcount_tests::programs::program;
use serde_json::Value;
use tempfile::TempDir;

/// A program that recounts.
pub(crate) struct Recounter {
    pub(crate) name: &'static str,
    command: Vec<PathBuf>,
}

/// How a recount ended.
#[derive(Debug, PartialEq)]
pub(crate) struct Answer {
    pub(crate) code: i32,
    /// What stands on standard output, if it is JSON.
    pub(crate) report: Value,
}

/// `headcount audit`, and `spec/verify` if this machine can run it.
pub(crate) fn recounters() -> Vec<Recounter> {
    let headcount = vec![program("headcount"), "audit".into()];
    let headcount = Recounter { name: "headcount audit", command: headcount };
    let verifier =
        verifier().map(|command| Recounter { name: "spec/verify", command: command.into() });
    [Some(headcount), verifier].into_iter().flatten().collect()
}

/// Python, and the verifier's folder.
///
/// # Panics
/// In continuous integration, if Python cannot run it.
#[expect(clippy::print_stderr, reason = "a skipped test says so")]
pub(crate) fn verifier() -> Option<[PathBuf; 2]> {
    let python = root().join("target/venv/bin/python");
    let mut imports = Command::new(&python);
    let output = imports.args(["-c", "import cryptography"]).output();
    if output.is_ok_and(|output| output.status.success()) {
        return Some([python, root().join("spec/verify")]);
    }
    let why = "target/venv has no Python with `cryptography`; cargo xtask test installs it";
    assert!(std::env::var_os("CI").is_none(), "{why}");
    eprintln!("skipped: spec/verify: {why}");
    None
}

pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

impl Recounter {
    /// A recount of a mirror or of a link, with further options.
    pub(crate) fn audit(&self, place: impl AsRef<OsStr>, options: &[&OsStr]) -> Answer {
        let mut command = Command::new(&self.command[0]);
        command.args(&self.command[1..]).arg(place).arg("--json").args(options);
        let output = command.output().unwrap();
        let report = serde_json::from_slice(&output.stdout).unwrap_or_default();
        Answer { code: output.status.code().expect("no signal"), report }
    }

    /// The same, for people.
    pub(crate) fn text(&self, place: impl AsRef<OsStr>) -> String {
        let mut command = Command::new(&self.command[0]);
        let output = command.args(&self.command[1..]).arg(place).output().unwrap();
        String::from_utf8(output.stdout).unwrap()
    }
}

/// The mirrors of `recount.json`.
pub(crate) struct Mirrors(Value);

impl Mirrors {
    pub(crate) fn published() -> Self {
        let file = std::fs::read(root().join("spec/vectors/recount.json")).unwrap();
        Self(serde_json::from_slice(&file).unwrap())
    }

    pub(crate) fn cases(&self) -> Vec<&Value> {
        let groups = self.0["groups"].as_array().unwrap().iter();
        groups.flat_map(|group| group["cases"].as_array().unwrap()).collect()
    }

    /// Writes the mirror of an input into a directory of its own.
    pub(crate) fn write(&self, input: &Value) -> TempDir {
        let dir = tempfile::tempdir().unwrap();
        let base = &self.0["bases"]["mirrors"][input["mirror"].as_str().unwrap()];
        let altered = input["files"].as_object().into_iter().flatten();
        for (path, bytes) in base.as_object().unwrap().iter().chain(altered) {
            let path = dir.path().join(path);
            match bytes.as_str() {
                None => std::fs::remove_file(path).unwrap(),
                Some(hex) => {
                    let bytes = data_encoding::HEXLOWER.decode(hex.as_bytes()).unwrap();
                    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
                    std::fs::write(path, bytes).unwrap();
                }
            }
        }
        dir
    }
}
