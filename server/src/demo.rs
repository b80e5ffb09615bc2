//! `headcountd demo`: a whole campaign on this machine. The supporters, and the audit at the
//! end, are the real `headcount` program in processes of its own, over real HTTP.

use std::io::IsTerminal as _;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::Arc;
use std::time::{Duration, Instant};

use headcount_protocol::campaign::manifest::{BatchRule, Delay};
use headcount_protocol::identifier::Method;
use headcount_protocol::invitation::InvitationSecret;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::net::TcpListener;
use tokio::process::Command;

use crate::app::App;
use crate::attester::mail::MailConfig;
use crate::clock::Clock;
use crate::config::Config;
use crate::counter::Counter;
use crate::draft::Draft;
use crate::init::{Place, init};
use crate::keys;
use crate::pages::mailbox;
use crate::run::{Stop, serve};
use crate::store::attester::take_serials;

/// One supporter in this many comes with an invitation.
const INVITED_SHARE: u32 = 10;

/// Longest time the last batch may take after the last supporter.
const LAST_BATCH: Duration = Duration::from_secs(60);

type Outcome<T> = Result<T, Box<dyn std::error::Error>>;

/// The options of a demonstration.
#[derive(Clone, Debug, clap::Args)]
pub struct DemoArgs {
    /// Simulated supporters.
    #[arg(long, default_value_t = 1000)]
    pub supporters: u32,
    /// The campaign's threshold.
    #[arg(long, default_value_t = 1000)]
    pub threshold: u64,
    /// Keep the campaign in this new directory; without it, in a temporary one.
    #[arg(long)]
    pub dir: Option<PathBuf>,
    /// End after the audit, with status 0 only if it agrees.
    #[arg(long)]
    pub exit: bool,
    /// Print the summary as JSON.
    #[arg(long)]
    pub json: bool,
    /// Port to listen on; without it, any free one.
    #[arg(long, default_value_t = 0)]
    pub port: u16,
}

/// Runs the demonstration.
///
/// # Errors
/// If a step fails, the demonstration is interrupted before its audit, or the audit does not
/// agree.
pub fn run(args: &DemoArgs) -> Outcome<()> {
    let client = client_program()?;
    // What the supporters keep, and without `--dir` the campaign: gone with this process.
    let scratch = tempfile::tempdir()?;
    let dir = args.dir.clone().unwrap_or_else(|| scratch.path().join("campaign"));
    tokio::runtime::Runtime::new()?.block_on(async {
        let stop = Stop::new();
        stop.on_signals()?;
        let demo = Demo::start(args, &dir, scratch.path(), client, &stop).await?;
        let shown = tokio::select! {
            shown = demo.show() => shown,
            () = stop.stopped() => Err("interrupted before the audit".into()),
        };
        if shown.is_ok() && !args.exit {
            demo.invite_the_reader();
            stop.stopped().await;
        }
        stop.stop();
        demo.server.await??;
        shown
    })
}

struct Demo {
    args: DemoArgs,
    client: PathBuf,
    scratch: PathBuf,
    outbox: PathBuf,
    invitations: PathBuf,
    link: String,
    url: String,
    counter: Arc<Counter>,
    server: tokio::task::JoinHandle<std::io::Result<()>>,
}

impl Demo {
    async fn start(
        args: &DemoArgs,
        dir: &Path,
        scratch: &Path,
        client: PathBuf,
        stop: &Stop,
    ) -> Outcome<Self> {
        let listener = TcpListener::bind(("127.0.0.1", args.port)).await?;
        let listen = listener.local_addr()?;
        let url = format!("http://{listen}");
        let from = "Headcount <no-reply@headcount.example>".to_owned();
        let outbox = Some("outbox".into());
        let mail = MailConfig { from, outbox, ..MailConfig::default() };
        let place = Place { url: url.clone(), listen, mail };
        let campaign = init(dir, &draft(args)?, &place, Clock::System.now())?;

        let config = Config::load(dir)?;
        let mut app = App::start(&config, Clock::System)?;
        let outbox = dir.join("outbox");
        let mailbox = mailbox::router(outbox.clone(), "/style.css".to_owned());
        app.router = app.router.merge(mailbox);
        let counter = app.counter.clone().ok_or("a demonstration has a counter")?;
        let server = tokio::spawn(serve(app, listener, stop.clone()));
        let demo = Self {
            args: args.clone(),
            client,
            scratch: scratch.to_owned(),
            outbox,
            invitations: dir.join("invitations.txt"),
            link: campaign.link(),
            url,
            counter,
            server,
        };
        demo.write_invitations(&config)?;
        Ok(demo)
    }

