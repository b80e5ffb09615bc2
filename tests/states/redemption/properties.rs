//! What redeeming and sealing promise, and what must happen somewhere for the promises to mean
//! anything.

use stateright::Property;

use super::steps::seals;
use super::{Answer, Entry, Job, Receipt, Redemption, Stage, State, Tree, Write};

/// No log that is committed or can be read has a nonce twice.
pub(super) const ONE_COUNT: &str = "one token, one count";
/// After a receipt, only the same receipt.
pub(super) const ONE_RECEIPT: &str = "one pledge, one receipt";
/// What has a receipt is pending or can be read.
pub(super) const NEVER_LOST: &str = "no acknowledged pledge is lost";
/// What has a receipt stands before the seal that it names.
pub(super) const NEVER_LATE: &str = "no acknowledged pledge is late";
/// A checkpoint that is read after a receipt has at least as many seals as the receipt's batch.
pub(super) const OPEN_BATCH: &str = "a receipt names the open batch";
/// Of two checkpoints that were ever shown, one begins with the other.
pub(super) const NO_FORK: &str = "readers see no fork";
/// A later checkpoint is no smaller.
pub(super) const NO_SHRINKING: &str = "readers see no log shrink";
/// Everything to be read is part of what is committed.
pub(super) const COMMITTED_FIRST: &str = "what is seen is committed";
/// A file that was ever written never changes.
pub(super) const SAME_BYTES: &str = "what is written stays the same";
/// The files of the checkpoint that is shown are there.
pub(super) const FILES_FIRST: &str = "a checkpoint's files are there";
/// Numbers, counts and order of batches; checkpoints of the issuance log do not shrink.
pub(super) const WELL_FORMED: &str = "batches are well formed";
/// No process finds a log that it must not go on with.
pub(super) const GOES_ON: &str = "the log goes on";

pub(super) fn all() -> Vec<Property<Redemption>> {
    let mut properties = promises();
    properties.extend(sights());
    properties
}

fn promises() -> Vec<Property<Redemption>> {
    vec![
        Property::always(ONE_COUNT, |_, state: &State| state.trees().all(counts_once)),
        Property::always(ONE_RECEIPT, |_, state: &State| {
            state.told.iter().all(|told| {
                let first = told.iter().position(|it| *it != Answer::Refused);
                first.is_none_or(|first| first + 1 == told.len())
            })
        }),
        Property::always(NEVER_LOST, |_, state: &State| {
            state.receipts().all(|Receipt { entry, .. }| {
                let mut readable = state.files.sizes.values().filter_map(|all| all.last());
                state.store.pending.values().any(|it| *it == entry)
                    || readable.any(|tree| tree.contains(&entry))
            })
        }),
        Property::always(NEVER_LATE, |_, state: &State| {
            let shown = state.shown();
            let on_time = |Receipt { entry, batch }| {
                let place = shown.iter().position(|it| *it == entry);
                place.is_some_and(|index| seals(&shown[..index]) <= batch)
            };
            state.receipts().all(|receipt| seals(shown) <= receipt.batch || on_time(receipt))
        }),
        Property::always(OPEN_BATCH, |_, state: &State| {
            state.receipts().all(|receipt| receipt.batch <= seals(state.shown()))
        }),
        Property::always(NO_FORK, |_, state: &State| {
            let shown = &state.files.checkpoints;
            shown.iter().all(|one| {
                shown.iter().all(|other| one.starts_with(other) || other.starts_with(one))
            })
        }),
        Property::always(NO_SHRINKING, |_, state: &State| {
            state.files.checkpoints.is_sorted_by_key(Vec::len)
        }),
        Property::always(COMMITTED_FIRST, |_, state: &State| {
            state.trees().all(|tree| state.store.checkpoint.starts_with(tree))
        }),
        Property::always(SAME_BYTES, |_, state: &State| {
            state.files.sizes.values().all(|contents| contents.len() == 1)
        }),
        Property::always(FILES_FIRST, |_, state: &State| {
            let shown = state.shown();
            shown.is_empty() || state.files.of(shown.len()) == Some(shown)
        }),
        Property::always(WELL_FORMED, |_, state: &State| state.trees().all(well_formed)),
        Property::always(GOES_ON, |_, state: &State| !state.stopped),
    ]
}

