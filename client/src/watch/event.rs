//! What is told of a log, a line each.

use headcount_protocol::campaign::values::Texts;
use serde::Serialize;

use crate::report::{counted, grouped};

/// Something new.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case", tag = "event")]
pub enum Event {
    /// The count as it is logged, by which the campaign's threshold goes.
    Count {
        /// Pledges less withdrawals.
        count: u64,
        /// Entries of the log.
        size: u64,
        /// Batches of it.
        batches: u64,
        /// Entries that witnesses have seen; `null` where the manifest names none.
        witnessed: Option<u64>,
    },
    /// A milestone was reached.
    Milestone {
        /// The milestone.
        count: u64,
        /// In this batch.
        batch: u64,
    },
    /// The whole threshold was reached.
    Threshold {
        /// The count it asks for.
        count: u64,
        /// In this batch.
        batch: u64,
    },
    /// The organisers announced something, and signed it.
    Announcement {
        /// Its number.
        number: u32,
        /// Its batch.
        batch: u64,
        /// Unix time in seconds that they state.
        time: u64,
        /// What it says.
        texts: Texts,
    },
    /// Something was amended, with the amendment key.
    Amendment {
        /// Its number.
        number: u32,
        /// Its batch.
        batch: u64,
        /// In words.
        change: String,
    },
    /// The counter closed the log.
    Closing {
        /// The last batch.
        batch: u64,
    },
    /// The log is another one than it was.
    Fork {
        /// In what.
        kind: ForkKind,
        /// Size that was seen.
        seen: u64,
        /// Size that is served.
        now: u64,
        /// Where both signed notes are kept.
        evidence: Vec<String>,
    },
}

/// In what two notes of one log contradict each other.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ForkKind {
    /// The log is smaller than it was.
    Smaller,
    /// Two roots of one size are signed.
    SameSize,
    /// The larger log does not begin with the smaller one.
    NotContinued,
}

impl Event {
    /// A line for people.
    #[must_use]
    pub fn text(&self) -> String {
        match self {
            Self::Count { count, size, batches, witnessed } => {
                let witnessed = match witnessed {
                    None => "unwitnessed".to_owned(),
                    Some(seen) if seen == size => "all witnessed".to_owned(),
                    Some(seen) => format!("{} witnessed", grouped(*seen)),
                };
                let (entries, batches) =
                    (counted(*size, "entry", "entries"), counted(*batches, "batch", "batches"));
                let count = grouped(*count);
                format!("count {count}, as logged: {entries} in {batches}, {witnessed}")
            }
            Self::Milestone { count, batch } => {
                format!("milestone {} reached in batch {batch}, as logged", grouped(*count))
            }
            Self::Threshold { count, batch } => {
                format!("THRESHOLD {} reached in batch {batch}, as logged", grouped(*count))
            }
            Self::Announcement { number, batch, texts, .. } => {
                format!("announcement {number} in batch {batch}: {}", plain(texts.get("en")))
            }
            Self::Amendment { number, batch, change } => {
                format!("amendment {number} in batch {batch}: {change}")
            }
            Self::Closing { batch } => format!("closed in batch {batch}: nothing follows"),
            Self::Fork { kind, seen, now, evidence } => {
                let what = match kind {
                    ForkKind::Smaller => "the log is smaller than it was",
                    ForkKind::SameSize => "two roots of the same size are signed",
                    ForkKind::NotContinued => "one log does not begin with the other",
                };
                let (seen, now) = (grouped(*seen), grouped(*now));
                let evidence = evidence.join(" and ");
                format!("FORK: {what}: size {seen} and size {now}; both notes are in {evidence}")
            }
        }
    }
}

/// A terminal obeys some characters, and some turn the order of others round; the organisers may
/// have signed any.
fn plain(text: &str) -> String {
    let turns = |c: char| matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    text.replace('\n', " ").chars().filter(|&c| !c.is_control() && !turns(c)).collect()
}
