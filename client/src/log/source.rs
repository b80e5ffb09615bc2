//! Where the files of a log come from: a server, a server and a mirror, or a directory
//! ([spec: log §2]).

use std::io;
use std::path::{Path, PathBuf};

use headcount_protocol::log::{Hash, HashTile, Level, Tile, bundle};

use crate::files::{self, Access};
use crate::transport::{Transport, TransportError};

/// Longest checkpoint that is read, in bytes ([spec: log §3.2]).
const MAX_NOTE: usize = 262_144;

/// Longest entry bundle: 256 entries of 65,535 bytes with their lengths.
const MAX_BUNDLE: usize = 256 * (2 + 65_535);

/// Why a file of a log could not be had. [`Self::Missing`] speaks against a log only where a
/// server serves it.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum ReadError {
    /// The server or the way to it.
    #[error(transparent)]
    Transport(TransportError),
    /// The directory.
    #[error("a file of the log cannot be read or written: {0}")]
    File(io::ErrorKind),
    /// The file is not there.
    #[error("a file of the log is missing")]
    Missing,
    /// The file is not what it should be.
    #[error("a file of the log is malformed")]
    Malformed,
}

impl From<TransportError> for ReadError {
    fn from(error: TransportError) -> Self {
        match error {
            TransportError::TooLong => Self::Malformed,
            error if error.is_not_found() => Self::Missing,
            error => Self::Transport(error),
        }
    }
}

impl From<io::Error> for ReadError {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::NotFound => Self::Missing,
            io::ErrorKind::FileTooLarge => Self::Malformed,
            kind => Self::File(kind),
        }
    }
}

/// The files of one log.
#[derive(Clone, Debug)]
pub enum LogSource<'a> {
    /// Served below a URL.
    Http {
        /// The connections to use.
        transport: &'a Transport,
        /// URL of the log, without trailing slash.
        url: String,
        /// Directory to keep what is read in.
        mirror: Option<PathBuf>,
    },
    /// In a directory.
    Directory(PathBuf),
}

impl LogSource<'_> {
    /// Whether it is a copy in a directory: what that lacks may have been lost on the way.
    #[must_use]
    pub const fn is_copy(&self) -> bool {
        matches!(self, Self::Directory(_))
    }

    /// The log's latest signed note. A mirror gets it by [`Self::keep`], when all it stands for is
    /// there.
    ///
    /// # Errors
    /// [`ReadError`].
    pub fn checkpoint(&self) -> Result<Vec<u8>, ReadError> {
        self.note("checkpoint")
    }

    /// The log's largest note that a quorum of witnesses has cosigned, if it has one
    /// ([spec: witness §5]).
    ///
    /// # Errors
    /// [`ReadError`], but [`ReadError::Missing`].
    pub fn witnessed(&self) -> Result<Option<Vec<u8>>, ReadError> {
        match self.note("witnessed") {
            Err(ReadError::Missing) => Ok(None),
            note => note.map(Some),
        }
    }

    fn note(&self, name: &str) -> Result<Vec<u8>, ReadError> {
        match self {
            Self::Http { transport, url, .. } => {
                Ok(transport.get(&format!("{url}/{name}"), MAX_NOTE)?)
            }
            Self::Directory(path) => Ok(files::read_bounded(&path.join(name), MAX_NOTE)?),
        }
    }

    /// Writes a note into the mirror, if there is one.
    ///
    /// # Errors
    /// [`ReadError::File`].
    pub fn keep(&self, name: &str, note: &[u8]) -> Result<(), ReadError> {
        match self {
            Self::Http { mirror: Some(mirror), .. } => keep(&mirror.join(name), note),
            _ => Ok(()),
        }
    }

    /// The entries of a bundle, as many as the tile is wide.
    ///
    /// # Errors
    /// [`ReadError`]; [`ReadError::Malformed`] if the bundle does not hold just so many.
    pub fn entries(&self, tile: Tile) -> Result<Vec<Vec<u8>>, ReadError> {
        let (found, bytes) = self.tile(tile, MAX_BUNDLE)?;
        let entries = bundle::decode(&bytes, found.width()).map_err(|_| ReadError::Malformed)?;
        Ok(entries.into_iter().take(tile.width().into()).map(<[u8]>::to_vec).collect())
    }

    /// The hashes of a hash tile, as many as it is wide.
    ///
    /// # Errors
    /// [`ReadError`]; [`ReadError::Malformed`] if the tile does not hold just so many.
    pub fn hashes(&self, tile: Tile) -> Result<Vec<Hash>, ReadError> {
        let (found, bytes) = self.tile(tile, Hash::LEN * usize::from(Tile::FULL))?;
        let read = HashTile::parse(found, &bytes).map_err(|_| ReadError::Malformed)?;
        Ok(read.hashes()[..usize::from(tile.width())].to_vec())
    }

    /// Takes a full tile out of the mirror, so that the server is asked for it again; whether there
    /// was one. What a copy has is left as it is.
    #[must_use]
    pub fn discard(&self, tile: Tile) -> bool {
        match self {
            Self::Http { mirror: Some(mirror), .. } if tile.is_full() => {
                std::fs::remove_file(mirror.join(tile.to_string())).is_ok()
            }
            _ => false,
        }
    }

    /// The tile, or the full one in its place if it is partial and gone ([spec: log §2.3],
    /// [LOG-9]).
    fn tile(&self, tile: Tile, limit: usize) -> Result<(Tile, Vec<u8>), ReadError> {
        let limit = if tile.level() == Level::Entries {
            limit
        } else {
            Hash::LEN * usize::from(tile.width())
        };
        match (self.file(tile, limit), tile.full()) {
            (Err(ReadError::Missing), Some(full)) if !tile.is_full() => {
                let limit = limit.max(Hash::LEN * usize::from(Tile::FULL));
                Ok((full, self.file(full, limit)?))
            }
            (read, _) => Ok((tile, read?)),
        }
    }

    fn file(&self, tile: Tile, limit: usize) -> Result<Vec<u8>, ReadError> {
        let path = tile.to_string();
        match self {
            Self::Directory(directory) => Ok(files::read_bounded(&directory.join(path), limit)?),
            Self::Http { transport, url, mirror: None } => {
                Ok(transport.get(&format!("{url}/{path}"), limit)?)
            }
            Self::Http { transport, url, mirror: Some(mirror) } => {
                let kept = mirror.join(&path);
                if tile.is_full() && kept.exists() {
                    return Ok(files::read_bounded(&kept, limit)?);
                }
                let bytes = transport.get(&format!("{url}/{path}"), limit)?;
                keep(&kept, &bytes)?;
                Ok(bytes)
            }
        }
    }
}

fn keep(path: &Path, bytes: &[u8]) -> Result<(), ReadError> {
    std::fs::create_dir_all(path.parent().unwrap_or(Path::new(".")))
        .and_then(|()| files::replace(path, bytes, Access::Public))
        // Whatever it is, the log is not to blame.
        .map_err(|error| ReadError::File(error.kind()))
}
