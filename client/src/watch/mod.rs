//! Watching a pledge log as it grows: its count as logged, its news, and whether it still is the
//! log it was. Signatures of pledges are left to an audit; those of statements are verified.

pub mod event;
pub mod seen;

#[cfg(test)]
mod tests;

use std::io;
use std::time::Duration;

use headcount_protocol::campaign::Campaign;
use headcount_protocol::entry::Entry;
use headcount_protocol::log::{Checkpoint, Edge, Level, Tile, leaf_hash};

pub use event::{Event, ForkKind};
pub use seen::Seen;

use crate::chance::Clock;
use crate::log::growing::edge_at;
use crate::log::{LogError, LogSource, ReadError};

/// Longer than a checkpoint may come out of a cache, which is 5 s ([spec: http §6]).
pub const UNCACHED: Duration = Duration::from_secs(6);

/// Why a look at the log failed.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum WatchError {
    /// The log cannot be read or believed.
    #[error(transparent)]
    Log(#[from] LogError),
    /// No checkpoint is served yet.
    #[error("the pledge log has no checkpoint there; try again later")]
    NoCheckpoint,
    /// The log holds what an audit refuses.
    #[error("entry {index} of the pledge log is refused: {reason}")]
    Entry {
        /// Its index.
        index: u64,
        /// Why.
        reason: String,
    },
    /// The file of `--state` is of another form or campaign.
    #[error("the state file is not one that `headcount watch` wrote of this campaign")]
    State,
    /// A file cannot be read or written.
    #[error("the state or evidence cannot be read or written: {0}")]
    File(io::ErrorKind),
}

/// A checkpoint and the bytes of its note.
#[derive(Clone, Debug)]
struct Signed {
    checkpoint: Checkpoint,
    note: String,
    witnessed: bool,
}

/// Two notes of one log that cannot both be true.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Fork {
    /// In what they differ.
    pub kind: ForkKind,
    /// Size and note that were seen.
    pub seen: (u64, String),
    /// Size and note that are served now.
    pub now: (u64, String),
}

/// What a look at the log brought.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Look {
    /// What is new.
    News(Vec<Event>),
    /// The log is another one than it was.
    Forked(Box<Fork>),
}

/// Looks at the log once, and takes what is new into `seen`, which is left as it was otherwise.
/// A log that is smaller than it was is asked for again after `patience`: the note may have come
/// out of a cache.
///
/// # Errors
/// [`WatchError`].
pub fn look(
    campaign: &Campaign,
    source: &LogSource<'_>,
    seen: &mut Seen,
    patience: Duration,
) -> Result<Look, WatchError> {
    let mut notes = read_notes(campaign, source)?;
    if largest(&notes).checkpoint.size() < seen.size {
        Clock.sleep(patience);
        notes = read_notes(campaign, source)?;
    }
    let now = largest(&notes).clone();
    let size = now.checkpoint.size();
    let fork = |kind, other: &Signed| {
        let seen = (seen.size, seen.note.clone());
        let now = (other.checkpoint.size(), other.note.clone());
        Ok(Look::Forked(Box::new(Fork { kind, seen, now })))
    };
    if size < seen.size {
        return fork(ForkKind::Smaller, &now);
    }
    let differs = |one: &&Signed| {
        seen.size > 0 && one.checkpoint.size() == seen.size && *one.checkpoint.root() != seen.root
    };
    if let Some(other) = notes.iter().find(differs) {
        return fork(ForkKind::SameSize, other);
    }
    let mut next = seen.clone();
    let mut events = Vec::new();
    if size > seen.size {
        let read = grow(campaign, source, seen, &now.checkpoint)?;
        if !read.continues {
            return fork(ForkKind::NotContinued, &now);
        }
        next = read.next?;
        events = read.events;
        next.note.clone_from(&now.note);
    }
    for one in notes.iter().filter(|one| one.checkpoint.size() < size || one.witnessed) {
        let at = one.checkpoint.size();
        match next.root_at(at) {
            Some(root) if root == *one.checkpoint.root() => {}
            Some(_) => {
                let (seen, now) = ((size, now.note.clone()), (at, one.note.clone()));
                let kind = ForkKind::NotContinued;
                return Ok(Look::Forked(Box::new(Fork { kind, seen, now })));
            }
            // Older than what was witnessed before: out of a cache.
            None if at < next.witnessed => {}
            None => return Err(LogError::Root.into()),
        }
        if one.witnessed {
            next.witness(at);
        }
    }
    if next != *seen {
        events.push(next.count(campaign));
    }
    *seen = next;
    Ok(Look::News(events))
}

fn largest(notes: &[Signed]) -> &Signed {
    let largest = notes.iter().max_by_key(|one| one.checkpoint.size());
    largest.expect("there is a checkpoint, or reading failed")
}

fn read_notes(campaign: &Campaign, source: &LogSource<'_>) -> Result<Vec<Signed>, WatchError> {
    let open = |note: Vec<u8>, witnessed: bool| {
        let cosigned = campaign.open_pledge_checkpoint(&note).map_err(LogError::from)?;
        if witnessed && !campaign.is_witnessed(&cosigned) {
            return Err(WatchError::from(LogError::Unwitnessed));
        }
        let note = String::from_utf8_lossy(&note).into_owned();
        Ok(Signed { checkpoint: cosigned.checkpoint, note, witnessed })
    };
    let mut notes = Vec::new();
    if campaign.has_witnesses()
        && let Some(note) = source.witnessed().map_err(LogError::from)?
    {
        notes.push(open(note, true)?);
    }
    match source.checkpoint() {
        Err(ReadError::Missing) => return Err(WatchError::NoCheckpoint),
        note => notes.push(open(note.map_err(LogError::from)?, false)?),
    }
    Ok(notes)
}

/// What was appended.
struct Grown {
    /// Whether what was seen is the beginning of it.
    continues: bool,
    next: Result<Seen, WatchError>,
    events: Vec<Event>,
}

/// Reads from the last bundle that was not full on, and ties it to the checkpoint.
fn grow(
    campaign: &Campaign,
    source: &LogSource<'_>,
    seen: &Seen,
    checkpoint: &Checkpoint,
) -> Result<Grown, LogError> {
    let size = checkpoint.size();
    let from = seen.size / 256 * 256;
    let mut edge = if from == 0 { Edge::new() } else { edge_at(source, from, size)? };
    let mut continues = seen.size == 0 || (from == seen.size && edge.root() == seen.root);
    let (mut next, mut events) = (Ok(seen.clone()), Vec::new());
    for index in from / 256..size.div_ceil(256) {
        let Some(tile) = Tile::of(Level::Entries, index, size) else { break };
        for bytes in source.entries(tile)? {
            edge.push(leaf_hash(&bytes));
            let pushed = edge.size();
            if pushed == seen.size {
                continues = edge.root() == seen.root;
            }
            if pushed > seen.size {
                next = next.and_then(|mut next| {
                    let refuse = |reason| WatchError::Entry { index: pushed - 1, reason };
                    let entry = Entry::decode(&bytes).map_err(|error| refuse(error.to_string()))?;
                    next.take(campaign, &entry, &edge, &mut events).map_err(refuse)?;
                    Ok(next)
                });
            }
        }
    }
    // Only what leads to the signed root says anything.
    if edge.size() != size || edge.root() != *checkpoint.root() {
        return Err(LogError::Root);
    }
    Ok(Grown { continues, next, events })
}
