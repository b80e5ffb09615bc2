//! Base64 and numbers: [LOG-1] and [LOG-2].

use serde_json::json;

use crate::vectors::Case;

pub(super) fn base64() -> Vec<Case> {
    let valid = |comment, text: &str| Case::valid(comment, json!({ "text": text }));
    let bad = |comment, text: &str| Case::invalid(comment, json!({ "text": text }), "LOG-1");
    vec![
        valid("no bytes", ""),
        valid("one byte", "AA=="),
        valid("two bytes, with both characters that base64url has not", "+/8="),
        valid("three bytes", "////"),
        valid("four bytes", "3q2+7w=="),
        bad("base64url in the place of base64", "-_8=").flags(&["alphabet"]),
        bad("no padding behind one byte", "AA").flags(&["padding"]),
        bad("no padding behind two bytes", "+/8").flags(&["padding"]),
        bad("half of the padding", "AA=").flags(&["padding"]),
        bad("padding behind three bytes", "////=").flags(&["padding"]),
        bad("four characters of padding behind three bytes", "////====").flags(&["padding"]),
        bad("a third character of padding", "AA===").flags(&["padding"]),
        bad("one character before the padding", "A===").flags(&["padding"]),
        bad("nothing but padding", "====").flags(&["padding"]),
        bad("one character of padding alone", "=").flags(&["padding"]),
        bad("two texts behind one another", "AA==AA==").flags(&["padding"]),
        bad("a byte behind the padding", "AA==AAAA").flags(&["padding"]),
        bad("padding within the text", "A=A=").flags(&["padding"]),
        bad("one character", "A").flags(&["length"]),
        bad("five characters", "AAAAA").flags(&["length"]),
        bad("the lowest of four unused bits is set", "AB==").flags(&["unused-bits"]),
        bad("the highest of four unused bits is set", "AI==").flags(&["unused-bits"]),
        bad("one of two unused bits is set", "+/9=").flags(&["unused-bits"]),
        bad("a line feed behind it", "////\n").flags(&["white-space"]),
        bad("a line feed in the middle", "//\n//").flags(&["white-space"]),
        bad("the line end of mail in the middle", "//\r\n//").flags(&["white-space"]),
        bad("a space before it", " ////").flags(&["white-space"]),
        bad("a space that stood for a plus", "3q2 7w==").flags(&["white-space"]),
        bad("a NUL behind it", "////\0").flags(&["nul"]),
        bad("a full-width letter", "ＡA==").flags(&["unicode"]),
        bad("a character of no alphabet", "//*/"),
    ]
}

pub(super) fn numbers() -> Vec<Case> {
    let valid = |comment, text: &str| Case::valid(comment, json!({ "text": text }));
    let bad = |comment, text: &str| Case::invalid(comment, json!({ "text": text }), "LOG-2");
    vec![
        valid("zero", "0"),
        valid("one digit", "7"),
        valid("zeros behind a digit", "70000"),
        valid("2^53 + 1, which no float has", "9007199254740993").flags(&["range"]),
        valid("2^63", "9223372036854775808").flags(&["range"]),
        valid("2^64 - 1", "18446744073709551615").flags(&["range"]),
        bad("2^64", "18446744073709551616").flags(&["range"]),
        bad("more than 2^64", "99999999999999999999").flags(&["range"]),
        bad("2^64 + 7 and 60 digits", &format!("18446744073709551623{}", "0".repeat(60)))
            .flags(&["range"]),
        bad("no digit", ""),
        bad("two zeros", "00").flags(&["leading-zero"]),
        bad("a zero before a digit", "07").flags(&["leading-zero"]),
        bad("two zeros before a digit", "007").flags(&["leading-zero"]),
        bad("a plus", "+7").flags(&["sign"]),
        bad("a minus", "-7").flags(&["sign"]),
        bad("minus zero", "-0").flags(&["sign"]),
        bad("a sign alone", "+").flags(&["sign"]),
        bad("a space before it", " 7").flags(&["white-space"]),
        bad("a space behind it", "7 ").flags(&["white-space"]),
        bad("a line feed behind it", "7\n").flags(&["white-space"]),
        bad("a line feed before it", "\n7").flags(&["white-space"]),
        bad("a no-break space behind it", "7\u{a0}").flags(&["white-space"]),
        bad("a line separator behind it", "7\u{2028}").flags(&["white-space"]),
        bad("a NUL behind it", "7\0").flags(&["nul"]),
        bad("a fraction", "7.0"),
        bad("an exponent", "7e0"),
        bad("hexadecimal", "0x7"),
        bad("a separator of programs", "70_000"),
        bad("a separator of people", "70,000"),
        bad("a suffix", "7n"),
        bad("a word", "NaN"),
        bad("Arabic digits", "٧").flags(&["unicode"]),
        bad("full-width digits", "７").flags(&["unicode"]),
        bad("a Devanagari digit behind others", "7०").flags(&["unicode"]),
        bad("a superscript digit", "7²").flags(&["unicode"]),
        bad("a minus of Unicode", "−7").flags(&["unicode", "sign"]),
        bad("a byte-order mark before it", "\u{feff}7").flags(&["byte-order-mark"]),
    ]
}
