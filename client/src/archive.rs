//! An archive: a mirror that says what it is, for whoever finds it decades later
//! ([spec: recount §7]).

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use headcount_protocol::campaign::{Campaign, CampaignId};
use headcount_protocol::log::{Checkpoint, CheckpointError, new_tiles};
use headcount_protocol::recount::report::LogState;
use headcount_protocol::recount::{LogName, Report};
use serde::Serialize;

use crate::audit::target::folder;
use crate::files::{self, Access};

/// Most bytes of any file of a log: a bundle of the longest entries.
const MAX_FILE: usize = 256 * (2 + 65_535);

/// What stands in `README.txt`.
const README: &str = include_str!("archive.txt");

/// Why there is no archive.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum ArchiveError {
    /// The directory has another campaign in it.
    #[error("{} holds another campaign", .0.display())]
    AnotherCampaign(PathBuf),
    /// A file of the source cannot be read.
    #[error("{} cannot be read: {kind}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// Why.
        kind: io::ErrorKind,
    },
    /// The source has no log to copy.
    #[error("the {log} there has a checkpoint that is refused: {error}")]
    Checkpoint {
        /// The log.
        log: LogName,
        /// Why.
        error: CheckpointError,
    },
    /// A file of the archive cannot be written.
    #[error("the archive cannot be written: {0}")]
    Write(io::ErrorKind),
}

/// `archive.json`.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
pub struct Contents {
    /// Version of this form.
    pub archive: u32,
    /// Version of the protocol.
    pub spec: u32,
    /// The campaign.
    pub campaign: CampaignId,
    /// Whether the pledge log ends with its closing statement.
    pub closed: bool,
    /// The pledge log.
    pub pledges: Kept,
    /// The issuance logs, in the manifest's order.
    pub issuances: Vec<Kept>,
    /// The program that wrote it.
    pub program: String,
}

/// A log of an archive.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
pub struct Kept {
    origin: String,
    size: u64,
    root: String,
    witnessed: Option<u64>,
}

impl Kept {
    fn of(log: &LogState) -> Self {
        let (origin, root) = (log.origin.clone(), log.root.to_string());
        Self { origin, size: log.size, root, witnessed: log.witnessed }
    }
}

impl Contents {
    /// What an audit that agreed has seen: no time, and nothing of the machine.
    #[must_use]
    pub fn of(report: &Report) -> Self {
        Self {
            archive: 1,
            spec: 1,
            campaign: report.campaign,
            closed: report.closing.is_some(),
            pledges: Kept::of(&report.pledge_log),
            issuances: report.issuance_logs.iter().map(|count| Kept::of(&count.log)).collect(),
            program: format!("headcount {}", env!("CARGO_PKG_VERSION")),
        }
    }

    /// Writes `archive.json` and `README.txt` beside the logs.
    ///
    /// # Errors
    /// [`ArchiveError::Write`].
    pub fn write(&self, directory: &Path) -> Result<(), ArchiveError> {
        let mut json = serde_json::to_vec_pretty(self)
            .map_err(|_| ArchiveError::Write(io::ErrorKind::InvalidData))?;
        json.push(b'\n');
        let readme = README.replace("CAMPAIGN", &self.campaign.to_string());
        put(&directory.join("README.txt"), readme.as_bytes())?;
        put(&directory.join("archive.json"), &json)
    }
}

/// Refuses a directory that another campaign is in.
///
/// # Errors
/// [`ArchiveError::AnotherCampaign`], [`ArchiveError::Read`].
pub fn check_directory(campaign: &Campaign, directory: &Path) -> Result<(), ArchiveError> {
    let path = directory.join("manifest.json");
    match files::read_bounded(&path, Campaign::MAX_MANIFEST) {
        Ok(bytes) if bytes == campaign.bytes() => Ok(()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Ok(_) => Err(ArchiveError::AnotherCampaign(directory.to_owned())),
        Err(error) => Err(ArchiveError::Read { path, kind: error.kind() }),
    }
}

/// Copies the files of a mirror that its notes imply; an audit of the copy then judges them.
///
/// # Errors
/// [`ArchiveError`].
pub fn copy(campaign: &Campaign, from: &Path, to: &Path) -> Result<(), ArchiveError> {
    put(&to.join("manifest.json"), campaign.bytes())?;
    let issuances = campaign.issuer_indices().map(LogName::Issuances);
    for log in issuances.chain([LogName::Pledges]) {
        copy_log(campaign, log, &from.join(folder(log)), &to.join(folder(log)))?;
    }
    Ok(())
}

fn copy_log(campaign: &Campaign, log: LogName, from: &Path, to: &Path) -> Result<(), ArchiveError> {
    let mut size = 0;
    for (name, must) in [("witnessed", false), ("checkpoint", true)] {
        let path = from.join(name);
        match files::read_bounded(&path, MAX_FILE) {
            Err(error) if error.kind() == io::ErrorKind::NotFound && !must => {}
            Err(error) => return Err(ArchiveError::Read { path, kind: error.kind() }),
            Ok(note) => {
                let checkpoint = open(campaign, log, &note)
                    .map_err(|error| ArchiveError::Checkpoint { log, error })?;
                size = size.max(checkpoint.size());
                put(&to.join(name), &note)?;
            }
        }
    }
    for tile in new_tiles(0, size) {
        // A full tile stands in for a partial one [LOG-9].
        let there = |tile: &str| from.join(tile).is_file();
        let full = tile.full().filter(|full| !there(&tile.to_string()) && there(&full.to_string()));
        let name = full.unwrap_or(tile).to_string();
        let path = from.join(&name);
        let bytes = files::read_bounded(&path, MAX_FILE)
            .map_err(|error| ArchiveError::Read { path, kind: error.kind() })?;
        put(&to.join(name), &bytes)?;
    }
    Ok(())
}

fn open(campaign: &Campaign, log: LogName, note: &[u8]) -> Result<Checkpoint, CheckpointError> {
    let cosigned = match log {
        LogName::Pledges => campaign.open_pledge_checkpoint(note),
        LogName::Issuances(issuer) => campaign.open_issuance_checkpoint(issuer, note),
    };
    cosigned.map(|cosigned| cosigned.checkpoint)
}

fn put(path: &Path, bytes: &[u8]) -> Result<(), ArchiveError> {
    fs::create_dir_all(path.parent().unwrap_or(Path::new(".")))
        .and_then(|()| files::replace(path, bytes, Access::Public))
        .map_err(|error| ArchiveError::Write(error.kind()))
}
