//! What can be said of an entry of the pledge log without knowing any other
//! ([spec: recount §3]).

use super::{LogName, Refusal, Rule};
use crate::campaign::Campaign;
use crate::entry::Entry;

/// An entry whose own rules hold: the costly part of the recount, done in any order and on any
/// number of threads.
#[derive(Debug)]
pub struct CheckedEntry {
    pub(super) bytes: Vec<u8>,
    pub(super) entry: Entry,
}

impl CheckedEntry {
    /// The entry.
    #[must_use]
    pub const fn entry(&self) -> &Entry {
        &self.entry
    }
}

/// Decodes an entry of the pledge log and verifies its tokens and signatures.
///
/// # Errors
/// A [`Refusal`] at `index` with [`Rule::Entry`], [`Rule::EntryKind`], [`Rule::SealCheckpoints`], or the
/// rule of the entry's kind.
pub fn check_entry(campaign: &Campaign, index: u64, bytes: &[u8]) -> Result<CheckedEntry, Refusal> {
    let refuse = |rule| Refusal { log: LogName::Pledges, index: Some(index), rule };
    let entry = Entry::decode(bytes).map_err(|error| refuse(Rule::Entry(error)))?;
    check(campaign, &entry).map_err(refuse)?;
    Ok(CheckedEntry { bytes: bytes.to_vec(), entry })
}

fn check(campaign: &Campaign, entry: &Entry) -> Result<(), Rule> {
    match entry {
        Entry::Campaign(_) => Ok(()),
        Entry::Issuance(_) => Err(Rule::EntryKind),
        Entry::Pledge(pledge) => pledge.verify(campaign).map_err(Rule::Pledge),
        Entry::Withdrawal(withdrawal) => withdrawal.verify(&campaign.id).map_err(Rule::Withdrawal),
        Entry::Announcement(announcement) => {
            let key = &campaign.manifest.organiser_key;
            announcement.verify(&campaign.id, key).map_err(Rule::Announcement)
        }
        Entry::Amendment(amendment) => amendment.verify(campaign).map_err(Rule::Amendment),
        Entry::Closing(closing) => closing.verify(campaign).map_err(Rule::Closing),
        Entry::Seal(seal) => {
            let issuers = campaign.manifest.issuers.len();
            let all = seal.issuance_checkpoints.len() == issuers;
            if all { Ok(()) } else { Err(Rule::SealCheckpoints) }
        }
    }
}
