//! The end of all secrets that could tell who took part: 48 hours after issuance close
//! ([spec: overview §3]).

use std::sync::Arc;
use std::time::Duration;

use headcount_protocol::campaign::Campaign;
use headcount_protocol::campaign::rules::REPLAY_GRACE;

use crate::attester::Attester;
use crate::clock::Clock;
use crate::guardian::Guardian;
use crate::issuer::{DestroyError, Issuer};

/// How long a failure to destroy something is left alone before it is tried again.
const RETRY: Duration = Duration::from_secs(60);

/// When a campaign's secrets are destroyed: no replay is answered from then on
/// [ATT-10, TOK-5, TAG-24].
#[must_use]
pub fn due(campaign: &Campaign) -> u64 {
    campaign.manifest.schedule.issuance_closes + REPLAY_GRACE
}

/// The roles of this process that hold such secrets.
pub struct Destruction {
    /// Unix time from which on nothing is held.
    pub due: u64,
    /// Their shares.
    pub guardians: Vec<Arc<Guardian>>,
    /// Their keys, and what opens the commitments.
    pub attesters: Vec<Arc<Attester>>,
    /// Their keys and tags.
    pub issuers: Vec<Arc<Issuer>>,
}

impl Destruction {
    /// Waits for the time, then destroys everything, again and again until it is done.
    pub async fn when_due(self, clock: Clock) {
        while clock.now() < self.due {
            tokio::time::sleep(Duration::from_secs(1)).await;
        }
        while let Err(error) = self.destroy() {
            tracing::error!("secrets could not be destroyed, and will be tried again: {error}");
            tokio::time::sleep(RETRY).await;
        }
        tracing::info!("tags, shares and keys of this campaign are destroyed");
    }

    fn destroy(&self) -> Result<(), DestroyError> {
        for guardian in &self.guardians {
            guardian.destroy()?;
        }
        for attester in &self.attesters {
            attester.destroy()?;
        }
        for issuer in &self.issuers {
            issuer.destroy()?;
        }
        Ok(())
    }
}
