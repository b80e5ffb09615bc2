//! What an audit saw, kept for the next one: a log that shrank or forked since is refused.

use std::io;
use std::path::Path;

use headcount_protocol::campaign::{Campaign, CampaignId};
use headcount_protocol::recount::report::LogState;
use headcount_protocol::recount::{EarlierAudit, Report};
use serde::{Deserialize, Serialize};

use crate::files::{self, Access};

/// Longest state file, in bytes.
const MAX_STATE: usize = 65_536;

/// Size and root of every log at the last audit that refused nothing.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Earlier {
    /// The campaign.
    pub campaign: CampaignId,
    /// The pledge log.
    pub pledges: EarlierAudit,
    /// The issuance logs, in the manifest's order.
    pub issuances: Vec<EarlierAudit>,
}

/// Why the file of an earlier audit cannot be used.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum EarlierError {
    /// The file system refused.
    #[error("the state file cannot be read or written: {0}")]
    File(io::ErrorKind),
    /// Not what an audit wrote.
    #[error("the state file is not one that an audit wrote")]
    Malformed,
    /// It is of another campaign.
    #[error("the state file is of another campaign")]
    AnotherCampaign,
}

impl Earlier {
    /// What a report saw.
    #[must_use]
    pub fn of(report: &Report) -> Self {
        let seen = |log: &LogState| EarlierAudit { size: log.size, root: log.root };
        Self {
            campaign: report.campaign,
            pledges: seen(&report.pledge_log),
            issuances: report.issuance_logs.iter().map(|count| seen(&count.log)).collect(),
        }
    }

    /// What was seen of an issuer's log.
    #[must_use]
    pub fn issuances(&self, issuer: u16) -> Option<EarlierAudit> {
        self.issuances.get(usize::from(issuer)).copied()
    }

    /// Reads the file of an earlier audit of this campaign; nothing if there is none.
    ///
    /// # Errors
    /// [`EarlierError`].
    pub fn read(path: &Path, campaign: &Campaign) -> Result<Option<Self>, EarlierError> {
        let bytes = match files::read_bounded(path, MAX_STATE) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            bytes => bytes.map_err(|error| EarlierError::File(error.kind()))?,
        };
        let earlier = Self::parse(&bytes).map_err(|_| EarlierError::Malformed)?;
        if earlier.campaign != campaign.id {
            return Err(EarlierError::AnotherCampaign);
        }
        if earlier.issuances.len() != campaign.manifest.issuers.len() {
            return Err(EarlierError::Malformed);
        }
        Ok(Some(earlier))
    }

    /// Exactly the form of [spec: recount §8]: `serde` refuses members that are unknown or there
    /// twice, but would take a list in the place of an object.
    fn parse(bytes: &[u8]) -> serde_json::Result<Self> {
        let earlier: Self = serde_json::from_slice(bytes)?;
        let written: serde_json::Value = serde_json::from_slice(bytes)?;
        if serde_json::to_value(&earlier)? == written {
            Ok(earlier)
        } else {
            Err(serde::de::Error::custom("another form than an audit writes"))
        }
    }

    /// Replaces the file.
    ///
    /// # Errors
    /// [`EarlierError::File`].
    pub fn write(&self, path: &Path) -> Result<(), EarlierError> {
        let mut bytes = serde_json::to_vec_pretty(self).map_err(|_| EarlierError::Malformed)?;
        bytes.push(b'\n');
        files::replace(path, &bytes, Access::Public)
            .map_err(|error| EarlierError::File(error.kind()))
    }
}
