//! The texts of an announcement: [STA-4], with [CAM-25] and [CAM-26].

use super::said::{HOUR, announcement};
use super::statements::{by, input};
use crate::campaign::Keys;
use crate::vectors::Case;

pub(super) fn cases() -> Vec<Case> {
    [languages(), texts()].concat()
}

type Texts<'a> = &'a [(&'a str, &'a str)];

fn announced(texts: Texts<'_>) -> serde_json::Value {
    let texts: Vec<_> = texts.iter().map(|(tag, text)| (tag.as_bytes(), text.as_bytes())).collect();
    input(&by(&announcement(0, HOUR, &texts), &Keys::shared().organiser))
}

fn valid(comment: &'static str, texts: Texts<'_>) -> Case {
    Case::valid(comment, announced(texts))
}

fn bad(comment: &'static str, texts: Texts<'_>) -> Case {
    Case::invalid(comment, announced(texts), "STA-4")
}

fn languages() -> Vec<Case> {
    let tag = |comment, tag: &str| bad(comment, &[(tag, "x")]).flags(&["language"]);
    vec![
        valid("three languages", &[("de", "x"), ("en", "y"), ("ru", "z")]),
        valid("a tag that is the beginning of the next", &[("en", "x"), ("en-US", "y")]),
        valid("capitals before small letters", &[("pt-BR", "x"), ("pt-br", "y")]),
        valid("a hyphen before letters", &[("en-x1", "x"), ("ena", "y")]),
        bad("no text", &[]),
        bad("languages that descend", &[("ru", "x"), ("en", "y")]),
        bad("a language twice", &[("en", "x"), ("en", "y")]),
        bad("a language twice with one text", &[("en", "x"), ("en", "x")]),
        bad("a tag after one that it begins", &[("en-US", "x"), ("en", "y")]),
        bad("the last two descend", &[("de", "x"), ("ru", "y"), ("en", "z")]),
        tag("no tag", ""),
        tag("one letter", "e"),
        tag("four letters", "engl"),
        tag("capitals", "EN"),
        tag("an underscore", "en_US"),
        tag("a hyphen at the end", "en-"),
        tag("a subtag of one letter", "en-u"),
        tag("a subtag of nine letters", "en-abcdefghi"),
        tag("letters beyond ASCII", "ру").flags(&["language", "unicode"]),
        tag("a space", "en "),
        tag("a NUL", "en\0").flags(&["language", "nul"]),
    ]
}

fn texts() -> Vec<Case> {
    let text = |comment, text: &str| bad(comment, &[("en", text)]).flags(&["text"]);
    let good = |comment, text: &str| valid(comment, &[("en", text)]).flags(&["text"]);
    vec![
        good("two lines", "one\ntwo"),
        good("a byte-order mark", "\u{feff}x"),
        good("a letter and its mark, which stay two", "cafe\u{301}"),
        good("letters beyond ASCII", "Митинг 😀"),
        good("a zero-width space, which is no white space", "\u{200b}"),
        text("an empty text", ""),
        text("a space", " "),
        text("line feeds", "\n\n"),
        text("white space beyond ASCII", "\u{a0}\u{3000}\u{2028}"),
        text("a tab", "a\tb"),
        text("a carriage return", "a\r\nb"),
        text("a NUL", "a\0b").flags(&["nul", "text"]),
        text("delete", "a\u{7f}b"),
        text("a next line", "a\u{85}b"),
        text("U+009F", "a\u{9f}b"),
        bad("an empty text in the second language", &[("en", "x"), ("ru", "")]),
        good("16,384 bytes", &"x".repeat(16_384)).flags(&["length", "text"]),
        text("16,385 bytes", &"x".repeat(16_385)).flags(&["length", "text"]),
        bad("a tag and a text that are none", &[("EN", "")]).flags(&["order"]),
    ]
}
