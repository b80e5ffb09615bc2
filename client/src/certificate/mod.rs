//! Makes threshold certificates from a log, and says what they show ([spec: certificate]).

pub mod report;
mod tree;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use headcount_protocol::campaign::Campaign;
use headcount_protocol::certificate::{Bound, CheckError, Listing, Shown, check};
use headcount_protocol::log::{Edge, Level, Tile, leaf_hash};

use crate::log::{LogError, LogSource, ReadError};
use crate::progress::Progress;
use tree::Tree;

/// Why no certificate can be made.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum MakeError {
    /// The log cannot be read or believed.
    #[error(transparent)]
    Log(#[from] LogError),
    /// A copy in a directory lacks a file, which says nothing against the log.
    #[error("the mirror lacks pledges/{0}; complete it, or use the campaign's link")]
    Lacks(String),
    /// No checkpoint is served, or none that is witnessed where it must be, so that there is no log to speak of.
    #[error("the pledge log has no checkpoint there that will do; try again later")]
    NoCheckpoint,
    /// Nobody has pledged.
    #[error("there is no pledge in the log yet")]
    NoPledges,
    /// The certificate would not be accepted, as the log breaks a rule.
    #[error("no certificate: {0}; `headcount audit` says what is wrong with the log")]
    Refused(CheckError),
}

/// A certificate that was made, and what it shows.
#[derive(Clone, Debug)]
pub struct Made {
    /// The file.
    pub bytes: Vec<u8>,
    /// What a check of it has found.
    pub shown: Shown,
}

/// Makes a certificate of all pledges in a log, and checks it.
///
/// Every entry is read once and its bundle compared with the checkpoint; those that are shown are
/// read again. 72 bytes are kept for each pledge.
///
/// # Errors
/// [`MakeError`].
pub fn make(campaign: &Campaign, source: &LogSource<'_>, bound: Bound) -> Result<Made, MakeError> {
    let reader = Reader { source };
    let note = reader.checkpoint(campaign)?;
    let mut listing = Listing::new(campaign, &note).map_err(LogError::from)?;
    let checkpoint = listing.checkpoint().clone();
    let size = checkpoint.size();

    let progress = Progress::new("reading the log", size);
    let mut edge = Edge::new();
    for tile in bundles(size) {
        for (index, entry) in reader.bundle(tile)? {
            edge.push(leaf_hash(&entry));
            listing.push(index, &entry);
            progress.advance(1);
        }
    }
    progress.finish();
    if edge.root() != *checkpoint.root() {
        return Err(LogError::Root.into());
    }

    let draft = listing.draw(bound).ok_or(MakeError::NoPledges)?;
    let entries = reader.entries(size, draft.indices())?;
    let mut tree = Tree::new(source, size);
    let entry = |index| entries.get(&index).cloned().ok_or(LogError::Root.into());
    let bytes = draft.write(entry, |height, at| {
        tree.hash(height, at).map_err(|(tile, error)| reader.judge(error, tile))
    })?;
    let shown = check(&bytes, Some(campaign.id)).map_err(MakeError::Refused)?;
    Ok(Made { bytes, shown })
}

/// The bundles of a log of this size.
fn bundles(size: u64) -> impl Iterator<Item = Tile> {
    (0..).map_while(move |index| Tile::of(Level::Entries, index, size))
}

struct Reader<'a> {
    source: &'a LogSource<'a>,
}

impl Reader<'_> {
    /// The note that the certificate will carry.
    fn checkpoint(&self, campaign: &Campaign) -> Result<Vec<u8>, MakeError> {
        let note = if campaign.has_witnesses() {
            self.source.witnessed().and_then(|note| note.ok_or(ReadError::Missing))
        } else {
            self.source.checkpoint()
        };
        match note {
            Err(ReadError::Missing) if self.source.is_copy() => {
                let name = if campaign.has_witnesses() { "witnessed" } else { "checkpoint" };
                Err(MakeError::Lacks(name.to_owned()))
            }
            Err(ReadError::Missing) => Err(MakeError::NoCheckpoint),
            note => Ok(note.map_err(LogError::from)?),
        }
    }

    /// Entries of a bundle with their indices.
    fn bundle(&self, tile: Tile) -> Result<impl Iterator<Item = (u64, Vec<u8>)>, MakeError> {
        let entries = self.source.entries(tile).map_err(|error| self.judge(error, tile))?;
        Ok((tile.first_entry()..).zip(entries))
    }

    /// The entries of these indices, each bundle read once.
    fn entries(
        &self,
        size: u64,
        indices: impl Iterator<Item = u64>,
    ) -> Result<BTreeMap<u64, Vec<u8>>, MakeError> {
        let mut wanted: Vec<u64> = indices.collect();
        wanted.sort_unstable();
        let progress = Progress::new("reading samples", size);
        let mut entries = BTreeMap::new();
        for tile in bundles(size) {
            let width = u64::from(tile.width());
            let end = wanted.partition_point(|index| *index < tile.first_entry() + width);
            if end > 0 {
                let bundle = self.bundle(tile)?;
                entries
                    .extend(bundle.filter(|(index, _)| wanted[..end].binary_search(index).is_ok()));
                wanted.drain(..end);
            }
            progress.advance(width);
        }
        progress.finish();
        Ok(entries)
    }

    fn judge(&self, error: ReadError, tile: Tile) -> MakeError {
        match error {
            ReadError::Missing if self.source.is_copy() => MakeError::Lacks(tile.to_string()),
            error => LogError::Read(error).into(),
        }
    }
}
