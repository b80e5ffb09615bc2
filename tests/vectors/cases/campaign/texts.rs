//! Language tags and texts: [CAM-25] and [CAM-26].

use serde_json::json;

use super::base::{edited, large_edited, set};
use crate::vectors::Case;

pub(super) fn cases() -> Vec<Case> {
    [tags(), white_space(), controls(), others(), lengths()].concat()
}

fn tags() -> Vec<Case> {
    let input = |tag: &str| set(&[("/title", json!({ tag: "A rally" }))]);
    let valid = |comment, tag| Case::valid(comment, input(tag));
    let bad = |comment, tag| Case::invalid(comment, input(tag), "CAM-25");
    vec![
        valid("two letters", "ru"),
        valid("three letters", "sah"),
        valid("a region", "pt-BR"),
        valid("a script and a region", "zh-Hant-TW"),
        valid("a region in digits", "es-419"),
        valid("a subtag of eight letters", "en-abcdefgh"),
        bad("no letter", ""),
        bad("one letter", "e"),
        bad("four letters", "engl"),
        bad("capitals", "EN"),
        bad("one capital", "En"),
        bad("a digit", "e1"),
        bad("an underscore", "en_US"),
        bad("an empty subtag", "en-"),
        bad("an empty subtag in the middle", "en--US"),
        bad("an empty tag before a subtag", "-en"),
        bad("a subtag of one letter", "en-a"),
        bad("a subtag of nine letters", "en-abcdefghi"),
        bad("a space behind it", "en "),
        bad("a line feed behind it", "en\n"),
        bad("a NUL behind it", "en\0"),
        bad("a full-width letter", "ｅn").flags(&["unicode"]),
        bad("a Cyrillic letter", "еn").flags(&["unicode"]),
        bad("a letter with a mark", "én").flags(&["unicode"]),
        bad("a subtag with a letter beyond ASCII", "en-ÜB").flags(&["unicode"]),
        bad("a subtag of Arabic digits", "es-٤١٩").flags(&["unicode"]),
        bad("a dash in the place of the hyphen", "en–US").flags(&["unicode"]),
    ]
}

fn white_space() -> Vec<Case> {
    let input = |text: &str| set(&[("/text/en", json!(text))]);
    let bad = |comment, text| Case::invalid(comment, input(text), "CAM-26").flags(&["white-space"]);
    let valid = |comment, text| Case::valid(comment, input(text)).flags(&["unicode", "invisible"]);
    vec![
        bad("no character", ""),
        bad("a space", " "),
        bad("a line feed", "\n"),
        bad("a no-break space", "\u{a0}"),
        bad("an Ogham space", "\u{1680}"),
        bad("an en quad", "\u{2000}"),
        bad("a hair space", "\u{200a}"),
        bad("line and paragraph separator", "\u{2028}\u{2029}"),
        bad("a narrow no-break space", "\u{202f}"),
        bad("a mathematical space", "\u{205f}"),
        bad("an ideographic space", "\u{3000}"),
        bad("several kinds", " \n\u{a0}\u{2003}\u{3000}"),
        bad("a next line (U+0085), a control character too", "\u{85}"),
        bad("a tab, a control character too", "\t"),
        valid("a zero-width space is no white space", "\u{200b}"),
        valid("a Mongolian vowel separator is no white space any more", "\u{180e}"),
        valid("a zero-width no-break space is no white space", "\u{feff}"),
        valid("a word joiner is no white space", "\u{2060}"),
        valid("an empty Braille pattern is no white space", "\u{2800}"),
        valid("a Hangul filler is no white space", "\u{3164}"),
        Case::valid("white space around a letter", input(" \n\u{3000}x\u{2028} "))
            .flags(&["white-space"]),
    ]
}

fn controls() -> Vec<Case> {
    let bad = |comment, escaped: &str| {
        Case::invalid(comment, edited(&[("I will", &format!("I{escaped}will"))]), "CAM-26")
            .flags(&["control"])
    };
    vec![
        bad("NUL, escaped", "\\u0000").flags(&["control", "nul"]),
        bad("a bell, escaped", "\\u0007"),
        bad("a backspace, escaped", "\\b"),
        bad("a tab, escaped", "\\t"),
        bad("a form feed, escaped", "\\f"),
        bad("a carriage return, escaped", "\\r"),
        bad("the line end of Windows, escaped", "\\r\\n"),
        bad("a vertical tab, escaped", "\\u000b"),
        bad("an escape character, escaped", "\\u001b[31m"),
        bad("U+001F, escaped", "\\u001f"),
        bad("delete, escaped", "\\u007f"),
        bad("delete, raw", "\u{7f}"),
        bad("U+0080, escaped", "\\u0080"),
        bad("U+0080, raw", "\u{80}"),
        bad("next line, raw", "\u{85}"),
        bad("next line, escaped", "\\u0085"),
        bad("U+009F, raw", "\u{9f}"),
    ]
}

fn others() -> Vec<Case> {
    let valid = |comment, text: &str| {
        Case::valid(comment, set(&[("/text/en", json!(text))])).flags(&["unicode"])
    };
    vec![
        Case::valid("line feeds", set(&[("/text/en", json!("\nI will\n\ncome.\n"))])),
        valid("a no-break space between words", "I\u{a0}will"),
        valid("an override of the direction", "I \u{202e}will"),
        valid("an isolate of the direction", "I \u{2066}will\u{2069}"),
        valid("a soft hyphen", "I\u{ad}will"),
        valid("a tag character", "I\u{e0041}will"),
        valid("an unassigned character", "I\u{378}will"),
        valid("a private character", "I\u{e000}will"),
        valid("a letter and its mark", "cafe\u{301}"),
        valid("the same as one letter", "caf\u{e9}"),
        valid("marks alone", "\u{301}\u{302}"),
        valid("beyond the first 65,536 characters", "𝕴 will 😀"),
    ]
}

fn lengths() -> Vec<Case> {
    let input = |to: &str| large_edited(&[("I will come. ", to)]);
    vec![
        Case::invalid("16,385 bytes, but fewer characters", input("I will come.  "), "CAM-26")
            .flags(&["length"]),
        Case::valid("16,383 bytes", input("I will come.")).flags(&["length"]),
    ]
}