    fn write_invitations(&self, config: &Config) -> Outcome<()> {
        let campaign = self.counter.campaign();
        let count = self.args.supporters / INVITED_SHARE;
        let invites = |index: u16| campaign.issuer(index).method == Method::Invitation;
        let attester = config.attester.iter().find(|attester| invites(attester.issuer));
        let attester = attester.ok_or("the demonstration's draft has invitations")?;
        let secret = InvitationSecret::new(keys::read_hex(&attester.dir.join("invitation.key"))?);
        let first = take_serials(&attester.dir.join("attester.sqlite"), count)?;
        let mut codes = String::new();
        for serial in first..first + count {
            codes.push_str(&secret.code(&campaign.id, attester.issuer, serial));
            codes.push('\n');
        }
        Ok(keys::write(&self.invitations, codes.as_bytes())?)
    }

    /// Lets the supporters come, waits for the last batch, audits, and sums up.
    async fn show(&self) -> Outcome<()> {
        let began = Instant::now();
        self.tell(&format!(
            "A campaign at {}\nwith {} simulated supporters; each takes every step of the real client.\n",
            self.link, self.args.supporters
        ));
        let crowd = self.crowd().await?;
        self.wait_for_last_batch().await?;
        let seconds = began.elapsed().as_secs_f64();
        let audit = self.audit().await?;
        let summary = self.summary(&crowd, &audit, seconds)?;
        if self.args.json {
            say(&summary.to_string());
        } else {
            say(&readable(&summary));
        }
        let agrees = audit["verdict"] == "agrees"
            && summary["counted"] == json!(self.args.supporters)
            && summary["pledged"] == json!(self.args.supporters);
        if agrees { Ok(()) } else { Err("the audit does not agree with what happened".into()) }
    }

    /// Lets the supporters come, and draws how far they are.
    async fn crowd(&self) -> Outcome<CrowdProgress> {
        let mut crowd = self
            .client()
            .args(["crowd", &self.link, "--progress-json", "--supporters"])
            .arg(self.args.supporters.to_string())
            .arg("--outbox")
            .arg(&self.outbox)
            .arg("--invitations")
            .arg(&self.invitations)
            .stdout(Stdio::piped())
            .spawn()?;
        let bar = self.bar();
        let mut progress = CrowdProgress::default();
        if let Some(stdout) = crowd.stdout.take() {
            let mut lines = BufReader::new(stdout).lines();
            while let Some(line) = lines.next_line().await? {
                if let Ok(next) = serde_json::from_str(&line) {
                    progress = next;
                    bar.set_position(progress.pledged);
                    bar.set_message(format!("{} issued", progress.issued));
                }
            }
        }
        bar.finish_and_clear();
        if crowd.wait().await?.success() {
            Ok(progress)
        } else {
            Err(format!("{} supporters failed; the first says why above", progress.failed).into())
        }
    }

    /// The client, which ends when nobody waits for it any more.
    fn client(&self) -> Command {
        let mut client = Command::new(&self.client);
        client.stdin(Stdio::null()).env("TMPDIR", &self.scratch).kill_on_drop(true);
        // The demonstration is on this machine; no proxy leads to it.
        for name in ["ALL_PROXY", "HTTPS_PROXY", "HTTP_PROXY"] {
            client.env_remove(name).env_remove(name.to_lowercase());
        }
        client
    }

