//! `headcount verify`

use headcount_protocol::campaign::Campaign;
use headcount_protocol::receipt::Receipt;
use serde_json::json;

use super::output::Output;
use super::{Done, Verify, forget};
use crate::chance::Clock;
use crate::exit::{Exit, Failure};
use crate::log::{Inclusion, LogSource, inclusion, whole};
use crate::transport::Channels;
use crate::wallet::{Record, State};

/// Most bytes of the list of batches: a million of them.
const MAX_BATCHES: usize = 1 << 23;

pub(super) fn run(args: Verify) -> Done {
    let id = args.campaign;
    check(args).map_err(|failure| failure.of(id))
}

fn check(args: Verify) -> Done {
    let output = Output { json: args.json };
    let store = args.wallet.store()?;
    let mut wallet = store.open(&args.campaign)?;
    let campaign = store.campaign(&args.campaign)?;
    if matches!(wallet.state(), State::Collecting { .. } | State::Issued { .. }) {
        let reason = "nothing is pledged yet: run `headcount join` first";
        return Err(Failure::new(Exit::NotFinished, reason));
    }
    let channels = Channels::new(1)?;
    let receipt = wallet.state().receipt().copied();
    let (found, withdrawn) = match &receipt {
        Some(receipt) => (promised(&campaign, &channels, receipt)?, wallet.state().is_withdrawn()),
        None => standing(&campaign, &channels, wallet.record())?,
    };
    // Where an inclusion leads to.
    let next = match wallet.state() {
        _ if withdrawn => Some(State::WithdrawalIncluded { receipt }),
        State::Waiting { .. } | State::Redeemed { .. } => Some(State::Included { receipt }),
        _ => None,
    };
    let subject = if withdrawn { "withdrawal" } else { "pledge" };
    let (verdict, exit, mut text) = verdict(&campaign, subject, receipt.as_ref(), &found);
    let mut report = json!({
        "campaign": campaign.id,
        "entry": subject,
        "verdict": verdict,
        "batch": receipt.map(|receipt| receipt.batch),
        "witnessing": "unwitnessed",
    });
    if verdict == "promise-broken" {
        // It names one's own pledge, and is shown only where it is the evidence.
        report["receipt"] = json!(receipt);
    }
    if let Inclusion::Included(checkpoint) | Inclusion::Broken(checkpoint) = &found {
        report["log"] = json!({
            "origin": checkpoint.origin().as_str(),
            "size": checkpoint.size(),
            "root": checkpoint.root(),
        });
        text = format!(
            "{text}\nLog of {} entries, root {}, unwitnessed.",
            checkpoint.size(),
            checkpoint.root()
        );
    }
    if matches!(found, Inclusion::Included(_)) {
        if let Some(next) = next.filter(|next| next != wallet.state()) {
            wallet.advance(next)?;
        }
        let hint = args.wallet.hint(campaign.link());
        let then = match wallet.state() {
            State::Withdrawing { .. } => {
                format!("Its withdrawal is not finished. Go on with: {}", hint.command("withdraw"))
            }
            state => forget::offer(state, &hint),
        };
        text = format!("{text}\n{then}");
    }
    output.result(&report, || text);
    Ok(exit)
}

/// What became of the promise of a receipt.
fn promised(
    campaign: &Campaign,
    channels: &Channels,
    receipt: &Receipt,
) -> Result<Inclusion, Failure> {
    let transport = &channels.pledge_log;
    let batches = transport.get(&campaign.manifest.counter.url.join("batches.json"), MAX_BATCHES);
    let hint: Vec<u64> =
        batches.ok().and_then(|bytes| serde_json::from_slice(&bytes).ok()).unwrap_or_default();
    Ok(inclusion::find(campaign, &source(campaign, channels), receipt, &hint)?)
}

/// Whether a pledge for which there is no receipt stands in the log, and whether its withdrawal
/// does.
fn standing(
    campaign: &Campaign,
    channels: &Channels,
    record: &Record,
) -> Result<(Inclusion, bool), Failure> {
    let opening = record.opening(&campaign.id);
    let (checkpoint, found) = whole::search(campaign, &source(campaign, channels), &[opening])?;
    let withdrawn = found.is_some_and(|found| found.withdrawn);
    let was = record.state.is_withdrawn();
    let inclusion = match found {
        Some(_) if withdrawn || !was => Inclusion::Included(checkpoint),
        None if matches!(record.state, State::Waiting { .. }) => Inclusion::NotYet,
        _ => Inclusion::Broken(checkpoint),
    };
    Ok((inclusion, withdrawn || was))
}

fn source<'a>(campaign: &Campaign, channels: &'a Channels) -> LogSource<'a> {
    let transport = &channels.pledge_log;
    LogSource::Http { transport, url: campaign.pledge_log_url(), mirror: None }
}

/// The verdict for programs, how the program ends, and the verdict for people.
fn verdict(
    campaign: &Campaign,
    subject: &str,
    receipt: Option<&Receipt>,
    found: &Inclusion,
) -> (&'static str, Exit, String) {
    let manifest = &campaign.manifest;
    let all_sealed =
        manifest.schedule.redemption_closes.saturating_add(manifest.batch.maximum_wait);
    let overdue = Clock.now() > all_sealed.saturating_add(3600);
    match (found, receipt) {
        (Inclusion::Included(_), receipt) => {
            let promised = receipt
                .map_or(String::new(), |receipt| format!(" (promised in batch {})", receipt.batch));
            let text = format!("Included: the {subject} stands in the public log{promised}.");
            ("included", Exit::Done, text)
        }
        (Inclusion::NotYet, Some(receipt)) if !overdue => (
            "not-yet",
            Exit::NotFinished,
            format!("Not yet: batch {} is not sealed. Run this again later.", receipt.batch),
        ),
        (Inclusion::NotYet | Inclusion::Broken(_), Some(receipt)) => (
            "promise-broken",
            Exit::LogRefused,
            format!(
                "PROMISE BROKEN: the counter signed that the {subject} stands in batch {}, and it \
                 does not. The receipt proves it; --json prints it for others to check.",
                receipt.batch
            ),
        ),
        (Inclusion::NotYet, None) => (
            "not-yet",
            Exit::NotFinished,
            "Not yet: the pledge stands in no sealed batch. If somebody delivers it for you, run \
             this again later; `headcount join` delivers it from here."
                .to_owned(),
        ),
        (Inclusion::Broken(_), None) => (
            "gone",
            Exit::LogRefused,
            format!(
                "THE LOG WAS CHANGED: the {subject} stood in it, and is gone. Whoever has an older \
                 mirror or audit of this log can prove it."
            ),
        ),
    }
}
