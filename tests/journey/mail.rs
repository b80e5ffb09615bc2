//! A real SMTP server receives the message, and the code in it completes a pledge.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use headcount_tests::programs::{Process, is_installed};
use headcount_tests::remote::code_line;

use crate::programs::{Campaign, free_address};

const ADDRESS: &str = "ada.lovelace@example.org";

#[test]
fn a_code_that_came_by_smtp_completes_a_pledge() {
    let python = Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/venv/bin/python");
    let python = python.to_string_lossy().into_owned();
    if !is_installed(&python, "--version") {
        return;
    }
    let keep = tempfile::tempdir().unwrap();
    let (maildir, address) = (keep.path().join("mail"), free_address());
    let mut command = Command::new(&python);
    command.args(["-m", "aiosmtpd", "-n", "-l", &address]);
    command.args(["-c", "aiosmtpd.handlers.Mailbox"]).arg(&maildir);
    let _smtp = Process::start(&mut command);
    wait_for_port(&address);

    let campaign = Campaign::serve(&[
        "--smtp",
        &format!("smtp://{address}"),
        "--mail-from",
        "Code <code@example.org>",
    ]);
    let wallet = keep.path().join("wallet");
    let joined = campaign.join(&wallet, ADDRESS, || delivered_code(&maildir));
    let report = String::from_utf8_lossy(&joined.stdout).into_owned();
    assert!(joined.status.success(), "{report}");

    let audit = campaign.wait_for(1);
    assert_eq!((&audit["verdict"], &audit["sum"]), (&"agrees".into(), &1.into()), "{audit}");
    // A second person at another spelling of the address is the same person.
    let spelling = "Ada.Lovelace+again@EXAMPLE.org";
    let other = keep.path().join("other");
    let refused = campaign.join(&other, spelling, || delivered_code(&maildir));
    assert_eq!(refused.status.code(), Some(3), "{refused:?}");
    assert_eq!(campaign.audit()["issuance_logs"][0]["issued"], 1);
}

/// The code of the one message in a Maildir, which is then removed.
fn delivered_code(maildir: &Path) -> String {
    for _ in 0..200 {
        let messages = std::fs::read_dir(maildir.join("new")).into_iter().flatten().flatten();
        let paths: Vec<PathBuf> = messages.map(|file| file.path()).collect();
        if let [path] = &paths[..] {
            let text = std::fs::read_to_string(path).unwrap();
            std::fs::remove_file(path).unwrap();
            assert!(text.contains("Subject: Your code"), "{text}");
            return text.lines().find_map(code_line).expect("a code").to_owned();
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    String::new()
}

fn wait_for_port(address: &str) {
    for _ in 0..200 {
        if std::net::TcpStream::connect(address).is_ok() {
            return;
        }
        std::thread::sleep(Duration::from_millis(50));
    }
}
