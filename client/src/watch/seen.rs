//! What was seen of a log, so that a restart goes on and still notices a fork.

use std::collections::BTreeMap;
use std::io;
use std::path::Path;

use headcount_protocol::campaign::manifest::NO_REGION;
use headcount_protocol::campaign::{Campaign, CampaignId};
use headcount_protocol::entry::Entry;
use headcount_protocol::log::{Edge, Hash};
use headcount_protocol::pledge::Opening;
use headcount_protocol::statement::Change;
use serde::{Deserialize, Serialize};

use super::WatchError;
use super::event::Event;
use crate::files::{self, Access};

/// Longest state file, in bytes.
const MAX_STATE: usize = 16_777_216;

/// The log so far.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Seen {
    campaign: CampaignId,
    /// Entries; 0 while nothing was seen.
    pub(super) size: u64,
    /// Root over them.
    pub(super) root: Hash,
    /// The signed note of this size.
    pub(super) note: String,
    /// The largest size that was witnessed.
    pub(super) witnessed: u64,
    /// Size and root after each batch that was not witnessed when last looked.
    seals: Vec<(u64, Hash)>,
    batches: u64,
    /// Pledges and withdrawals of each class.
    classes: Vec<(u64, u64)>,
    regions: BTreeMap<u16, u64>,
    announcements: u32,
    amendments: u32,
    closed: bool,
    /// Which milestones were reached, and the threshold.
    milestones: Vec<bool>,
    threshold: bool,
}

impl Seen {
    /// Nothing yet.
    #[must_use]
    pub fn nothing(campaign: &Campaign) -> Self {
        let manifest = &campaign.manifest;
        Self {
            campaign: campaign.id,
            size: 0,
            root: Edge::new().root(),
            note: String::new(),
            witnessed: 0,
            seals: Vec::new(),
            batches: 0,
            classes: vec![(0, 0); manifest.classes.len()],
            regions: BTreeMap::new(),
            announcements: 0,
            amendments: 0,
            closed: false,
            milestones: vec![false; manifest.threshold.milestones.len()],
            threshold: false,
        }
    }

