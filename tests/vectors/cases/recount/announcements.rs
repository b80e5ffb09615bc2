//! Announcements and closing statements: what is refused, and where an announcement is placed
//! ([spec: statements §2], [spec: statements §4]).

use headcount_protocol::entry::Entry;

use super::world::{World, push_batch};
use crate::campaign::Keys;
use crate::logs::LogBuilder;
use crate::vectors::Case;
use crate::vectors::cases::said::{
    HOUR, announce, announcement, close, closing, refresh, signed, withdraw,
};

pub(super) fn cases() -> Vec<Case> {
    [placed(), announcements(), numbers(), closings(), closed(), order()].concat()
}

/// A case with these entries as the first batch, from 1 on.
fn first(comment: &'static str, rule: &'static str, index: u64, entries: &[Vec<u8>]) -> Case {
    let small = World::small();
    small.pledges(comment, rule, index, |log| {
        log.keep_batches(0);
        push_batch(log, 0, entries, small.logs.notes());
    })
}

fn news(number: u32) -> Vec<u8> {
    announce(&World::small().campaign, number).encode()
}

fn last(offices: &[(u8, u16)]) -> Vec<u8> {
    close(&World::small().campaign, offices).encode()
}

fn placed() -> Vec<Case> {
    let (said, small) = (World::said(), World::small());
    let kept = |batches| said.with_logs(|logs| logs.pledges.keep_batches(batches));
    vec![
        Case::valid("before, with and after the threshold", kept(3)),
        Case::valid("the threshold is reached in this batch", kept(2)),
        Case::valid("the threshold is not reached", kept(1)),
        Case::valid("closed, with two offices", said.with_logs(|_| ())),
        Case::valid(
            "closed in the first batch, with nobody's secrets",
            small.with_logs(|logs| {
                logs.pledges.keep_batches(0);
                push_batch(&mut logs.pledges, 0, &[last(&[])], small.logs.notes());
            }),
        ),
        Case::valid(
            "three announcements in a batch, in two languages",
            small.with_logs(|logs| {
                logs.pledges.keep_batches(0);
                let unsigned =
                    announcement(2, 0, &[(b"en", b"On."), ("ru".as_bytes(), "Да.".as_bytes())]);
                let third = signed(&small.campaign.id, &unsigned, &Keys::shared().organiser);
                let entries = [news(0), news(1), third];
                push_batch(&mut logs.pledges, 0, &entries, small.logs.notes());
            }),
        ),
    ]
}

fn announcements() -> Vec<Case> {
    let (id, keys) = (&World::small().campaign.id, Keys::shared());
    let one: &[(&[u8], &[u8])] = &[(b"en", b"The rally is on.")];
    let by =
        |time, texts: &[(&[u8], &[u8])]| signed(id, &announcement(0, time, texts), &keys.organiser);
    let case = |comment, entry| first(comment, "REC-31", 1, &[entry]);
    let joint = &World::joint().campaign.id;
    vec![
        case("a time that is no full hour", by(HOUR + 60, one)),
        case("no text", by(HOUR, &[])),
        case("languages that descend", by(HOUR, &[(b"ru", b"x"), (b"en", b"y")])),
        case("a language twice", by(HOUR, &[(b"en", b"x"), (b"en", b"y")])),
        case("a language in capitals", by(HOUR, &[(b"EN", b"x")])),
        case("a text of white space", by(HOUR, &[(b"en", b" \n")])),
        case("a text with a tab", by(HOUR, &[(b"en", b"a\tb")])),
        case("by the counter", signed(id, &announcement(0, HOUR, one), &keys.receipts)),
        case("by the amendment key", signed(id, &announcement(0, HOUR, one), &keys.amendments)),
        case("of another campaign", signed(joint, &announcement(0, HOUR, one), &keys.organiser)),
    ]
}

fn numbers() -> Vec<Case> {
    let small = World::small();
    vec![
        first("announcements from 1 on", "REC-33", 1, &[news(1)]),
        first("announcement 2 after 0", "REC-33", 2, &[news(0), news(2)]),
        first("announcement 0 twice", "REC-33", 2, &[news(0), news(0)]),
        first("announcement 2^32 - 1", "REC-33", 1, &[news(u32::MAX)]).flags(&["large-number"]),
        small.pledges("announcement 3 after 0 and 1, a batch later", "REC-33", 4, |log| {
            log.keep_batches(0);
            push_batch(log, 0, &[news(0), news(1)], small.logs.notes());
            push_batch(log, 1, &[news(3)], small.logs.notes());
        }),
        first(
            "the numbers of amendments are others",
            "REC-33",
            2,
            &[refresh(&small.campaign, 0, 1).encode(), news(1)],
        ),
    ]
}

