//! The recount: from public bytes to a verdict ([spec: recount]).
//!
//! ```text
//! issuance logs ─▶ IssuanceRecount ─▶ IssuanceRecord ─┐
//!                                                     ▼
//! pledge log ─▶ check_entry (parallel) ─▶ PledgeRecount ─▶ Report
//! ```
//!
//! Every stage takes bytes in the log's order, needs memory for the distinct values only, and
//! ends with the first broken rule as a [`Refusal`] ([REC-27]). What is named and discounted without
//! refusing is a [`Finding`].

mod check;
mod distinct;
pub mod finding;
pub mod issuances;
pub mod pledges;
pub mod report;
mod said;
mod statements;
mod tally;
pub mod walk;

pub use check::{CheckedEntry, check_entry};
pub use finding::{Finding, Repeated};
pub use issuances::{IssuanceRecord, IssuanceRecount};
pub use pledges::PledgeRecount;
pub use report::Report;
pub use said::{AmendmentReport, AnnouncementReport, Changed, ClosingReport, Placed};
pub use tally::{MilestoneState, SpreadState, ThresholdState};
pub use walk::{EarlierAudit, LogWalk};

use serde::Serialize;

use crate::attestation::AttestationError;
use crate::ed25519::SignatureError;
use crate::entry::EntryError;
use crate::log::{CheckpointError, Level, Tile};
use crate::pledge::PledgeError;
use crate::statement::{AmendmentError, AnnouncementError, ClosingError};

/// Which of a campaign's logs.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum LogName {
    /// The counter's log of pledges.
    Pledges,
    /// The issuance log of the issuer with this index.
    Issuances(u16),
}

impl std::fmt::Display for LogName {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Pledges => f.write_str("the pledge log"),
            Self::Issuances(issuer) => write!(f, "the issuance log of issuer {issuer}"),
        }
    }
}

/// A log that breaks a rule is refused: which log, where, which rule.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("{log}{at}: {rule}", at = index.map_or(String::new(), |index| format!(" at index {index}")))]
pub struct Refusal {
    /// The log.
    pub log: LogName,
    /// The entry, if the rule is about one.
    pub index: Option<u64>,
    /// The rule.
    pub rule: Rule,
}

impl Refusal {
    /// The refusal of a bundle that is malformed or gone, or of a hash tile that is that or holds
    /// other hashes than follow from the entries ([spec: recount §3]).
    #[must_use]
    pub const fn of_file(log: LogName, tile: Tile) -> Self {
        let rule = match tile.level() {
            Level::Entries => Rule::Bundle,
            Level::Hashes(_) => Rule::Tile,
        };
        Self { log, index: Some(tile.first_entry()), rule }
    }
}

