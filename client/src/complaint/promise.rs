//! The complaint of a promise that was broken, made from the whole log ([spec: evidence §2]).

use headcount_protocol::campaign::Campaign;
use headcount_protocol::entry::{Entry, SortKey};
use headcount_protocol::evidence::{Base64Url, BrokenPromise, Proved};
use headcount_protocol::receipt::Receipt;

use crate::log::inclusion::Missing;

/// The complaint that `entry`, promised by `receipt`, does not stand in its batch; nothing if the
/// log does not show that.
#[must_use]
pub fn broken(
    campaign: &Campaign,
    receipt: &Receipt,
    entry: &Entry,
    missing: &Missing,
) -> Option<BrokenPromise> {
    let bytes = entry.encode();
    let key = entry.sort_key(&campaign.id);
    let entries = || missing.entries.iter();
    let sealed = |batch: u64| {
        entries().find(|(_, bytes)| seal_number(bytes) == Some(batch)).map(|(index, _)| index)
    };
    let end = sealed(receipt.batch)?;
    let begin = match receipt.batch.checked_sub(1) {
        Some(earlier) => sealed(earlier)?,
        None => 0,
    };
    // The last entry of the batch that does not sort behind the promised one.
    let within = entries().filter(|(index, _)| (begin + 1..end).contains(index));
    let before = within.filter(|(_, bytes)| sort_key(campaign, bytes).is_some_and(|it| it <= key));
    let low = before.map(|(index, _)| index).last().unwrap_or(begin);
    let elsewhere = entries().find(|(_, there)| *there == bytes).map(|(index, _)| index);
    let proved = |index: u64| {
        let entry = Base64Url(missing.entries.entry(index)?.to_vec());
        Some(Proved { index, entry, proof: missing.entries.proof(index)? })
    };
    let complaint = BrokenPromise {
        manifest: Base64Url(campaign.bytes().to_vec()),
        receipt: *receipt,
        entry: Base64Url(bytes),
        checkpoint: missing.log.note.to_string(),
        begin: proved(begin)?,
        low: proved(low)?,
        high: proved(low + 1)?,
        end: proved(end)?,
        elsewhere: match elsewhere {
            Some(index) => Some(proved(index)?),
            None => None,
        },
    };
    // What convinces nobody is not handed out.
    complaint.check(campaign).is_ok().then_some(complaint)
}

fn seal_number(bytes: &[u8]) -> Option<u64> {
    match Entry::decode(bytes) {
        Ok(Entry::Seal(seal)) => Some(seal.batch),
        _ => None,
    }
}

fn sort_key(campaign: &Campaign, bytes: &[u8]) -> Option<SortKey> {
    Entry::decode(bytes).ok().map(|entry| entry.sort_key(&campaign.id))
}
