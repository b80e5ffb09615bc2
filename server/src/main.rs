//! `headcountd`: runs the server roles of a campaign.

use std::io::IsTerminal as _;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use headcount_protocol::campaign::Campaign;
use headcount_protocol::identifier::Method;
use headcount_protocol::invitation::InvitationSecret;
use headcount_server::app::App;
use headcount_server::attester::mail::MailConfig;
use headcount_server::clock::Clock;
use headcount_server::config::Config;
use headcount_server::demo::{self, DemoArgs};
use headcount_server::draft::Draft;
use headcount_server::init::{Place, init};
use headcount_server::keys;
use headcount_server::office::{amend, announce, close};
use headcount_server::run::{Stop, serve};
use headcount_server::store::attester::take_serials;
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::layer::{Layer as _, SubscriberExt as _};
use tracing_subscriber::util::SubscriberInitExt as _;
use zeroizing_alloc::ZeroAlloc;

/// Identifiers pass through memory: what is freed is wiped.
#[global_allocator]
static ALLOCATOR: ZeroAlloc<std::alloc::System> = ZeroAlloc(std::alloc::System);

/// Counts the people behind a pledge without knowing them: the server.
#[derive(Parser)]
#[command(version, about)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Shows a whole campaign on this machine, with simulated supporters.
    Demo(DemoArgs),
    /// Sets up a campaign in a new directory: keys, manifest and configuration.
    Init(InitArgs),
    /// Serves the roles of a campaign's directory until SIGINT or SIGTERM.
    Serve {
        /// The campaign's directory.
        dir: PathBuf,
    },
    /// Prints single-use invitation codes, one a line. No list of them is kept.
    Invite {
        /// The campaign's directory.
        dir: PathBuf,
        /// How many codes.
        #[arg(long, value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
        count: u32,
        /// Index of the issuer; without it, the only one that takes invitations.
        #[arg(long)]
        issuer: Option<u16>,
    },
    /// Announces something to everybody, signed with organiser.key.
    Announce(announce::AnnounceArgs),
    /// Amends what may change, signed with amendment.key.
    Amend(amend::AmendArgs),
    /// Closes a campaign for good: the last batch, the closing statement, the end of all secrets.
    Close(close::CloseArgs),
}

#[derive(clap::Args)]
struct InitArgs {
    /// The directory to make.
    dir: PathBuf,
    /// Public base URL, without trailing slash: https, or http to a loopback or onion address.
    #[arg(long)]
    url: String,
    /// Address to listen on.
    #[arg(long, default_value = "127.0.0.1:8080")]
    listen: SocketAddr,
    /// The campaign's draft, a TOML file such as spec/examples/half-million.toml.
    #[arg(long, conflicts_with_all = ["title", "threshold"])]
    campaign: Option<PathBuf>,
    /// Without a draft: the campaign's title.
    #[arg(long, required_unless_present = "campaign")]
    title: Option<String>,
    /// Without a draft: pledges to reach.
    #[arg(long, required_unless_present = "campaign")]
    threshold: Option<u64>,
    /// Mail server that sends the codes: smtps://HOST or smtp://HOST:PORT?tls=required. If it asks
    /// for a password, add `user` and `password_file` to [attester.mail] in headcount.toml.
    #[arg(long, requires = "mail_from", conflicts_with = "outbox")]
    smtp: Option<String>,
    /// Sender of the messages with codes, such as "Pledge <code@HOST>". Take a neutral one: a mail
    /// provider sees it.
    #[arg(long)]
    mail_from: Option<String>,
    /// For trials on a loopback address: put each message into the directory "outbox" as a file,
    /// where it stays.
    #[arg(long)]
    outbox: bool,
}

fn main() -> ExitCode {
    log_to_stderr();
    let command = Cli::parse().command;
    let done = keep_to_ourselves().and_then(|()| match command {
        Command::Demo(args) => demo::run(&args),
        Command::Init(args) => run_init(&args),
        Command::Serve { dir } => run_serve(&dir),
        Command::Invite { dir, count, issuer } => run_invite(&dir, count, issuer),
        Command::Announce(args) => announce::run(&args),
        Command::Amend(args) => amend::run(&args),
        Command::Close(args) => close::run(&args),
    });
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            say_error(&*error);
            ExitCode::FAILURE
        }
    }
}

