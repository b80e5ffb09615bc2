//! Whether a complaint is right, from the file and, where one is at hand, from the log.

use std::io;
use std::path::Path;

use headcount_protocol::campaign::{Campaign, CampaignId};
use headcount_protocol::entry::Entry;
use headcount_protocol::evidence::{
    BrokenPromiseError, Complaint, ComplaintError, HiddenIssuanceError, Kept,
};
use headcount_protocol::log::{Checkpoint, VerifierKey};
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

/// A complaint that was looked into ([spec: evidence §4]).
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
#[serde(tag = "complaint", rename_all = "lowercase")]
pub enum Confirmed {
    /// Of a promise that was broken.
    Promise {
        /// The campaign.
        campaign: CampaignId,
        /// That it is.
        verdict: Verdict,
        /// The batch that was promised.
        batch: u64,
        /// Where the entry stands, as far as is known.
        found: Kept,
        /// Its index there.
        index: Option<u64>,
    },
    /// Of an issuance that was hidden.
    Issuance {
        /// The campaign.
        campaign: CampaignId,
        /// The issuer.
        issuer: u16,
        /// Whether it is.
        verdict: Verdict,
        /// Size of the log that was read.
        size: Option<u64>,
    },
}

impl Confirmed {
    /// The verdict.
    #[must_use]
    pub const fn verdict(&self) -> Verdict {
        match self {
            Self::Promise { verdict, .. } | Self::Issuance { verdict, .. } => *verdict,
        }
    }
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

impl ConfirmError {
    /// The rule that the complaint breaks, if it is the complaint that is at fault.
    #[must_use]
    pub const fn rule(&self) -> Option<&'static str> {
        match self {
            Self::File(_) | Self::Log(_) => None,
            Self::Complaint(error) => Some(error.id()),
            Self::Promise(error) => Some(error.id()),
            Self::Issuance(error) => Some(error.id()),
        }
    }
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
    let campaign_id = campaign.id;
    match complaint {
        Complaint::Promise(promise) => {
            let (mut found, _) = promise.check(campaign)?;
            let mut index = promise.elsewhere.as_ref().map(|there| there.index);
            if let (Kept::Absent, Some(sources)) = (found, sources) {
                let key = &campaign.manifest.counter.log.0;
                (_, index) = find(&sources.pledges, key, |bytes| bytes == promise.entry.0)?;
                // It is not in its batch, so that the batch's seal tells the sides apart.
                found = match index {
                    Some(index) if index > promise.end.index => Kept::Late,
                    Some(_) => Kept::Early,
                    None => Kept::Absent,
                };
            }
            let (verdict, batch) = (Verdict::Upheld, promise.receipt.batch);
            Ok(Confirmed::Promise { campaign: campaign_id, verdict, batch, found, index })
        }
        Complaint::Issuance(issuance) => {
            let (digest, _) = issuance.check(campaign)?;
            let issuer = issuance.issuer;
            let source = sources.and_then(|all| all.issuances.get(usize::from(issuer)));
            let (verdict, size) = match source {
                None => (Verdict::Open, None),
                Some(source) => {
                    let key = &campaign.issuer(issuer).log.0;
                    let (log, index) = find(
                        source,
                        key,
                        |bytes| matches!(Entry::decode(bytes), Ok(Entry::Issuance(it)) if it.request_digest == digest),
                    )?;
                    let verdict = if index.is_some() { Verdict::Refuted } else { Verdict::Upheld };
                    (verdict, Some(log.size()))
                }
            };
            Ok(Confirmed::Issuance { campaign: campaign_id, issuer, verdict, size })
        }
    }
}

/// Reads a log whole; where the first entry stands that is looked for.
fn find(
    source: &LogSource<'_>,
    key: &VerifierKey,
    looked_for: impl Fn(&[u8]) -> bool,
) -> Result<(Checkpoint, Option<u64>), LogError> {
    let checkpoint = Checkpoint::open(&source.checkpoint()?, key)?;
    let (mut index, mut found) = (0, None);
    whole::read(source, &checkpoint, |bytes| {
        if found.is_none() && looked_for(bytes) {
            found = Some(index);
        }
        index += 1;
    })?;
    Ok((checkpoint, found))
}
