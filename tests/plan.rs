//! A fault at each system call of a kind, in turn: the first `fsync`, the second, and so on, until
//! one comes too late to hit anything; then the next kind. strace counts each kind by itself.

use std::sync::{Mutex, PoisonError};

/// More calls of one kind than any program here makes.
const MOST: u32 = 500;

/// Runs that go on side by side: most of their time is spent waiting for batches.
const LANES: usize = 8;

/// Hands out the faults, and learns where each kind ends.
pub struct Plan(Mutex<Vec<Kind>>);

struct Kind {
    call: &'static str,
    next: u32,
    beyond: u32,
}

impl Plan {
    /// A plan for these system calls.
    #[must_use]
    pub fn new(calls: &[&'static str]) -> Self {
        let kinds = calls.iter().map(|call| Kind { call, next: 1, beyond: MOST });
        Self(Mutex::new(kinds.collect()))
    }

    /// Runs `one` for each fault in several lanes; it answers whether the fault hit anything.
    /// Returns how many did.
    ///
    /// # Panics
    /// If a run panics, or a kind does not end.
    pub fn run<L>(
        &self,
        lane: impl Fn() -> L + Sync,
        one: impl Fn(&L, &str, u32) -> bool + Sync,
    ) -> u32 {
        std::thread::scope(|scope| {
            for _ in 0..LANES {
                scope.spawn(|| {
                    let lane = lane();
                    while let Some((call, number)) = self.next() {
                        if !one(&lane, call, number) {
                            self.end(call, number);
                        }
                    }
                });
            }
        });
        let kinds = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        assert!(kinds.iter().all(|kind| kind.beyond < MOST), "a kind of call does not end");
        for Kind { call, beyond, .. } in kinds.iter() {
            assert!(*beyond > 1, "no {call} was hit: the program uses another call");
            tell(&format!("{call}: {} faults", beyond - 1));
        }
        kinds.iter().map(|kind| kind.beyond - 1).sum()
    }

    fn next(&self) -> Option<(&'static str, u32)> {
        let mut kinds = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let kind = kinds.iter_mut().find(|kind| kind.next < kind.beyond)?;
        kind.next += 1;
        Some((kind.call, kind.next - 1))
    }

    fn end(&self, call: &str, number: u32) {
        let mut kinds = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for kind in kinds.iter_mut().filter(|kind| kind.call == call) {
            kind.beyond = kind.beyond.min(number);
        }
    }
}

#[expect(clippy::print_stderr, reason = "how much was tried belongs to the result")]
fn tell(line: &str) {
    eprintln!("{line}");
}
