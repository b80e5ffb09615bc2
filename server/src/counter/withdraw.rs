//! Takes pledges back ([spec: pledge §5]).

use headcount_protocol::ed25519::SignatureError;
use headcount_protocol::entry::Entry;
use headcount_protocol::receipt::Receipt;
use headcount_protocol::withdrawal::Withdrawal;

use super::Counter;
use crate::sequencer::LogError;
use crate::store::StoreError;

/// Why a withdrawal was not taken.
#[derive(Debug, thiserror::Error)]
pub enum WithdrawError {
    /// Outside of the times of the manifest, or behind the closing statement.
    #[error("the campaign does not take withdrawals at this time")]
    Closed,
    /// [PLG-19] Not signed with the pledge's key.
    #[error("the withdrawal is not signed with the key of the pledge")]
    Signature(#[from] SignatureError),
    /// [PLG-20] No such pledge, or none yet.
    #[error("no pledge with this opening stands in a sealed batch; one of the open batch will")]
    UnknownPledge,
    /// The log failed.
    #[error(transparent)]
    Log(#[from] LogError),
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Counter {
    /// Takes a pledge back once, and gives the same receipt for it ever after, whichever signature
    /// comes [PLG-22].
    ///
    /// # Errors
    /// One variant of [`WithdrawError`] for each way in which it is refused.
    pub fn withdraw(&self, withdrawal: Withdrawal) -> Result<Receipt, WithdrawError> {
        let schedule = &self.campaign.manifest.schedule;
        let now = self.clock.now();
        if now < schedule.opens {
            return Err(WithdrawError::Closed);
        }
        withdrawal.verify(&self.campaign.id)?;
        let nonce = withdrawal.nonce(&self.campaign.id);
        // Until this is dropped, nobody else looks the nonce up or inserts it [PLG-21].
        let open = self.log.open_batch()?;
        // The index has sealed batches only: within one batch nothing has an order [PLG-20].
        if self.index.pledge(&nonce).is_none() {
            return Err(WithdrawError::UnknownPledge);
        }
        if let Some(place) = self.index.withdrawal(&nonce) {
            return Ok(self.receipt(place));
        }
        let too_late = now >= schedule.redemption_closes;
        let place = self.take(open, &Entry::Withdrawal(withdrawal), too_late)?;
        place.map(|place| self.receipt(place)).ok_or(WithdrawError::Closed)
    }
}