fn sights() -> Vec<Property<Redemption>> {
    vec![
        Property::sometimes("two processes seal at once", |_, state: &State| {
            let seals_next = |it| matches!(it, &Stage::Waiting(Job::Seal { .. }));
            stages(state).any(commits_a_batch) && stages(state).any(seals_next)
        }),
        Property::sometimes("a process dies after the commit", |model, state: &State| {
            let locked = stages(state).any(|it| model.variant.holds_lock(it));
            matches!(state.store.closing, Some(Entry::Seal { .. })) && !locked
        }),
        Property::sometimes("a pledge waits for a seal to be finished", |_, state: &State| {
            stages(state).any(|stage| match stage {
                Stage::Publish(at) => matches!(at.then, Some(Job::Redeem { .. })),
                _ => false,
            })
        }),
        Property::sometimes("a receipt that was lost is repeated", |_, state: &State| {
            stages(state).any(|stage| match stage {
                Stage::Answer { receipt, again, .. } => {
                    *again && state.receipts().all(|told| told != *receipt)
                }
                _ => false,
            })
        }),
        Property::sometimes("a copy gets the receipt of the first", |_, state: &State| {
            stages(state).any(|stage| match stage {
                Stage::Answer { receipt, asked, .. } => receipt.entry != *asked,
                _ => false,
            })
        }),
        Property::sometimes("two batches are read", |_, state: &State| seals(state.shown()) == 2),
        Property::sometimes("a batch of two is read", |_, state: &State| {
            state.shown().iter().any(|it| matches!(it, Entry::Seal { count: 2, .. }))
        }),
        Property::sometimes("one pledge came in time, and comes again late", |_, state: &State| {
            let late = |it: &Stage| match it {
                Stage::Ready(Job::Redeem { pledge, in_time }) => {
                    !in_time && pledge.nonce() == Some(0)
                }
                _ => false,
            };
            state.told[1] == [Answer::Refused]
                && matches!(state.told[0][..], [Answer::Receipt(_)])
                && stages(state).any(late)
        }),
        Property::sometimes("issuances grow from seal to seal", |_, state: &State| {
            [false, true].iter().all(|value| {
                let has = |it: &Entry| matches!(it, Entry::Seal { grown, .. } if grown == value);
                state.shown().iter().any(has)
            })
        }),
    ]
}

fn stages(state: &State) -> impl Iterator<Item = &Stage> {
    state.processes.iter().map(|process| &process.stage)
}

fn commits_a_batch(stage: &Stage) -> bool {
    matches!(stage, Stage::Publish(at) if at.old > 0 && at.left.contains(&Write::Commit))
}

fn counts_once(tree: &Tree) -> bool {
    let mut nonces: Vec<_> = tree.iter().filter_map(|it| it.nonce()).collect();
    nonces.sort_unstable();
    nonces.is_sorted_by(|one, next| one < next)
}

fn well_formed(tree: &Tree) -> bool {
    let Some((Entry::Campaign, mut rest)) = tree.split_first().map(|(it, rest)| (*it, rest)) else {
        return tree.is_empty();
    };
    let (mut number, mut last) = (0, false);
    while let Some(end) = rest.iter().position(|it| it.nonce().is_none()) {
        let Entry::Seal { batch, count, grown } = rest[end] else { return false };
        let shrinks = last && !grown;
        if (batch, count) != (number, end) || end == 0 || shrinks || !rest[..end].is_sorted() {
            return false;
        }
        (number, last, rest) = (number + 1, grown, &rest[end + 1..]);
    }
    rest.is_empty()
}

impl State {
    /// What is committed, and all that was ever to be read.
    fn trees(&self) -> impl Iterator<Item = &Tree> {
        let files = self.files.sizes.values().flatten().chain(&self.files.checkpoints);
        files.chain([&self.store.checkpoint])
    }

    /// The checkpoint that readers find.
    fn shown(&self) -> &Tree {
        const NONE: &Tree = &Tree::new();
        self.files.checkpoints.last().unwrap_or(NONE)
    }

    fn receipts(&self) -> impl Iterator<Item = Receipt> {
        self.told.iter().flatten().filter_map(|answer| match answer {
            Answer::Receipt(receipt) => Some(*receipt),
            Answer::Refused => None,
        })
    }
}
