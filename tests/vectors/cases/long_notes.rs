//! Notes as long as notes may be, and longer ([LOG-15]).

use serde_json::{Value, json};

/// The longest note, in bytes.
pub(super) const LONGEST: usize = 262_144;

/// Three bytes in base64, which stand so many times in the last line.
const PART: &str = "zzzz";

/// A note with an unknown line below it, and what is to be repeated in that until the note has
/// so many bytes.
pub(super) fn with_length(note: &str, length: usize) -> (String, Value) {
    assert!(!note.contains(PART), "the signature has the part that is repeated");
    let line = |name: &str, part: &str| format!("{note}— {name} AAAAAAAA{part}\n");
    let missing = length - line("x", "").len();
    let name = format!("x{}", "x".repeat(missing % PART.len()));
    let times = missing / PART.len();
    assert_eq!(line(&name, &PART.repeat(times)).len(), length, "the length that was asked for");
    (line(&name, PART), json!([PART, times]))
}
