//! Serves the roles until the process is asked to end.

use std::time::Duration;

use axum::Router;
use headcount_protocol::campaign::manifest::BatchRule;
use tokio::net::TcpListener;
use tokio::sync::watch;

use crate::app::App;
use crate::limits;
use crate::sequencer::{LogError, schedule};

/// Longest time that mail which waits is given after the end was asked for.
const MAIL_GRACE: Duration = Duration::from_secs(20);

/// Seconds that requests under way are given.
const REQUEST_GRACE: Duration = Duration::from_secs(20);

/// Tells every part of the process to end.
#[derive(Clone, Debug)]
pub struct Stop(watch::Sender<bool>);

impl Stop {
    /// Nothing is to end yet.
    #[must_use]
    pub fn new() -> Self {
        Self(watch::Sender::new(false))
    }

    /// Ends everything.
    pub fn stop(&self) {
        self.0.send_replace(true);
    }

    /// Waits until the end is asked for.
    pub async fn stopped(&self) {
        let mut receiver = self.0.subscribe();
        let _ = receiver.wait_for(|stop| *stop).await;
    }

    /// Asks for the end on SIGINT and SIGTERM.
    ///
    /// # Errors
    /// The system's, if signals cannot be received.
    pub fn on_signals(&self) -> std::io::Result<()> {
        use tokio::signal::unix::{SignalKind, signal};
        let (mut interrupt, mut terminate) =
            (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
        let stop = self.clone();
        tokio::spawn(async move {
            tokio::select! {
                _ = interrupt.recv() => {}
                _ = terminate.recv() => {}
            }
            stop.stop();
        });
        Ok(())
    }
}

impl Default for Stop {
    fn default() -> Self {
        Self::new()
    }
}

/// Serves an application on a listener, every request bounded; returns after the last request and the last message.
///
/// # Errors
/// The system's, if a guardian's address cannot be bound or connections cannot be accepted.
pub async fn serve(app: App, listener: TcpListener, stop: Stop) -> std::io::Result<()> {
    let App { campaign, router, guardians, counter, issuers, mailers, clock } = app;
    let manifest = &campaign.manifest;
    let rule = manifest.batch;
    let mut tasks = Vec::new();
    for (address, router) in guardians {
        let listener = TcpListener::bind(address).await?;
        tasks.push(tokio::spawn(listen(router, listener, stop.clone())));
    }
    if let Some(counter) = counter {
        let closes = manifest.schedule.redemption_closes;
        let seal = async move |at_least| counter.seal(at_least).await;
        tokio::spawn(on_schedule(rule, closes, clock.clone(), seal));
    }
    for issuer in issuers {
        let closes = manifest.schedule.issuance_closes;
        let seal = async move |at_least| {
            let log = issuer.log().clone();
            let sealed = tokio::task::spawn_blocking(move || log.seal(at_least, Vec::new()));
            sealed.await.unwrap_or_else(|panic| std::panic::resume_unwind(panic.into_panic()))
        };
        tokio::spawn(on_schedule(rule, closes, clock.clone(), seal));
    }
    tokio::select! {
        served = listen(router, listener, stop.clone()) => served?,
        () = async { stop.stopped().await; tokio::time::sleep(REQUEST_GRACE).await } => {}
    }
    for task in tasks {
        task.abort();
    }
    let waiting = mailers.into_iter().map(|mailer| tokio::time::timeout(MAIL_GRACE, mailer));
    for mailer in waiting {
        let _ = mailer.await;
    }
    Ok(())
}

async fn listen(router: Router, listener: TcpListener, stop: Stop) -> std::io::Result<()> {
    axum::serve(listener, limits::bounded(router))
        .with_graceful_shutdown(async move { stop.stopped().await })
        .await
}

/// Seals at every time of the schedule. The task holds nothing that must be ended: a process
/// may die at any point of a seal.
async fn on_schedule(
    rule: BatchRule,
    closes: u64,
    clock: crate::clock::Clock,
    seal: impl AsyncFn(u64) -> Result<Option<u64>, LogError>,
) {
    let mut last = clock.now();
    loop {
        let at = schedule::next(&rule, clock.now());
        while clock.now() < at {
            let wait = Duration::from_secs(at.saturating_sub(clock.now()));
            tokio::time::sleep(wait.min(Duration::from_secs(1))).await;
        }
        if let Err(error) = seal(schedule::entries_needed(&rule, closes, last, at)).await {
            tracing::error!("a batch could not be sealed, and will be tried again: {error}");
        } else {
            last = at;
        }
    }
}
