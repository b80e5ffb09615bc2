//! `headcount seal`

use std::path::{Path, PathBuf};

use clap::Args;
use headcount_protocol::campaign::{Campaign, CampaignId};
use serde_json::json;

use super::hint::{Hint, quoted};
use super::output::{Output, line};
use super::{Done, WalletArgs, campaign_id};
use crate::exit::{self, Exit, Failure};
use crate::files::{self, Access};
use crate::journey::moment;
use crate::sealed::Sealed;
use crate::sealed::qr::Code;
use crate::wallet::{Record, State};

/// Write your pledge into a file or a QR code, for anyone to deliver over any path.
///
/// For when the counter does not answer you, or the network is cut: the pledge travels by
/// messenger, on a memory stick or on paper, and whoever has it runs `headcount submit`.
#[derive(Args, Debug)]
#[command(after_help = exit::TABLE)]
pub(super) struct Seal {
    /// The campaign, by link or id
    #[arg(value_name = "LINK|ID", value_parser = campaign_id)]
    campaign: CampaignId,
    /// File to write the pledge into, as one line of text
    #[arg(long, value_name = "FILE", required_unless_present = "qr")]
    output: Option<PathBuf>,
    /// File to write the QR code of that line into, as SVG; - shows it here
    #[arg(long, value_name = "FILE|-")]
    qr: Option<PathBuf>,
    #[command(flatten)]
    wallet: WalletArgs,
    /// Print the result as JSON
    #[arg(long)]
    pub(super) json: bool,
}

pub(super) fn run(args: &Seal) -> Done {
    seal(args).map_err(|failure| failure.of(args.campaign))
}

fn seal(args: &Seal) -> Done {
    let store = args.wallet.store()?;
    // Without a lock: `join` may be waiting meanwhile.
    let record = store.peek(&args.campaign)?;
    let campaign = store.campaign(&args.campaign)?;
    let sealed = sealed(&campaign, &record)?;
    if let Some(path) = &args.output {
        write(path, &sealed)?;
    }
    if let Some(path) = &args.qr {
        let code = Code::new(&sealed.to_string());
        let code = code.map_err(|error| Failure::new(Exit::File, error))?;
        if path == Path::new("-") {
            line(&code.text());
        } else {
            keep(path, &code.svg())?;
        }
    }
    let report = json!({
        "campaign": campaign.id,
        "state": record.state.name(),
        "sealed": args.output.as_ref().map(|path| path.to_string_lossy()),
        "qr": args.qr.as_ref().map(|path| path.to_string_lossy()),
        "redeem_at": record.state.redeem_at(),
    });
    let hint = args.wallet.hint(campaign.link());
    Output { json: args.json }.result(&report, || advice(&record, args.output.as_deref(), &hint));
    Ok(Exit::Done)
}

/// The pledge of a wallet that has its tokens.
pub(super) fn sealed(campaign: &Campaign, record: &Record) -> Result<Sealed, Failure> {
    let missing = match record.state {
        State::Collecting { .. } | State::Issued { .. } => (
            Exit::NotFinished,
            "there is no pledge to write yet: run `headcount join LINK --seal FILE`",
        ),
        _ => (
            Exit::Refused,
            "the pledge stands in the public log, where anyone can take it from: there is nothing \
             to deliver any more",
        ),
    };
    let pledge = record.pledge(&campaign.id).ok_or_else(|| Failure::new(missing.0, missing.1))?;
    Ok(Sealed::new(campaign, pledge))
}

/// Writes a sealed pledge, for the owner alone to read.
pub(super) fn write(path: &Path, sealed: &Sealed) -> Result<(), Failure> {
    keep(path, &format!("{sealed}\n"))
}

/// Writes a text, for the owner alone to read.
pub(super) fn keep(path: &Path, text: &str) -> Result<(), Failure> {
    files::replace(path, text.as_bytes(), Access::Owner).map_err(|error| {
        let reason = format!("{} cannot be written: {}", path.display(), error.kind());
        Failure::new(Exit::File, reason)
    })
}

