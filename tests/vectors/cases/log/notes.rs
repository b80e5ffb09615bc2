//! Notes: [LOG-15] to [LOG-18].

use data_encoding::{BASE64, HEXLOWER};
use serde_json::{Value, json};

use super::signed::{Signer, line};
use crate::vectors::Case;
use crate::vectors::cases::long_notes::{LONGEST, with_length};
use crate::vectors::cases::points::{plus_l, small_order};

const TEXT: &str = "one\n";

pub(super) fn cases() -> Vec<Case> {
    [texts(), lines(), lengths(), encoding(), shape(), signature_lines(), signatures()].concat()
}

fn ours() -> Signer {
    Signer::new("ours.example", 1)
}

fn theirs() -> Signer {
    Signer::new("theirs.example", 2)
}

/// A note for whoever knows our key.
fn input(text: &str) -> Value {
    json!({ "text": text, "keys": [ours().key()] })
}

fn bad(comment: &'static str, text: &str) -> Case {
    Case::invalid(comment, input(text), "LOG-15")
}

fn texts() -> Vec<Case> {
    let valid = |comment, text: &str| Case::valid(comment, input(&ours().note(text)));
    vec![
        valid("one line", TEXT),
        valid("three lines", "one\ntwo\nthree\n"),
        valid("a text of one empty line", "\n").flags(&["empty-line"]),
        valid("an empty line within the text", "one\n\ntwo\n").flags(&["empty-line"]),
        valid("an empty line at the end of the text", "one\n\n").flags(&["empty-line"]),
        valid("three empty lines", "\n\n\n").flags(&["empty-line"]),
        valid("a signature line in the text", &ours().note(TEXT)).flags(&["empty-line"]),
        valid("white space around a line", " one \n").flags(&["white-space"]),
        valid("a next line, which is no line end here", "one\u{85}two\n").flags(&["unicode"]),
        valid("a line separator, which is no line end here", "one\u{2028}\u{2028}two\n")
            .flags(&["unicode"]),
        valid("delete and U+0080, which are above U+0020", "one\u{7f}\u{80}\n").flags(&["control"]),
        valid("a byte-order mark", "\u{feff}one\n").flags(&["byte-order-mark"]),
        valid("letters beyond ASCII", "раз 😀\n").flags(&["unicode"]),
        valid("a letter and its mark, which stay two", "cafe\u{301}\n").flags(&["unicode"]),
    ]
}

fn lines() -> Vec<Case> {
    let (our_line, their_line) = (ours().line(TEXT), theirs().line(TEXT));
    let note = |lines: &[&str]| format!("{TEXT}\n{}", lines.concat());
    let both =
        |lines: &[&str]| json!({ "text": note(lines), "keys": [ours().key(), theirs().key()] });
    let id = ours().id();
    let unknown = line("x", &[0; 4], &[0]);
    let twin = Signer::new("ours.example", 3);
    let valid = |comment, lines: &[&str]| Case::valid(comment, input(&note(lines)));
    vec![
        Case::valid("two known lines", both(&[&our_line, &their_line])),
        Case::valid("the same in the other order", both(&[&their_line, &our_line])),
        Case::valid("one of two known keys", both(&[&their_line])),
        Case::valid(
            "two keys of one name",
            json!({
                "text": note(&[&our_line, &twin.line(TEXT)]),
                "keys": [twin.key(), ours().key()],
            }),
        ),
        valid("two lines of one key, which counts once", &[&our_line, &our_line])
            .flags(&["repeated-line"]),
        valid("an unknown line before ours", &[&their_line, &our_line]).flags(&["unknown-line"]),
        valid("an unknown line of one byte", &[&our_line, &unknown]).flags(&["unknown-line"]),
        valid("our name with another id", &[&line("ours.example", &[0; 4], &[0]), &our_line])
            .flags(&["unknown-line"]),
        valid("our id with another name", &[&line("other.example", &id, &[0; 64]), &our_line])
            .flags(&["unknown-line"]),
        valid("our name in capitals", &[&line("OURS.example", &id, &[0; 64]), &our_line])
            .flags(&["unknown-line"]),
        valid("a name of letters beyond ASCII", &[&line("наш.example", &id, &[0]), &our_line])
            .flags(&["unknown-line", "unicode"]),
        valid("64 lines", &[&unknown.repeat(63), &our_line]).flags(&["length"]),
        bad("65 lines", &note(&[&unknown.repeat(64), &our_line])).flags(&["length"]),
    ]
}

