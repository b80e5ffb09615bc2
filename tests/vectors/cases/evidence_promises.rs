//! Promises that were broken, and promises that were kept ([spec: evidence §2]).

use std::sync::LazyLock;

use headcount_protocol::campaign::Campaign;
use headcount_protocol::ed25519::Signature;
use headcount_protocol::entry::{Entry, Seal};
use headcount_protocol::receipt::{EntryHash, Receipt};
use serde_json::{Value, json};

use super::evidence::{b64, input, proved};
use super::points::plus_l;
use super::said::announce;
use crate::campaign::{Keys, Supporter, issue, joint, small};
use crate::logs::{LogBuilder, Logs};
use crate::vectors::Case;

pub(super) fn cases() -> Vec<Case> {
    [upheld(), with_the_log(), receipts(), trees(), batches(), neighbours(), elsewhere(), order()]
        .concat()
}

static PEOPLE: LazyLock<Vec<Supporter>> =
    LazyLock::new(|| (1..=7).map(|person| issue(&small(), person, 0, 0)).collect());

/// Where person 7 is left out, and where that pledge comes late.
static LOGS: LazyLock<[Logs; 2]> = LazyLock::new(|| [false, true].map(made));

fn people() -> Vec<Supporter> {
    PEOPLE.clone()
}

/// The pledge of person 7, which was promised for batch 1.
fn promised() -> Vec<u8> {
    Entry::Pledge(PEOPLE[6].pledge.clone()).encode()
}

/// Six people, pledged in three batches of two: the seals stand at 3, 6 and 9, or 10 if the
/// promised pledge comes late, in batch 2.
pub(super) fn logs(late: bool) -> Logs {
    LOGS[usize::from(late)].clone()
}

fn made(late: bool) -> Logs {
    let (campaign, people) = (small(), people());
    let mut logs = Logs::new(&campaign);
    logs.publish_issuances(&campaign, &people);
    for batch in 0..3 {
        let pledges = &people[2 * batch..2 * batch + 2];
        let mut entries: Vec<_> =
            pledges.iter().map(|it| Entry::Pledge(it.pledge.clone())).collect();
        if late && batch == 2 {
            entries.push(Entry::Pledge(people[6].pledge.clone()));
        }
        let notes = logs.notes();
        logs.pledges.batch(&campaign, entries, notes);
    }
    logs
}

fn receipt(entry: &[u8], batch: u64) -> Value {
    let receipt = Receipt::sign(small().id, EntryHash::of(entry), batch, &Keys::shared().receipts);
    serde_json::to_value(receipt).expect("a receipt is JSON")
}

/// What is said of an entry that was promised for the batch between these two indices.
pub(super) fn about(log: &LogBuilder, entry: &[u8], batch: u64, begin: usize, end: usize) -> Value {
    let id = small().id;
    let key = |entry: &[u8]| Entry::decode(entry).expect("an entry").sort_key(&id);
    let below = |at: &usize| key(&log.entries[*at]) <= key(entry);
    let low = (begin + 1..end).rev().find(below).unwrap_or(begin);
    let there = log.entries.iter().position(|it| it == entry);
    let mut complaint = json!({
        "complaint": "promise",
        "manifest": b64(small().bytes()),
        "receipt": receipt(entry, batch),
        "entry": b64(entry),
        "checkpoint": String::from_utf8(log.note()).expect("a note is text"),
        "begin": proved(log, begin),
        "end": proved(log, end),
        "elsewhere": there.map(|at| proved(log, at)),
    });
    neighbour(&mut complaint, log, low);
    complaint
}

/// Names these two as the neighbours.
fn neighbour(complaint: &mut Value, log: &LogBuilder, low: usize) {
    complaint["low"] = proved(log, low);
    complaint["high"] = proved(log, low + 1);
}

/// The complaint about batch 1, whose entries stand at 4 and 5.
pub(super) fn late() -> Value {
    about(&logs(true).pledges, &promised(), 1, 3, 6)
}

fn valid(comment: &'static str, complaint: &Value) -> Case {
    Case::valid(comment, input(complaint))
}

