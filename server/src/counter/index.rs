//! What stands in the pledge log, in memory: made from the log alone, and made again from it at
//! every start.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard};

use headcount_protocol::campaign::{Campaign, CampaignId};
use headcount_protocol::entry::Entry;
use headcount_protocol::pledge::Opening;
use headcount_protocol::receipt::EntryHash;
use headcount_protocol::statement::{Amendment, Announcement, Change};
use headcount_protocol::token::Nonce;

use crate::sequencer::Published;

/// Where an entry stands.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Place {
    /// Its batch.
    pub batch: u64,
    /// Its hash.
    pub entry_hash: EntryHash,
}

/// A statement, and where it stands.
#[derive(Clone, Debug)]
pub struct Stated<T> {
    /// What was stated.
    pub statement: T,
    /// Its place.
    pub place: Place,
}

/// The statements of a log by number; copying it copies no texts.
pub type Statements<T> = Vec<Arc<Stated<T>>>;

/// The counts the counter states of its own log, before any bound by issuances.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Tally {
    /// Entries in the log.
    pub size: u64,
    /// Batches in the log.
    pub batches: u64,
    /// Pledges of each class.
    pub classes: Vec<ClassTally>,
    /// Pledges less withdrawals by region id.
    pub regions: BTreeMap<u16, u64>,
    /// Announcements.
    pub announcements: u64,
    /// Amendments.
    pub amendments: u64,
    /// The issuers that amendments have revoked.
    pub revoked: Vec<u16>,
    /// Whether the closing statement stands in the log.
    pub closed: bool,
}

/// The pledges of a class.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct ClassTally {
    /// Pledges.
    pub pledges: u64,
    /// Those that were withdrawn.
    pub withdrawn: u64,
}

impl ClassTally {
    /// Those that were not.
    #[must_use]
    pub const fn current(&self) -> u64 {
        self.pledges.saturating_sub(self.withdrawn)
    }
}

/// The index of a pledge log.
pub struct Index {
    campaign: CampaignId,
    state: RwLock<State>,
}

#[derive(Default)]
struct State {
    /// By nonce: the signature under it is no name of a pledge [PLG-6], nor of its withdrawal
    /// [PLG-22].
    pledges: HashMap<Nonce, Place>,
    withdrawals: HashMap<Nonce, Place>,
    announcements: Statements<Announcement>,
    amendments: Statements<Amendment>,
    tally: Tally,
    batch_ends: Vec<u64>,
    issuance_checkpoints: Vec<Vec<u8>>,
}

impl Index {
    /// The index of an empty log.
    #[must_use]
    pub fn new(campaign: &Campaign) -> Self {
        let manifest = &campaign.manifest;
        let classes = vec![ClassTally::default(); manifest.classes.len()];
        let tally = Tally { classes, ..Tally::default() };
        let issuance_checkpoints = vec![Vec::new(); manifest.issuers.len()];
        let state = State { tally, issuance_checkpoints, ..State::default() };
        Self { campaign: campaign.id, state: RwLock::new(state) }
    }

    /// Takes up an entry of the log.
    pub fn observe(&self, published: &Published<'_>) {
        let mut state = self.state.write().unwrap_or_else(PoisonError::into_inner);
        let entry_hash = EntryHash::of(published.bytes);
        let place = Place { batch: state.tally.batches, entry_hash };
        state.tally.size = published.index + 1;
        match Entry::decode(published.bytes) {
            Ok(Entry::Pledge(pledge)) => {
                state.pledges.insert(pledge.nonce(&self.campaign), place);
                state.tally.pledge(&pledge.opening);
            }
            Ok(Entry::Withdrawal(withdrawal)) => {
                state.withdrawals.insert(withdrawal.nonce(&self.campaign), place);
                state.tally.withdraw(&withdrawal.opening);
            }
            Ok(Entry::Announcement(statement)) => {
                state.announcements.push(Arc::new(Stated { statement, place }));
                state.tally.announcements += 1;
            }
            Ok(Entry::Amendment(statement)) => {
                if let Change::Revocation { issuer, .. } = statement.change {
                    state.tally.revoked.push(issuer);
                }
                state.amendments.push(Arc::new(Stated { statement, place }));
                state.tally.amendments += 1;
            }
            Ok(Entry::Closing(_)) => state.tally.closed = true,
            Ok(Entry::Seal(seal)) => {
                state.tally.batches += 1;
                state.batch_ends.push(published.index + 1);
                state.issuance_checkpoints = seal.issuance_checkpoints;
            }
            _ => {}
        }
    }

    /// Where a pledge stands, if it does.
    #[must_use]
    pub fn pledge(&self, nonce: &Nonce) -> Option<Place> {
        self.read().pledges.get(nonce).copied()
    }

    /// Where the withdrawal of a pledge stands, if it does.
    #[must_use]
    pub fn withdrawal(&self, nonce: &Nonce) -> Option<Place> {
        self.read().withdrawals.get(nonce).copied()
    }

    /// The announcements, by number.
    #[must_use]
    pub fn announcements(&self) -> Statements<Announcement> {
        self.read().announcements.clone()
    }

    /// The amendments, by number.
    #[must_use]
    pub fn amendments(&self) -> Statements<Amendment> {
        self.read().amendments.clone()
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

    /// Whether the log has its closing statement.
    #[must_use]
    pub fn is_closed(&self) -> bool {
        self.read().tally.closed
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

impl Tally {
    /// What counts of each class.
    #[must_use]
    pub fn current(&self) -> Vec<u64> {
        self.classes.iter().map(ClassTally::current).collect()
    }

    fn pledge(&mut self, opening: &Opening) {
        if let Some(class) = self.classes.get_mut(usize::from(opening.class)) {
            class.pledges += 1;
        }
        *self.regions.entry(opening.region).or_default() += 1;
    }

    fn withdraw(&mut self, opening: &Opening) {
        if let Some(class) = self.classes.get_mut(usize::from(opening.class)) {
            class.withdrawn += 1;
        }
        let region = self.regions.entry(opening.region).or_default();
        *region = region.saturating_sub(1);
    }
}
