//! A campaign served by the real program, and the real client against it.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use headcount_tests::programs::{Process, program};
use serde_json::Value;
use tempfile::TempDir;

/// A campaign with batches of a second and no delay.
const DRAFT: &str = include_str!("../faults/quick.toml");

pub(crate) struct Campaign {
    pub(crate) keep: TempDir,
    pub(crate) dir: PathBuf,
    pub(crate) link: String,
    _server: Process,
}

impl Campaign {
    /// Sets a campaign up with these further options of `init`, and serves it.
    pub(crate) fn serve(options: &[&str]) -> Self {
        let keep = tempfile::tempdir().unwrap();
        let (dir, draft) = (keep.path().join("campaign"), keep.path().join("draft.toml"));
        std::fs::write(&draft, DRAFT).unwrap();
        let address = free_address();
        let mut init = Command::new(program("headcountd"));
        init.arg("init").arg(&dir).arg("--campaign").arg(&draft).args(options);
        init.args(["--listen", &address, "--url", &format!("http://{address}")]);
        if options.is_empty() {
            init.arg("--outbox");
        }
        assert!(init.stdout(Stdio::null()).status().unwrap().success());
        let mut serve = Command::new(program("headcountd"));
        let (server, line) = Process::start_until(serve.arg("serve").arg(&dir), "Serving");
        let line = line.expect("the server starts");
        let link = line.split_whitespace().nth(1).expect("the link").to_owned();
        Self { keep, dir, link, _server: server }
    }

    /// `headcount join` with a wallet of its own; the code comes from `mail`, when it is asked
    /// for.
    pub(crate) fn join(
        &self,
        wallet: &Path,
        address: &str,
        mail: impl FnOnce() -> String,
    ) -> Output {
        let mut join = Command::new(program("headcount"));
        join.args(["join", &self.link, "--email", address, "--class", "email", "--json"]);
        with_code(join.arg("--wallet").arg(wallet), mail)
    }

    pub(crate) fn audit(&self) -> Value {
        let mut audit = Command::new(program("headcount"));
        let output = audit.args(["audit", &self.link, "--json"]).output().unwrap();
        serde_json::from_slice(&output.stdout).unwrap()
    }

    /// Waits until the log has a number of pledges.
    pub(crate) fn wait_for(&self, pledges: u64) -> Value {
        for _ in 0..100 {
            let report = self.audit();
            if report["sum"] == pledges {
                return report;
            }
            std::thread::sleep(std::time::Duration::from_millis(200));
        }
        self.audit()
    }
}

/// Runs a client and hands it a code on its standard input.
pub(crate) fn with_code(client: &mut Command, mail: impl FnOnce() -> String) -> Output {
    let mut child =
        client.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    // A client that has ended does not read.
    let _ = writeln!(stdin, "{}", mail());
    drop(stdin);
    child.wait_with_output().unwrap()
}

pub(crate) fn free_address() -> String {
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    port.local_addr().unwrap().to_string()
}
