//! The one clock and the one source of randomness of the client.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use getrandom::SysRng;
use rand_core::{Rng as _, UnwrapErr};

/// The clock of this device, which is trusted for waiting and for nothing else.
#[derive(Clone, Copy, Debug, Default)]
pub struct Clock;

impl Clock {
    /// Unix time in seconds; 0 on a device whose clock stands before 1970.
    #[must_use]
    pub fn now(self) -> u64 {
        SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs())
    }

    /// Sleeps.
    pub fn sleep(self, time: Duration) {
        std::thread::sleep(time);
    }
}

/// The operating system's randomness.
#[must_use]
pub const fn rng() -> UnwrapErr<SysRng> {
    UnwrapErr(SysRng)
}

/// A number drawn evenly from `low..=high`; `low` if the range is empty.
#[must_use]
pub fn uniform(low: u64, high: u64) -> u64 {
    let Some(count) = high.checked_sub(low).and_then(|span| span.checked_add(1)) else {
        return low;
    };
    // Draws that would make small results likelier are thrown away.
    let fair = u64::MAX - u64::MAX % count;
    loop {
        let draw = rng().next_u64();
        if draw < fair {
            return low + draw % count;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::uniform;

    #[test]
    fn a_draw_lies_in_its_range_and_reaches_both_ends() {
        let draws: Vec<u64> = (0..400).map(|_| uniform(3, 5)).collect();
        assert!(draws.iter().all(|draw| (3..=5).contains(draw)));
        assert!(draws.contains(&3) && draws.contains(&5));
        assert_eq!(uniform(7, 7), 7);
        assert_eq!(uniform(9, 2), 9);
    }
}
