//! Mirrors in which nothing is wrong.

use super::world::{Files, World};
use crate::logs::{LogBuilder, Logs};
use crate::vectors::Case;

pub(super) fn cases() -> Vec<Case> {
    let small = World::small();
    let honest = |world: &World| world.with_logs(|_| ());
    let small_files = |alter: fn(&mut Files)| small.with_files(alter);
    vec![
        Case::valid("two batches, two classes, three regions", honest(small)),
        Case::valid("one class of two issuers", honest(World::joint())),
        Case::valid("the threshold is of the largest class", honest(World::largest())),
        Case::valid("the threshold is of class 1, whose issuer is 0", honest(World::crossed())),
        Case::valid("256 entries and more: full tiles, a tile of level 1", honest(World::long()))
            .flags(&["full-tile"]),
        Case::valid(
            "nothing but the campaign",
            small.with_logs(|logs| *logs = Logs::new(&small.campaign)),
        ),
        Case::valid(
            "issued and not pledged: all is slack",
            small.with_logs(|logs| logs.pledges = LogBuilder::pledges(&small.campaign)),
        ),
        Case::valid(
            "the threshold is not reached",
            small.with_logs(|logs| logs.pledges.entries.truncate(4)),
        ),
        Case::valid(
            "a full tile and bundle in the place of partial ones that are gone",
            small_files(fill_up),
        )
        .flags(&["full-tile"]),
        Case::valid(
            "a partial tile of an earlier size, which nobody reads",
            small_files(|files| {
                files.insert("pledges/tile/0/000.p/4".to_owned(), vec![7]);
            }),
        )
        .flags(&["superseded-tile"]),
        Case::valid(
            "a checkpoint with the lines of 63 others below that of the log",
            small.with_file("pledges/checkpoint", |note| {
                note.extend("— a AAAAAAA=\n".repeat(63).bytes());
            }),
        )
        .flags(&["unknown-signature"]),
    ]
}

/// The pledge log's partial tile and bundle become full ones, of which the first seven count.
fn fill_up(files: &mut Files) {
    for (level, rest) in [("0", vec![0xaa; 32 * 249]), ("entries", vec![0; 2 * 249])] {
        let partial = format!("pledges/tile/{level}/000.p/7");
        let bytes = files.remove(&partial).expect("the log has 7 entries");
        files.insert(format!("pledges/tile/{level}/000"), [bytes, rest].concat());
    }
}
