//! The paths of tiles below a log's prefix, C2SP tlog-tiles ([spec: log §2.2]).

use std::fmt;
use std::str::FromStr;

use super::tile::{Level, Tile, TileError};

impl fmt::Display for Tile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.level {
            Level::Entries => f.write_str("tile/entries")?,
            Level::Hashes(level) => write!(f, "tile/{level}")?,
        }
        let groups = self.index.checked_ilog(1000).unwrap_or(0);
        for group in (1..=groups).rev() {
            write!(f, "/x{:03}", self.index / 1000u64.pow(group) % 1000)?;
        }
        write!(f, "/{:03}", self.index % 1000)?;
        if self.is_full() { Ok(()) } else { write!(f, ".p/{}", self.width) }
    }
}

impl FromStr for Tile {
    type Err = TileError;

    fn from_str(path: &str) -> Result<Self, TileError> {
        let (level, rest) = path
            .strip_prefix("tile/")
            .and_then(|path| path.split_once('/'))
            .ok_or(TileError::Path)?;
        let level = match level {
            "entries" => Level::Entries,
            level => Level::Hashes(level.parse().map_err(|_| TileError::Path)?),
        };
        let (groups, width) = match rest.split_once(".p/") {
            None => (rest, Self::FULL),
            Some((groups, width)) => (groups, width.parse().map_err(|_| TileError::Path)?),
        };
        let index = groups.replace(['/', 'x'], "").parse().map_err(|_| TileError::Path)?;
        // Every tile has one path [LOG-5]: signs, superfluous zeros [LOG-2] and misplaced marks end
        // here.
        if (Self { level, index, width }).to_string() != path {
            return Err(TileError::Path);
        }
        Self::new(level, index, width)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_those_of_tlog_tiles() {
        let tile = |level, index, width| Tile::new(level, index, width).unwrap();
        for (tile, path) in [
            (tile(Level::Hashes(0), 0, 256), "tile/0/000"),
            (tile(Level::Hashes(0), 1_234_067, 256), "tile/0/x001/x234/067"),
            (tile(Level::Hashes(1), 1000, 1), "tile/1/x001/000.p/1"),
            (tile(Level::Hashes(7), 0, 255), "tile/7/000.p/255"),
            (tile(Level::Entries, 273, 112), "tile/entries/273.p/112"),
            (tile(Level::Entries, 999_999, 256), "tile/entries/x999/999"),
            (tile(Level::Entries, 1_000_000, 256), "tile/entries/x001/x000/000"),
        ] {
            assert_eq!(tile.to_string(), path);
            assert_eq!(path.parse(), Ok(tile));
        }
    }

    /// [LOG-2, LOG-5]
    #[test]
    fn other_paths_are_refused() {
        for path in [
            "",
            "tile",
            "tile/",
            "tile/0",
            "tile/0/",
            "/tile/0/000",
            "tile/0/000/",
            "tile//0/000",
            "tile/00/000",
            "tile/+0/000",
            "tile/-1/000",
            "tile/256/000",
            "tile/data/000",
            "Tile/0/000",
            "tile/0/0",
            "tile/0/0000",
            "tile/0/+00",
            "tile/0/x000",
            "tile/0/x00",
            "tile/0/x000/000",
            "tile/0/000/000",
            "tile/0/001/000",
            "tile/0/x001/x000",
            "tile/0/X001/000",
            "tile/0/x1/000",
            "tile/0/x0010/00",
            "tile/0/000.p",
            "tile/0/000.p/",
            "tile/0/000.p/256",
            "tile/0/000.p/01",
            "tile/0/000.p/+1",
            "tile/0/000.p/1/",
            "tile/0/000.p/1.p/1",
            "tile/0/000.P/1",
            "tile/0/000 ",
            "tile/0/٠٠٠",
            "tile/8/8/000",
            "tile/0/x018/x446/x744/x073/x709/x551/616",
        ] {
            assert_eq!(path.parse::<Tile>(), Err(TileError::Path), "{path:?}");
        }
        for path in ["tile/0/000.p/0", "tile/0/000.p/257", "tile/entries/000.p/65535"] {
            assert_eq!(path.parse::<Tile>(), Err(TileError::Width), "{path:?}");
        }
        for path in ["tile/8/000.p/1", "tile/63/000", "tile/7/000", "tile/7/001.p/1"] {
            assert_eq!(path.parse::<Tile>(), Err(TileError::OutOfRange), "{path:?}");
        }
    }
}
