//! The content of a hash tile ([spec: log §2.2]).

use std::ops::Range;

use super::merkle::{Hash, tree_root};
use super::tile::{Level, Tile};

/// Why bytes are not the content of a hash tile.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum HashTileError {
    /// The tile is an entry bundle.
    #[error("an entry bundle holds no hashes")]
    Entries,
    /// The bytes are not 32 for each hash of the tile [LOG-6].
    #[error("a hash tile has 32 bytes for each of its hashes")]
    Length,
}

/// A hash tile with its hashes, as many as it is wide.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct HashTile {
    tile: Tile,
    hashes: Vec<Hash>,
}

impl HashTile {
    /// Takes apart the bytes served for `tile`: 32 a hash, 8,192 when it is full.
    ///
    /// # Errors
    /// [`HashTileError::Entries`] if `tile` is an entry bundle; [`HashTileError::Length`] if the
    /// bytes are not 32 times its width.
    pub fn parse(tile: Tile, bytes: &[u8]) -> Result<Self, HashTileError> {
        if tile.level() == Level::Entries {
            return Err(HashTileError::Entries);
        }
        let (hashes, rest) = bytes.as_chunks::<{ Hash::LEN }>();
        if !rest.is_empty() || hashes.len() != usize::from(tile.width()) {
            return Err(HashTileError::Length);
        }
        Ok(Self { tile, hashes: hashes.iter().copied().map(Hash::from).collect() })
    }

    /// A tile whose caller has counted the hashes.
    pub(super) fn new(tile: Tile, hashes: Vec<Hash>) -> Self {
        debug_assert_eq!(hashes.len(), usize::from(tile.width()));
        Self { tile, hashes }
    }

    /// Which tile it is.
    #[must_use]
    pub const fn tile(&self) -> Tile {
        self.tile
    }

    /// The hashes, 1 to 256.
    #[must_use]
    pub fn hashes(&self) -> &[Hash] {
        &self.hashes
    }

    /// The root over a run of hashes, such as [`Tile::holding`] names; nothing if the run is not
    /// in the tile.
    #[must_use]
    pub fn subtree(&self, run: Range<usize>) -> Option<Hash> {
        self.hashes.get(run).map(tree_root)
    }

    /// The bytes to serve, 32 a hash.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        self.hashes.iter().flat_map(|hash| *hash.as_bytes()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// [LOG-6]
    #[test]
    fn a_tile_has_the_bytes_of_its_width() {
        let tile = "tile/0/000.p/2".parse().unwrap();
        let bytes = [[1; 32], [2; 32]].concat();
        let parsed = HashTile::parse(tile, &bytes).unwrap();
        assert_eq!(parsed.hashes(), [Hash::from([1; 32]), Hash::from([2; 32])]);
        assert_eq!((parsed.tile(), parsed.to_bytes()), (tile, bytes.clone()));
        for wrong in [&bytes[..32], &bytes[..63], &[&bytes[..], &[0]].concat(), &bytes.repeat(2)] {
            assert_eq!(HashTile::parse(tile, wrong), Err(HashTileError::Length));
        }
        let bundle = "tile/entries/000.p/2".parse().unwrap();
        assert_eq!(HashTile::parse(bundle, &bytes), Err(HashTileError::Entries));
    }

    #[test]
    fn a_subtree_is_within_the_tile() {
        let (one, two) = (Hash::from([1; 32]), Hash::from([2; 32]));
        let tile = HashTile::new("tile/0/000.p/2".parse().unwrap(), vec![one, two]);
        assert_eq!(tile.subtree(1..2), Some(two));
        assert_eq!(tile.subtree(0..2), Some(crate::log::node_hash(&one, &two)));
        assert_eq!(tile.subtree(0..4), None);
    }
}
