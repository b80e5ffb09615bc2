//! Below the endpoints: heads that are none, and bodies that are not exactly what they should be.

use headcount_tests::remote::{EMAIL, INVITATION};
use headcount_tests::served::Served;
use serde_json::{Value, json};

use crate::answer::conforms;
use crate::document::Document;
use crate::every_endpoint::{exchange, send};

/// [HTTP-16] Too much of a head is 431, a malformed one 400, and the connection ends.
#[test]
fn a_head_is_bounded_and_well_formed() {
    let served = Served::new();
    let said = |lines: &str| {
        let request = format!("GET /count.json HTTP/1.1\r\nHost: h\r\n{lines}\r\n");
        String::from_utf8(exchange(&served.url, request.as_bytes(), false)).unwrap()
    };
    let fields = |count: usize| -> String { (0..count).map(|n| format!("X{n}: 1\r\n")).collect() };
    let long = |length: usize| format!("Connection: close\r\nX: {}\r\n", "x".repeat(length));
    assert!(said(&("Connection: close\r\n".to_owned() + &fields(98))).starts_with("HTTP/1.1 200"));
    assert!(said(&long(16_000)).starts_with("HTTP/1.1 200"));
    for too_much in [fields(100), long(16_384), long(40_000)] {
        let said = said(&too_much);
        assert!(said.starts_with("HTTP/1.1 431") && said.ends_with("\r\n\r\n"), "{said}");
    }
    for malformed in ["no field\r\n", "A b: 1\r\n", "A: \0\r\n", "Content-Length: -1\r\n"] {
        let said = said(malformed);
        assert!(
            said.starts_with("HTTP/1.1 400") && said.ends_with("\r\n\r\n"),
            "{malformed}: {said}"
        );
    }
    for line in ["GET  / HTTP/1.1", "GET / HTTP/3.0", "PRI * HTTP/2.0", "\u{16}\u{3}\u{1}"] {
        let said = exchange(&served.url, format!("{line}\r\n\r\n").as_bytes(), true);
        assert!(said.is_empty() || said.starts_with(b"HTTP/1.1 400"), "{line}");
    }
}

/// [HTTP-2] [HTTP-17] Targets that no endpoint has are 404, whatever they look like.
#[test]
fn unusual_targets_are_not_found() {
    let (served, document) = (Served::new(), Document::read());
    for target in ["*", "nowhere", "//count.json", "/count.json/", "/c", "/c/", "/count%2ejson"] {
        let outcome = conforms(&document, &send(&served.url, "GET", target, "", b""));
        assert_eq!(outcome, (404, "not-found".to_owned()), "{target}");
    }
    for target in ["/c/%zz", "/c/%ff", "/c/..", "/c/%2e%2e%2fmanifest.json"] {
        let outcome = conforms(&document, &send(&served.url, "GET", target, "", b""));
        assert_eq!(outcome, (404, "unknown-campaign".to_owned()), "{target}");
    }
    let connect = conforms(&document, &send(&served.url, "CONNECT", "h:80", "", b""));
    assert_eq!(connect, (404, "not-found".to_owned()));
}

/// [HTTP-1] [HTTP-10] One body, one reading: no member twice, none unknown or missing, no list for
/// an object, no number but digits.
#[test]
fn json_has_one_reading() {
    let served = Served::new();
    let common = json!({
        "campaign": served.campaign.id, "issuer": EMAIL, "request_digest": "00".repeat(32),
    });
    let with = |more: Value| {
        let mut body = common.clone();
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        body.to_string()
    };
    let attempt = with(json!({ "address": "ada@localhost", "language": "en" }));
    let proof = json!({ "proof": { "invitation": { "code": "0000" } } });
    let attestation = with(proof).replace("\"issuer\":0", &format!("\"issuer\":{INVITATION}"));
    let post = |path: &str, body: &str| {
        let headers = [("content-type", "application/json")];
        let answer = served.send("POST", path, &headers, body.as_bytes());
        (answer.status, answer.word())
    };
    // In the order in which the text lists the members.
    let attempt_names = ["campaign", "issuer", "address", "request_digest", "language"];
    let attestation_names = ["campaign", "issuer", "request_digest", "proof"];
    for (path, good, names, refusal) in [
        ("/attester/attempts", &attempt, &attempt_names[..], (400, "address-invalid")),
        ("/attester/attestations", &attestation, &attestation_names, (403, "code-wrong")),
    ] {
        let is = |body: &str, (status, word): (u16, &str)| {
            assert_eq!(post(path, body), (status, word.to_owned()), "{body}");
        };
        is(good, refusal);
        is(&format!(" \n{good}\t"), refusal);
        let members: Value = serde_json::from_str(good).unwrap();
        let issuer = format!("\"issuer\":{}", members["issuer"]);
        for number in ["0.0", "0e0", "1e0", "-0", "00", "+0", "65536", "\"0\"", "null", "[0]"] {
            is(&good.replace(&issuer, &format!("\"issuer\":{number}")), (400, "malformed-body"));
        }
        is(&good.replacen('{', &format!("{{{issuer},"), 1), (400, "malformed-body"));
        is(&good.replacen('{', "{\"more\":0,", 1), (400, "malformed-body"));
        is(&good.replacen("{\"", "{\"\\u0000", 1), (400, "malformed-body"));
        is(&format!("\u{feff}{good}"), (400, "malformed-body"));
        is(&format!("{good}{{}}"), (400, "malformed-body"));
        for name in names {
            let mut less = members.clone();
            less.as_object_mut().unwrap().remove(*name).unwrap();
            is(&less.to_string(), (400, "malformed-body"));
        }
        let list: Value = names.iter().map(|name| members[name].clone()).collect();
        is(&list.to_string(), (400, "malformed-body"));
        let latin = [good.replace('}', "").as_bytes(), b",\"x\":\"\xe4\"}"].concat();
        let headers = [("content-type", "application/json")];
        assert_eq!(served.send("POST", path, &headers, &latin).word(), "malformed-body");
    }
}