fn closings() -> Vec<Case> {
    let (id, keys) = (&World::small().campaign.id, Keys::shared());
    let by = |offices: &[(u8, u16)]| signed(id, &closing(offices), &keys.receipts);
    let case = |comment, entry| first(comment, "REC-35", 1, &[entry]);
    let joint = &World::joint().campaign.id;
    vec![
        case("offices that descend", by(&[(2, 0), (0, 0)])),
        case("an office twice", by(&[(0, 0), (0, 0)])),
        case("guardian 0", by(&[(1, 0)])),
        case("guardian 2 of one", by(&[(1, 2)])),
        case("issuer 2 of two", by(&[(2, 2)])),
        case("by the organisers", signed(id, &closing(&[]), &keys.organiser)),
        case("of another campaign", signed(joint, &closing(&[]), &keys.receipts)),
    ]
}

fn closed() -> Vec<Case> {
    let small = World::small();
    let notes = || small.logs.notes();
    let then = |comment, entries: &[Vec<u8>]| {
        small.pledges(comment, "REC-36", 3, |log| {
            log.keep_batches(0);
            push_batch(log, 0, &[last(&[])], notes());
            push_batch(log, 1, entries, notes());
        })
    };
    vec![
        first("two closing statements", "REC-36", 2, &[last(&[]), last(&[])]),
        then("an announcement in the next batch", &[news(0)]),
        then("a second closing statement in the next batch", &[last(&[(0, 0)])]),
        then("a seal behind the seal", &[]),
        then(
            "a pledge in the next batch",
            &[Entry::Pledge(small.people[0].pledge.clone()).encode()],
        ),
    ]
}

fn order() -> Vec<Case> {
    let small = World::small();
    let id = &small.campaign.id;
    let text: &[(&[u8], &[u8])] = &[(b"en", b"x")];
    let unsigned = |mut bytes: Vec<u8>| {
        *bytes.last_mut().expect("a signature") ^= 1;
        bytes
    };
    let issuances = |comment, entry: Vec<u8>| {
        small.issuances(comment, "REC-10", 5, |log: &mut LogBuilder| log.entries.push(entry))
    };
    vec![
        first("not signed, and number 1 (REC-33)", "REC-31", 1, &[unsigned(news(1))]),
        first("number 1, then 0: not sorted (REC-11) is not met", "REC-33", 1, &[news(1), news(0)]),
        first(
            "an announcement before an amendment",
            "REC-11",
            2,
            &[news(0), refresh(&small.campaign, 0, 1).encode()],
        ),
        first(
            "behind a closing statement, and number 1 (REC-36)",
            "REC-33",
            2,
            &[last(&[]), news(1)],
        ),
        first(
            "behind a closing statement, and not sorted (REC-11)",
            "REC-36",
            2,
            &[last(&[]), news(0)],
        ),
        first(
            "a false closing statement behind one (REC-36)",
            "REC-35",
            2,
            &[last(&[]), unsigned(last(&[]))],
        ),
        first(
            "of no pledge, behind a closing statement (REC-36)",
            "REC-29",
            2,
            &[last(&[]), withdraw(&small.campaign, 1, 0, 0).encode()],
        ),
        small.pledges("not signed, and at index 0 (REC-9)", "REC-31", 0, |log| {
            log.entries[0] = unsigned(news(0));
        }),
        small.pledges("a seal behind the closing batch, of batch 9 (REC-12)", "REC-36", 3, |log| {
            log.keep_batches(0);
            push_batch(log, 0, &[last(&[])], small.logs.notes());
            push_batch(log, 9, &[], small.logs.notes());
        }),
        first(
            "a text that is not UTF-8, signed",
            "REC-8",
            1,
            &[{
                signed(id, &announcement(0, HOUR, &[(b"en", b"\xff")]), &Keys::shared().organiser)
            }],
        )
        .flags(&["utf-8"]),
        first(
            "an office of role 3, signed",
            "REC-8",
            1,
            &[{ signed(id, &closing(&[(3, 0)]), &Keys::shared().receipts) }],
        ),
        first(
            "a byte behind an announcement",
            "REC-8",
            1,
            &[{
                let whole = signed(id, &announcement(0, HOUR, text), &Keys::shared().organiser);
                [&whole[..], &[0]].concat()
            }],
        ),
        issuances("an announcement in an issuance log", news(0)),
        issuances(
            "a closing statement in an issuance log, not signed (REC-35)",
            unsigned(last(&[])),
        ),
    ]
}
