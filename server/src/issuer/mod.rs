//! The issuer: one blind signature for each person an attester vouches for
//! ([spec: attestation §4], RFC 9578 §6).

pub mod routes;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use headcount_protocol::attestation::{Attestation, AttestationError};
use headcount_protocol::campaign::Campaign;
use headcount_protocol::campaign::rules::REPLAY_GRACE;
use headcount_protocol::entry::Entry;
use headcount_protocol::rsa::{BlindSignError, BlindSigner};
use headcount_protocol::token::{RequestDigest, TokenRequest, TokenResponse};

use crate::clock::Clock;
use crate::keys::{Held, KeyFileError};
use crate::random;
use crate::sequencer::{Log, LogError};
use crate::store::StoreError;
use crate::store::issuer::Registered;
use crate::store::log::LogStore;

/// Answers kept in memory, so that repeating a request costs nothing.
const REPLAYS: usize = 4_096;

/// Why nothing was signed.
#[derive(Debug, thiserror::Error)]
pub enum IssueError {
    /// Outside of the times of the manifest.
    #[error("the campaign does not issue tokens at this time")]
    Closed,
    /// The attestation is refused.
    #[error(transparent)]
    Attestation(#[from] AttestationError),
    /// This person's token was issued to another request, or this request to another person
    /// [ATT-20].
    #[error("another request was signed for this person, or this request for another")]
    TagUsed,
    /// The blinded message is none, or signing failed.
    #[error(transparent)]
    Sign(#[from] BlindSignError),
    /// The log or its database failed.
    #[error(transparent)]
    Log(#[from] LogError),
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Why keys or tags were not destroyed.
#[derive(Debug, thiserror::Error)]
pub enum DestroyError {
    /// A file of keys cannot be overwritten or removed.
    #[error(transparent)]
    File(#[from] KeyFileError),
    /// The tags cannot be deleted.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The log stands in the way.
    #[error(transparent)]
    Log(#[from] LogError),
}

/// One issuer of a campaign.
pub struct Issuer {
    campaign: Arc<Campaign>,
    index: u16,
    signer: Held<BlindSigner>,
    modulus: Vec<u8>,
    store: Arc<LogStore>,
    log: Arc<Log>,
    replays: Mutex<Replays>,
    clock: Clock,
}

/// Answers given, by request; in no order, and which one makes room is random too.
type Replays = HashMap<RequestDigest, TokenResponse>;

impl Issuer {
    /// An issuer with its private key, and its log with the database of both.
    #[must_use]
    pub fn new(
        campaign: Arc<Campaign>,
        index: u16,
        signer: Held<BlindSigner>,
        store: Arc<LogStore>,
        log: Arc<Log>,
        clock: Clock,
    ) -> Self {
        let modulus = campaign.issuer(index).token_key.modulus();
        Self { campaign, index, signer, modulus, store, log, replays: Mutex::default(), clock }
    }

    /// Index of the issuer in the manifest.
    #[must_use]
    pub const fn index(&self) -> u16 {
        self.index
    }

    /// The issuance log.
    #[must_use]
    pub const fn log(&self) -> &Arc<Log> {
        &self.log
    }

    /// The byte by which a request names this issuer's key.
    #[must_use]
    pub fn truncated_key_id(&self) -> u8 {
        self.campaign.issuer(self.index).token_key.id().truncated()
    }

    /// Signs nothing any more, and forgets what was answered.
    pub fn forget(&self) {
        self.signer.forget();
        drop(std::mem::take(&mut *self.replays()));
    }

    /// Destroys the key, the tags and the answers in memory [TOK-5, TAG-24].
    ///
    /// # Errors
    /// The first [`DestroyError`]; the rest is destroyed all the same.
    pub fn destroy(&self) -> Result<(), DestroyError> {
        self.forget();
        // Whatever the log is in the middle of: its entries are not touched.
        let tags = self.store.lock().destroy_tags();
        self.signer.destroy()?;
        Ok(tags?)
    }

    /// Whether the key and the tags are gone from the disk.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn is_destroyed(&self) -> Result<bool, StoreError> {
        Ok(self.signer.is_destroyed() && !self.store.lock().has_tags()?)
    }

    /// Signs a request that an attester vouches for. The same request is answered with the same
    /// bytes [ATT-17, HTTP-7]; the tag is registered before anything is signed [ATT-16].
    ///
    /// # Errors
    /// One variant of [`IssueError`] for each way in which it is refused.
    pub fn issue(
        &self,
        request: &TokenRequest,
        attestation: Attestation,
    ) -> Result<TokenResponse, IssueError> {
        if request.blinded_message[..] >= self.modulus[..] {
            return Err(BlindSignError::MessageRange.into());
        }
        let schedule = &self.campaign.manifest.schedule;
        let now = self.clock.now();
        if now < schedule.opens || now >= schedule.issuance_closes + REPLAY_GRACE {
            return Err(IssueError::Closed);
        }
        let digest = request.digest();
        let key = &self.campaign.issuer(self.index).attester.key;
        // Nobody but the person learns from here on that the tag was used [ATT-18].
        let (tag, vouching) = attestation.verify(&self.campaign.id, self.index, &digest, key)?;
        let entry = Entry::Issuance(vouching);
        let sort_key = entry.sort_key(&self.campaign.id);
        let mut open = self.log.open_batch()?;
        // Without the key nothing is registered either: tags that are destroyed stay so.
        let signer = self.signer.secret().ok_or(IssueError::Closed)?;
        if now >= schedule.issuance_closes {
            // Only replays from here on: the log will publish no new issuance.
            match open.registered(&tag)? {
                Some(there) if there == digest => {}
                Some(_) => return Err(IssueError::TagUsed),
                None if open.is_requested(&digest)? => return Err(IssueError::TagUsed),
                None => return Err(IssueError::Closed),
            }
        } else if open.register(&tag, &digest, &sort_key, &entry.encode())? == Registered::Used {
            return Err(IssueError::TagUsed);
        }
        drop(open);
        self.answer(&signer, digest, request)
    }

    fn answer(
        &self,
        signer: &BlindSigner,
        digest: RequestDigest,
        request: &TokenRequest,
    ) -> Result<TokenResponse, IssueError> {
        if let Some(answer) = self.replays().get(&digest) {
            return Ok(answer.clone());
        }
        let signature = signer.blind_sign(&request.blinded_message, &mut random::system())?;
        let answer = TokenResponse(signature);
        let mut replays = self.replays();
        if replays.len() >= REPLAYS
            && let Some(any) = replays.keys().next().copied()
        {
            replays.remove(&any);
        }
        if self.signer.secret().is_some() {
            replays.insert(digest, answer.clone());
        }
        drop(replays);
        Ok(answer)
    }

    fn replays(&self) -> std::sync::MutexGuard<'_, Replays> {
        self.replays.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
