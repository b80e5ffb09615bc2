//! The right edge of a growing tree: what is not yet in a full tile ([spec: log §2.4]).

use super::hash_tile::HashTile;
use super::merkle::{Hash, node_hash, tree_root};
use super::tile::{Level, Tile, partial_tiles};

/// The tiles are not the partial hash tiles of a tree of this size [LOG-10].
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("these are not the partial hash tiles of a tree of {size} leaves")]
pub struct EdgeError {
    /// Leaves of the tree.
    pub size: u64,
}

/// The hashes of a tree that no full tile holds: at most 255 a level, 65,280 bytes in all.
///
/// A sequencer pushes the leaves of a batch onto a clone, writes the tiles and publishes the
/// [`Edge::root`]; an auditor replays a log of any size with it.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Edge {
    size: u64,
    levels: [Vec<Hash>; 8],
}

impl Edge {
    /// The edge of the empty tree.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes up a tree of `size` leaves from its partial hash tiles: those of
    /// [`super::partial_tiles`] without the bundle, in the same order.
    ///
    /// The tiles are taken as they are: compare [`Self::root`] with a checkpoint.
    ///
    /// # Errors
    /// [`EdgeError`] if a tile is missing, left over, out of order or of another width.
    pub fn resume(size: u64, tiles: &[HashTile]) -> Result<Self, EdgeError> {
        let mut edge = Self { size, ..Self::default() };
        if !tiles.iter().map(HashTile::tile).eq(edge.partial_tiles()) {
            return Err(EdgeError { size });
        }
        for tile in tiles {
            if let Level::Hashes(level) = tile.tile().level() {
                edge.levels[usize::from(level)] = tile.hashes().to_vec();
            }
        }
        Ok(edge)
    }

    /// Leaves of the tree.
    #[must_use]
    pub const fn size(&self) -> u64 {
        self.size
    }

    /// Appends a leaf; returns the tiles it filled, 8,192 bytes each, from level 0 upwards.
    ///
    /// There is one for every 256th leaf, and none for most.
    ///
    /// # Panics
    /// With the 2^64th leaf.
    pub fn push(&mut self, leaf: Hash) -> Vec<HashTile> {
        self.size = self.size.checked_add(1).expect("a log has less than 2^64 entries");
        let mut full = Vec::new();
        let mut hash = leaf;
        for (level, hashes) in (0..).map(Level::Hashes).zip(&mut self.levels) {
            hashes.push(hash);
            if hashes.len() < usize::from(Tile::FULL) {
                break;
            }
            hash = tree_root(hashes);
            let tile = Tile::filled(level, level.count(self.size) / 256 - 1);
            full.push(HashTile::new(tile, std::mem::take(hashes)));
        }
        full
    }

    /// The partial hash tiles to write for the present size, from level 0 upwards; at most eight.
    #[must_use]
    pub fn partials(&self) -> Vec<HashTile> {
        let held = self.levels.iter().filter(|hashes| !hashes.is_empty());
        self.partial_tiles()
            .zip(held)
            .map(|(tile, held)| HashTile::new(tile, held.clone()))
            .collect()
    }

    /// The root of the tree, [`Hash::EMPTY_ROOT`] of the empty one.
    #[must_use]
    pub fn root(&self) -> Hash {
        let mut root = None;
        for mut hashes in self.levels.iter().map(Vec::as_slice) {
            // From the right: the complete subtrees of growing height that make up the level.
            while !hashes.is_empty() {
                let (rest, subtree) = hashes.split_at(hashes.len() - lowest_bit(hashes.len()));
                let left = tree_root(subtree);
                root = Some(root.map_or(left, |right| node_hash(&left, &right)));
                hashes = rest;
            }
        }
        root.unwrap_or(Hash::EMPTY_ROOT)
    }

    fn partial_tiles(&self) -> impl Iterator<Item = Tile> + use<> {
        partial_tiles(self.size).filter(|tile| tile.level() != Level::Entries)
    }
}

fn lowest_bit(n: usize) -> usize {
    1 << n.trailing_zeros()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::log::leaf_hash;

    fn leaves(size: usize) -> Vec<Hash> {
        (0..size).map(|i| leaf_hash(&i.to_be_bytes())).collect()
    }

    #[test]
    fn the_root_is_that_of_the_tree() {
        let leaves = leaves(600);
        let mut edge = Edge::new();
        assert_eq!(edge.root(), Hash::EMPTY_ROOT);
        for (i, leaf) in leaves.iter().enumerate() {
            edge.push(*leaf);
            assert_eq!(edge.root(), tree_root(&leaves[..=i]), "size {}", i + 1);
        }
        assert_eq!(edge.size(), 600);
    }

    #[test]
    fn every_full_tile_is_reported_once() {
        let mut edge = Edge::new();
        let full = leaves(65_536).into_iter().flat_map(|leaf| edge.push(leaf)).collect::<Vec<_>>();
        let paths = full.iter().map(|tile| tile.tile().to_string()).collect::<Vec<_>>();
        assert_eq!(paths.len(), 257);
        assert_eq!(paths[0], "tile/0/000");
        assert_eq!(paths[254..], ["tile/0/254", "tile/0/255", "tile/1/000"]);
        assert!(full.iter().all(|tile| tile.to_bytes().len() == 8192));
        let partials = edge.partials();
        assert_eq!(partials.len(), 1);
        assert_eq!(partials[0].tile().to_string(), "tile/2/000.p/1");
        assert_eq!(partials[0].hashes(), [edge.root()]);
    }

    #[test]
    fn an_edge_is_taken_up_where_it_was_left() {
        for size in [0, 1, 255, 256, 257, 600] {
            let mut edge = Edge::new();
            leaves(size).into_iter().for_each(|leaf| drop(edge.push(leaf)));
            let mut again = Edge::resume(edge.size(), &edge.partials()).unwrap();
            assert_eq!(again, edge);
            let next = leaf_hash(b"next");
            assert_eq!(again.push(next), edge.push(next));
            assert_eq!(again.root(), edge.root());
        }
    }

    /// [LOG-10]
    #[test]
    fn other_tiles_are_refused() {
        let mut edge = Edge::new();
        leaves(600).into_iter().for_each(|leaf| drop(edge.push(leaf)));
        let tiles = edge.partials();
        assert_eq!(tiles.len(), 2);
        let reversed = [tiles[1].clone(), tiles[0].clone()];
        let twice = [&tiles[..], &tiles[..]].concat();
        for bad in [&[], &tiles[..1], &tiles[1..], &reversed, &twice] {
            assert_eq!(Edge::resume(600, bad), Err(EdgeError { size: 600 }));
        }
        for size in [0, 599, 601, 856, u64::MAX] {
            assert_eq!(Edge::resume(size, &tiles), Err(EdgeError { size }));
        }
    }

    #[test]
    #[should_panic = "less than 2^64 entries"]
    fn the_last_leaf_there_can_be() {
        let mut edge = Edge { size: u64::MAX, ..Edge::default() };
        edge.push(Hash::EMPTY_ROOT);
    }
}
