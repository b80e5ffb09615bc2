//! A crowd: N supporters who take every step of the real journey, for demonstrations and tests.
//!
//! Each has a wallet of its own and lives in it: whoever has to wait is put aside, and the
//! wallet opened again when the time has come. So at most K threads serve any number of
//! supporters, and every one of them is resumed from disk at every pause.

pub mod mailbox;
pub mod queue;
pub mod supporter;

#[cfg(test)]
mod tests;

use std::io;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use headcount_protocol::campaign::Campaign;
use headcount_protocol::identifier::Method;
use serde::Serialize;

use crate::journey::{ChoiceError, JourneyError, Pause};
use crate::log::IssuanceLogs;
use crate::transport::Channels;
use crate::wallet::{SecretText, Store};
use mailbox::Mailbox;
use queue::Queue;
use supporter::Supporter;

/// What a crowd is to do.
#[derive(Debug)]
pub struct Plan {
    /// How many take part.
    pub supporters: u64,
    /// Directory of the messages, one `.eml` file each.
    pub outbox: PathBuf,
    /// Invitation codes; each is one supporter's, the others use e-mail.
    pub invitations: Vec<SecretText>,
    /// Most supporters at work at once.
    pub parallel: usize,
}

/// Why a crowd did not get through.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum CrowdError {
    /// A file or directory cannot be used.
    #[error("{name} cannot be read or written: {kind}")]
    File {
        /// Which.
        name: &'static str,
        /// Why.
        kind: io::ErrorKind,
    },
    /// The campaign has no class for a method.
    #[error(transparent)]
    Class(#[from] ChoiceError),
    /// Supporters failed.
    #[error("{failed} supporters failed; the first: {first}")]
    Failed {
        /// How many.
        failed: u64,
        /// Why the first did.
        first: String,
    },
}

/// How far a crowd is.
#[derive(Debug, Default)]
pub struct Tally {
    started: AtomicU64,
    issued: AtomicU64,
    pledged: AtomicU64,
    failed: AtomicU64,
}

/// A [`Tally`] at one moment.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, Serialize)]
pub struct Counts {
    /// Supporters who began.
    pub started: u64,
    /// Supporters with a token.
    pub issued: u64,
    /// Supporters with a receipt.
    pub pledged: u64,
    /// Supporters who failed.
    pub failed: u64,
}

impl Tally {
    /// The numbers now.
    #[must_use]
    pub fn counts(&self) -> Counts {
        let read = |count: &AtomicU64| count.load(Ordering::Relaxed);
        Counts {
            started: read(&self.started),
            issued: read(&self.issued),
            pledged: read(&self.pledged),
            failed: read(&self.failed),
        }
    }
}

/// What all threads share.
struct Crowd<'a> {
    campaign: &'a Campaign,
    channels: &'a Channels,
    logs: IssuanceLogs,
    mailbox: Mailbox,
    store: PathBuf,
    queue: Queue,
    tally: &'a Tally,
    first_failure: Mutex<Option<String>>,
    patience: Duration,
}

/// Plays the crowd to its end; `tally` can be watched meanwhile.
///
/// # Errors
/// [`CrowdError`].
pub fn play(
    campaign: &Campaign,
    channels: &Channels,
    plan: &Plan,
    tally: &Tally,
) -> Result<Counts, CrowdError> {
    let supporters = supporter::cast(campaign, plan)?;
    let home = tempfile::tempdir().map_err(|error| file("the temporary directory", &error))?;
    let by_mail = supporters.iter().any(|one| one.method == Method::Email);
    let manifest = &campaign.manifest;
    let waits = manifest.batch.maximum_wait.saturating_add(manifest.delay.maximum);
    let crowd = Crowd {
        campaign,
        channels,
        logs: IssuanceLogs::new(campaign, channels.issuance_log.clone()),
        mailbox: Mailbox::open(&plan.outbox).map_err(|error| file("the outbox", &error))?,
        store: home.path().to_owned(),
        queue: Queue::new(supporters),
        tally,
        first_failure: Mutex::default(),
        patience: Duration::from_secs(waits.saturating_add(120).min(86_400)),
    };
    thread::scope(|scope| {
        let workers: Vec<_> =
            (0..plan.parallel.max(1)).map(|_| scope.spawn(|| crowd.work())).collect();
        let scanner = by_mail.then(|| scope.spawn(|| crowd.mailbox.scan_until(&crowd.queue)));
        let panicked = workers.into_iter().chain(scanner).filter_map(|t| t.join().err()).next();
        if let Some(panic) = panicked {
            std::panic::resume_unwind(panic);
        }
    });
    let counts = tally.counts();
    let first = crowd.first_failure.into_inner().unwrap_or_else(PoisonError::into_inner);
    match first {
        Some(first) => Err(CrowdError::Failed { failed: counts.failed, first }),
        None => Ok(counts),
    }
}

impl Crowd<'_> {
    fn work(&self) {
        while let Some(mut supporter) = self.queue.next() {
            match self.go_on(&mut supporter) {
                Ok(()) => {
                    self.tally.pledged.fetch_add(1, Ordering::Relaxed);
                    self.queue.done();
                }
                Err(JourneyError::Paused(pause)) if !self.is_late(&supporter) => {
                    let wait = match pause {
                        // The mailbox has waited already.
                        Pause::Code => Duration::ZERO,
                        Pause::Issuance => self.logs.interval(),
                        Pause::Delay(at) => {
                            let now = crate::chance::Clock.now();
                            Duration::from_secs(at.saturating_sub(now))
                                .max(Duration::from_millis(100))
                        }
                    };
                    self.queue.put_aside(supporter, Instant::now() + wait);
                }
                Err(error) => {
                    self.tally.failed.fetch_add(1, Ordering::Relaxed);
                    let mut first =
                        self.first_failure.lock().unwrap_or_else(PoisonError::into_inner);
                    first.get_or_insert_with(|| error.to_string());
                    drop(first);
                    self.queue.done();
                }
            }
        }
    }

    fn is_late(&self, supporter: &Supporter) -> bool {
        supporter.began.is_some_and(|began| began.elapsed() > self.patience)
    }

    fn store(&self, supporter: &Supporter) -> Store {
        Store::new(self.store.join(supporter.number.to_string()))
    }
}

fn file(name: &'static str, error: &io::Error) -> CrowdError {
    CrowdError::File { name, kind: error.kind() }
}
