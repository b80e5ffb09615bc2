//! Makes a certificate from the entries of a log ([spec: certificate §3]).

use super::bound::Bound;
use super::file::{Head, write_sample, write_span};
use super::open_checkpoint;
use super::sample::Claim;
use super::shape::{Part, fold};
use super::sorted::{Listed, rests, span};
use crate::campaign::Campaign;
use crate::entry::Entry;
use crate::log::{Checkpoint, CheckpointError, Hash, leaf_hash, range_root};

/// The pledges of a log, as they are read: 72 bytes each are kept.
///
/// Nothing is verified here: who lists what is no pledge makes a certificate that is refused.
#[derive(Clone, Debug)]
pub struct Listing<'a> {
    campaign: &'a Campaign,
    note: Vec<u8>,
    checkpoint: Checkpoint,
    listed: Vec<Listed>,
}

impl<'a> Listing<'a> {
    /// An empty list, to be filled from the log of this checkpoint.
    ///
    /// # Errors
    /// [`CheckpointError`] if it is none of the pledge log, or not witnessed where it must be.
    pub fn new(campaign: &'a Campaign, note: &[u8]) -> Result<Self, CheckpointError> {
        let checkpoint = open_checkpoint(campaign, note)?;
        Ok(Self { campaign, note: note.to_vec(), checkpoint, listed: Vec::new() })
    }

    /// The checkpoint: entries below its size are to be pushed.
    #[must_use]
    pub const fn checkpoint(&self) -> &Checkpoint {
        &self.checkpoint
    }

    /// Takes an entry of the log. One that is no pledge is passed over.
    pub fn push(&mut self, index: u64, entry: &[u8]) {
        if let Ok(Entry::Pledge(pledge)) = Entry::decode(entry) {
            let nonce = pledge.nonce(&self.campaign.id);
            self.listed.push(Listed { nonce, index, leaf: leaf_hash(entry) });
        }
    }

    /// Sorts the pledges, drops all but the first with one nonce [CER-5], and draws the samples;
    /// nothing if there is no pledge.
    #[must_use]
    pub fn draw(mut self, bound: Bound) -> Option<Draft<'a>> {
        self.listed.sort_unstable_by_key(|listed| (listed.nonce, listed.index));
        self.listed.dedup_by_key(|listed| listed.nonce);
        let Self { campaign, note, checkpoint, listed } = self;
        Draft::of(campaign, note, checkpoint, listed, bound)
    }
}

/// A list whose samples are drawn.
#[derive(Clone, Debug)]
pub struct Draft<'a> {
    campaign: &'a Campaign,
    note: Vec<u8>,
    checkpoint: Checkpoint,
    listed: Vec<Listed>,
    bound: Bound,
    root: Hash,
    positions: Vec<u64>,
}

impl<'a> Draft<'a> {
    /// A list as it is, sorted or not; nothing if it is empty.
    #[must_use]
    pub fn of(
        campaign: &'a Campaign,
        note: Vec<u8>,
        checkpoint: Checkpoint,
        listed: Vec<Listed>,
        bound: Bound,
    ) -> Option<Self> {
        if listed.is_empty() {
            return None;
        }
        let root = span(&campaign.id, &listed).hash;
        let draft = Self { campaign, note, checkpoint, listed, bound, root, positions: Vec::new() };
        let positions = draft.claim().positions();
        Some(Self { positions, ..draft })
    }

    /// Pledges that are listed.
    ///
    /// # Panics
    /// Never: memory holds less than 2^64.
    #[must_use]
    pub fn listed(&self) -> u64 {
        u64::try_from(self.listed.len()).expect("memory holds less than 2^64 pledges")
    }

    /// The log indices of the entries that are shown, in the order of the certificate.
    pub fn indices(&self) -> impl Iterator<Item = u64> {
        self.shown().map(|listed| listed.index)
    }

    /// The certificate.
    ///
    /// `entry` is asked for the entries of [`Self::indices`], in that order; `hash` as for
    /// [`crate::log::root`], from left to right.
    ///
    /// # Errors
    /// The error of `entry` or `hash`.
    pub fn write<E>(
        &self,
        mut entry: impl FnMut(u64) -> Result<Vec<u8>, E>,
        mut hash: impl FnMut(u8, u64) -> Result<Hash, E>,
    ) -> Result<Vec<u8>, E> {
        let Self { bound, root, .. } = *self;
        let (manifest, note) = (self.campaign.bytes(), &self.note[..]);
        let mut writer = Head { bound, listed: self.listed(), root, manifest, note }.write();
        for index in self.indices() {
            writer = write_sample(writer, index, &entry(index)?);
        }
        for span in &rests(&self.campaign.id, &self.listed, &self.positions) {
            writer = write_span(writer, span);
        }
        let mut indices: Vec<u64> = self.indices().collect();
        indices.sort_unstable();
        indices.dedup();
        let mut hashes = Vec::new();
        let mut part = |part| {
            if let Part::Rest(range) = part {
                hashes.push(range_root(range.start, range.end, &mut hash)?);
            }
            Ok(())
        };
        fold(0..self.checkpoint.size(), &indices, &mut part, &mut |(), ()| Ok(()))?;
        let bytes = hashes.iter().fold(writer, |writer, hash| writer.bytes(hash.as_bytes()));
        Ok(bytes.finish())
    }

    fn shown(&self) -> impl Iterator<Item = &Listed> {
        let at = |position: &u64| usize::try_from(*position).expect("a place in a list in memory");
        self.positions.iter().map(move |position| &self.listed[at(position)])
    }

    fn claim(&self) -> Claim<'_> {
        let Self { bound, ref root, ref note, .. } = *self;
        Claim { campaign: &self.campaign.id, bound, listed: self.listed(), root, note }
    }
}
