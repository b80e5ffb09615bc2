//! The end of all secrets that could tell who took part: 48 hours after issuance close
//! ([spec: overview §3]).

use std::sync::Arc;
use std::time::{Duration, Instant};

use headcount_protocol::campaign::Campaign;
use headcount_protocol::campaign::rules::REPLAY_GRACE;

use crate::attester::Attester;
use crate::clock::Clock;
use crate::guardian::Guardian;
use crate::issuer::{DestroyError, Issuer};

/// How long a failure to destroy something is left alone before it is tried again.
const RETRY: Duration = Duration::from_secs(60);

/// When a campaign's secrets are destroyed [ATT-10, TOK-5, TAG-24]: from then on no request is
/// replayed.
#[must_use]
pub fn due(campaign: &Campaign) -> u64 {
    campaign.manifest.schedule.issuance_closes + REPLAY_GRACE
}

/// Waits until the clock has said for a while, without a break, that it is time: what a clock that
/// was wrong for a moment has ended, nobody brings back.
pub async fn settled(clock: &Clock, due: u64) {
    let mut since = Instant::now();
    while clock.now() < due || since.elapsed() < clock.doubt() {
        tokio::time::sleep(Duration::from_secs(1)).await;
        if clock.now() < due {
            since = Instant::now();
        }
    }
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
        settled(&clock, self.due).await;
        let this = Arc::new(self);
        loop {
            let all = this.clone();
            // A panic is one more way to fail.
            match tokio::task::spawn_blocking(move || all.destroy()).await {
                Ok(Ok(())) => break,
                Ok(Err(error)) => {
                    tracing::error!("secrets are not destroyed, and will be tried again: {error}");
                }
                Err(_) => tracing::error!("secrets are not destroyed, and will be tried again"),
            }
            tokio::time::sleep(RETRY).await;
        }
        tracing::info!("tags, shares and keys of this campaign are destroyed");
    }

    /// Destroys all there is, also after one of them has failed.
    ///
    /// # Errors
    /// The first [`DestroyError`].
    pub fn destroy(&self) -> Result<(), DestroyError> {
        self.guardians.iter().for_each(|it| it.forget());
        self.attesters.iter().for_each(|it| it.forget());
        self.issuers.iter().for_each(|it| it.forget());
        let mut tried: Vec<Result<(), DestroyError>> = Vec::new();
        tried.extend(self.guardians.iter().map(|it| Ok(it.destroy()?)));
        tried.extend(self.attesters.iter().map(|it| Ok(it.destroy()?)));
        tried.extend(self.issuers.iter().map(|it| it.destroy()));
        tried.into_iter().collect()
    }
}
