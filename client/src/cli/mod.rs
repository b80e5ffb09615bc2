//! The command line: one struct a command, one file a command.

mod archive;
mod audit;
mod certificate;
mod complaint;
mod crowd;
mod export;
mod forget;
mod hint;
mod join;
mod output;
mod phrase;
mod restore;
mod seal;
mod status;
mod submit;
mod terminal;
mod verify;
mod watch;
mod wishes;
mod withdraw;
mod witness;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand};
use headcount_protocol::campaign::CampaignId;
use headcount_protocol::certificate::Bound;

use crate::exit::{self, Exit, Failure};
use crate::link::Link;
use crate::process;
use crate::wallet::Store;
use hint::Hint;
use output::Output;

/// Pledge, verify and audit: count the people, never name them.
#[derive(Debug, Parser)]
#[command(name = "headcount", version, about, after_help = exit::TABLE)]
pub struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Join(join::Join),
    Status(Status),
    Verify(Verify),
    Seal(seal::Seal),
    Submit(submit::Submit),
    Withdraw(withdraw::Withdraw),
    Forget(forget::Forget),
    Phrase(phrase::Phrase),
    Restore(restore::Restore),
    Audit(Audit),
    Watch(watch::WatchArgs),
    Export(export::Export),
    Archive(archive::ArchiveArgs),
    #[command(subcommand)]
    Certificate(Certificate),
    Witness(witness::WitnessArgs),
    Crowd(CrowdArgs),
}

/// Where the wallet is.
#[derive(Args, Debug)]
struct WalletArgs {
    /// Directory of the wallet [default: $HEADCOUNT_WALLET, else
    /// $XDG_DATA_HOME/headcount, else ~/.local/share/headcount]
    #[arg(long, value_name = "DIR")]
    wallet: Option<PathBuf>,
}

impl WalletArgs {
    fn store(&self) -> Result<Store, Failure> {
        Ok(Store::locate(self.wallet.clone())?)
    }

    /// What is shown for later, of the campaign with this link.
    fn hint(&self, link: String) -> Hint {
        Hint { link, directory: self.wallet.clone() }
    }
}

/// Show where you stand in each campaign. Nothing is sent.
#[derive(Args, Debug)]
#[command(after_help = exit::TABLE)]
struct Status {
    /// One campaign, by link or id
    #[arg(value_name = "LINK|ID", value_parser = campaign_id)]
    campaign: Option<CampaignId>,
    #[command(flatten)]
    wallet: WalletArgs,
    /// Print the result as JSON
    #[arg(long)]
    json: bool,
}

/// Check that your pledge stands in the public log, by reading whole batches of it.
#[derive(Args, Debug)]
#[command(after_help = exit::TABLE)]
struct Verify {
    /// The campaign, by link or id
    #[arg(value_name = "LINK|ID", value_parser = campaign_id)]
    campaign: CampaignId,
    #[command(flatten)]
    wallet: WalletArgs,
    /// Print the result as JSON
    #[arg(long)]
    json: bool,
}

/// Recount a campaign from its public bytes: every signature, every hash, every bound.
#[derive(Args, Debug)]
#[command(after_help = exit::TABLE)]
struct Audit {
    /// The campaign's link, or the directory of a mirror
    #[arg(value_name = "LINK|DIR", required_unless_present = "complaint")]
    target: Option<String>,
    /// Look into a complaint instead, and with LINK or DIR into the log it is about
    #[arg(long, value_name = "FILE", conflicts_with_all = ["state", "mirror"])]
    complaint: Option<PathBuf>,
    /// Id the campaign must have
    #[arg(long, value_name = "ID")]
    campaign: Option<CampaignId>,
    /// File that remembers this audit, so that the next one sees a log that shrank or forked
    #[arg(long, value_name = "FILE")]
    state: Option<PathBuf>,
    /// Directory to keep everything that is read in
    #[arg(long, value_name = "DIR")]
    mirror: Option<PathBuf>,
    /// Print the result as JSON
    #[arg(long)]
    json: bool,
}

/// Make or check a threshold certificate: one file that shows, without any network, how many
/// distinct pledges stand in a log at least.
#[derive(Debug, Subcommand)]
#[command(after_help = exit::TABLE)]
enum Certificate {
    Make(CertificateMake),
    Check(CertificateCheck),
}

/// Make a certificate from a campaign's pledge log.
#[derive(Args, Debug)]
#[command(after_help = exit::TABLE)]
struct CertificateMake {
    /// The campaign's link, or the directory of a mirror
    #[arg(value_name = "LINK|DIR")]
    target: String,
    /// File to write
    #[arg(long, value_name = "FILE")]
    output: PathBuf,
    /// Id the campaign must have
    #[arg(long, value_name = "ID")]
    campaign: Option<CampaignId>,
    /// Share of the listed pledges to leave in doubt, in thousandths
    #[arg(long, value_name = "THOUSANDTHS", default_value = "20", value_parser = certificate::bound)]
    doubt: Bound,
    /// Print the result as JSON
    #[arg(long)]
    json: bool,
}

/// Check a certificate from its own bytes, and say what it shows and what it does not.
#[derive(Args, Debug)]
#[command(after_help = exit::TABLE)]
struct CertificateCheck {
    /// The certificate
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// The campaign it must be of, by link or id
    #[arg(long, value_name = "LINK|ID", value_parser = campaign_id)]
    campaign: Option<CampaignId>,
    /// Largest share of the listed pledges that it may leave in doubt, in thousandths
    #[arg(long, value_name = "THOUSANDTHS", default_value = "20", value_parser = certificate::bound)]
    doubt: Bound,
    /// Print the result as JSON
    #[arg(long)]
    json: bool,
}