/// The late promise, altered.
fn bad(
    comment: &'static str,
    rule: &'static str,
    alter: impl FnOnce(&mut Value, &LogBuilder),
) -> Case {
    let mut complaint = late();
    alter(&mut complaint, &logs(true).pledges);
    Case::invalid(comment, input(&complaint), rule)
}

fn upheld() -> Vec<Case> {
    let (log, absent) = (logs(true).pledges, logs(false).pledges);
    let campaign = small();
    let news = announce(&campaign, 0).encode();
    // Behind all others of its batch, and before them.
    let extremes = |last: bool| {
        let mut people = people();
        people.sort_by_key(|it| *it.pledge.nonce(&campaign.id).as_bytes());
        let of = |it: &Supporter| Entry::Pledge(it.pledge.clone());
        let at = if last { people.len() - 1 } else { 0 };
        let entry = of(&people.remove(at)).encode();
        let mut logs = Logs::new(&campaign);
        let notes = logs.notes();
        logs.pledges.batch(&campaign, people[..2].iter().map(of).collect(), notes);
        about(&logs.pledges, &entry, 0, 0, 3)
    };
    // Another pledge of the nonce in its place: other bytes, and so not what was promised.
    let mut other = issue(&campaign, 3, 0, 0).pledge;
    other.tokens[0].authenticator[0] ^= 1;
    let other = Entry::Pledge(other).encode();
    let mut told = input(&late());
    told["campaign_id"] = json!(campaign.id);
    vec![
        valid("late: in batch 2 in place of 1", &late()),
        Case::valid("the campaign that was asked about", told),
        valid("absent", &about(&absent, &promised(), 1, 3, 6)),
        valid("early: in batch 2, promised for 3", &{
            let mut longer = log;
            let entries = vec![announce(&campaign, 0), announce(&campaign, 1)];
            longer.batch(&campaign, entries, Vec::new());
            about(&longer, &promised(), 3, 10, 13)
        }),
        valid("late, and the complaint does not say where", &{
            let mut complaint = late();
            complaint["elsewhere"] = Value::Null;
            complaint
        }),
        valid("absent from batch 0, behind the last of its entries", &extremes(true)),
        valid("absent from batch 0, before the first of its entries", &extremes(false)),
        valid("the neighbours are seal and seal", &{
            let mut log = LogBuilder::pledges(&campaign);
            log.push(&Entry::Seal(Seal { batch: 0, count: 0, issuance_checkpoints: Vec::new() }));
            about(&log, &promised(), 0, 0, 1)
        }),
        valid("an announcement that was withheld", &about(&absent, &news, 1, 3, 6)),
        valid("another signature of the nonce stands there", &about(&absent, &other, 1, 3, 6)),
    ]
}

fn with_the_log() -> Vec<Case> {
    let with = |complaint: &Value, mirror: &str| {
        let mut input = input(complaint);
        input["mirror"] = json!(mirror);
        input
    };
    let mut silent = late();
    silent["elsewhere"] = Value::Null;
    vec![
        Case::valid(
            "the log has it later, which the complaint does not say",
            with(&silent, "late"),
        ),
        Case::valid("the log does not have it", with(&silent, "absent")),
        Case::valid("the complaint says where it is", with(&late(), "late")),
    ]
}

fn receipts() -> Vec<Case> {
    let with = |comment, alter: &dyn Fn(&mut Value)| bad(comment, "EVI-3", |it, _| alter(it));
    let signature = || {
        let signed =
            Receipt::sign(small().id, EntryHash::of(&promised()), 1, &Keys::shared().receipts);
        *signed.signature.as_bytes()
    };
    let resigned = |bytes: [u8; 64]| json!(Signature::from(bytes));
    let s = <[u8; 32]>::try_from(&signature()[32..]).expect("32 bytes");
    let large = [&signature()[..32], &plus_l(s, 1)].concat().try_into().expect("64 bytes");
    let by = |campaign: &Campaign, key| {
        json!(Receipt::sign(campaign.id, EntryHash::of(&promised()), 1, key))
    };
    let keys = Keys::shared();
    vec![
        with("a receipt for another batch", &|it| it["receipt"]["batch"] = json!(2)),
        with("a receipt for another entry", &|it| it["entry"] = json!(b64(&promised()[..391]))),
        with("a receipt of another campaign", &|it| {
            it["receipt"] = by(&joint(), &keys.receipts);
        }),
        with("a receipt by another key", &|it| it["receipt"] = by(&small(), &keys.organiser)),
        with("s + L in the receipt", &|it| it["receipt"]["signature"] = resigned(large))
            .flags(&["s-out-of-range"]),
    ]
}

