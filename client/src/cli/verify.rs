//! `headcount verify`

use headcount_protocol::campaign::Campaign;
use headcount_protocol::entry::Entry;
use headcount_protocol::evidence::Complaint;
use headcount_protocol::log::{Checkpoint, TlogProof};
use headcount_protocol::receipt::Receipt;
use headcount_protocol::withdrawal::Withdrawal;
use serde_json::json;

use super::output::Output;
use super::{Done, Verify, forget};
use crate::chance::Clock;
use crate::complaint::broken;
use crate::exit::{Exit, Failure};
use crate::log::inclusion::Missing;
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
        Some(receipt) => {
            (Found::of(promised(&campaign, &channels, receipt)?), wallet.state().is_withdrawn())
        }
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
        "witnessing": if campaign.has_witnesses() { "witnessed" } else { "unwitnessed" },
    });
    if let Some(log) = found.log() {
        let (size, root) = (log.size(), log.root());
        report["log"] = json!({ "origin": log.origin().as_str(), "size": size, "root": root });
        let seen = if campaign.has_witnesses() { "witnessed" } else { "unwitnessed" };
        text = format!("{text}\nLog of {size} entries, root {root}, {seen}.");
    }
    if verdict == "promise-broken" {
        // It names one's own pledge, and is shown only where it is the evidence.
        report["receipt"] = json!(receipt);
        let complaint = complaint(&campaign, wallet.record(), receipt.as_ref(), &found);
        if let Some(complaint) = complaint {
            let name = format!("{subject}.complaint.json");
            let path = wallet.keep(&name, &complaint.to_json())?;
            report["complaint"] = json!(path.display().to_string());
            text = format!(
                "{text}\nThe complaint that shows it to anyone: {}\nConfirm it with: headcount \
                 audit --complaint FILE. Nothing was sent; whoever publishes it says when and \
                 where they did.",
                path.display()
            );
        }
    }
    if let Found::Included { proof, .. } = &found {
        if let Some(proof) = proof {
            let name = format!("{subject}.tlog-proof");
            let path = wallet.keep(&name, proof.to_string().as_bytes())?;
            report["proof"] = json!(path.display().to_string());
        }
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

/// What was found, with or without a receipt.
enum Found {
    /// The entry stands in this log.
    Included { log: Checkpoint, proof: Option<TlogProof> },
    /// It cannot stand there yet.
    NotYet,
    /// It does not, in this log, and should.
    Missing { log: Checkpoint, whole: Option<Box<Missing>> },
}

impl Found {
    fn of(inclusion: Inclusion) -> Self {
        match inclusion {
            Inclusion::Included(found) => {
                Self::Included { log: found.log.checkpoint, proof: Some(found.proof) }
            }
            Inclusion::NotYet => Self::NotYet,
            Inclusion::Broken(missing) => {
                Self::Missing { log: missing.log.checkpoint.clone(), whole: Some(missing) }
            }
            Inclusion::Impossible(log) => Self::Missing { log: log.checkpoint, whole: None },
        }
    }

    const fn log(&self) -> Option<&Checkpoint> {
        match self {
            Self::Included { log, .. } | Self::Missing { log, .. } => Some(log),
            Self::NotYet => None,
        }
    }
}

/// The complaint about a broken promise, if the wallet still has the entry and the log shows it
/// [EVI-11].
fn complaint(
    campaign: &Campaign,
    record: &Record,
    receipt: Option<&Receipt>,
    found: &Found,
) -> Option<Complaint> {
    let Found::Missing { whole: Some(missing), .. } = found else { return None };
    let entry = if record.state.is_withdrawn() {
        let key = record.seed.pledge_key(&campaign.id, record.class);
        let opening = record.opening(&campaign.id);
        Entry::Withdrawal(Withdrawal::sign(&campaign.id, opening, &key))
    } else {
        Entry::Pledge(record.pledge(&campaign.id)?)
    };
    let promise = broken(campaign, receipt?, &entry, missing)?;
    Some(Complaint::Promise(Box::new(promise)))
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
) -> Result<(Found, bool), Failure> {
    let opening = record.opening(&campaign.id);
    let (log, found) = whole::search(campaign, &source(campaign, channels), &[opening])?;
    let withdrawn = found.is_some_and(|found| found.withdrawn);
    let was = record.state.is_withdrawn();
    let found = match found {
        Some(_) if withdrawn || !was => Found::Included { log, proof: None },
        None if matches!(record.state, State::Waiting { .. }) => Found::NotYet,
        _ => Found::Missing { log, whole: None },
    };
    Ok((found, withdrawn || was))
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
    found: &Found,
) -> (&'static str, Exit, String) {
    let manifest = &campaign.manifest;
    let all_sealed =
        manifest.schedule.redemption_closes.saturating_add(manifest.batch.maximum_wait);
    let overdue = Clock.now() > all_sealed.saturating_add(3600);
    match (found, receipt) {
        (Found::Included { .. }, receipt) => {
            let promised = receipt
                .map_or(String::new(), |receipt| format!(" (promised in batch {})", receipt.batch));
            let text = format!("Included: the {subject} stands in the public log{promised}.");
            ("included", Exit::Done, text)
        }
        (Found::NotYet, Some(receipt)) if !overdue => (
            "not-yet",
            Exit::NotFinished,
            format!("Not yet: batch {} is not sealed. Run this again later.", receipt.batch),
        ),
        (Found::NotYet | Found::Missing { .. }, Some(receipt)) => (
            "promise-broken",
            Exit::LogRefused,
            format!(
                "PROMISE BROKEN: the counter signed that the {subject} stands in batch {}, and it \
                 does not. --json prints the receipt.",
                receipt.batch
            ),
        ),
        (Found::NotYet, None) => (
            "not-yet",
            Exit::NotFinished,
            "Not yet: the pledge stands in no sealed batch. If somebody delivers it for you, run \
             this again later; `headcount join` delivers it from here."
                .to_owned(),
        ),
        (Found::Missing { .. }, None) => (
            "gone",
            Exit::LogRefused,
            format!(
                "THE LOG WAS CHANGED: the {subject} stood in it, and is gone. Whoever has an older \
                 mirror or audit of this log can prove it."
            ),
        ),
    }
}
