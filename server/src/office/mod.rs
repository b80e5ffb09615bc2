//! What offices of a campaign do from the command line: the organisers announce, the holder of the
//! amendment key amends, the counter's operator closes ([spec: statements]).
//!
//! Neither of the first two needs a server's directory: one with `manifest.json` and the key will do,
//! on another machine.

pub mod amend;
pub mod announce;
pub mod close;
pub mod record;

use std::path::{Path, PathBuf};

use headcount_protocol::campaign::{Campaign, ManifestError};
use headcount_protocol::codec::DecodeError;
use headcount_protocol::ed25519::{PublicKey, SecretSeed};
use headcount_protocol::entry::Entry;
use headcount_protocol::receipt::{Receipt, ReceiptError};
use headcount_protocol::statement::{Amendment, Announcement};
use serde_json::Value;

use crate::keys::{self, KeyFileError};
use crate::peer::{Peer, PeerError};
use record::{Record, RecordError, Refusal};

/// Numbers that are tried when the counter says that others are ahead.
const TRIES: usize = 16;

/// Why a statement was not made or not delivered.
#[derive(Debug, thiserror::Error)]
pub enum StateError {
    /// A file cannot be read.
    #[error("{}: {source}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// The manifest is refused.
    #[error(transparent)]
    Manifest(#[from] ManifestError),
    /// The key cannot be read.
    #[error(transparent)]
    Key(#[from] KeyFileError),
    /// The key is not the one of the manifest.
    #[error("{}: not the key the manifest names", .0.display())]
    OtherKey(PathBuf),
    /// What is to be stated is refused before it is signed.
    #[error("{0}")]
    Content(String),
    /// The record of what was signed failed.
    #[error(transparent)]
    Record(#[from] RecordError),
    /// The record does not hold a statement.
    #[error("the record of number {0} is damaged")]
    Damaged(u32),
    /// The counter did not answer as it should.
    #[error("the counter: {0}; run the same command again, and the same bytes are sent")]
    Counter(#[from] PeerError),
    /// The counter does not say how many statements there are.
    #[error("the counter's count.json is not what it should be")]
    Count,
    /// The counter answered with something that is no receipt for what was sent.
    #[error("the counter's receipt is refused: {0}")]
    Receipt(#[from] ReceiptError),
    /// The log is closed.
    #[error("the log of this campaign is closed")]
    Closed,
    /// The counter refuses what was signed; it is put aside.
    #[error("the counter refuses it; it is put aside as {}", .0.display())]
    Refused(PathBuf),
    /// The counter calls every number taken.
    #[error("the counter says of {TRIES} numbers in a row that they are taken")]
    Numbers,
}

/// A statement that the counter has promised to publish.
#[derive(Clone, Copy, Debug)]
pub struct Delivered {
    /// Its number.
    pub number: u32,
    /// The promise.
    pub receipt: Receipt,
}

/// One office at its desk: a campaign's directory, and the counter.
pub struct Desk {
    /// The campaign.
    pub campaign: Campaign,
    dir: PathBuf,
    counter: Peer,
    record: Record,
    kind: Kind,
}

/// What an office states.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Kind {
    /// Announcements.
    Announcement,
    /// Amendments.
    Amendment,
}

impl Kind {
    const fn name(self) -> &'static str {
        match self {
            Self::Announcement => "announcement",
            Self::Amendment => "amendment",
        }
    }

    /// The entry that a delivered statement becomes.
    fn entry(self, body: &[u8]) -> Result<Vec<u8>, DecodeError> {
        let entry = match self {
            Self::Announcement => Entry::Announcement(Announcement::decode(body)?),
            Self::Amendment => Entry::Amendment(Amendment::decode(body)?),
        };
        Ok(entry.encode())
    }
}

impl Desk {
    /// Opens a directory with a manifest, and the record of what was signed there.
    ///
    /// # Errors
    /// [`StateError::Read`], [`StateError::Manifest`], [`StateError::Record`].
    pub fn open(dir: &Path, kind: Kind) -> Result<Self, StateError> {
        let campaign = Campaign::parse(&read(&dir.join("manifest.json"))?)?;
        let counter = Peer::remote(campaign.manifest.counter.url.as_str());
        let record = Record::open(&dir.join("statements"), kind.name())?;
        Ok(Self { campaign, dir: dir.to_owned(), counter, record, kind })
    }

    /// The secret half of a key of the manifest.
    ///
    /// # Errors
    /// [`StateError::Key`], [`StateError::OtherKey`].
    pub fn key(&self, file: &str, public: &PublicKey) -> Result<SecretSeed, StateError> {
        let path = self.dir.join(file);
        let key = SecretSeed::from(*keys::read_hex(&path)?);
        if key.public_key() == *public { Ok(key) } else { Err(StateError::OtherKey(path)) }
    }

    /// The number that would be signed next, as far as is known here.
    ///
    /// # Errors
    /// [`StateError::Counter`], [`StateError::Record`].
    pub async fn next(&self) -> Result<u32, StateError> {
        let count = self.counter.get("/count.json").await?;
        let count: Value = serde_json::from_slice(&count).unwrap_or_default();
        let sealed = count[format!("{}s", self.kind.name())].as_u64();
        let sealed = sealed.and_then(|sealed| u32::try_from(sealed).ok());
        let sealed = sealed.ok_or(StateError::Count)?;
        Ok(sealed.max(self.record.next()?))
    }

    /// Sends what was signed and has no receipt yet; then signs, unless `same` says that this was
    /// it, under the next number. Every statement is recorded before it is sent, so that none is
    /// signed twice under one number.
    ///
    /// # Errors
    /// [`StateError`]; running it again sends the same bytes.
    pub async fn state(
        &self,
        same: impl Fn(&[u8]) -> bool,
        sign: impl Fn(u32) -> Result<Vec<u8>, StateError>,
    ) -> Result<Delivered, StateError> {
        for (number, body) in self.record.undelivered()? {
            match self.deliver(number, &body).await? {
                Some(delivered) if same(&body) => return Ok(delivered),
                _ => {}
            }
        }
        for _ in 0..TRIES {
            let number = self.next().await?;
            let body = sign(number)?;
            self.record.keep(number, &body)?;
            if let Some(delivered) = self.deliver(number, &body).await? {
                return Ok(delivered);
            }
        }
        Err(StateError::Numbers)
    }

    /// Sends the bytes and keeps the receipt; `None` if another statement has the number.
    async fn deliver(&self, number: u32, body: &[u8]) -> Result<Option<Delivered>, StateError> {
        let path = format!("/{}", self.kind.name());
        let entry = self.kind.entry(body).map_err(|_| StateError::Damaged(number))?;
        let answer = match self.counter.post(&path, body.to_vec()).await {
            Err(PeerError::Status(403)) => return Err(StateError::Closed),
            Err(PeerError::Status(409)) => {
                self.record.put_aside(number, Refusal::Taken)?;
                return Ok(None);
            }
            Err(PeerError::Status(400 | 413 | 422)) => {
                let aside = self.record.put_aside(number, Refusal::Refused)?;
                return Err(StateError::Refused(aside));
            }
            answer => answer?,
        };
        let receipt = Receipt::from_json(&answer)?;
        receipt.check(&self.campaign, &entry)?;
        self.record.keep_receipt(number, &answer)?;
        Ok(Some(Delivered { number, receipt }))
    }
}

/// Reads a file.
///
/// # Errors
/// [`StateError::Read`].
pub fn read(path: &Path) -> Result<Vec<u8>, StateError> {
    std::fs::read(path).map_err(|source| StateError::Read { path: path.to_owned(), source })
}

/// Runs one of the commands to its end.
fn wait<T>(work: impl Future<Output = T>) -> std::io::Result<T> {
    Ok(tokio::runtime::Runtime::new()?.block_on(work))
}

/// The answer of the counter, for people.
fn say_delivered(delivered: &Delivered) {
    let Delivered { number, receipt } = delivered;
    say(&format!("Number {number} will stand in batch {}; the receipt is kept.", receipt.batch));
}

#[expect(clippy::print_stdout, reason = "the result of a command")]
fn say(text: &str) {
    println!("{text}");
}
