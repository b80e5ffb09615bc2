//! Keys and names of those who sign: [CAM-17], [CAM-18], [CAM-19].

use data_encoding::HEXLOWER;
use headcount_protocol::rsa::TokenKey;
use serde_json::{Value, json};

use super::base::{log_key, modulus, seed, set, token_key, witness_key};
use crate::campaign::{Keys, draft_manifest};
use crate::vectors::Case;
use crate::vectors::cases::points::{mixed_key, small_order, small_order_otherwise, y_plus};

pub(super) fn cases() -> Vec<Case> {
    [token_keys(), equal_keys(), points(), log_names()].concat()
}

fn draft(at: &str) -> Value {
    draft_manifest().pointer(at).expect("a value of the manifest").clone()
}

fn token_keys() -> Vec<Case> {
    let same = draft("/issuers/0/token_key");
    let truncated = Keys::shared().tokens[0].public_key().id().truncated();
    let twin = (0..)
        .map(|number| token_key(&modulus(&format!("twin {number}"))))
        .find(|key| key.parse::<TokenKey>().expect("a token key").id().truncated() == truncated)
        .expect("one in 256");
    let key = |key: &Value| ("/issuers/1/token_key", key.clone());
    let url = |url: &str| ("/issuers/1/url", json!(url));
    let log = |name: &str| ("/issuers/1/log", json!(log_key(name, "log")));
    let shared = "https://issuer-a.example";
    let below = "https://issuer-a.example/b";
    let twin = json!(twin);
    vec![
        Case::invalid("two issuers with one token key", set(&[key(&same)]), "CAM-17"),
        Case::invalid("the same at one URL", set(&[key(&same), url(shared)]), "CAM-17"),
        Case::valid("one truncated id at two URLs", set(&[key(&twin)])).flags(&["truncated-id"]),
        Case::invalid("one truncated id at one URL", set(&[key(&twin), url(shared)]), "CAM-17")
            .flags(&["truncated-id"]),
        Case::valid(
            "one truncated id at two URLs of one host",
            set(&[key(&twin), url(below), log("issuer-a.example/b/issuances")]),
        )
        .flags(&["truncated-id"]),
        Case::valid(
            "two truncated ids at one URL",
            set(&[url(shared), log("issuer-a.example/issuances-b")]),
        ),
    ]
}

fn equal_keys() -> Vec<Case> {
    let bad = |comment, changes: &[(&str, Value)]| Case::invalid(comment, set(changes), "CAM-18");
    let organiser = draft("/organiser_key");
    let attester = draft("/issuers/0/attester/key");
    let public = |name: &str| json!(seed(name).public_key());
    let counter = "counter.example/pledges";
    let witness = |key: &str| json!({ "quorum": 1, "faulty": 0, "keys": [witness_key("witness.example", key)] });
    vec![
        bad("organiser and amendments", &[("/amendment_key", organiser)]),
        bad("two attesters", &[("/issuers/1/attester/key", attester.clone())]),
        bad("an attester and receipts", &[("/counter/receipt_key", attester)]),
        bad(
            "receipts and the pledge log",
            &[
                ("/counter/receipt_key", public("log")),
                ("/counter/log", json!(log_key(counter, "log"))),
            ],
        ),
        bad(
            "the pledge log and an issuance log",
            &[
                ("/counter/log", json!(log_key(counter, "log"))),
                ("/issuers/0/log", json!(log_key("issuer-a.example/issuances", "log"))),
            ],
        ),
        bad(
            "a witness and the organiser",
            &[("/organiser_key", public("witness")), ("/witnesses", witness("witness"))],
        ),
        bad(
            "a witness and a log",
            &[("/counter/log", json!(log_key(counter, "log"))), ("/witnesses", witness("log"))],
        ),
        bad(
            "two witnesses",
            &[("/witnesses", {
                let key = |host: &str| witness_key(host, "witness");
                json!({ "quorum": 2, "faulty": 0, "keys": [key("a.example"), key("b.example")] })
            })],
        ),
    ]
}

