//! Reads a log from its first entry to its last: bundles are fetched and checked several at a
//! time, counted one after the other, and every hash tile is compared with the one that follows
//! from the entries.

use std::thread;

use headcount_protocol::log::{Hash, HashTile, Level, Tile};
use headcount_protocol::recount::{LogName, Refusal, Rule};

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

/// A bundle whose entries were checked, and the hash tile that goes with it.
struct Bundle<T> {
    checked: Vec<T>,
    level_0: Vec<Hash>,
}

impl Walk<'_> {
    /// Checks every entry with `check`, on several threads and in any order, and hands the
    /// results to `push` in the log's order. Returns the last tile of level 0 that was read.
    ///
    /// # Errors
    /// The [`Refusal`] at the lowest index, or [`AuditError::Read`].
    pub fn run<T: Send>(
        &self,
        check: impl Fn(u64, Vec<u8>) -> Result<T, Refusal> + Sync,
        mut push: impl FnMut(T) -> Result<Vec<HashTile>, Refusal>,
    ) -> Result<Vec<Hash>, AuditError> {
        let threads = thread::available_parallelism().map_or(2, |n| n.get().clamp(2, 16));
        let bundles = self.size.div_ceil(256);
        let mut last = Vec::new();
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
                // What was checked before the first refusal comes first: it may be refused too.
                let (bundle, refused) = bundle?;
                for checked in bundle.checked {
                    self.check_tiles(&push(checked)?, &bundle.level_0)?;
                    self.progress.advance(1);
                }
                if let Some(refusal) = refused {
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
    ) -> Result<(Bundle<T>, Option<Refusal>), AuditError> {
        let first = 256 * index;
        let of = |level| Tile::of(level, index, self.size);
        let (Some(entries), Some(level_0)) = (of(Level::Entries), of(Level::Hashes(0))) else {
            return Err(self.refuse(Some(first), Rule::Bundle));
        };
        let judge = |error, tile, rule| self.judge(error, tile, first, rule);
        let entries =
            self.source.entries(entries).map_err(|error| judge(error, entries, Rule::Bundle))?;
        let level_0 =
            self.source.hashes(level_0).map_err(|error| judge(error, level_0, Rule::Tile))?;
        let mut checked = Vec::with_capacity(entries.len());
        for (at, bytes) in (first..).zip(entries) {
            match check(at, bytes) {
                Ok(entry) => checked.push(entry),
                Err(refusal) => return Ok((Bundle { checked, level_0 }, Some(refusal))),
            }
        }
        Ok((Bundle { checked, level_0 }, None))
    }

    /// Compares tiles that follow from the entries with those the log serves [REC-24, LOG-13];
    /// `level_0` is the one of level 0 that was read already.
    ///
    /// # Errors
    /// A [`Refusal`] with [`Rule::Tile`], or [`AuditError::Read`].
    pub fn check_tiles(&self, tiles: &[HashTile], level_0: &[Hash]) -> Result<(), AuditError> {
        for recounted in tiles {
            let tile = recounted.tile();
            let first = match tile.level() {
                Level::Entries => 0,
                Level::Hashes(level) => (256 * tile.index()) << (8 * u32::from(level)),
            };
            let served = if tile.level() == Level::Hashes(0) {
                level_0.to_vec()
            } else {
                let served = self.source.hashes(tile);
                served.map_err(|error| self.judge(error, tile, first, Rule::Tile))?
            };
            if served != recounted.hashes() {
                return Err(self.refuse(Some(first), Rule::Tile));
            }
        }
        Ok(())
    }

    /// A file that is malformed, or that the server of the checkpoint does not have, speaks
    /// against the log. One that cannot be reached or that a copy lacks does not.
    fn judge(&self, error: ReadError, tile: Tile, index: u64, rule: Rule) -> AuditError {
        match error {
            ReadError::Missing if self.source.is_copy() => {
                AuditError::Lacks { log: self.log, file: tile.to_string() }
            }
            ReadError::Missing | ReadError::Malformed => self.refuse(Some(index), rule),
            error => AuditError::Read { log: self.log, error },
        }
    }

    const fn refuse(&self, index: Option<u64>, rule: Rule) -> AuditError {
        AuditError::Refused(Refusal { log: self.log, index, rule })
    }
}
