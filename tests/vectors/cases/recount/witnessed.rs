//! What witnesses have cosigned, and what is said of it that is not so ([spec: witness §2]).

use headcount_protocol::log::CosignatureSigner;
use headcount_protocol::recount::LogName;

use super::world::{Files, World, push_batch, seal_at};
use crate::campaign::Keys;
use crate::logs::LogBuilder;
use crate::vectors::Case;
use crate::vectors::cases::said::revoke;

pub(super) const LATEST: &str = "pledges/checkpoint";
pub(super) const WITNESSED: &str = "pledges/witnessed";

pub(super) fn cases() -> Vec<Case> {
    [agree(), notes(), forks(), seals(), revocations()].concat()
}

/// A log of the witnessed campaign with its first entries alone.
pub(super) fn cut(log: &LogBuilder, size: usize) -> LogBuilder {
    let mut log = log.clone();
    log.entries.truncate(size);
    log
}

/// The note of a log with the lines of these witnesses, in this order.
pub(super) fn cosigned(log: &LogBuilder, witnesses: &[usize]) -> Vec<u8> {
    let text = log.checkpoint().to_string();
    let line =
        |at: &usize| format!("{}\n", Keys::shared().witnesses[*at].cosign(&text, 1_800_000_000));
    let lines: String = witnesses.iter().map(line).collect();
    [log.note(), lines.into_bytes()].concat()
}

/// The same with one line more, which is that of `by` over another text, under its name.
pub(super) fn with_forged(log: &LogBuilder, witnesses: &[usize], by: usize) -> Vec<u8> {
    let line = Keys::shared().witnesses[by].cosign("another text\n", 1_800_000_000);
    [cosigned(log, witnesses), format!("{line}\n").into_bytes()].concat()
}

fn with(alter: impl FnOnce(&mut Files)) -> serde_json::Value {
    World::witnessed().with_files(alter)
}

/// With another `witnessed` of the pledge log.
fn pledges(note: Vec<u8>) -> serde_json::Value {
    with(|files| drop(files.insert(WITNESSED.to_owned(), note)))
}

fn agree() -> Vec<Case> {
    let (world, small) = (World::witnessed(), World::small());
    let log = &world.logs.pledges;
    let stranger = CosignatureSigner::new(
        "stranger.example".parse().expect("a key name"),
        headcount_protocol::ed25519::SecretSeed::from([99; 32]),
    );
    let strange = stranger.cosign(&log.checkpoint().to_string(), 1_800_000_000);
    let strange = [cosigned(log, &[0, 1, 2]), format!("{strange}\n").into_bytes()].concat();
    let none = |folders: &[&str]| {
        with(|files| {
            for folder in folders {
                files.remove(&format!("{folder}/witnessed"));
            }
        })
    };
    vec![
        Case::valid("all is witnessed", with(|_| ())),
        Case::valid("by all four", pledges(cosigned(log, &[0, 1, 2, 3]))),
        Case::valid("by other three, in another order", pledges(cosigned(log, &[3, 0, 2]))),
        Case::valid("by three, one of them twice", pledges(cosigned(log, &[0, 0, 1, 2])))
            .flags(&["repeated-line"]),
        Case::valid("by three, and somebody whom nobody knows", pledges(strange))
            .flags(&["unknown-signature"]),
        Case::valid("the first batch is witnessed", pledges(cosigned(&cut(log, 4), &[0, 1, 2]))),
        Case::valid("nothing but the campaign is", pledges(cosigned(&cut(log, 1), &[0, 1, 2]))),
        Case::valid("the empty log is", pledges(cosigned(&cut(log, 0), &[0, 1, 2])))
            .flags(&["size-0"]),
        Case::valid("nothing of the pledge log is", none(&["pledges"])),
        Case::valid("nothing is", none(&["pledges", "issuances/0", "issuances/1"])),
        Case::valid(
            "the latest checkpoint comes out of a cache: it is audited at what is witnessed",
            with(|files| drop(files.insert(LATEST.to_owned(), cut(log, 4).note()))),
        ),
        Case::valid(
            "the latest checkpoint has two cosignatures",
            with(|files| drop(files.insert(LATEST.to_owned(), cosigned(log, &[2, 3])))),
        ),
        Case::valid(
            "seals with four cosignatures",
            world.with_logs(|logs| {
                let note = cosigned(&logs.issuances[0], &[3, 2, 1, 0]);
                seal_at(&mut logs.pledges, 5, |seal| seal.issuance_checkpoints[0] = note);
            }),
        ),
        Case::valid(
            "seals without checkpoints",
            world.with_logs(|logs| {
                for index in [3, 5] {
                    let empty = vec![Vec::new(); 2];
                    seal_at(&mut logs.pledges, index, |seal| seal.issuance_checkpoints = empty);
                }
            }),
        ),
        Case::valid(
            "without witnesses in the manifest, nobody reads what is called witnessed",
            small.with_files(|files| drop(files.insert(WITNESSED.to_owned(), b"\n".to_vec()))),
        ),
    ]
}