/// The rules of [spec: recount §2], one variant each.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum Rule {
    /// [REC-1]
    #[error("the checkpoint is refused: {0}")]
    Checkpoint(CheckpointError),
    /// [REC-2]
    #[error("the log has no entries")]
    Empty,
    /// [REC-3]
    #[error("an entry bundle is malformed or incomplete")]
    Bundle,
    /// [REC-4]
    #[error("a tile does not hold the hashes of the entries")]
    Tile,
    /// [REC-5]
    #[error("the entries do not have the root that the checkpoint signs")]
    Root,
    /// [REC-6]
    #[error("the log is smaller than at an earlier audit, which saw {earlier} entries")]
    Shrank {
        /// Size the earlier audit saw.
        earlier: u64,
    },
    /// [REC-7]
    #[error("the log is not the one of an earlier audit: its first {earlier} entries differ")]
    Forked {
        /// Size the earlier audit saw.
        earlier: u64,
    },
    /// [REC-8]
    #[error("the entry is refused: {0}")]
    Entry(EntryError),
    /// [REC-9]
    #[error("index 0 must name this campaign, and no other entry may")]
    Campaign,
    /// [REC-10]
    #[error("the entry does not belong into this log")]
    EntryKind,
    /// [REC-11, LOG-25]
    #[error("the batch is not sorted")]
    Order,
    /// [REC-12, LOG-26]
    #[error("the seal must carry batch number {expected}")]
    SealNumber {
        /// The number that follows.
        expected: u64,
    },
    /// [REC-13, LOG-26]
    #[error("the seal must count {expected} entries")]
    SealCount {
        /// Entries since the last seal.
        expected: u64,
    },
    /// [REC-14, LOG-26]
    #[error("the seal of an empty batch")]
    SealEmpty,
    /// [REC-15, LOG-27]
    #[error("the log does not end with a seal")]
    Unsealed,
    /// [REC-16]
    #[error("the seal must carry one checkpoint for each issuance log, an issuance log's none")]
    SealCheckpoints,
    /// [REC-17, LOG-28], in a seal or a revocation.
    #[error("the checkpoint of issuer {issuer} is refused: {error}")]
    IssuanceCheckpoint {
        /// The issuer.
        issuer: u16,
        /// Why.
        error: CheckpointError,
    },
    /// [REC-18, LOG-28], in a seal or a revocation.
    #[error("the checkpoint of issuer {issuer} is older than that of the seal before")]
    IssuanceShrank {
        /// The issuer.
        issuer: u16,
    },
    /// [REC-20]
    #[error("the issuance is refused: {0}")]
    Issuance(AttestationError),
    /// [REC-21]
    #[error("the pledge is refused: {0}")]
    Pledge(PledgeError),
    /// [REC-22]
    #[error("the nonce was counted before, at index {first}")]
    NonceRepeated {
        /// Where it stands first.
        first: u64,
    },
    /// [REC-28]
    #[error("the withdrawal is not signed by who pledged: {0}")]
    Withdrawal(SignatureError),
    /// [REC-29]
    #[error("the withdrawal is of no pledge of an earlier batch")]
    WithdrawalUnknown,
    /// [REC-30]
    #[error("the pledge was withdrawn before")]
    WithdrawnTwice,
    /// [REC-31]
    #[error("{0}")]
    Announcement(AnnouncementError),
    /// [REC-32]
    #[error("{0}")]
    Amendment(AmendmentError),
    /// [REC-33, STA-1]
    #[error("the statement must have the number {expected}: one was withheld or stands twice")]
    Number {
        /// The number that follows.
        expected: u32,
    },
    /// [REC-34, STA-9]
    #[error("the new shares must be of epoch {expected}")]
    Epoch {
        /// The epoch that follows.
        expected: u32,
    },
    /// [REC-34, STA-10]
    #[error("issuer {issuer} was revoked before")]
    RevokedTwice {
        /// The issuer.
        issuer: u16,
    },
    /// [REC-35]
    #[error("{0}")]
    Closing(ClosingError),
    /// [REC-36, STA-15]
    #[error("an entry follows the closing statement")]
    Closed,
    /// [REC-37]
    #[error("another signed note of this log, of {size} entries, is not of these entries' batches")]
    Note {
        /// Size of the note.
        size: u64,
    },
}

impl Rule {
    /// The rule's id in the spec.
    #[must_use]
    pub const fn id(&self) -> &'static str {
        match self {
            Self::Checkpoint(_) => "REC-1",
            Self::Empty => "REC-2",
            Self::Bundle => "REC-3",
            Self::Tile => "REC-4",
            Self::Root => "REC-5",
            Self::Shrank { .. } => "REC-6",
            Self::Forked { .. } => "REC-7",
            Self::Entry(_) => "REC-8",
            Self::Campaign => "REC-9",
            Self::EntryKind => "REC-10",
            Self::Order => "REC-11",
            Self::SealNumber { .. } => "REC-12",
            Self::SealCount { .. } => "REC-13",
            Self::SealEmpty => "REC-14",
            Self::Unsealed => "REC-15",
            Self::SealCheckpoints => "REC-16",
            Self::IssuanceCheckpoint { .. } => "REC-17",
            Self::IssuanceShrank { .. } => "REC-18",
            Self::Issuance(_) => "REC-20",
            Self::Pledge(_) => "REC-21",
            Self::NonceRepeated { .. } => "REC-22",
            Self::Withdrawal(_) => "REC-28",
            Self::WithdrawalUnknown => "REC-29",
            Self::WithdrawnTwice => "REC-30",
            Self::Announcement(_) => "REC-31",
            Self::Amendment(_) => "REC-32",
            Self::Number { .. } => "REC-33",
            Self::Epoch { .. } | Self::RevokedTwice { .. } => "REC-34",
            Self::Closing(_) => "REC-35",
            Self::Closed => "REC-36",
            Self::Note { .. } => "REC-37",
        }
    }
}
