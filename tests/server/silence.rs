//! What the server prints, and what it has in memory, names nobody.

use std::fs::File;
use std::os::unix::fs::FileExt as _;
use std::sync::mpsc::channel;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use headcount_tests::remote::{EMAIL, Supporter, code_line};
use headcount_tests::traces::{contains, traces};

use crate::mailing::Mailing;

const ADDRESS: &str = "zebra.crossing@example.org";

fn wait_for<T>(mut found: impl FnMut() -> Option<T>) -> T {
    let found = (0..200).find_map(|_| {
        std::thread::sleep(Duration::from_millis(50));
        found()
    });
    found.expect("it does not happen")
}

/// [TAG-1]
#[test]
fn no_line_of_the_log_names_anybody() {
    let mailing = Mailing::start(|line| match line.get(..4) {
        Some("RCPT") => Some(format!("550 no {ADDRESS} here")),
        _ => Some("250 mail".to_owned()),
    });
    let remote = &mailing.remote;
    let supporter = Supporter::new(&remote.campaign, 1, EMAIL, 0);
    let started = remote.start_attempt(&supporter, ADDRESS);
    assert_eq!(started.status, 200);
    let attempt = started.json()["attempt"].as_str().unwrap().to_owned();
    assert_eq!(remote.prove_email(&supporter, &attempt, "ZEBR-A000-0000-0000").status, 403);
    assert_eq!(remote.start_attempt(&supporter, &ADDRESS.replace('@', "@@")).status, 400);
    let said = wait_for(|| {
        let said = mailing.log();
        contains(&said, b"refused a message with status 550").then_some(said)
    });
    for trace in traces(ADDRESS) {
        assert!(!contains(&said, &trace), "{}", String::from_utf8_lossy(&said));
    }
}

/// Whether a process has bytes anywhere in its memory; nothing if nobody may look into it.
fn is_in_memory(process: u32, needle: &[u8]) -> Option<bool> {
    let memory = File::open(format!("/proc/{process}/mem")).ok()?;
    let maps = std::fs::read_to_string(format!("/proc/{process}/maps")).ok()?;
    let ranges = maps.lines().filter_map(|line| {
        let (start, end) = line.split_once(' ')?.0.split_once('-')?;
        Some((u64::from_str_radix(start, 16).ok()?, u64::from_str_radix(end, 16).ok()?))
    });
    let found = ranges.into_iter().any(|(start, end)| {
        let mut bytes = vec![0; usize::try_from(end - start).unwrap()];
        // What cannot be read, such as the kernel's own pages, is not the server's.
        memory.read_exact_at(&mut bytes, start).is_ok() && contains(&bytes, needle)
    });
    Some(found)
}

/// [ATT-3, TAG-2]
#[test]
fn an_address_is_in_memory_as_long_as_its_mail_waits_and_no_longer() {
    let (release, held) = channel();
    let received = Arc::new(Mutex::new(Vec::new()));
    let lines = received.clone();
    let mut in_message = false;
    let mailing = Mailing::start(move |line| {
        if !in_message {
            in_message = line == "DATA";
            return Some(if in_message { "354 go on" } else { "250 mail" }.to_owned());
        }
        lines.lock().unwrap().push(line.to_owned());
        in_message = line != ".";
        // The message waits in the server's memory until it is said to be taken.
        (!in_message).then(|| held.recv().map_or_else(|_| String::new(), |()| "250 ok".to_owned()))
    });
    let (remote, process) = (&mailing.remote, mailing.server.id());
    let holds = || is_in_memory(process, ADDRESS.as_bytes());
    let Some(before) = holds() else { return not_allowed() };
    assert!(!before);

    let supporter = Supporter::new(&remote.campaign, 1, EMAIL, 0);
    let started = remote.start_attempt(&supporter, ADDRESS).json();
    let attempt = started["attempt"].as_str().unwrap();
    wait_for(|| received.lock().unwrap().iter().any(|line| line == ".").then_some(()));
    assert_eq!(holds(), Some(true), "the search does not find what is there");
    release.send(()).unwrap();
    wait_for(|| (holds() == Some(false)).then_some(()));

    let code = received.lock().unwrap().iter().find_map(|line| code_line(line).map(str::to_owned));
    assert_eq!(remote.prove_email(&supporter, attempt, &code.unwrap()).status, 200);
    wait_for(|| (holds() == Some(false)).then_some(()));
    assert_eq!(is_in_memory(process, b"zebra"), Some(false));
}

#[expect(clippy::print_stderr, reason = "a skipped test says so")]
fn not_allowed() {
    eprintln!("skipped: only root may look into the memory of a server");
}
