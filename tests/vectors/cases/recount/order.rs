//! Two things wrong: the one that comes first is named ([REC-27]); the comment says which rule
//! the other breaks.

use headcount_protocol::entry::{Entry, Seal};
use headcount_protocol::pledge::Pledge;
use headcount_protocol::recount::LogName;
use serde_json::{Value, json};

use super::world::{Files, World, after, seal_at, vouching};
use crate::logs::{LogBuilder, Logs};
use crate::vectors::Case;

pub(super) fn cases() -> Vec<Case> {
    [before_the_logs(), logs(), at_one_entry(), at_one_seal(), along_a_log(), at_the_end()].concat()
}

fn flip(files: &mut Files, path: &str, at: usize) {
    files.get_mut(path).expect("the mirror has the file")[at] ^= 1;
}

fn before_the_logs() -> Vec<Case> {
    let small = World::small();
    let files = |alter: fn(&mut Files)| small.with_files(alter);
    let checkpoints = |files: &mut Files| {
        for path in ["pledges", "issuances/0", "issuances/1"] {
            flip(files, &format!("{path}/checkpoint"), 30);
        }
    };
    let mut none = small.with_files(|files| {
        files.insert("manifest.json".to_owned(), b"{}".to_vec());
        checkpoints(files);
    });
    let another = none.clone();
    none["campaign_id"] = json!(headcount_protocol::campaign::CampaignId::of(b"{}"));
    vec![
        Case::invalid("no manifest, and not of the id", another, "CAM-1").at(&Value::Null, None),
        Case::invalid("no manifest, and false checkpoints", none, "manifest")
            .at(&Value::Null, None),
        Case::invalid("all checkpoints false", small.with_files(checkpoints), "REC-1")
            .at(&LogName::Pledges, None),
        Case::invalid(
            "a false checkpoint of issuer 1, and a bundle of issuer 0 cut off",
            files(|files| {
                flip(files, "issuances/1/checkpoint", 30);
                files.insert("issuances/0/tile/entries/000.p/5".to_owned(), Vec::new());
            }),
            "REC-1",
        )
        .at(&LogName::Issuances(1), None),
    ]
}

fn logs() -> Vec<Case> {
    let small = World::small();
    let unsealed = |log: &mut LogBuilder| drop(log.entries.pop());
    let case = |comment, alter: &dyn Fn(&mut Logs), issuer| {
        Case::invalid(comment, small.with_logs(alter), "REC-15")
            .at(&LogName::Issuances(issuer), None)
    };
    vec![
        case(
            "all logs without their last seals",
            &|logs| {
                unsealed(&mut logs.pledges);
                logs.issuances.iter_mut().for_each(unsealed);
            },
            0,
        ),
        case(
            "issuance log 1 and the pledge log without their last seals",
            &|logs| {
                unsealed(&mut logs.pledges);
                unsealed(&mut logs.issuances[1]);
            },
            1,
        ),
    ]
}

fn at_one_entry() -> Vec<Case> {
    let (small, joint) = (World::small(), World::joint());
    let campaign = &small.campaign;
    let foreign = |issuer| Entry::Issuance(vouching(&joint.campaign, issuer, 5, 11)).encode();
    let pledge = |at: usize| small.people[at].pledge.clone();
    let false_token = |mut pledge: Pledge| {
        pledge.tokens[0].authenticator[77] ^= 1;
        Entry::Pledge(pledge).encode()
    };
    let mut sorted = [pledge(0), pledge(1)];
    sorted.sort_by_key(|pledge| *pledge.nonce(&campaign.id).as_bytes());
    let [low, high] = sorted.map(Entry::Pledge);
    vec![
        small.issuances("of another issuer, and not signed (REC-20)", "REC-10", 5, |log| {
            log.entries.push(foreign(1));
        }),
        small.issuances("not signed, and not sorted (REC-11)", "REC-20", 3, |log| {
            log.entries.swap(2, 3);
            log.entries[3][130] ^= 1;
        }),
        small.issuances("not signed, and at index 0 (REC-9)", "REC-20", 0, |log| {
            log.entries[0] = foreign(0);
        }),
        small.pledges("a false token, and the nonce again (REC-22)", "REC-21", 4, |log| {
            log.keep_batches(1);
            log.entries.push(false_token(pledge(0)));
        }),
        small.pledges("the nonce again, and not sorted (REC-11)", "REC-22", 3, |log| {
            log.entries = vec![log.entries[0].clone(), low.encode(), high.encode(), low.encode()];
        }),
        small.pledges("no checkpoint in a seal at index 0 (REC-9)", "REC-16", 0, |log| {
            let seal = Seal { batch: 0, count: 0, issuance_checkpoints: Vec::new() };
            log.entries[0] = Entry::Seal(seal).encode();
        }),
    ]
}

