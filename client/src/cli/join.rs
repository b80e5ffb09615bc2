//! `headcount join`

use std::path::{Path, PathBuf};

use clap::Args;
use headcount_protocol::campaign::Campaign;
use headcount_protocol::identifier::Method;
use serde_json::{Value, json};

use super::hint::{Hint, quoted};
use super::output::{Output, note};
use super::status::region_name;
use super::terminal::{self, Terminal};
use super::wishes::Wishes;
use super::{Done, WalletArgs, forget, language_tag, phrase, seal};
use crate::exit::{self, Exit, Failure};
use crate::journey::prepare::Counts;
use crate::journey::{Journey, JourneyError, Patience, Pause, Proofs};
use crate::link::Link;
use crate::log::IssuanceLogs;
use crate::transport::Channels;
use crate::wallet::{Record, SecretText, State, Step, WalletError};

/// Join a campaign: prove that you are one person, obtain a token, wait, and pledge.
///
/// Interrupt it whenever you like: the same command goes on from where it was. The address and
/// the code are never written to disk.
#[derive(Args, Debug)]
#[command(after_help = exit::TABLE)]
pub(super) struct Join {
    /// The campaign's link, https://HOST/c/ID
    link: Link,
    /// Class to pledge in, if the campaign has several
    #[arg(long, value_name = "NAME")]
    class: Option<String>,
    /// Address to have the code sent to (others can see it in the list of processes; leave it
    /// out to be asked)
    #[arg(long, value_name = "ADDR", conflicts_with = "invitation")]
    email: Option<SecretText>,
    /// Invitation code, where the class asks for one (others can see it in the list of
    /// processes; leave it out to be asked)
    #[arg(long, value_name = "CODE")]
    invitation: Option<SecretText>,
    /// The code that was sent, if you have it already (others can see it in the list of
    /// processes; leave it out to be asked)
    #[arg(long, value_name = "CODE")]
    code: Option<SecretText>,
    /// Have another code sent; the one before is of no more use
    #[arg(long, conflicts_with = "code")]
    new_code: bool,
    /// Region to name, by id or name; by default you name none
    #[arg(long, value_name = "ID|NAME")]
    region: Option<String>,
    /// Language of the message and of names
    #[arg(long, value_name = "xx", default_value = "en", value_parser = language_tag)]
    language: String,
    /// Pledge without the random delay that keeps issuance and pledge apart
    #[arg(long)]
    now: bool,
    /// Do not pledge: write the pledge into FILE, for anyone to deliver with `headcount submit`
    #[arg(long, value_name = "FILE", conflicts_with = "now")]
    seal: Option<PathBuf>,
    /// Do not wait: end with code 7 and say what to run later
    #[arg(long)]
    no_wait: bool,
    /// Show the recovery phrase, which restores the wallet on another device, and which proves
    /// that you took part for as long as the paper exists
    #[arg(long, conflicts_with = "json")]
    phrase: bool,
    #[command(flatten)]
    wallet: WalletArgs,
    /// Print the result as JSON
    #[arg(long)]
    pub(super) json: bool,
}

pub(super) fn run(args: Join) -> Done {
    let id = args.link.id;
    walk(args).map_err(|failure| failure.of(id))
}

