//! Names of the files a log is served as, C2SP tlog-tiles ([spec: log §2]).

use std::ops::Range;

/// What a tile holds.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum Level {
    /// The entries themselves: the tile is an entry bundle.
    Entries,
    /// Hashes of complete subtrees of 256^n leaves. Of the 64 levels that have a path, trees of
    /// less than 2^64 leaves use 0 to 7.
    Hashes(u8),
}

impl Level {
    /// The levels on which a tree of less than 2^64 leaves can have tiles.
    pub const ALL: [Self; 9] = [
        Self::Entries,
        Self::Hashes(0),
        Self::Hashes(1),
        Self::Hashes(2),
        Self::Hashes(3),
        Self::Hashes(4),
        Self::Hashes(5),
        Self::Hashes(6),
        Self::Hashes(7),
    ];

    /// How many entries or hashes the tree of `size` leaves has on this level ([spec: log §2.1]).
    #[must_use]
    pub fn count(self, size: u64) -> u64 {
        match self {
            Self::Entries => size,
            Self::Hashes(level) => size.checked_shr(8 * u32::from(level)).unwrap_or(0),
        }
    }
}

/// Why a tile, or the path of one, is refused [LOG-5].
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum TileError {
    /// The text is not the one path of a tile.
    #[error("this is not the path of a tile")]
    Path,
    /// The width is not 1 to 256.
    #[error("a tile is 1 to 256 wide")]
    Width,
    /// No tree of less than 2^64 leaves has this tile.
    #[error("no tree has this tile")]
    OutOfRange,
}

/// A hash tile or entry bundle: a run of up to 256 hashes or entries ([spec: log §2.1]).
///
/// `Display` and `FromStr` are its path below the log's prefix, such as `tile/0/x001/x234/067` or
/// `tile/entries/273.p/112`.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Tile {
    pub(super) level: Level,
    pub(super) index: u64,
    pub(super) width: u16,
}

impl Tile {
    /// Width of a full tile.
    pub const FULL: u16 = 256;

    /// The tile that holds `width` hashes or entries from number `256 · index` on.
    ///
    /// # Errors
    /// [`TileError::Width`] if `width` is not 1 to 256; [`TileError::OutOfRange`] if no tree of
    /// less than 2^64 leaves has the tile.
    pub fn new(level: Level, index: u64, width: u16) -> Result<Self, TileError> {
        if width == 0 || width > Self::FULL {
            return Err(TileError::Width);
        }
        let end = index.checked_mul(256).and_then(|start| start.checked_add(u64::from(width)));
        if end.is_none_or(|end| end > level.count(u64::MAX)) {
            return Err(TileError::OutOfRange);
        }
        Ok(Self { level, index, width })
    }

    /// The tile of this level and index as it is when the tree has `size` leaves, if there is one.
    #[must_use]
    pub fn of(level: Level, index: u64, size: u64) -> Option<Self> {
        let held = level.count(size).checked_sub(index.checked_mul(256)?)?;
        let width = u16::try_from(held).map_or(Self::FULL, |held| held.min(Self::FULL));
        (width > 0).then_some(Self { level, index, width })
    }

    /// Where to find the complete subtree over the leaves `index · 2^height` up to
    /// `(index + 1) · 2^height` of the tree of `size` leaves, if that tree has it: the hash tile,
    /// and the run of its hashes whose root is the wanted one ([spec: log §2.2]).
    #[must_use]
    pub fn holding(height: u8, index: u64, size: u64) -> Option<(Self, Range<usize>)> {
        let run = 1u64 << (height % 8);
        let first = index.checked_mul(run)?;
        let tile = Self::of(Level::Hashes(height / 8), first / 256, size)?;
        let start = first % 256;
        let end = start + run;
        if end > u64::from(tile.width) {
            return None;
        }
        Some((tile, usize::try_from(start).ok()?..usize::try_from(end).ok()?))
    }

    /// What the tile holds.
    #[must_use]
    pub const fn level(&self) -> Level {
        self.level
    }

    /// The tile's number in its level, from 0.
    #[must_use]
    pub const fn index(&self) -> u64 {
        self.index
    }

    /// How many hashes or entries it holds, 1 to 256.
    #[must_use]
    pub const fn width(&self) -> u16 {
        self.width
    }

    /// Index of the first entry that it holds or that its hashes stand over.
    #[must_use]
    pub const fn first_entry(&self) -> u64 {
        let height = match self.level {
            Level::Entries => 0,
            Level::Hashes(level) => 8 * level as u32,
        };
        (256 * self.index) << height
    }

