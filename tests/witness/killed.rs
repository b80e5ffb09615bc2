//! A witness is killed at each of its writes in turn, and at its answer; then it is started again
//! and shown another tree. It never cosigns both.
//!
//! The system calls are stopped by strace from outside: nothing in the program knows of it.

use std::path::{Path, PathBuf};
use std::process::Command;

use headcount_protocol::campaign::Campaign;
use headcount_protocol::log::witness::AddCheckpoint;
use headcount_protocol::log::{Checkpoint, Hash, Note};
use headcount_tests::campaign::{Keys, small};
use headcount_tests::plan::Plan;
use headcount_tests::programs::{Process, is_installed, program};
use headcount_tests::remote::Remote;
use tempfile::TempDir;

use crate::scene::made;

/// [WIT-10, WIT-11]
#[test]
fn killed_at_each_write_it_never_cosigns_a_fork() {
    if !is_installed("strace", "--version") {
        return;
    }
    let calls = ["fsync", "rename", "writev"];
    let faults = Plan::new(&calls).run(Lane::new, |lane, call, number| lane.run(call, number));
    assert!(faults >= 4, "{faults} faults: they missed");
}

struct Lane {
    keep: TempDir,
    campaign: Campaign,
}

impl Lane {
    fn new() -> Self {
        let (keep, campaign) = (tempfile::tempdir().unwrap(), small());
        std::fs::write(keep.path().join("manifest.json"), campaign.bytes()).unwrap();
        Self { keep, campaign }
    }

    /// One witness with one fault; `false` if the fault hit nothing.
    fn run(&self, call: &str, number: u32) -> bool {
        let what = format!("{call} {number}");
        let dir = self.keep.path().join(format!("{call}-{number}"));
        let _ = made(&dir, 0);
        let mut faulty = Command::new("strace");
        faulty.args(["-f", "-qq", "-o"]).arg(self.keep.path().join("strace"));
        faulty.args(["-e", &format!("trace={call}")]);
        faulty.args(["-e", &format!("inject={call}:signal=SIGKILL:when={number}")]);
        let (one, other) = (request(1), request(2));
        let (process, witness) = self.start(faulty.arg(program("headcount")), &dir);
        let answered = witness.and_then(|witness| add(&witness, &one));
        drop(process);

        let (_process, witness) = self.start_again(&dir);
        let cosigned = [&other, &one].map(|request| match add(&witness, request) {
            Some(409) => add(&witness, &AddCheckpoint { old: 2, ..request.clone() }),
            status => status,
        });
        let expected = [[Some(200), Some(422)], [Some(422), Some(200)]];
        assert!(expected.contains(&cosigned), "{what}: {cosigned:?}");
        // What was said is not taken back.
        assert!(answered.is_none() || (answered, cosigned) == (Some(200), expected[1]), "{what}");
        answered.is_none()
    }

    /// Starts it without a fault, as soon as the process before is gone and its lock with it.
    fn start_again(&self, dir: &Path) -> (Process, Remote) {
        let started = (0..100).find_map(|_| {
            let (process, witness) = self.start(&mut Command::new(program("headcount")), dir);
            std::thread::sleep(std::time::Duration::from_millis(100));
            witness.map(|witness| (process, witness))
        });
        started.expect("it starts again")
    }

    fn start(&self, command: &mut Command, dir: &Path) -> (Process, Option<Remote>) {
        let manifest: PathBuf = self.keep.path().join("manifest.json");
        command.args(["witness", "serve", "--listen", "127.0.0.1:0"]).arg(dir).arg(manifest);
        let (process, line) = Process::start_until(command, "Listening");
        let url = line.map(|line| line.split(' ').nth(2).unwrap().to_owned());
        let remote = |url| Remote { url, dir: dir.to_owned(), campaign: self.campaign.clone() };
        (process, url.map(remote))
    }
}

/// Two entries, never seen before; another tree for each mark.
fn request(mark: u8) -> AddCheckpoint {
    let signer = &Keys::shared().pledge_log;
    let name = signer.verifier_key().name().clone();
    let checkpoint = Checkpoint::new(name, 2, Hash::from([mark; 32])).unwrap();
    let note = Note::parse(checkpoint.sign(signer).unwrap().as_bytes()).unwrap();
    AddCheckpoint { old: 0, proof: Vec::new(), note }
}

fn add(witness: &Remote, request: &AddCheckpoint) -> Option<u16> {
    let answer = witness.try_send("POST", "/add-checkpoint", &[], &request.encode())?;
    Some(answer.status)
}
