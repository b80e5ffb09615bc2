//! Tiles and bundles: what is written, and what is read.

use serde_json::{Value, json};

use crate::vectors::Case;

/// The steps of [LOG-7].
pub(super) fn growth() -> Vec<Case> {
    let steps: [(&str, u64, u64); 22] = [
        ("nothing", 0, 0),
        ("the first entry", 0, 1),
        ("nothing new", 1, 1),
        ("the second entry", 1, 2),
        ("up to before a full tile", 0, 255),
        ("a full tile", 255, 256),
        ("a full tile at once", 0, 256),
        ("the first entry of the next tile", 256, 257),
        ("over the edge of a tile", 255, 257),
        ("nothing new beside a full tile", 256, 256),
        ("a second full tile", 511, 512),
        ("three tiles at once", 0, 600),
        ("over several edges", 200, 800),
        ("up to before a full tile of level 1", 65_534, 65_535),
        ("a full tile of level 1", 65_535, 65_536),
        ("behind a full tile of level 1", 65_536, 65_537),
        ("up to the worked example", 69_000, 70_000),
        ("from a full tile of level 1 to the worked example", 65_536, 70_000),
        ("a full tile of level 2", 16_777_215, 16_777_216),
        ("an index of three groups", 315_921_407, 315_921_409),
        ("a full tile of level 5", (1 << 48) - 1, 1 << 48),
        ("up to 2^53 - 1", (1 << 53) - 2, (1 << 53) - 1),
    ];
    let case = |(comment, old, new): (_, u64, u64)| {
        Case::valid(comment, json!({ "old_size": old, "size": new }))
    };
    steps.into_iter().map(case).collect()
}

pub(super) fn tiles() -> Vec<Case> {
    let input = |path: &str, bytes: &str| json!({ "path": path, "bytes": bytes });
    let (one, two) = ("11".repeat(32), "22".repeat(32));
    let both = format!("{one}{two}");
    let bad = |comment, path, bytes: &str| {
        Case::invalid(comment, input(path, bytes), "LOG-6").flags(&["length"])
    };
    let path = "tile/0/000.p/2";
    vec![
        Case::valid("one hash", input("tile/0/000.p/1", &one)),
        Case::valid("two hashes", input(path, &both)),
        Case::valid("two hashes of level 1", input("tile/1/x001/000.p/2", &both)),
        Case::valid("112 hashes", input("tile/0/273.p/112", &one.repeat(112))),
        bad("no bytes", path, ""),
        bad("a hash too few", path, &one),
        bad("a hash too many", path, &format!("{both}{one}")),
        bad("a byte too few", path, &both[..126]),
        bad("a byte too many", path, &format!("{both}00")),
        bad("half a hash more", path, &both.repeat(2)[..160]),
        bad("two hashes in a full tile", "tile/0/000", &both),
        bad("a line feed behind it", path, &format!("{both}0a")),
    ]
}

pub(super) fn bundles() -> Vec<Case> {
    let input = |width: u16, bytes: &str| -> Value { json!({ "width": width, "bytes": bytes }) };
    let bad = |comment, width, bytes: &str| {
        Case::invalid(comment, input(width, bytes), "LOG-12").flags(&["length"])
    };
    let worked = "00036f6e650000";
    let long = format!("0100{}", "61".repeat(256));
    vec![
        Case::valid("the worked example", input(2, worked)),
        Case::valid("one entry", input(1, "00036f6e65")),
        Case::valid("one empty entry", input(1, "0000")).flags(&["empty"]),
        Case::valid("256 empty entries", input(256, &"0000".repeat(256))).flags(&["empty"]),
        Case::valid("an entry whose length has two bytes", input(1, &long)),
        bad("no bytes", 1, ""),
        bad("half a length", 1, "00"),
        bad("a length and no entry", 1, "0003"),
        bad("an entry that ends too early", 2, "00036f6e"),
        bad("half of the second length", 2, "00036f6e6500"),
        bad("an entry too few", 3, worked),
        bad("an entry too many", 1, worked),
        bad("a byte too many", 2, "00036f6e65000000"),
        bad("a length in the other order", 1, "03006f6e65"),
        bad("257 entries in a full bundle", 256, &"0000".repeat(257)),
        bad("the longest length and no entry", 1, "ffff"),
    ]
}
