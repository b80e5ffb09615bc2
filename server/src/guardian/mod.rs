//! The guardian: multiplies blinded elements by its share, and counts ([spec: tag §3]).

pub mod routes;

use headcount_protocol::campaign::CampaignId;
use headcount_protocol::codec::DecodeError;
use headcount_protocol::guardians::{Evaluation, EvaluationRequest, FIRST_EPOCH, KeyShare};

use crate::keys::{Held, KeyFileError};
use crate::random;
use crate::store::StoreError;
use crate::store::guardian::GuardianStore;

/// Why nothing was evaluated.
#[derive(Debug, thiserror::Error)]
pub enum EvaluateError {
    /// Not an evaluation request.
    #[error("not an evaluation request: {0}")]
    Malformed(#[from] DecodeError),
    /// Another campaign's request [TAG-19].
    #[error("this guardian does not serve that campaign")]
    UnknownCampaign,
    /// Another epoch's request [TAG-19].
    #[error("this guardian's share is of another epoch")]
    WrongEpoch,
    /// The share is destroyed.
    #[error("this guardian's share is destroyed")]
    Destroyed,
    /// The count could not be kept, so nothing was evaluated.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// A guardian of one campaign.
pub struct Guardian {
    campaign: CampaignId,
    share: Held<KeyShare>,
    store: GuardianStore,
}

impl Guardian {
    /// A guardian with its share.
    #[must_use]
    pub const fn new(campaign: CampaignId, share: Held<KeyShare>, store: GuardianStore) -> Self {
        Self { campaign, share, store }
    }

    /// Evaluates the elements of a request, after counting them.
    ///
    /// # Errors
    /// One variant of [`EvaluateError`] for each way in which it is refused.
    pub fn evaluate(&self, request: &[u8]) -> Result<Evaluation, EvaluateError> {
        let request = EvaluationRequest::decode(request)?;
        if request.campaign_id != self.campaign {
            return Err(EvaluateError::UnknownCampaign);
        }
        if request.epoch != FIRST_EPOCH {
            return Err(EvaluateError::WrongEpoch);
        }
        let share = self.share.secret().ok_or(EvaluateError::Destroyed)?;
        self.store.count(request.epoch, request.elements.elements().len())?;
        Ok(share.evaluate(&request, &mut random::system()))
    }

    /// Answers nobody any more.
    pub fn forget(&self) {
        self.share.forget();
    }

    /// Whether the share is gone from the disk.
    #[must_use]
    pub fn is_destroyed(&self) -> bool {
        self.share.is_destroyed()
    }

    /// Destroys the share [TAG-24].
    ///
    /// # Errors
    /// [`KeyFileError::Io`].
    pub fn destroy(&self) -> Result<(), KeyFileError> {
        self.share.destroy()
    }
}
