//! What holds for every log: its root, its batches, its history ([spec: recount §3]).

use serde::{Deserialize, Serialize};

use super::{LogName, Refusal, Rule};
use crate::campaign_id::CampaignId;
use crate::entry::{Entry, Seal, SortKey};
use crate::log::Checkpoint;
use crate::log::{Edge, HashTile};
use crate::log::{Hash, leaf_hash};

/// What an earlier audit saw of a log.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct EarlierAudit {
    /// Entries there were.
    pub size: u64,
    /// The root over them.
    pub root: Hash,
}

/// Walks a log from its first entry to its last.
pub struct LogWalk {
    log: LogName,
    campaign: CampaignId,
    edge: Edge,
    earlier: Option<EarlierAudit>,
    /// Notes of the log besides the one it is walked to.
    notes: Vec<Checkpoint>,
    batch: u64,
    in_batch: u64,
    last: Option<SortKey>,
    /// A closing statement came: its seal may follow, and nothing else.
    closing: bool,
}

impl LogWalk {
    /// Starts before index 0; `earlier` and `witnessed` are what must be found again on the way.
    #[must_use]
    pub fn new(
        log: LogName,
        campaign: CampaignId,
        earlier: Option<EarlierAudit>,
        witnessed: Option<Checkpoint>,
    ) -> Self {
        let (edge, batch, in_batch, last, closing) = (Edge::new(), 0, 0, None, false);
        let notes = witnessed.into_iter().collect();
        Self { log, campaign, edge, earlier, notes, batch, in_batch, last, closing }
    }

    /// Asks for another note of the log to be found again on the way [REC-37].
    pub fn expect(&mut self, note: Checkpoint) {
        self.notes.push(note);
    }

    /// Index of the next entry: entries walked so far.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.edge.size()
    }

    /// The tree over the entries so far.
    #[must_use]
    pub const fn edge(&self) -> &Edge {
        &self.edge
    }

    /// Number of the batch that is open: seals walked so far.
    #[must_use]
    pub const fn batch(&self) -> u64 {
        self.batch
    }

    /// A refusal at the entry that comes next.
    #[must_use]
    pub fn refuse(&self, rule: Rule) -> Refusal {
        Refusal { log: self.log, index: Some(self.size()), rule }
    }

    /// Judges the place of the next entry; [`Self::push`] then takes it.
    ///
    /// # Errors
    /// A [`Refusal`] with [`Rule::Campaign`], [`Rule::Closed`], [`Rule::Order`],
    /// [`Rule::SealNumber`], [`Rule::SealEmpty`] or [`Rule::SealCount`].
    pub fn place(&mut self, entry: &Entry) -> Result<(), Refusal> {
        match (self.size(), entry) {
            (0, Entry::Campaign(id)) if *id == self.campaign => {}
            (0, _) | (_, Entry::Campaign(_)) => return Err(self.refuse(Rule::Campaign)),
            (_, Entry::Seal(_)) if self.closing && self.in_batch == 0 => {
                return Err(self.refuse(Rule::Closed));
            }
            (_, Entry::Seal(seal)) => self.seal(seal).map_err(|rule| self.refuse(rule))?,
            _ if self.closing => return Err(self.refuse(Rule::Closed)),
            (_, entry) => {
                self.closing = matches!(entry, Entry::Closing(_));
                let key = entry.sort_key(&self.campaign);
                if self.last.is_some_and(|last| last > key) {
                    return Err(self.refuse(Rule::Order));
                }
                self.last = Some(key);
                self.in_batch += 1;
            }
        }
        Ok(())
    }

    /// Takes the bytes of the next entry; returns the hash tiles it completes.
    ///
    /// # Errors
    /// A [`Refusal`] with [`Rule::Forked`] or [`Rule::Note`].
    pub fn push(&mut self, bytes: &[u8]) -> Result<Vec<HashTile>, Refusal> {
        let full = self.edge.push(leaf_hash(bytes));
        let size = self.size();
        let refuse = |rule| Err(Refusal { log: self.log, index: None, rule });
        if let Some(earlier) = self.earlier.filter(|earlier| earlier.size == size)
            && earlier.root != self.edge.root()
        {
            return refuse(Rule::Forked { earlier: size });
        }
        let mut notes = self.notes.iter().filter(|it| it.size() == size);
        if notes.any(|note| *note.root() != self.edge.root() || self.in_batch != 0) {
            return refuse(Rule::Note { size });
        }
        Ok(full)
    }

    fn seal(&mut self, seal: &Seal) -> Result<(), Rule> {
        if seal.batch != self.batch {
            return Err(Rule::SealNumber { expected: self.batch });
        }
        if self.in_batch == 0 {
            return Err(Rule::SealEmpty);
        }
        if u64::from(seal.count) != self.in_batch {
            return Err(Rule::SealCount { expected: self.in_batch });
        }
        self.batch += 1;
        self.in_batch = 0;
        self.last = None;
        Ok(())
    }

    /// Ends the walk at the size of `checkpoint`.
    ///
    /// # Errors
    /// A [`Refusal`] with [`Rule::Empty`], [`Rule::Unsealed`], [`Rule::Shrank`] or
    /// [`Rule::Root`].
    ///
    /// # Panics
    /// If fewer or more entries were walked than the checkpoint has, or fewer than were witnessed;
    /// the caller reads exactly as many as the larger of the two checkpoints has.
    pub fn finish(&self, checkpoint: &Checkpoint) -> Result<(), Refusal> {
        assert_eq!(self.size(), checkpoint.size(), "the caller walks the whole log");
        let noted = self.notes.iter().map(Checkpoint::size).max().unwrap_or(0);
        assert!(noted <= self.size(), "the caller walks as far as any note goes");
        let refuse = |rule| Err(Refusal { log: self.log, index: None, rule });
        if self.size() == 0 {
            return refuse(Rule::Empty);
        }
        if let Some(EarlierAudit { size, .. }) = self.earlier
            && size > self.size()
        {
            return refuse(Rule::Shrank { earlier: size });
        }
        if self.edge.root() != *checkpoint.root() {
            return refuse(Rule::Root);
        }
        if self.in_batch != 0 {
            return refuse(Rule::Unsealed);
        }
        Ok(())
    }
}