/// Notes that are called witnessed, and are not.
fn notes() -> Vec<Case> {
    let world = World::witnessed();
    let log = &world.logs.pledges;
    let case =
        |comment, note| Case::invalid(comment, pledges(note), "REC-1").at(&LogName::Pledges, None);
    let issuances = |comment, issuer: u16, note: Vec<u8>| {
        let path = format!("issuances/{issuer}/witnessed");
        let input = with(|files| drop(files.insert(path, note)));
        Case::invalid(comment, input, "REC-1").at(&LogName::Issuances(issuer), None)
    };
    let text = log.checkpoint().to_string();
    let lines = &cosigned(log, &[0, 1, 2])[log.note().len()..];
    let unsigned = [text.as_bytes(), b"\n", lines].concat();
    let other = cosigned(&world.logs.issuances[0], &[0, 1, 2]);
    let second = &world.logs.issuances[1];
    vec![
        case("signed by the log alone", log.note()),
        case("by two of three that are needed", cosigned(log, &[0, 1])),
        case("by two, one of them twice", cosigned(log, &[0, 1, 1])).flags(&["repeated-line"]),
        case("by three, and not by the log", unsigned),
        case("by three, and a fourth whose line is false", with_forged(log, &[0, 1, 2], 3)),
        case("by three, one of whom has a false line too", with_forged(log, &[0, 1, 2], 0))
            .flags(&["repeated-line"]),
        case("what is witnessed of another log", other),
        case("an empty file", Vec::new()),
        issuances("an issuance log by two", 0, cosigned(&world.logs.issuances[0], &[0, 1])),
        issuances("the second issuance log by a false line", 1, with_forged(second, &[0, 1], 2)),
        Case::invalid(
            "a false cosignature below the latest checkpoint",
            with(|files| drop(files.insert(LATEST.to_owned(), with_forged(log, &[0, 1, 2], 3)))),
            "REC-1",
        )
        .at(&LogName::Pledges, None),
    ]
}

/// What is witnessed is not what stands in the log.
fn forks() -> Vec<Case> {
    let world = World::witnessed();
    let log = &world.logs.pledges;
    let case =
        |comment, note| Case::invalid(comment, pledges(note), "REC-37").at(&LogName::Pledges, None);
    let altered = |size: usize| {
        let mut log = cut(log, size);
        log.entries[1][77] ^= 1;
        log
    };
    let mut issuances = world.logs.issuances[0].clone();
    issuances.entries[1][9] ^= 1;
    // What is witnessed is the larger note.
    let latest = |comment, folder: &str, note: Vec<u8>, log| {
        let input = with(|files| drop(files.insert(format!("{folder}/checkpoint"), note)));
        Case::invalid(comment, input, "REC-37").at(&log, None)
    };
    vec![
        case("another first batch", cosigned(&altered(4), &[0, 1, 2])),
        case("another log of the same size", cosigned(&altered(6), &[0, 1, 2])),
        case("another campaign at index 0", {
            let mut log = cut(log, 1);
            log.entries[0][9] ^= 1;
            cosigned(&log, &[0, 1, 2])
        }),
        case("its own entries, inside of a batch", cosigned(&cut(log, 2), &[0, 1, 2]))
            .flags(&["unsealed"]),
        case("its own entries, before a seal", cosigned(&cut(log, 3), &[0, 1, 2]))
            .flags(&["unsealed"]),
        latest(
            "a smaller latest checkpoint of another log",
            "pledges",
            altered(4).note(),
            LogName::Pledges,
        ),
        latest(
            "a smaller latest checkpoint, inside of a batch",
            "pledges",
            cut(log, 2).note(),
            LogName::Pledges,
        ),
        latest(
            "a smaller latest checkpoint of an issuance log, inside of a batch",
            "issuances/1",
            cut(&world.logs.issuances[1], 2).note(),
            LogName::Issuances(1),
        ),
        Case::invalid(
            "another issuance log",
            with(|files| {
                let note = cosigned(&issuances, &[0, 1, 2]);
                files.insert("issuances/0/witnessed".to_owned(), note);
            }),
            "REC-37",
        )
        .at(&LogName::Issuances(0), None),
    ]
}

/// Checkpoints in seals that are not witnessed.
fn seals() -> Vec<Case> {
    let world = World::witnessed();
    let case = |comment, index: usize, issuer: usize, note: Vec<u8>| {
        let at = u64::try_from(index).expect("a small index");
        world.pledges(comment, "REC-17", at, |log| {
            seal_at(log, index, |seal| seal.issuance_checkpoints[issuer] = note);
        })
    };
    let [first, second] = &world.logs.issuances;
    vec![
        case("by the log alone", 3, 0, first.note()),
        case("by two of three that are needed", 3, 0, cosigned(first, &[2, 3])),
        case("by two of three, in the second batch", 5, 1, cosigned(second, &[0, 1])),
        case("by two, one of them twice", 3, 0, cosigned(first, &[0, 0, 1]))
            .flags(&["repeated-line"]),
        case(
            "by three, and a fourth whose line is false",
            3,
            1,
            with_forged(second, &[0, 1, 2], 3),
        ),
        case("what is witnessed of the other log", 3, 0, cosigned(second, &[0, 1, 2])),
    ]
}

/// Checkpoints in revocations that are not witnessed.
fn revocations() -> Vec<Case> {
    let world = World::witnessed();
    let [first, _] = &world.logs.issuances;
    let notes: Vec<_> = world.logs.issuances.iter().map(|log| log.cosigned_note(3)).collect();
    let at_first = |log: &mut LogBuilder, note: &[u8]| {
        log.keep_batches(0);
        push_batch(log, 0, &[revoke(&world.campaign, 0, 0, note).encode()], notes.clone());
    };
    let case =
        |comment, note: Vec<u8>| world.pledges(comment, "REC-17", 1, |log| at_first(log, &note));
    vec![
        Case::valid(
            "a revocation at what three have cosigned",
            world.with_logs(|logs| at_first(&mut logs.pledges, &cosigned(first, &[1, 2, 3]))),
        ),
        case("by the log alone", first.note()),
        case("by two of three that are needed", cosigned(first, &[0, 1])),
        case("by three, and a fourth whose line is false", with_forged(first, &[0, 1, 2], 3)),
    ]
}
