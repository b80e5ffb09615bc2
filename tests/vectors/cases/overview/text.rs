//! Hex, base64url and transcripts.

use serde_json::json;

use crate::vectors::Case;

pub(super) fn hex() -> Vec<Case> {
    let input = |text: &str, length: usize| json!({ "text": text, "length": length });
    let bad = |comment, text: &str| Case::invalid(comment, input(text, 2), "OVR-2");
    vec![
        Case::valid("the bytes 10 and 255", input("0aff", 2)),
        Case::valid("a key", input(&"0123456789abcdef".repeat(4), 32)),
        Case::valid("a signature", input(&"f0".repeat(64), 64)),
        bad("capitals", "0AFF").flags(&["capitals"]),
        bad("one capital", "0aFf").flags(&["capitals"]),
        bad("half a byte too few", "0af").flags(&["length"]),
        bad("half a byte too many", "0aff0").flags(&["length"]),
        bad("a byte too few", "0a").flags(&["length"]),
        bad("a byte too many", "0aff00").flags(&["length"]),
        bad("nothing", "").flags(&["length"]),
        bad("a letter beyond f", "0agf"),
        bad("with 0x before it", "0x0aff"),
        bad("0x in the place of a byte", "0x0a"),
        bad("white space between bytes", "0a ff").flags(&["white-space"]),
        bad("white space in the place of digits", "0a f").flags(&["white-space"]),
        bad("a space behind it", "0aff ").flags(&["white-space"]),
        bad("a line feed behind it", "0aff\n").flags(&["white-space"]),
        bad("a NUL behind it", "0aff\0").flags(&["nul"]),
        bad("a colon between bytes", "0a:ff"),
        bad("a sign in the place of a digit", "+aff"),
        bad("a separator that some languages take in numbers", "0_ff"),
        bad("full-width digits", "０ａff").flags(&["unicode"]),
        bad("Arabic digits", "٠٠ff").flags(&["unicode"]),
    ]
}

pub(super) fn base64url() -> Vec<Case> {
    let valid = |comment, text: &str| Case::valid(comment, json!({ "text": text }));
    let bad = |comment, text: &str| Case::invalid(comment, json!({ "text": text }), "OVR-3");
    vec![
        valid("no bytes", ""),
        valid("one byte", "AA"),
        valid("two bytes, with both characters that base64 has not", "-_8"),
        valid("three bytes", "____"),
        valid("four bytes", "3q2-7w"),
        bad("base64 in the place of base64url", "+/8").flags(&["alphabet"]),
        bad("padding behind one byte", "AA==").flags(&["padding"]),
        bad("padding behind two bytes", "-_8=").flags(&["padding"]),
        bad("padding behind three bytes", "____=").flags(&["padding"]),
        bad("half of the padding", "AA=").flags(&["padding"]),
        bad("padding in the middle", "AA==AA").flags(&["padding"]),
        bad("nothing but padding", "====").flags(&["padding"]),
        bad("one character", "A").flags(&["length"]),
        bad("five characters", "AAAAA").flags(&["length"]),
        bad("a bit is set that belongs to no byte", "AB").flags(&["unused-bits"]),
        bad("the highest of four unused bits is set", "AI").flags(&["unused-bits"]),
        bad("one of two unused bits is set", "-_9").flags(&["unused-bits"]),
        bad("a line feed behind it", "____\n").flags(&["white-space"]),
        bad("a line feed in the middle", "__\n__").flags(&["white-space"]),
        bad("a space before it", " ____").flags(&["white-space"]),
        bad("a space that stood for a plus", "3q2 7w").flags(&["white-space"]),
        bad("a NUL behind it", "____\0").flags(&["nul"]),
        bad("percent-encoded padding", "AA%3D%3D"),
        bad("a full-width letter", "ＡA").flags(&["unicode"]),
    ]
}

pub(super) fn transcripts() -> Vec<Case> {
    let case = |comment, label: &str, fields: &[&str]| {
        let id = "07".repeat(32);
        Case::valid(comment, json!({ "label": label, "campaign_id": id, "fields": fields }))
    };
    let long = "61".repeat(256);
    vec![
        case("the worked number: 59 bytes", "headcount/v1 salt", &["0003", "6162"]),
        case("no fields", "headcount/v1 code", &[]),
        case("an empty field", "headcount/v1 code", &[""]),
        case("two empty fields", "headcount/v1 code", &["", ""]),
        case("fields ab and c", "headcount/v1 tag input", &["6162", "63"]),
        case(
            "fields a and bc, which is another transcript",
            "headcount/v1 tag input",
            &["61", "6263"],
        ),
        case("a field whose length has two bytes", "headcount/v1 code", &[&long]),
        case(
            "a field that looks like a length and another field",
            "headcount/v1 code",
            &["0002616200026364"],
        ),
    ]
}