fn trees() -> Vec<Case> {
    let with = |comment, alter: &dyn Fn(&mut Value)| bad(comment, "EVI-4", |it, _| alter(it));
    let other = logs(true).issuances[0].note();
    let older = logs(false).pledges.note();
    let note = |note: &[u8]| json!(String::from_utf8(note.to_vec()).expect("text"));
    vec![
        with("the checkpoint of another log", &|it| it["checkpoint"] = note(&other)),
        with("the checkpoint of another tree", &|it| it["checkpoint"] = note(&older)),
        with("no checkpoint", &|it| it["checkpoint"] = json!("")),
        with("a checkpoint whose size was altered", &|it| {
            let text = it["checkpoint"].as_str().expect("text").replacen("\n11\n", "\n12\n", 1);
            it["checkpoint"] = json!(text);
        }),
        with("a proof without its last hash", &|it| {
            it["low"]["proof"].as_array_mut().expect("hashes").pop();
        }),
        with("a proof with a hash more", &|it| {
            it["high"]["proof"].as_array_mut().expect("hashes").push(json!("00".repeat(32)));
        }),
        with("an entry that was altered", &|it| it["end"]["entry"] = json!("_w")),
        with("another index", &|it| it["begin"]["index"] = json!(2)),
        with("an index beyond the tree", &|it| it["begin"]["index"] = json!(11)),
        with("an index of 2^64 - 1", &|it| it["high"]["index"] = json!(u64::MAX)).flags(&["range"]),
        with("a false proof of where it stands", &|it| {
            it["elsewhere"]["proof"][0] = json!("00".repeat(32));
        }),
    ]
}

fn batches() -> Vec<Case> {
    let with = |comment, begin: usize, end: usize| {
        bad(comment, "EVI-5", |it, log| {
            (it["begin"], it["end"]) = (proved(log, begin), proved(log, end));
        })
    };
    // Logs that only this complaint shows: their counter counts as it likes.
    let counted = |comment, count: u32, batch: u64| {
        let mut log = logs(false).pledges;
        let seal = Seal { batch, count, issuance_checkpoints: Vec::new() };
        log.entries[6] = Entry::Seal(seal).encode();
        Case::invalid(comment, input(&about(&log, &promised(), 1, 3, 6)), "EVI-5")
    };
    let small = small();
    let foreign = |comment| {
        let mut log = logs(false).pledges;
        log.entries[0] = Entry::Campaign(joint().id).encode();
        Case::invalid(comment, input(&about(&log, &promised(), 0, 0, 3)), "EVI-5")
    };
    let again = |comment| {
        let mut log = logs(false).pledges;
        log.entries[3] = Entry::Campaign(small.id).encode();
        log.entries[6] =
            Entry::Seal(Seal { batch: 0, count: 2, issuance_checkpoints: Vec::new() }).encode();
        Case::invalid(comment, input(&about(&log, &promised(), 0, 3, 6)), "EVI-5")
    };
    let malformed = |comment, at: usize| {
        let mut log = logs(false).pledges;
        log.entries[at].push(0);
        Case::invalid(comment, input(&about(&log, &promised(), 1, 3, 6)), "EVI-5")
    };
    vec![
        with("the batch before", 0, 3),
        with("the batch behind", 6, 10),
        with("two batches", 0, 6),
        with("from a pledge on", 4, 6),
        with("up to a pledge", 3, 5),
        with("from its end to its beginning", 6, 3),
        with("a batch between one seal", 3, 3),
        counted("a seal that counts 3 of 2", 3, 1),
        counted("a seal that counts 1 of 2", 1, 1),
        counted("a seal of batch 2 behind that of batch 0", 2, 2),
        foreign("batch 0, behind another campaign"),
        again("batch 0, behind the campaign at index 3"),
        malformed("a seal that is none behind the batch", 6),
        malformed("a seal that is none before the batch", 3),
    ]
}

