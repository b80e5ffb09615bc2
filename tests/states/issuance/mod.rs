//! Issuing ([spec: attestation §4]): several processes of an issuer on one database.
//!
//! Left out are cryptography, steps 1 to 5, which depend on nothing that changes, and the sealing
//! of the log, which is one step here and the whole of the other model.
//!
//! A request is for ever under way: each of [`WALLETS`] may reach an idle process at any time, so
//! that requests are lost, repeated and reordered in every way. An answer is taken as heard when
//! it is sent; one that got lost is one whose process died before. A process holds one request,
//! and a thread of it is as good as another process.

mod checks;
mod properties;

use std::collections::{BTreeMap, BTreeSet};

use stateright::{Model, Property};

use crate::Searchable;

/// How issuing goes.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Variant {
    /// As specified.
    Faithful,
    /// The tag is looked up in one transaction and inserted in another.
    LookupApart,
    /// Only the tag is looked up, not the request digest.
    DigestNotLookedUp,
    /// A request is signed, then registered.
    SignFirst,
    /// The tag is stored in one transaction, the entry of the log in another.
    TwoTransactions,
    /// A request that is registered already is refused.
    ReplaysRefused,
    /// A request that is registered already is refused once issuing is over.
    ReplaysEnd,
    /// Signatures are random.
    RandomSignatures,
}

/// A request and the tag it is attested for. Of the same two the log's entry is made, for a tag
/// has one commitment.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
struct Request {
    tag: u8,
    digest: u8,
}

/// Ada's wallet; her second one; Ada's request attested for Grace; Grace's own.
const WALLETS: [Request; 4] = [
    Request { tag: 0, digest: 0 },
    Request { tag: 0, digest: 1 },
    Request { tag: 1, digest: 0 },
    Request { tag: 1, digest: 2 },
];

struct Issuance {
    variant: Variant,
    processes: usize,
    /// How many of [`WALLETS`] there are.
    wallets: usize,
}

/// The database and the log: what is written there is durable.
#[derive(Clone, Debug, Default, Eq, Hash, PartialEq)]
struct Store {
    tags: BTreeMap<u8, u8>,
    pending: Vec<Request>,
    log: Vec<Request>,
}

#[derive(Clone, Debug, Eq, Hash, PartialEq)]
struct State {
    store: Store,
    /// What each process is at, in no order.
    processes: Vec<Option<Work>>,
    /// Whether `issuance_closes` is over.
    over: bool,
    /// How many different signatures were made, whether or not anybody got them.
    signatures: BTreeMap<Request, u8>,
    /// What each wallet was told, one after the other.
    told: [Vec<Answer>; WALLETS.len()],
    /// Wallets whose request was registered and then died with its process.
    interrupted: BTreeSet<usize>,
}

#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
struct Work {
    wallet: usize,
    left: &'static [Step],
}

/// What cannot be interrupted.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
enum Step {
    /// The transaction; the clock was read before.
    Decide {
        in_time: bool,
    },
    /// A tag and its entry are stored, whatever is there.
    Register,
    /// The entry is put into the open batch.
    Enter,
    Sign,
    Answer,
}

#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
enum Answer {
    Signature(u8),
    TagUsed,
    Closed,
    /// Either of the two, though this very request is registered.
    Denied,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Action {
    Receive { wallet: usize },
    Step { process: usize },
    Crash { process: usize },
    Seal,
    Close,
}

impl Searchable for Issuance {}

impl Model for Issuance {
    type State = State;
    type Action = Action;

    fn init_states(&self) -> Vec<State> {
        vec![State {
            store: Store::default(),
            processes: vec![None; self.processes],
            over: false,
            signatures: BTreeMap::new(),
            told: Default::default(),
            interrupted: BTreeSet::new(),
        }]
    }

    fn actions(&self, state: &State, actions: &mut Vec<Action>) {
        if state.processes.contains(&None) {
            actions.extend((0..self.wallets).map(|wallet| Action::Receive { wallet }));
        }
        for (process, work) in state.processes.iter().enumerate() {
            if work.is_some() {
                actions.extend([Action::Step { process }, Action::Crash { process }]);
            }
        }
        if !state.store.pending.is_empty() {
            actions.push(Action::Seal);
        }
        if !state.over {
            actions.push(Action::Close);
        }
    }

