//! Files that are replaced whole or not at all, and erased.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read as _, Seek as _, Write as _};
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
/// directory synced. Whoever reads `path` sees the old bytes or the new ones. What was the owner's
/// alone is overwritten where it stood, as far as the file system allows.
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
    let old = if access == Access::Owner { regular(path)? } else { None };
    fs::rename(&beside, path)?;
    sync_directory(path.parent().unwrap_or(Path::new(".")))?;
    // The new file is there: that the old one cannot be overwritten is no reason to stop.
    let _ = old.map(|old| overwrite(&old));
    Ok(())
}

/// Erases a file: its bytes are overwritten with zeros where they stand and synced, then it is cut
/// to nothing, synced and removed. A link is removed, and what it leads to left. A file that is
/// not there is erased.
///
/// # Errors
/// Whatever the file system answers.
pub fn erase(path: &Path) -> io::Result<()> {
    if let Some(file) = regular(path)? {
        overwrite(&file)?;
        file.set_len(0)?;
        file.sync_all()?;
    }
    remove(path)
}

/// Removes an empty directory, and syncs the one above it.
///
/// # Errors
/// Whatever the file system answers.
pub fn remove_directory(path: &Path) -> io::Result<()> {
    fs::remove_dir(path)?;
    sync_directory(path.parent().unwrap_or(Path::new(".")))
}

/// Moves a file within its directory, and syncs that.
///
/// # Errors
/// Whatever the file system answers.
pub fn rename(from: &Path, to: &Path) -> io::Result<()> {
    fs::rename(from, to)?;
    sync_directory(to.parent().unwrap_or(Path::new(".")))
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

/// The regular file at `path` itself, to be written to where it stands.
fn regular(path: &Path) -> io::Result<Option<File>> {
    match fs::symlink_metadata(path) {
        Ok(found) if found.is_file() => OpenOptions::new().write(true).open(path).map(Some),
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(None),
    }
}

fn overwrite(mut file: &File) -> io::Result<()> {
    let mut left = file.metadata()?.len();
    file.rewind()?;
    while left > 0 {
        let run = left.min(4_096);
        file.write_all(&[0; 4_096][..usize::try_from(run).unwrap_or(4_096)])?;
        left -= run;
    }
    file.sync_all()
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
    fn what_is_replaced_or_erased_is_overwritten() {
        let dir = tempfile::tempdir().unwrap();
        let (path, kept) = (dir.path().join("x"), dir.path().join("kept"));
        fs::write(&path, [7; 5_000]).unwrap();
        fs::hard_link(&path, &kept).unwrap();
        replace(&path, b"new", Access::Owner).unwrap();
        assert_eq!(fs::read(&kept).unwrap(), [0; 5_000]);
        assert_eq!(fs::read(&path).unwrap(), b"new");
        fs::remove_file(&kept).unwrap();
        fs::hard_link(&path, &kept).unwrap();
        erase(&path).unwrap();
        assert_eq!((path.exists(), fs::read(&kept).unwrap().len()), (false, 0));
        erase(&path).unwrap();
        // What others may read is no secret, and may stand in several places.
        fs::write(&kept, b"old").unwrap();
        fs::hard_link(&kept, &path).unwrap();
        replace(&path, b"new", Access::Public).unwrap();
        assert_eq!(fs::read(&kept).unwrap(), b"old");
    }

    #[cfg(unix)]
    #[test]
    fn what_a_link_leads_to_is_left() {
        let dir = tempfile::tempdir().unwrap();
        let (path, link) = (dir.path().join("x"), dir.path().join("link"));
        fs::write(&path, b"x").unwrap();
        for end in [|link: &Path| erase(link), |link: &Path| replace(link, b"y", Access::Owner)] {
            std::os::unix::fs::symlink(&path, &link).unwrap();
            end(&link).unwrap();
            assert_eq!(fs::read(&path).unwrap(), b"x");
        }
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