fn neighbours() -> Vec<Case> {
    let log = logs(true).pledges;
    let with = |comment, low: usize, high: usize| {
        bad(comment, "EVI-6", |it, log| {
            (it["low"], it["high"]) = (proved(log, low), proved(log, high));
        })
    };
    let honest = late()["low"]["index"].as_u64().expect("an index");
    let honest = usize::try_from(honest).expect("a small log");
    let wrong = if honest == 5 { 4 } else { honest + 1 };
    // The promise was for batch 2, and it was kept.
    let at = log.entries.iter().position(|it| *it == promised()).expect("it is there");
    let kept = |comment, low: usize| {
        let mut complaint = about(&log, &promised(), 2, 6, 10);
        complaint["elsewhere"] = Value::Null;
        neighbour(&mut complaint, &log, low);
        Case::invalid(comment, input(&complaint), "EVI-6")
    };
    let promised_bytes = |comment, bytes: &[u8]| {
        bad(comment, "EVI-6", |it, _| {
            (it["entry"], it["receipt"]) = (json!(b64(bytes)), receipt(bytes, 1));
        })
    };
    vec![
        with("neighbours between which it does not sort", wrong, wrong + 1),
        with("with one between them", 3, 5),
        with("all of the batch between them", 3, 6),
        with("the same twice", 4, 4),
        with("exchanged", honest + 1, honest),
        with("behind the batch", 6, 7),
        with("before the batch", 2, 3),
        kept("kept: the entry before the one behind it", at),
        kept("kept: the entry behind the one before it", at - 1),
        promised_bytes("a receipt for bytes that are no entry", &[0x77]),
        promised_bytes("a receipt for no bytes", &[]),
        Case::invalid(
            "an entry that is none beside it",
            {
                let mut log = logs(false).pledges;
                log.entries[4].push(0);
                log.entries[5].push(0);
                let mut complaint = about(&logs(false).pledges, &promised(), 1, 3, 6);
                complaint["checkpoint"] = json!(String::from_utf8(log.note()).expect("text"));
                (complaint["begin"], complaint["end"]) = (proved(&log, 3), proved(&log, 6));
                neighbour(&mut complaint, &log, 4);
                input(&complaint)
            },
            "EVI-6",
        ),
    ]
}

fn elsewhere() -> Vec<Case> {
    let with =
        |comment, at: usize| bad(comment, "EVI-7", |it, log| it["elsewhere"] = proved(log, at));
    // The batch has it twice over: where it stands is no other place.
    vec![
        with("another pledge, behind the batch", 8),
        with("another pledge, before the batch", 1),
        with("a pledge of the batch", 4),
        with("the seal of the batch", 6),
    ]
}

fn order() -> Vec<Case> {
    let with = |comment, rule, alter: &dyn Fn(&mut Value, &LogBuilder)| {
        bad(comment, rule, |it, log| alter(it, log)).flags(&["order"])
    };
    vec![
        with("a false receipt, and no checkpoint (EVI-4)", "EVI-3", &|it, _| {
            it["receipt"]["batch"] = json!(2);
            it["checkpoint"] = json!("");
        }),
        with("no proof of where it stands, and another batch (EVI-5)", "EVI-4", &|it, log| {
            it["elsewhere"]["proof"] = json!([]);
            it["end"] = proved(log, 10);
        }),
        with("another batch, and no neighbours (EVI-6)", "EVI-5", &|it, log| {
            it["end"] = proved(log, 10);
            it["low"] = proved(log, 0);
        }),
        with("no neighbours, and another entry elsewhere (EVI-7)", "EVI-6", &|it, log| {
            it["low"] = proved(log, 0);
            it["elsewhere"] = proved(log, 1);
        }),
    ]
}
