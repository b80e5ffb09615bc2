//! The counter's signed promise to publish an entry ([spec: pledge §4]).

use serde::{Deserialize, Serialize};

use crate::bytes::public_bytes;
use crate::campaign::Campaign;
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

/// Why an answer is no receipt for an entry: [PLG-17].
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum ReceiptError {
    /// Not a JSON object of exactly the four members in their forms.
    #[error("the answer is no receipt")]
    Form,
    /// For another campaign.
    #[error("the receipt is for another campaign")]
    Campaign,
    /// For another entry.
    #[error("the receipt is for another entry")]
    Entry,
    /// Not signed by the counter.
    #[error("the receipt is not signed by the counter")]
    Signature(#[from] SignatureError),
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

    /// Reads a receipt as the counter answers it.
    ///
    /// # Errors
    /// [`ReceiptError::Form`].
    pub fn from_json(json: &[u8]) -> Result<Self, ReceiptError> {
        // The library also takes a list of the values for the object.
        let object = json.trim_ascii_start().starts_with(b"{");
        let receipt = serde_json::from_slice(json).ok().filter(|_| object);
        receipt.ok_or(ReceiptError::Form)
    }

    /// Checks that the campaign's counter promises this entry.
    ///
    /// # Errors
    /// [`ReceiptError::Campaign`], [`ReceiptError::Entry`], [`ReceiptError::Signature`].
    pub fn check(&self, campaign: &Campaign, entry: &[u8]) -> Result<(), ReceiptError> {
        if self.campaign != campaign.id {
            return Err(ReceiptError::Campaign);
        }
        if self.entry_hash != EntryHash::of(entry) {
            return Err(ReceiptError::Entry);
        }
        Ok(self.verify(&campaign.manifest.counter.receipt_key)?)
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
