//! A receipt that was not kept ([spec: evidence §2]).

use serde::{Deserialize, Serialize};

use super::Base64Url;
use crate::campaign::Campaign;
use crate::entry::{Entry, SortKey};
use crate::log::{CheckpointError, Cosigned, Hash, InclusionError, leaf_hash, verify_inclusion};
use crate::receipt::{EntryHash, Receipt, ReceiptError};

/// An entry that stands in the log.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Proved {
    /// Its index.
    pub index: u64,
    /// Its bytes.
    pub entry: Base64Url,
    /// Its inclusion proof.
    pub proof: Vec<Hash>,
}

/// Two neighbours in a batch between which an entry would have to stand, and a receipt for it.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct BrokenPromise {
    /// The manifest's file.
    pub manifest: Base64Url,
    /// The promise.
    pub receipt: Receipt,
    /// The entry it is for.
    pub entry: Base64Url,
    /// The signed note of a checkpoint of the pledge log.
    pub checkpoint: String,
    /// The entry before the batch.
    pub begin: Proved,
    /// The last entry of the batch that sorts before the promised one, or `begin`.
    pub low: Proved,
    /// The entry behind `low`.
    pub high: Proved,
    /// The batch's seal.
    pub end: Proved,
    /// The promised entry, where it stands instead.
    pub elsewhere: Option<Proved>,
}

/// Where the entry stands that was promised for another batch.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Kept {
    /// Behind its batch.
    Late,
    /// Before its batch.
    Early,
    /// Not in its batch; the complaint does not say where else.
    Absent,
}

/// Why a complaint does not show a broken promise: one variant a rule of [spec: evidence §2].
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum BrokenPromiseError {
    /// [EVI-3]
    #[error("the receipt is none for the entry: {0}")]
    Receipt(#[from] ReceiptError),
    /// [EVI-4]
    #[error("the checkpoint is refused: {0}")]
    Checkpoint(#[from] CheckpointError),
    /// [EVI-4]
    #[error("the entry at index {index} is not in the log: {error}")]
    Inclusion {
        /// Its index.
        index: u64,
        /// Why.
        error: InclusionError,
    },
    /// [EVI-5]
    #[error("the seals are not those around the promised batch")]
    Batch,
    /// [EVI-6]
    #[error("the neighbours do not show that the entry is missing between them")]
    Neighbours,
    /// [EVI-7]
    #[error("what stands elsewhere is another entry, or stands in the promised batch")]
    Elsewhere,
}

impl BrokenPromiseError {
    /// The rule's id in the spec.
    #[must_use]
    pub const fn id(&self) -> &'static str {
        match self {
            Self::Receipt(_) => "EVI-3",
            Self::Checkpoint(_) | Self::Inclusion { .. } => "EVI-4",
            Self::Batch => "EVI-5",
            Self::Neighbours => "EVI-6",
            Self::Elsewhere => "EVI-7",
        }
    }
}

impl BrokenPromise {
    /// Checks that the campaign's counter promised the entry and that it is not in its batch. Returns
    /// where it stands, as far as the complaint says, and the checkpoint that shows it.
    ///
    /// # Errors
    /// [`BrokenPromiseError`].
    pub fn check(&self, campaign: &Campaign) -> Result<(Kept, Cosigned), BrokenPromiseError> {
        let promised = &self.entry.0;
        self.receipt.check(campaign, promised)?;
        let cosigned = campaign.open_pledge_checkpoint(self.checkpoint.as_bytes())?;
        let proved = [&self.begin, &self.low, &self.high, &self.end];
        for proved in proved.into_iter().chain(&self.elsewhere) {
            proved.check(&cosigned)?;
        }
        self.check_batch(campaign)?;
        let entry = Entry::decode(promised).map_err(|_| BrokenPromiseError::Neighbours)?;
        self.check_neighbours(campaign, entry.sort_key(&campaign.id))?;
        let kept = match &self.elsewhere {
            None => Kept::Absent,
            Some(there) if EntryHash::of(&there.entry.0) != self.receipt.entry_hash => {
                return Err(BrokenPromiseError::Elsewhere);
            }
            Some(there) if there.index > self.end.index => Kept::Late,
            Some(there) if there.index < self.begin.index => Kept::Early,
            Some(_) => return Err(BrokenPromiseError::Elsewhere),
        };
        Ok((kept, cosigned))
    }

    /// [EVI-5]
    fn check_batch(&self, campaign: &Campaign) -> Result<(), BrokenPromiseError> {
        let before = match (self.receipt.batch.checked_sub(1), self.begin.decode()) {
            (None, Some(Entry::Campaign(id))) => self.begin.index == 0 && id == campaign.id,
            (Some(before), Some(Entry::Seal(seal))) => seal.batch == before,
            _ => false,
        };
        let Some(Entry::Seal(seal)) = self.end.decode() else {
            return Err(BrokenPromiseError::Batch);
        };
        let between = self.end.index.checked_sub(self.begin.index).and_then(|n| n.checked_sub(1));
        let counted = between == Some(u64::from(seal.count));
        let holds = before && counted && seal.batch == self.receipt.batch;
        if holds { Ok(()) } else { Err(BrokenPromiseError::Batch) }
    }

    /// [EVI-6]
    fn check_neighbours(
        &self,
        campaign: &Campaign,
        key: SortKey,
    ) -> Result<(), BrokenPromiseError> {
        let Self { begin, low, high, end, .. } = self;
        let within = begin.index <= low.index
            && low.index.checked_add(1) == Some(high.index)
            && high.index <= end.index;
        let key_of = |proved: &Proved| proved.decode().map(|entry| entry.sort_key(&campaign.id));
        let below = low.index == begin.index
            || key_of(low).is_some_and(|low| low <= key) && low.entry != self.entry;
        let above = high.index == end.index || key_of(high).is_some_and(|high| high > key);
        if within && below && above { Ok(()) } else { Err(BrokenPromiseError::Neighbours) }
    }
}

impl Proved {
    fn decode(&self) -> Option<Entry> {
        Entry::decode(&self.entry.0).ok()
    }

    /// [EVI-4]
    fn check(&self, cosigned: &Cosigned) -> Result<(), BrokenPromiseError> {
        let (size, root) = (cosigned.checkpoint.size(), cosigned.checkpoint.root());
        let index = self.index;
        verify_inclusion(index, size, &leaf_hash(&self.entry.0), &self.proof, root)
            .map_err(|error| BrokenPromiseError::Inclusion { index, error })
    }
}
