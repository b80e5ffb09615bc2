//! A witness: cosigns checkpoints of logs that only grow ([spec: witness §4]).
//!
//! | module | what it does |
//! | --- | --- |
//! | [`key`] | the witness's name and private key, in a file |
//! | [`state`] | what was cosigned last for one log, on disk before it is said |
//! | [`serve`] | `add-checkpoint` and monitoring over HTTP |
//!
//! ```text
//! DIR/witness.key      name and seed, 0600
//!     lock             keeps a second process out
//!     logs/HEX         the note that was cosigned last, for each log; HEX is SHA-256 of its name
//! ```

pub mod key;
pub mod serve;
pub mod state;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

use headcount_protocol::campaign::Campaign;
use headcount_protocol::log::witness::{AddCheckpoint, Refusal, RequestError};
use headcount_protocol::log::{CosignatureKey, CosignatureSigner, SignatureLine, VerifierKey};

use crate::files;
use state::{StateError, WitnessedLog};

/// Why a witness cannot start.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum WitnessError {
    /// A file cannot be read or written.
    #[error("{}: {kind}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// Why.
        kind: io::ErrorKind,
    },
    /// The directory has a key already.
    #[error("{}: there is a witness already; take another directory", .0.display())]
    Exists(PathBuf),
    /// The key file is not one.
    #[error("{}: not the key of a witness", .0.display())]
    Key(PathBuf),
    /// Another process uses the directory [WIT-11].
    #[error("another process runs this witness")]
    Locked,
    /// Two campaigns have a log of one name with two keys.
    #[error("two campaigns have a log called {0}, with two keys")]
    TwoKeys(String),
    /// What was cosigned last cannot be read [WIT-11].
    #[error(transparent)]
    State(#[from] StateError),
}

/// Why a request was not granted.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum AddError {
    /// It is none.
    #[error(transparent)]
    Request(#[from] RequestError),
    /// The witness refuses.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// What was decided could not be stored, so nothing was signed.
    #[error(transparent)]
    State(#[from] StateError),
}

/// A witness of the logs of some campaigns. While it is there, no other process is.
#[derive(Debug)]
pub struct Witness {
    signer: CosignatureSigner,
    logs: BTreeMap<String, WitnessedLog>,
    _lock: File,
}

impl Witness {
    /// Takes up the witness in `dir`, for the logs of these campaigns.
    ///
    /// # Errors
    /// [`WitnessError`].
    pub fn open(dir: &Path, campaigns: &[Campaign]) -> Result<Self, WitnessError> {
        let signer = key::read(dir)?;
        let lock = lock(dir)?;
        let logs_dir = dir.join("logs");
        files::create_private_directory(&logs_dir)
            .map_err(|error| WitnessError::File { path: logs_dir.clone(), kind: error.kind() })?;
        let mut logs = BTreeMap::<String, WitnessedLog>::new();
        for key in campaigns.iter().flat_map(log_keys) {
            let name = key.name().as_str().to_owned();
            match logs.get(&name) {
                Some(known) if known.key() != key => return Err(WitnessError::TwoKeys(name)),
                Some(_) => {}
                None => {
                    let log = WitnessedLog::open(&logs_dir, key.clone(), signer.key())?;
                    logs.insert(name, log);
                }
            }
        }
        Ok(Self { signer, logs, _lock: lock })
    }

    /// What others verify its cosignatures with.
    #[must_use]
    pub const fn key(&self) -> &CosignatureKey {
        self.signer.key()
    }

    /// The names of the logs it knows.
    pub fn logs(&self) -> impl Iterator<Item = &str> {
        self.logs.keys().map(String::as_str)
    }

    /// Answers one request, at the time `now` in Unix seconds: what was cosigned is on the disk
    /// when this returns.
    ///
    /// # Errors
    /// [`AddError`]; nothing was signed then.
    pub fn add(&self, body: &[u8], now: u64) -> Result<SignatureLine, AddError> {
        let request = AddCheckpoint::decode(body)?;
        match self.logs.get(request.origin()) {
            Some(log) => log.add(&request, &self.signer, now),
            None => Err(Refusal::UnknownLog.into()),
        }
    }

    /// The note that was cosigned last for the log whose name has this hash, in hex [WIT-12].
    #[must_use]
    pub fn latest(&self, hash: &str) -> Option<String> {
        self.logs.values().find(|log| log.hash() == hash)?.latest()
    }
}

/// The pledge log and every issuance log of a campaign.
fn log_keys(campaign: &Campaign) -> impl Iterator<Item = &VerifierKey> {
    let manifest = &campaign.manifest;
    let issuers = manifest.issuers.iter().map(|issuer| &issuer.log.0);
    [&manifest.counter.log.0].into_iter().chain(issuers)
}

fn lock(dir: &Path) -> Result<File, WitnessError> {
    let path = dir.join("lock");
    let error = |error: io::Error| WitnessError::File { path: path.clone(), kind: error.kind() };
    let file = File::options().create(true).truncate(false).write(true).open(&path);
    let file = file.map_err(error)?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(std::fs::TryLockError::WouldBlock) => Err(WitnessError::Locked),
        Err(std::fs::TryLockError::Error(cause)) => Err(error(cause)),
    }
}