/// Play many supporters against a demonstration server.
#[derive(Args, Debug)]
#[command(name = "crowd", hide = true, after_help = exit::TABLE)]
struct CrowdArgs {
    /// The campaign's link
    link: Link,
    /// How many supporters
    #[arg(long, value_name = "N")]
    supporters: u64,
    /// Directory into which the server writes messages
    #[arg(long, value_name = "DIR")]
    outbox: PathBuf,
    /// File of invitation codes, one a line; each is used by one of the supporters
    #[arg(long, value_name = "FILE")]
    invitations: Option<PathBuf>,
    /// Most supporters at work at once
    #[arg(long, value_name = "K", default_value_t = 32, value_parser = clap::value_parser!(u16).range(1..=1024))]
    parallel: u16,
    /// Print one line of JSON each half second
    #[arg(long)]
    progress_json: bool,
}

/// Runs the command line.
#[must_use]
pub fn run() -> ExitCode {
    let cli = Cli::parse();
    // What is there to be shared others may read; all else that is written is the owner's.
    if !matches!(
        cli.command,
        Command::Audit(_) | Command::Certificate(_) | Command::Export(_) | Command::Archive(_)
    ) {
        process::private_files();
    }
    if let Err(error) = process::no_core_dumps() {
        let failure = Failure::new(Exit::File, format!("core dumps cannot be turned off: {error}"));
        Output { json: false }.failure(&failure);
        return ExitCode::from(failure.exit.code());
    }
    let (json, done) = match cli.command {
        Command::Join(args) => (args.json, join::run(args)),
        Command::Status(args) => (args.json, status::run(args)),
        Command::Verify(args) => (args.json, verify::run(args)),
        Command::Seal(args) => (args.json, seal::run(&args)),
        Command::Submit(args) => (args.json, submit::run(&args)),
        Command::Withdraw(args) => (args.json, withdraw::run(&args)),
        Command::Forget(args) => (args.json, forget::run(&args)),
        Command::Phrase(args) => (false, phrase::run(&args)),
        Command::Restore(args) => (args.json, restore::run(&args)),
        Command::Audit(args) => (args.json, audit::run(&args)),
        Command::Watch(args) => (args.json, watch::run(&args)),
        Command::Export(args) => (false, export::run(&args)),
        Command::Archive(args) => (args.json, archive::run(&args)),
        Command::Certificate(Certificate::Make(args)) => (args.json, certificate::make(&args)),
        Command::Certificate(Certificate::Check(args)) => (args.json, certificate::check(&args)),
        Command::Witness(args) => (false, witness::run(&args)),
        Command::Crowd(args) => (args.progress_json, crowd::run(&args)),
    };
    let output = Output { json };
    let exit = done.unwrap_or_else(|failure| {
        output.failure(&failure);
        failure.exit
    });
    ExitCode::from(exit.code())
}

fn campaign_id(text: &str) -> Result<CampaignId, String> {
    if let Ok(id) = text.parse() {
        return Ok(id);
    }
    text.parse::<Link>().map(|link| link.id).map_err(|error| error.to_string())
}

/// A language tag of the form of RFC 5646: subtags of letters and digits, a language first.
fn language_tag(text: &str) -> Result<String, &'static str> {
    let subtag = |part: &str, allowed: fn(&u8) -> bool| {
        (1..=8).contains(&part.len()) && part.as_bytes().iter().all(allowed)
    };
    let mut parts = text.split('-');
    let language = parts.next().is_some_and(|first| {
        (2..=3).contains(&first.len()) && subtag(first, u8::is_ascii_alphabetic)
    });
    if language && text.len() <= 35 && parts.all(|part| subtag(part, u8::is_ascii_alphanumeric)) {
        Ok(text.to_owned())
    } else {
        Err("a language tag looks like en, uk or pt-BR")
    }
}

type Done = Result<Exit, Failure>;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_sound() {
        <Cli as clap::CommandFactory>::command().debug_assert();
        let help = <Cli as clap::CommandFactory>::command().render_help().to_string();
        assert!(help.contains("audit") && !help.contains("crowd"), "{help}");
    }

    #[test]
    fn everybody_reads_the_counts() {
        let server = crate::world::server::Server::start(0);
        let wallet = tempfile::tempdir().unwrap();
        for region in [&[][..], &["--region", "7"]] {
            server.state.lock().unwrap().asked.clear();
            let link = server.world.campaign.link();
            let directory = wallet.path().to_str().unwrap();
            let command = ["headcount", "join", &link, "--class", "none", "--wallet", directory];
            let cli = Cli::try_parse_from([&command, region].concat()).unwrap();
            let Command::Join(args) = cli.command else { panic!("another command") };
            assert_eq!(join::run(args).unwrap_err().exit, Exit::Usage);
            assert_eq!(server.state.lock().unwrap().asked, ["manifest.json", "count.json"]);
        }
    }

    #[test]
    fn options_of_join_are_checked() {
        let link = format!("https://pledge.example/c/{}", "00".repeat(32));
        let parse = |options: &[&str]| {
            Cli::try_parse_from([&["headcount", "join", &link], options].concat()).is_ok()
        };
        assert!(parse(&["--email", "a@b.example"]) && parse(&["--invitation", "x"]));
        assert!(!parse(&["--email", "a@b.example", "--invitation", "x"]));
        for (tag, fine) in [("uk", true), ("pt-BR", true), ("", false), ("english", false)] {
            assert_eq!(parse(&["--language", tag]), fine, "{tag}");
        }
        assert!(!parse(&["--language", "en-"]) && !parse(&["--language", "e\u{f1}"]));
    }
}
