//! Whether a counter kept the promise of a receipt ([spec: pledge §4]).
//!
//! Whole batches are read, never one entry: who fetched a proof of their own would show the
//! counter which entry is theirs.

use std::time::Duration;

use headcount_protocol::campaign::Campaign;
use headcount_protocol::entry::Entry;
use headcount_protocol::log::{Checkpoint, CheckpointError, Note, TlogProof};
use headcount_protocol::receipt::{EntryHash, Receipt};

use super::LogError;
use super::slice::Slice;
use super::source::{LogSource, ReadError};
use crate::chance::Clock;

/// Longer than a checkpoint may come out of a cache, which is 5 s ([spec: http §6]).
const UNCACHED: Duration = Duration::from_secs(6);

/// What became of a receipt's promise.
#[derive(Debug)]
pub enum Inclusion {
    /// The entry stands in the log, and this shows it.
    Included(Box<Proof>),
    /// The batch is the open one, or not witnessed yet.
    NotYet,
    /// The batch is sealed without the entry.
    Broken(Box<Missing>),
    /// The log is not as far as to have opened the batch, so that no such promise could be made
    /// [PLG-18].
    Impossible(Opened),
}

/// A log's checkpoint, and the note that was opened.
#[derive(Clone, Debug)]
pub struct Opened {
    /// Size and root.
    pub checkpoint: Checkpoint,
    /// The signed note.
    pub note: Note,
}

/// An entry in the log.
#[derive(Debug)]
pub struct Proof {
    /// The log it stands in.
    pub log: Opened,
    /// Its place, and its way to the root.
    pub proof: TlogProof,
}

/// A sealed batch, and with it the whole log, in which an entry should stand.
#[derive(Debug)]
pub struct Missing {
    /// The log.
    pub log: Opened,
    /// All of it.
    pub entries: Slice,
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

/// Finds the entry of a receipt in what is witnessed, or, where the manifest names no witnesses, in
/// what is signed. `hint` is what the counter says of the log's size after each batch; a false one
/// costs time and nothing else.
///
/// # Errors
/// [`InclusionError`].
pub fn find(
    campaign: &Campaign,
    source: &LogSource<'_>,
    receipt: &Receipt,
    hint: &[u64],
) -> Result<Inclusion, InclusionError> {
    let (mut latest, mut open) = open_batch(campaign, source)?;
    if receipt.batch > open {
        // What was read may be older than the receipt.
        Clock.sleep(UNCACHED);
        (latest, open) = open_batch(campaign, source)?;
    }
    if receipt.batch > open {
        return Ok(Inclusion::Impossible(latest));
    }
    let Some(log) = enough(campaign, source, latest)? else { return Ok(Inclusion::NotYet) };
    if receipt.batch >= open_in(source, &log.checkpoint)? {
        return Ok(Inclusion::NotYet);
    }
    if let Some((slice, index)) = hinted(source, &log.checkpoint, receipt, hint)? {
        return proof(log, &slice, index);
    }
    // An accusation is made only after every entry was read.
    let last = log.checkpoint.size() - 1;
    let entries = Slice::read(source, &log.checkpoint, 0, last)?;
    match stands(&entries, receipt) {
        Some(index) => proof(log, &entries, index),
        None => Ok(Inclusion::Broken(Box::new(Missing { log, entries }))),
    }
}

fn proof(log: Opened, slice: &Slice, index: u64) -> Result<Inclusion, InclusionError> {
    let proof = slice.proof(index).ok_or(LogError::Root)?;
    let proof = TlogProof { index, proof, note: log.note.clone() };
    Ok(Inclusion::Included(Box::new(Proof { log, proof })))
}

/// The note in which entries are looked for.
fn enough(
    campaign: &Campaign,
    source: &LogSource<'_>,
    latest: Opened,
) -> Result<Option<Opened>, InclusionError> {
    if !campaign.has_witnesses() {
        return Ok(Some(latest));
    }
    let Some(note) = source.witnessed().map_err(LogError::from)? else { return Ok(None) };
    let cosigned = campaign.open_pledge_checkpoint(&note).map_err(LogError::from)?;
    if !campaign.is_witnessed(&cosigned) {
        return Err(LogError::from(CheckpointError::Unwitnessed).into());
    }
    Ok(Some(Opened { note: cosigned.note(usize::MAX), checkpoint: cosigned.checkpoint }))
}

/// The log as it is now, and the number of its open batch: that of its seals.
fn open_batch(
    campaign: &Campaign,
    source: &LogSource<'_>,
) -> Result<(Opened, u64), InclusionError> {
    let note = match source.checkpoint() {
        Err(ReadError::Missing) => return Err(InclusionError::NoCheckpoint),
        note => note.map_err(LogError::from)?,
    };
    let cosigned = campaign.open_pledge_checkpoint(&note).map_err(LogError::from)?;
    let open = open_in(source, &cosigned.checkpoint)?;
    Ok((Opened { note: cosigned.note(usize::MAX), checkpoint: cosigned.checkpoint }, open))
}

fn open_in(source: &LogSource<'_>, checkpoint: &Checkpoint) -> Result<u64, InclusionError> {
    // A log of the campaign entry alone has no seal.
    if checkpoint.size() <= 1 {
        return Ok(0);
    }
    let last = checkpoint.size() - 1;
    let end = Slice::read(source, checkpoint, last, last)?;
    let sealed = seal_number(&end, last).ok_or(InclusionError::Unsealed)?;
    // A seal follows at least one entry, so that there are no more seals, whatever they say.
    Ok(sealed.saturating_add(1).min(last / 2))
}

/// Where the entry stands in its batch, if that is where the counter says and the seals around it
/// say so too.
fn hinted(
    source: &LogSource<'_>,
    checkpoint: &Checkpoint,
    receipt: &Receipt,
    hint: &[u64],
) -> Result<Option<(Slice, u64)>, LogError> {
    let batch = receipt.batch;
    let at = |batch: u64| hint.get(usize::try_from(batch).ok()?).copied();
    let before = batch.checked_sub(1).map_or(Some(1), at);
    let (Some(before), Some(after)) = (before, at(batch)) else { return Ok(None) };
    if before == 0 || before >= after || after > checkpoint.size() {
        return Ok(None);
    }
    let slice = Slice::read(source, checkpoint, before - 1, after - 1)?;
    let index = stands(&slice, receipt);
    Ok(index.map(|index| (slice, index)))
}

/// Where the promised entry stands in its batch, if the run holds the batch with the seals around
/// it, and it does.
fn stands(slice: &Slice, receipt: &Receipt) -> Option<u64> {
    let sealed = |index: u64| seal_number(slice, index);
    let end = slice.iter().map(|(index, _)| index).find(|&at| sealed(at) == Some(receipt.batch))?;
    let begin = match receipt.batch.checked_sub(1) {
        None => 0,
        earlier => slice.iter().map(|(index, _)| index).find(|&at| sealed(at) == earlier)?,
    };
    let mut entries = slice.iter().filter(|(index, _)| (begin..end).contains(index));
    let found = entries.find(|(_, bytes)| EntryHash::of(bytes) == receipt.entry_hash);
    found.map(|(index, _)| index)
}

fn seal_number(slice: &Slice, index: u64) -> Option<u64> {
    match Entry::decode(slice.entry(index)?) {
        Ok(Entry::Seal(seal)) => Some(seal.batch),
        _ => None,
    }
}
