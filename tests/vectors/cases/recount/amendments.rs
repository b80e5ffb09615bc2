//! Amendments: what is refused, and what a revocation does to the count ([spec: statements §3]).

use headcount_protocol::entry::Entry;
use headcount_protocol::log::Note;

use super::world::{World, push_batch, vouching};
use crate::campaign::Keys;
use crate::logs::{LogBuilder, Logs};
use crate::vectors::Case;
use crate::vectors::cases::said::{
    amend, amendment, announce, refresh, revocation, revoke, shares, signed,
};

pub(super) fn cases() -> Vec<Case> {
    [revoked(), unknown_states(), refused(), numbers(), epochs(), checkpoints(), order()].concat()
}

/// A case with these entries as the first batch, from 1 on.
fn first(comment: &'static str, rule: &'static str, index: u64, entries: &[Vec<u8>]) -> Case {
    let small = World::small();
    small.pledges(comment, rule, index, |log| {
        log.keep_batches(0);
        push_batch(log, 0, entries, small.logs.notes());
    })
}

fn new(number: u32, epoch: u32) -> Vec<u8> {
    refresh(&World::small().campaign, number, epoch).encode()
}

fn revoked_at(number: u32, issuer: u16, note: &[u8]) -> Vec<u8> {
    revoke(&World::small().campaign, number, issuer, note).encode()
}

/// An issuance log of `small` with its first entries alone.
fn cut(issuer: usize, size: usize) -> LogBuilder {
    let mut log = World::small().logs.issuances[issuer].clone();
    log.entries.truncate(size);
    log
}

/// Logs from their beginning.
fn anew(world: &World, publish: impl FnOnce(&mut Logs)) -> serde_json::Value {
    let mut logs = Logs::new(&world.campaign);
    publish(&mut logs);
    world.input(&world.mirror(&logs))
}

fn revoked() -> Vec<Case> {
    let (small, joint) = (World::small(), World::joint());
    let campaign = &small.campaign;
    let people = &small.people;
    // Issuer 0 is revoked with one issuance in its log; two more come, and three pledge.
    let frozen = |then: fn(&mut Logs)| {
        anew(small, |logs| {
            logs.publish_issuances(campaign, &people[..1]);
            let first = logs.notes();
            logs.publish_pledges(campaign, &people[..1]);
            logs.publish_issuances(campaign, &people[1..]);
            let notes = logs.notes();
            let revocation = revoke(campaign, 0, 0, &first[0]);
            let pledge = Entry::Pledge(people[1].pledge.clone());
            logs.pledges.batch(campaign, vec![revocation, pledge], notes);
            then(logs);
        })
    };
    let both = anew(joint, |logs| {
        logs.publish_issuances(&joint.campaign, &joint.people);
        let notes = logs.notes();
        let of = |number| {
            let at = usize::from(number);
            revoke(&joint.campaign, u32::from(number), number, &notes[at])
        };
        logs.publish_pledges(&joint.campaign, &joint.people[..1]);
        let pledge = Entry::Pledge(joint.people[1].pledge.clone());
        logs.pledges.batch(&joint.campaign, vec![of(0), of(1), pledge], notes.clone());
    });
    vec![
        Case::valid("what is issued behind the checkpoint does not count", frozen(|_| ())),
        Case::valid(
            "nor in later batches: one excess for each seal",
            frozen(|logs| {
                let small = World::small();
                logs.publish_pledges(&small.campaign, &small.people[2..]);
            }),
        ),
        Case::valid(
            "revoked with nothing behind the checkpoint: what is left is slack",
            small.with_logs(|logs| {
                logs.pledges.keep_batches(1);
                let notes = logs.notes();
                let entry = revoke(campaign, 0, 0, &notes[0]);
                logs.pledges.batch(campaign, vec![entry], notes);
            }),
        ),
        Case::valid("both issuers of a class are revoked", both),
        Case::valid(
            "refreshed three times",
            small.with_logs(|logs| {
                logs.pledges.keep_batches(0);
                let notes = small.logs.notes();
                push_batch(&mut logs.pledges, 0, &[new(0, 1), new(1, 2)], notes.clone());
                push_batch(&mut logs.pledges, 1, &[new(2, 3)], notes);
            }),
        ),
    ]
}

