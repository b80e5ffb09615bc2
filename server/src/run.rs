//! Serves the roles until the process is asked to end.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use headcount_protocol::campaign::manifest::BatchRule;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tokio::task::JoinSet;
use tokio::time::Instant;

use crate::app::App;
use crate::attester::Attester;
use crate::clock::Clock;
use crate::destruction::{self, Destruction};
use crate::limits;
use crate::sequencer::{LogError, schedule};

/// Time that mail which waits is given after the end was asked for.
const MAIL_GRACE: Duration = Duration::from_secs(20);

/// Time that requests under way are given.
const REQUEST_GRACE: Duration = Duration::from_secs(20);

/// Time in which the head of a request must have come; also how long a connection may idle.
const HEADERS: Duration = Duration::from_secs(20);

/// Longest head of a request, in bytes; hyper takes no more than 100 fields ([HTTP-16]).
const MAX_HEADERS: usize = 16_384;

/// Connections there can be at once, if the system grants so many open files.
const CONNECTIONS: usize = 2_048;

/// Time after which a connection takes no further request.
const CONNECTION_LIFETIME: Duration = Duration::from_secs(120);

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

    /// Asks for the end on SIGINT and SIGTERM; a second one ends the process where it is, which
    /// loses nothing that was promised.
    ///
    /// # Errors
    /// The system's, if signals cannot be received.
    pub fn on_signals(&self) -> io::Result<()> {
        use tokio::signal::unix::{SignalKind, signal};
        let (mut interrupt, mut terminate) =
            (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
        let stop = self.clone();
        tokio::spawn(async move {
            for first in [true, false] {
                tokio::select! {
                    _ = interrupt.recv() => {}
                    _ = terminate.recv() => {}
                }
                if first {
                    stop.stop();
                }
            }
            std::process::exit(1);
        });
        Ok(())
    }
}

impl Default for Stop {
    fn default() -> Self {
        Self::new()
    }
}

/// Serves an application on a listener, every request bounded; returns after the last request
/// and the last message.
///
/// # Errors
/// The system's, if a guardian's address cannot be bound; an error of its own if a log has
/// stopped sealing.
pub async fn serve(app: App, listener: TcpListener, stop: Stop) -> io::Result<()> {
    let App { campaign, router, guardian_routers, counter, mailers, clock, .. } = app;
    let App { guardians, issuers, attesters, witnessing, .. } = app;
    let manifest = &campaign.manifest;
    let rule = manifest.batch;
    let mut sealing = JoinSet::new();
    if let Some(counter) = counter {
        let closes = manifest.schedule.redemption_closes;
        let seal = async move |at_least| counter.seal(at_least).await;
        sealing.spawn(on_schedule(rule, closes, clock.clone(), seal));
    }
    for issuer in issuers.clone() {
        let closes = manifest.schedule.issuance_closes;
        let seal = async move |at_least| {
            let log = issuer.log().clone();
            let sealed = tokio::task::spawn_blocking(move || log.seal(at_least, Vec::new));
            sealed.await.unwrap_or_else(|panic| std::panic::resume_unwind(panic.into_panic()))
        };
        sealing.spawn(on_schedule(rule, closes, clock.clone(), seal));
    }
    // These end with this function; a log does not wait for them.
    let mut witnesses = JoinSet::new();
    for witnessing in witnessing {
        witnesses.spawn(witnessing.run());
    }
    let forgetting = tokio::spawn(forget_attempts(attesters.clone(), clock.clone()));
    let due = destruction::due(&campaign);
    let destruction = Destruction { due, guardians, attesters, issuers };
    let destroying = tokio::spawn(destruction.when_due(clock));
    let mut listening = JoinSet::new();
    for (address, router) in guardian_routers {
        let listener = TcpListener::bind(address).await?;
        listening.spawn(listen(router, listener, stop.clone()));
    }
    listening.spawn(listen(router, listener, stop.clone()));

    let outcome = tokio::select! {
        () = stop.stopped() => Ok(()),
        // A counter that promises entries and seals none must not go on.
        Some(_) = sealing.join_next() => Err(io::Error::other("a log has stopped sealing")),
    };
    stop.stop();
    witnesses.abort_all();
    forgetting.abort();
    destroying.abort();
    while listening.join_next().await.is_some() {}
    let deadline = Instant::now() + MAIL_GRACE;
    for mailer in mailers {
        let _ = tokio::time::timeout_at(deadline, mailer).await;
    }
    outcome
}

