//! What a recount reports, as JSON and to people ([spec: recount §6]).

use std::collections::BTreeMap;

use serde::Serialize;

use super::finding::Finding;
use super::issuances::IssuanceRecord;
use super::said::{AmendmentReport, AnnouncementReport, ClosingReport};
use super::statements::Statements;
use super::tally::{Reached, Tally, ThresholdState};
use crate::campaign::Campaign;
use crate::campaign::manifest::Measure;
use crate::campaign_id::CampaignId;
use crate::log::Checkpoint;
use crate::log::Hash;

/// The result of an audit that refused nothing.
#[derive(Clone, Debug, Serialize)]
pub struct Report {
    /// The campaign.
    pub campaign: CampaignId,
    /// `unwitnessed` if the manifest names no witnesses, else `witnessed`: each log then says how far.
    pub witnessing: &'static str,
    /// The pledge log that was read.
    pub pledge_log: LogState,
    /// The issuance logs that were read.
    pub issuance_logs: Vec<IssuanceCount>,
    /// The count of each class.
    pub classes: Vec<ClassCount>,
    /// Sum of the classes' counts.
    pub sum: u64,
    /// Largest of the classes' counts.
    pub maximum: u64,
    /// Pledges by region id, less those taken back; `0` named none.
    pub regions: BTreeMap<u16, u64>,
    /// The threshold.
    pub threshold: ThresholdState,
    /// What the organisers announced, in the log's order.
    pub announcements: Vec<AnnouncementReport>,
    /// What was amended, in the log's order.
    pub amendments: Vec<AmendmentReport>,
    /// The counter's last word, once the log is closed.
    pub closing: Option<ClosingReport>,
    /// The count after each batch.
    pub batches: Vec<BatchCount>,
    /// What was discounted.
    pub findings: Vec<Finding>,
}

/// Size and root of a log.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
pub struct LogState {
    /// C2SP origin.
    pub origin: String,
    /// Entries.
    pub size: u64,
    /// Root over them.
    pub root: Hash,
    /// Entries of which the manifest's witnesses say that they stand there; `null` where it names
    /// no witnesses.
    pub witnessed: Option<u64>,
    /// Batches.
    pub batches: u64,
}

/// One issuance log.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
pub struct IssuanceCount {
    /// The issuer's index.
    pub issuer: u16,
    /// The log that was read.
    pub log: LogState,
    /// Issuances with a distinct commitment and request.
    pub issued: u64,
    /// Size of the log at which an amendment froze the issuer, if one did.
    pub frozen: Option<u64>,
    /// Issued and not pledged yet: what a dishonest issuer could still use.
    pub slack: u64,
}

/// One class.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
pub struct ClassCount {
    /// The class's name.
    pub class: String,
    /// Pledges in the log.
    pub pledges: u64,
    /// Pledges of these that were taken back.
    pub withdrawn: u64,
    /// Pledges that count: no more than each of its issuers had published, less those taken back.
    pub counted: u64,
}

/// The counts at the end of a batch.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
pub struct BatchCount {
    /// Number of the batch.
    pub batch: u64,
    /// Size of the log after its seal.
    pub size: u64,
    /// Entries of the batch.
    pub count: u32,
    /// Count of each class after it.
    pub classes: Vec<u64>,
}

impl Measure {
    /// This count, from the counts of the classes.
    #[must_use]
    pub fn of(self, classes: &[u64]) -> u64 {
        match self {
            Self::Sum => classes.iter().sum(),
            Self::Maximum => classes.iter().copied().max().unwrap_or(0),
            Self::Class(index) => classes.get(usize::from(index)).copied().unwrap_or(0),
        }
    }
}

/// What the recount of the pledge log knows at its end.
pub(super) struct Counted<'a> {
    pub(super) checkpoint: &'a Checkpoint,
    pub(super) witnessed: Option<u64>,
    pub(super) issuances: &'a [IssuanceRecord],
    pub(super) tally: Tally,
    pub(super) reached: Reached,
    pub(super) statements: Statements,
    /// Size of the log at which each issuer is frozen, and what it had issued by then.
    pub(super) frozen: Vec<Option<(u64, u64)>>,
    pub(super) batches: Vec<BatchCount>,
    pub(super) findings: Vec<Finding>,
}

impl Report {
    pub(super) fn new(campaign: &Campaign, counted: Counted<'_>) -> Self {
        let Counted { checkpoint, witnessed, issuances, tally, reached, .. } = counted;
        let Counted { statements, frozen, batches, findings, .. } = counted;
        let threshold = &campaign.manifest.threshold;
        let none = vec![0; tally.gross.len()];
        let counts = batches.last().map_or(&none, |batch| &batch.classes);
        let classes = campaign.manifest.classes.iter().zip(counts);
        let classes = classes.enumerate().map(|(at, (class, &counted))| ClassCount {
            class: class.name.clone(),
            pledges: tally.gross[at],
            withdrawn: tally.withdrawn[at],
            counted,
        });
        let issuance_logs = issuances.iter().zip(frozen).map(|(record, frozen)| {
            let gross = tally.gross[usize::from(campaign.class_of(record.issuer))];
            let usable = frozen.map_or(record.counted, |(_, issued)| issued.min(record.counted));
            IssuanceCount {
                issuer: record.issuer,
                log: LogState::new(&record.checkpoint, record.witnessed, record.batches),
                issued: record.counted,
                frozen: frozen.map(|(size, _)| size),
                slack: usable.saturating_sub(gross),
            }
        });
        let (announcements, amendments, closing) = statements.report(reached.batch());
        // What stood in the log when the witnesses last looked.
        let looked = witnessed.map(|size| {
            let seen = batches.iter().rev().find(|batch| batch.size <= size);
            seen.map_or(0, |batch| threshold.of.of(&batch.classes))
        });
        Self {
            campaign: campaign.id,
            witnessing: if campaign.has_witnesses() { "witnessed" } else { "unwitnessed" },
            pledge_log: LogState::new(
                checkpoint,
                witnessed,
                batches.len().try_into().unwrap_or(u64::MAX),
            ),
            issuance_logs: issuance_logs.collect(),
            sum: Measure::Sum.of(counts),
            maximum: Measure::Maximum.of(counts),
            classes: classes.collect(),
            threshold: reached.state(threshold, counts, looked, &tally),
            regions: tally.regions.into_iter().filter(|&(_, pledges)| pledges > 0).collect(),
            announcements,
            amendments,
            closing,
            batches,
            findings,
        }
    }
}

impl LogState {
    fn new(checkpoint: &Checkpoint, witnessed: Option<u64>, batches: u64) -> Self {
        let origin = checkpoint.origin().as_str().to_owned();
        Self { origin, size: checkpoint.size(), root: *checkpoint.root(), witnessed, batches }
    }
}
