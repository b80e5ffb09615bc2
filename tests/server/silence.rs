//! What the server prints names nobody.

use std::fs::File;
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::TcpListener;
use std::process::Command;
use std::time::Duration;

use headcount_server::attester::mail::MailConfig;
use headcount_server::clock::Clock;
use headcount_server::draft::Draft;
use headcount_server::init::{Place, init};
use headcount_tests::programs::{Process, program};
use headcount_tests::remote::{EMAIL, Remote, Supporter};
use headcount_tests::traces::{contains, traces};

const ADDRESS: &str = "zebra.crossing@example.org";

/// A mail server that takes no recipient, and says whom.
fn refusing_mail_server() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    std::thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let _ = stream.write_all(b"220 mail\r\n");
            let lines = BufReader::new(stream.try_clone().unwrap()).lines();
            for line in lines.map_while(Result::ok) {
                let answer = match line.get(..4) {
                    Some("RCPT") => format!("550 no {ADDRESS} here\r\n"),
                    Some("QUIT") => "221 bye\r\n".to_owned(),
                    _ => "250 mail\r\n".to_owned(),
                };
                let _ = stream.write_all(answer.as_bytes());
            }
        }
    });
    address
}

/// [TAG-1]
#[test]
fn no_line_of_the_log_names_anybody() {
    let keep = tempfile::tempdir().unwrap();
    let (dir, log) = (keep.path().join("campaign"), keep.path().join("log"));
    let port = TcpListener::bind("127.0.0.1:0").unwrap();
    let listen = port.local_addr().unwrap();
    drop(port);
    let mail = MailConfig {
        from: "Code <code@host.example>".to_owned(),
        smtp: Some(format!("smtp://{}", refusing_mail_server())),
        ..MailConfig::default()
    };
    let place = Place { url: format!("http://{listen}"), listen, mail };
    let draft = Draft::plain("A rally", 1);
    let campaign = init(&dir, &draft, &place, Clock::System.now()).unwrap();
    let mut command = Command::new(program("headcountd"));
    // Whatever is asked for, what libraries have to say is not printed.
    command.arg("serve").arg(&dir).env("RUST_LOG", "trace").stderr(File::create(&log).unwrap());
    let (server, line) = Process::start_until(&mut command, "Serving");
    assert!(line.is_some(), "the server starts");

    let remote = Remote { dir, campaign, url: place.url };
    let supporter = Supporter::new(&remote.campaign, 1, EMAIL, 0);
    let started = remote.start_attempt(&supporter, ADDRESS);
    assert_eq!(started.status, 200);
    let attempt = started.json()["attempt"].as_str().unwrap().to_owned();
    assert_eq!(remote.prove_email(&supporter, &attempt, "ZEBR-A000-0000-0000").status, 403);
    assert_eq!(remote.start_attempt(&supporter, &ADDRESS.replace('@', "@@")).status, 400);
    let said = (0..200).find_map(|_| {
        std::thread::sleep(Duration::from_millis(50));
        let said = std::fs::read(&log).unwrap();
        contains(&said, b"refused a message with status 550").then_some(said)
    });
    let said = said.expect("the failure is reported");
    drop(server);
    for trace in traces(ADDRESS) {
        assert!(!contains(&said, &trace), "{}", String::from_utf8_lossy(&said));
    }
}
