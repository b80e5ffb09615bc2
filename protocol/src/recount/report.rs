//! What a recount reports, as JSON and to people ([spec: recount §6]).

use std::collections::BTreeMap;

use serde::Serialize;

use super::finding::Finding;
use super::issuances::IssuanceRecord;
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
    /// `unwitnessed` as long as the manifest names no witnesses.
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
    /// Pledges by region id, before any discount; `0` named none.
    pub regions: BTreeMap<u16, u64>,
    /// The threshold.
    pub threshold: ThresholdState,
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
    /// Pledges that count: no more than each of its issuers had published.
    pub counted: u64,
}

/// The threshold, and whether it was reached.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
pub struct ThresholdState {
    /// Pledges it asks for.
    pub count: u64,
    /// Which count it names.
    pub of: Measure,
    /// That count now.
    pub current: u64,
    /// The batch at whose end it was reached first.
    pub reached_in_batch: Option<u64>,
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

impl Report {
    pub(super) fn new(
        campaign: &Campaign,
        checkpoint: &Checkpoint,
        issuances: &[IssuanceRecord],
        classes: Vec<ClassCount>,
        regions: BTreeMap<u16, u64>,
        batches: Vec<BatchCount>,
        findings: Vec<Finding>,
    ) -> Self {
        let counted: Vec<u64> = classes.iter().map(|class| class.counted).collect();
        let threshold = campaign.manifest.threshold;
        let reached = |batch: &&BatchCount| threshold.of.of(&batch.classes) >= threshold.count;
        let issuance_logs = issuances
            .iter()
            .map(|record| {
                let class = usize::from(campaign.class_of(record.issuer));
                IssuanceCount {
                    issuer: record.issuer,
                    log: LogState::new(&record.checkpoint, record.batches),
                    issued: record.counted,
                    slack: record.counted.saturating_sub(classes[class].pledges),
                }
            })
            .collect();
        Self {
            campaign: campaign.id,
            witnessing: "unwitnessed",
            pledge_log: LogState::new(checkpoint, batches.len().try_into().unwrap_or(u64::MAX)),
            issuance_logs,
            sum: Measure::Sum.of(&counted),
            maximum: Measure::Maximum.of(&counted),
            classes,
            regions,
            threshold: ThresholdState {
                count: threshold.count,
                of: threshold.of,
                current: threshold.of.of(&counted),
                reached_in_batch: batches.iter().find(reached).map(|batch| batch.batch),
            },
            batches,
            findings,
        }
    }
}

impl LogState {
    fn new(checkpoint: &Checkpoint, batches: u64) -> Self {
        let origin = checkpoint.origin().as_str().to_owned();
        Self { origin, size: checkpoint.size(), root: *checkpoint.root(), batches }
    }
}
