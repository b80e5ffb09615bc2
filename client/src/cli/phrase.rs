//! `headcount phrase`

use clap::Args;
use headcount_protocol::campaign::CampaignId;
use headcount_protocol::secrets::Seed;

use super::output::{line, note};
use super::{Done, WalletArgs, campaign_id};
use crate::exit::{self, Exit, Failure};
use crate::phrase;

/// What a phrase is worth, to whoever has it.
const COST: &str = "\
The recovery phrase restores this wallet on another device. It also proves that you took part, for
as long as the paper exists, and lets whoever finds it withdraw your pledge. Write it down by hand
where nobody will look, or not at all; never photograph it or type it elsewhere. It is not kept in
words on this device. Note with it the campaign's link, your class and your region: before the
pledge is made, it restores the token for the same class and region only.";

/// Show the recovery phrase of a wallet: 24 words, from which `headcount restore` makes it again.
///
/// It proves that you took part in the campaign, for as long as the paper exists.
#[derive(Args, Debug)]
#[command(after_help = exit::TABLE)]
pub(super) struct Phrase {
    /// The campaign, by link or id
    #[arg(value_name = "LINK|ID", value_parser = campaign_id)]
    campaign: CampaignId,
    #[command(flatten)]
    wallet: WalletArgs,
}

pub(super) fn run(args: &Phrase) -> Done {
    let record = args.wallet.store()?.peek(&args.campaign);
    show(&record.map_err(|error| Failure::from(error).of(args.campaign))?.seed);
    Ok(Exit::Done)
}

/// Prints the phrase, six words a line, after saying what it costs.
pub(super) fn show(seed: &Seed) {
    note(&format!("{COST}\n"));
    let words = phrase::words(seed);
    let words: Vec<_> = words.expose().split(' ').collect();
    for (at, six) in words.chunks(6).enumerate() {
        let numbered =
            six.iter().zip(6 * at + 1..).map(|(word, number)| format!("{number:>2} {word:<10}"));
        line(&numbered.collect::<String>());
    }
    note("");
}
