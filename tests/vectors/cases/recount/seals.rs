//! Seals with false numbers, and seals with checkpoints that they must not have.

use headcount_protocol::entry::{Entry, Seal};
use headcount_protocol::log::Note;

use super::world::{World, seal_at};
use crate::campaign::Keys;
use crate::logs::LogBuilder;
use crate::vectors::Case;

pub(super) fn cases() -> Vec<Case> {
    [numbers(), counts(), empty_and_missing(), how_many(), refused(), smaller()].concat()
}

/// A case with an altered seal at 3 or 6 of the pledge log.
fn seal(
    comment: &'static str,
    rule: &'static str,
    index: usize,
    alter: impl FnOnce(&mut Seal),
) -> Case {
    let at = u64::try_from(index).expect("a small index");
    World::small().pledges(comment, rule, at, |log| seal_at(log, index, alter))
}

/// The same of the seal at 4 of the first issuance log.
fn issuance_seal(comment: &'static str, rule: &'static str, alter: impl FnOnce(&mut Seal)) -> Case {
    World::small().issuances(comment, rule, 4, |log| seal_at(log, 4, alter))
}

fn numbers() -> Vec<Case> {
    vec![
        seal("the first batch is 1", "REC-12", 3, |seal| seal.batch = 1),
        seal("batch 2 after batch 0", "REC-12", 6, |seal| seal.batch = 2),
        seal("batch 0 again", "REC-12", 6, |seal| seal.batch = 0),
        seal("batch 2^64 - 1", "REC-12", 3, |seal| seal.batch = u64::MAX).flags(&["large-number"]),
        issuance_seal("the first batch of an issuance log is 1", "REC-12", |seal| seal.batch = 1),
    ]
}

fn counts() -> Vec<Case> {
    vec![
        seal("3 of 2 entries", "REC-13", 3, |seal| seal.count = 3),
        seal("1 of 2 entries", "REC-13", 6, |seal| seal.count = 1),
        seal("0 of 2 entries", "REC-13", 3, |seal| seal.count = 0),
        seal("2^32 - 1 of 2 entries", "REC-13", 3, |seal| seal.count = u32::MAX)
            .flags(&["large-number"]),
        issuance_seal("a seal that counts itself", "REC-13", |seal| seal.count = 4),
    ]
}

fn empty_and_missing() -> Vec<Case> {
    let small = World::small();
    let empty =
        |batch, notes| Entry::Seal(Seal { batch, count: 0, issuance_checkpoints: notes }).encode();
    let remove = |at: usize| move |log: &mut LogBuilder| drop(log.entries.remove(at));
    let notes = || small.logs.notes();
    vec![
        small.pledges("two seals in a row", "REC-14", 4, |log| {
            log.entries.insert(4, empty(1, notes()));
        }),
        small.pledges("a seal behind the campaign", "REC-14", 1, |log| {
            log.entries.insert(1, empty(0, notes()));
        }),
        small.issuances("two seals of an issuance log in a row", "REC-14", 5, |log| {
            log.entries.push(empty(1, Vec::new()));
        }),
        small.pledges("the last seal left out", "REC-15", None, remove(6)),
        small.issuances("the last seal of an issuance log left out", "REC-15", None, remove(4)),
        small.pledges("one pledge behind the campaign, no seal", "REC-15", None, |log| {
            log.entries.truncate(2);
        }),
    ]
}

fn how_many() -> Vec<Case> {
    vec![
        seal("a checkpoint of one of two issuers", "REC-16", 3, |seal| {
            seal.issuance_checkpoints.truncate(1);
        }),
        seal("a seal of the pledge log without checkpoints", "REC-16", 3, |seal| {
            seal.issuance_checkpoints.clear();
        }),
        seal("an empty checkpoint too many", "REC-16", 3, |seal| {
            seal.issuance_checkpoints.push(Vec::new());
        }),
        issuance_seal("an issuance log's seal with an empty checkpoint", "REC-16", |seal| {
            seal.issuance_checkpoints.push(Vec::new());
        }),
        issuance_seal("an issuance log's seal with a checkpoint", "REC-16", |seal| {
            seal.issuance_checkpoints.push(World::small().logs.issuances[1].note());
        }),
    ]
}

fn refused() -> Vec<Case> {
    let small = World::small();
    let [first, second] = &small.logs.issuances;
    let case = |comment, index, issuer: usize, note: Vec<u8>| {
        seal(comment, "REC-17", index, |seal| seal.issuance_checkpoints[issuer] = note)
    };
    let forged = String::from_utf8(first.note()).expect("a note is text");
    let text = first.checkpoint().to_string();
    let extended = Note::sign(&format!("{text}extension\n"), &Keys::shared().issuance_logs[0]);
    let extended = extended.expect("text of a note").to_string();
    vec![
        case("a size that was not signed", 3, 0, forged.replacen("\n5\n", "\n3\n", 1).into()),
        case("the checkpoint of another issuer", 3, 0, second.note()),
        case("the checkpoint of the pledge log", 3, 1, small.logs.pledges.note()),
        case("a checkpoint with an extension line", 3, 0, extended.into())
            .flags(&["extension-line"]),
        case("a line feed in the place of a checkpoint", 6, 1, b"\n".to_vec()),
        seal("two checkpoints exchanged", "REC-17", 3, |seal| {
            seal.issuance_checkpoints.swap(0, 1);
        }),
    ]
}

fn smaller() -> Vec<Case> {
    let small = World::small();
    let cut = |issuer: usize, size: usize| {
        let mut log = small.logs.issuances[issuer].clone();
        log.entries.truncate(size);
        log.note()
    };
    let case = |comment, issuer: usize, note: Vec<u8>| {
        seal(comment, "REC-18", 6, |seal| seal.issuance_checkpoints[issuer] = note)
    };
    vec![
        case("an older checkpoint", 0, cut(0, 1)),
        case("no checkpoint after one", 0, Vec::new()),
        case("no checkpoint of the second issuer after one", 1, Vec::new()),
        case("an older checkpoint, inside of a batch", 1, cut(1, 2)),
        case("the empty log after entries", 0, cut(0, 0)).flags(&["size-0"]),
    ]
}
