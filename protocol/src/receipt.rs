//! The counter's signed promise to publish an entry ([spec: pledge §4]).

use serde::{Deserialize, Serialize};

use crate::bytes::public_bytes;
use crate::campaign_id::CampaignId;
use crate::codec::Transcript;
use crate::ed25519::{PublicKey, SecretSeed, Signature, SignatureError};
use sha2::{Digest, Sha256};

public_bytes!(
    /// `SHA-256` of a log entry's bytes.
    EntryHash,
    32
);

impl EntryHash {
    /// The hash of an encoded entry.
    #[must_use]
    pub fn of(entry: &[u8]) -> Self {
        Self(Sha256::digest(entry).into())
    }
}

/// A receipt: the entry with this hash will stand in the log by the end of this batch.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Receipt {
    /// The campaign.
    pub campaign: CampaignId,
    /// Hash of the whole entry.
    pub entry_hash: EntryHash,
    /// Number of the batch, counted from 0.
    pub batch: u64,
    /// The counter's signature over the three.
    pub signature: Signature,
}

impl Receipt {
    /// Signs a promise; the same promise gives the same bytes.
    #[must_use]
    pub fn sign(campaign: CampaignId, entry_hash: EntryHash, batch: u64, key: &SecretSeed) -> Self {
        let signature = key.sign(&message(&campaign, &entry_hash, batch));
        Self { campaign, entry_hash, batch, signature }
    }

    /// Verifies the counter's signature.
    ///
    /// # Errors
    /// [`SignatureError`] if it does not verify under `key`.
    pub fn verify(&self, key: &PublicKey) -> Result<(), SignatureError> {
        key.verify(&message(&self.campaign, &self.entry_hash, self.batch), &self.signature)
    }
}

fn message(campaign: &CampaignId, entry_hash: &EntryHash, batch: u64) -> Vec<u8> {
    Transcript::new("headcount/v1 receipt", campaign)
        .field(entry_hash.as_bytes())
        .field_u64(batch)
        .finish()
}
