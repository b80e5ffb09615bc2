//! Two things wrong, one of them with what is witnessed: which comes first.

use headcount_protocol::recount::LogName;
use serde_json::json;

use super::witnessed::{LATEST, WITNESSED, cosigned, cut};
use super::world::{Files, World, after, seal_at};
use crate::logs::LogBuilder;
use crate::vectors::Case;

pub(super) fn cases() -> Vec<Case> {
    [notes(), sizes()].concat()
}

fn with(alter: impl FnOnce(&mut Files)) -> serde_json::Value {
    World::witnessed().with_files(alter)
}

fn at(comment: &'static str, input: serde_json::Value, rule: &'static str, log: LogName) -> Case {
    Case::invalid(comment, input, rule).at(&log, None)
}

fn notes() -> Vec<Case> {
    let world = World::witnessed();
    let log = &world.logs.pledges;
    let two = cosigned(log, &[0, 1]);
    vec![
        at(
            "too few witnesses, and the next log's latest checkpoint false",
            with(|files| {
                files.insert(WITNESSED.to_owned(), two.clone());
                files.insert("issuances/0/checkpoint".to_owned(), b"\n".to_vec());
            }),
            "REC-1",
            LogName::Pledges,
        ),
        at(
            "a false latest checkpoint, and the next log by too few",
            with(|files| {
                files.insert(LATEST.to_owned(), b"\n".to_vec());
                files.insert("issuances/0/witnessed".to_owned(), b"\n".to_vec());
            }),
            "REC-1",
            LogName::Pledges,
        ),
        at(
            "the second issuance log by too few, and the first cut off",
            with(|files| {
                let note = cosigned(&world.logs.issuances[1], &[0]);
                files.insert("issuances/1/witnessed".to_owned(), note);
                let path = files.keys().find(|path| path.starts_with("issuances/0/tile/entries/"));
                let path = path.expect("a bundle").clone();
                files.insert(path, Vec::new());
            }),
            "REC-1",
            LogName::Issuances(1),
        ),
    ]
}

fn sizes() -> Vec<Case> {
    let world = World::witnessed();
    let log = &world.logs.pledges;
    let mut other = cut(log, 4);
    other.entries[1][77] ^= 1;
    let forked = |files: &mut Files| {
        files.insert(WITNESSED.to_owned(), cosigned(&other, &[0, 1, 2]));
    };
    let mut seen = world.seen(&world.logs);
    seen["pledges"] = json!({ "size": 4, "root": "00".repeat(32) });
    let mut whole = log.clone();
    whole.entries[1][77] ^= 1;
    let files_of = |alter: &dyn Fn(&mut LogBuilder)| {
        let mut logs = world.logs.clone();
        alter(&mut logs.pledges);
        let mut files = world.mirror(&logs);
        forked(&mut files);
        world.input(&files)
    };
    vec![
        at(
            "another root at 4 than an earlier audit saw, and than is witnessed (REC-37)",
            after(with(forked), &seen),
            "REC-7",
            LogName::Pledges,
        ),
        at(
            "another root at 4 than is witnessed, and another at the end (REC-5)",
            with(|files| {
                forked(files);
                files.insert(LATEST.to_owned(), whole.note());
            }),
            "REC-37",
            LogName::Pledges,
        ),
        at(
            "another root at the end than is witnessed, and than is signed (REC-5)",
            with(|files| {
                files.insert(WITNESSED.to_owned(), cosigned(&whole, &[0, 1, 2]));
                files.insert(LATEST.to_owned(), whole.note());
            }),
            "REC-37",
            LogName::Pledges,
        ),
        at(
            "another root at 4 than is witnessed, and no seal at the end (REC-15)",
            files_of(&|log| drop(log.entries.pop())),
            "REC-37",
            LogName::Pledges,
        ),
        Case::invalid(
            "another root at 4 than is witnessed (REC-37), and its seal counts 9",
            files_of(&|log| seal_at(log, 3, |seal| seal.count = 9)),
            "REC-13",
        )
        .at(&LogName::Pledges, Some(3)),
        at(
            "what is witnessed is larger, and ends inside of a batch",
            with(|files| {
                let mut longer = log.clone();
                longer.entries.push(log.entries[1].clone());
                longer.entries.truncate(6);
                longer.entries.pop();
                files.insert(WITNESSED.to_owned(), cosigned(&longer, &[0, 1, 2]));
                files.insert(LATEST.to_owned(), cut(log, 4).note());
                for path in ["pledges/tile/0/000.p", "pledges/tile/entries/000.p"] {
                    let bytes = files.remove(&format!("{path}/6")).expect("6 entries");
                    let bytes = if path.ends_with("0/000.p") {
                        bytes[..5 * 32].to_vec()
                    } else {
                        let last = log.entries[5].len() + 2;
                        bytes[..bytes.len() - last].to_vec()
                    };
                    files.insert(format!("{path}/5"), bytes);
                }
            }),
            "REC-37",
            LogName::Pledges,
        ),
    ]
}
