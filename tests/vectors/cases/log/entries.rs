//! Entries and what orders them: [LOG-23].

use serde_json::{Value, json};

use crate::vectors::Case;

pub(super) fn cases() -> Vec<Case> {
    [campaigns(), pledges(), issuances(), seals(), types()].concat()
}

pub(super) fn input(bytes: &str) -> Value {
    json!({ "bytes": bytes })
}

pub(super) fn bad(comment: &'static str, bytes: &str) -> Case {
    Case::invalid(comment, input(bytes), "LOG-23")
}

/// Bytes too few and too many of an entry.
pub(super) fn lengths(entry: &str) -> Vec<Case> {
    vec![
        bad("a byte too few", &entry[..entry.len() - 2]).flags(&["length"]),
        bad("a byte too many", &format!("{entry}00")).flags(&["length"]),
        bad("the type alone", &entry[..2]).flags(&["length"]),
    ]
}

fn campaigns() -> Vec<Case> {
    let entry = format!("00{}", "07".repeat(32));
    let mut cases = vec![Case::valid("a campaign", input(&entry))];
    cases.extend(lengths(&entry));
    cases
}

/// A token of this type; neither key nor signature are looked at.
fn token(kind: &str) -> String {
    format!("{kind}{}{}{}{}", "a1".repeat(32), "a2".repeat(32), "a3".repeat(32), "a4".repeat(256))
}

/// A pledge entry that says it has so many tokens, and the tokens.
fn pledge(count: &str, tokens: &str) -> String {
    format!("0100010002{}{count}{tokens}", "b1".repeat(32))
}

fn pledges() -> Vec<Case> {
    let one = pledge("01", &token("0002"));
    let mut cases = vec![
        Case::valid("a pledge with one token", input(&one)),
        Case::valid("a pledge with two tokens", input(&pledge("02", &token("0002").repeat(2)))),
        bad("no token", &pledge("00", "")),
        bad("nine tokens", &pledge("09", &token("0002").repeat(9))).flags(&["length"]),
        bad("two tokens of which one is there", &pledge("02", &token("0002"))).flags(&["length"]),
        bad("one token of which two are there", &pledge("01", &token("0002").repeat(2)))
            .flags(&["length"]),
        bad("a token of type 1", &pledge("01", &token("0001"))),
        bad(
            "a token of another type in the second place",
            &pledge("02", &format!("{}{}", token("0002"), token("0003"))),
        ),
        bad("no number of tokens", &pledge("", "")).flags(&["length"]),
    ];
    cases.extend(lengths(&one));
    cases
}

/// An issuance entry with this digest.
fn issuance(issuer: &str, digest: &str) -> String {
    format!("03{issuer}{}{}{}", digest.repeat(32), "c2".repeat(32), "c3".repeat(64))
}

fn issuances() -> Vec<Case> {
    let entry = issuance("0102", "c1");
    let mut cases = vec![
        Case::valid("an issuance", input(&entry)),
        Case::valid("an issuance of issuer 65535", input(&issuance("ffff", "c1"))),
    ];
    cases.extend(lengths(&entry));
    cases
}

fn seals() -> Vec<Case> {
    let seal = |rest: &str| format!("ff{rest}");
    let head = "0000000000000002 00000003 ".replace(' ', "");
    let with = |rest: &str| seal(&format!("{head}{rest}"));
    let valid = |comment, bytes: &str| Case::valid(comment, input(bytes));
    let none = with("00");
    let two = with("0200046e6f740a0000");
    let mut cases = vec![
        valid("the worked example", &none),
        valid("batch 2^53 - 1 of 2^32 - 1 entries", &seal("001fffffffffffffffffffff00")),
        valid("no entry, which the recount refuses", &seal("00000000000000000000000000")),
        valid("a checkpoint and an empty one", &two),
        valid("64 empty checkpoints", &with(&format!("40{}", "0000".repeat(64)))),
        valid("255 empty checkpoints", &with(&format!("ff{}", "0000".repeat(255)))),
        bad("a checkpoint too few", &with("0200046e6f740a")).flags(&["length"]),
        bad("a checkpoint too many", &with("0100046e6f740a0000")).flags(&["length"]),
        bad("a checkpoint that ends too early", &with("0100056e6f740a")).flags(&["length"]),
        bad("half the length of a checkpoint", &with("0100")).flags(&["length"]),
        bad("a checkpoint and no number of them", &with("00046e6f740a")).flags(&["length"]),
        bad("a batch of four bytes", "ff000000020000000300").flags(&["length"]),
    ];
    cases.extend(lengths(&none));
    cases.push(bad("a byte too many behind checkpoints", &format!("{two}00")).flags(&["length"]));
    cases
}

fn types() -> Vec<Case> {
    let body = "07".repeat(32);
    let kind = |comment, kind: &str| bad(comment, &format!("{kind}{body}")).flags(&["entry-type"]);
    vec![
        bad("no bytes", "").flags(&["length"]),
        kind("type 7, the first that has no meaning", "07"),
        kind("type 16", "10"),
        kind("type 127", "7f"),
        kind("type 128", "80"),
        kind("type 254", "fe"),
        bad("type 7, and nothing more", "07").flags(&["entry-type"]),
    ]
}

pub(super) fn sort_keys() -> Vec<Case> {
    let case = |comment, campaign: &str, bytes: &str| {
        Case::valid(comment, json!({ "campaign_id": campaign.repeat(32), "bytes": bytes }))
    };
    let one = pledge("01", &token("0002"));
    let two = pledge("02", &token("0002").repeat(2));
    vec![
        case("a pledge", "07", &one),
        case("the same of another campaign", "08", &one),
        case("the same with another token: the same key", "07", &two),
        case("an issuance", "07", &issuance("0102", "c1")),
        case("the same of another campaign: the same key", "08", &issuance("0102", "c1")),
        case("an issuance with another digest", "07", &issuance("0102", "00")),
    ]
}