/// What to do with a sealed pledge, and what to keep in mind.
pub(super) fn advice(record: &Record, file: Option<&Path>, hint: &Hint) -> String {
    let file = file.map_or_else(|| "FILE".to_owned(), quoted);
    let when = match record.state.redeem_at() {
        Some(at) => format!(
            "Not pledged yet. It should not be delivered before {}: the delay hides which issuance \
             was yours. ",
            moment(at)
        ),
        None => String::new(),
    };
    format!(
        "{when}Whoever has the sealed pledge can deliver it:\n  headcount submit {file}\nIt names \
         nobody, but who has seen you with it can tell which pledge in the log is yours: erase it \
         when it is delivered. The wallet keeps what it was made of; however often it is \
         delivered, it counts once.\nLater: {}",
        hint.command("verify")
    )
}

#[cfg(test)]
mod tests {
    use clap::Parser as _;

    use super::*;
    use crate::cli::{Cli, Command, join};
    use crate::wallet::Store;
    use crate::world::server::{CODE, Server};

    fn parse(words: &[&str]) -> Command {
        Cli::try_parse_from([&["headcount"], words].concat()).unwrap().command
    }

    #[test]
    fn a_pledge_is_written_instead_of_made() {
        let server = Server::start(5_000);
        let dir = tempfile::tempdir().unwrap();
        let (wallet, file) = (dir.path().join("wallet"), dir.path().join("a pledge"));
        let (wallet, file) = (wallet.to_str().unwrap(), file.to_str().unwrap());
        let link = server.world.campaign.link();
        let join = |more: &[&str]| {
            let words = ["join", &link, "--wallet", wallet, "--seal", file, "--json"];
            let Command::Join(args) = parse(&[&words, more].concat()) else { panic!() };
            join::run(args)
        };
        assert_eq!(join(&["--email", "a@b.example"]), Ok(Exit::NotFinished));
        assert_eq!(join(&["--code", CODE]), Ok(Exit::Done));
        // Once more changes nothing.
        assert_eq!(join(&[]), Ok(Exit::Done));
        let text = std::fs::read_to_string(file).unwrap();
        let sealed: Sealed = text.parse().unwrap();
        assert_eq!(sealed.pledge.verify(&server.world.campaign), Ok(()));
        assert!(server.state.lock().unwrap().posted.iter().all(|(path, _)| path != "pledge"));
        let store = Store::new(PathBuf::from(wallet));
        let record = store.peek(&server.world.campaign.id).unwrap();
        assert_eq!(record.state.name(), "waiting");
        let hint = Hint { link: link.clone(), directory: Some(PathBuf::from(wallet)) };
        let advice = advice(&record, Some(Path::new(file)), &hint);
        assert!(advice.contains("should not be delivered before"), "{advice}");
        assert!(advice.contains(&format!("submit '{file}'")), "{advice}");

        let (again, svg) = (dir.path().join("again"), dir.path().join("code.svg"));
        let seal = |more: &[&str]| {
            let Command::Seal(args) = parse(&[&["seal", &link, "--wallet", wallet], more].concat())
            else {
                panic!()
            };
            run(&args)
        };
        let output = ["--output", again.to_str().unwrap(), "--qr", svg.to_str().unwrap()];
        assert_eq!(seal(&output), Ok(Exit::Done));
        assert_eq!(std::fs::read_to_string(&again).unwrap(), text);
        assert!(std::fs::read_to_string(&svg).unwrap().contains("<svg"));
        assert_eq!(seal(&["--output", dir.path().to_str().unwrap()]).unwrap_err().exit, Exit::File);
    }

    #[test]
    fn without_tokens_there_is_nothing_to_write() {
        let server = Server::start(0);
        let campaign = &server.world.campaign;
        let seed = || headcount_protocol::secrets::Seed::from([9; 32]);
        let mut record = Record::new(0, 0, seed());
        assert_eq!(sealed(campaign, &record).unwrap_err().exit, Exit::NotFinished);
        let (_, pledge) = server.world.pledge(&seed(), 1);
        let tokens = pledge.tokens.clone();
        record.state = State::Waiting { tokens, redeem_at: 9 };
        assert_eq!(sealed(campaign, &record).unwrap().pledge, pledge);
    }
}
