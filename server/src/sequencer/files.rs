//! The public files of a log, laid out as C2SP tlog-tiles serves them ([spec: log §2]).

use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use headcount_protocol::log::{Hash, HashTile, Level, Tile, bundle};

/// Why a file of the log could not be read or written.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    /// The file system refused.
    #[error("{}: {source}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// An entry bundle is not what was written.
    #[error("{}: not an entry bundle of this log", .0.display())]
    Bundle(PathBuf),
    /// A hash tile is not what was written.
    #[error("{}: not a hash tile of this log", .0.display())]
    Tile(PathBuf),
}

/// The signed notes of a log: its latest checkpoint, and the largest that is witnessed.
const NOTES: [&str; 2] = ["checkpoint", "witnessed"];

/// The directory of a log's files.
#[derive(Clone, Debug)]
pub struct LogFiles {
    dir: PathBuf,
}

impl LogFiles {
    /// Uses, and if need be makes, a directory.
    ///
    /// # Errors
    /// [`FileError::Io`].
    pub fn new(dir: &Path) -> Result<Self, FileError> {
        let files = Self { dir: dir.to_owned() };
        create_durably(dir).map_err(|source| files.error(dir, source))?;
        Ok(files)
    }

    /// Reads a resource of the log: `None` for a path that is none of C2SP's [HTTP-9, LOG-5], or
    /// not there.
    ///
    /// # Errors
    /// [`FileError::Io`] if it is there and cannot be read.
    pub fn read(&self, path: &str) -> Result<Option<Vec<u8>>, FileError> {
        if !NOTES.contains(&path) && path.parse::<Tile>().is_err() {
            return Ok(None);
        }
        let path = self.dir.join(path);
        match fs::read(&path) {
            Ok(bytes) => Ok(Some(bytes)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(source) => Err(self.error(&path, source)),
        }
    }

    /// Reads the entry bundle with this number of a log of `size` entries.
    pub(super) fn read_bundle(&self, index: u64, size: u64) -> Result<Vec<Vec<u8>>, FileError> {
        let tile = Tile::of(Level::Entries, index, size).expect("the log has this bundle");
        let mut path = self.dir.join(tile.to_string());
        let mut bytes = self.read(&tile.to_string())?;
        // A full bundle supersedes its partial ones, also before the checkpoint says so.
        if let (None, Some(full)) = (&bytes, tile.full()) {
            path = self.dir.join(full.to_string());
            bytes = self.read(&full.to_string())?.map(|full| first_entries(&full, tile.width()));
        }
        let bytes = bytes.ok_or_else(|| FileError::Bundle(path.clone()))?;
        let entries = bundle::decode(&bytes, tile.width()).map_err(|_| FileError::Bundle(path))?;
        Ok(entries.into_iter().map(<[u8]>::to_vec).collect())
    }

    pub(super) fn write_bundle(&self, index: u64, entries: &[Vec<u8>]) -> Result<(), FileError> {
        let width = u16::try_from(entries.len()).expect("a bundle has at most 256 entries");
        let tile = Tile::new(Level::Entries, index, width).expect("the sequencer counts right");
        let bytes = bundle::encode(entries).expect("entries are bounded when they are accepted");
        self.write(&tile.to_string(), &bytes)
    }

    pub(super) fn write_tile(&self, tile: &HashTile) -> Result<(), FileError> {
        self.write(&tile.tile().to_string(), &tile.to_bytes())
    }

    pub(super) fn write_checkpoint(&self, note: &str) -> Result<(), FileError> {
        self.write("checkpoint", note.as_bytes())
    }

    pub(super) fn write_witnessed(&self, note: &str) -> Result<(), FileError> {
        self.write("witnessed", note.as_bytes())
    }

    /// The root of the complete subtree of this height and index, which the tree of `size` leaves
    /// has ([spec: log §2.2]).
    pub(super) fn read_hash(&self, height: u8, index: u64, size: u64) -> Result<Hash, FileError> {
        let found = Tile::holding(height, index, size);
        let (tile, run) = found.expect("a proof asks for what the tree has");
        let path = self.dir.join(tile.to_string());
        // A full tile supersedes its partial ones; both begin alike.
        let read = |tile: Tile| Ok((tile, self.read(&tile.to_string())?));
        let found = match (read(tile)?, tile.full()) {
            ((_, None), Some(full)) => read(full)?,
            (found, _) => found,
        };
        let (tile, Some(bytes)) = found else { return Err(FileError::Tile(path)) };
        let hashes = HashTile::parse(tile, &bytes).map_err(|_| FileError::Tile(path.clone()))?;
        hashes.subtree(run).ok_or(FileError::Tile(path))
    }

    /// Removes the partial tiles and bundles that these full tiles replace; a full one stays for
    /// ever [LOG-8]. What cannot be removed does no harm.
    pub(super) fn drop_superseded(&self, full: &[HashTile]) {
        for tile in full.iter().map(HashTile::tile) {
            let mut levels = vec![tile.level()];
            if tile.level() == Level::Hashes(0) {
                levels.push(Level::Entries);
            }
            for level in levels {
                if let Ok(full) = Tile::new(level, tile.index(), Tile::FULL) {
                    let _ = fs::remove_dir_all(self.dir.join(format!("{full}.p")));
                }
            }
        }
    }

    /// Replaces a file in one step, and through to the disk. Only one batch is written at a time,
    /// so the next name is always the same, and a process that dies leaves one file at most.
    fn write(&self, name: &str, bytes: &[u8]) -> Result<(), FileError> {
        let path = self.dir.join(name);
        let parent = path.parent().expect("the path lies below the directory").to_owned();
        let replace = || -> io::Result<()> {
            create_durably(&parent)?;
            let next = path.with_extension("next");
            let mut file = fs::File::create(&next)?;
            file.write_all(bytes)?;
            make_public(&next, 0o644)?;
            file.sync_all()?;
            fs::rename(&next, &path)?;
            fs::File::open(&parent)?.sync_all()
        };
        replace().map_err(|source| self.error(&path, source))
    }

    fn error(&self, path: &Path, source: io::Error) -> FileError {
        FileError::Io { path: path.to_owned(), source }
    }
}

/// Makes a directory and those above it, each entered into its parent on the disk.
fn create_durably(dir: &Path) -> io::Result<()> {
    if dir.is_dir() {
        return Ok(());
    }
    let parent = dir.parent().unwrap_or_else(|| Path::new("."));
    create_durably(parent)?;
    fs::create_dir(dir)?;
    make_public(dir, 0o755)?;
    fs::File::open(parent)?.sync_all()
}

/// A log is public: any web server may serve it.
fn make_public(path: &Path, mode: u32) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    fs::set_permissions(path, fs::Permissions::from_mode(mode))
}

/// The first entries of a full bundle, encoded again; the bundle itself if it is malformed.
fn first_entries(full: &[u8], width: u16) -> Vec<u8> {
    let entries = bundle::decode(full, Tile::FULL).unwrap_or_default();
    let first = &entries[..usize::from(width).min(entries.len())];
    bundle::encode(first).unwrap_or_default()
}
