//! What a report says of the statements in a pledge log ([spec: recount §6]).

use serde::Serialize;

use crate::campaign::values::Texts;
use crate::statement::Office;

/// An announcement, and its place.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
pub struct AnnouncementReport {
    /// Its number, from 0.
    pub number: u32,
    /// Its batch.
    pub batch: u64,
    /// Its index in the log.
    pub index: u64,
    /// Unix time in seconds that the organisers state.
    pub time: u64,
    /// Whether it came before the threshold was reached.
    pub placed: Placed,
    /// What it says.
    pub texts: Texts,
}

/// On which side of the batch in which the threshold was reached.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Placed {
    /// In an earlier batch, or the threshold is not reached.
    Before,
    /// In that batch.
    With,
    /// In a later batch.
    After,
}

impl Placed {
    pub(super) fn of(batch: u64, reached: Option<u64>) -> Self {
        match reached.map(|reached| batch.cmp(&reached)) {
            None | Some(std::cmp::Ordering::Less) => Self::Before,
            Some(std::cmp::Ordering::Equal) => Self::With,
            Some(std::cmp::Ordering::Greater) => Self::After,
        }
    }
}

/// An amendment.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
pub struct AmendmentReport {
    /// Its number, from 0.
    pub number: u32,
    /// Its batch.
    pub batch: u64,
    /// Its index in the log.
    pub index: u64,
    /// What it changed.
    #[serde(flatten)]
    pub change: Changed,
}

/// What was amended.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
#[serde(rename_all = "lowercase", tag = "change")]
pub enum Changed {
    /// The guardians' shares were refreshed.
    Shares {
        /// For which time.
        epoch: u32,
    },
    /// An issuer was frozen.
    Revocation {
        /// The issuer.
        issuer: u16,
        /// Size of its log from which on nothing counts.
        size: u64,
    },
}

/// The closing statement.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
pub struct ClosingReport {
    /// Its batch, which is the last.
    pub batch: u64,
    /// Whose secrets the counter's operator saw destroyed.
    pub destroyed: Vec<Office>,
}
