//! The counter: redeems tokens, and keeps the public log of pledges ([spec: pledge §2]).
//!
//! | module | what it takes |
//! | --- | --- |
//! | here | pledges |
//! | [`withdraw`] | withdrawals |
//! | [`statements`] | announcements and amendments |
//! | [`close`] | the closing statement |

pub mod close;
pub mod index;
pub mod routes;
pub mod statements;
pub mod withdraw;

use std::sync::Arc;
use std::time::Duration;

use headcount_protocol::campaign::Campaign;
use headcount_protocol::ed25519::SecretSeed;
use headcount_protocol::entry::{Entry, Seal};
use headcount_protocol::pledge::{Pledge, PledgeError};
use headcount_protocol::receipt::{EntryHash, Receipt};

use crate::clock::Clock;
use crate::peer::{Peer, PeerError};
use crate::sequencer::{Log, LogError};
use crate::store::StoreError;
use crate::store::log::OpenBatch;
use index::{Index, Place};

/// Why a pledge was not taken.
#[derive(Debug, thiserror::Error)]
pub enum RedeemError {
    /// Outside of the times of the manifest.
    #[error("the campaign does not take pledges at this time")]
    Closed,
    /// The pledge breaks a rule.
    #[error(transparent)]
    Pledge(#[from] PledgeError),
    /// The log failed.
    #[error(transparent)]
    Log(#[from] LogError),
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// The counter of one campaign.
pub struct Counter {
    campaign: Arc<Campaign>,
    receipt_key: SecretSeed,
    log: Arc<Log>,
    index: Arc<Index>,
    issuance_logs: Vec<Peer>,
    clock: Clock,
}

impl Counter {
    /// A counter with its log, the index the log's observer fills, and where each issuance log
    /// is read.
    #[must_use]
    pub const fn new(
        campaign: Arc<Campaign>,
        receipt_key: SecretSeed,
        log: Arc<Log>,
        index: Arc<Index>,
        issuance_logs: Vec<Peer>,
        clock: Clock,
    ) -> Self {
        Self { campaign, receipt_key, log, index, issuance_logs, clock }
    }

    /// The campaign.
    #[must_use]
    pub const fn campaign(&self) -> &Arc<Campaign> {
        &self.campaign
    }

    /// The pledge log.
    #[must_use]
    pub const fn log(&self) -> &Arc<Log> {
        &self.log
    }

    /// What stands in the log.
    #[must_use]
    pub fn index(&self) -> &Index {
        &self.index
    }

    /// Takes a pledge once, and gives the same receipt for it ever after [PLG-5, HTTP-8]: verified
    /// first [PLG-4], then inserted, then promised.
    ///
    /// # Errors
    /// One variant of [`RedeemError`] for each way in which it is refused.
    pub fn redeem(&self, pledge: Pledge) -> Result<Receipt, RedeemError> {
        let schedule = &self.campaign.manifest.schedule;
        let now = self.clock.now();
        if now < schedule.opens {
            return Err(RedeemError::Closed);
        }
        pledge.verify(&self.campaign)?;
        let nonce = pledge.nonce(&self.campaign.id);
        // Until this is dropped, nobody else looks the nonce up or inserts it [PLG-3].
        let open = self.log.open_batch()?;
        if let Some(place) = self.index.pledge(&nonce) {
            return Ok(self.receipt(place));
        }
        let too_late = now >= schedule.redemption_closes;
        let place = self.take(open, &Entry::Pledge(pledge), too_late)?;
        place.map(|place| self.receipt(place)).ok_or(RedeemError::Closed)
    }

    /// Where the entry with this one's sort key waits in the open batch: one that was there, or
    /// else this one, unless it comes too late or behind the closing statement.
    fn take(
        &self,
        mut open: OpenBatch<'_>,
        entry: &Entry,
        too_late: bool,
    ) -> Result<Option<Place>, StoreError> {
        let key = entry.sort_key(&self.campaign.id);
        let (there, batch) = match open.find(&key)? {
            Some(there) => there,
            None if too_late || self.is_closed(&open)? => return Ok(None),
            // Durable, in the batch that is open [PLG-16]; only then signed [PLG-15].
            None => open.insert(&key, &entry.encode())?,
        };
        Ok(Some(Place { batch, entry_hash: EntryHash::of(&there) }))
    }

    /// Whether the closing statement is in the log or waits for its seal: nothing is taken behind
    /// it [STA-15].
    fn is_closed(&self, open: &OpenBatch<'_>) -> Result<bool, StoreError> {
        Ok(self.index.is_closed() || open.find(&Entry::CLOSING_KEY)?.is_some())
    }

    fn receipt(&self, place: Place) -> Receipt {
        Receipt::sign(self.campaign.id, place.entry_hash, place.batch, &self.receipt_key)
    }

    /// Seals the open batch if it has `at_least` entries; it carries the latest checkpoint of
    /// each issuance log.
    ///
    /// # Errors
    /// [`LogError`].
    pub async fn seal(self: &Arc<Self>, at_least: u64) -> Result<Option<u64>, LogError> {
        let counter = self.clone();
        let waiting = tokio::task::spawn_blocking(move || counter.log.pending_count());
        if unwound(waiting.await)? < at_least {
            return Ok(None);
        }
        let logs = self.issuance_logs.iter().cloned();
        // [WIT-18]
        let path = if self.campaign.has_witnesses() { "/witnessed" } else { "/checkpoint" };
        let reading: Vec<_> = logs.map(|log| tokio::spawn(read_note(log, path))).collect();
        let mut read = Vec::with_capacity(reading.len());
        for checkpoint in reading {
            read.push(unwound(checkpoint.await));
        }
        let counter = self.clone();
        let sealed = tokio::task::spawn_blocking(move || {
            counter.log.seal(at_least, || {
                let issuers = counter.campaign.issuer_indices().zip(read);
                issuers.map(|(issuer, read)| counter.newer_checkpoint(issuer, &read)).collect()
            })
        });
        unwound(sealed.await)
    }

    /// The checkpoint just read, if it is one, witnessed where the manifest names witnesses, and no
    /// older than that of the last seal; else that one again [LOG-28].
    fn newer_checkpoint(&self, issuer: u16, read: &[u8]) -> Vec<u8> {
        let last = self.index.issuance_checkpoint(issuer);
        let open = |note: &[u8]| self.campaign.open_issuance_checkpoint(issuer, note).ok();
        let Some(new) = open(read).filter(|new| self.campaign.suffices(new)) else { return last };
        if open(&last).is_some_and(|last| last.checkpoint.size() > new.checkpoint.size()) {
            return last;
        }
        // A note can be padded with signatures of others: a seal must hold one of each issuer
        // [LOG-29, WIT-6].
        let quorum = usize::from(self.campaign.manifest.witnesses.quorum);
        let note = new.note(quorum).to_string().into_bytes();
        if note.len() > Seal::checkpoint_limit(self.issuance_logs.len()) { last } else { note }
    }
}

/// Reads a note of an issuance log, three times if need be: a seal without it would count less
/// than there is. Empty if it cannot be read.
async fn read_note(log: Peer, path: &'static str) -> Vec<u8> {
    for _ in 0..2 {
        match log.get(path).await {
            Ok(note) => return note,
            // None is witnessed yet.
            Err(PeerError::Status(404)) => return Vec::new(),
            Err(_) => tokio::time::sleep(Duration::from_secs(1)).await,
        }
    }
    log.get(path).await.unwrap_or_default()
}

/// What a task returned; a panic in it goes on here.
fn unwound<T>(joined: Result<T, tokio::task::JoinError>) -> T {
    joined.unwrap_or_else(|panic| std::panic::resume_unwind(panic.into_panic()))
}
