//! One log, from the open batch to what the world reads ([spec: log §6]).
//!
//! ```text
//! pending rows ──lock──▶ batch + seal ──▶ tree, checkpoint ──commit──▶ tiles ──▶ checkpoint file
//!                                                             (database)  (files)      └▶ forget
//! ```
//!
//! The checkpoint is committed in the database, by compare-and-swap on the size, before a byte
//! is published: what was committed is published even if the process dies in between, and
//! nothing else ever is.

mod cosigned;
pub mod files;
pub mod routes;
pub mod schedule;

use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use headcount_protocol::campaign::CampaignId;
use headcount_protocol::entry::{Entry, Seal};
use headcount_protocol::log::{Checkpoint, CheckpointError, Edge, HashTile, NoteSigner, leaf_hash};

use tokio::sync::watch;

use crate::store::StoreError;
use crate::store::log::{Committed, LogStore, OpenBatch};
use files::{FileError, LogFiles};

/// Why a log could not be opened or sealed.
#[derive(Debug, thiserror::Error)]
pub enum LogError {
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A file could not be read or written.
    #[error(transparent)]
    File(#[from] FileError),
    /// The committed checkpoint is not one of this log.
    #[error("the log's checkpoint is refused: {0}")]
    Checkpoint(#[from] CheckpointError),
    /// The files do not have the root of the committed checkpoint: they were altered [LOG-34].
    #[error("the log's files do not have the root of its checkpoint; restore them from a mirror")]
    Root,
}

/// Is told of every entry of the log, once and in order: at the start of those that are there,
/// then of each batch after it was published and before it is forgotten as pending.
pub type Observer = Box<dyn Fn(&Published<'_>) + Send + Sync>;

/// An entry that stands in the log.
#[derive(Clone, Copy, Debug)]
pub struct Published<'a> {
    /// Its index.
    pub index: u64,
    /// Its bytes.
    pub bytes: &'a [u8],
}

/// A log that grows by batches.
pub struct Log {
    store: Arc<LogStore>,
    files: LogFiles,
    signer: NoteSigner,
    observer: Observer,
    tree: Mutex<Tree>,
    /// The order of arrival of a batch that was sealed may still be in the database.
    rewrite_due: AtomicBool,
    /// Entries of the log that are published.
    published: watch::Sender<u64>,
}

/// The growing end of the log.
#[derive(Clone, Default)]
struct Tree {
    edge: Edge,
    /// Entries of the last bundle, while it is not full.
    tail: Vec<Vec<u8>>,
}

/// What a batch adds to the files.
#[derive(Default)]
struct Growth {
    tiles: Vec<HashTile>,
    bundles: Vec<(u64, Vec<Vec<u8>>)>,
}

impl Log {
    /// Opens the log in `dir`: begins it if it is new, finishes what was committed but not
    /// published, and shows the observer every entry.
    ///
    /// # Errors
    /// [`LogError`].
    pub fn open(
        campaign: &CampaignId,
        dir: &Path,
        store: Arc<LogStore>,
        signer: NoteSigner,
        observer: Observer,
    ) -> Result<Self, LogError> {
        let files = LogFiles::new(dir)?;
        let (tree, rewrite_due) = (Mutex::default(), AtomicBool::new(false));
        let published = watch::Sender::new(0);
        let log = Self { store, files, signer, observer, tree, rewrite_due, published };
        let mut open = log.store.lock();
        let committed = log.catch_up(&mut open)?;
        if committed.size == 0 {
            // Size 1; every later checkpoint ends a batch [LOG-27].
            let closing = Entry::Campaign(*campaign).encode();
            log.publish(&mut open, &committed, 0, vec![closing])?;
        } else {
            log.check_root(&committed.checkpoint, &log.tree())?;
            log.files.write_checkpoint(&committed.checkpoint)?;
            log.published.send_replace(committed.size);
            log.rewrite(&open);
        }
        drop(open);
        Ok(log)
    }

    /// Holds the log still, to insert into the open batch: until the guard is dropped, the
    /// observer has been shown every entry that is not pending. No batch is under way then
    /// [LOG-33].
    ///
    /// # Errors
    /// [`LogError`], if an earlier batch that was committed still cannot be published.
    pub fn open_batch(&self) -> Result<OpenBatch<'_>, LogError> {
        let mut open = self.store.lock();
        self.catch_up(&mut open)?;
        Ok(open)
    }

    /// Entries that wait for the next seal.
    ///
    /// # Errors
    /// [`LogError`].
    pub fn pending_count(&self) -> Result<u64, LogError> {
        Ok(self.open_batch()?.pending_count()?)
    }

    /// The files, to serve them.
    #[must_use]
    pub const fn files(&self) -> &LogFiles {
        &self.files
    }

    /// Seals the open batch if it has `at_least` entries, which is at least one: sorts it, closes
    /// it with a seal that carries the issuance logs' checkpoints, publishes it. Returns the number
    /// of the batch. The checkpoints are asked for while nobody else seals, so that they can be
    /// compared with those of the last seal [LOG-28].
    ///
    /// # Errors
    /// [`LogError`]; the batch was not sealed then, or was committed and is published by whatever
    /// uses the log next.
    ///
    /// # Panics
    /// Never: a batch that is in memory has less than 2³² entries.
    pub fn seal(
        &self,
        at_least: u64,
        issuance_checkpoints: impl FnOnce() -> Vec<Vec<u8>>,
    ) -> Result<Option<u64>, LogError> {
        let mut open = self.store.lock();
        let committed = self.catch_up(&mut open)?;
        if self.rewrite_due.load(Ordering::SeqCst) {
            self.rewrite(&open);
        }
        let mut entries = open.pending()?;
        let count = u32::try_from(entries.len()).expect("a batch is in memory");
        if u64::from(count) < at_least.max(1) {
            return Ok(None);
        }
        let batch = committed.batch;
        let issuance_checkpoints = issuance_checkpoints();
        entries.push(Entry::Seal(Seal { batch, count, issuance_checkpoints }).encode());
        self.publish(&mut open, &committed, batch + 1, entries)?;
        Ok(Some(batch))
    }

    /// Brings memory and files to what the database has committed, after a start or a failure
    /// [LOG-32].
    fn catch_up(&self, open: &mut OpenBatch<'_>) -> Result<Committed, LogError> {
        let mut committed = open.committed()?;
        let unpublished = match &committed.closing {
            // The log's first entry is published alone, every later closing entry is a seal.
            Some(closing) if committed.size == 1 => vec![closing.clone()],
            Some(closing) => {
                let mut entries = open.pending()?;
                entries.push(closing.clone());
                entries
            }
            None => Vec::new(),
        };
        let waiting = u64::try_from(unpublished.len()).expect("a batch is in memory");
        self.read_published(committed.size - waiting)?;
        if committed.closing.take().is_some() {
            self.write(open, &committed.checkpoint, &unpublished)?;
        }
        Ok(committed)
    }

    /// Commits, then writes: nobody sees what is not committed [LOG-31].
    fn publish(
        &self,
        open: &mut OpenBatch<'_>,
        committed: &Committed,
        batch: u64,
        entries: Vec<Vec<u8>>,
    ) -> Result<(), LogError> {
        let mut tree = self.tree().clone();
        tree.grow(&entries);
        let origin = self.signer.verifier_key().name().clone();
        let size = tree.edge.size();
        let checkpoint = Checkpoint::new(origin, size, tree.edge.root())?.sign(&self.signer)?;
        let closing = entries.last().cloned();
        let next = Committed { size, batch, checkpoint, closing };
        // From here on this is the latest checkpoint; a signature on another is not kept [LOG-22].
        open.commit(committed.size, &next)?;
        self.write(open, &next.checkpoint, &entries)
    }

    /// Writes what was committed, then forgets that it was pending; doing it again writes the
    /// same bytes.
    fn write(
        &self,
        open: &mut OpenBatch<'_>,
        checkpoint: &str,
        entries: &[Vec<u8>],
    ) -> Result<(), LogError> {
        let mut tree = self.tree().clone();
        let first = tree.edge.size();
        let growth = tree.grow(entries);
        // What is about to be published, and then forgotten, must be what was committed.
        self.check_root(checkpoint, &tree)?;
        // The checkpoint comes last: what it implies is there [LOG-7].
        for (index, bundle) in &growth.bundles {
            self.files.write_bundle(*index, bundle)?;
        }
        for tile in growth.tiles.iter().chain(&tree.edge.partials()) {
            self.files.write_tile(tile)?;
        }
        self.files.write_checkpoint(checkpoint)?;
        // Also if forgetting succeeds and says that it did not.
        self.rewrite_due.store(true, Ordering::SeqCst);
        open.forget()?;
        for (index, bytes) in (first..).zip(entries) {
            (self.observer)(&Published { index, bytes });
        }
        self.published.send_replace(tree.edge.size());
        *self.tree() = tree;
        self.files.drop_superseded(&growth.tiles);
        self.rewrite(open);
        Ok(())
    }

    /// Reads what is published and not yet in memory, up to `size`.
    fn read_published(&self, size: u64) -> Result<(), LogError> {
        let mut tree = self.tree();
        while tree.edge.size() < size {
            let (index, held) = (tree.edge.size(), tree.tail.len());
            let entries = self.files.read_bundle(index / 256, size)?.split_off(held);
            for (index, bytes) in (index..).zip(&entries) {
                (self.observer)(&Published { index, bytes });
            }
            tree.grow(&entries);
        }
        Ok(())
    }

    fn check_root(&self, checkpoint: &str, tree: &Tree) -> Result<(), LogError> {
        let checkpoint = Checkpoint::open(checkpoint.as_bytes(), self.signer.verifier_key())?;
        let same = *checkpoint.root() == tree.edge.root();
        if same { Ok(()) } else { Err(LogError::Root) }
    }

    /// Rebuilds the database, now or, if that fails, before the next seal. What was published is
    /// published all the same.
    fn rewrite(&self, open: &OpenBatch<'_>) {
        let rewritten = open.rewrite();
        self.rewrite_due.store(rewritten.is_err(), Ordering::SeqCst);
        if let Err(error) = rewritten {
            tracing::error!(
                "the order of arrival of a sealed batch stays on the disk until this works: {error}"
            );
        }
    }

    fn tree(&self) -> std::sync::MutexGuard<'_, Tree> {
        self.tree.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Tree {
    /// Appends entries; returns the full tiles and every bundle they touch.
    fn grow(&mut self, entries: &[Vec<u8>]) -> Growth {
        let mut growth = Growth::default();
        for entry in entries {
            growth.tiles.extend(self.edge.push(leaf_hash(entry)));
            self.tail.push(entry.clone());
            if self.tail.len() == 256 {
                let index = self.edge.size() / 256 - 1;
                growth.bundles.push((index, std::mem::take(&mut self.tail)));
            }
        }
        if !self.tail.is_empty() {
            growth.bundles.push((self.edge.size() / 256, self.tail.clone()));
        }
        growth
    }
}
