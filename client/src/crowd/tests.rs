use std::fs;

use super::*;
use crate::world::server::{CODE, Server};

#[test]
fn a_crowd_pledges_to_the_last() {
    let server = Server::start(0);
    let outbox = tempfile::tempdir().unwrap();
    server.state.lock().unwrap().outbox = Some(outbox.path().to_owned());
    let channels = Channels::new(4).unwrap();
    let campaign = server.link().fetch(&channels.campaign).unwrap();
    let plan = Plan {
        supporters: 12,
        outbox: outbox.path().to_owned(),
        invitations: Vec::new(),
        parallel: 4,
    };
    let counts = play(&campaign, &channels, &plan, &Tally::default()).unwrap();
    assert_eq!(counts, Counts { started: 12, issued: 12, pledged: 12, failed: 0 });
    assert_eq!(server.state.lock().unwrap().logs.pledges.sizes.len(), 12);
    // The same people again: nobody is issued a second token.
    let again = play(&campaign, &channels, &plan, &Tally::default()).unwrap_err();
    assert!(matches!(again, CrowdError::Failed { failed: 12, .. }), "{again}");
    assert!(!again.to_string().contains('@'));
}

#[test]
fn codes_are_read_however_a_message_is_encoded() {
    let dir = tempfile::tempdir().unwrap();
    let write = |name: &str, text: String| fs::write(dir.path().join(name), text).unwrap();
    write("old.eml", format!("To: old@x.example\r\n\r\n{CODE}\r\n"));
    let mailbox = Mailbox::open(dir.path()).unwrap();
    write("1.eml", format!("Subject: x\r\nTo: a@x.example\r\n\r\nHello\r\n\r\n  {CODE}\r\n"));
    let quoted = CODE.replace('7', "=37").replace("-DEFG", "-D=\r\nEFG");
    write(
        "2.eml",
        format!(
            "To: B <b@x.example>\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n{quoted}\r\n"
        ),
    );
    let encoded = data_encoding::BASE64_MIME.encode(format!("Привет\r\n{CODE}\r\n").as_bytes());
    write(
        "3.eml",
        format!("To:\r\n c@x.example\r\nContent-Transfer-Encoding: base64\r\n\r\n{encoded}"),
    );
    write("4.eml", "To: d@x.example\r\n\r\nhalf a mess".to_owned());
    write("5.txt", format!("To: e@x.example\r\n\r\n{CODE}\r\n"));
    mailbox.scan().unwrap();
    write("4.eml", format!("To: d@x.example\r\n\r\nhalf a message\r\n{CODE}\r\n"));
    mailbox.scan().unwrap();
    let found = |address: &str| mailbox.take(address, Duration::ZERO).is_some();
    for address in ["a@x.example", "b@x.example", "c@x.example", "d@x.example"] {
        assert!(found(address), "{address}");
        assert!(!found(address), "{address} twice");
    }
    assert!(!found("old@x.example") && !found("e@x.example"));
}
