//! `headcount verify`

use serde_json::json;

use super::output::Output;
use super::{Done, Verify};
use crate::chance::Clock;
use crate::exit::{Exit, Failure};
use crate::log::{Inclusion, LogSource, inclusion};
use crate::transport::Channels;
use crate::wallet::State;

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
    let Some(receipt) = wallet.state().receipt().copied() else {
        let reason = "nothing is pledged yet: run `headcount join` first";
        return Err(Failure::new(Exit::NotFinished, reason));
    };
    let channels = Channels::new(1)?;
    let transport = &channels.pledge_log;
    let batches = transport.get(&campaign.manifest.counter.url.join("batches.json"), MAX_BATCHES);
    let hint: Vec<u64> =
        batches.ok().and_then(|bytes| serde_json::from_slice(&bytes).ok()).unwrap_or_default();
    let source = LogSource::Http { transport, url: campaign.pledge_log_url(), mirror: None };
    let found = inclusion::find(&campaign, &source, &receipt, &hint)?;

    let manifest = &campaign.manifest;
    let all_sealed =
        manifest.schedule.redemption_closes.saturating_add(manifest.batch.maximum_wait);
    let overdue = found == Inclusion::NotYet && Clock.now() > all_sealed.saturating_add(3600);
    let (verdict, exit, text) = match &found {
        Inclusion::Included(_) => (
            "included",
            Exit::Done,
            format!(
                "Included: the pledge stands in the public log (promised in batch {}).",
                receipt.batch
            ),
        ),
        Inclusion::NotYet if !overdue => (
            "not-yet",
            Exit::NotFinished,
            format!("Not yet: batch {} is not sealed. Run this again later.", receipt.batch),
        ),
        Inclusion::NotYet | Inclusion::Broken(_) => (
            "promise-broken",
            Exit::LogRefused,
            format!(
                "PROMISE BROKEN: the counter signed that the pledge stands in batch {}, and it \
                 does not. The receipt proves it; --json prints it for others to check.",
                receipt.batch
            ),
        ),
    };
    let mut report = json!({
        "campaign": campaign.id,
        "verdict": verdict,
        "batch": receipt.batch,
        "witnessing": "unwitnessed",
    });
    if verdict == "promise-broken" {
        // It names one's own pledge, and is shown only where it is the evidence.
        report["receipt"] = json!(receipt);
    }
    let mut text = text;
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
    if matches!(found, Inclusion::Included(_)) && matches!(wallet.state(), State::Redeemed { .. }) {
        wallet.advance(State::Included { receipt })?;
    }
    output.result(&report, || text);
    Ok(exit)
}