fn walk(args: Join) -> Done {
    let output = Output { json: args.json };
    let store = args.wallet.store()?;
    let channels = Channels::new(1)?;
    let (campaign, opened) = match store.open(&args.link.id) {
        Ok(wallet) => (store.campaign(&args.link.id)?, Some(wallet)),
        Err(WalletError::Absent) => (args.link.fetch(&channels.campaign)?, None),
        Err(error) => return Err(error.into()),
    };
    // Everybody reads the counts here: who read them only to name a region would give that away.
    let counts = Counts::fetch(&campaign, &channels.campaign).ok();
    let wishes = wishes(&args, counts.as_ref());
    let mut wallet = match opened {
        Some(wallet) => {
            let wallet = if args.new_code { wallet.without_code()? } else { wallet };
            wishes.change(&campaign, wallet)?
        }
        None => {
            introduce(&campaign, &args.language);
            wishes.begin(&campaign, &store)?
        }
    };
    if let (State::Collecting { collected, .. }, Some(counts)) = (wallet.state(), &counts) {
        let class = wallet.record().class;
        if let Some(issuer) = counts.revoked_of(&campaign, class, collected.len()) {
            let reason = format!(
                "the campaign has revoked issuer {issuer}: what it issues from now on does not \
                 count, so no token is asked for"
            );
            return Err(Failure::new(Exit::Refused, reason));
        }
    }
    if args.phrase {
        phrase::show(&wallet.record().seed);
    }
    let logs = IssuanceLogs::new(&campaign, channels.issuance_log.clone());
    let sent = matches!(wallet.state(), State::Collecting { step: Step::CodeSent { .. }, .. });
    if sent && args.email.is_some() && args.code.is_none() && terminal::is_terminal() {
        note(
            "A code was sent before. Enter it, or an empty line to have a new one sent to the \
             address you gave.",
        );
    }
    let hint = args.wallet.hint(campaign.link());
    let mut person = Terminal::new(args.code, campaign.manifest.batch.maximum_wait);
    let proofs =
        Proofs { address: args.email, invitation: args.invitation, language: args.language };
    let mut journey = Journey {
        campaign: &campaign,
        wallet: &mut wallet,
        channels: &channels,
        logs: &logs,
        person: &mut person,
        proofs: &proofs,
        patience: Patience { now: args.now, no_wait: args.no_wait },
    };
    let walked = match &args.seal {
        Some(_) => journey.run_until_sealed(),
        None => journey.run(),
    };
    let conclusion = Conclusion { output, campaign: &campaign, record: wallet.record(), hint };
    match (walked, &args.seal) {
        (Ok(()), Some(file)) => conclusion.sealed(file),
        (Ok(()), None) => Ok(conclusion.pledged()),
        (Err(JourneyError::Paused(pause)), file) => Ok(conclusion.paused(pause, file.as_deref())),
        (Err(error), _) => Err(error.into()),
    }
}

/// What is said at the end.
struct Conclusion<'a> {
    output: Output,
    campaign: &'a Campaign,
    record: &'a Record,
    hint: Hint,
}

impl Conclusion<'_> {
    fn report(&self) -> Value {
        let class = self.campaign.class(self.record.class).map(|class| class.name.as_str());
        json!({
            "campaign": self.campaign.id,
            "class": class,
            "region": region_name(self.campaign, self.record.region),
            "state": self.record.state.name(),
        })
    }

    fn pledged(&self) -> Exit {
        let mut report = self.report();
        // The receipt names one's own pledge: it stays in the wallet.
        let batch = self.record.state.receipt().map(|receipt| receipt.batch);
        report["batch"] = json!(batch);
        self.output.result(&report, || match (&self.record.state, batch) {
            (State::Redeemed { .. }, Some(batch)) => format!(
                "Pledged. The counter has signed that the pledge will stand in the public log \
                 by the end of batch {batch}.\nLater: {}",
                self.hint.command("verify")
            ),
            (state, _) => {
                let pledge = match state {
                    State::Included { .. } => "stands in the public log",
                    State::Withdrawing { .. } => {
                        "is being withdrawn: run `headcount withdraw` once more"
                    }
                    _ => "was withdrawn, and each person can pledge once",
                };
                format!("Pledged. The pledge {pledge}.\n{}", forget::offer(state, &self.hint))
            }
        });
        Exit::Done
    }

    fn sealed(&self, file: &Path) -> Done {
        seal::write(file, &seal::sealed(self.campaign, self.record)?)?;
        let mut report = self.report();
        report["sealed"] = json!(file.to_string_lossy());
        report["redeem_at"] = json!(self.record.state.redeem_at());
        self.output.result(&report, || seal::advice(self.record, Some(file), &self.hint));
        Ok(Exit::Done)
    }

    fn paused(&self, pause: Pause, seal: Option<&Path>) -> Exit {
        let next = match seal {
            Some(file) => format!("{} --seal {}", self.hint.command("join"), quoted(file)),
            None => self.hint.command("join"),
        };
        let mut report = self.report();
        report["next"] = json!(next);
        report["redeem_at"] = match pause {
            Pause::Delay(at) => json!(at),
            Pause::Code | Pause::Issuance => json!(null),
        };
        self.output.result(&report, || format!("Not finished: {pause}.\nLater: {next}"));
        Exit::NotFinished
    }
}

fn introduce(campaign: &Campaign, language: &str) {
    let manifest = &campaign.manifest;
    note(&format!("{}\n\n{}\n", manifest.title.get(language), manifest.text.get(language)));
}

fn wishes<'a>(args: &'a Join, counts: Option<&'a Counts>) -> Wishes<'a> {
    Wishes {
        class: args.class.as_deref(),
        method: match (&args.email, &args.invitation) {
            (Some(_), _) => Some(Method::Email),
            (_, Some(_)) => Some(Method::Invitation),
            _ => None,
        },
        region: args.region.as_deref(),
        language: &args.language,
        counts,
    }
}
