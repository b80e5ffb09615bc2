//! What a process does between two points at which it may die.

use super::variant::Variant;
use super::{
    Answer, Entry, Files, Job, Publication, Receipt, Redemption, Stage, State, Store, Tree, Write,
};

impl Redemption {
    pub(super) fn step(&self, state: &mut State, memory: &mut Tree, stage: Stage) -> Stage {
        match stage {
            Stage::Idle => Stage::Idle,
            Stage::Waiting(job) => self.catch_up(state, memory, job),
            Stage::Ready(Job::Start) => self.start(state, memory),
            Stage::Ready(Job::Redeem { pledge, in_time }) => {
                self.redeem(state, memory, pledge, in_time)
            }
            Stage::Ready(Job::Seal { grown }) => self.seal(state, memory, grown),
            Stage::Insert(entry) => match self.variant {
                Variant::ReceiptFirst => {
                    state.store.insert(entry, false);
                    Stage::Idle
                }
                _ => self.insert(&mut state.store, entry),
            },
            Stage::Publish(publication) => self.publish(state, memory, publication),
            Stage::Answer { receipt, .. } => {
                state.tell(receipt);
                Stage::Idle
            }
        }
    }

    /// Step 1 of sealing, and of every other operation.
    fn catch_up(&self, state: &mut State, memory: &mut Tree, job: Job) -> Stage {
        if !self.variant.catches_up(job) {
            return Stage::Ready(job);
        }
        let store = &mut state.store;
        let unpublished: Tree = match store.closing {
            None => Tree::new(),
            Some(closing) => store.pending.values().copied().chain([closing]).collect(),
        };
        let size = store.checkpoint.len();
        let Some(old) = size.checked_sub(unpublished.len()) else { return state.stop() };
        if memory.len() < old {
            let Some(published) = state.files.of(old) else { return state.stop() };
            memory.extend_from_slice(&published[memory.len()..]);
        }
        if unpublished.is_empty() {
            return Stage::Ready(job);
        }
        let mut tree = [&memory[..], &unpublished].concat();
        if self.variant == Variant::NewSeal
            && let Some(Entry::Seal { grown, .. }) = tree.last_mut()
        {
            *grown = state.grown;
            store.checkpoint = tree.clone();
        }
        if tree != store.checkpoint {
            return state.stop();
        }
        let mut left = self.variant.order();
        while let [Write::Commit, rest @ ..] = left {
            left = rest;
        }
        Stage::Publish(Publication { old, tree, left, then: Some(job) })
    }

    fn start(&self, state: &mut State, memory: &Tree) -> Stage {
        if state.store.checkpoint.is_empty() {
            let (tree, left) = (vec![Entry::Campaign], self.variant.order());
            return Stage::Publish(Publication { old: 0, tree, left, then: None });
        }
        if *memory != state.store.checkpoint {
            return state.stop();
        }
        state.files.show(memory);
        Stage::Idle
    }

    /// Steps 3 to 6 of the counter, which are one.
    fn redeem(&self, state: &mut State, memory: &Tree, asked: Entry, in_time: bool) -> Stage {
        let Entry::Pledge { nonce, .. } = asked else { return Stage::Idle };
        if self.variant == Variant::ReplaysEnd && !in_time {
            state.refuse(nonce);
            return Stage::Idle;
        }
        let logged = memory.iter().position(|it| it.nonce() == Some(nonce));
        if let Some(index) = logged.filter(|_| self.variant != Variant::LogNotLookedUp) {
            let receipt = Receipt { entry: memory[index], batch: seals(&memory[..index]) };
            return Stage::Answer { receipt, asked, again: true };
        }
        let store = &mut state.store;
        if store.pending.contains_key(&nonce) || in_time {
            return match self.variant {
                Variant::LookupApart => Stage::Insert(asked),
                Variant::ReceiptFirst => {
                    let entry = store.pending.get(&nonce).copied().unwrap_or(asked);
                    let batch = store.batch;
                    state.tell(Receipt { entry, batch });
                    Stage::Insert(asked)
                }
                _ => self.insert(store, asked),
            };
        }
        state.refuse(nonce);
        Stage::Idle
    }

