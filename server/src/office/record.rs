//! What was signed here: kept before it is sent, so that a lost answer costs nothing and no number
//! is signed twice.
//!
//! | file | what it is |
//! | --- | --- |
//! | `announcement-3` | the bytes that are sent |
//! | `announcement-3.receipt` | the counter's promise, once it has come |
//! | `announcement-3.taken` | instead of the first: another statement has this number |
//! | `announcement-3.refused` | likewise: the counter refuses this one, and the number is free |

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use crate::keys::{self, KeyFileError};

/// The record failed.
#[derive(Debug, thiserror::Error)]
pub enum RecordError {
    /// The file system refused.
    #[error("{}: {source}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The directory cannot be made.
    #[error(transparent)]
    Directory(#[from] KeyFileError),
}

/// Why a statement is put aside.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Refusal {
    /// Another one has its number.
    Taken,
    /// It breaks a rule.
    Refused,
}

/// The statements of one kind that were signed in a directory.
pub struct Record {
    dir: PathBuf,
    kind: &'static str,
}

impl Record {
    /// Uses, and if need be makes, a directory.
    ///
    /// # Errors
    /// [`RecordError`].
    pub fn open(dir: &Path, kind: &'static str) -> Result<Self, RecordError> {
        keys::private_dir(dir)?;
        Ok(Self { dir: dir.to_owned(), kind })
    }

    /// What was signed and neither promised nor put aside, by number.
    ///
    /// # Errors
    /// [`RecordError::Io`].
    pub fn undelivered(&self) -> Result<Vec<(u32, Vec<u8>)>, RecordError> {
        let mut waiting = Vec::new();
        for (number, endings) in self.numbers()? {
            let has = |ending: &str| endings.iter().any(|it| it == ending);
            if has("") && !has(".receipt") {
                let path = self.path(number, "");
                let bytes = fs::read(&path).map_err(|source| RecordError::Io { path, source })?;
                waiting.push((number, bytes));
            }
        }
        Ok(waiting)
    }

    /// The number after all that were promised or are taken.
    ///
    /// # Errors
    /// [`RecordError::Io`].
    pub fn next(&self) -> Result<u32, RecordError> {
        let mut numbers = self.numbers()?;
        numbers.retain(|_, endings| endings.iter().any(|ending| ending != ".refused"));
        Ok(numbers.keys().next_back().map_or(0, |last| last.saturating_add(1)))
    }

    /// Keeps what was signed.
    ///
    /// # Errors
    /// [`RecordError::Io`], also if something else was signed under this number.
    pub fn keep(&self, number: u32, body: &[u8]) -> Result<(), RecordError> {
        self.write(self.path(number, ""), body)
    }

    /// Keeps the counter's promise.
    ///
    /// # Errors
    /// [`RecordError::Io`].
    pub fn keep_receipt(&self, number: u32, json: &[u8]) -> Result<(), RecordError> {
        self.write(self.path(number, ".receipt"), json)
    }

    /// Puts a statement aside; returns where it is now.
    ///
    /// # Errors
    /// [`RecordError::Io`].
    pub fn put_aside(&self, number: u32, refusal: Refusal) -> Result<PathBuf, RecordError> {
        let ending = match refusal {
            Refusal::Taken => ".taken",
            Refusal::Refused => ".refused",
        };
        let path = self.path(number, ending);
        let moved = fs::rename(self.path(number, ""), &path).and_then(|()| self.sync());
        moved.map(|()| path.clone()).map_err(|source| RecordError::Io { path, source })
    }

    /// The numbers in the directory, each with the endings of its files.
    fn numbers(&self) -> Result<BTreeMap<u32, Vec<String>>, RecordError> {
        let io = |source| RecordError::Io { path: self.dir.clone(), source };
        let mut numbers: BTreeMap<u32, Vec<String>> = BTreeMap::new();
        for file in fs::read_dir(&self.dir).map_err(io)? {
            let name = file.map_err(io)?.file_name().to_string_lossy().into_owned();
            let rest = name.strip_prefix(self.kind).and_then(|rest| rest.strip_prefix('-'));
            let Some(rest) = rest else { continue };
            let digits = rest.find('.').unwrap_or(rest.len());
            if let Ok(number) = rest[..digits].parse() {
                numbers.entry(number).or_default().push(rest[digits..].to_owned());
            }
        }
        Ok(numbers)
    }

    fn path(&self, number: u32, ending: &str) -> PathBuf {
        self.dir.join(format!("{}-{number}{ending}", self.kind))
    }

    /// Writes a new file, all of it or nothing, through to the disk.
    fn write(&self, path: PathBuf, bytes: &[u8]) -> Result<(), RecordError> {
        let write = || -> io::Result<()> {
            let mut file = NamedTempFile::new_in(&self.dir)?;
            file.write_all(bytes)?;
            file.as_file().sync_all()?;
            file.persist_noclobber(&path)?;
            self.sync()
        };
        write().map_err(|source| RecordError::Io { path, source })
    }

    fn sync(&self) -> io::Result<()> {
        File::open(&self.dir)?.sync_all()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_free_if_nothing_or_a_refused_statement_has_it() {
        let keep = tempfile::tempdir().unwrap();
        let record = Record::open(keep.path(), "announcement").unwrap();
        let other = Record::open(keep.path(), "amendment").unwrap();
        let state = || (record.next().unwrap(), record.undelivered().unwrap());
        assert_eq!(state(), (0, vec![]));
        record.keep(0, b"a").unwrap();
        assert_eq!(state(), (1, vec![(0, b"a".to_vec())]));
        assert!(record.keep(0, b"b").is_err(), "two statements with one number");
        record.keep_receipt(0, b"{}").unwrap();
        assert_eq!(state(), (1, vec![]));
        record.keep(1, b"c").unwrap();
        record.put_aside(1, Refusal::Taken).unwrap();
        assert_eq!(state(), (2, vec![]));
        record.keep(2, b"d").unwrap();
        record.put_aside(2, Refusal::Refused).unwrap();
        assert_eq!(state(), (2, vec![]));
        record.keep(2, b"e").unwrap();
        assert_eq!(state(), (3, vec![(2, b"e".to_vec())]));
        assert_eq!(other.next().unwrap(), 0);
    }
}
