//! The real server in a process of its own, and the mail server it sends codes through.

use std::fs::File;
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::TcpListener;
use std::process::Command;

use headcount_server::attester::mail::MailConfig;
use headcount_server::clock::Clock;
use headcount_server::draft::Draft;
use headcount_server::init::{Place, init};
use headcount_tests::programs::{Process, program};
use headcount_tests::remote::Remote;

/// A campaign that is served, and what the server has printed.
pub(crate) struct Mailing {
    pub(crate) remote: Remote,
    pub(crate) server: Process,
    keep: tempfile::TempDir,
}

impl Mailing {
    /// Serves a campaign; `answer` is what the mail server answers to a line, if anything.
    pub(crate) fn start(answer: impl FnMut(&str) -> Option<String> + Send + 'static) -> Self {
        let keep = tempfile::tempdir().unwrap();
        let dir = keep.path().join("campaign");
        let port = TcpListener::bind("127.0.0.1:0").unwrap();
        let listen = port.local_addr().unwrap();
        drop(port);
        let mail = MailConfig {
            from: "Code <code@host.example>".to_owned(),
            smtp: Some(format!("smtp://{}", mail_server(answer))),
            ..MailConfig::default()
        };
        let place = Place { url: format!("http://{listen}"), listen, mail };
        let draft = Draft::plain("A rally", 1);
        let campaign = init(&dir, &draft, &place, Clock::System.now()).unwrap();
        let log = File::create(keep.path().join("log")).unwrap();
        let mut command = Command::new(program("headcountd"));
        // Whatever is asked for, what libraries have to say is not printed.
        command.arg("serve").arg(&dir).env("RUST_LOG", "trace").stderr(log);
        let (server, line) = Process::start_until(&mut command, "Serving");
        assert!(line.is_some(), "the server does not start");
        Self { remote: Remote { dir, campaign, url: place.url }, server, keep }
    }

    /// What the server has printed.
    pub(crate) fn log(&self) -> Vec<u8> {
        std::fs::read(self.keep.path().join("log")).unwrap()
    }
}

fn mail_server(mut answer: impl FnMut(&str) -> Option<String> + Send + 'static) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    std::thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let _ = stream.write_all(b"220 mail\r\n");
            let lines = BufReader::new(stream.try_clone().unwrap()).lines();
            for line in lines.map_while(Result::ok) {
                if let Some(answer) = answer(&line) {
                    let _ = stream.write_all(format!("{answer}\r\n").as_bytes());
                }
            }
        }
    });
    address
}
