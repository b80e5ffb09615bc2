//! The audit: a full recount from public bytes ([spec: recount]).
//!
//! [`target`] says where the bytes are, [`walk`] reads and checks them in parallel, [`earlier`]
//! remembers what was seen for the next audit.

pub mod earlier;
pub mod target;
pub mod walk;

#[cfg(test)]
mod mirroring;
#[cfg(test)]
mod tests;

use std::io;

use headcount_protocol::campaign::Campaign;
use headcount_protocol::entry::Entry;
use headcount_protocol::log::{Checkpoint, CheckpointError};
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

/// The notes of a log as they were read, and opened.
struct Opened {
    /// By the name under which a mirror keeps them.
    notes: Vec<(&'static str, Vec<u8>)>,
    /// The larger of the two: the log is recounted up to there.
    checkpoint: Checkpoint,
    /// What the witnesses have seen.
    witnessed: Option<Checkpoint>,
    /// The latest note, where that is the smaller one.
    older: Option<Checkpoint>,
}

/// The notes of every log.
struct Logs<'a> {
    pledges: &'a Opened,
    issuances: &'a [Opened],
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
    audit_and_see(campaign, sources, earlier, |_| {})
}

/// Recounts a campaign, and shows every entry of the pledge log, in its order, once its own rules
/// hold. What `see` gathered is to be believed only if this succeeds.
///
/// # Errors
/// [`AuditError`].
pub fn audit_and_see(
    campaign: &Campaign,
    sources: &Sources<'_>,
    earlier: Option<&Earlier>,
    see: impl FnMut(&Entry),
) -> Result<Report, AuditError> {
    let pledges = open(campaign, LogName::Pledges, &sources.pledges)?;
    let mut opened = Vec::new();
    for (issuer, source) in campaign.issuer_indices().zip(&sources.issuances) {
        opened.push(open(campaign, LogName::Issuances(issuer), source)?);
    }
    // A dishonest log may state any size.
    let sizes = opened.iter().chain([&pledges]).map(|log| log.checkpoint.size());
    let progress = Progress::new("auditing", sizes.fold(0, u64::saturating_add));
    let logs = Logs { pledges: &pledges, issuances: &opened };
    let verdict = recount(campaign, sources, earlier, &logs, &progress, see);
    progress.finish();
    // A refused log is kept as well: it is the evidence.
    if matches!(verdict, Ok(_) | Err(AuditError::Refused(_))) {
        let logs = sources.issuances.iter().zip(&opened).chain([(&sources.pledges, &pledges)]);
        for (source, log) in logs {
            for (name, note) in &log.notes {
                source.keep(name, note).map_err(|error| match error {
                    ReadError::File(kind) => AuditError::Mirror(kind),
                    _ => AuditError::Mirror(io::ErrorKind::Other),
                })?;
            }
        }
    }
    verdict
}

fn recount(
    campaign: &Campaign,
    sources: &Sources<'_>,
    earlier: Option<&Earlier>,
    logs: &Logs<'_>,
    progress: &Progress,
    mut see: impl FnMut(&Entry),
) -> Result<Report, AuditError> {
    let Logs { pledges, issuances } = *logs;
    let mut records: Vec<IssuanceRecord> = Vec::new();
    for ((issuer, source), log) in campaign.issuer_indices().zip(&sources.issuances).zip(issuances)
    {
        let name = LogName::Issuances(issuer);
        let before = earlier.and_then(|earlier| earlier.issuances(issuer));
        let mut recount = IssuanceRecount::new(campaign, issuer, before, log.witnessed.clone());
        log.older.iter().for_each(|note| recount.expect(note.clone()));
        let size = log.checkpoint.size();
        let walk = walk::Walk { log: name, source, size, progress };
        let level_0 = walk.run(|_, bytes| Ok(bytes), |bytes: Vec<u8>| recount.push(&bytes))?;
        let partials = recount.walk().edge().partials();
        records.push(recount.finish(log.checkpoint.clone())?);
        walk.check_tiles(&partials, &level_0)?;
    }
    let before = earlier.map(|earlier| earlier.pledges);
    let mut recount = PledgeRecount::new(campaign, &records, before, pledges.witnessed.clone());
    pledges.older.iter().for_each(|note| recount.expect(note.clone()));
    let size = pledges.checkpoint.size();
    let walk = walk::Walk { log: LogName::Pledges, source: &sources.pledges, size, progress };
    let level_0 = walk.run(
        |index, bytes| check_entry(campaign, index, &bytes),
        |checked| {
            see(checked.entry());
            recount.push(&checked)
        },
    )?;
    let partials = recount.walk().edge().partials();
    let report = recount.finish(&pledges.checkpoint)?;
    walk.check_tiles(&partials, &level_0)?;
    Ok(report)
}

/// Reads a log's notes, what is witnessed first: it is not larger than what is read after it, unless
/// that comes out of a cache ([spec: recount §1]).
fn open(campaign: &Campaign, log: LogName, source: &LogSource<'_>) -> Result<Opened, AuditError> {
    let refuse = |error| Refusal { log, index: None, rule: Rule::Checkpoint(error) };
    let open = |note: &[u8]| match log {
        LogName::Pledges => campaign.open_pledge_checkpoint(note).map_err(refuse),
        LogName::Issuances(issuer) => {
            campaign.open_issuance_checkpoint(issuer, note).map_err(refuse)
        }
    };
    let mut notes = Vec::new();
    let mut witnessed = None;
    if campaign.has_witnesses()
        && let Some(note) = whole(source.witnessed(), log, source)?
    {
        let cosigned = open(&note)?;
        // [REC-38]
        if !campaign.is_witnessed(&cosigned) {
            return Err(refuse(CheckpointError::Unwitnessed).into());
        }
        witnessed = Some(cosigned.checkpoint);
        notes.push(("witnessed", note));
    }
    let note = whole(source.checkpoint().map(Some), log, source)?.unwrap_or_default();
    let latest = open(&note)?.checkpoint;
    notes.push(("checkpoint", note));
    Ok(match witnessed.clone().filter(|it| it.size() > latest.size()) {
        Some(newer) => Opened { notes, checkpoint: newer, witnessed, older: Some(latest) },
        None => Opened { notes, checkpoint: latest, witnessed, older: None },
    })
}

/// A note that was read; one that is longer than any is none.
fn whole(
    note: Result<Option<Vec<u8>>, ReadError>,
    log: LogName,
    source: &LogSource<'_>,
) -> Result<Option<Vec<u8>>, AuditError> {
    match note {
        Ok(note) => Ok(note),
        Err(ReadError::Missing) if source.is_copy() => {
            Err(AuditError::Lacks { log, file: "checkpoint".to_owned() })
        }
        Err(ReadError::Missing) => Err(AuditError::NoCheckpoint(log)),
        Err(ReadError::Malformed) => Ok(Some(Vec::new())),
        Err(error) => Err(AuditError::Read { log, error }),
    }
}