fn lengths() -> Vec<Case> {
    let of = |length| {
        let (note, repeat) = with_length(&ours().note(TEXT), length);
        json!({ "text": note, "repeat": repeat, "keys": [ours().key()] })
    };
    vec![
        Case::valid("262,144 bytes", of(LONGEST)).flags(&["length", "unknown-line"]),
        Case::invalid("262,145 bytes", of(LONGEST + 1), "LOG-15").flags(&["length"]),
    ]
}

fn encoding() -> Vec<Case> {
    let spliced = |comment, bytes: &[u8]| {
        let text = [b"one", bytes, b"\n\n", ours().line(TEXT).as_bytes()].concat();
        let input = json!({ "text_hex": HEXLOWER.encode(&text), "keys": [ours().key()] });
        Case::invalid(comment, input, "LOG-15").flags(&["utf-8"])
    };
    let control = |comment, text: &str| bad(comment, &ours().note(text)).flags(&["control"]);
    let crlf = ours().note(TEXT).replace('\n', "\r\n");
    let last = format!("{TEXT}\n{}", ours().line(TEXT).replace('\n', "\r\n"));
    vec![
        spliced("the byte ff", b"\xff"),
        spliced("a slash in two bytes", b"\xc0\xaf"),
        spliced("a surrogate in three bytes", b"\xed\xa0\x80"),
        spliced("beyond U+10FFFF", b"\xf4\x90\x80\x80"),
        control("a tab", "one\ttwo\n"),
        control("a carriage return", "one\r\n"),
        control("a NUL", "one\0\n").flags(&["control", "nul"]),
        control("an escape character", "one\u{1b}[2J\n"),
        control("U+001F", "one\u{1f}\n"),
        control("a form feed", "one\u{c}\n"),
        bad("the line ends of Windows throughout", &crlf).flags(&["control"]),
        bad("the same in the last line alone", &last).flags(&["control"]),
    ]
}

fn shape() -> Vec<Case> {
    let line = ours().line(TEXT);
    vec![
        bad("nothing", ""),
        bad("a line feed", "\n").flags(&["empty-line"]),
        bad("two line feeds", "\n\n").flags(&["empty-line"]),
        bad("a text alone", TEXT),
        bad("a text and the empty line", "one\n\n").flags(&["empty-line"]),
        bad("a signature line alone", &line),
        bad("an empty line and a signature line, but no text", &format!("\n{line}"))
            .flags(&["empty-line"]),
        bad("no empty line", &format!("one\n{line}")).flags(&["empty-line"]),
        bad("a space in the empty line", &format!("one\n \n{line}")).flags(&["white-space"]),
        bad("no line feed at the end", format!("one\n\n{line}").trim_end()),
        bad("an empty line behind the signature lines", &format!("one\n\n{line}\n"))
            .flags(&["empty-line"]),
        bad("a line that is none before ours", &format!("one\n\ntwo\n{line}")),
        bad("a line that is none behind ours", &format!("one\n\n{line}two\n")),
        Case::invalid(
            "an empty line between two lines: the first belongs to the text",
            input(&format!("one\n\n{line}\n{}", theirs().line(TEXT))),
            "LOG-17",
        )
        .flags(&["empty-line"]),
    ]
}

