//! A log followed as it grows: what was read stays verified, and every new checkpoint is checked
//! against it ([spec: log §2.4]).

use std::collections::HashSet;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use headcount_protocol::campaign::Campaign;
use headcount_protocol::log::{
    Checkpoint, Edge, Hash, HashTile, Level, Tile, leaf_hash, partial_tiles,
};

use super::LogError;
use super::source::{LogSource, ReadError};
use crate::transport::Transport;

/// A log read from some bundle on, and the leaf hashes seen there. What was read once is found
/// again in every larger log [LOG-4].
#[derive(Debug, Default)]
pub struct GrowingLog {
    edge: Option<Edge>,
    from: u64,
    seen: HashSet<Hash>,
}

impl GrowingLog {
    /// Reads whatever was appended up to a checkpoint of the log, whole bundles, from the one that
    /// holds entry `from` on. Afterwards all leaves known are in its tree.
    ///
    /// # Errors
    /// [`LogError`]; nothing of what was read before is forgotten.
    pub fn read(
        &mut self,
        source: &LogSource<'_>,
        checkpoint: &Checkpoint,
        from: u64,
    ) -> Result<(), LogError> {
        let size = checkpoint.size();
        let verified = self.edge.as_ref().map(|edge| (edge.size(), edge.root()));
        if verified.is_some_and(|(before, _)| size < before) {
            return Err(LogError::Shrank);
        }
        let from = from.min(size) / 256 * 256;
        let (from, mut grown) = match &self.edge {
            Some(edge) if self.from <= from => (self.from, edge.clone()),
            _ => (from, edge_at(source, from, size)?),
        };
        let mut leaves = Vec::new();
        for index in grown.size() / 256..size.div_ceil(256) {
            let Some(tile) = Tile::of(Level::Entries, index, size) else { break };
            let known = grown.size().saturating_sub(256 * index);
            let known = usize::try_from(known).unwrap_or(usize::MAX);
            for entry in source.entries(tile)?.iter().skip(known) {
                let leaf = leaf_hash(entry);
                grown.push(leaf);
                leaves.push(leaf);
                match verified {
                    Some((before, root)) if before == grown.size() && root != grown.root() => {
                        return Err(LogError::Root);
                    }
                    _ => {}
                }
            }
        }
        // Also what the edge was taken up from [LOG-10].
        if grown.size() != size || grown.root() != *checkpoint.root() {
            return Err(LogError::Root);
        }
        (self.edge, self.from) = (Some(grown), from);
        self.seen.extend(leaves);
        Ok(())
    }

    /// Whether a leaf stands in what was read.
    #[must_use]
    pub fn holds(&self, leaf: &Hash) -> bool {
        self.seen.contains(leaf)
    }
}

/// The largest checkpoint of an issuance log that will do: a witnessed one, where the manifest names
/// witnesses [WIT-4, WIT-5].
fn newest(
    campaign: &Campaign,
    issuer: u16,
    source: &LogSource<'_>,
) -> Result<Checkpoint, LogError> {
    let witnessed = campaign.has_witnesses();
    let note =
        if witnessed { source.witnessed()?.ok_or(ReadError::Missing) } else { source.checkpoint() };
    let cosigned = campaign.open_issuance_checkpoint(issuer, &note?)?;
    if campaign.suffices(&cosigned) { Ok(cosigned.checkpoint) } else { Err(LogError::Unwitnessed) }
}

