//! Secret files: written once for their owner alone, read only if nobody else can.

use std::fs::{self, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

use data_encoding::HEXLOWER;
use zeroize::Zeroizing;

/// Why a secret could not be read or written.
#[derive(Debug, thiserror::Error)]
pub enum KeyFileError {
    /// The file system refused.
    #[error("{}: {source}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// Others than the owner may read the file.
    #[error("{}: others can read this key; chmod 600 it", .0.display())]
    Exposed(PathBuf),
    /// The file does not hold what it should.
    #[error("{}: not a key of the right kind", .0.display())]
    Content(PathBuf),
}

/// Makes a directory that only its owner can enter.
///
/// # Errors
/// [`KeyFileError::Io`].
pub fn private_dir(path: &Path) -> Result<(), KeyFileError> {
    let io = |source| KeyFileError::Io { path: path.to_owned(), source };
    fs::DirBuilder::new().recursive(true).mode(0o700).create(path).map_err(io)
}

/// Writes a secret to a new file of mode 0600, and through to the disk.
///
/// # Errors
/// [`KeyFileError::Io`], also if the file exists.
pub fn write(path: &Path, secret: &[u8]) -> Result<(), KeyFileError> {
    let io = |source| KeyFileError::Io { path: path.to_owned(), source };
    let mut options = OpenOptions::new();
    let mut file = options.write(true).create_new(true).mode(0o600).open(path).map_err(io)?;
    file.write_all(secret).and_then(|()| file.sync_all()).map_err(io)
}

/// 32 secret bytes as one line of hex, which [`read_hex`] reads.
#[must_use]
pub fn hex_line(secret: &[u8; 32]) -> Zeroizing<Vec<u8>> {
    let mut line = Zeroizing::new(vec![b'\n'; 65]);
    HEXLOWER.encode_mut(secret, &mut line[..64]);
    line
}

/// Reads a secret.
///
/// # Errors
/// [`KeyFileError::Io`], [`KeyFileError::Exposed`].
pub fn read(path: &Path) -> Result<Zeroizing<Vec<u8>>, KeyFileError> {
    let io = |source| KeyFileError::Io { path: path.to_owned(), source };
    if fs::metadata(path).map_err(io)?.permissions().mode() & 0o077 != 0 {
        return Err(KeyFileError::Exposed(path.to_owned()));
    }
    fs::read(path).map(Zeroizing::new).map_err(io)
}

/// Reads a file with a [`hex_line`].
///
/// # Errors
/// As [`read`], and [`KeyFileError::Content`].
pub fn read_hex(path: &Path) -> Result<Zeroizing<[u8; 32]>, KeyFileError> {
    let content = || KeyFileError::Content(path.to_owned());
    let line = read(path)?;
    let line = line.strip_suffix(b"\n").unwrap_or(&line);
    let bytes = Zeroizing::new(HEXLOWER.decode(line).map_err(|_| content())?);
    let bytes: &[u8; 32] = bytes[..].try_into().map_err(|_| content())?;
    Ok(Zeroizing::new(*bytes))
}