    /// Whether it holds 256 and so never changes again.
    #[must_use]
    pub const fn is_full(&self) -> bool {
        self.width == Self::FULL
    }

    /// The full tile of the same level and index, which stands in for a partial one that is gone
    /// [LOG-9]; nothing if no tree of less than 2^64 leaves has it.
    #[must_use]
    pub fn full(self) -> Option<Self> {
        Self::new(self.level, self.index, Self::FULL).ok()
    }

    /// A tile whose caller has just filled it.
    pub(super) const fn filled(level: Level, index: u64) -> Self {
        Self { level, index, width: Self::FULL }
    }
}

/// All tiles that a log writes when its tree grows from `old` to `new` leaves, bundles first, each
/// level in order; those of a whole tree for `old` = 0 ([spec: log §2.3]).
pub fn new_tiles(old: u64, new: u64) -> impl Iterator<Item = Tile> {
    Level::ALL.into_iter().flat_map(move |level| {
        let (from, to) = (level.count(old), level.count(new));
        let indices = if from < to { from / 256..to.div_ceil(256) } else { 0..0 };
        indices.filter_map(move |index| Tile::of(level, index, new))
    })
}

/// The tiles of the tree of `size` leaves that are not full: at most one a level, at most nine
/// ([spec: log §2.3]).
pub fn partial_tiles(size: u64) -> impl Iterator<Item = Tile> {
    Level::ALL.into_iter().filter_map(move |level| Tile::of(level, level.count(size) / 256, size))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// [LOG-5]
    #[test]
    fn a_tile_lies_in_some_tree() {
        let last = u64::MAX / 256;
        for level in [Level::Entries, Level::Hashes(0)] {
            assert!(Tile::new(level, last, 255).is_ok());
            assert_eq!(Tile::new(level, last, 256), Err(TileError::OutOfRange));
            assert_eq!(Tile::new(level, last + 1, 1), Err(TileError::OutOfRange));
            assert_eq!(Tile::of(level, last, u64::MAX).map(|tile| tile.width()), Some(255));
            assert_eq!(Tile::of(level, last + 1, u64::MAX), None);
        }
        assert_eq!(Tile::new(Level::Entries, 0, 0), Err(TileError::Width));
        let partial = Tile::new(Level::Entries, last - 1, 3).unwrap();
        assert_eq!(partial.full(), Tile::new(Level::Entries, last - 1, 256).ok());
        assert_eq!(Tile::new(Level::Entries, last, 255).unwrap().full(), None);
    }

    #[test]
    fn a_subtree_has_one_place() {
        let found = |height, index, size| {
            Tile::holding(height, index, size).map(|(tile, run)| (tile.to_string(), run))
        };
        assert_eq!(found(0, 3, 4), Some(("tile/0/000.p/4".to_owned(), 3..4)));
        assert_eq!(found(2, 0, 4), Some(("tile/0/000.p/4".to_owned(), 0..4)));
        assert_eq!(found(2, 0, 3), None);
        assert_eq!(found(7, 1, 256), Some(("tile/0/000".to_owned(), 128..256)));
        assert_eq!(found(8, 0, 256), Some(("tile/1/000.p/1".to_owned(), 0..1)));
        assert_eq!(found(255, u64::MAX, u64::MAX), None);
        let first = |level, index| Tile::new(level, index, 1).unwrap().first_entry();
        assert_eq!(first(Level::Entries, 3), 768);
        assert_eq!([0, 1, 2].map(|level| first(Level::Hashes(level), 1)), [256, 1 << 16, 1 << 24]);
    }

    #[test]
    fn a_growing_tree_writes_what_changed() {
        let paths = |old, new| new_tiles(old, new).map(|tile| tile.to_string()).collect::<Vec<_>>();
        assert_eq!(paths(0, 0), [""; 0]);
        assert_eq!(paths(5, 5), [""; 0]);
        assert_eq!(paths(0, 1), ["tile/entries/000.p/1", "tile/0/000.p/1"]);
        assert_eq!(paths(255, 256), ["tile/entries/000", "tile/0/000", "tile/1/000.p/1"]);
        assert_eq!(paths(256, 257), ["tile/entries/001.p/1", "tile/0/001.p/1"]);
        let partial = partial_tiles(65_537).map(|tile| tile.to_string()).collect::<Vec<_>>();
        assert_eq!(partial, ["tile/entries/256.p/1", "tile/0/256.p/1", "tile/2/000.p/1"]);
    }
}
