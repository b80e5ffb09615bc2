//! Whether a complaint is right, from the file and, where one is at hand, from the log.

use std::io;
use std::path::Path;

use headcount_protocol::campaign::{Campaign, CampaignId};
use headcount_protocol::entry::Entry;
use headcount_protocol::evidence::{
    BrokenPromiseError, Complaint, ComplaintError, HiddenIssuanceError, Kept,
};
use headcount_protocol::log::{Checkpoint, Cosigned, VerifierKey};
use serde::Serialize;

use crate::audit::Sources;
use crate::files;
use crate::log::{LogError, LogSource, whole};

/// What became of a complaint.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// The word was broken.
    Upheld,
    /// The log has what is said to be missing.
    Refuted,
    /// The issuer signed; whether it says so, its log has to show.
    Open,
}

/// A complaint that was looked into.
#[derive(Clone, Debug, Serialize)]
pub struct Confirmed {
    /// What it is about: `promise` or `issuance`.
    pub complaint: &'static str,
    /// The campaign.
    pub campaign: CampaignId,
    /// The verdict.
    pub verdict: Verdict,
    /// Of a promise: where the entry stands, as far as is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kept: Option<Kept>,
    /// Of a promise: the batch.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub batch: Option<u64>,
    /// Of an issuance: the issuer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub issuer: Option<u16>,
    /// Where the entry stands, in the log that was read or by the complaint.
    pub index: Option<u64>,
    /// Size of the log that the verdict is about.
    pub size: Option<u64>,
    /// Whether that log is witnessed; `null` where the manifest names no witnesses.
    pub witnessed: Option<bool>,
}

/// Why a complaint says nothing, or could not be looked into.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum ConfirmError {
    /// The file cannot be read.
    #[error("the complaint cannot be read: {0}")]
    File(io::ErrorKind),
    /// It is none, or about another campaign.
    #[error(transparent)]
    Complaint(#[from] ComplaintError),
    /// It does not show a broken promise.
    #[error("the complaint shows no broken promise: {0}")]
    Promise(#[from] BrokenPromiseError),
    /// It does not show an issuance.
    #[error("the complaint shows no issuance: {0}")]
    Issuance(#[from] HiddenIssuanceError),
    /// The log cannot be read.
    #[error(transparent)]
    Log(#[from] LogError),
}

/// Reads a complaint, of the campaign that was asked for if one was.
///
/// # Errors
/// [`ConfirmError::File`], [`ConfirmError::Complaint`].
pub fn read(path: &Path, asked: Option<CampaignId>) -> Result<(Complaint, Campaign), ConfirmError> {
    let bytes = files::read_bounded(path, Complaint::MAX_LEN);
    let bytes = bytes.map_err(|error| ConfirmError::File(error.kind()))?;
    let complaint = Complaint::from_json(&bytes)?;
    let campaign = complaint.campaign(asked)?;
    Ok((complaint, campaign))
}

/// Looks into a complaint; with `sources`, in the logs as well.
///
/// # Errors
/// [`ConfirmError`].
pub fn confirm(
    complaint: &Complaint,
    campaign: &Campaign,
    sources: Option<&Sources<'_>>,
) -> Result<Confirmed, ConfirmError> {
    let witnessed = |log: &Cosigned| campaign.has_witnesses().then(|| campaign.is_witnessed(log));
    match complaint {
        Complaint::Promise(promise) => {
            let (mut kept, log) = promise.check(campaign)?;
            let mut confirmed = Confirmed {
                complaint: "promise",
                campaign: campaign.id,
                verdict: Verdict::Upheld,
                kept: Some(kept),
                batch: Some(promise.receipt.batch),
                issuer: None,
                index: promise.elsewhere.as_ref().map(|there| there.index),
                size: Some(log.checkpoint.size()),
                witnessed: witnessed(&log),
            };
            if let (Kept::Absent, Some(sources)) = (kept, sources) {
                let (checkpoint, index) =
                    find(&sources.pledges, &key(campaign, None), |_, bytes| {
                        bytes == promise.entry.0
                    })?;
                // The batch it was promised for ends the question on which side it stands.
                kept = match index {
                    Some(index) if index > promise.end.index => Kept::Late,
                    Some(_) => Kept::Early,
                    None => Kept::Absent,
                };
                confirmed = Confirmed {
                    kept: Some(kept),
                    index,
                    size: Some(checkpoint.size()),
                    ..confirmed
                };
            }
            Ok(confirmed)
        }
        Complaint::Issuance(issuance) => {
            let (digest, log) = issuance.check(campaign)?;
            let mut confirmed = Confirmed {
                complaint: "issuance",
                campaign: campaign.id,
                verdict: Verdict::Open,
                kept: None,
                batch: None,
                issuer: Some(issuance.issuer),
                index: None,
                size: log.as_ref().map(|log| log.checkpoint.size()),
                witnessed: log.as_ref().and_then(witnessed),
            };
            if let Some(source) =
                sources.and_then(|all| all.issuances.get(usize::from(issuance.issuer)))
            {
                let listed = |entry: Option<&Entry>| match entry {
                    Some(Entry::Issuance(it)) => it.request_digest == digest,
                    _ => false,
                };
                let key = key(campaign, Some(issuance.issuer));
                let (checkpoint, index) = find(source, &key, |entry, _| listed(entry))?;
                let verdict = if index.is_some() { Verdict::Refuted } else { Verdict::Upheld };
                let size = Some(checkpoint.size());
                confirmed = Confirmed { verdict, index, size, ..confirmed };
            }
            Ok(confirmed)
        }
    }
}

fn key(campaign: &Campaign, issuer: Option<u16>) -> VerifierKey {
    match issuer {
        None => campaign.manifest.counter.log.0.clone(),
        Some(issuer) => campaign.issuer(issuer).log.0.clone(),
    }
}

/// Reads a log whole; where the first entry stands that is looked for.
fn find(
    source: &LogSource<'_>,
    key: &VerifierKey,
    looked_for: impl Fn(Option<&Entry>, &[u8]) -> bool,
) -> Result<(Checkpoint, Option<u64>), LogError> {
    let checkpoint = Checkpoint::open(&source.checkpoint()?, key)?;
    let (mut index, mut found) = (0, None);
    whole::read(source, &checkpoint, |bytes| {
        if found.is_none() && looked_for(Entry::decode(bytes).ok().as_ref(), bytes) {
            found = Some(index);
        }
        index += 1;
    })?;
    Ok((checkpoint, found))
}
