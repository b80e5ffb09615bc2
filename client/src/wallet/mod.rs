//! The wallet: one directory a campaign, written whole before anything is sent.
//!
//! ```text
//! WALLET/<campaign id>/wallet.json    secrets and state, 0600
//!                      manifest.json  the manifest, whose hash is the campaign id
//!                      lock           held by the one process that may write
//!                      forgotten      what was wallet.json, while it is erased
//! ```

pub mod forget;
pub mod state;
pub mod text;

#[cfg(test)]
mod tests;

use std::fs::{File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

use headcount_protocol::campaign::{Campaign, CampaignId};
use zeroize::Zeroizing;

pub use forget::Remains;
pub use state::{Collected, Record, State, Step};
pub use text::SecretText;

use crate::files::{self, Access};
use crate::link::{FetchError, pinned};

const WALLET: &str = "wallet.json";
const MANIFEST: &str = "manifest.json";
const LOCK: &str = "lock";
const FORGOTTEN: &str = "forgotten";

/// Most bytes of a wallet file: eight tokens and more fit.
const MAX_WALLET: usize = 65_536;

/// Why a wallet cannot be used. No variant holds anything a wallet file holds.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum WalletError {
    /// No place for wallets is known.
    #[error("no directory for wallets is known; name one with --wallet DIR")]
    NoDirectory,
    /// The wallet has nothing of this campaign.
    #[error("the wallet holds nothing of this campaign; run `headcount join LINK` first")]
    Absent,
    /// Erasing it was interrupted.
    #[error("forgetting this campaign was interrupted; run `headcount forget` once more")]
    Forgetting,
    /// Another process works with it.
    #[error("another process is using this wallet; wait until it is done")]
    Locked,
    /// The file system refused.
    #[error("the wallet cannot be read or written: {0}")]
    File(io::ErrorKind),
    /// The file is not a wallet.
    #[error("the wallet file is damaged, or of another version of this program")]
    Malformed,
    /// The manifest beside it is not the campaign's.
    #[error("the manifest in the wallet was altered: {0}")]
    Manifest(#[from] FetchError),
}

impl From<io::Error> for WalletError {
    fn from(error: io::Error) -> Self {
        Self::File(error.kind())
    }
}

/// The directory that holds the wallets of all campaigns.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Store {
    root: PathBuf,
}

/// The wallet of one campaign, locked against other processes.
#[derive(Debug)]
pub struct Wallet {
    path: PathBuf,
    record: Record,
    _lock: File,
}

impl Store {
    /// The store in `root`.
    #[must_use]
    pub const fn new(root: PathBuf) -> Self {
        Self { root }
    }

    /// The store in `given`, else `$HEADCOUNT_WALLET`, else `$XDG_DATA_HOME/headcount`, else
    /// `~/.local/share/headcount`.
    ///
    /// # Errors
    /// [`WalletError::NoDirectory`].
    pub fn locate(given: Option<PathBuf>) -> Result<Self, WalletError> {
        let variable = |name| std::env::var_os(name).filter(|v| !v.is_empty()).map(PathBuf::from);
        given
            .or_else(|| variable("HEADCOUNT_WALLET"))
            .or_else(|| variable("XDG_DATA_HOME").map(|data| data.join("headcount")))
            .or_else(|| variable("HOME").map(|home| home.join(".local/share/headcount")))
            .map(Self::new)
            .ok_or(WalletError::NoDirectory)
    }

    /// The directory.
    #[must_use]
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The campaigns there are wallets of, sorted by id.
    ///
    /// # Errors
    /// [`WalletError::File`].
    pub fn campaigns(&self) -> Result<Vec<CampaignId>, WalletError> {
        let entries = match std::fs::read_dir(&self.root) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            entries => entries?,
        };
        let mut ids = Vec::new();
        for entry in entries {
            let name = entry?.file_name();
            let id = name.to_str().and_then(|name| name.parse().ok());
            let holds = |id: &CampaignId, name| self.directory(id).join(name).exists();
            ids.extend(id.filter(|id| holds(id, WALLET) || holds(id, FORGOTTEN)));
        }
        ids.sort_unstable();
        Ok(ids)
    }

    /// The campaign of a wallet, from the manifest beside it.
    ///
    /// # Errors
    /// [`WalletError::Absent`], [`WalletError::File`], [`WalletError::Manifest`].
    pub fn campaign(&self, id: &CampaignId) -> Result<Campaign, WalletError> {
        let path = self.directory(id).join(MANIFEST);
        let bytes = files::read_bounded(&path, Campaign::MAX_MANIFEST).map_err(absent)?;
        Ok(pinned(&bytes, *id)?)
    }

    /// What the wallet holds now, without a lock: for reports.
    ///
    /// # Errors
    /// [`WalletError::Absent`], [`WalletError::File`], [`WalletError::Malformed`].
    pub fn peek(&self, id: &CampaignId) -> Result<Record, WalletError> {
        read(&self.directory(id))
    }

    /// Opens the wallet of a campaign.
    ///
    /// # Errors
    /// [`WalletError::Absent`], [`WalletError::Locked`], [`WalletError::File`],
    /// [`WalletError::Malformed`], [`WalletError::Forgetting`].
    pub fn open(&self, id: &CampaignId) -> Result<Wallet, WalletError> {
        let path = self.directory(id);
        if !path.join(WALLET).try_exists()? && !path.join(FORGOTTEN).try_exists()? {
            return Err(WalletError::Absent);
        }
        let lock = lock(&path)?;
        files::clear_unfinished(&path.join(WALLET))?;
        Ok(Wallet { record: read(&path)?, path, _lock: lock })
    }

    /// Creates the wallet of a campaign; one that is there is opened and left as it is.
    ///
    /// # Errors
    /// [`WalletError::Locked`], [`WalletError::File`], [`WalletError::Malformed`].
    pub fn create(&self, campaign: &Campaign, record: Record) -> Result<Wallet, WalletError> {
        let path = self.directory(&campaign.id);
        files::create_private_directory(&path)?;
        let lock = lock(&path)?;
        match read(&path) {
            Err(WalletError::Absent) => {}
            record => return Ok(Wallet { record: record?, path, _lock: lock }),
        }
        files::replace(&path.join(MANIFEST), campaign.bytes(), Access::Owner)?;
        let wallet = Wallet { path, record, _lock: lock };
        wallet.save(&wallet.record)?;
        Ok(wallet)
    }

    /// The directory of a campaign's wallet.
    #[must_use]
    pub fn directory(&self, id: &CampaignId) -> PathBuf {
        self.root.join(id.to_string())
    }
}

