//! Whether a counter kept the promise of a receipt ([spec: pledge §4]).
//!
//! Whole batches are read, never one entry: who fetched a proof of their own would show the
//! counter which entry is theirs.

use std::time::Duration;

use headcount_protocol::campaign::Campaign;
use headcount_protocol::entry::Entry;
use headcount_protocol::log::Checkpoint;
use headcount_protocol::receipt::{EntryHash, Receipt};

use super::LogError;
use super::slice::Slice;
use super::source::{LogSource, ReadError};
use crate::chance::Clock;

/// Longer than a checkpoint may come out of a cache, which is 5 s ([spec: http §6]).
const UNCACHED: Duration = Duration::from_secs(6);

/// What became of a receipt's promise.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Inclusion {
    /// The entry stands in the log.
    Included(Checkpoint),
    /// The batch is the open one.
    NotYet,
    /// The batch is sealed, and the entry is in none up to it; or the log is not as far as to
    /// have opened it, so that no such promise could be made ([PLG-18]).
    Broken(Checkpoint),
}

/// Why no answer could be found.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum InclusionError {
    /// The log cannot be read or believed.
    #[error(transparent)]
    Log(#[from] LogError),
    /// No checkpoint is served, which says nothing about the promise.
    #[error("the pledge log has no checkpoint there; try again later")]
    NoCheckpoint,
    /// The log does not end with a seal.
    #[error("the log does not end with a seal")]
    Unsealed,
}

/// Finds the entry of a receipt. `hint` is what the counter says of the log's size after each
/// batch; a false one costs time and nothing else.
///
/// # Errors
/// [`InclusionError`].
pub fn find(
    campaign: &Campaign,
    source: &LogSource<'_>,
    receipt: &Receipt,
    hint: &[u64],
) -> Result<Inclusion, InclusionError> {
    let (mut checkpoint, mut open) = open_batch(campaign, source)?;
    if receipt.batch > open {
        // What was read may be older than the receipt.
        Clock.sleep(UNCACHED);
        (checkpoint, open) = open_batch(campaign, source)?;
    }
    if receipt.batch >= open {
        let broken = receipt.batch > open;
        return Ok(if broken { Inclusion::Broken(checkpoint) } else { Inclusion::NotYet });
    }
    let last = checkpoint.size() - 1;
    if hinted(source, &checkpoint, receipt, hint)? {
        return Ok(Inclusion::Included(checkpoint));
    }
    // An accusation is made only after every entry was read.
    let all = Slice::read(source, &checkpoint, 0, last)?;
    let promised = all.iter().find(|(_, bytes)| batch_sealed(bytes) == Some(receipt.batch));
    let until = promised.map_or(last, |(index, _)| index);
    let kept = all.iter().take_while(|(index, _)| *index <= until);
    let mut hashes = kept.map(|(_, bytes)| EntryHash::of(bytes));
    Ok(if hashes.any(|hash| hash == receipt.entry_hash) {
        Inclusion::Included(checkpoint)
    } else {
        Inclusion::Broken(checkpoint)
    })
}

/// The log as it is now, and the number of its open batch: that of its seals.
fn open_batch(
    campaign: &Campaign,
    source: &LogSource<'_>,
) -> Result<(Checkpoint, u64), InclusionError> {
    let note = match source.checkpoint() {
        Err(ReadError::Missing) => return Err(InclusionError::NoCheckpoint),
        note => note.map_err(LogError::from)?,
    };
    let checkpoint =
        Checkpoint::open(&note, &campaign.manifest.counter.log.0).map_err(LogError::from)?;
    // A log of the campaign entry alone has no seal.
    if checkpoint.size() <= 1 {
        return Ok((checkpoint, 0));
    }
    let last = checkpoint.size() - 1;
    let end = Slice::read(source, &checkpoint, last, last)?;
    let sealed = seal_number(&end, last).ok_or(InclusionError::Unsealed)?;
    // A seal follows at least one entry, so that there are no more seals, whatever they say.
    let open = sealed.saturating_add(1).min(last / 2);
    Ok((checkpoint, open))
}

/// Whether the entry stands in its batch where the counter says that is, and the seals around it
/// say so too.
fn hinted(
    source: &LogSource<'_>,
    checkpoint: &Checkpoint,
    receipt: &Receipt,
    hint: &[u64],
) -> Result<bool, LogError> {
    let batch = receipt.batch;
    let at = |batch: u64| hint.get(usize::try_from(batch).ok()?).copied();
    let before = batch.checked_sub(1).map_or(Some(1), at);
    let (Some(before), Some(after)) = (before, at(batch)) else { return Ok(false) };
    if before == 0 || before >= after || after > checkpoint.size() {
        return Ok(false);
    }
    let slice = Slice::read(source, checkpoint, before - 1, after - 1)?;
    let begins = match batch.checked_sub(1) {
        Some(earlier) => seal_number(&slice, before - 1) == Some(earlier),
        None => before == 1,
    };
    let ends = seal_number(&slice, after - 1) == Some(batch);
    let mut entries = slice.iter().filter(|(index, _)| (before..after).contains(index));
    let stands = entries.any(|(_, bytes)| EntryHash::of(bytes) == receipt.entry_hash);
    Ok(begins && ends && stands)
}

fn seal_number(slice: &Slice, index: u64) -> Option<u64> {
    batch_sealed(slice.entry(index)?)
}

fn batch_sealed(bytes: &[u8]) -> Option<u64> {
    match Entry::decode(bytes) {
        Ok(Entry::Seal(seal)) => Some(seal.batch),
        _ => None,
    }
}
