//! A campaign before it has keys: what its organisers write, as TOML.

use std::path::Path;

use headcount_protocol::campaign::manifest::{BatchRule, Delay, Measure, Region, Schedule, Spread};
use headcount_protocol::campaign::rules::REPLAY_GRACE;
use headcount_protocol::campaign::values::Texts;
use headcount_protocol::identifier::Method;
use headcount_protocol::log::CosignatureKey;
use jiff::Timestamp;
use serde::Deserialize;

use crate::toml_file::{self, TomlFileError};

/// Seconds of a day.
const DAY: u64 = 86_400;

/// A campaign's draft; `spec/examples/half-million.toml` shows every field.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Draft {
    /// One line, by language.
    pub title: Texts,
    /// What people pledge to do, by language.
    pub text: Texts,
    /// Pledges to reach.
    pub threshold: u64,
    /// Which count is compared.
    #[serde(default = "sum")]
    pub threshold_of: Measure,
    /// Counts on the way whose batch is reported, ascending.
    #[serde(default)]
    pub milestones: Vec<u64>,
    /// How the pledges must be spread over the regions as well.
    #[serde(default)]
    pub spread: Spread,
    /// When the campaign opens and closes; without it, now and for 30 days.
    pub schedule: Option<DraftSchedule>,
    /// The classes, each with the methods of its issuers.
    pub classes: Vec<DraftClass>,
    /// Regions a supporter may name.
    #[serde(default)]
    pub regions: Vec<Region>,
    /// Seconds between issuance and redemption.
    #[serde(default = "delay")]
    pub delay: Delay,
    /// When a log seals a batch.
    #[serde(default = "batch")]
    pub batch: BatchRule,
    /// Who cosigns the logs; by default nobody.
    #[serde(default)]
    pub witnesses: DraftWitnesses,
}

/// The witnesses of a draft.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DraftWitnesses {
    /// Cosignatures a checkpoint needs.
    pub quorum: u16,
    /// Witnesses that may be dishonest.
    pub faulty: u16,
    /// The witnesses.
    pub keys: Vec<DraftWitness>,
}

/// One of them.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DraftWitness {
    /// Its verifier key, as `headcount witness init` prints it.
    pub key: CosignatureKey,
    /// URL at which it takes checkpoints; it stands in the configuration, not in the manifest.
    pub url: Option<String>,
}

/// The times of a draft, RFC 3339 with a zone.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DraftSchedule {
    /// Issuance and redemption begin.
    pub opens: Timestamp,
    /// Issuance ends.
    pub issuance_closes: Timestamp,
    /// Redemption ends.
    pub redemption_closes: Timestamp,
}

/// A class of a draft.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DraftClass {
    /// Its name.
    pub name: String,
    /// The method of each of its issuers.
    pub methods: Vec<Method>,
}

const fn sum() -> Measure {
    Measure::Sum
}

const fn delay() -> Delay {
    Delay { minimum: 3_600, maximum: 86_400 }
}

const fn batch() -> BatchRule {
    BatchRule { interval: 600, minimum_size: 100, maximum_wait: 21_600 }
}

impl Draft {
    /// Reads a draft.
    ///
    /// # Errors
    /// [`TomlFileError`].
    pub fn load(path: &Path) -> Result<Self, TomlFileError> {
        toml_file::load(path)
    }

    /// A campaign with this title and threshold, by e-mail alone.
    #[must_use]
    pub fn plain(title: &str, threshold: u64) -> Self {
        Self {
            title: Texts::single("en", title),
            text: Texts::single("en", title),
            threshold,
            threshold_of: sum(),
            milestones: Vec::new(),
            spread: Spread::default(),
            schedule: None,
            classes: vec![DraftClass { name: "email".to_owned(), methods: vec![Method::Email] }],
            regions: Vec::new(),
            delay: delay(),
            batch: batch(),
            witnesses: DraftWitnesses::default(),
        }
    }

    /// The schedule in Unix seconds.
    #[must_use]
    pub fn unix_schedule(&self, now: u64) -> Schedule {
        let unix = |time: Timestamp| u64::try_from(time.as_second()).unwrap_or(0);
        match &self.schedule {
            Some(schedule) => Schedule {
                opens: unix(schedule.opens),
                issuance_closes: unix(schedule.issuance_closes),
                redemption_closes: unix(schedule.redemption_closes),
            },
            None => {
                let issuance_closes = now + 30 * DAY;
                let room = REPLAY_GRACE + self.batch.maximum_wait + self.delay.maximum;
                Schedule { opens: now, issuance_closes, redemption_closes: issuance_closes + room }
            }
        }
    }
}