/// Revocations at checkpoints that are no states of the log that was read.
fn unknown_states() -> Vec<Case> {
    let small = World::small();
    let campaign = &small.campaign;
    let at = |batches: u64, log: &LogBuilder| {
        small.with_logs(|logs| {
            logs.pledges.keep_batches(batches);
            let mut notes = logs.notes();
            if batches == 0 {
                notes[0].clear();
            }
            logs.pledges.batch(campaign, vec![revoke(campaign, 0, 0, &log.note())], notes);
        })
    };
    let mut forked = cut(0, 5);
    forked.entries[1][9] ^= 1;
    let mut longer = small.logs.issuances[0].clone();
    longer.batch(campaign, vec![Entry::Issuance(vouching(campaign, 0, 5, 11))], Vec::new());
    vec![
        Case::valid("another history: what the last seal knew counts", at(1, &forked)),
        Case::valid("another history, before any seal: nothing counts", at(0, &forked)),
        Case::valid("inside of a batch", at(0, &cut(0, 3))),
        Case::valid("the empty log, before any seal", at(0, &cut(0, 0))).flags(&["size-0"]),
        Case::valid("a log of nothing but the campaign", at(0, &cut(0, 1))),
        Case::valid("more entries than were read", at(1, &longer)),
    ]
}

fn refused() -> Vec<Case> {
    let small = World::small();
    let (id, keys) = (&small.campaign.id, Keys::shared());
    let key = small.campaign.manifest.oprf.commitments[0];
    let case = |comment, entry| first(comment, "REC-32", 1, &[entry]);
    let of = |points: &[[u8; 32]]| amend(&small.campaign, 0, 1, &shares(1, points)).encode();
    let unsigned = amendment(0, 1, &shares(1, &[key]));
    let joint = &World::joint().campaign.id;
    let generator = curve25519_dalek::constants::RISTRETTO_BASEPOINT_COMPRESSED.to_bytes();
    vec![
        case("by the organisers", signed(id, &unsigned, &keys.organiser)),
        case("by the counter", signed(id, &unsigned, &keys.receipts)),
        case("of another campaign", signed(joint, &unsigned, &keys.amendments)),
        case("another key", of(&[generator])),
        case("the identity for a key", of(&[[0; 32]])),
        case("no commitment", of(&[])),
        case("two commitments of one", of(&[key, generator])),
        case("a commitment that is none", of(&[[0xff; 32]])).flags(&["non-canonical"]),
        case("issuer 2 of two", revoked_at(0, 2, b"note\n")),
        case("issuer 65,535", revoked_at(0, u16::MAX, &small.logs.issuances[0].note())),
    ]
}

fn numbers() -> Vec<Case> {
    vec![
        first("amendments from 1 on", "REC-33", 1, &[new(1, 1)]),
        first("amendment 2 after 0", "REC-33", 2, &[new(0, 1), new(2, 2)]),
        first("amendment 0 twice", "REC-33", 2, &[new(0, 1), new(0, 2)]),
    ]
}

fn epochs() -> Vec<Case> {
    let small = World::small();
    let note = small.logs.issuances[0].note();
    vec![
        first("epoch 0", "REC-34", 1, &[new(0, 0)]),
        first("epoch 2 at first", "REC-34", 1, &[new(0, 2)]),
        first("epoch 1 twice", "REC-34", 2, &[new(0, 1), new(1, 1)]),
        first("epoch 3 after 1", "REC-34", 2, &[new(0, 1), new(1, 3)]),
        first("epoch 2^32 - 1", "REC-34", 1, &[new(0, u32::MAX)]).flags(&["large-number"]),
        first("a revocation is no epoch", "REC-34", 2, &[revoked_at(0, 0, &note), new(1, 2)]),
        first(
            "an issuer twice in a batch",
            "REC-34",
            2,
            &[revoked_at(0, 0, &note), revoked_at(1, 0, &note)],
        ),
        small.pledges("an issuer again in a later batch", "REC-34", 3, |log| {
            log.keep_batches(0);
            push_batch(log, 0, &[revoked_at(0, 0, &note)], small.logs.notes());
            push_batch(log, 1, &[revoked_at(1, 0, &note)], small.logs.notes());
        }),
    ]
}

