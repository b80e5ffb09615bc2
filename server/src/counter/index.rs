//! What stands in the pledge log, in memory: made from the log alone, and made again from it at
//! every start.

use std::collections::{BTreeMap, HashMap};
use std::sync::{PoisonError, RwLock, RwLockReadGuard};

use headcount_protocol::campaign::{Campaign, CampaignId};
use headcount_protocol::entry::Entry;
use headcount_protocol::receipt::EntryHash;
use headcount_protocol::token::Nonce;

use crate::sequencer::Published;

/// Where a pledge stands.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Place {
    /// Its batch.
    pub batch: u64,
    /// Hash of its entry.
    pub entry_hash: EntryHash,
}

/// The counts the counter states of its own log, before any bound by issuances.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Tally {
    /// Entries in the log.
    pub size: u64,
    /// Batches in the log.
    pub batches: u64,
    /// Pledges of each class.
    pub classes: Vec<u64>,
    /// Pledges by region id.
    pub regions: BTreeMap<u16, u64>,
}

/// The index of a pledge log.
pub struct Index {
    campaign: CampaignId,
    state: RwLock<State>,
}

struct State {
    /// By nonce: the signature under it is no name of a pledge [PLG-6].
    places: HashMap<Nonce, Place>,
    tally: Tally,
    batch_ends: Vec<u64>,
    issuance_checkpoints: Vec<Vec<u8>>,
}

impl Index {
    /// The index of an empty log.
    #[must_use]
    pub fn new(campaign: &Campaign) -> Self {
        let manifest = &campaign.manifest;
        let tally = Tally { classes: vec![0; manifest.classes.len()], ..Tally::default() };
        let issuance_checkpoints = vec![Vec::new(); manifest.issuers.len()];
        let (places, batch_ends) = (HashMap::new(), Vec::new());
        let state = State { places, tally, batch_ends, issuance_checkpoints };
        Self { campaign: campaign.id, state: RwLock::new(state) }
    }

    /// Takes up an entry of the log.
    pub fn observe(&self, published: &Published<'_>) {
        let mut state = self.state.write().unwrap_or_else(PoisonError::into_inner);
        let State { places, tally, batch_ends, issuance_checkpoints } = &mut *state;
        tally.size = published.index + 1;
        match Entry::decode(published.bytes) {
            Ok(Entry::Pledge(pledge)) => {
                let batch = tally.batches;
                let entry_hash = EntryHash::of(published.bytes);
                places.insert(pledge.nonce(&self.campaign), Place { batch, entry_hash });
                if let Some(class) = tally.classes.get_mut(usize::from(pledge.opening.class)) {
                    *class += 1;
                }
                *tally.regions.entry(pledge.opening.region).or_default() += 1;
            }
            Ok(Entry::Seal(seal)) => {
                tally.batches += 1;
                batch_ends.push(tally.size);
                *issuance_checkpoints = seal.issuance_checkpoints;
            }
            _ => {}
        }
    }

    /// Where a pledge stands, if it does.
    #[must_use]
    pub fn find(&self, nonce: &Nonce) -> Option<Place> {
        self.read().places.get(nonce).copied()
    }

    /// Size of the log after each batch.
    #[must_use]
    pub fn batch_ends(&self) -> Vec<u64> {
        self.read().batch_ends.clone()
    }

    /// The counts.
    #[must_use]
    pub fn tally(&self) -> Tally {
        self.read().tally.clone()
    }

    /// The checkpoint of an issuance log in the last seal; empty if there was none.
    #[must_use]
    pub fn issuance_checkpoint(&self, issuer: u16) -> Vec<u8> {
        let checkpoints = &self.read().issuance_checkpoints;
        checkpoints.get(usize::from(issuer)).cloned().unwrap_or_default()
    }

    fn read(&self) -> RwLockReadGuard<'_, State> {
        self.state.read().unwrap_or_else(PoisonError::into_inner)
    }
}
