//! Entries that are none, and entries in another log or at another place than theirs.

use headcount_protocol::entry::Entry;

use super::world::{World, vouching};
use crate::logs::LogBuilder;
use crate::vectors::Case;

pub(super) fn cases() -> Vec<Case> {
    [malformed_pledges(), malformed_others(), campaigns(), kinds(), order()].concat()
}

fn malformed_pledges() -> Vec<Case> {
    // A pledge is type, class, region, key, count, and 354 bytes a token.
    const COUNT: usize = 1 + 36;
    let case = |comment, alter: fn(&mut Vec<u8>)| {
        World::small().pledges(comment, "REC-8", 2, |log| alter(&mut log.entries[2]))
    };
    vec![
        case("an empty entry", Vec::clear),
        case("an entry of type 0x77", |bytes| bytes[0] = 0x77),
        case("a pledge with the type of a withdrawal", |bytes| bytes[0] = 0x02),
        case("an entry of type 0x07, the first that has no meaning", |bytes| bytes[0] = 0x07),
        case("a pledge without its last byte", |bytes| bytes.truncate(391)),
        case("a pledge with one byte more", |bytes| bytes.push(0)),
        case("a pledge of an opening alone", |bytes| bytes.truncate(COUNT)),
        case("a pledge that counts no token and has none", |bytes| {
            bytes.truncate(COUNT + 1);
            bytes[COUNT] = 0;
        }),
        case("a pledge that counts two tokens and has one", |bytes| bytes[COUNT] = 2),
        case("a pledge of nine tokens", |bytes| {
            let token = bytes[COUNT + 1..].to_vec();
            bytes[COUNT] = 9;
            bytes.extend(token.repeat(8));
        }),
        case("a token of type 0x0001", |bytes| bytes[COUNT + 2] = 1),
    ]
}

fn malformed_others() -> Vec<Case> {
    let small = World::small();
    let issuance = |comment, alter: fn(&mut Vec<u8>)| {
        small.issuances(comment, "REC-8", 2, |log| alter(&mut log.entries[2]))
    };
    let seal = |comment, alter: fn(&mut Vec<u8>)| {
        small.pledges(comment, "REC-8", 3, |log| alter(&mut log.entries[3]))
    };
    vec![
        issuance("an issuance without its last byte", |bytes| bytes.truncate(130)),
        issuance("an issuance with one byte more", |bytes| bytes.push(0)),
        seal("a seal of a type byte", |bytes| bytes.truncate(1)),
        seal("a seal whose last checkpoint is cut off", |bytes| bytes.truncate(bytes.len() - 1)),
        seal("a seal with one byte more", |bytes| bytes.push(0)),
        seal("a seal that counts three checkpoints and has two", |bytes| bytes[13] = 3),
        seal("a seal that counts one checkpoint and has two", |bytes| bytes[13] = 1),
        small.pledges("a campaign's id of 31 bytes", "REC-8", 0, |log| {
            log.entries[0].truncate(32);
        }),
        small.issuances("a campaign's id of 33 bytes", "REC-8", 0, |log| log.entries[0].push(0)),
    ]
}

fn campaigns() -> Vec<Case> {
    let (small, joint) = (World::small(), World::joint());
    let other = || Entry::Campaign(joint.campaign.id).encode();
    let again = |log: &mut LogBuilder, at: usize| {
        log.entries.insert(at, Entry::Campaign(small.campaign.id).encode());
    };
    vec![
        small.pledges("another campaign at index 0", "REC-9", 0, |log| log.entries[0] = other()),
        small.issuances("another campaign at index 0 of an issuance log", "REC-9", 0, |log| {
            log.entries[0] = other();
        }),
        small.pledges("a log that begins with a pledge", "REC-9", 0, |log| {
            log.entries.remove(0);
        }),
        small.issuances("a log that begins with an issuance", "REC-9", 0, |log| {
            log.entries.remove(0);
        }),
        small.pledges("a log that begins with a seal", "REC-9", 0, |log| {
            log.entries.drain(..3);
        }),
        small.pledges("the campaign again inside of a batch", "REC-9", 2, |log| again(log, 2)),
        small.pledges("the campaign again behind a seal", "REC-9", 4, |log| again(log, 4)),
        small.issuances("the campaign again at the end", "REC-9", 5, |log| again(log, 5)),
    ]
}

fn kinds() -> Vec<Case> {
    let small = World::small();
    let campaign = &small.campaign;
    let issuance = |issuer| Entry::Issuance(vouching(campaign, issuer, 5, 11));
    vec![
        small.pledges("an issuance in the pledge log", "REC-10", 1, |log| {
            log.keep_batches(0);
            let notes = small.logs.notes();
            log.batch(campaign, vec![issuance(0)], notes);
        }),
        small.issuances("a pledge in an issuance log", "REC-10", 5, |log| {
            let pledge = Entry::Pledge(small.people[0].pledge.clone());
            log.batch(campaign, vec![pledge], Vec::new());
        }),
        small.issuances("an issuance of another issuer, signed", "REC-10", 5, |log| {
            log.batch(campaign, vec![issuance(1)], Vec::new());
        }),
    ]
}

fn order() -> Vec<Case> {
    let small = World::small();
    vec![
        small.pledges("two pledges of a batch exchanged", "REC-11", 2, |log| {
            log.entries.swap(1, 2);
        }),
        small.pledges("two pledges of the second batch exchanged", "REC-11", 5, |log| {
            log.entries.swap(4, 5);
        }),
        small.issuances("two issuances of a batch exchanged", "REC-11", 3, |log| {
            log.entries.swap(2, 3);
        }),
    ]
}
