//! Reads a log from its first entry to its last: bundles are fetched and checked several at a
//! time, counted one after the other, and every hash tile is compared with the one that follows
//! from the entries ([spec: recount §3]).

use std::thread;

use headcount_protocol::log::{Hash, HashTile, Level, Tile, leaf_hash};
use headcount_protocol::recount::{LogName, Refusal};

use super::AuditError;
use crate::log::{LogSource, ReadError};
use crate::progress::Progress;

/// Bundles a thread takes at a time.
const BUNDLES: u64 = 2;

/// One log to walk.
pub struct Walk<'a> {
    /// Its name.
    pub log: LogName,
    /// Its files.
    pub source: &'a LogSource<'a>,
    /// Entries to read: those of the checkpoint.
    pub size: u64,
    /// Told of every entry.
    pub progress: &'a Progress,
}

/// A tile of level 0 that was fetched beside its bundle, as long as nobody has asked for it.
pub type Level0 = Result<Vec<Hash>, ReadError>;

/// A bundle whose entries were checked, up to the first that was refused.
struct Bundle<T> {
    checked: Vec<T>,
    refused: Option<Refusal>,
    level_0: Level0,
}

impl Walk<'_> {
    /// Checks every entry with `check`, on several threads and in any order, and hands the
    /// results to `push` in the log's order. Returns the last tile of level 0 that was read.
    ///
    /// # Errors
    /// The first [`Refusal`] in the log's order, or [`AuditError::Read`].
    pub fn run<T: Send>(
        &self,
        check: impl Fn(u64, Vec<u8>) -> Result<T, Refusal> + Sync,
        mut push: impl FnMut(T) -> Result<Vec<HashTile>, Refusal>,
    ) -> Result<Level0, AuditError> {
        let threads = thread::available_parallelism().map_or(2, |n| n.get().clamp(2, 16));
        let bundles = self.size.div_ceil(256);
        let mut last = Ok(Vec::new());
        let mut next = 0;
        while next < bundles {
            let chunks: Vec<_> = (0..).map(|n| next + n * BUNDLES).take(threads).collect();
            next = chunks.last().map_or(bundles, |start| start + BUNDLES);
            let done: Vec<_> = thread::scope(|scope| {
                let check = &check;
                let spawn = |start: u64| {
                    scope.spawn(move || {
                        let indices = start..(start + BUNDLES).min(bundles);
                        indices.map(|index| self.bundle(index, check)).collect::<Vec<_>>()
                    })
                };
                let running: Vec<_> = chunks.into_iter().map(spawn).collect();
                let join = |thread: thread::ScopedJoinHandle<'_, Vec<_>>| {
                    thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
                };
                running.into_iter().flat_map(join).collect()
            });
            for bundle in done {
                let bundle = bundle?;
                // What was checked before the first refusal comes first: it may be refused too.
                for checked in bundle.checked {
                    self.check_tiles(&push(checked)?, &bundle.level_0)?;
                    self.progress.advance(1);
                }
                if let Some(refusal) = bundle.refused {
                    return Err(refusal.into());
                }
                last = bundle.level_0;
            }
        }
        Ok(last)
    }

    /// Fetches a bundle and its tile of level 0, and checks the entries up to the first refusal.
    fn bundle<T>(
        &self,
        index: u64,
        check: &impl Fn(u64, Vec<u8>) -> Result<T, Refusal>,
    ) -> Result<Bundle<T>, AuditError> {
        let of = |level| Tile::of(level, index, self.size).expect("the caller counts the bundles");
        let (bundle, level_0) = (of(Level::Entries), of(Level::Hashes(0)));
        let read = || (self.source.entries(bundle), self.source.hashes(level_0));
        let (mut entries, mut hashes) = read();
        if damaged(&entries, &hashes)
            && (self.source.discard(bundle) | self.source.discard(level_0))
        {
            (entries, hashes) = read();
        }
        let entries = entries.map_err(|error| self.judge(error, bundle))?;
        let level_0 = hashes;
        let mut checked = Vec::with_capacity(entries.len());
        for (at, bytes) in (bundle.first_entry()..).zip(entries) {
            match check(at, bytes) {
                Ok(entry) => checked.push(entry),
                Err(refusal) => return Ok(Bundle { checked, refused: Some(refusal), level_0 }),
            }
        }
        Ok(Bundle { checked, refused: None, level_0 })
    }

    /// Compares tiles that follow from the entries with those the log serves [REC-24, LOG-13];
    /// `level_0` is the one of level 0 that was read already.
    ///
    /// # Errors
    /// A [`Refusal`] of the tile, or [`AuditError::Read`].
    pub fn check_tiles(&self, tiles: &[HashTile], level_0: &Level0) -> Result<(), AuditError> {
        for recounted in tiles {
            let tile = recounted.tile();
            let higher;
            let served = if tile.level() == Level::Hashes(0) {
                level_0
            } else {
                let read = self.source.hashes(tile);
                let fits = |read: &Vec<Hash>| read == recounted.hashes();
                let again = !read.as_ref().is_ok_and(fits) && self.source.discard(tile);
                higher = if again { self.source.hashes(tile) } else { read };
                &higher
            };
            match served {
                Ok(served) if served == recounted.hashes() => {}
                Ok(_) => return Err(Refusal::of_file(self.log, tile).into()),
                Err(error) => return Err(self.judge(*error, tile)),
            }
        }
        Ok(())
    }

    /// A file that is malformed, or that the server of the checkpoint does not have, speaks
    /// against the log. One that cannot be reached or that a copy lacks does not.
    fn judge(&self, error: ReadError, tile: Tile) -> AuditError {
        match error {
            ReadError::Missing if self.source.is_copy() => {
                AuditError::Lacks { log: self.log, file: tile.to_string() }
            }
            ReadError::Missing | ReadError::Malformed => Refusal::of_file(self.log, tile).into(),
            error => AuditError::Read { log: self.log, error },
        }
    }
}

/// Whether a bundle and its tile cannot both be what the log served. Those of another history
/// agree with each other.
fn damaged(entries: &Result<Vec<Vec<u8>>, ReadError>, level_0: &Level0) -> bool {
    match (entries, level_0) {
        (Ok(entries), Ok(hashes)) => {
            !entries.iter().map(|entry| leaf_hash(entry)).eq(hashes.iter().copied())
        }
        (Err(ReadError::Malformed), _) | (_, Err(ReadError::Malformed)) => true,
        _ => false,
    }
}
