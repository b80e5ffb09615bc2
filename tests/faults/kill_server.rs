//! `headcountd serve` is killed, or made to fail, at each of its writes in turn; then it is
//! started again, and the supporter goes on. There is exactly one pledge in the end.
//!
//! The system calls are stopped by strace from outside: nothing in the program knows of it.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use headcount_protocol::campaign::Campaign;
use headcount_server::attester::mail::MailConfig;
use headcount_server::clock::Clock;
use headcount_server::draft::Draft;
use headcount_server::init::{Place, init};
use headcount_tests::plan::Plan;
use headcount_tests::programs::{Process, is_installed, program};
use headcount_tests::remote::Remote;
use serde_json::Value;
use tempfile::TempDir;

use crate::patient::{Again, Patient};

/// The calls by which the server changes a file or makes the change durable. (A plain `write`
/// fills a temporary file, whose `fsync` comes next.)
const WRITES: [&str; 6] = ["pwrite64", "fsync", "rename", "ftruncate", "unlink", "mkdir"];

/// Longest time a supporter needs.
const PATIENCE: Duration = Duration::from_secs(40);

/// [ATT-16, ATT-17, LOG-32, PLG-15]
#[test]
fn killed_at_each_write() {
    at_each_write("signal=SIGKILL");
}

/// [ATT-16, ATT-17, LOG-32, PLG-15]
#[test]
fn each_write_fails_once() {
    at_each_write("error=EIO");
}

fn at_each_write(fault: &str) {
    if !is_installed("strace", "--version") {
        return;
    }
    let faults =
        Plan::new(&WRITES).run(Lane::new, |lane, call, number| lane.run(fault, call, number));
    assert!(faults >= 60, "{faults} faults: they missed");
}

/// A place for campaigns, one after the other, each a copy of one that has just been set up.
struct Lane {
    keep: TempDir,
    template: PathBuf,
    campaign: Campaign,
    url: String,
}

impl Lane {
    fn new() -> Self {
        let keep = tempfile::tempdir().unwrap();
        let template = keep.path().join("template");
        let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let listen = port.local_addr().unwrap();
        drop(port);
        let url = format!("http://{listen}");
        let from = "Headcount <no-reply@headcount.example>".to_owned();
        let outbox = Some("outbox".into());
        let mail = MailConfig { from, outbox, ..MailConfig::default() };
        let place = Place { url: url.clone(), listen, mail };
        let draft: Draft = toml::from_str(include_str!("quick.toml")).unwrap();
        let campaign = init(&template, &draft, &place, Clock::System.now()).unwrap();
        Self { keep, template, campaign, url }
    }

    /// One campaign with one fault; `false` if the fault hit nothing.
    fn run(&self, fault: &str, call: &str, number: u32) -> bool {
        let what = format!("{fault} at {call} {number}");
        let dir = self.keep.path().join(format!("campaign-{call}-{number}"));
        copy(&self.template, &dir);
        let remote =
            Remote { dir: dir.clone(), campaign: self.campaign.clone(), url: self.url.clone() };
        let report = self.keep.path().join(format!("strace-{call}-{number}"));
        let mut faulty = Command::new("strace");
        faulty
            .args(["-f", "-qq", "-o"])
            .arg(&report)
            .args(["-e", &format!("trace={call}")])
            .args(["-e", &format!("inject={call}:{fault}:when={number}")])
            .arg(program("headcountd"));
        let (mut server, _) = Process::start_until(serve(&mut faulty, &dir), "Serving");

        let mut patient = Patient::new(&remote);
        let began = Instant::now();
        let mut restarted = false;
        loop {
            assert!(began.elapsed() < PATIENCE, "{what}: no pledge in time");
            let step = patient.walk(&remote).and_then(|()| counted(&remote));
            match step {
                Ok(true) => break,
                Ok(false) | Err(Again::Later) => std::thread::sleep(Duration::from_millis(100)),
                Err(Again::Gone) => {
                    server.kill();
                    restarted = true;
                    let (process, line) =
                        Process::start_until(serve(&mut sound(), &dir), "Serving");
                    assert!(line.is_some(), "{what}: it does not start again");
                    server = process;
                }
            }
        }
        server.kill();
        let (server, line) = Process::start_until(serve(&mut sound(), &dir), "Serving");
        assert!(line.is_some(), "{what}: it does not start in the end");
        patient.redeem(&remote).expect("it is alive");
        assert_eq!(counted(&remote), Ok(true), "{what}");
        self.audit(&what);
        drop(server);
        let hit = restarted || std::fs::read_to_string(&report).unwrap().contains("INJECTED");
        std::fs::remove_dir_all(&dir).unwrap();
        hit
    }

    /// An outsider's verdict.
    fn audit(&self, what: &str) {
        let link = self.campaign.link();
        let output =
            Command::new(program("headcount")).args(["audit", &link, "--json"]).output().unwrap();
        let report: Value = serde_json::from_slice(&output.stdout).unwrap();
        assert_eq!(report["verdict"], "agrees", "{what}: {report}");
        assert_eq!(report["sum"], 1, "{what}: {report}");
        assert_eq!(report["findings"], Value::Array(Vec::new()), "{what}");
    }
}

/// Whether the one pledge stands in the log.
fn counted(remote: &Remote) -> Result<bool, Again> {
    let answer = remote.try_send("GET", "/count.json", &[], &[]).ok_or(Again::Gone)?;
    let current = answer.json()["current"].as_u64().expect("a number");
    assert!(current <= 1, "one supporter, {current} pledges");
    Ok(current == 1)
}

/// A server without faults.
fn sound() -> Command {
    Command::new(program("headcountd"))
}

/// One thread for everything asynchronous, so that a write has the same number in each run.
fn serve<'a>(command: &'a mut Command, dir: &Path) -> &'a mut Command {
    command
        .arg("serve")
        .arg(dir)
        .env("TOKIO_WORKER_THREADS", "1")
        .stderr(std::process::Stdio::null())
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir(to).unwrap();
    for file in std::fs::read_dir(from).unwrap().flatten() {
        let (source, target) = (file.path(), to.join(file.file_name()));
        if source.is_dir() {
            copy(&source, &target);
        } else {
            std::fs::copy(&source, &target).unwrap();
        }
    }
}
