//! `headcount restore`

#[cfg(test)]
mod tests;

use clap::Args;
use headcount_protocol::campaign::Campaign;
use headcount_protocol::pledge::{NO_REGION, Opening};
use headcount_protocol::secrets::Seed;
use serde_json::json;

use super::output::Output;
use super::status::region_name;
use super::wishes::Wishes;
use super::{Done, WalletArgs, forget, language_tag, terminal};
use crate::exit::{self, Exit, Failure};
use crate::journey::prepare::Counts;
use crate::link::Link;
use crate::log::whole::{self, Standing};
use crate::log::{InclusionError, LogSource};
use crate::phrase;
use crate::transport::Channels;
use crate::wallet::{Record, SecretText, State, WalletError};

/// Restore a wallet from its recovery phrase, on a device that holds nothing of the campaign.
///
/// The whole pledge log is read, so that nobody learns which pledge is looked for. If yours stands
/// in it, the wallet can withdraw it. If not, `headcount join` goes on from the beginning and gets
/// the same token, but only for the class and region that you chose before: a request for
/// another one is refused, as a token was issued to you.
#[derive(Args, Debug)]
#[command(after_help = exit::TABLE)]
pub(super) struct Restore {
    /// The campaign's link, https://HOST/c/ID
    pub(super) link: Link,
    /// Class that you chose before
    #[arg(long, value_name = "NAME")]
    class: Option<String>,
    /// Region that you named before, by id or name
    #[arg(long, value_name = "ID|NAME")]
    region: Option<String>,
    /// Language of names
    #[arg(long, value_name = "xx", default_value = "en", value_parser = language_tag)]
    language: String,
    #[command(flatten)]
    wallet: WalletArgs,
    /// Print the result as JSON
    #[arg(long)]
    pub(super) json: bool,
}

pub(super) fn run(args: &Restore) -> Done {
    let ask = || terminal::ask_words("Recovery phrase (not shown while you type): ", phrase::WORDS);
    restore(args, ask).map_err(|failure| failure.of(args.link.id))
}

fn restore(args: &Restore, ask: impl FnOnce() -> Option<SecretText>) -> Done {
    let store = args.wallet.store()?;
    if !matches!(store.peek(&args.link.id), Err(WalletError::Absent)) {
        let reason = "the wallet holds something of this campaign, which is not written over; \
                      `headcount status` shows it";
        return Err(Failure::new(Exit::File, reason));
    }
    let channels = Channels::new(1)?;
    let campaign = args.link.fetch(&channels.campaign)?;
    let counts = Counts::fetch(&campaign, &channels.campaign).ok();
    let wishes = Wishes {
        class: args.class.as_deref(),
        method: None,
        region: args.region.as_deref(),
        language: &args.language,
        counts: counts.as_ref(),
    };
    // What was misspelt is said before the log is read.
    wishes.check(&campaign)?;
    let phrase = ask().ok_or_else(|| Failure::new(Exit::Usage, "no recovery phrase was given"))?;
    let seed = phrase::seed(&phrase).map_err(|error| Failure::new(Exit::Usage, error))?;
    drop(phrase);

    let source = LogSource::Http {
        transport: &channels.pledge_log,
        url: campaign.pledge_log_url(),
        mirror: None,
    };
    let found = match whole::search(&campaign, &source, &openings(&campaign, &seed)) {
        // Before the first batch no pledge stands anywhere.
        Err(InclusionError::NoCheckpoint) => None,
        found => found?.1,
    };
    let record = match found {
        Some(Standing { opening: Opening { class, region, .. }, withdrawn }) => {
            let state = if withdrawn {
                State::WithdrawalIncluded { receipt: None }
            } else {
                State::Included { receipt: None }
            };
            Record { state, ..Record::new(class, region, seed) }
        }
        None => {
            let choice = wishes.choice(&campaign)?;
            Record::new(choice.class, choice.region, seed)
        }
    };
    let wallet = store.create(&campaign, record)?;
    let record = wallet.record();
    let class = campaign.class(record.class).map_or("", |class| &class.name);
    let region = region_name(&campaign, record.region);
    let report = json!({
        "campaign": campaign.id,
        "class": class,
        "region": region,
        "state": record.state.name(),
    });
    let hint = args.wallet.hint(campaign.link());
    Output { json: args.json }.result(&report, || {
        let region = region.unwrap_or("none named");
        if found.is_some() {
            let end = if record.state.is_withdrawn() { ", and was withdrawn" } else { "" };
            return format!(
                "Restored: your pledge stands in the public log (class {class}, region: \
                 {region}){end}.\n{}",
                forget::offer(&record.state, &hint)
            );
        }
        format!(
            "Restored: no pledge of this phrase stands in the public log. The wallet begins anew, \
             with class {class} and region: {region}. They must be the ones you chose before, or \
             you are refused, as a token was issued to you for another request; `join` takes \
             --class and --region until it has asked for one.\nNow: {}",
            hint.command("join")
        )
    });
    Ok(Exit::Done)
}

/// Every opening that the seed has in the campaign: one for each class and region.
fn openings(campaign: &Campaign, seed: &Seed) -> Vec<Opening> {
    let regions = campaign.manifest.regions.iter().map(|region| region.id);
    let regions: Vec<u16> = [NO_REGION].into_iter().chain(regions).collect();
    let classes = (0..).take(campaign.manifest.classes.len());
    classes
        .flat_map(|class| {
            let first = Opening::derive(seed, &campaign.id, class, NO_REGION);
            regions.iter().map(move |&region| Opening { region, ..first }).collect::<Vec<_>>()
        })
        .collect()
}
