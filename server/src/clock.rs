//! The one clock of the process. Everything that asks for the time is handed it, so that tests
//! can move it.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// Tells Unix seconds.
#[derive(Clone, Debug)]
pub enum Clock {
    /// The operating system's time.
    System,
    /// A time that stands still until it is set.
    Manual(Arc<AtomicU64>),
}

impl Clock {
    /// A clock that shows `now` until its cell is set.
    #[must_use]
    pub fn manual(now: u64) -> (Self, Arc<AtomicU64>) {
        let cell = Arc::new(AtomicU64::new(now));
        (Self::Manual(cell.clone()), cell)
    }

    /// How long the clock must have shown a time before anything is done that cannot be undone: a
    /// machine that wakes up may be years off until it has asked somebody.
    #[must_use]
    pub const fn doubt(&self) -> Duration {
        match self {
            Self::System => Duration::from_secs(600),
            Self::Manual(_) => Duration::ZERO,
        }
    }

    /// Unix time in seconds; 0 for a system clock set before 1970.
    #[must_use]
    pub fn now(&self) -> u64 {
        match self {
            Self::System => {
                SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs())
            }
            Self::Manual(cell) => cell.load(Ordering::SeqCst),
        }
    }
}