fn at_one_seal() -> Vec<Case> {
    let small = World::small();
    let case = |comment, rule, index: usize, alter: &dyn Fn(&mut Seal)| {
        let at = u64::try_from(index).expect("a small index");
        small.pledges(comment, rule, at, |log| seal_at(log, index, alter))
    };
    let older = LogBuilder::issuances(&small.campaign, 0).note();
    let smaller = small.with_logs(|logs| {
        seal_at(&mut logs.pledges, 6, |seal| seal.issuance_checkpoints[0] = Vec::new());
    });
    vec![
        case("no checkpoint, and batch 7 (REC-12)", "REC-16", 3, &|seal| {
            (seal.batch, seal.issuance_checkpoints) = (7, Vec::new());
        }),
        case("batch 7, and 9 of 2 entries (REC-13)", "REC-12", 3, &|seal| {
            (seal.batch, seal.count) = (7, 9);
        }),
        small.pledges("no entries, and 9 of them (REC-13)", "REC-14", 4, |log| {
            log.keep_batches(1);
            let seal = Seal { batch: 1, count: 9, issuance_checkpoints: small.logs.notes() };
            log.push(&Entry::Seal(seal));
        }),
        case("9 of 2 entries, and a false checkpoint (REC-17)", "REC-13", 3, &|seal| {
            seal.count = 9;
            seal.issuance_checkpoints[0] = b"\n".to_vec();
        }),
        case("issuer 0 older, and issuer 1 false (REC-17)", "REC-18", 6, &|seal| {
            seal.issuance_checkpoints = vec![older.clone(), b"\n".to_vec()];
        }),
        case("issuer 0 false, and issuer 1 older (REC-18)", "REC-17", 6, &|seal| {
            seal.issuance_checkpoints = vec![b"\n".to_vec(), Vec::new()];
        }),
        Case::invalid(
            "an older checkpoint, and another root than an earlier audit saw (REC-7)",
            after(smaller, &small.seen(&small.logs)),
            "REC-18",
        )
        .at(&LogName::Pledges, Some(6)),
    ]
}

fn along_a_log() -> Vec<Case> {
    let (small, long) = (World::small(), World::long());
    let case = |comment, input, rule, index: u64| {
        Case::invalid(comment, input, rule).at(&LogName::Issuances(0), Some(index))
    };
    let long_files = |alter: fn(&mut Files)| {
        long.with_files(|files| {
            let below = |path: &str| format!("issuances/0/tile/{path}");
            let mut some: Files = ["0/000", "0/001.p/5", "1/000.p/1", "entries/001.p/5"]
                .map(|path| (path.to_owned(), files[&below(path)].clone()))
                .into();
            alter(&mut some);
            files.extend(some.into_iter().map(|(path, bytes)| (below(&path), bytes)));
        })
    };
    let mut forked = long.seen(&long.logs);
    forked["issuances"][0] = json!({ "size": 256, "root": "00".repeat(32) });
    vec![
        Case::invalid(
            "not sorted at 2, a false type at 4",
            small.with_logs(|logs| {
                logs.pledges.entries.swap(1, 2);
                logs.pledges.entries[4][0] = 0x77;
            }),
            "REC-11",
        )
        .at(&LogName::Pledges, Some(2)),
        case(
            "a false type in the second bundle, a cut tile beside the first (REC-8)",
            long_files(|files| {
                flip(files, "entries/001.p/5", 2);
                files.get_mut("0/000").expect("it is there").truncate(64);
            }),
            "REC-4",
            0,
        ),
        case(
            "a cut tile beside a bundle with a false type (REC-4)",
            small.with_files(|files| {
                flip(files, "issuances/0/tile/entries/000.p/5", 37);
                files.insert("issuances/0/tile/0/000.p/5".to_owned(), Vec::new());
            }),
            "REC-8",
            1,
        ),
        case(
            "partial tiles of level 0 and 1 with flipped bits",
            long_files(|files| {
                flip(files, "0/001.p/5", 0);
                flip(files, "1/000.p/1", 0);
            }),
            "REC-4",
            256,
        ),
        Case::invalid(
            "another root than an earlier audit saw at 256, and a tile cut off there (REC-4)",
            after(
                long_files(|files| files.get_mut("0/000").expect("it is there").truncate(64)),
                &forked,
            ),
            "REC-7",
        )
        .at(&LogName::Issuances(0), None),
    ]
}

fn at_the_end() -> Vec<Case> {
    let small = World::small();
    let mut seen = small.seen(&small.logs);
    seen["pledges"]["size"] = 99.into();
    let case =
        |comment, input, rule| Case::invalid(comment, input, rule).at(&LogName::Pledges, None);
    // The checkpoint signs another root, and the log ends as it likes.
    let other_root = |logs: &mut Logs| {
        let mut files = small.mirror(logs);
        logs.pledges.entries[1][77] ^= 1;
        files.insert("pledges/checkpoint".to_owned(), logs.pledges.note());
        files
    };
    let mut unsealed = small.logs.clone();
    unsealed.pledges.entries.pop();
    let mut tile = small.mirror(&unsealed);
    flip(&mut tile, "pledges/tile/0/000.p/6", 0);
    let mut rooted = other_root(&mut small.logs.clone());
    let later = after(small.input(&rooted), &seen);
    flip(&mut rooted, "pledges/tile/0/000.p/7", 0);
    vec![
        case(
            "no entries, and 99 at an earlier audit (REC-6)",
            after(small.with_logs(|logs| logs.pledges.entries.clear()), &seen),
            "REC-2",
        ),
        case("99 entries at an earlier audit, and another root (REC-5)", later, "REC-6"),
        case(
            "another root, and no seal at the end (REC-15)",
            small.input(&other_root(&mut unsealed)),
            "REC-5",
        ),
        case("no seal at the end, and a false tile (REC-4)", small.input(&tile), "REC-15"),
        case("another root, and a false tile (REC-4)", small.input(&rooted), "REC-5"),
    ]
}
