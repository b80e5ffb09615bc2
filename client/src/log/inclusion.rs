//! Whether a counter kept the promise of a receipt ([spec: pledge §4]).
//!
//! Whole batches are read, never one entry: who fetched a proof of their own would show the
//! counter which entry is theirs.

use headcount_protocol::campaign::Campaign;
use headcount_protocol::entry::Entry;
use headcount_protocol::log::Checkpoint;
use headcount_protocol::receipt::{EntryHash, Receipt};

use super::LogError;
use super::slice::Slice;
use super::source::{LogSource, ReadError};

/// What became of a receipt's promise.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Inclusion {
    /// The entry stands in the log.
    Included(Checkpoint),
    /// The batch is not sealed yet.
    NotYet,
    /// The batch is sealed, and the entry is in none up to it.
    Broken(Checkpoint),
}

/// Why no answer could be found.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum InclusionError {
    /// The log cannot be read or believed.
    #[error(transparent)]
    Log(#[from] LogError),
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
    let note = match source.checkpoint() {
        Err(ReadError::Missing) => return Ok(Inclusion::NotYet),
        note => note.map_err(LogError::from)?,
    };
    let checkpoint =
        Checkpoint::open(&note, &campaign.manifest.counter.log.0).map_err(LogError::from)?;
    // A log of the campaign entry alone has no batch.
    if checkpoint.size() <= 1 {
        return Ok(Inclusion::NotYet);
    }
    let last = checkpoint.size() - 1;
    let end = Slice::read(source, &checkpoint, last, last)?;
    let sealed = seal_number(&end, last).ok_or(InclusionError::Unsealed)?;
    if sealed < receipt.batch {
        return Ok(Inclusion::NotYet);
    }
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
