//! What a recount reports, as JSON and to people ([spec: recount §6]).

use std::collections::BTreeMap;

use serde::Serialize;

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

/// What an audit names and does not count, without refusing the log.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, thiserror::Error)]
#[serde(tag = "finding", rename_all = "kebab-case")]
pub enum Finding {
    /// An issuance that stands in the log before.
    #[error("issuer {issuer} published the same {what} again at index {index}; it counts once")]
    RepeatedIssuance {
        /// The issuer.
        issuer: u16,
        /// Where it is repeated.
        index: u64,
        /// What is repeated.
        what: Repeated,
    },
    /// A seal carries a checkpoint that the issuer signed, of another log than the one it
    /// publishes ([spec: recount §5], REC-19). Its issuances since do not count.
    #[error(
        "the seal of batch {batch} carries a checkpoint of {size} entries that issuer {issuer} \
         signed and that is not of its log: it shows two histories"
    )]
    IssuanceFork {
        /// The issuer.
        issuer: u16,
        /// The batch.
        batch: u64,
        /// Size the checkpoint names.
        size: u64,
    },
    /// A seal carries a longer issuance log than the one that was read ([spec: recount §5]).
    #[error(
        "the seal of batch {batch} knows {size} entries of the issuance log of issuer {issuer}, \
         more than were read; read again, or ask for a newer mirror"
    )]
    IssuanceBehind {
        /// The issuer.
        issuer: u16,
        /// The batch.
        batch: u64,
        /// Size the checkpoint names.
        size: u64,
    },
    /// More pledges than issuances in the checkpoint that the seal carries.
    #[error(
        "after batch {batch} there were {excess} more pledges than issuances of issuer {issuer} \
         that its seal knew of; they did not count then{}",
        if *covered {
            " (the issuance log as it was read covers them: the counter's checkpoint was old, or \
             the issuer published late)"
        } else {
            ""
        }
    )]
    Excess {
        /// The issuer.
        issuer: u16,
        /// The batch at whose end it was so.
        batch: u64,
        /// How many more.
        excess: u64,
        /// Whether the issuance log as it was read has enough.
        covered: bool,
    },
}

/// Which value of an issuance is repeated.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Repeated {
    /// The commitment: one person was issued twice.
    Commitment,
    /// The request digest: one request was listed twice.
    RequestDigest,
}

impl std::fmt::Display for Repeated {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Commitment => "commitment",
            Self::RequestDigest => "request digest",
        })
    }
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
