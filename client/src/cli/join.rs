//! `headcount join`

use std::path::PathBuf;

use headcount_protocol::campaign::Campaign;
use headcount_protocol::identifier::Method;
use headcount_protocol::pledge::NO_REGION;
use serde_json::json;

use super::output::{Output, note};
use super::status::region_name;
use super::terminal::{self, Terminal};
use super::{Done, Join};
use crate::exit::{Exit, Failure};
use crate::journey::prepare::{Counts, begin, choose_class, choose_region};
use crate::journey::{Choice, ChoiceError, Journey, JourneyError, Patience, Pause, Proofs};
use crate::log::IssuanceLogs;
use crate::transport::Channels;
use crate::wallet::{Record, State, Step, Store, Wallet, WalletError};

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
    let logs = IssuanceLogs::new(&campaign, channels.issuance_log.clone());
    let sent = matches!(wallet.state(), State::Collecting { step: Step::CodeSent { .. }, .. });
    if sent && args.email.is_some() && args.code.is_none() && terminal::is_terminal() {
        note(
            "A code was sent before. Enter it, or an empty line to have a new one sent to the \
             address you gave.",
        );
    }
    let hint = Hint { link: campaign.link(), directory: args.wallet.wallet.clone() };
    let mut person = Terminal::new(args.code, campaign.manifest.batch.maximum_wait);
    let proofs =
        Proofs { address: args.email, invitation: args.invitation, language: args.language };
    let walked = Journey {
        campaign: &campaign,
        wallet: &mut wallet,
        channels: &channels,
        logs: &logs,
        person: &mut person,
        proofs: &proofs,
        patience: Patience { now: args.now, no_wait: args.no_wait },
    }
    .run();
    conclude(output, &campaign, wallet.record(), &hint, walked)
}

fn conclude(
    output: Output,
    campaign: &Campaign,
    record: &Record,
    hint: &Hint,
    walked: Result<headcount_protocol::receipt::Receipt, JourneyError>,
) -> Done {
    let class = campaign.class(record.class).map(|class| class.name.as_str());
    let mut report = json!({
        "campaign": campaign.id,
        "class": class,
        "region": region_name(campaign, record.region),
        "state": record.state.name(),
    });
    match walked {
        Ok(receipt) => {
            // The receipt names one's own pledge: it stays in the wallet.
            report["batch"] = json!(receipt.batch);
            output.result(&report, || {
                format!(
                    "Pledged. The counter has signed that the pledge will stand in the public log \
                     by the end of batch {}.\nLater: {}",
                    receipt.batch,
                    hint.command("verify")
                )
            });
            Ok(Exit::Done)
        }
        Err(JourneyError::Paused(pause)) => {
            report["next"] = json!(hint.command("join"));
            report["redeem_at"] = match pause {
                Pause::Delay(at) => json!(at),
                Pause::Code | Pause::Issuance => json!(null),
            };
            output.result(&report, || {
                format!("Not finished: {pause}.\nLater: {}", hint.command("join"))
            });
            Ok(Exit::NotFinished)
        }
        Err(error) => Err(error.into()),
    }
}

/// What to run later.
struct Hint {
    link: String,
    directory: Option<PathBuf>,
}

impl Hint {
    fn command(&self, name: &str) -> String {
        let command = format!("headcount {name} {}", self.link);
        match self.directory.as_ref().map(|path| path.to_string_lossy()) {
            None => command,
            Some(path)
                if path.contains(|c: char| !c.is_ascii_alphanumeric() && !"/._-".contains(c)) =>
            {
                format!("{command} --wallet '{}'", path.replace('\'', r"'\''"))
            }
            Some(path) => format!("{command} --wallet {path}"),
        }
    }
}

fn introduce(campaign: &Campaign, language: &str) {
    let manifest = &campaign.manifest;
    note(&format!("{}\n\n{}\n", manifest.title.get(language), manifest.text.get(language)));
}

/// What the options say of class and region.
struct Wishes<'a> {
    class: Option<&'a str>,
    method: Option<Method>,
    region: Option<&'a str>,
    language: &'a str,
    counts: Option<&'a Counts>,
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

impl Wishes<'_> {
    fn begin(&self, campaign: &Campaign, store: &Store) -> Result<Wallet, Failure> {
        let class = match choose_class(campaign, self.class, self.method) {
            Err(ChoiceError::Class(names)) if self.class.is_none() && terminal::is_terminal() => {
                let answer = terminal::ask(&format!("Class ({names}): "));
                choose_class(campaign, Some(answer.as_ref().map_or("", |a| a.expose())), None)?
            }
            class => class?,
        };
        // Who says nothing names none [PLG-1].
        let region = self.region(campaign)?.unwrap_or(NO_REGION);
        Ok(begin(store, campaign, Choice { class, region })?)
    }

    /// Takes another choice over, as long as no token was asked for with the old one.
    fn change(&self, campaign: &Campaign, mut wallet: Wallet) -> Result<Wallet, Failure> {
        let record = wallet.record();
        let asks_for = |method: Method| {
            let class = campaign.class(record.class);
            class.is_some_and(|class| {
                class.issuers.iter().any(|&issuer| campaign.issuer(issuer).method == method)
            })
        };
        let class = if self.class.is_some() || self.method.is_some_and(|m| !asks_for(m)) {
            choose_class(campaign, self.class, self.method)?
        } else {
            record.class
        };
        let wished = match self.region {
            Some(text) => choose_region(campaign, Some(text), self.language)?,
            None => record.region,
        };
        if (class, wished) == (record.class, record.region) {
            return Ok(wallet);
        }
        if wished != record.region {
            self.region(campaign)?;
        }
        if !wallet.choose(class, wished)? {
            return Err(ChoiceError::Begun.into());
        }
        Ok(wallet)
    }

    /// The region that is wished for, after saying how few have named it.
    fn region(&self, campaign: &Campaign) -> Result<Option<u16>, Failure> {
        let Some(text) = self.region else { return Ok(None) };
        let id = choose_region(campaign, Some(text), self.language)?;
        let Some(region) = campaign.region(id) else { return Ok(Some(id)) };
        let name = region.names.get(self.language);
        match self.counts {
            Some(counts) => note(&format!(
                "{} pledges name the region {name} so far. A region is published with your \
                 pledge: the fewer there are, the smaller the crowd you stand in.",
                counts.in_region(id)
            )),
            None => note(&format!(
                "How many pledges name the region {name} is not known now; it may be few. A \
                 region is published with your pledge."
            )),
        }
        Ok(Some(id))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::world::World;

    /// [PLG-1]
    #[test]
    fn who_says_nothing_names_no_region() {
        let campaign = World::new("http://127.0.0.1:1", 0).campaign;
        let dir = tempfile::tempdir().unwrap();
        let store = Store::new(dir.path().to_owned());
        let wishes = |region| {
            let class = Some("email");
            Wishes { class, method: None, region, language: "en", counts: None }
        };
        let wallet = wishes(None).begin(&campaign, &store).unwrap();
        assert_eq!(wallet.record().region, NO_REGION);
        let wallet = wishes(Some("Seven")).change(&campaign, wallet).unwrap();
        assert_eq!(wallet.record().region, 7);
        let wallet = wishes(None).change(&campaign, wallet).unwrap();
        assert_eq!(wallet.record().region, 7);
    }
}
