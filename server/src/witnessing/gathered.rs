//! The cosignatures of one log that have come so far.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use headcount_protocol::campaign::Campaign;
use headcount_protocol::log::{Checkpoint, Note, SignatureLine};

use super::Fault;
use crate::sequencer::{Log, LogError};

/// Checkpoints for which cosignatures are collected at once: witnesses are not equally fast.
const LATEST: usize = 16;

/// Collects cosignatures, and publishes each that comes.
pub(super) struct Gathered {
    campaign: Arc<Campaign>,
    log: Arc<Log>,
    /// By size, the log's note and the lines below it.
    notes: Mutex<BTreeMap<u64, String>>,
}

impl Gathered {
    /// None so far.
    pub(super) const fn new(campaign: Arc<Campaign>, log: Arc<Log>) -> Self {
        Self { campaign, log, notes: Mutex::new(BTreeMap::new()) }
    }

    /// Adds a cosignature of a note that the log has published, and serves what there is now.
    pub(super) fn add(&self, size: u64, note: &Note, line: &SignatureLine) -> Result<(), Fault> {
        // A panic leaves a note as it was.
        let mut notes = self.notes.lock().unwrap_or_else(PoisonError::into_inner);
        let so_far = notes.get(&size).cloned().unwrap_or_else(|| note.to_string());
        let keys = &self.campaign.manifest.witnesses.keys;
        let open = |note: &str| Checkpoint::open_cosigned(note.as_bytes(), self.log.key(), keys);
        let cosigned = open(&format!("{so_far}{line}\n")).map_err(LogError::from)?;
        notes.insert(size, cosigned.note(usize::MAX).to_string());
        while notes.len() > LATEST {
            notes.pop_first();
        }
        // [WIT-4]
        let witnessed = self.campaign.is_witnessed(&cosigned);
        Ok(self.log.publish_cosigned(&cosigned, witnessed)?)
    }
}
