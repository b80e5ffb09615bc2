//! What is audited: a campaign behind a link, or a mirror in a directory.
//!
//! ```text
//! DIR/manifest.json
//!     pledges/checkpoint, pledges/tile/…
//!     issuances/0/checkpoint, issuances/0/tile/…
//! ```

use std::io;
use std::path::{Path, PathBuf};

use headcount_protocol::campaign::{Campaign, CampaignId, ManifestError};
use headcount_protocol::recount::LogName;

use crate::files::{self, Access};
use crate::link::{FetchError, Link, LinkError, pinned};
use crate::log::LogSource;
use crate::transport::Channels;

/// Where the public bytes are.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Target {
    /// At the servers of a campaign.
    Http(Link),
    /// In a mirror, of the campaign with this id if one is given.
    Directory(PathBuf, Option<CampaignId>),
}

/// Why there is nothing to audit.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum TargetError {
    /// No link.
    #[error(transparent)]
    Link(#[from] LinkError),
    /// The link and `--campaign` disagree.
    #[error("the link is of another campaign than --campaign")]
    TwoCampaigns,
    /// The manifest is refused.
    #[error(transparent)]
    Manifest(#[from] FetchError),
    /// The directory is no mirror.
    #[error("no such directory, or no mirror: {} is missing", .0.display())]
    NoMirror(PathBuf),
    /// A file cannot be read or written.
    #[error("{name} cannot be read or written: {kind}")]
    File {
        /// The file or directory.
        name: &'static str,
        /// Why.
        kind: io::ErrorKind,
    },
}

/// The files of all logs of a campaign.
#[derive(Clone, Debug)]
pub struct Sources<'a> {
    /// The pledge log.
    pub pledges: LogSource<'a>,
    /// The issuance logs, in the manifest's order.
    pub issuances: Vec<LogSource<'a>>,
}

impl Target {
    /// A link if it looks like one, else a directory.
    ///
    /// # Errors
    /// [`TargetError::Link`], [`TargetError::TwoCampaigns`].
    pub fn parse(text: &str, campaign: Option<CampaignId>) -> Result<Self, TargetError> {
        if !text.contains("://") {
            return Ok(Self::Directory(PathBuf::from(text), campaign));
        }
        let link: Link = text.parse()?;
        match campaign {
            Some(id) if id != link.id => Err(TargetError::TwoCampaigns),
            _ => Ok(Self::Http(link)),
        }
    }

    /// The campaign, checked against the id that is known; where none is, the report names the one
    /// there is [REC-25].
    ///
    /// # Errors
    /// [`TargetError::Manifest`], [`TargetError::File`].
    pub fn campaign(&self, channels: &Channels) -> Result<Campaign, TargetError> {
        match self {
            Self::Http(link) => Ok(link.fetch(&channels.campaign)?),
            Self::Directory(path, id) => {
                let path = path.join("manifest.json");
                let read = files::read_bounded(&path, Campaign::MAX_MANIFEST);
                let bytes = read.map_err(|error| match error.kind() {
                    io::ErrorKind::NotFound => TargetError::NoMirror(path),
                    io::ErrorKind::FileTooLarge => {
                        TargetError::Manifest(ManifestError::TooLong.into())
                    }
                    _ => file("manifest.json of the mirror", &error),
                })?;
                Ok(pinned(&bytes, id.unwrap_or_else(|| CampaignId::of(&bytes)))?)
            }
        }
    }

    /// Where the logs are; what is read over HTTP is kept in `mirror`, and the manifest with it.
    ///
    /// # Errors
    /// [`TargetError::File`] if the mirror cannot be written.
    pub fn sources<'a>(
        &self,
        campaign: &Campaign,
        channels: &'a Channels,
        mirror: Option<&Path>,
    ) -> Result<Sources<'a>, TargetError> {
        let below =
            |directory: &Path, issuer: u16| directory.join(folder(LogName::Issuances(issuer)));
        let issuers = campaign.issuer_indices();
        if let Self::Directory(path, _) = self {
            return Ok(Sources {
                pledges: LogSource::Directory(path.join(folder(LogName::Pledges))),
                issuances: issuers.map(|i| LogSource::Directory(below(path, i))).collect(),
            });
        }
        if let Some(mirror) = mirror {
            let failed = |error: io::Error| file("the mirror", &error);
            std::fs::create_dir_all(mirror).map_err(failed)?;
            let manifest = mirror.join("manifest.json");
            files::replace(&manifest, campaign.bytes(), Access::Public).map_err(failed)?;
        }
        Ok(Sources {
            pledges: LogSource::Http {
                transport: &channels.pledge_log,
                url: campaign.pledge_log_url(),
                mirror: mirror.map(|mirror| mirror.join(folder(LogName::Pledges))),
            },
            issuances: issuers
                .map(|issuer| LogSource::Http {
                    transport: &channels.issuance_log,
                    url: campaign.issuance_log_url(issuer),
                    mirror: mirror.map(|mirror| below(mirror, issuer)),
                })
                .collect(),
        })
    }
}

/// Where a mirror keeps a log.
#[must_use]
pub fn folder(log: LogName) -> String {
    match log {
        LogName::Pledges => "pledges".to_owned(),
        LogName::Issuances(issuer) => format!("issuances/{issuer}"),
    }
}

fn file(name: &'static str, error: &io::Error) -> TargetError {
    TargetError::File { name, kind: error.kind() }
}