/// Prints our own lines, which name nobody, and without a time: some are about one request. What
/// libraries would say of connections and messages is not printed at any level.
fn log_to_stderr() {
    let ours = Targets::new().with_target("headcount_server", LevelFilter::INFO);
    let printed = tracing_subscriber::fmt::layer()
        .without_time()
        .with_target(false)
        .with_ansi(std::io::stderr().is_terminal())
        .with_writer(std::io::stderr);
    tracing_subscriber::registry().with(printed.with_filter(ours)).init();
}

type Outcome = Result<(), Box<dyn std::error::Error>>;

/// Files are not for others; and a core dump would hold the identifiers of that moment.
fn keep_to_ourselves() -> Outcome {
    // Databases, journals and whatever else is made here are the owner's alone.
    rustix::process::umask(rustix::fs::Mode::from_raw_mode(0o077));
    use rustix::process::{
        DumpableBehavior, Resource, Rlimit, getrlimit, set_dumpable_behavior, setrlimit,
    };
    // A connection is an open file: take as many as the system grants.
    let files = getrlimit(Resource::Nofile);
    setrlimit(Resource::Nofile, Rlimit { current: files.maximum, ..files })?;
    setrlimit(Resource::Core, Rlimit { current: Some(0), maximum: Some(0) })?;
    Ok(set_dumpable_behavior(DumpableBehavior::NotDumpable)?)
}

fn run_init(args: &InitArgs) -> Outcome {
    let draft = match (&args.campaign, &args.title, args.threshold) {
        (Some(path), _, _) => Draft::load(path)?,
        (None, Some(title), Some(threshold)) => Draft::plain(title, threshold),
        (None, _, _) => return Err("name a draft, or a title and a threshold".into()),
    };
    let mail = MailConfig {
        from: args.mail_from.clone().unwrap_or_else(|| "Trial <trial@localhost>".to_owned()),
        smtp: args.smtp.clone(),
        outbox: args.outbox.then(|| "outbox".into()),
        ..MailConfig::default()
    };
    let place = Place { url: args.url.clone(), listen: args.listen, mail };
    let campaign = init(&args.dir, &draft, &place, Clock::System.now())?;
    say(&format!(
        "The campaign is set up in {dir}.\n\n\
         Campaign   {id}\n\
         Link       {link}\n\
         Serve it   headcountd serve {dir}\n\n\
         All keys lie unsealed in this directory, one role's beside the other's: whoever takes\n\
         the disk before the close can test guessed addresses. Move organiser.key and\n\
         amendment.key to another place now.",
        dir = args.dir.display(),
        id = campaign.id,
        link = campaign.link(),
    ));
    Ok(())
}

fn run_serve(dir: &Path) -> Outcome {
    let config = Config::load(dir)?;
    let runtime = tokio::runtime::Runtime::new()?;
    runtime.block_on(async {
        let stop = Stop::new();
        stop.on_signals()?;
        let app = App::start(&config, Clock::System)?;
        let listener = tokio::net::TcpListener::bind(config.listen)
            .await
            .map_err(|error| format!("{}: {error}", config.listen))?;
        say(&format!("Serving {} on {}", app.campaign.link(), listener.local_addr()?));
        serve(app, listener, stop).await?;
        Ok(())
    })
}

fn run_invite(dir: &Path, count: u32, issuer: Option<u16>) -> Outcome {
    let config = Config::load(dir)?;
    let campaign = Campaign::parse(&std::fs::read(&config.manifest)?)?;
    let invites = |index: u16| {
        campaign.find_issuer(index).is_some_and(|issuer| issuer.method == Method::Invitation)
    };
    let mut attesters = config.attester.iter().filter(|attester| {
        invites(attester.issuer) && issuer.is_none_or(|index| index == attester.issuer)
    });
    let (Some(attester), None) = (attesters.next(), attesters.next()) else {
        return Err(
            "no issuer here takes invitations, or several do: name one with --issuer".into()
        );
    };
    if Clock::System.now() >= campaign.manifest.schedule.issuance_closes {
        return Err("the campaign issues no tokens any more: nobody would take a code".into());
    }
    let secret = InvitationSecret::new(keys::read_hex(&attester.dir.join("invitation.key"))?);
    let first = take_serials(&attester.dir.join("attester.sqlite"), count)?;
    for serial in first..first + count {
        say(&secret.code(&campaign.id, attester.issuer, serial));
    }
    Ok(())
}

#[expect(clippy::print_stdout, reason = "the result of a command")]
fn say(text: &str) {
    println!("{text}");
}

#[expect(clippy::print_stderr, reason = "the error of a command")]
fn say_error(error: &dyn std::error::Error) {
    eprintln!("headcountd: {error}");
}
