//! What every endpoint answers besides what its section lists.

use std::collections::BTreeSet;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::Duration;

use headcount_tests::remote::Answer;

use crate::answer::conforms;
use crate::campaign::Contract;
use crate::cases::Cases;
use crate::document::{Document, Operation};

const METHODS: [&str; 9] =
    ["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE", "PROPFIND"];

/// A request as it goes over the wire, with the head's further lines.
pub(crate) fn send(base: &str, method: &str, path: &str, head: &str, body: &[u8]) -> Answer {
    let head = format!("{method} {path} HTTP/1.1\r\nHost: h\r\nConnection: close\r\n{head}\r\n");
    answer(&exchange(base, &[head.as_bytes(), body].concat(), false))
}

/// Everything the server says to these bytes; it may be told that nothing more comes.
pub(crate) fn exchange(base: &str, bytes: &[u8], breaks_off: bool) -> Vec<u8> {
    let authority = base.trim_start_matches("http://").split('/').next().unwrap();
    let mut stream = TcpStream::connect(authority).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
    // A server that has heard enough does not read on.
    let _ = stream.write_all(bytes);
    if breaks_off {
        let _ = stream.shutdown(std::net::Shutdown::Write);
    }
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer);
    answer
}

/// Reads an answer whose end is that of the connection.
pub(crate) fn answer(bytes: &[u8]) -> Answer {
    let end = bytes.windows(4).position(|window| window == b"\r\n\r\n").unwrap();
    let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
    let mut lines = head.lines();
    let status = lines.next().unwrap().split(' ').nth(1).unwrap().parse().unwrap();
    let fields = lines.map(|line| line.split_once(": ").unwrap());
    let headers = fields.map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
    Answer { status, headers, body: bytes[end + 4..].to_vec() }
}

/// An operation of the running campaign.
struct Target {
    operation: Operation,
    base: String,
    path: String,
}

impl Target {
    fn send(&self, method: &str, head: &str, body: &[u8]) -> Answer {
        send(&self.base, method, &self.path, head, body)
    }

    /// A body of these octets and of the media type that the operation takes.
    fn send_octets(&self, method: &str, body: &[u8]) -> Answer {
        let media_type = self.operation.takes.as_deref().unwrap_or("application/octet-stream");
        let length = body.len();
        let head = format!("Content-Type: {media_type}\r\nContent-Length: {length}\r\n");
        self.send(method, &head, body)
    }
}

/// Every operation of the document, at a path where there is something.
fn targets(contract: &Contract, document: &Document) -> Vec<Target> {
    let cases = Cases::new(&contract.remote, contract.fill_log());
    let servers = contract.servers();
    let targets = document.operations().into_iter().map(|operation| {
        let base = servers[&operation.server].as_str().unwrap().to_owned();
        let root =
            format!("http://{}", base.trim_start_matches("http://").split('/').next().unwrap());
        let mut path = base.replacen(&root, "", 1) + &operation.path;
        for (name, value) in cases.path(&operation.id).as_object().into_iter().flatten() {
            let value = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            path = path.replace(&format!("{{{name}}}"), &value);
        }
        Target { operation, base: root, path }
    });
    targets.collect()
}

/// [HTTP-2] [HTTP-14] sizes, paths, methods and media types, in this order; [HTTP-11] what a
/// media type is; [HTTP-12] no query matters; [HTTP-13] `HEAD`; [HTTP-15] a body that breaks
/// off; [HTTP-20] `Allow`; and whatever the answer, [HTTP-3] [HTTP-4] [HTTP-18].
#[test]
fn every_endpoint_answers_alike() {
    let (contract, document) = (Contract::serve(), Document::read());
    for target in targets(&contract, &document) {
        let (small, large) = bodies(target.operation.limit);
        let name = target.operation.name();
        let is = |answer: &Answer, status: u16, word: &str| {
            assert_eq!(conforms(&document, answer), (status, word.to_owned()), "{name}");
        };
        let takes = target.operation.takes.is_some();
        let methods: &[&str] = if takes { &["POST"] } else { &["GET", "HEAD"] };
        for method in METHODS {
            if method != "HEAD" {
                is(&target.send_octets(method, &large), 413, "body-too-large");
            }
            if !methods.contains(&method) && method != "HEAD" {
                let length = small.len();
                let head = format!("Content-Type: text/plain\r\nContent-Length: {length}\r\n");
                let refused = target.send(method, &head, &small);
                is(&refused, 405, "method-not-allowed");
                assert_eq!(refused.header("allow"), Some(&methods.join(",")[..]), "{name}");
            }
        }
        let method = methods[0];
        for broken in [
            "Transfer-Encoding: chunked\r\n\r\nno length\r\n",
            "Transfer-Encoding: chunked\r\n\r\n5\r\nab",
            "Content-Length: 10\r\n\r\nab",
        ] {
            let request = format!("{method} {} HTTP/1.1\r\nHost: h\r\n{broken}", target.path);
            let said = exchange(&target.base, request.as_bytes(), true);
            is(&answer(&said), 400, "malformed-body");
        }
        if let Some(media_type) = &target.operation.takes {
            for head in ["", "Content-Type: text/plain\r\n", "Content-Type: application\r\n"] {
                is(&target.send(method, head, b""), 415, "unsupported-media-type");
            }
            let shouted = media_type.to_uppercase();
            let head = format!("Content-Type: {shouted} ; charset=utf-8\r\n");
            assert!(![200, 415].contains(&target.send(method, &head, b"").status), "{name}");
        } else {
            reads_alike(&target, &document);
        }
    }
    let (small, large) = bodies(4_096);
    for (body, status, word) in [(small, 404, "not-found"), (large, 413, "body-too-large")] {
        let head = format!("Content-Length: {}\r\n", body.len());
        let nowhere = send(&contract.remote.url, "PUT", "/nowhere", &head, &body);
        assert_eq!(conforms(&document, &nowhere), (status, word.to_owned()));
    }
}

/// The longest body that is taken, and one more byte.
fn bodies(limit: usize) -> (Vec<u8>, Vec<u8>) {
    (vec![b' '; limit], vec![b' '; limit + 1])
}

/// A resource that is read: by `GET`, by `HEAD`, with a query and with a body.
fn reads_alike(target: &Target, document: &Document) {
    let name = target.operation.name();
    let answer = target.send("GET", "", b"");
    let outcome = conforms(document, &answer);
    // The campaign has no witnesses.
    let there = outcome.0 < 400 || name == "GET /witnessed";
    assert!(target.operation.outcomes.contains(&outcome) && there, "{name}: {outcome:?}");
    let without_date = |answer: &Answer| {
        let headers = answer.headers.iter().filter(|(name, _)| name != "date");
        headers.cloned().collect::<BTreeSet<_>>()
    };
    let head = target.send("HEAD", "", b"");
    assert_eq!(
        (head.status, without_date(&head)),
        (answer.status, without_date(&answer)),
        "{name}"
    );
    assert!(head.body.is_empty(), "{name}");
    let asked = send(&target.base, "GET", &format!("{}?a=%00&b", target.path), "", b"");
    assert_eq!((asked.status, asked.body), (answer.status, answer.body.clone()), "{name}");
    let with_body = target.send_octets("GET", b"{}");
    assert_eq!((with_body.status, with_body.body), (answer.status, answer.body), "{name}");
}
