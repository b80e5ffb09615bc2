//! Checkpoints: [LOG-19] to [LOG-21] and [LOG-35].

use data_encoding::{BASE64, BASE64_NOPAD, BASE64URL, HEXLOWER};
use headcount_protocol::log::Hash;
use serde_json::{Value, json};

use super::signed::{Signer, line};
use super::trees::Tree;
use crate::vectors::Case;

/// The log of the worked example.
const ORIGIN: &str = "example.org/pledge/test";
const ROOT: &str = "B1kWeg+Y416ALUb/fH0p0sPwOmOiVt62q7/zV6kbY7E=";

pub(super) fn cases() -> Vec<Case> {
    [valid(), lines(), origins(), sizes(), roots(), notes()].concat()
}

fn log() -> Signer {
    Signer::new(ORIGIN, 1)
}

/// A text that the log has signed, whatever it is.
fn signed(text: &str) -> Value {
    json!({ "text": log().note(text), "key": log().key() })
}

fn of(origin: &str, size: &str, root: &str) -> String {
    format!("{origin}\n{size}\n{root}\n")
}

fn valid() -> Vec<Case> {
    let text = of(ORIGIN, "70000", ROOT);
    let witness = Signer::new("witness.example", 2).line(&text);
    let cosigned = json!({ "text": format!("{}{witness}", log().note(&text)), "key": log().key() });
    let cyrillic = Signer::new("пример.example/журнал", 1);
    let other = of("пример.example/журнал", "1", ROOT);
    vec![
        Case::valid("the worked example", signed(&text)),
        Case::valid("the empty tree", signed(&of(ORIGIN, "0", &Hash::EMPTY_ROOT.to_base64())))
            .flags(&["empty"]),
        Case::valid("one leaf", signed(&of(ORIGIN, "1", &Tree::new(1).root(1).to_base64()))),
        Case::valid("2^53 - 1 leaves", signed(&of(ORIGIN, "9007199254740991", ROOT)))
            .flags(&["range"]),
        Case::valid("a size above 0 with the root of the empty tree", {
            signed(&of(ORIGIN, "1", &Hash::EMPTY_ROOT.to_base64()))
        })
        .flags(&["empty"]),
        Case::valid("a line of a witness too", cosigned).flags(&["unknown-line"]),
        Case::valid(
            "an origin of other letters",
            json!({
                "text": cyrillic.note(&other),
                "key": cyrillic.key(),
            }),
        )
        .flags(&["unicode"]),
    ]
}

fn lines() -> Vec<Case> {
    let more = |comment, extension: &str| {
        let text = format!("{}{extension}", of(ORIGIN, "70000", ROOT));
        Case::invalid(comment, signed(&text), "LOG-20").flags(&["extension-line"])
    };
    let fewer = |comment, text: &str| Case::invalid(comment, signed(text), "LOG-35");
    vec![
        more("an extension line", "extension\n"),
        more("two extension lines", "one\ntwo\n"),
        more("an empty extension line", "\n"),
        more("an extension line of a space", " \n"),
        more("the root again", &format!("{ROOT}\n")),
        fewer("no root", &format!("{ORIGIN}\n70000\n")),
        fewer("an origin alone", &format!("{ORIGIN}\n")),
        fewer("an empty line", "\n"),
        fewer("all on one line", &format!("{ORIGIN} 70000 {ROOT}\n")),
        fewer("other line ends of Unicode", &format!("{ORIGIN}\u{2028}70000\u{2028}{ROOT}\n"))
            .flags(&["unicode"]),
    ]
}

fn origins() -> Vec<Case> {
    let bad = |comment, origin: &str| {
        Case::invalid(comment, signed(&of(origin, "70000", ROOT)), "LOG-19").flags(&["origin"])
    };
    let composed = Signer::new("caf\u{e9}.example", 1);
    let decomposed = of("cafe\u{301}.example", "70000", ROOT);
    vec![
        bad("another origin", "example.org/pledge/tests"),
        bad("an empty origin", ""),
        bad("an origin in capitals", "Example.org/pledge/test"),
        bad("a slash behind it", "example.org/pledge/test/"),
        bad("a space behind it", "example.org/pledge/test "),
        bad("a no-break space behind it", "example.org/pledge/test\u{a0}"),
        bad("a scheme before it", "https://example.org/pledge/test"),
        bad("the verifier key for the name", &log().key()),
        bad("a byte-order mark before it", "\u{feff}example.org/pledge/test"),
        Case::invalid(
            "another composition of the same letters",
            json!({
                "text": composed.note(&decomposed),
                "key": composed.key(),
            }),
            "LOG-19",
        )
        .flags(&["origin", "unicode"]),
        Case::invalid(
            "another origin, and a size that is no number",
            signed(&of("other.example", "07", ROOT)),
            "LOG-19",
        )
        .flags(&["origin", "order"]),
    ]
}

