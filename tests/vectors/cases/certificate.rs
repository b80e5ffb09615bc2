//! `certificate.json`: what certificates show, and what is wrong with others.

use std::sync::LazyLock;

use data_encoding::HEXLOWER;
use headcount_protocol::campaign::Campaign;
use headcount_protocol::certificate::{Bound, Listed};
use headcount_protocol::entry::Entry;
use serde_json::{Value, json};

use super::certificate_forged;
use crate::campaign::{issue, small};
use crate::certificates::{Lister, Parts};
use crate::logs::LogBuilder;
use crate::vectors::operations::Bases;
use crate::vectors::operations::certificate::{certificate, samples};
use crate::vectors::{Case, File, Group};

/// 301 people of the small campaign; the signature of the last pledge does not verify.
pub(super) static WORLD: LazyLock<(Campaign, LogBuilder)> = LazyLock::new(|| {
    let campaign = small();
    let mut pledges: Vec<_> = (0..301)
        .map(|person| issue(&campaign, person, u16::from(person % 10 == 9), 0).pledge)
        .collect();
    let mut log = LogBuilder::pledges(&campaign);
    let bad = pledges.last_mut().expect("301");
    bad.tokens[0].authenticator[255] ^= 1;
    for batch in pledges.chunks(100) {
        let entries = batch.iter().cloned().map(Entry::Pledge).collect();
        log.batch(&campaign, entries, vec![Vec::new(); 2]);
    }
    (campaign, log)
});

/// The first so many pledges of the log that are signed, by nonce.
pub(super) fn list(lister: &Lister<'_>, pledges: usize) -> Vec<Listed> {
    let mut listed: Vec<_> = (0..).filter_map(|index| lister.listed(index)).take(pledges).collect();
    listed.sort_by_key(|listed| listed.nonce);
    listed
}

pub(super) fn bound(thousandths: u16) -> Bound {
    Bound::new(thousandths).expect("10 to 999")
}

pub(super) fn input(bytes: &[u8]) -> Value {
    json!({ "certificate": HEXLOWER.encode(bytes) })
}

/// An honest certificate of so many pledges.
pub(super) fn honest(pledges: usize, thousandths: u16) -> Parts {
    let (campaign, log) = &*WORLD;
    let lister = Lister::new(campaign, log);
    lister.parts(list(&lister, pledges), bound(thousandths))
}

/// The file.
pub(super) fn file() -> File {
    let groups = vec![
        numbers(),
        shown(),
        certificate_forged::forms(),
        certificate_forged::heads(),
        certificate_forged::lists(),
    ];
    File { name: "certificate", bases: Bases::default(), groups }
}

fn numbers() -> Group {
    let e = |e: u16| json!({ "e": e });
    let mut cases: Vec<Case> = [10, 20, 50, 100, 500, 750, 900, 999]
        .map(|thousandths| Case::valid("samples for 2^-128", e(thousandths)))
        .into();
    cases.extend([0, 9, 1000, 65_535].map(|it| Case::invalid("out of range", e(it), "CER-2")));
    Group { operation: "samples", section: "certificate §1", run: samples, cases }
}

fn shown() -> Group {
    let id = WORLD.0.id;
    let mut pinned = input(&honest(2, 20).encode());
    pinned["campaign_id"] = json!(id);
    let mut other = pinned.clone();
    other["campaign_id"] = json!(HEXLOWER.encode(&[7; 32]));
    let of = |pledges, thousandths| input(&honest(pledges, thousandths).encode());
    let cases = vec![
        Case::valid("one pledge: its leaf is the root", of(1, 20)),
        Case::valid("two pledges, both shown, of the campaign that is asked for", pinned),
        Case::valid("three pledges, all shown", of(3, 20)),
        Case::valid("seven pledges, all shown", of(7, 20)),
        Case::valid("300 pledges, 13 samples", of(300, 999)),
        Case::valid("300 pledges, 39 samples", of(300, 900)),
        Case::valid("the largest power of two below the size of the list", of(128, 999)),
        Case::invalid("of another campaign than is asked for", other, "CAM-1"),
    ];
    Group { operation: "certificate", section: "certificate §6", run: certificate, cases }
}
