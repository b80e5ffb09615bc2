//! A campaign served in this process on a loopback address, under a clock that the test moves.

use std::ops::Deref;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use headcount_server::app::App;
use headcount_server::attester::mail::MailConfig;
use headcount_server::clock::Clock;
use headcount_server::config::Config;
use headcount_server::counter::Counter;
use headcount_server::draft::Draft;
use headcount_server::init::{Place, init};
use headcount_server::issuer::Issuer;
use headcount_server::run::{Stop, serve};
use tempfile::TempDir;
use tokio::runtime::Runtime;

use crate::remote::Remote;

/// The time at which every served campaign opens.
pub const OPENS: u64 = 1_800_000_000;

/// A served campaign.
pub struct Served {
    remote: Remote,
    now: Arc<AtomicU64>,
    running: Option<Running>,
    _keep: TempDir,
}

struct Running {
    runtime: Runtime,
    counter: Arc<Counter>,
    issuers: Vec<Arc<Issuer>>,
    stop: Stop,
    task: tokio::task::JoinHandle<std::io::Result<()>>,
}

impl Served {
    /// Sets a campaign up in a temporary directory and serves it.
    ///
    /// # Panics
    /// If anything fails.
    #[must_use]
    pub fn new() -> Self {
        let keep = tempfile::tempdir().expect("a temporary directory");
        let dir = keep.path().join("campaign");
        let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
        let listen = listener.local_addr().expect("an address");
        drop(listener);
        let url = format!("http://{listen}");
        let mail = MailConfig {
            from: "Headcount <no-reply@headcount.example>".to_owned(),
            outbox: Some("outbox".into()),
            ..MailConfig::default()
        };
        let place = Place { url: url.clone(), listen, mail };
        let draft: Draft = toml::from_str(include_str!("served.toml")).expect("a draft");
        let campaign = init(&dir, &draft, &place, OPENS).expect("a campaign");
        let now = Arc::new(AtomicU64::new(OPENS));
        let remote = Remote { dir, campaign, url };
        let mut served = Self { remote, now, running: None, _keep: keep };
        served.start();
        served
    }

    /// Serves the directory, again after [`Served::halt`].
    ///
    /// # Panics
    /// If anything fails.
    pub fn start(&mut self) {
        let runtime = Runtime::new().expect("a runtime");
        let config = Config::load(&self.dir).expect("a configuration");
        let clock = Clock::Manual(self.now.clone());
        let stop = Stop::new();
        let (counter, issuers, task) = runtime.block_on(async {
            let app = App::start(&config, clock).expect("the roles start");
            let listener = tokio::net::TcpListener::bind(config.listen).await.expect("the port");
            let counter = app.counter.clone().expect("a counter");
            let issuers = app.issuers.clone();
            (counter, issuers, tokio::spawn(serve(app, listener, stop.clone())))
        });
        self.running = Some(Running { runtime, counter, issuers, stop, task });
    }

    /// Ends the server gracefully.
    ///
    /// # Panics
    /// If it does not run.
    pub fn halt(&mut self) {
        let Running { runtime, counter, issuers, stop, task } =
            self.running.take().expect("it runs");
        drop((counter, issuers));
        stop.stop();
        runtime.block_on(task).expect("no panic").expect("no error");
        runtime.shutdown_timeout(Duration::from_secs(5));
    }

    /// Sets the clock.
    pub fn set_time(&self, now: u64) {
        self.now.store(now, Ordering::SeqCst);
    }

    /// Seals the issuance logs and then the pledge log, whatever is pending.
    ///
    /// # Panics
    /// If a batch cannot be sealed.
    pub fn seal(&self) {
        for issuer in &self.running().issuers {
            issuer.log().seal(1, Vec::new).expect("an issuance batch");
        }
        self.running().runtime.block_on(self.running().counter.seal(1)).expect("a pledge batch");
    }

    fn running(&self) -> &Running {
        self.running.as_ref().expect("it runs")
    }
}

impl Deref for Served {
    type Target = Remote;

    fn deref(&self) -> &Remote {
        &self.remote
    }
}

impl Default for Served {
    fn default() -> Self {
        Self::new()
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        if let Some(running) = self.running.take() {
            running.stop.stop();
            running.runtime.shutdown_background();
        }
    }
}