fn sizes() -> Vec<Case> {
    let bad =
        |comment, size: &str| Case::invalid(comment, signed(&of(ORIGIN, size, ROOT)), "LOG-2");
    vec![
        bad("no digit", ""),
        bad("a zero before it", "070000"),
        bad("two zeros", "00"),
        bad("a plus", "+70000"),
        bad("a minus", "-1"),
        bad("2^64", "18446744073709551616").flags(&["range"]),
        bad("a space before it", " 70000").flags(&["white-space"]),
        bad("a space behind it", "70000 ").flags(&["white-space"]),
        bad("a separator", "70_000"),
        bad("a fraction", "70000.0"),
        bad("hexadecimal", "0x11170"),
        bad("Arabic digits", "٧٠٠٠٠").flags(&["unicode"]),
        Case::invalid("neither size nor root", signed(&of(ORIGIN, "x", "x")), "LOG-2")
            .flags(&["order"]),
    ]
}

fn roots() -> Vec<Case> {
    let bad = |comment, root: &str| {
        Case::invalid(comment, signed(&of(ORIGIN, "70000", root)), "LOG-35").flags(&["root"])
    };
    let bytes = BASE64.decode(ROOT.as_bytes()).expect("base64");
    let empty = |comment, size: &str, root: &str| {
        Case::invalid(comment, signed(&of(ORIGIN, size, root)), "LOG-21").flags(&["empty"])
    };
    vec![
        bad("no root", ""),
        bad("31 bytes", &BASE64.encode(&bytes[..31])),
        bad("33 bytes", &BASE64.encode(&[&bytes[..], &[0]].concat())),
        bad("no padding", &BASE64_NOPAD.encode(&bytes)),
        bad("base64url", &BASE64URL.encode(&bytes)),
        bad("an unused bit that is set", &ROOT.replacen("7E=", "7F=", 1)),
        bad("hex", &HEXLOWER.encode(&bytes)),
        bad("a space behind it", &format!("{ROOT} ")),
        bad(
            "two texts behind one another",
            &format!("{}{}", BASE64.encode(&bytes[..31]), BASE64.encode(&bytes[31..])),
        ),
        empty("size 0 and a root", "0", ROOT),
        empty("size 0 and zeros", "0", &BASE64.encode(&[0; 32])),
        empty(
            "size 0 and the hash of an empty leaf",
            "0",
            &headcount_protocol::log::leaf_hash(b"").to_base64(),
        ),
    ]
}

fn notes() -> Vec<Case> {
    let text = of(ORIGIN, "70000", ROOT);
    let input = |text: &str| json!({ "text": text, "key": log().key() });
    let bad = |comment, text: &str, rule| Case::invalid(comment, input(text), rule);
    let other = Signer::new("witness.example", 2);
    let forged = line(ORIGIN, &log().id(), &other.signature(&text));
    let hex = HEXLOWER.encode(&[log().note(&text).as_bytes(), b"\xff"].concat());
    vec![
        bad("a text that is not signed", &text, "LOG-15"),
        bad("a carriage return", &log().note(&text.replace('\n', "\r\n")), "LOG-15"),
        Case::invalid("no UTF-8", json!({ "text_hex": hex, "key": log().key() }), "LOG-15"),
        bad("another signer", &other.note(&text), "LOG-17"),
        bad(
            "another size than was signed",
            &log().note(&text).replacen("70000", "70001", 1),
            "LOG-17",
        ),
        bad("another key under the log's id", &format!("{text}\n{forged}"), "LOG-17"),
        bad(
            "an extension line that was not signed",
            &format!("{text}more\n\n{}", log().line(&text)),
            "LOG-17",
        ),
        bad("no checkpoint, and not signed by the log", &other.note("one\n"), "LOG-17")
            .flags(&["order"]),
    ]
}

pub(super) fn signers() -> Vec<Case> {
    let input = |origin: &str, size: u64, root: &Hash| json!({ "seed": "01".repeat(32), "origin": origin, "size": size, "root": root });
    let root = Hash::from_base64(ROOT).expect("the root of the worked example");
    vec![
        Case::valid("the worked example", input(ORIGIN, 70_000, &root)),
        Case::valid("the empty tree", input(ORIGIN, 0, &Hash::EMPTY_ROOT)).flags(&["empty"]),
        Case::valid("2^53 - 1 leaves", input(ORIGIN, (1 << 53) - 1, &root)).flags(&["range"]),
        Case::valid("an origin of other letters", input("пример.example/журнал", 1, &root))
            .flags(&["unicode"]),
    ]
}