/// The edge of the first `at` leaves, a multiple of 256, in a tree of `size`. It is taken as it
/// is: what is pushed onto it must lead to the signed root.
pub(crate) fn edge_at(source: &LogSource<'_>, at: u64, size: u64) -> Result<Edge, LogError> {
    let mut tiles = Vec::new();
    for wanted in partial_tiles(at).filter(|tile| tile.level() != Level::Entries) {
        let there = Tile::of(wanted.level(), wanted.index(), size).ok_or(LogError::Root)?;
        let hashes = source.hashes(there)?;
        let bytes: Vec<u8> = hashes.iter().flat_map(|hash| *hash.as_bytes()).collect();
        let held = bytes.get(..Hash::LEN * usize::from(wanted.width()));
        let tile = held.and_then(|held| HashTile::parse(wanted, held).ok());
        tiles.push(tile.ok_or(LogError::Root)?);
    }
    Edge::resume(at, &tiles).map_err(|_| LogError::Root)
}

/// The issuance logs of a campaign, read once for however many supporters wait for them.
#[derive(Debug)]
pub struct IssuanceLogs {
    transport: Transport,
    interval: Duration,
    logs: Vec<Mutex<Polled>>,
}

#[derive(Debug, Default)]
struct Polled {
    log: GrowingLog,
    read_at: Option<Instant>,
}

impl IssuanceLogs {
    /// Readers of every issuance log of the campaign; nothing is read yet.
    #[must_use]
    pub fn new(campaign: &Campaign, transport: Transport) -> Self {
        // A quarter of the time in which a batch can appear, within what is kind to a server.
        let interval = Duration::from_millis(campaign.manifest.batch.interval.saturating_mul(250));
        let interval = interval.clamp(Duration::from_millis(250), Duration::from_secs(30));
        let logs = campaign.issuer_indices().map(|_| Mutex::default()).collect();
        Self { transport, interval, logs }
    }

    /// How long to wait before asking again.
    #[must_use]
    pub const fn interval(&self) -> Duration {
        self.interval
    }

    /// The size of an issuer's log now; 0 while it publishes no checkpoint.
    ///
    /// # Errors
    /// [`LogError`].
    pub fn size(&self, campaign: &Campaign, issuer: u16) -> Result<u64, LogError> {
        match self.source(campaign, issuer).checkpoint() {
            Ok(note) => Ok(Checkpoint::open(&note, &campaign.issuer(issuer).log.0)?.size()),
            Err(ReadError::Missing) => Ok(0),
            Err(error) => Err(error.into()),
        }
    }

    /// The note of an issuer's log as it is now, if it is to be had and the issuer's.
    #[must_use]
    pub fn note(&self, campaign: &Campaign, issuer: u16) -> Option<String> {
        let note = self.source(campaign, issuer).checkpoint().ok()?;
        campaign.open_issuance_checkpoint(issuer, &note).ok()?;
        String::from_utf8(note).ok()
    }

    /// Whether an issuance stands in an issuer's log, read from entry `from` on: in a witnessed
    /// checkpoint of it, where the manifest names witnesses [WIT-19]. The network is asked at most
    /// once an interval, whoever asks.
    ///
    /// # Errors
    /// [`LogError`].
    pub fn holds(
        &self,
        campaign: &Campaign,
        issuer: u16,
        from: u64,
        entry: &Hash,
    ) -> Result<bool, LogError> {
        let mut polled = self.lock(issuer);
        let due = polled.read_at.is_none_or(|at| at.elapsed() >= self.interval);
        if !polled.log.holds(entry) && due {
            polled.read_at = Some(Instant::now());
            let source = self.source(campaign, issuer);
            let read = newest(campaign, issuer, &source)
                .and_then(|checkpoint| polled.log.read(&source, &checkpoint, from));
            match read {
                Err(LogError::Read(ReadError::Missing)) => {}
                read => read?,
            }
        }
        Ok(polled.log.holds(entry))
    }

    fn lock(&self, issuer: u16) -> MutexGuard<'_, Polled> {
        // A reader that panicked left the log as it was verified last.
        self.logs[usize::from(issuer)].lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn source(&self, campaign: &Campaign, issuer: u16) -> LogSource<'_> {
        let url = campaign.issuance_log_url(issuer);
        LogSource::Http { transport: &self.transport, url, mirror: None }
    }
}