fn points() -> Vec<Case> {
    let with = |at, bytes: &[u8]| set(&[(at, json!(HEXLOWER.encode(bytes)))]);
    let mixed = mixed_key().compress().to_bytes();
    let mut cases = vec![
        Case::valid("a key of mixed order", with("/organiser_key", &mixed)).flags(&["mixed-order"]),
    ];
    let small = |at, bytes: &[u8]| {
        let comment = "a key of small order";
        Case::invalid(comment, with(at, bytes), "CAM-18").flags(&["small-order"])
    };
    cases.extend(small_order().map(|bytes| small("/organiser_key", &bytes)));
    cases.push(small("/amendment_key", &small_order()[0]));
    cases.push(small("/counter/receipt_key", &small_order()[0]));
    cases.push(small("/issuers/0/attester/key", &small_order()[0]));
    cases.push(small("/issuers/1/attester/key", &small_order()[0]));
    for (comment, bytes) in small_order_otherwise() {
        let input = with("/organiser_key", &bytes);
        let flags = &["small-order", "non-canonical"];
        cases.push(Case::invalid(comment, input, "CAM-18").flags(flags));
    }
    let no_point = with("/organiser_key", &y_plus(2, 0, false));
    cases.push(Case::invalid("a key that is no point", no_point, "CAM-18").flags(&["no-point"]));
    cases
}

fn log_names() -> Vec<Case> {
    let input = |name: &str| set(&[("/counter/log", json!(log_key(name, "log")))]);
    let bad = |comment, name| Case::invalid(comment, input(name), "CAM-19");
    let at = |url: &str, name: &str| {
        set(&[("/counter/url", json!(url)), ("/counter/log", json!(log_key(name, "log")))])
    };
    let one_name = set(&[
        ("/issuers/1/url", json!("https://issuer-a.example")),
        ("/issuers/1/log", json!(log_key("issuer-a.example/issuances", "log"))),
    ]);
    let issuer = |name| set(&[("/issuers/0/log", json!(log_key(name, "log")))]);
    vec![
        Case::valid("another segment", input("counter.example/log-1")),
        Case::valid("hyphens alone", input("counter.example/--")),
        Case::valid("below a path", at("https://counter.example/a", "counter.example/a/log")),
        Case::valid("with a port", at("http://localhost:8080", "localhost:8080/log")),
        bad("no segment", "counter.example"),
        bad("an empty segment", "counter.example/"),
        bad("two segments", "counter.example/a/b"),
        bad("a segment and a slash", "counter.example/a/"),
        bad("a capital", "counter.example/Pledges"),
        bad("an underscore", "counter.example/the_pledges"),
        bad("letters beyond ASCII", "counter.example/журнал").flags(&["unicode"]),
        bad("an encoded letter", "counter.example/%70ledges"),
        bad("no slash between host and segment", "counter.examplepledges"),
        bad("another host", "elsewhere.example/pledges"),
        bad("another port", "counter.example:8443/pledges"),
        bad("the port of the scheme", "counter.example:443/pledges"),
        bad("a host in capitals", "Counter.example/pledges"),
        bad("with the scheme", "https://counter.example/pledges"),
        bad("the name of an issuer's log", "issuer-a.example/pledges"),
        Case::invalid(
            "above the path",
            at("https://counter.example/a", "counter.example/log"),
            "CAM-19",
        ),
        Case::invalid(
            "the path of the URL and no more",
            at("https://counter.example/a", "counter.example/a"),
            "CAM-19",
        ),
        Case::invalid("an issuer's log at the counter", issuer("counter.example/a"), "CAM-19"),
        Case::invalid("two logs of one name", one_name, "CAM-19"),
        Case::invalid(
            "two logs of one name, at http and https",
            set(&[
                ("/issuers/0/url", json!("https://localhost")),
                ("/issuers/0/log", json!(log_key("localhost/log", "log a"))),
                ("/issuers/1/url", json!("http://localhost")),
                ("/issuers/1/log", json!(log_key("localhost/log", "log b"))),
            ]),
            "CAM-19",
        ),
    ]
}