fn signature_lines() -> Vec<Case> {
    let payload = BASE64.encode(&[&ours().id()[..], &ours().signature(TEXT)].concat());
    let plain = |comment, line: &str| bad(comment, &format!("one\n\n{line}\n"));
    let dashed = |comment, dash: &str| {
        plain(comment, &format!("{dash} ours.example {payload}")).flags(&["dash"])
    };
    let named =
        |comment, name: &str| plain(comment, &format!("— {name} {payload}")).flags(&["name"]);
    let coded = |comment, base64: &str| {
        plain(comment, &format!("— ours.example {base64}")).flags(&["base64"])
    };
    vec![
        dashed("a hyphen", "-"),
        dashed("two hyphens", "--"),
        dashed("an en dash", "–"),
        dashed("a horizontal bar", "―"),
        dashed("a two-em dash", "⸺"),
        dashed("a minus", "−"),
        dashed("two em dashes", "——"),
        dashed("no dash", ""),
        dashed("a space before the dash", " —"),
        plain("no space behind the dash", &format!("—ours.example {payload}")).flags(&["dash"]),
        plain("two spaces behind the dash", &format!("—  ours.example {payload}"))
            .flags(&["white-space"]),
        plain("a no-break space behind the dash", &format!("—\u{a0}ours.example {payload}"))
            .flags(&["white-space"]),
        plain("two spaces before the signature", &format!("— ours.example  {payload}"))
            .flags(&["white-space"]),
        plain("a space behind the signature", &format!("— ours.example {payload} "))
            .flags(&["white-space"]),
        plain("no signature", "— ours.example").flags(&["base64"]),
        plain("no name", &format!("— {payload}")).flags(&["name"]),
        named("a plus in the name", "ours+example"),
        named("a no-break space in the name", "ours\u{a0}example"),
        named("an ideographic space in the name", "ours\u{3000}example"),
        coded("no base64", ""),
        coded("base64 of three bytes", "AAAA"),
        coded("base64 of an id alone", "AAAAAA=="),
        coded("no padding", "AAAAAAA"),
        coded("an unused bit that is set", "AAAAAAB="),
        coded("base64url", "AAAA_-8="),
        coded("two texts behind one another", "AAAAAAA=AAAA"),
        coded("a character too many", &format!("{payload}=")),
        plain("an unknown line of an id alone", "— x AAAAAA==").flags(&["base64", "unknown-line"]),
    ]
}

fn signatures() -> Vec<Case> {
    let bad = |comment, text: String| Case::invalid(comment, input(&text), "LOG-17");
    let with =
        |signature: &[u8]| format!("one\n\n{}", line("ours.example", &ours().id(), signature));
    let good = ours().signature(TEXT);
    let (our_line, their_line) = (ours().line(TEXT), theirs().line(TEXT));
    let other_text = ours().line("two\n");
    let s = <[u8; 32]>::try_from(&good[32..]).expect("32 bytes");
    let large = [&good[..32], &plus_l(s, 1)].concat();
    let known = |keys: &[String]| json!({ "text": ours().note(TEXT), "keys": keys });
    vec![
        bad("no line that is known", format!("one\n\n{their_line}")).flags(&["unknown-line"]),
        Case::invalid("no known key", known(&[]), "LOG-17").flags(&["unknown-line"]),
        Case::invalid(
            "our name, another key",
            known(&[Signer::new("ours.example", 3).key()]),
            "LOG-17",
        )
        .flags(&["unknown-line"]),
        Case::invalid(
            "our key, another name",
            known(&[Signer::new("other.example", 1).key()]),
            "LOG-17",
        )
        .flags(&["unknown-line"]),
        bad("of another text", format!("one\n\n{other_text}")).flags(&["forged"]),
        bad("of the text without its line feed", format!("one\n\n{}", ours().line("one")))
            .flags(&["forged"]),
        bad("of the text and the empty line", format!("one\n\n{}", ours().line("one\n\n")))
            .flags(&["forged"]),
        bad("by another key under our id", with(&theirs().signature(TEXT))).flags(&["forged"]),
        bad("a good line, then a bad one of one key", format!("one\n\n{our_line}{other_text}"))
            .flags(&["forged", "repeated-line"]),
        bad("a bad line, then a good one of one key", format!("one\n\n{other_text}{our_line}"))
            .flags(&["forged", "repeated-line"]),
        Case::invalid(
            "a bad line of one known key beside a good one of another",
            json!({
                "text": format!("one\n\n{our_line}{}", theirs().line("two\n")),
                "keys": [ours().key(), theirs().key()],
            }),
            "LOG-17",
        )
        .flags(&["forged"]),
        bad("63 bytes", with(&good[..63])).flags(&["forged", "length"]),
        bad("65 bytes", with(&[&good[..], &[0]].concat())).flags(&["forged", "length"]),
        bad("one byte", with(&[0])).flags(&["forged", "length"]),
        bad("s + L", with(&large)).flags(&["forged", "s-out-of-range"]),
        bad("R of small order", with(&[&small_order()[0], &s[..]].concat()))
            .flags(&["forged", "small-order"]),
        bad("a text that was altered", ours().note(TEXT).replacen("one", "ONE", 1))
            .flags(&["forged"]),
    ]
}
