//! A counter that breaks a promise, and the complaint about it.

use headcount_protocol::campaign::Campaign;
use headcount_protocol::entry::Entry;
use headcount_protocol::evidence::{Base64Url, BrokenPromise, Proved};
use headcount_protocol::log::{inclusion_proof, leaf_hash, tree_root};
use headcount_protocol::receipt::{EntryHash, Receipt};

use crate::campaign::{Keys, issue, small};
use crate::logs::{LogBuilder, Logs};

/// Six people, pledged in three batches of two; of these one is left out or comes late.
pub struct Cheat {
    /// The campaign.
    pub campaign: Campaign,
    /// Its logs.
    pub logs: Logs,
    /// What was promised for batch 1.
    pub promised: Entry,
}

impl Cheat {
    /// Leaves the seventh person's pledge out, or takes it up in the batch behind the promised one.
    ///
    /// # Panics
    /// Never: the campaign is a good one.
    #[must_use]
    pub fn new(late: bool) -> Self {
        let campaign = small();
        let people: Vec<_> = (1..=7).map(|person| issue(&campaign, person, 0, 0)).collect();
        let mut logs = Logs::new(&campaign);
        logs.publish_issuances(&campaign, &people);
        let promised = Entry::Pledge(people[6].pledge.clone());
        for batch in 0..3 {
            let pledges = &people[2 * batch..2 * batch + 2];
            let mut entries: Vec<_> =
                pledges.iter().map(|it| Entry::Pledge(it.pledge.clone())).collect();
            if late && batch == 2 {
                entries.push(promised.clone());
            }
            let notes = logs.notes();
            logs.pledges.batch(&campaign, entries, notes);
        }
        Self { campaign, logs, promised }
    }
}

/// An entry, and its inclusion proof.
///
/// # Panics
/// If the log has no such entry.
#[must_use]
pub fn proved(log: &LogBuilder, index: u64) -> Proved {
    let leaves: Vec<_> = log.entries.iter().map(|entry| leaf_hash(entry)).collect();
    let proof = inclusion_proof(index, log.size(), |height, at| {
        let width = 1_usize << height;
        let first = usize::try_from(at).expect("a log in memory") * width;
        Ok::<_, ()>(tree_root(&leaves[first..first + width]))
    });
    let entry = log.entries[usize::try_from(index).expect("a log in memory")].clone();
    Proved { index, entry: Base64Url(entry), proof: proof.expect("a log in memory") }
}

impl Cheat {
    /// The counter's promise of a batch.
    #[must_use]
    pub fn receipt(&self, batch: u64) -> Receipt {
        let hash = EntryHash::of(&self.promised.encode());
        Receipt::sign(self.campaign.id, hash, batch, &Keys::shared().receipts)
    }

    /// The complaint about batch 1, whose entries are 4 and 5 between the seals at 3 and 6.
    ///
    /// # Panics
    /// Never: the log is a good one.
    #[must_use]
    pub fn complaint(&self) -> BrokenPromise {
        let log = &self.logs.pledges;
        let key = |index: u64| {
            let entry = &log.entries[usize::try_from(index).expect("a log in memory")];
            Entry::decode(entry).expect("a log in memory").sort_key(&self.campaign.id)
        };
        let promised = self.promised.sort_key(&self.campaign.id);
        let low = (4..6).rev().find(|&index| key(index) < promised).unwrap_or(3);
        let bytes = self.promised.encode();
        let there = log.entries.iter().position(|entry| *entry == bytes);
        BrokenPromise {
            manifest: Base64Url(self.campaign.bytes().to_vec()),
            receipt: self.receipt(1),
            entry: Base64Url(bytes),
            checkpoint: String::from_utf8(log.note()).expect("a log in memory"),
            begin: proved(log, 3),
            low: proved(log, low),
            high: proved(log, low + 1),
            end: proved(log, 6),
            elsewhere: there.map(|index| proved(log, index.try_into().expect("a log in memory"))),
        }
    }
}
