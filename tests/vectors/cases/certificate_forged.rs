//! Certificates with something wrong in them.

use std::collections::BTreeSet;

use headcount_protocol::certificate::Listed;
use headcount_protocol::entry::Entry;
use headcount_protocol::log::leaf_hash;
use headcount_protocol::token::Nonce;

use super::certificate::{WORLD, bound, honest, input, list};
use crate::campaign::Keys;
use crate::certificates::{Lister, Parts};
use crate::logs::LogBuilder;
use crate::vectors::operations::certificate::certificate;
use crate::vectors::{Case, Group};

fn group(section: &'static str, cases: Vec<Case>) -> Group {
    Group { operation: "certificate", section, run: certificate, cases }
}

/// An honest certificate of seven pledges, all of which are shown, and then altered.
fn altered(comment: &'static str, rule: &'static str, alter: impl FnOnce(&mut Parts)) -> Case {
    let mut parts = honest(7, 20);
    alter(&mut parts);
    Case::invalid(comment, input(&parts.encode()), rule)
}

/// The same of 300 pledges with 13 samples, so that there are nodes of the list.
fn altered_large(
    comment: &'static str,
    rule: &'static str,
    alter: impl FnOnce(&mut Parts),
) -> Case {
    let mut parts = honest(300, 999);
    alter(&mut parts);
    Case::invalid(comment, input(&parts.encode()), rule)
}

/// A certificate of this list, as it is.
fn listed(comment: &'static str, rule: &'static str, list: Vec<Listed>) -> Case {
    let (campaign, log) = &*WORLD;
    let bytes = Lister::new(campaign, log).certificate(list, bound(20));
    Case::invalid(comment, input(&bytes), rule)
}

/// A certificate of so many pledges, listed twice, whose samples do not show one twice.
fn twice(lister: &Lister<'_>, count: usize) -> Vec<u8> {
    let all = list(lister, 200);
    let certificates = all.windows(count).map(|some| lister.parts(some.repeat(2), bound(999)));
    let distinct = |parts: &Parts| {
        let indices: BTreeSet<_> = parts.samples.iter().map(|sample| sample.0).collect();
        indices.len() == parts.samples.len()
    };
    certificates.into_iter().find(distinct).expect("every second one").encode()
}

pub(super) fn forms() -> Group {
    let whole = honest(2, 20).encode();
    let refused = |comment, bytes: &[u8]| Case::invalid(comment, input(bytes), "CER-1");
    let cases = vec![
        refused("no bytes", &[]),
        refused("the last byte is missing", &whole[..whole.len() - 1]),
        refused("a byte too many", &[&whole[..], &[0]].concat()),
        refused("nothing behind the head", &whole[..100]),
        altered("another first word", "CER-1", |parts| parts.magic[15] = b'2'),
        altered("a manifest of 262,145 bytes", "CER-1", |it| it.manifest.resize(262_145, b' ')),
        altered("a note of 262,145 bytes", "CER-1", |it| it.note.resize(262_145, b'\n')),
        altered("a sample is missing", "CER-1", |parts| drop(parts.samples.pop())),
        altered("a node of the log is missing", "CER-1", |parts| {
            parts.nodes.truncate(parts.nodes.len() - 32);
        }),
        altered("a node of the log is left over", "CER-1", |it| it.nodes.extend([0; 32])),
        altered("a node of the list, where all leaves are shown", "CER-1", |parts| {
            parts.nodes.splice(..0, [0; 96]);
        }),
        altered_large("a node of the list is missing", "CER-1", |parts| {
            parts.nodes.drain(..96);
        }),
    ];
    group("certificate §3", cases)
}

pub(super) fn heads() -> Group {
    let (campaign, log) = &*WORLD;
    let issuances = LogBuilder::issuances(campaign, 0);
    let mut other = LogBuilder::new(campaign, &Keys::shared().pledge_log);
    other.entries.clone_from(&log.entries);
    let size = log.size();
    let cases = vec![
        altered("9 thousandths", "CER-2", |parts| parts.bound = 9),
        altered("1000 thousandths", "CER-2", |parts| parts.bound = 1000),
        altered("a manifest that is none", "manifest", |it| it.manifest = b"{}".to_vec()),
        altered("a checkpoint that is no note", "CER-4", |parts| parts.note = b"note\n".to_vec()),
        altered("the checkpoint of an issuance log", "CER-4", |it| it.note = issuances.note()),
        altered("a checkpoint that was altered", "CER-4", |parts| {
            let text = String::from_utf8_lossy(&parts.note);
            let other = text.replace(&format!("\n{size}\n"), &format!("\n{}\n", size + 1));
            parts.note = other.into_bytes();
        }),
        altered("no pledges", "CER-3", |parts| parts.listed = 0),
        altered("as many pledges as entries", "CER-3", |parts| parts.listed = size),
        altered("2^64 - 1 pledges", "CER-3", |parts| parts.listed = u64::MAX),
    ];
    group("certificate §5", cases)
}

