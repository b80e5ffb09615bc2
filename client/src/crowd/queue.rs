//! Who goes on when.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::collections::BinaryHeap;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use super::supporter::Supporter;

/// Supporters by the time from which they can go on; it ends when all are done.
pub struct Queue {
    state: Mutex<State>,
    changed: Condvar,
}

struct State {
    due: BinaryHeap<Reverse<(Instant, u64)>>,
    aside: BTreeMap<u64, Supporter>,
    left: usize,
}

impl Queue {
    /// Everybody can go on at once, in order.
    #[must_use]
    pub fn new(supporters: Vec<Supporter>) -> Self {
        let now = Instant::now();
        let left = supporters.len();
        let due = supporters.iter().map(|one| Reverse((now, one.number))).collect();
        let aside = supporters.into_iter().map(|one| (one.number, one)).collect();
        Self { state: Mutex::new(State { due, aside, left }), changed: Condvar::new() }
    }

    /// The next who can go on; waits for one; nobody once all are done.
    pub fn next(&self) -> Option<Supporter> {
        let mut state = self.lock();
        loop {
            if state.left == 0 {
                return None;
            }
            let now = Instant::now();
            state = match state.due.peek().copied() {
                Some(Reverse((at, number))) if at <= now => {
                    state.due.pop();
                    return state.aside.remove(&number);
                }
                Some(Reverse((at, _))) => {
                    let wait = self.changed.wait_timeout(state, at - now);
                    wait.unwrap_or_else(PoisonError::into_inner).0
                }
                None => self.changed.wait(state).unwrap_or_else(PoisonError::into_inner),
            };
        }
    }

    /// Puts a supporter aside until `at`.
    pub fn put_aside(&self, supporter: Supporter, at: Instant) {
        let mut state = self.lock();
        state.due.push(Reverse((at, supporter.number)));
        state.aside.insert(supporter.number, supporter);
        drop(state);
        self.changed.notify_one();
    }

    /// One is done.
    pub fn done(&self) {
        self.lock().left -= 1;
        self.changed.notify_all();
    }

    /// Whether all are done.
    #[must_use]
    pub fn is_done(&self) -> bool {
        self.lock().left == 0
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
