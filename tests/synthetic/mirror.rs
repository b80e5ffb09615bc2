//! A mirror, written batch by batch.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use headcount_protocol::campaign::Campaign;
use headcount_protocol::entry::{Entry, Seal};
use headcount_protocol::log::{Checkpoint, Edge, Level, NoteSigner, Tile, bundle, leaf_hash};

use super::person::Person;
use crate::campaign::Keys;

/// A log in a directory, of which no more than a bundle is held in memory.
#[derive(Debug)]
pub struct FileLog {
    folder: PathBuf,
    signer: NoteSigner,
    edge: Edge,
    open: Vec<Vec<u8>>,
    batches: u64,
}

impl FileLog {
    /// A log that begins with the campaign's id.
    ///
    /// # Errors
    /// Whatever the file system answers.
    pub fn new(folder: PathBuf, campaign: &Campaign, signer: &NoteSigner) -> io::Result<Self> {
        let signer = signer.clone();
        let mut log = Self { folder, signer, edge: Edge::new(), open: Vec::new(), batches: 0 };
        log.push(&Entry::Campaign(campaign.id))?;
        Ok(log)
    }

    /// Appends a batch: sorted, and closed by a seal with these checkpoints.
    ///
    /// # Errors
    /// Whatever the file system answers.
    ///
    /// # Panics
    /// If there are more entries than a seal can count.
    pub fn batch(
        &mut self,
        campaign: &Campaign,
        mut entries: Vec<Entry>,
        issuance_checkpoints: Vec<Vec<u8>>,
    ) -> io::Result<()> {
        entries.sort_by_cached_key(|entry| entry.sort_key(&campaign.id));
        let count = entries.len().try_into().expect("a batch");
        entries.push(Entry::Seal(Seal { batch: self.batches, count, issuance_checkpoints }));
        self.batches += 1;
        entries.iter().try_for_each(|entry| self.push(entry))
    }

    /// Appends an entry as it is.
    ///
    /// # Errors
    /// Whatever the file system answers.
    pub fn push(&mut self, entry: &Entry) -> io::Result<()> {
        let bytes = entry.encode();
        let full = self.edge.push(leaf_hash(&bytes));
        self.open.push(bytes);
        if self.open.len() == usize::from(Tile::FULL) {
            self.bundle()?;
            self.open.clear();
        }
        full.iter().try_for_each(|tile| self.write(&tile.tile().to_string(), &tile.to_bytes()))
    }

    /// The signed checkpoint of the present size.
    ///
    /// # Panics
    /// Never: the log is not empty and signs under its own name.
    #[must_use]
    pub fn note(&self) -> Vec<u8> {
        let name = self.signer.verifier_key().name().clone();
        let checkpoint = Checkpoint::new(name, self.edge.size(), self.edge.root());
        let note = checkpoint.expect("the log is not empty").sign(&self.signer);
        note.expect("the log's own name").into_bytes()
    }

    /// Writes what is not in full tiles, and the checkpoint.
    ///
    /// # Errors
    /// Whatever the file system answers.
    pub fn finish(&self) -> io::Result<()> {
        if !self.open.is_empty() {
            self.bundle()?;
        }
        for tile in self.edge.partials() {
            self.write(&tile.tile().to_string(), &tile.to_bytes())?;
        }
        self.write("checkpoint", &self.note())
    }

    fn bundle(&self) -> io::Result<()> {
        let size = self.edge.size();
        let tile = Tile::of(Level::Entries, (size - 1) / 256, size).expect("the log has it");
        let bytes = bundle::encode(&self.open).expect("short entries");
        self.write(&tile.to_string(), &bytes)
    }

    fn write(&self, path: &str, bytes: &[u8]) -> io::Result<()> {
        let path = self.folder.join(path);
        fs::create_dir_all(path.parent().expect("a path in a folder"))?;
        fs::write(path, bytes)
    }
}

/// A mirror under construction.
#[derive(Debug)]
pub struct Mirror {
    /// The pledge log.
    pub pledges: FileLog,
    /// The issuance logs.
    pub issuances: [FileLog; 2],
}

impl Mirror {
    /// An empty directory that becomes the mirror of this campaign.
    ///
    /// # Errors
    /// Whatever the file system answers.
    pub fn new(folder: &Path, campaign: &Campaign) -> io::Result<Self> {
        let keys = Keys::shared();
        fs::create_dir_all(folder)?;
        fs::write(folder.join("manifest.json"), campaign.bytes())?;
        let log = |below: &str, signer| FileLog::new(folder.join(below), campaign, signer);
        let [first, second] = &keys.issuance_logs;
        Ok(Self {
            pledges: log("pledges", &keys.pledge_log)?,
            issuances: [log("issuances/0", first)?, log("issuances/1", second)?],
        })
    }

    /// Publishes the issuances of these people, then their pledges: one batch in each log.
    ///
    /// # Errors
    /// Whatever the file system answers.
    pub fn batch(&mut self, campaign: &Campaign, people: &[Person]) -> io::Result<()> {
        for (class, log) in (0..).zip(&mut self.issuances) {
            let own = people.iter().filter(|person| person.vouching.issuer == class);
            let entries: Vec<_> = own.map(|person| Entry::Issuance(person.vouching)).collect();
            if !entries.is_empty() {
                log.batch(campaign, entries, Vec::new())?;
            }
        }
        let notes = self.issuances.iter().map(FileLog::note).collect();
        let pledges = people.iter().map(|person| Entry::Pledge(person.pledge.clone())).collect();
        self.pledges.batch(campaign, pledges, notes)
    }

    /// Writes what is left, the checkpoints last.
    ///
    /// # Errors
    /// Whatever the file system answers.
    pub fn finish(&self) -> io::Result<()> {
        self.issuances.iter().chain([&self.pledges]).try_for_each(FileLog::finish)
    }
}
