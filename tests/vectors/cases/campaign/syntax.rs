//! One JSON text and nothing else: [CAM-4].

use serde_json::json;

use super::base::edited;
use crate::vectors::Case;

/// How the small manifest ends.
const END: &str = "\"quorum\":0}}";
/// A number in it.
const MINIMUM: &str = "\"minimum\":0";

pub(super) fn cases() -> Vec<Case> {
    [white_space(), around(), numbers(), structure(), strings(), depth()].concat()
}

fn bad(comment: &'static str, old: &str, new: &str) -> Case {
    Case::invalid(comment, edited(&[(old, new)]), "CAM-4")
}

/// Behind the end of the text.
fn behind(comment: &'static str, more: &str) -> Case {
    bad(comment, END, &format!("{END}{more}"))
}

fn white_space() -> Vec<Case> {
    let valid = |comment, pairs: &[(&str, &str)]| Case::valid(comment, edited(pairs));
    vec![
        valid("a line feed behind it", &[(END, &format!("{END}\n"))]).flags(&["white-space"]),
        valid(
            "all white space of JSON around it",
            &[("{", " \t\r\n{"), (END, &format!("{END} \t\r\n"))],
        )
        .flags(&["white-space"]),
        valid("and within it", &[("{", "{\r\n\t "), (MINIMUM, "\"minimum\" :\n 0 ")])
            .flags(&["white-space"]),
        behind("a no-break space behind it", "\u{a0}").flags(&["white-space"]),
        behind("a next line (U+0085) behind it", "\u{85}").flags(&["white-space"]),
        behind("a form feed behind it", "\u{c}").flags(&["white-space"]),
        behind("a line separator (U+2028) behind it", "\u{2028}").flags(&["white-space"]),
        bad("a vertical tab before it", "{", "\u{b}{").flags(&["white-space"]),
        bad("an em space within it", MINIMUM, "\"minimum\":\u{2003}0").flags(&["white-space"]),
        bad("a zero-width no-break space within it", MINIMUM, "\"minimum\":\u{feff}0")
            .flags(&["byte-order-mark"]),
    ]
}

fn around() -> Vec<Case> {
    let hex = |comment, hex: &str| {
        Case::invalid(comment, json!({ "manifest_hex": hex }), "CAM-4").flags(&["truncated"])
    };
    vec![
        hex("no bytes", ""),
        hex("white space", "200a"),
        hex("an opening brace", "7b"),
        hex("half a word", "6e756c"),
        hex("half a number", "2d"),
        hex("half a string", "2261"),
        bad("the last brace is missing", END, "\"quorum\":0}").flags(&["truncated"]),
        behind("a second text", "{}").flags(&["trailing"]),
        behind("a second text on a line of its own", "\n{}").flags(&["trailing"]),
        behind("a NUL behind it", "\0").flags(&["trailing", "nul"]),
        behind("a comma behind it", ",").flags(&["trailing"]),
        behind("one brace more", "}").flags(&["trailing"]),
        behind("a letter behind it", "x").flags(&["trailing"]),
        bad("a function around it", "{", "({").flags(&["trailing"]),
        bad("a NUL before it", "{", "\0{").flags(&["nul"]),
        bad("a record separator before it", "{", "\u{1e}{"),
    ]
}

fn numbers() -> Vec<Case> {
    let number = |comment, number: &str| {
        bad(comment, MINIMUM, &format!("\"minimum\":{number}")).flags(&["number"])
    };
    vec![
        number("a plus", "+1"),
        number("a leading zero", "01"),
        number("two zeros", "00"),
        number("a minus and a leading zero", "-00"),
        number("a minus alone", "-"),
        number("a point and nothing behind it", "1."),
        number("a point and nothing before it", ".5"),
        number("an exponent of no digits", "1e"),
        number("hexadecimal", "0x10"),
        number("a separator", "1_000"),
        number("a space between digits", "1 000"),
        number("Arabic digits", "٠"),
        number("not a number", "NaN"),
        number("infinity", "Infinity"),
        number("minus infinity", "-Infinity"),
        number("a suffix", "0n"),
    ]
}