    fn insert(&self, store: &mut Store, asked: Entry) -> Stage {
        let (entry, again) = store.insert(asked, self.variant == Variant::LastStays);
        let batch = store.batch + usize::from(self.variant == Variant::LaterBatch);
        Stage::Answer { receipt: Receipt { entry, batch }, asked, again }
    }

    /// Steps 2 and 3 of sealing.
    fn seal(&self, state: &State, memory: &Tree, grown: Option<bool>) -> Stage {
        let store = &state.store;
        if store.pending.is_empty() {
            return Stage::Idle;
        }
        let grown = grown.unwrap_or(state.grown);
        let closing = Entry::Seal { batch: store.batch, count: store.pending.len(), grown };
        let tree = memory.iter().chain(store.pending.values()).copied().chain([closing]).collect();
        let old = memory.len();
        Stage::Publish(Publication { old, tree, left: self.variant.order(), then: None })
    }

    /// The next of steps 4 to 6 of sealing.
    fn publish(&self, state: &mut State, memory: &mut Tree, mut at: Publication) -> Stage {
        let Some((write, left)) = at.left.split_first() else { return Stage::Idle };
        let State { store, files, .. } = state;
        match write {
            Write::Commit => {
                let unmoved = store.checkpoint.len() == at.old && store.closing.is_none();
                if !unmoved && self.variant.swaps() {
                    return Stage::Idle;
                }
                store.batch = seals(&at.tree);
                store.closing = at.tree.last().copied();
                store.checkpoint.clone_from(&at.tree);
            }
            Write::Files => files.write(&at.tree),
            Write::Checkpoint => files.show(&at.tree),
            Write::Forget => {
                let careful = self.variant == Variant::CarefulForget;
                store.pending.retain(|_, entry| careful && !at.tree.contains(entry));
                store.closing = None;
            }
        }
        if !left.is_empty() {
            at.left = left;
            return Stage::Publish(at);
        }
        *memory = at.tree;
        at.then.map_or(Stage::Idle, Stage::Ready)
    }
}

impl Store {
    /// Stores a pledge if there is none of its nonce, or else if it `replaces` that. Returns the
    /// one that counts, and whether there was one.
    fn insert(&mut self, pledge: Entry, replaces: bool) -> (Entry, bool) {
        let Some(nonce) = pledge.nonce() else { return (pledge, false) };
        let again = self.pending.contains_key(&nonce);
        let entry = self.pending.entry(nonce).or_insert(pledge);
        if replaces {
            *entry = pledge;
        }
        (*entry, again)
    }
}

impl Files {
    /// The files of a log of this size.
    pub(super) fn of(&self, size: usize) -> Option<&Tree> {
        self.sizes.get(&size)?.last()
    }

    fn write(&mut self, tree: &Tree) {
        add(self.sizes.entry(tree.len()).or_default(), tree.clone());
    }

    fn show(&mut self, tree: &Tree) {
        add(&mut self.checkpoints, tree.clone());
    }
}

impl State {
    fn tell(&mut self, receipt: Receipt) {
        if let Some(nonce) = receipt.entry.nonce() {
            add(&mut self.told[nonce], Answer::Receipt(receipt));
        }
    }

    fn refuse(&mut self, nonce: usize) {
        add(&mut self.told[nonce], Answer::Refused);
    }

    const fn stop(&mut self) -> Stage {
        self.stopped = true;
        Stage::Idle
    }
}

impl Entry {
    pub(super) const fn nonce(self) -> Option<usize> {
        match self {
            Self::Pledge { nonce, .. } => Some(nonce),
            Self::Campaign | Self::Seal { .. } => None,
        }
    }
}

/// How many batches these entries have.
pub(super) fn seals(entries: &[Entry]) -> usize {
    entries.iter().filter(|it| matches!(it, Entry::Seal { .. })).count()
}

fn add<T: PartialEq>(list: &mut Vec<T>, value: T) {
    if list.last() != Some(&value) {
        list.push(value);
    }
}
