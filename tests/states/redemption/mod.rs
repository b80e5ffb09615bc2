//! Redeeming and sealing ([spec: pledge §2], [spec: log §6]): several processes of a counter on
//! one database and one directory of files.
//!
//! A root is the list of entries under it: hashes have no collisions here. The files of a size
//! are one file, as no log of this model fills a tile, and writing it, like a transaction, happens
//! or does not. Every pledge is for ever under way and may reach an idle process at any time. A
//! receipt is taken as heard when it is sent. Any process that has entries seals them when it
//! likes; the grid of times is left out, and so is what is done for privacy (step 7).
//!
//! The lock is taken for one operation, where the server holds it as long as it runs: every
//! history of the server is one of this model. The issuance logs are read under the lock; the
//! server reads them before, which comes to the same as long as one process seals.

mod checks;
mod properties;
mod steps;
mod variant;

use std::collections::BTreeMap;

use stateright::{Model, Property};

use crate::Searchable;
use variant::Variant;

/// An entry of the log. Two pledges of one nonce are two valid signatures of one token. The seal
/// tells whether the issuance log had grown.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
enum Entry {
    Campaign,
    Pledge { nonce: usize, copy: u8 },
    Seal { batch: usize, count: usize, grown: bool },
}

/// The first entries of a log, or their root.
type Tree = Vec<Entry>;

/// Nonces of pledges, counted from 0.
const NONCES: usize = 2;

struct Redemption {
    variant: Variant,
    processes: usize,
    /// What may be delivered.
    pledges: &'static [Entry],
}

/// The database: a transaction on it is durable or never was.
#[derive(Clone, Debug, Default, Eq, Hash, PartialEq)]
struct Store {
    pending: BTreeMap<usize, Entry>,
    /// What the committed checkpoint signs; its length is the size of the row.
    checkpoint: Tree,
    batch: usize,
    closing: Option<Entry>,
}

/// What every reader sees. A file of which several contents are listed had one after the other.
#[derive(Clone, Debug, Default, Eq, Hash, PartialEq)]
struct Files {
    sizes: BTreeMap<usize, Vec<Tree>>,
    checkpoints: Vec<Tree>,
}

#[derive(Clone, Debug, Eq, Hash, PartialEq)]
struct State {
    store: Store,
    files: Files,
    /// In no order.
    processes: Vec<Process>,
    /// Receipts when they were sent, refusals when they were decided, of each nonce.
    told: [Vec<Answer>; NONCES],
    /// Whether `redemption_closes` is over.
    over: bool,
    /// Whether the issuance log has grown.
    grown: bool,
    /// Whether a process found files or rows that are not those of the checkpoint, and stopped.
    stopped: bool,
}

#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
struct Process {
    /// The published entries it knows: its index and its tree.
    memory: Tree,
    stage: Stage,
}

#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
enum Job {
    Start,
    /// The clock was read when the pledge came.
    Redeem {
        pledge: Entry,
        in_time: bool,
    },
    /// What the issuance log was when the job came, if that is when it is read.
    Seal {
        grown: Option<bool>,
    },
}

#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
enum Stage {
    Idle,
    /// For the lock.
    Waiting(Job),
    /// Memory is what is published.
    Ready(Job),
    Insert(Entry),
    Publish(Publication),
    /// The lock is free again; `asked` is the pledge that came, `again` if it was there.
    Answer {
        receipt: Receipt,
        asked: Entry,
        again: bool,
    },
}

/// Steps 4 to 6 of sealing, on the way.
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
struct Publication {
    /// Size before.
    old: usize,
    tree: Tree,
    left: &'static [Write],
    /// What waits for it, if another process began it.
    then: Option<Job>,
}

#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
enum Write {
    Commit,
    Files,
    Checkpoint,
    Forget,
}

#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
struct Receipt {
    entry: Entry,
    batch: usize,
}

#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
enum Answer {
    Receipt(Receipt),
    Refused,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Action {
    Begin {
        process: usize,
        job: Job,
    },
    Step {
        process: usize,
    },
    /// The process dies, and will start again.
    Crash {
        process: usize,
    },
    /// The operation ends with an error, and the process goes on.
    Fail {
        process: usize,
    },
    Close,
    Grow,
}

impl Searchable for Redemption {}

impl Model for Redemption {
    type State = State;
    type Action = Action;

    fn init_states(&self) -> Vec<State> {
        vec![State {
            store: Store::default(),
            files: Files::default(),
            processes: vec![Process::started(); self.processes],
            told: Default::default(),
            over: false,
            grown: false,
            stopped: false,
        }]
    }

    fn actions(&self, state: &State, actions: &mut Vec<Action>) {
        let locked = state.processes.iter().any(|it| self.variant.holds_lock(&it.stage));
        for (process, Process { stage, .. }) in state.processes.iter().enumerate() {
            match stage {
                Stage::Idle => {
                    let in_time = !state.over;
                    let early = self.variant == Variant::StaleIssuances;
                    let grown = early.then_some(state.grown);
                    let redeem = |&pledge| Job::Redeem { pledge, in_time };
                    let jobs = self.pledges.iter().map(redeem).chain([Job::Seal { grown }]);
                    actions.extend(jobs.map(|job| Action::Begin { process, job }));
                }
                Stage::Waiting(job) if locked && self.variant.locks(*job) => {}
                _ => actions.push(Action::Step { process }),
            }
            if *stage != Stage::Waiting(Job::Start) {
                actions.push(Action::Crash { process });
            }
            if stage.can_fail() {
                actions.push(Action::Fail { process });
            }
        }
        if !state.over {
            actions.push(Action::Close);
        }
        if !state.grown {
            actions.push(Action::Grow);
        }
    }

    fn next_state(&self, last: &State, action: Action) -> Option<State> {
        let mut state = last.clone();
        match action {
            Action::Begin { process, job } => state.processes[process].stage = Stage::Waiting(job),
            Action::Step { process } => {
                let mut at = state.processes.remove(process);
                at.stage = self.step(&mut state, &mut at.memory, at.stage);
                state.processes.push(at);
            }
            Action::Crash { process } => state.processes[process] = Process::started(),
            Action::Fail { process } => state.processes[process].stage = Stage::Idle,
            Action::Close => state.over = true,
            Action::Grow => state.grown = true,
        }
        state.processes.sort_unstable();
        Some(state)
    }

    fn properties(&self) -> Vec<Property<Self>> {
        properties::all()
    }

    /// The faithful model is finite; others can count one pledge over and over.
    fn within_boundary(&self, state: &State) -> bool {
        self.variant == Variant::Faithful || state.is_small()
    }
}

impl Process {
    /// It has just begun, and remembers nothing.
    const fn started() -> Self {
        Self { memory: Tree::new(), stage: Stage::Waiting(Job::Start) }
    }
}

impl Stage {
    /// Whether an error here ends an operation; one at the start ends the process.
    fn can_fail(&self) -> bool {
        match self {
            Self::Idle | Self::Waiting(_) | Self::Ready(Job::Start) => false,
            Self::Publish(at) => at.old > 0 && at.then != Some(Job::Start),
            Self::Ready(_) | Self::Insert(_) | Self::Answer { .. } => true,
        }
    }
}

impl State {
    fn is_small(&self) -> bool {
        self.store.checkpoint.len() <= 5
            && self.files.checkpoints.len() <= 3
            && self.told.iter().all(|told| told.len() <= 2)
    }
}
