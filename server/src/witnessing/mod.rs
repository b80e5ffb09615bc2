//! The log's side of its witnesses: submits each checkpoint, collects cosignatures, publishes
//! them, and names who does not cosign ([spec: witness §5]).
//!
//! ```text
//! Log ──published──▶ one task a witness ──add-checkpoint──▶ witness
//!  ▲                        │ cosignature, verified
//!  └── checkpoint, witnessed ◀── Gathered (one a log)
//! ```

mod ask;
mod gathered;
mod submission;

use std::sync::Arc;
use std::time::Duration;

use headcount_protocol::campaign::Campaign;
use headcount_protocol::campaign::values::{BaseUrl, UrlError};
use headcount_protocol::log::{CosignatureKey, ProveError};

use crate::config::WitnessConfig;
use crate::sequencer::files::FileError;
use crate::sequencer::{Log, LogError};
use ask::Ask;
use gathered::Gathered;
use submission::{Next, Submission};

/// Time before the first repetition; it doubles with each.
const FIRST_PAUSE: Duration = Duration::from_secs(1);

/// Longest time between two repetitions.
const LONGEST_PAUSE: Duration = Duration::from_secs(60);

/// Why the configured witnesses are refused.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum WitnessesError {
    /// The manifest does not name it, or the configuration names it twice.
    #[error("the configuration names the witness {0}, which the manifest does not have, or twice")]
    Unknown(String),
    /// The address is none.
    #[error("the URL of the witness {0}: {1}")]
    Url(String, UrlError),
}

/// Why a log has no cosignature of a witness, in words for its operator.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Fault {
    #[error("does not answer")]
    Silent,
    #[error("refuses with status {0}")]
    Refused(u16),
    #[error("answers with what is no cosignature of its key")]
    Nonsense,
    #[error("has seen another history of this log: {0}. Find out why before anything else")]
    OtherHistory(String),
    #[error("cannot be sent a proof: {0}")]
    Proof(#[from] ProveError<FileError>),
    #[error("cannot be served: {0}")]
    Log(#[from] LogError),
}

/// The witnesses that one log is submitted to.
pub struct Witnessing {
    campaign: Arc<Campaign>,
    log: Arc<Log>,
    witnesses: Vec<(CosignatureKey, String)>,
}

/// Checks the configured witnesses against the manifest.
///
/// # Errors
/// [`WitnessesError`].
pub fn check(campaign: &Campaign, configured: &[WitnessConfig]) -> Result<(), WitnessesError> {
    let named = &campaign.manifest.witnesses.keys;
    for (at, WitnessConfig { key, url }) in configured.iter().enumerate() {
        let twice = configured[..at].iter().any(|other| other.key == *key);
        if twice || !named.contains(key) {
            return Err(WitnessesError::Unknown(key.to_string()));
        }
        let refused = |error| WitnessesError::Url(key.name().to_string(), error);
        BaseUrl::parse(url).map_err(refused)?;
    }
    Ok(())
}

/// Tells the operator which witnesses of the manifest have no address.
pub fn warn_of_missing(campaign: &Campaign, configured: &[WitnessConfig]) {
    let named = &campaign.manifest.witnesses.keys;
    for key in named.iter().filter(|key| !configured.iter().any(|it| it.key == **key)) {
        tracing::warn!("witness {} has no address in the configuration: not asked", key.name());
    }
}

impl Witnessing {
    /// Submits `log` to these witnesses, which [`check`] has passed.
    #[must_use]
    pub fn new(campaign: Arc<Campaign>, log: Arc<Log>, configured: &[WitnessConfig]) -> Self {
        let witnesses = configured.iter().map(|it| (it.key.clone(), it.url.clone())).collect();
        Self { campaign, log, witnesses }
    }

    /// Submits every checkpoint, to each witness in a task of its own [WIT-16]; never returns, but
    /// ends where it is dropped.
    pub async fn run(self) {
        let gathered = Arc::new(Gathered::new(self.campaign, self.log.clone()));
        let mut tasks = tokio::task::JoinSet::new();
        for (key, url) in self.witnesses {
            tasks.spawn(follow(self.log.clone(), key, Ask::new(&url), gathered.clone()));
        }
        while let Some(ended) = tasks.join_next().await {
            tracing::error!("a witness is not asked any more: {ended:?}");
        }
        std::future::pending().await
    }
}

/// Submits one log to one witness, for ever [WIT-13].
async fn follow(log: Arc<Log>, key: CosignatureKey, ask: Ask, gathered: Arc<Gathered>) {
    let (mut published, mut known) = (log.published(), 0);
    let (mut pause, mut told) = (FIRST_PAUSE, None);
    loop {
        let size = *published.borrow_and_update();
        match submit(&log, &key, &ask, &mut known, &gathered).await {
            Ok(cosigned) => {
                if told.take().is_some() {
                    tracing::info!("witness {} cosigns {} again", key.name(), log.key().name());
                }
                pause = FIRST_PAUSE;
                if cosigned >= size && published.changed().await.is_err() {
                    return;
                }
            }
            Err(fault) => {
                let text = fault.to_string();
                if told.as_ref() != Some(&text) {
                    report(&fault, &key, &log);
                    told = Some(text);
                }
                tokio::time::sleep(pause).await;
                pause = (2 * pause).min(LONGEST_PAUSE);
            }
        }
    }
}

/// Each fault is named once, until it is over or another [WIT-14].
fn report(fault: &Fault, key: &CosignatureKey, log: &Log) {
    let (witness, log) = (key.name(), log.key().name());
    match fault {
        Fault::OtherHistory(_) => tracing::error!("{log}: witness {witness} {fault}"),
        _ => tracing::warn!("{log}: witness {witness} {fault}"),
    }
}

/// Has the latest checkpoint cosigned, and keeps the cosignature; returns its size. `known` is the
/// size that the witness has cosigned last, as far as is known.
async fn submit(
    log: &Arc<Log>,
    key: &CosignatureKey,
    ask: &Ask,
    known: &mut u64,
    gathered: &Arc<Gathered>,
) -> Result<u64, Fault> {
    let mut submission = {
        let (log, old) = (log.clone(), *known);
        blocking(move || Submission::new(&log, old)).await?
    };
    loop {
        let answer = ask.add_checkpoint(submission.body()).await.ok_or(Fault::Silent)?;
        match submission.take(&answer, key)? {
            Next::Cosigned(line) => {
                let (gathered, size) = (gathered.clone(), submission.size());
                *known = size;
                blocking(move || gathered.add(size, submission.note(), &line)).await?;
                return Ok(size);
            }
            Next::From(old) => {
                *known = old;
                let log = log.clone();
                submission = blocking(move || submission.from(&log, old)).await?;
            }
        }
    }
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, Fault> + Send + 'static,
) -> Result<T, Fault> {
    let done = tokio::task::spawn_blocking(work).await;
    done.unwrap_or_else(|panic| std::panic::resume_unwind(panic.into_panic()))
}