    fn next_state(&self, last: &State, action: Action) -> Option<State> {
        let mut state = last.clone();
        match action {
            Action::Receive { wallet } => {
                let idle = state.processes.iter_mut().find(|it| it.is_none())?;
                let left: &[Step] = match state.over {
                    false => &[Step::Decide { in_time: true }],
                    true => &[Step::Decide { in_time: false }],
                };
                *idle = Some(Work { wallet, left });
            }
            Action::Step { process } => {
                let work = state.processes[process].take()?;
                let left = self.step(&mut state, work);
                let work = Work { left, ..work };
                state.processes[process] = (!left.is_empty()).then_some(work);
            }
            Action::Crash { process } => {
                let Work { wallet, .. } = state.processes[process].take()?;
                if state.store.has(WALLETS[wallet]) {
                    state.interrupted.insert(wallet);
                }
            }
            Action::Seal => {
                let Store { pending, log, .. } = &mut state.store;
                log.append(pending);
                log.sort_unstable();
            }
            Action::Close => state.over = true,
        }
        state.processes.sort_unstable();
        Some(state)
    }

    fn properties(&self) -> Vec<Property<Self>> {
        properties::all()
    }
}

impl Issuance {
    /// Takes the next step of a request; returns what is left of it.
    fn step(&self, state: &mut State, Work { wallet, left }: Work) -> &'static [Step] {
        let Some((step, rest)) = left.split_first() else { return left };
        let request = WALLETS[wallet];
        match step {
            Step::Decide { in_time } => match self.decide(&mut state.store, request, *in_time) {
                Ok(left) => return left,
                Err(_) if state.store.has(request) => state.tell(wallet, Answer::Denied),
                Err(refusal) => state.tell(wallet, refusal),
            },
            Step::Register => state.store.register(request),
            Step::Enter => state.store.enter(request),
            Step::Sign => {
                let made = state.signatures.entry(request).or_default();
                *made = if self.variant == Variant::RandomSignatures { *made + 1 } else { 1 };
            }
            Step::Answer => {
                let made = state.signatures.get(&request).copied().unwrap_or_default();
                state.tell(wallet, Answer::Signature(made));
            }
        }
        rest
    }

    /// Step 6 of the issuer: what is to be done after it, or the refusal.
    fn decide(
        &self,
        store: &mut Store,
        request: Request,
        in_time: bool,
    ) -> Result<&'static [Step], Answer> {
        use Step::{Answer as Tell, Enter, Register, Sign};
        let digest_used = store.tags.values().any(|it| *it == request.digest);
        match store.tags.get(&request.tag) {
            Some(there) if *there == request.digest => match self.variant {
                Variant::ReplaysRefused => Err(Answer::TagUsed),
                Variant::ReplaysEnd if !in_time => Err(Answer::Closed),
                _ => Ok(&[Sign, Tell]),
            },
            Some(_) => Err(Answer::TagUsed),
            None if digest_used && self.variant != Variant::DigestNotLookedUp => {
                Err(Answer::TagUsed)
            }
            None if !in_time => Err(Answer::Closed),
            None => match self.variant {
                Variant::LookupApart => Ok(&[Register, Sign, Tell]),
                Variant::SignFirst => Ok(&[Sign, Register, Tell]),
                Variant::TwoTransactions => {
                    store.tags.insert(request.tag, request.digest);
                    Ok(&[Enter, Sign, Tell])
                }
                _ => {
                    store.register(request);
                    Ok(&[Sign, Tell])
                }
            },
        }
    }
}

impl Store {
    fn has(&self, request: Request) -> bool {
        self.tags.get(&request.tag) == Some(&request.digest)
    }

    fn register(&mut self, request: Request) {
        self.tags.insert(request.tag, request.digest);
        self.enter(request);
    }

    fn enter(&mut self, request: Request) {
        self.pending.push(request);
        self.pending.sort_unstable();
    }

    /// What stands in the log, or will after the next seal.
    fn entries(&self) -> impl Iterator<Item = &Request> {
        self.log.iter().chain(&self.pending)
    }
}

impl State {
    fn tell(&mut self, wallet: usize, answer: Answer) {
        let told = &mut self.told[wallet];
        if told.last() != Some(&answer) {
            told.push(answer);
        }
    }
}
