//! A run of entries, tied to a checkpoint by hash tiles ([spec: log §1.3]).

use std::collections::HashMap;

use headcount_protocol::log::{
    Checkpoint, Hash, Level, Tile, inclusion_proof, leaf_hash, tree_root, verify_inclusion,
};

use super::LogError;
use super::source::{LogSource, ReadError};

/// The entries of whole bundles, each shown to stand in the tree of the checkpoint.
#[derive(Debug)]
pub struct Slice {
    first: u64,
    entries: Vec<Vec<u8>>,
    size: u64,
    /// The hash tiles that tie them to the root.
    tiles: HashMap<Tile, Vec<Hash>>,
}

impl Slice {
    /// Reads the bundles that hold the entries `from..=to` and ties them to the checkpoint.
    ///
    /// # Errors
    /// [`LogError::Root`] if they are not in its tree, or it has no such entries;
    /// [`LogError::Read`].
    pub fn read(
        source: &LogSource<'_>,
        checkpoint: &Checkpoint,
        from: u64,
        to: u64,
    ) -> Result<Self, LogError> {
        let size = checkpoint.size();
        if from > to || to >= size {
            return Err(LogError::Root);
        }
        let mut tree = Tree { source, size, tiles: HashMap::new() };
        let mut entries = Vec::new();
        for index in from / 256..=to / 256 {
            let tile = Tile::of(Level::Entries, index, size).ok_or(LogError::Root)?;
            let bundle = source.entries(tile)?;
            let leaves: Vec<Hash> = bundle.iter().map(|entry| leaf_hash(entry)).collect();
            let level_0 = Tile::of(Level::Hashes(0), index, size).ok_or(LogError::Root)?;
            let leaf = *leaves.first().ok_or(LogError::Root)?;
            tree.tiles.insert(level_0, leaves);
            // Its siblings within the bundle are computed from all other entries, so that the
            // proof of the first proves every one.
            let proof = inclusion_proof(256 * index, size, |height, at| tree.hash(height, at))
                .map_err(|error| match error {
                    headcount_protocol::log::ProveError::Read(error) => error,
                    headcount_protocol::log::ProveError::Range => LogError::Root,
                })?;
            verify_inclusion(256 * index, size, &leaf, &proof, checkpoint.root())
                .map_err(|_| LogError::Root)?;
            entries.extend(bundle);
        }
        Ok(Self { first: from / 256 * 256, entries, size, tiles: tree.tiles })
    }

    /// The inclusion proof of an entry that was read. Nobody is asked for anything: what ties one
    /// entry of a bundle to the root ties them all.
    #[must_use]
    pub fn proof(&self, index: u64) -> Option<Vec<Hash>> {
        self.entry(index)?;
        let proof = inclusion_proof(index, self.size, |height, at| {
            let (tile, run) = Tile::holding(height, at, self.size).ok_or(())?;
            self.tiles.get(&tile).and_then(|hashes| hashes.get(run)).map(tree_root).ok_or(())
        });
        proof.ok()
    }

    /// The entry with this index, if it was read.
    #[must_use]
    pub fn entry(&self, index: u64) -> Option<&[u8]> {
        let at = usize::try_from(index.checked_sub(self.first)?).ok()?;
        self.entries.get(at).map(Vec::as_slice)
    }

    /// Entries with their indices.
    pub fn iter(&self) -> impl Iterator<Item = (u64, &[u8])> {
        (self.first..).zip(self.entries.iter().map(Vec::as_slice))
    }
}

struct Tree<'a> {
    source: &'a LogSource<'a>,
    size: u64,
    tiles: HashMap<Tile, Vec<Hash>>,
}

impl Tree<'_> {
    fn hash(&mut self, height: u8, index: u64) -> Result<Hash, LogError> {
        let (tile, run) = Tile::holding(height, index, self.size).ok_or(LogError::Root)?;
        if !self.tiles.contains_key(&tile) {
            let hashes = self.source.hashes(tile)?;
            self.tiles.insert(tile, hashes);
        }
        let held = self.tiles.get(&tile).and_then(|hashes| hashes.get(run));
        held.map(tree_root).ok_or(LogError::Read(ReadError::Malformed))
    }
}
