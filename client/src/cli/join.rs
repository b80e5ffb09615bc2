//! `headcount join`

use headcount_protocol::campaign::Campaign;
use headcount_protocol::identifier::Method;
use headcount_protocol::pledge::NO_REGION;
use serde_json::json;

use super::output::{Output, note};
use super::terminal::{self, Terminal};
use super::{Done, Join};
use crate::exit::{Exit, Failure};
use crate::journey::prepare::{Counts, begin, choose_class, choose_region};
use crate::journey::{Choice, ChoiceError, Journey, JourneyError, Patience, Pause, Proofs};
use crate::log::IssuanceLogs;
use crate::transport::Channels;
use crate::wallet::{Record, Store, Wallet, WalletError};

pub(super) fn run(args: Join) -> Done {
    let id = args.link.id;
    walk(args).map_err(|failure| failure.of(id))
}

fn walk(args: Join) -> Done {
    let output = Output { json: args.json };
    let store = args.wallet.store()?;
    let channels = Channels::new(1)?;
    let wishes = Wishes {
        class: args.class.as_deref(),
        method: match (&args.email, &args.invitation) {
            (Some(_), _) => Some(Method::Email),
            (_, Some(_)) => Some(Method::Invitation),
            _ => None,
        },
        region: args.region.as_deref(),
        language: &args.language,
    };
    let (campaign, mut wallet) = match store.open(&args.link.id) {
        Ok(wallet) => {
            let campaign = store.campaign(&args.link.id)?;
            let wallet = if args.new_code { wallet.without_code()? } else { wallet };
            let wallet = wishes.change(&campaign, &channels, wallet)?;
            (campaign, wallet)
        }
        Err(WalletError::Absent) => {
            let campaign = args.link.fetch(&channels.campaign)?;
            introduce(&campaign, &args.language);
            let wallet = wishes.begin(&campaign, &channels, &store)?;
            (campaign, wallet)
        }
        Err(error) => return Err(error.into()),
    };
    let logs = IssuanceLogs::new(&campaign, channels.issuance_log.clone());
    let mut person = Terminal::new(args.code);
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
    conclude(output, &campaign, wallet.record(), walked)
}

fn conclude(
    output: Output,
    campaign: &Campaign,
    record: &Record,
    walked: Result<headcount_protocol::receipt::Receipt, JourneyError>,
) -> Done {
    let class = campaign.class(record.class).map(|class| class.name.as_str());
    let mut report = json!({
        "campaign": campaign.id,
        "class": class,
        "region": record.region,
        "state": record.state.name(),
    });
    match walked {
        Ok(receipt) => {
            report["receipt"] = json!(receipt);
            output.result(&report, || {
                format!(
                    "Pledged. The counter has signed that the pledge will stand in the public log \
                     by the end of batch {}.\nLater: headcount verify {}",
                    receipt.batch, campaign.id
                )
            });
            Ok(Exit::Done)
        }
        Err(JourneyError::Paused(pause)) => {
            report["next"] = json!(format!("headcount join {}", campaign.link()));
            report["redeem_at"] = match pause {
                Pause::Delay(at) => json!(at),
                Pause::Code | Pause::Issuance => json!(null),
            };
            output.result(&report, || {
                format!("Not finished: {pause}.\nLater: headcount join {}", campaign.link())
            });
            Ok(Exit::NotFinished)
        }
        Err(error) => Err(error.into()),
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
}

impl Wishes<'_> {
    fn begin(
        &self,
        campaign: &Campaign,
        channels: &Channels,
        store: &Store,
    ) -> Result<Wallet, Failure> {
        let class = match choose_class(campaign, self.class, self.method) {
            Err(ChoiceError::Class(names)) if self.class.is_none() && terminal::is_terminal() => {
                let answer = terminal::ask(&format!("Class ({names}): "));
                choose_class(campaign, Some(answer.as_ref().map_or("", |a| a.expose())), None)?
            }
            class => class?,
        };
        let region = self.region(campaign, channels)?.unwrap_or(NO_REGION);
        Ok(begin(store, campaign, Choice { class, region })?)
    }

    /// Takes another choice over, as long as no token was asked for with the old one.
    fn change(
        &self,
        campaign: &Campaign,
        channels: &Channels,
        mut wallet: Wallet,
    ) -> Result<Wallet, Failure> {
        let record = wallet.record();
        let method = campaign
            .class(record.class)
            .and_then(|class| class.issuers.first())
            .map(|&issuer| campaign.issuer(issuer).method);
        let class = if self.class.is_some() || self.method.is_some_and(|m| Some(m) != method) {
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
            self.region(campaign, channels)?;
        }
        if !wallet.choose(class, wished)? {
            return Err(ChoiceError::Begun.into());
        }
        Ok(wallet)
    }

    /// The region that is wished for, after saying how few have named it.
    fn region(&self, campaign: &Campaign, channels: &Channels) -> Result<Option<u16>, Failure> {
        let Some(text) = self.region else { return Ok(None) };
        let id = choose_region(campaign, Some(text), self.language)?;
        let Some(region) = campaign.region(id) else { return Ok(Some(id)) };
        let name = region.names.get(self.language);
        match Counts::fetch(campaign, &channels.campaign) {
            Ok(counts) => note(&format!(
                "{} pledges name the region {name} so far. A region is published with your \
                 pledge: the fewer there are, the smaller the crowd you stand in.",
                counts.in_region(id)
            )),
            Err(_) => note(&format!(
                "How many pledges name the region {name} is not known now; it may be few. A \
                 region is published with your pledge."
            )),
        }
        Ok(Some(id))
    }
}
