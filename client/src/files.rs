//! Files that are replaced whole or not at all.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};

/// Who may read a file that is written.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Access {
    /// The owner alone: 0600.
    Owner,
    /// As the process' mask allows.
    Public,
}

/// Replaces `path` by a file with these bytes: written beside it, synced, renamed, and the
/// directory synced. Whoever reads `path` sees the old bytes or the new ones.
///
/// One process at a time may replace the same path: callers hold a lock, or are the only user.
///
/// # Errors
/// Whatever the file system answers.
pub fn replace(path: &Path, bytes: &[u8], access: Access) -> io::Result<()> {
    let beside = unfinished(path);
    remove(&beside)?;
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    if access == Access::Owner {
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    }
    let mut file = options.open(&beside)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    drop(file);
    fs::rename(&beside, path)?;
    sync_directory(path.parent().unwrap_or(Path::new(".")))
}

/// Removes what a killed [`replace`] left behind.
///
/// # Errors
/// Whatever the file system answers.
pub fn clear_unfinished(path: &Path) -> io::Result<()> {
    remove(&unfinished(path))
}

/// Creates a directory, and those above it, for the owner alone (0700).
///
/// # Errors
/// Whatever the file system answers.
pub fn create_private_directory(path: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)?;
    if let Some(parent) = path.parent() {
        sync_directory(parent)?;
    }
    Ok(())
}

/// Reads a regular file, or one that a link leads to, of at most `limit` bytes. Pipes and devices
/// are refused before they are opened: they may never end, and opening one may wait for ever.
///
/// # Errors
/// Whatever the file system answers; [`io::ErrorKind::FileTooLarge`];
/// [`io::ErrorKind::Unsupported`] if it is no regular file.
pub fn read_bounded(path: &Path, limit: usize) -> io::Result<Vec<u8>> {
    if !fs::metadata(path)?.is_file() {
        return Err(io::ErrorKind::Unsupported.into());
    }
    let limit = u64::try_from(limit).unwrap_or(u64::MAX);
    let mut bytes = Vec::new();
    File::open(path)?.take(limit.saturating_add(1)).read_to_end(&mut bytes)?;
    if u64::try_from(bytes.len()).is_ok_and(|read| read <= limit) {
        Ok(bytes)
    } else {
        Err(io::ErrorKind::FileTooLarge.into())
    }
}

fn unfinished(path: &Path) -> PathBuf {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(".new");
    path.with_file_name(name)
}

fn remove(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

fn sync_directory(path: &Path) -> io::Result<()> {
    let path = if path.as_os_str().is_empty() { Path::new(".") } else { path };
    // Directories cannot be opened, and need not be synced, elsewhere.
    if cfg!(unix) { File::open(path)?.sync_all() } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_replaced_whole() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("wallet.json");
        replace(&path, b"old", Access::Owner).unwrap();
        // What a process that was killed while writing leaves behind.
        fs::write(dir.path().join("wallet.json.new"), b"half").unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"old");
        replace(&path, b"new", Access::Owner).unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"new");
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 1);
    }

    #[cfg(unix)]
    #[test]
    fn private_files_and_directories_are_the_owners() {
        use std::os::unix::fs::PermissionsExt as _;
        let dir = tempfile::tempdir().unwrap();
        let inner = dir.path().join("a/b");
        create_private_directory(&inner).unwrap();
        let path = inner.join("x");
        replace(&path, b"x", Access::Owner).unwrap();
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!((mode(&inner), mode(&path)), (0o700, 0o600));
    }

    #[test]
    fn a_read_is_bounded() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("x");
        fs::write(&path, [0; 11]).unwrap();
        assert_eq!(read_bounded(&path, 11).unwrap().len(), 11);
        assert_eq!(read_bounded(&path, 10).unwrap_err().kind(), io::ErrorKind::FileTooLarge);
    }

    #[cfg(unix)]
    #[test]
    fn only_regular_files_are_read() {
        let dir = tempfile::tempdir().unwrap();
        let link = dir.path().join("link");
        std::os::unix::fs::symlink("/dev/null", &link).unwrap();
        for path in [&link, dir.path()] {
            assert_eq!(read_bounded(path, 10).unwrap_err().kind(), io::ErrorKind::Unsupported);
        }
        fs::remove_file(&link).unwrap();
        fs::write(dir.path().join("x"), b"x").unwrap();
        std::os::unix::fs::symlink("x", &link).unwrap();
        assert_eq!(read_bounded(&link, 10).unwrap(), b"x");
    }
}
