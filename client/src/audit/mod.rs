//! The audit: a full recount from public bytes ([spec: recount]).
//!
//! [`target`] says where the bytes are, [`walk`] reads and checks them in parallel, [`earlier`]
//! remembers what was seen for the next audit.

pub mod earlier;
pub mod target;
pub mod walk;

#[cfg(test)]
mod tests;

use std::io;

use headcount_protocol::campaign::Campaign;
use headcount_protocol::log::Checkpoint;
use headcount_protocol::recount::{
    IssuanceRecord, IssuanceRecount, LogName, PledgeRecount, Refusal, Report, Rule, check_entry,
};

pub use earlier::{Earlier, EarlierError};
use target::folder;
pub use target::{Sources, Target, TargetError};

use crate::log::{LogSource, ReadError};
use crate::progress::Progress;

/// Why an audit ended without agreeing.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum AuditError {
    /// A log breaks a rule.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// A file could not be had, which says nothing against the log.
    #[error("{log} cannot be read: {error}")]
    Read {
        /// The log.
        log: LogName,
        /// Why.
        error: ReadError,
    },
    /// A copy in a directory lacks a file, which says nothing against the log.
    #[error("the mirror lacks {}/{file}; complete it, or audit the campaign's link", folder(*.log))]
    Lacks {
        /// The log.
        log: LogName,
        /// Path of the file in the log.
        file: String,
    },
    /// No checkpoint is served, so that there is no log to judge.
    #[error("{0} has no checkpoint there; try again later")]
    NoCheckpoint(LogName),
    /// The state of an earlier audit cannot be used.
    #[error(transparent)]
    Earlier(#[from] EarlierError),
    /// The mirror cannot be written.
    #[error("the mirror cannot be written: {0}")]
    Mirror(io::ErrorKind),
}

/// A checkpoint as it was read, and opened.
struct Opened {
    note: Vec<u8>,
    checkpoint: Checkpoint,
}

/// Recounts a campaign.
///
/// The checkpoint of the pledge log is read first, those of the issuance logs after it [REC-23],
/// and only then the entries: so every issuance that a seal speaks of lies within what is read,
/// however the logs grow meanwhile.
///
/// # Errors
/// [`AuditError`].
pub fn audit(
    campaign: &Campaign,
    sources: &Sources<'_>,
    earlier: Option<&Earlier>,
) -> Result<Report, AuditError> {
    let counter = &campaign.manifest.counter;
    let pledges =
        open(LogName::Pledges, &sources.pledges, |note| Checkpoint::open(note, &counter.log.0))?;
    let mut opened = Vec::new();
    for (issuer, source) in campaign.issuer_indices().zip(&sources.issuances) {
        let key = &campaign.issuer(issuer).log.0;
        let name = LogName::Issuances(issuer);
        opened.push(open(name, source, |note| Checkpoint::open(note, key))?);
    }
    // A dishonest log may state any size.
    let sizes = opened.iter().chain([&pledges]).map(|log| log.checkpoint.size());
    let progress = Progress::new("auditing", sizes.fold(0, u64::saturating_add));
    let verdict = recount(campaign, sources, earlier, &pledges, &opened, &progress);
    progress.finish();
    // A refused log is kept as well: it is the evidence.
    if matches!(verdict, Ok(_) | Err(AuditError::Refused(_))) {
        let logs = sources.issuances.iter().zip(&opened).chain([(&sources.pledges, &pledges)]);
        for (source, log) in logs {
            source.keep_checkpoint(&log.note).map_err(|error| match error {
                ReadError::File(kind) => AuditError::Mirror(kind),
                _ => AuditError::Mirror(io::ErrorKind::Other),
            })?;
        }
    }
    verdict
}

fn recount(
    campaign: &Campaign,
    sources: &Sources<'_>,
    earlier: Option<&Earlier>,
    pledges: &Opened,
    issuances: &[Opened],
    progress: &Progress,
) -> Result<Report, AuditError> {
    let mut records: Vec<IssuanceRecord> = Vec::new();
    for ((issuer, source), log) in campaign.issuer_indices().zip(&sources.issuances).zip(issuances)
    {
        let name = LogName::Issuances(issuer);
        let before = earlier.and_then(|earlier| earlier.issuances(issuer));
        let mut recount = IssuanceRecount::new(campaign, issuer, before, None);
        let size = log.checkpoint.size();
        let walk = walk::Walk { log: name, source, size, progress };
        let level_0 = walk.run(|_, bytes| Ok(bytes), |bytes: Vec<u8>| recount.push(&bytes))?;
        let partials = recount.walk().edge().partials();
        records.push(recount.finish(log.checkpoint.clone())?);
        walk.check_tiles(&partials, &level_0)?;
    }
    let before = earlier.map(|earlier| earlier.pledges);
    let mut recount = PledgeRecount::new(campaign, &records, before, None);
    let size = pledges.checkpoint.size();
    let walk = walk::Walk { log: LogName::Pledges, source: &sources.pledges, size, progress };
    let level_0 = walk.run(
        |index, bytes| check_entry(campaign, index, &bytes),
        |checked| recount.push(&checked),
    )?;
    let partials = recount.walk().edge().partials();
    let report = recount.finish(&pledges.checkpoint)?;
    walk.check_tiles(&partials, &level_0)?;
    Ok(report)
}

fn open(
    log: LogName,
    source: &LogSource<'_>,
    open: impl Fn(&[u8]) -> Result<Checkpoint, headcount_protocol::log::CheckpointError>,
) -> Result<Opened, AuditError> {
    let note = match source.checkpoint() {
        Ok(note) => note,
        Err(ReadError::Missing) if source.is_copy() => {
            return Err(AuditError::Lacks { log, file: "checkpoint".to_owned() });
        }
        Err(ReadError::Missing) => return Err(AuditError::NoCheckpoint(log)),
        // A note longer than any is none.
        Err(ReadError::Malformed) => Vec::new(),
        Err(error) => return Err(AuditError::Read { log, error }),
    };
    let checkpoint =
        open(&note).map_err(|error| Refusal { log, index: None, rule: Rule::Checkpoint(error) })?;
    Ok(Opened { note, checkpoint })
}
