//! Certificates made by hand, honest or not.

use std::convert::Infallible;

use headcount_protocol::campaign::Campaign;
use headcount_protocol::certificate::{Bound, Draft, Listed};
use headcount_protocol::codec::{Reader, Writer};
use headcount_protocol::entry::Entry;
use headcount_protocol::log::{Checkpoint, Hash, leaf_hash, tree_root};

use crate::logs::LogBuilder;

/// A log of which certificates are made.
#[derive(Clone, Debug)]
pub struct Lister<'a> {
    campaign: &'a Campaign,
    entries: &'a [Vec<u8>],
    leaves: Vec<Hash>,
    checkpoint: Checkpoint,
    /// The note that certificates carry.
    pub note: Vec<u8>,
}

impl<'a> Lister<'a> {
    /// Of this log.
    #[must_use]
    pub fn new(campaign: &'a Campaign, log: &'a LogBuilder) -> Self {
        let leaves = log.entries.iter().map(|entry| leaf_hash(entry)).collect();
        let (checkpoint, note) = (log.checkpoint(), log.note());
        Self { campaign, entries: &log.entries, leaves, checkpoint, note }
    }

    /// A pledge of the log as it would be listed; nothing if the entry is none.
    #[must_use]
    pub fn listed(&self, index: usize) -> Option<Listed> {
        let Ok(Entry::Pledge(pledge)) = Entry::decode(&self.entries[index]) else { return None };
        let nonce = pledge.nonce(&self.campaign.id);
        Some(Listed { nonce, index: u64::try_from(index).ok()?, leaf: self.leaves[index] })
    }

    /// All pledges, by nonce.
    #[must_use]
    pub fn all(&self) -> Vec<Listed> {
        let mut all: Vec<_> = (0..self.entries.len()).filter_map(|at| self.listed(at)).collect();
        all.sort_by_key(|listed| listed.nonce);
        all
    }

    /// The certificate of a list, as it is.
    #[must_use]
    pub fn certificate(&self, listed: Vec<Listed>, bound: Bound) -> Vec<u8> {
        self.parts(listed, bound).encode()
    }

    /// The same, to be altered.
    ///
    /// # Panics
    /// If the list is empty.
    #[must_use]
    pub fn parts(&self, listed: Vec<Listed>, bound: Bound) -> Parts {
        let (note, checkpoint) = (self.note.clone(), self.checkpoint.clone());
        let draft = Draft::of(self.campaign, note, checkpoint, listed, bound).expect("pledges");
        let at = |index: u64| usize::try_from(index).expect("in memory");
        let entry = |index| Ok::<_, Infallible>(self.entries[at(index)].clone());
        let Ok(bytes) = draft.write(entry, |height, index| {
            Ok(tree_root(&self.leaves[at(index << height)..at((index + 1) << height)]))
        });
        Parts::decode(&bytes, draft.indices().count())
    }
}

/// A certificate taken apart ([spec: certificate §3]).
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Parts {
    /// The first word.
    pub magic: [u8; 16],
    /// ε in thousandths.
    pub bound: u16,
    /// `N`.
    pub listed: u64,
    /// Root of the list.
    pub root: [u8; 32],
    /// The manifest.
    pub manifest: Vec<u8>,
    /// The checkpoint.
    pub note: Vec<u8>,
    /// Index and entry of each sample.
    pub samples: Vec<(u64, Vec<u8>)>,
    /// The nodes of the list, 96 bytes each, then those of the log, 32 bytes each.
    pub nodes: Vec<u8>,
}

impl Parts {
    fn decode(bytes: &[u8], samples: usize) -> Self {
        Self::read(&mut Reader::new(bytes), samples).expect("a certificate that was just made")
    }

    fn read(
        from: &mut Reader<'_>,
        samples: usize,
    ) -> Result<Self, headcount_protocol::codec::DecodeError> {
        let (magic, bound, listed, root) = (from.array()?, from.u16()?, from.u64()?, from.array()?);
        let mut long = || {
            let length = usize::try_from(from.u32()?).expect("in memory");
            from.take(length).map(<[u8]>::to_vec)
        };
        let (manifest, note) = (long()?, long()?);
        let sample = |_| Ok((from.u64()?, from.vec16()?.to_vec()));
        let samples = (0..samples).map(sample).collect::<Result<_, _>>()?;
        let mut nodes = Vec::new();
        while let Ok(byte) = from.u8() {
            nodes.push(byte);
        }
        Ok(Self { magic, bound, listed, root, manifest, note, samples, nodes })
    }

    /// The bytes.
    ///
    /// # Panics
    /// If a part is longer than its length can say.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let long = |writer: Writer, bytes: &[u8]| {
            writer.u32(bytes.len().try_into().expect("a short part")).bytes(bytes)
        };
        let writer = Writer::new().bytes(&self.magic).u16(self.bound).u64(self.listed);
        let writer = long(long(writer.bytes(&self.root), &self.manifest), &self.note);
        let samples = self.samples.iter();
        let writer = samples.fold(writer, |to, (index, entry)| to.u64(*index).vec16(entry));
        writer.bytes(&self.nodes).finish()
    }
}