fn structure() -> Vec<Case> {
    vec![
        bad("a comment", "{", "{/**/").flags(&["comment"]),
        bad("a comment up to the end of a line", "{", "{//\n").flags(&["comment"]),
        bad("a comment of a shell", "{", "{#\n").flags(&["comment"]),
        bad("a comma before the end of an object", MINIMUM, "\"minimum\":0,").flags(&["comma"]),
        bad("a comma before the end of an array", "\"issuers\":[0]", "\"issuers\":[0,]")
            .flags(&["comma"]),
        bad("a comma at the beginning of an object", "{", "{,").flags(&["comma"]),
        bad("two commas", "\"guardians\":1,", "\"guardians\":1,,").flags(&["comma"]),
        bad("no comma", "\"guardians\":1,", "\"guardians\":1 ").flags(&["comma"]),
        bad("no colon", MINIMUM, "\"minimum\" 0"),
        bad("an equals sign", MINIMUM, "\"minimum\"=0"),
        bad("no value", MINIMUM, "\"minimum\":"),
        bad("a key without quotes", MINIMUM, "minimum:0").flags(&["quotes"]),
        bad("a number as a key", MINIMUM, "0:0").flags(&["quotes"]),
        bad("a key in single quotes", MINIMUM, "'minimum':0").flags(&["quotes"]),
        bad("a string in single quotes", "\"A rally\"", "'A rally'").flags(&["quotes"]),
        bad("typographic quotes", "\"A rally\"", "“A rally”").flags(&["quotes"]),
        bad("an object that ends as an array", MINIMUM, "\"minimum\":[0}"),
        bad("a word with a capital", MINIMUM, "\"minimum\":True"),
        bad("a word of another language", MINIMUM, "\"minimum\":None"),
        bad("a word that JSON has not", MINIMUM, "\"minimum\":undefined"),
    ]
}

fn strings() -> Vec<Case> {
    let title = |comment, title: &str| bad(comment, "A rally", title);
    vec![
        title("a raw line feed", "A\nrally").flags(&["control"]),
        title("a raw tab", "A\trally").flags(&["control"]),
        title("a raw NUL", "A\0rally").flags(&["control", "nul"]),
        title("a raw U+001F", "A\u{1f}rally").flags(&["control"]),
        title("an escape that JSON has not", "A\\x41rally").flags(&["escape"]),
        title("an escaped single quote", "A\\'rally").flags(&["escape"]),
        title("an escaped NUL of C", "A\\0rally").flags(&["escape"]),
        title("a long escape", "A\\U0001F600rally").flags(&["escape"]),
        title("an escape in braces", "A\\u{41}rally").flags(&["escape"]),
        title("an escape of three digits", "A\\u041").flags(&["escape"]),
        title("an escape of a letter beyond f", "A\\u00g1").flags(&["escape"]),
        title("an escape with a sign", "A\\u+041").flags(&["escape"]),
        title("an escaped line feed that continues the string", "A\\\nrally").flags(&["escape"]),
        title("a quote that nothing escapes", "A \"rally\""),
        title("a backslash before the closing quote", "A rally\\").flags(&["escape"]),
        Case::valid(
            "every escape of JSON that a text may have",
            edited(&[("A rally", "\\\"\\\\\\/\\u0041\\u00e9\\ud83d\\ude00")]),
        )
        .flags(&["escape"]),
        Case::valid("an escaped line feed in a text", edited(&[("I will", "I\\nwill")]))
            .flags(&["escape"]),
        Case::valid(
            "line and paragraph separators, raw",
            edited(&[("I will", "I\u{2028}\u{2029}will")]),
        )
        .flags(&["unicode"]),
    ]
}

fn depth() -> Vec<Case> {
    let nested = |open: &str, close: &str, depth: usize| {
        let value = format!("{}0{}", open.repeat(depth), close.repeat(depth));
        edited(&[("\"title\":", &format!("\"title\":{value},\"title\":"))])
    };
    let bad = |comment, input, rule| Case::invalid(comment, input, rule).flags(&["depth"]);
    vec![
        bad("16 deep; the key stands twice", nested("[", "]", 15), "CAM-5"),
        bad("17 deep", nested("[", "]", 16), "CAM-4"),
        bad("17 deep in objects", nested("{\"en\":", "}", 16), "CAM-4"),
        bad("1,000 deep", nested("[", "]", 999), "CAM-4"),
        Case::valid(
            "brackets in a text are no depth",
            edited(&[("A rally", "[[[[[[[[[{{{{{{{{{\\\"[[[[[[[[[")]),
        )
        .flags(&["depth"]),
    ]
}
