//! Length and UTF-8: [CAM-2] and [CAM-3].

use data_encoding::HEXLOWER;
use serde_json::{Value, json};

use super::base::{edited, set};
use crate::campaign::draft_manifest;
use crate::vectors::Case;

/// So many malformed bytes stand in a whole campaign.
const FULL: usize = 3;

pub(super) fn cases() -> Vec<Case> {
    let pad = |length: usize| json!({ "manifest": "small", "pad": length });
    let bad = |comment, input| Case::invalid(comment, input, "CAM-3");
    let mut cases = vec![
        Case::valid("a campaign", json!({ "manifest": "small" })),
        Case::valid("a campaign at many limits", json!({ "manifest": "large" })),
        Case::valid("as long as a manifest may be", pad(262_144)).flags(&["length"]),
        Case::invalid("a byte longer", pad(262_145), "CAM-2").flags(&["length"]),
        bad("a byte-order mark", edited(&[("{", "\u{feff}{")])).flags(&["byte-order-mark"]),
        bad("a byte-order mark and nothing else", json!({ "manifest_hex": "efbbbf" }))
            .flags(&["byte-order-mark"]),
        Case::valid("the same character within a text", edited(&[("A rally", "A \u{feff}rally")]))
            .flags(&["byte-order-mark"]),
        bad("UTF-16 with its mark, little-endian", utf_16("\u{feff}{}", u16::to_le_bytes))
            .flags(&["utf-16", "byte-order-mark"]),
        bad("UTF-16 with its mark, big-endian", utf_16("\u{feff}{}", u16::to_be_bytes))
            .flags(&["utf-16", "byte-order-mark"]),
        Case::invalid(
            "UTF-16 without a mark: UTF-8 of NULs and letters",
            utf_16("{\"title\":1}", u16::to_le_bytes),
            "CAM-4",
        )
        .flags(&["utf-16", "nul"]),
    ];
    let malformed: [(&str, &[u8]); 11] = [
        ("a slash in two bytes", b"\xc0\xaf"),
        ("a surrogate in three bytes", b"\xed\xa0\x80"),
        ("the byte ff", b"\xff"),
        ("a NUL in two bytes", b"\xc0\x80"),
        ("a slash in three bytes", b"\xe0\x80\xaf"),
        ("a pair of surrogates in six bytes", b"\xed\xa0\xbd\xed\xb8\x80"),
        ("beyond U+10FFFF", b"\xf4\x90\x80\x80"),
        ("five bytes for one character", b"\xf8\x88\x80\x80\x80"),
        ("a continuation without a start", b"\x80"),
        ("a start without its last continuation", b"\xe2\x82"),
        ("Latin-1", b"\xe9"),
    ];
    for (at, (comment, bytes)) in malformed.into_iter().enumerate() {
        // A campaign but for these bytes where they are what lax readers take; `{"…"}` else.
        let manifest = if at < FULL { spliced(bytes) } else { quoted(bytes) };
        cases.push(bad(comment, manifest).flags(&["utf-8"]));
    }
    cases.extend([
        bad("no UTF-8 behind the end of the text", json!({ "manifest_hex": "7b7dff" }))
            .flags(&["utf-8", "order"]),
        Case::valid("the last character there is", set(&[("/title/en", json!("\u{10ffff}"))]))
            .flags(&["unicode"]),
        Case::valid("a character that is none", set(&[("/title/en", json!("\u{ffff}"))]))
            .flags(&["unicode"]),
    ]);
    cases
}

/// A campaign of one issuer, for what has to be given in hex.
fn tiny() -> String {
    let mut manifest = draft_manifest();
    let first = manifest["issuers"][0].clone();
    manifest["issuers"] = json!([first]);
    manifest["classes"] = json!([{ "name": "email", "issuers": [0] }]);
    manifest["regions"] = json!([]);
    manifest["title"] = json!({ "en": "A rally" });
    manifest["text"] = json!({ "en": "I will come." });
    manifest.to_string()
}

fn spliced(bytes: &[u8]) -> Value {
    let text = tiny();
    let at = text.find("rally").expect("the title");
    let manifest = [&text.as_bytes()[..at], bytes, &text.as_bytes()[at..]].concat();
    json!({ "manifest_hex": HEXLOWER.encode(&manifest) })
}

/// An object with these bytes in a key.
fn quoted(bytes: &[u8]) -> Value {
    json!({ "manifest_hex": HEXLOWER.encode(&[b"{\"".as_slice(), bytes, b"\":1}"].concat()) })
}

fn utf_16(text: &str, bytes: fn(u16) -> [u8; 2]) -> Value {
    let manifest: Vec<u8> = text.encode_utf16().flat_map(bytes).collect();
    json!({ "manifest_hex": HEXLOWER.encode(&manifest) })
}