    /// What an earlier watch wrote, or nothing if there is no file.
    ///
    /// # Errors
    /// [`WatchError::State`], [`WatchError::File`].
    pub fn read(path: &Path, campaign: &Campaign) -> Result<Self, WatchError> {
        let nothing = Self::nothing(campaign);
        let bytes = match files::read_bounded(path, MAX_STATE) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(nothing),
            bytes => bytes.map_err(|error| WatchError::File(error.kind()))?,
        };
        let seen: Self = serde_json::from_slice(&bytes).map_err(|_| WatchError::State)?;
        let fits = seen.campaign == campaign.id
            && seen.classes.len() == nothing.classes.len()
            && seen.milestones.len() == nothing.milestones.len();
        if fits { Ok(seen) } else { Err(WatchError::State) }
    }

    /// Replaces the file.
    ///
    /// # Errors
    /// [`WatchError::File`].
    pub fn write(&self, path: &Path) -> Result<(), WatchError> {
        let bytes = serde_json::to_vec(self).map_err(|_| WatchError::State)?;
        let written = files::replace(path, &bytes, Access::Public);
        written.map_err(|error| WatchError::File(error.kind()))
    }

    /// The root of a size that was not witnessed before, or of the whole.
    pub(super) fn root_at(&self, size: u64) -> Option<Hash> {
        if size == self.size {
            return Some(self.root);
        }
        self.seals.iter().find(|(at, _)| *at == size).map(|(_, root)| *root)
    }

    /// Witnesses have seen the log up to here.
    pub(super) fn witness(&mut self, size: u64) {
        self.witnessed = self.witnessed.max(size);
        let witnessed = self.witnessed;
        self.seals.retain(|(at, _)| *at >= witnessed);
    }

    /// The count now.
    pub(super) fn count(&self, campaign: &Campaign) -> Event {
        Event::Count {
            count: self.measured(campaign),
            size: self.size,
            batches: self.batches,
            witnessed: campaign.has_witnesses().then_some(self.witnessed),
        }
    }

    fn measured(&self, campaign: &Campaign) -> u64 {
        let net =
            self.classes.iter().map(|(pledged, withdrawn)| pledged.saturating_sub(*withdrawn));
        campaign.manifest.threshold.of.of(&net.collect::<Vec<_>>())
    }

    /// Takes the entry that was just pushed; why it is refused, if an audit would refuse it for
    /// what is judged here.
    pub(super) fn take(
        &mut self,
        campaign: &Campaign,
        entry: &Entry,
        edge: &Edge,
        events: &mut Vec<Event>,
    ) -> Result<(), String> {
        let batch = self.batches;
        match entry {
            Entry::Campaign(id) if *id == campaign.id && edge.size() == 1 => {
                self.seals.push((1, edge.root()));
            }
            Entry::Campaign(_) | Entry::Issuance(_) => return Err("it does not belong here".into()),
            Entry::Pledge(pledge) => {
                self.class(&pledge.opening)?.0 += 1;
                *self.regions.entry(pledge.opening.region).or_default() += 1;
            }
            Entry::Withdrawal(withdrawal) => {
                self.class(&withdrawal.opening)?.1 += 1;
                let region = self.regions.entry(withdrawal.opening.region).or_default();
                *region = region.saturating_sub(1);
            }
            Entry::Announcement(it) => {
                let key = &campaign.manifest.organiser_key;
                it.verify(&campaign.id, key).map_err(|error| error.to_string())?;
                next(&mut self.announcements, it.number)?;
                let texts = it.texts().ok_or("it has no text")?;
                let (number, time) = (it.number, it.time);
                events.push(Event::Announcement { number, batch, time, texts });
            }
            Entry::Amendment(it) => {
                it.verify(campaign).map_err(|error| error.to_string())?;
                next(&mut self.amendments, it.number)?;
                let change = match &it.change {
                    Change::Shares { epoch, .. } => format!("new shares, epoch {epoch}"),
                    Change::Revocation { issuer, .. } => format!("issuer {issuer} is revoked"),
                };
                events.push(Event::Amendment { number: it.number, batch, change });
            }
            Entry::Closing(it) => {
                it.verify(campaign).map_err(|error| error.to_string())?;
                self.closed = true;
                events.push(Event::Closing { batch });
            }
            Entry::Seal(seal) if seal.batch == batch => self.seal(campaign, edge, events),
            Entry::Seal(_) => return Err(format!("a seal of another batch than {batch}")),
        }
        (self.size, self.root) = (edge.size(), edge.root());
        Ok(())
    }

    fn class(&mut self, opening: &Opening) -> Result<&mut (u64, u64), String> {
        let class = self.classes.get_mut(usize::from(opening.class));
        class.ok_or_else(|| format!("the campaign has no class {}", opening.class))
    }

    fn seal(&mut self, campaign: &Campaign, edge: &Edge, events: &mut Vec<Event>) {
        let (threshold, batch) = (&campaign.manifest.threshold, self.batches);
        self.batches += 1;
        if campaign.has_witnesses() {
            self.seals.push((edge.size(), edge.root()));
        }
        let count = self.measured(campaign);
        for (milestone, reached) in threshold.milestones.iter().zip(&mut self.milestones) {
            if !*reached && count >= *milestone {
                *reached = true;
                events.push(Event::Milestone { count: *milestone, batch });
            }
        }
        let spread = &threshold.spread;
        let enough =
            |(region, pledges): &(&u16, &u64)| **region != NO_REGION && **pledges >= spread.pledges;
        let regions = self.regions.iter().filter(enough).count();
        if !self.threshold && count >= threshold.count && regions >= usize::from(spread.regions) {
            self.threshold = true;
            events.push(Event::Threshold { count: threshold.count, batch });
        }
    }
}

/// A gap shows a statement that was withheld [STA-1].
fn next(expected: &mut u32, number: u32) -> Result<(), String> {
    if number != *expected {
        return Err(format!("number {number}, where {expected} comes next"));
    }
    *expected = expected.saturating_add(1);
    Ok(())
}