    fn bar(&self) -> ProgressBar {
        let bar = ProgressBar::new(u64::from(self.args.supporters));
        if self.args.json || !std::io::stderr().is_terminal() {
            bar.set_draw_target(ProgressDrawTarget::hidden());
        }
        let style = "  pledged {pos} of {len} [{bar:40}] {elapsed}, {msg}";
        let style = ProgressStyle::with_template(style);
        bar.with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()).progress_chars("=> "))
    }

    async fn wait_for_last_batch(&self) -> Outcome<()> {
        let began = Instant::now();
        loop {
            let counter = self.counter.clone();
            let pending = move || counter.log().pending_count();
            if tokio::task::spawn_blocking(pending).await?? == 0 {
                return Ok(());
            }
            if began.elapsed() > LAST_BATCH {
                return Err("the last batch was not sealed in time".into());
            }
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
    }

    async fn audit(&self) -> Outcome<Value> {
        self.tell("Auditing from the public bytes alone ...");
        let output = self.client().args(["audit", &self.link, "--json"]).output().await?;
        Ok(serde_json::from_slice(&output.stdout)?)
    }

    fn summary(&self, crowd: &CrowdProgress, audit: &Value, seconds: f64) -> Outcome<Value> {
        let issuances = audit["issuance_logs"].as_array().cloned().unwrap_or_default();
        let issued: u64 = issuances.iter().filter_map(|log| log["issued"].as_u64()).sum();
        Ok(json!({
            "campaign": self.counter.campaign().id,
            "link": self.link,
            "supporters": self.args.supporters,
            "issued": issued,
            "pledged": crowd.pledged,
            "counted": audit["sum"],
            "threshold": audit["threshold"]["count"],
            "reached_in_batch": audit["threshold"]["reached_in_batch"],
            "log_size": audit["pledge_log"]["size"],
            "root": audit["pledge_log"]["root"],
            "verdict": audit["verdict"],
            "reason": audit["reason"],
            "findings": audit["findings"].as_array().map_or(0, Vec::len),
            "seconds": (seconds * 10.0).round() / 10.0,
            "peak_memory_mib": peak_memory_mib(),
        }))
    }

    /// What a newcomer can do next.
    fn invite_the_reader(&self) {
        self.tell(&format!(
            "The campaign stays open. Pledge yourself:\n\n    \
             {program} join {link} --class email\n\n\
             Any address will do: the mail it causes is shown at {url}/mail, here in the\n\
             demonstration only.\n\
             The campaign's page is {link}\n\
             Ctrl-C ends it.",
            program = self.client.display(),
            link = self.link,
            url = self.url,
        ));
    }

    fn tell(&self, text: &str) {
        if !self.args.json {
            say(text);
        }
    }
}

/// A line of what `headcount crowd --progress-json` prints.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
struct CrowdProgress {
    issued: u64,
    pledged: u64,
    failed: u64,
}

/// `headcount` lies beside `headcountd`.
fn client_program() -> Outcome<PathBuf> {
    let program = std::env::current_exe()?.with_file_name("headcount");
    if program.is_file() {
        Ok(program)
    } else {
        Err(format!("{}: not there; the demonstration needs it", program.display()).into())
    }
}

fn draft(args: &DemoArgs) -> Outcome<Draft> {
    let mut draft: Draft = toml::from_str(include_str!("demo.toml"))?;
    draft.threshold = args.threshold;
    draft.delay = Delay { minimum: 0, maximum: 2 };
    draft.batch = BatchRule { interval: 1, minimum_size: 50, maximum_wait: 2 };
    Ok(draft)
}

fn readable(summary: &Value) -> String {
    let field = |name: &str| match &summary[name] {
        Value::String(text) => text.clone(),
        Value::Null => "-".to_owned(),
        other => other.to_string(),
    };
    let reached = match summary["reached_in_batch"].as_u64() {
        Some(batch) => format!("with batch {batch}"),
        None => "not yet".to_owned(),
    };
    let rows = [
        ("tokens issued", field("issued")),
        ("pledges taken", field("pledged")),
        ("pledges counted", format!("{} (threshold {})", field("counted"), field("threshold"))),
        ("threshold reached", reached),
        ("pledge log", format!("{} entries", field("log_size"))),
        ("root", field("root")),
        ("recount", format!("{}, unwitnessed", field("verdict"))),
        ("seconds", field("seconds")),
        ("peak memory", format!("{} MiB (server)", field("peak_memory_mib"))),
    ];
    let lines = rows.map(|(name, value)| format!("  {name:<18} {value}\n"));
    format!("\n{}", lines.concat())
}

/// The largest resident size of this process so far.
fn peak_memory_mib() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    Some(line.trim().trim_end_matches(" kB").parse::<u64>().ok()?.div_ceil(1024))
}

#[expect(clippy::print_stdout, reason = "what the demonstration shows")]
fn say(text: &str) {
    println!("{text}");
}