pub(super) fn lists() -> Group {
    let (campaign, log) = &*WORLD;
    let lister = Lister::new(campaign, log);
    let seven = list(&lister, 7);
    let with = |alter: &dyn Fn(&mut Vec<Listed>)| {
        let mut list = seven.clone();
        alter(&mut list);
        list
    };
    let elsewhere = with(&|list| {
        let mut nonce = *list[3].nonce.as_bytes();
        nonce[31] ^= 1;
        list[3].nonce = Nonce::from(nonce);
    });
    let pairs = seven.iter().flat_map(|it| [*it; 2]).collect();
    let unsigned = (0..).filter_map(|index| lister.listed(index)).nth(300).expect("301");
    // A pledge that nobody has logged, listed as if it stood where another does.
    let mut forged = log.entries[1].clone();
    forged[391] ^= 1;
    let place = seven.iter().position(|it| it.index == 1).expect("it is listed");
    let unlogged = with(&|list| list[place].leaf = leaf_hash(&forged));
    let mut parts = lister.parts(unlogged, bound(20));
    parts.samples[place].1 = forged;
    // The seal beside it: as many nodes of the log as before.
    let mut near = seven.clone();
    near.retain(|it| it.index != 100);
    near.push(lister.listed(100).expect("the last pledge of the first batch"));
    near.sort_by_key(|listed| listed.nonce);
    let mut moved = lister.parts(near, bound(20));
    moved.samples.iter_mut().find(|it| it.0 == 100).expect("all are shown").0 = 101;
    let seal = log.entries.last().cloned().expect("a seal");
    let campaign_entry = Entry::Campaign(campaign.id).encode();
    let cases = vec![
        altered("an index that is the size of the log", "CER-8", |it| {
            it.samples[0].0 = log.size();
        }),
        altered("two samples with one index", "CER-8", |it| it.samples[0].0 = it.samples[1].0),
        altered("a pledge with a byte too many", "CER-9", |it| it.samples[0].1.push(0)),
        altered("a seal in the place of a pledge", "CER-9", |parts| parts.samples[6].1 = seal),
        altered("the campaign's entry", "CER-9", |parts| parts.samples[6].1 = campaign_entry),
        altered_large("a node whose nonces descend", "CER-10", |parts| {
            parts.nodes[..32].fill(0xff);
        }),
        listed("two pledges in the wrong order", "CER-11", with(&|list| list.swap(2, 3))),
        listed("the list in descending order", "CER-11", with(&|list| list.reverse())),
        listed("a pledge that is listed twice", "CER-8", with(&|list| list[4] = list[3])),
        listed("the whole list twice, one after the other", "CER-8", seven.repeat(2)),
        listed("the whole list twice, in pairs", "CER-8", pairs),
        Case::invalid(
            "128 pledges twice, one list after the other: the halves of the tree",
            input(&twice(&lister, 128)),
            "CER-11",
        ),
        Case::invalid(
            "150 pledges twice, one list after the other: both ends in one node",
            input(&twice(&lister, 150)),
            "CER-10",
        ),
        listed("a pledge under a nonce that is not its own", "CER-12", elsewhere),
        altered("another root", "CER-12", |parts| parts.root[0] ^= 1),
        Case::invalid("a pledge with the index of a seal", input(&moved.encode()), "CER-12"),
        altered_large("a node with another hash", "CER-12", |parts| parts.nodes[64] ^= 1),
        altered_large("a node whose least nonce is lower", "CER-12", |parts| {
            parts.nodes[..32].fill(0);
        }),
        Case::invalid("a pledge that is not in the log", input(&parts.encode()), "CER-13"),
        altered("a node of the log with another hash", "CER-13", |parts| {
            *parts.nodes.last_mut().expect("nodes") ^= 1;
        }),
        listed("a pledge that is not signed", "CER-14", {
            let mut list = with(&|list| list.truncate(6));
            list.push(unsigned);
            list.sort_by_key(|listed| listed.nonce);
            list
        }),
    ];
    group("certificate §5", cases)
}
