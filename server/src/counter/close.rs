//! Ends the log ([spec: statements §4]).

use std::sync::Arc;

use headcount_protocol::entry::Entry;
use headcount_protocol::statement::{Closing, Office};

use super::Counter;
use crate::sequencer::LogError;
use crate::store::StoreError;

/// Why a log was not closed.
#[derive(Debug, thiserror::Error)]
pub enum CloseError {
    /// [STA-16] Pledges are still taken.
    #[error("the campaign takes pledges until {0} (Unix time)")]
    Early(u64),
    /// The log failed.
    #[error(transparent)]
    Log(#[from] LogError),
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Counter {
    /// Adds the closing statement to all that waits, and seals. A log that is closed stays as it
    /// is; one whose closing statement waits is sealed with that.
    ///
    /// # Errors
    /// [`CloseError`]; a statement that was added stays, and nothing is taken behind it.
    pub async fn close(self: &Arc<Self>, destroyed: Vec<Office>) -> Result<(), CloseError> {
        let closes = self.campaign.manifest.schedule.redemption_closes;
        if self.clock.now() < closes {
            return Err(CloseError::Early(closes));
        }
        self.add_closing(destroyed)?;
        self.seal(1).await?;
        Ok(())
    }

    /// From here on nothing is taken, also by a process that starts after this one has died.
    fn add_closing(&self, destroyed: Vec<Office>) -> Result<(), CloseError> {
        let open = self.log.open_batch()?;
        let closing = Closing::sign(&self.campaign.id, destroyed, &self.receipt_key);
        self.take(open, &Entry::Closing(closing), false)?;
        Ok(())
    }
}
