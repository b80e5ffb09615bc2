//! Secret files: written once for their owner alone, read only if nobody else can, destroyed when
//! their time is over.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read as _, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};

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

/// A secret and the files it lies in, until both are destroyed.
pub struct Held<T> {
    secret: RwLock<Option<Arc<T>>>,
    files: Vec<PathBuf>,
}

impl<T> Held<T> {
    /// A secret that was read from these files; `None` if its time is over.
    #[must_use]
    pub fn new(secret: Option<T>, files: Vec<PathBuf>) -> Self {
        Self { secret: RwLock::new(secret.map(Arc::new)), files }
    }

    /// The secret, while there is one. Whoever holds the answer keeps the secret in memory.
    pub fn secret(&self) -> Option<Arc<T>> {
        self.secret.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Forgets the secret: from here on nobody is answered with it.
    pub fn forget(&self) {
        *self.secret.write().unwrap_or_else(PoisonError::into_inner) = None;
    }

    /// Whether its files are gone, or hold nothing.
    #[must_use]
    pub fn is_destroyed(&self) -> bool {
        self.files.iter().all(|file| is_destroyed(file))
    }

    /// Forgets the secret and destroys its files [ATT-10, TOK-5, TAG-24]; those that are gone
    /// already are none the worse.
    ///
    /// # Errors
    /// The first [`KeyFileError::Io`]; the secret is forgotten and the other files are destroyed
    /// all the same.
    pub fn destroy(&self) -> Result<(), KeyFileError> {
        self.forget();
        let tried: Vec<_> = self.files.iter().map(|file| destroy(file)).collect();
        tried.into_iter().collect()
    }
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

/// Overwrites a secret file with zeros, brings that to the disk, and removes the file. Flash
/// memory and file systems that copy on write may keep the old bytes elsewhere.
///
/// # Errors
/// [`KeyFileError::Io`]; a file that is not there is no error.
pub fn destroy(path: &Path) -> Result<(), KeyFileError> {
    let io = |source| KeyFileError::Io { path: path.to_owned(), source };
    let mut file = match OpenOptions::new().write(true).open(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        file => file.map_err(io)?,
    };
    let length = file.metadata().map_err(io)?.len();
    io::copy(&mut io::repeat(0).take(length), &mut file).map_err(io)?;
    file.sync_all().map_err(io)?;
    fs::remove_file(path).map_err(io)?;
    let dir = path.parent().unwrap_or(path);
    File::open(dir).and_then(|dir| dir.sync_all()).map_err(io)
}

/// Whether a secret file is gone, or holds nothing but the zeros of [`destroy`].
#[must_use]
pub fn is_destroyed(path: &Path) -> bool {
    match fs::read(path).map(Zeroizing::new) {
        Ok(bytes) => bytes.iter().all(|byte| *byte == 0),
        Err(error) => error.kind() == io::ErrorKind::NotFound,
    }
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