fn checkpoints() -> Vec<Case> {
    let small = World::small();
    let [first_log, second_log] = &small.logs.issuances;
    let case = |comment, note: &[u8]| first(comment, "REC-17", 1, &[revoked_at(0, 0, note)]);
    let text = first_log.checkpoint().to_string();
    let extended = Note::sign(&format!("{text}extension\n"), &Keys::shared().issuance_logs[0]);
    let forged = String::from_utf8(first_log.note()).expect("text").replacen("\n5\n", "\n3\n", 1);
    // Behind the first batch, whose seal has 5 issuances of issuer 0 and 3 of issuer 1.
    let smaller = |comment, issuer: u16, note: &[u8]| {
        small.pledges(comment, "REC-18", 4, |log| {
            log.keep_batches(1);
            push_batch(log, 1, &[revoked_at(0, issuer, note)], small.logs.notes());
        })
    };
    vec![
        case("no checkpoint, which a seal could have", b""),
        case("a line feed in the place of a checkpoint", b"\n"),
        case("bytes that are no text", b"\xff\xff").flags(&["utf-8"]),
        case("the checkpoint of another issuer", &second_log.note()),
        case("a size that was not signed", forged.as_bytes()),
        case(
            "a checkpoint with an extension line",
            extended.expect("a note").to_string().as_bytes(),
        )
        .flags(&["extension-line"]),
        smaller("an older checkpoint than in the last seal", 0, &cut(0, 1).note()),
        smaller("an older one, inside of a batch", 0, &cut(0, 3).note()),
        smaller("the empty log after entries", 0, &cut(0, 0).note()).flags(&["size-0"]),
        smaller("an older checkpoint of the second issuer", 1, &cut(1, 1).note()),
    ]
}

fn order() -> Vec<Case> {
    let small = World::small();
    let (id, keys) = (&small.campaign.id, Keys::shared());
    let note = small.logs.issuances[0].note();
    let by_organisers = |unsigned: &[u8]| signed(id, unsigned, &keys.organiser);
    vec![
        first(
            "not signed, and number 1 (REC-33)",
            "REC-32",
            1,
            &[{ by_organisers(&amendment(1, 2, &revocation(0, &note))) }],
        ),
        first("number 1, and epoch 7 (REC-34)", "REC-33", 1, &[new(1, 7)]),
        first(
            "number 2, and an issuer again (REC-34)",
            "REC-33",
            2,
            &[revoked_at(0, 0, &note), revoked_at(2, 0, &note)],
        ),
        first(
            "an issuer again, and a false checkpoint (REC-17)",
            "REC-34",
            2,
            &[revoked_at(0, 0, &note), revoked_at(1, 0, b"\n")],
        ),
        first(
            "a false checkpoint, and behind an announcement (REC-11)",
            "REC-17",
            2,
            &[announce(&small.campaign, 0).encode(), revoked_at(0, 0, b"\n")],
        ),
        first("kind 3, signed", "REC-8", 1, &[amend_as(3, b"")]).flags(&["amendment-kind"]),
        first(
            "a body of new shares as a revocation",
            "REC-8",
            1,
            &[{ amend_as(2, &shares(1, &[[7; 32]])) }],
        )
        .flags(&["amendment-kind"]),
        small.issuances("an amendment in an issuance log", "REC-10", 5, |log| {
            log.entries.push(new(0, 1));
        }),
        Case::valid(
            "an older checkpoint than that of its batch's seal, which comes behind it",
            small.with_logs(|logs| {
                logs.pledges.keep_batches(0);
                let entry = revoke(&small.campaign, 0, 0, &cut(0, 1).note());
                logs.pledges.batch(&small.campaign, vec![entry], small.logs.notes());
            }),
        ),
    ]
}

/// An amendment of any kind and body, signed.
fn amend_as(kind: u8, body: &[u8]) -> Vec<u8> {
    signed(&World::small().campaign.id, &amendment(0, kind, body), &Keys::shared().amendments)
}
