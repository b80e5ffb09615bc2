//! What a witness has cosigned last for one log: the one thing it must never forget
//! ([spec: witness §4]).

use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use data_encoding::HEXLOWER;
use headcount_protocol::log::witness::AddCheckpoint;
use headcount_protocol::log::{
    Checkpoint, CosignatureKey, CosignatureSigner, Note, SignatureLine, VerifierKey,
};
use sha2::{Digest as _, Sha256};

use super::AddError;
use crate::files::{self, Access};

/// Why what was cosigned last could not be read or written.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum StateError {
    /// The file system refused.
    #[error("{}: {kind}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// Why.
        kind: io::ErrorKind,
    },
    /// The file is not what this witness has written [WIT-11].
    #[error(
        "{}: not a note of this log that this witness has cosigned; without it the key must not \
         be used any more",
        .0.display()
    )]
    Damaged(PathBuf),
}

/// One log, and what was cosigned last for it.
#[derive(Debug)]
pub struct WitnessedLog {
    key: VerifierKey,
    hash: String,
    path: PathBuf,
    /// What the file holds. Decisions are made, and the file is replaced, under this lock alone.
    last: Mutex<Option<Last>>,
}

#[derive(Clone, Debug, Eq, PartialEq)]
struct Last {
    checkpoint: Checkpoint,
    time: u64,
    note: String,
}

impl WitnessedLog {
    /// The log with this key, whose file lies in `dir`.
    ///
    /// # Errors
    /// [`StateError`].
    pub fn open(
        dir: &Path,
        key: VerifierKey,
        witness: &CosignatureKey,
    ) -> Result<Self, StateError> {
        let hash = HEXLOWER.encode(&Sha256::digest(key.name().as_str()));
        let path = dir.join(&hash);
        let last = Mutex::new(read(&path, &key, witness)?);
        Ok(Self { key, hash, path, last })
    }

    /// The log's key.
    #[must_use]
    pub const fn key(&self) -> &VerifierKey {
        &self.key
    }

    /// SHA-256 of the log's name, in lowercase hex.
    #[must_use]
    pub fn hash(&self) -> &str {
        &self.hash
    }

    /// The note that was cosigned last.
    #[must_use]
    pub fn latest(&self) -> Option<String> {
        self.lock().as_ref().map(|last| last.note.clone())
    }

    /// Decides, stores, signs, in this order for everybody else: of two requests at once the
    /// second is decided by what the first has stored [WIT-10].
    ///
    /// # Errors
    /// [`AddError`]; nothing is told to anybody then.
    pub fn add(
        &self,
        request: &AddCheckpoint,
        signer: &CosignatureSigner,
        now: u64,
    ) -> Result<SignatureLine, AddError> {
        let mut last = self.lock();
        let known = last.as_ref().map(|last| &last.checkpoint);
        let checkpoint = request.decide(Some(&self.key), known)?;
        // A clock that was put back does not make an older statement [WIT-9].
        let time = last.as_ref().map_or(now, |last| now.max(last.time));
        let line = signer.cosign(&checkpoint.to_string(), time);
        let note = self.note(request, &line, signer.key())?;
        let next = Last { checkpoint, time, note };
        if let Err(error) = files::replace(&self.path, next.note.as_bytes(), Access::Public) {
            // It may stand on the disk all the same: what is there counts.
            *last = read(&self.path, &self.key, signer.key())?;
            return Err(self.failed(&error).into());
        }
        *last = Some(next);
        Ok(line)
    }

    /// The note with the log's line and the witness's, without whatever else the log has sent.
    fn note(
        &self,
        request: &AddCheckpoint,
        line: &SignatureLine,
        witness: &CosignatureKey,
    ) -> Result<String, StateError> {
        let full = format!("{}{line}\n", bare(&request.note, &self.key));
        let keys = std::slice::from_ref(witness);
        match Checkpoint::open_cosigned(full.as_bytes(), &self.key, keys) {
            Ok(cosigned) if cosigned.witnesses.len() == 1 => Ok(cosigned.note(1).to_string()),
            // Such a file would be none tomorrow.
            _ => Err(StateError::Damaged(self.path.clone())),
        }
    }

    fn failed(&self, error: &io::Error) -> StateError {
        StateError::File { path: self.path.clone(), kind: error.kind() }
    }

    fn lock(&self) -> MutexGuard<'_, Option<Last>> {
        // Memory is changed in one step, after the file.
        self.last.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The note with the lines of the log's key alone.
fn bare(note: &Note, key: &VerifierKey) -> String {
    let lines = note.signatures().iter();
    let of_log = lines.filter(|line| line.id() == key.id() && line.name() == key.name());
    of_log.take(1).fold(format!("{}\n", note.text()), |note, line| format!("{note}{line}\n"))
}

fn read(
    path: &Path,
    key: &VerifierKey,
    witness: &CosignatureKey,
) -> Result<Option<Last>, StateError> {
    let bytes = match files::read_bounded(path, Note::MAX_LEN) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(StateError::File { path: path.to_owned(), kind: error.kind() }),
        Ok(bytes) => bytes,
    };
    parse(&bytes, key, witness).map(Some).ok_or_else(|| StateError::Damaged(path.to_owned()))
}

fn parse(bytes: &[u8], key: &VerifierKey, witness: &CosignatureKey) -> Option<Last> {
    let cosigned = Checkpoint::open_cosigned(bytes, key, std::slice::from_ref(witness)).ok()?;
    let line = cosigned.cosignatures().first()?;
    let time = witness.time_of(&cosigned.checkpoint.to_string(), line)?;
    let note = cosigned.note(1).to_string();
    Some(Last { checkpoint: cosigned.checkpoint, time, note })
}