/// Accepts connections until the end is asked for, then gives those there are some time.
async fn listen(router: Router, listener: TcpListener, stop: Stop) {
    let service = TowerToHyperService::new(limits::bounded(router));
    let places = Arc::new(Semaphore::new(connections_granted()));
    let mut connections = JoinSet::new();
    loop {
        let accepted = tokio::select! {
            accepted = accept(&listener, &places) => accepted,
            () = stop.stopped() => break,
        };
        match accepted {
            Ok((stream, place)) => {
                connections.spawn(converse(stream, service.clone(), stop.clone(), place));
            }
            // Too many open files: some will be closed soon.
            Err(_) => tokio::time::sleep(Duration::from_millis(100)).await,
        }
        while connections.try_join_next().is_some() {}
    }
    drop((service, listener));
    let ended = async { while connections.join_next().await.is_some() {} };
    let _ = tokio::time::timeout(REQUEST_GRACE, ended).await;
}

async fn accept(
    listener: &TcpListener,
    places: &Arc<Semaphore>,
) -> io::Result<(TcpStream, OwnedSemaphorePermit)> {
    let place = places.clone().acquire_owned().await.map_err(io::Error::other)?;
    // Nothing behind this knows a client's address [ATT-19].
    let (stream, _) = listener.accept().await?;
    Ok((stream, place))
}

/// One connection, over which requests come one after the other.
async fn converse(
    stream: TcpStream,
    service: TowerToHyperService<Router>,
    stop: Stop,
    _place: OwnedSemaphorePermit,
) {
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEADERS)
        .max_buf_size(MAX_HEADERS)
        .serve_connection(TokioIo::new(stream), service);
    let mut connection = std::pin::pin!(connection);
    tokio::select! {
        _ = connection.as_mut() => return,
        () = stop.stopped() => {}
        () = tokio::time::sleep(CONNECTION_LIFETIME) => {}
    }
    connection.as_mut().graceful_shutdown();
    // Somebody who does not read the answer is not waited for either.
    let _ = tokio::time::timeout(REQUEST_GRACE, connection).await;
}

/// As many connections as leave half of the open files to logs and databases.
fn connections_granted() -> usize {
    let files = rustix::process::getrlimit(rustix::process::Resource::Nofile).current;
    let half = files.map_or(CONNECTIONS, |files| usize::try_from(files / 2).unwrap_or(CONNECTIONS));
    half.min(CONNECTIONS)
}

/// Replaces the keys of attempts when their time is over, also while nobody comes.
async fn forget_attempts(attesters: Vec<Arc<Attester>>, clock: Clock) {
    loop {
        tokio::time::sleep(Duration::from_secs(30)).await;
        for attester in &attesters {
            attester.forget_attempts(clock.now());
        }
    }
}

/// Seals at every time of the schedule, and at no other [LOG-30]. The task holds nothing that must
/// be ended: a process may die at any point of a seal.
async fn on_schedule(
    rule: BatchRule,
    closes: u64,
    clock: Clock,
    seal: impl AsyncFn(u64) -> Result<Option<u64>, LogError>,
) {
    let mut last = clock.now();
    loop {
        let mut at = schedule::next(&rule, clock.now());
        while clock.now() < at {
            let wait = Duration::from_secs(at.saturating_sub(clock.now()));
            tokio::time::sleep(wait.min(Duration::from_secs(1))).await;
            // A clock that was ahead and is put right must not stop the log [LOG-30].
            at = at.min(schedule::next(&rule, clock.now()));
        }
        last = last.min(at);
        if let Err(error) = seal(schedule::entries_needed(&rule, closes, last, at)).await {
            tracing::error!("a batch could not be sealed, and will be tried again: {error}");
        } else {
            last = at;
        }
    }
}
