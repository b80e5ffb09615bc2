//! The hashes of a log's tree, read from its tiles ([spec: log §2.2]).

use headcount_protocol::log::{Hash, Level, Tile, tree_root};

use crate::log::{LogSource, ReadError};

/// Reads hashes from left to right: of each level the tile that was read last is kept.
pub(super) struct Tree<'a> {
    source: &'a LogSource<'a>,
    size: u64,
    last: [Option<(Tile, Vec<Hash>)>; 8],
}

impl<'a> Tree<'a> {
    /// The tree of the log's first `size` entries.
    pub(super) fn new(source: &'a LogSource<'a>, size: u64) -> Self {
        Self { source, size, last: [const { None }; 8] }
    }

    /// The root of a complete subtree, as [`headcount_protocol::log::root`] asks for it.
    pub(super) fn hash(&mut self, height: u8, index: u64) -> Result<Hash, (Tile, ReadError)> {
        let (tile, run) =
            Tile::holding(height, index, self.size).expect("a subtree of the log's tree");
        let Level::Hashes(level) = tile.level() else { unreachable!("hash tiles hold hashes") };
        let last = &mut self.last[usize::from(level)];
        let hashes = match last {
            Some((held, hashes)) if *held == tile => hashes,
            _ => {
                let hashes = self.source.hashes(tile).map_err(|error| (tile, error))?;
                &last.insert((tile, hashes)).1
            }
        };
        Ok(tree_root(&hashes[run]))
    }
}
