//! A log read from its first entry to its last, in constant memory.

use std::collections::HashMap;

use headcount_protocol::campaign::Campaign;
use headcount_protocol::entry::Entry;
use headcount_protocol::log::{Checkpoint, Edge, Level, Tile, leaf_hash};
use headcount_protocol::pledge::Opening;
use headcount_protocol::token::Nonce;

use super::source::{LogSource, ReadError};
use super::{InclusionError, LogError};
use crate::progress::Progress;

/// Hands every entry to `visit`, in the log's order, and then ties all of them to the checkpoint.
/// What `visit` gathered is to be believed only if this succeeds.
///
/// # Errors
/// [`LogError`].
pub fn read(
    source: &LogSource<'_>,
    checkpoint: &Checkpoint,
    mut visit: impl FnMut(&[u8]),
) -> Result<(), LogError> {
    let size = checkpoint.size();
    let progress = Progress::new("reading the log", size);
    let mut edge = Edge::new();
    for index in 0..size.div_ceil(256) {
        let Some(tile) = Tile::of(Level::Entries, index, size) else { break };
        for entry in source.entries(tile)? {
            visit(&entry);
            edge.push(leaf_hash(&entry));
            progress.advance(1);
        }
    }
    progress.finish();
    if edge.size() == size && edge.root() == *checkpoint.root() {
        Ok(())
    } else {
        Err(LogError::Root)
    }
}

/// A pledge that was looked for.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Standing {
    /// Its opening.
    pub opening: Opening,
    /// Whether its withdrawal stands in the log too.
    pub withdrawn: bool,
}

/// Which of these openings has a pledge in the pledge log. The whole log is read, so that nobody
/// learns which one is looked for.
///
/// # Errors
/// [`InclusionError::Log`], [`InclusionError::NoCheckpoint`].
pub fn search(
    campaign: &Campaign,
    source: &LogSource<'_>,
    openings: &[Opening],
) -> Result<(Checkpoint, Option<Standing>), InclusionError> {
    let nonce = |opening: &Opening| (opening.nonce(&campaign.id), *opening);
    let wanted: HashMap<Nonce, Opening> = openings.iter().map(nonce).collect();
    let note = match source.checkpoint() {
        Err(ReadError::Missing) => return Err(InclusionError::NoCheckpoint),
        note => note.map_err(LogError::from)?,
    };
    let checkpoint =
        Checkpoint::open(&note, &campaign.manifest.counter.log.0).map_err(LogError::from)?;
    let mut found: Option<Standing> = None;
    read(source, &checkpoint, |entry| match Entry::decode(entry) {
        Ok(Entry::Pledge(pledge)) if found.is_none() => {
            let opening = wanted.get(&pledge.nonce(&campaign.id)).copied();
            // One that no issuer signed stands there for nothing.
            let opening = opening.filter(|_| pledge.verify(campaign).is_ok());
            found = opening.map(|opening| Standing { opening, withdrawn: false });
        }
        Ok(Entry::Withdrawal(withdrawal)) => {
            if let Some(found) = found.as_mut().filter(|it| it.opening == withdrawal.opening)
                && withdrawal.verify(&campaign.id).is_ok()
            {
                found.withdrawn = true;
            }
        }
        _ => {}
    })?;
    Ok((checkpoint, found))
}
