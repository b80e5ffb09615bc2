//! The counts of a pledge log, and when they reached what the manifest asks for
//! ([spec: recount §5]).

use std::collections::BTreeMap;

use serde::Serialize;

use crate::campaign::Campaign;
use crate::campaign::manifest::{Class, Measure, Threshold};
use crate::pledge::Opening;

/// The threshold, and whether it was reached.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
pub struct ThresholdState {
    /// Pledges it asks for.
    pub count: u64,
    /// Which count it names.
    pub of: Measure,
    /// That count now.
    pub current: u64,
    /// That count at the last batch that witnesses have seen; `null` where there are none.
    pub witnessed: Option<u64>,
    /// The batch at whose end the count was reached first.
    pub count_reached_in_batch: Option<u64>,
    /// Counts on the way.
    pub milestones: Vec<MilestoneState>,
    /// The spread over the regions, if the manifest asks for one.
    pub spread: Option<SpreadState>,
    /// The batch at whose end count and spread held together first.
    pub reached_in_batch: Option<u64>,
}

/// A count on the way.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
pub struct MilestoneState {
    /// The count.
    pub count: u64,
    /// The batch at whose end it was reached first.
    pub reached_in_batch: Option<u64>,
}

/// How the pledges are spread over the regions.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
pub struct SpreadState {
    /// Regions that are asked for.
    pub regions: u16,
    /// Pledges that each must have.
    pub pledges: u64,
    /// Regions that have them now.
    pub current: u64,
    /// The batch at whose end there were enough first.
    pub reached_in_batch: Option<u64>,
}

/// Pledges and withdrawals so far.
pub(super) struct Tally {
    /// Pledges of each class.
    pub(super) gross: Vec<u64>,
    /// Withdrawals of each class.
    pub(super) withdrawn: Vec<u64>,
    /// Pledges less withdrawals by region.
    pub(super) regions: BTreeMap<u16, u64>,
}

impl Tally {
    pub(super) fn new(classes: usize) -> Self {
        Self { gross: vec![0; classes], withdrawn: vec![0; classes], regions: BTreeMap::new() }
    }

    pub(super) fn pledge(&mut self, opening: &Opening) {
        self.gross[usize::from(opening.class)] += 1;
        *self.regions.entry(opening.region).or_default() += 1;
    }

    /// Of a pledge that was counted before.
    pub(super) fn withdraw(&mut self, opening: &Opening) {
        self.withdrawn[usize::from(opening.class)] += 1;
        let region = self.regions.entry(opening.region).or_default();
        *region = region.saturating_sub(1);
    }

    /// What counts of each class, when each issuer has issued so many.
    pub(super) fn counted(&self, campaign: &Campaign, issued: impl Fn(u16) -> u64) -> Vec<u64> {
        let counted = |((class, &gross), &withdrawn): ((&Class, &u64), &u64)| {
            let bound = class.issuers.iter().map(|&issuer| issued(issuer)).fold(gross, u64::min);
            bound.saturating_sub(withdrawn)
        };
        let classes = campaign.manifest.classes.iter();
        classes.zip(&self.gross).zip(&self.withdrawn).map(counted).collect()
    }

    /// Regions with at least so many pledges; who named none is in no region.
    fn regions_with(&self, pledges: u64) -> u64 {
        let named = self.regions.iter().filter(|&(&region, &n)| region != 0 && n >= pledges);
        named.count().try_into().unwrap_or(u64::MAX)
    }
}

/// The first batches at whose ends the threshold's parts held. A later withdrawal undoes nothing.
pub(super) struct Reached {
    count: Option<u64>,
    spread: Option<u64>,
    both: Option<u64>,
    milestones: Vec<Option<u64>>,
}

impl Reached {
    pub(super) fn new(threshold: &Threshold) -> Self {
        let milestones = vec![None; threshold.milestones.len()];
        Self { count: None, spread: None, both: None, milestones }
    }

    /// The batch after which the whole threshold held first.
    pub(super) const fn batch(&self) -> Option<u64> {
        self.both
    }

    /// Takes note of the counts at the end of a batch.
    pub(super) fn seal(
        &mut self,
        threshold: &Threshold,
        batch: u64,
        counted: &[u64],
        tally: &Tally,
    ) {
        let current = threshold.of.of(counted);
        let count = current >= threshold.count;
        let spread = threshold.spread;
        let spread = tally.regions_with(spread.pledges) >= u64::from(spread.regions);
        let first = |reached: &mut Option<u64>, holds: bool| {
            if holds && reached.is_none() {
                *reached = Some(batch);
            }
        };
        first(&mut self.count, count);
        first(&mut self.spread, spread);
        first(&mut self.both, count && spread);
        for (reached, &milestone) in self.milestones.iter_mut().zip(&threshold.milestones) {
            first(reached, current >= milestone);
        }
    }

    /// For the report: where things stand at the last seal.
    pub(super) fn state(
        &self,
        threshold: &Threshold,
        counted: &[u64],
        witnessed: Option<u64>,
        tally: &Tally,
    ) -> ThresholdState {
        let milestones = threshold.milestones.iter().zip(&self.milestones);
        let rule = threshold.spread;
        ThresholdState {
            count: threshold.count,
            of: threshold.of,
            current: threshold.of.of(counted),
            witnessed,
            count_reached_in_batch: self.count,
            milestones: milestones
                .map(|(&count, &reached_in_batch)| MilestoneState { count, reached_in_batch })
                .collect(),
            spread: (rule.regions > 0).then(|| SpreadState {
                regions: rule.regions,
                pledges: rule.pledges,
                current: tally.regions_with(rule.pledges),
                reached_in_batch: self.spread,
            }),
            reached_in_batch: self.both,
        }
    }
}
