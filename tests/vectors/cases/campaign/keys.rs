//! Keys: once each, all of them, no others: [CAM-5].

use serde_json::{Value, json};

use super::base::{edited, members, removed, set};
use crate::vectors::Case;

pub(super) fn cases() -> Vec<Case> {
    [twice(), escaped(), unknown(), missing()].concat()
}

fn twice() -> Vec<Case> {
    let bad = |comment, old: &str, new: &str| {
        Case::invalid(comment, edited(&[(old, new)]), "CAM-5").flags(&["duplicate-key"])
    };
    vec![
        bad("the same value twice", "{", "{\"headcount\":1,"),
        bad("another value before it", "{", "{\"headcount\":2,"),
        bad("another value behind it", "\"email_rules\":1", "\"email_rules\":1,\"headcount\":2"),
        bad("a value of another type before it", "{", "{\"headcount\":null,"),
        bad("in an object", "\"minimum\":0", "\"minimum\":0,\"minimum\":0"),
        bad("in an object of an array", "\"name\":\"email\"", "\"name\":\"email\",\"name\":\"x\""),
        bad("two objects down", "/attester\"", "/attester\",\"url\":\"https://x.example\""),
        bad("a language", "\"en\":\"A rally\"", "\"en\":\"A rally\",\"en\":\"Another\""),
        bad("a name of a region", "\"en\":\"Moscow\"", "\"en\":\"Moscow\",\"en\":\"Moscow\""),
        bad("the class of the threshold", "\"sum\"", "{\"class\":0,\"class\":1}"),
    ]
}

fn escaped() -> Vec<Case> {
    let flags: &[&str] = &["duplicate-key", "escape"];
    let bad = |comment, old: &str, new: &str| {
        Case::invalid(comment, edited(&[(old, new)]), "CAM-5").flags(flags)
    };
    vec![
        Case::valid("a key with an escape", edited(&[("\"minimum\"", "\"m\\u0069nimum\"")]))
            .flags(&["escape"]),
        bad("equal once its escape is resolved", "{", "{\"he\\u0061dcount\":1,"),
        bad("capital digits in the escape", "\"minimum\":0", "\"minimum\":0,\"\\u006Dinimum\":0"),
        bad("a language, escaped", "\"en\":\"A rally\"", "\"en\":\"A rally\",\"\\u0065n\":\"x\""),
        bad("both escaped", "\"minimum\":0", "\"m\\u0069nimum\":0,\"\\u006dinimum\":0"),
    ]
}

fn unknown() -> Vec<Case> {
    let bad = |comment, old: &str, new: &str| {
        Case::invalid(comment, edited(&[(old, new)]), "CAM-5").flags(&["unknown-key"])
    };
    let mut cases = vec![
        bad("an empty key", "{", "{\"\":1,"),
        bad("a key in capitals", "\"minimum\"", "\"Minimum\""),
        bad("a key with a space", "\"minimum\"", "\"minimum \""),
        bad("a key with a NUL", "\"minimum\"", "\"minimum\\u0000\""),
        bad("a key that some languages give every object", "{", "{\"__proto__\":{},"),
        bad("a comment as a key", "{", "{\"//\":\"\","),
        bad("a language beside the fields", "\"id\":1,", "\"id\":1,\"en\":\"x\","),
        bad("a combining mark behind a key", "\"minimum\"", "\"minimum\u{301}\""),
        bad("a Cyrillic letter in a key", "\"minimum\"", "\"mіnimum\""),
        bad("a threshold of a variant that is none", "\"sum\"", "{\"sum\":null}"),
        bad("beside the class of the threshold", "\"sum\"", "{\"class\":0,\"of\":1}"),
    ];
    let objects = [
        "{",
        "\"batch\":{",
        "\"classes\":[{",
        "\"counter\":{",
        "\"delay\":{",
        "\"issuers\":[{",
        "\"attester\":{",
        "\"oprf\":{",
        "\"regions\":[{",
        "\"schedule\":{",
        "\"spread\":{",
        "\"threshold\":{",
        "\"witnesses\":{",
    ];
    for object in objects {
        cases.push(bad("a key that no object has", object, &format!("{object}\"surplus\":1,")));
    }
    cases
}

fn missing() -> Vec<Case> {
    let is_text = |at: &str| {
        let texts = ["/title/", "/text/", "/names/"];
        texts.iter().any(|texts| at.contains(texts))
    };
    let second = |at: &str| at.contains("/1/");
    let found = members().into_iter().filter(|at| !is_text(at) && !second(at));
    let mut cases = Vec::new();
    for at in found {
        let input = removed(&at);
        cases.push(Case::invalid("a key is missing", input, "CAM-5").flags(&["missing-key"]));
    }
    for at in ["/email_rules", "/delay/minimum", "/regions", "/witnesses/keys", "/title/en"] {
        let input = set(&[(at, Value::Null)]);
        cases.push(Case::invalid("null is no missing value", input, "CAM-7").flags(&["null"]));
    }
    let class = edited(&[("\"sum\"", "{}")]);
    cases.push(
        Case::invalid("the class of the threshold is missing", class, "CAM-5")
            .flags(&["missing-key"]),
    );
    let class = set(&[("/threshold/of", json!({ "class": null }))]);
    cases
        .push(Case::invalid("the class of the threshold is null", class, "CAM-7").flags(&["null"]));
    cases
}