impl Wallet {
    /// What the wallet holds.
    #[must_use]
    pub const fn record(&self) -> &Record {
        &self.record
    }

    /// Where the supporter stands.
    #[must_use]
    pub const fn state(&self) -> &State {
        &self.record.state
    }

    /// Takes the next state: on disk first, then in memory.
    ///
    /// # Errors
    /// [`WalletError::File`]; the state is then the old one, in memory at least.
    pub fn advance(&mut self, state: State) -> Result<(), WalletError> {
        let record = Record { state, ..self.record.clone() };
        self.save(&record)?;
        self.record = record;
        Ok(())
    }

    /// Goes back to before a code was sent, if one was: the next step has another sent, for the
    /// same request.
    ///
    /// # Errors
    /// A [`WalletError`] if the wallet cannot be written.
    pub fn without_code(mut self) -> Result<Self, WalletError> {
        if let State::Collecting { collected, step: Step::CodeSent { .. } } = &self.record.state {
            let collected = collected.clone();
            self.advance(State::Collecting { collected, step: Step::Prepared })?;
        }
        Ok(self)
    }

    /// Takes another class and region, if no token was asked for yet; says whether it did. An
    /// attempt that was begun is dropped with the old choice.
    ///
    /// # Errors
    /// [`WalletError::File`].
    pub fn choose(&mut self, class: u16, region: u16) -> Result<bool, WalletError> {
        let open = match &self.record.state {
            State::Collecting { collected, step } => {
                collected.is_empty() && !matches!(step, Step::Requested { .. })
            }
            _ => false,
        };
        if open {
            let record = Record::new(class, region, self.record.seed.clone());
            self.save(&record)?;
            self.record = record;
        }
        Ok(open)
    }

    /// Keeps a file beside the wallet, for the owner alone; forgetting erases it too.
    ///
    /// # Errors
    /// [`WalletError::File`].
    pub fn keep(&self, name: &str, bytes: &[u8]) -> Result<PathBuf, WalletError> {
        let path = self.path.join(name);
        files::replace(&path, bytes, Access::Owner)?;
        Ok(path)
    }

    fn save(&self, record: &Record) -> Result<(), WalletError> {
        // Room for the whole file, so that no copy is left behind where the buffer grew.
        let mut bytes = Zeroizing::new(Vec::with_capacity(MAX_WALLET));
        serde_json::to_writer_pretty(&mut *bytes, record).map_err(|_| WalletError::Malformed)?;
        bytes.push(b'\n');
        Ok(files::replace(&self.path.join(WALLET), &bytes, Access::Owner)?)
    }
}

fn read(path: &Path) -> Result<Record, WalletError> {
    let bytes = match files::read_bounded(&path.join(WALLET), MAX_WALLET).map_err(absent) {
        Err(WalletError::Absent) if path.join(FORGOTTEN).try_exists()? => {
            return Err(WalletError::Forgetting);
        }
        bytes => bytes?,
    };
    let bytes = Zeroizing::new(bytes);
    // What serde says may quote the file.
    let record: Record = serde_json::from_slice(&bytes).map_err(|_| WalletError::Malformed)?;
    if record.headcount_wallet == Record::VERSION {
        Ok(record)
    } else {
        Err(WalletError::Malformed)
    }
}

fn absent(error: io::Error) -> WalletError {
    match error.kind() {
        io::ErrorKind::NotFound => WalletError::Absent,
        kind => WalletError::File(kind),
    }
}

fn lock(path: &Path) -> Result<File, WalletError> {
    let mut options = File::options();
    options.create(true).append(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let lock = options.open(path.join(LOCK))?;
    match lock.try_lock() {
        Ok(()) => Ok(lock),
        Err(TryLockError::WouldBlock) => Err(WalletError::Locked),
        Err(TryLockError::Error(error)) => Err(error.into()),
    }
}
