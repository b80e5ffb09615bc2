//! When a log seals its batch ([spec: log §6]).
//!
//! Batches end on a grid of absolute times, so that no time of a single entry has to be
//! remembered, nor can be read from the batches.

use headcount_protocol::campaign::manifest::BatchRule;

/// The first time after `now` at which a batch may end.
#[must_use]
pub const fn next(rule: &BatchRule, now: u64) -> u64 {
    (now / rule.interval + 1) * rule.interval
}

/// How many entries a batch must have to be sealed at the grid time `at`, when `last` was the
/// time before: one when the maximum wait is over or the log has closed, else the minimum size
/// [LOG-30].
#[must_use]
pub fn entries_needed(rule: &BatchRule, closes: u64, last: u64, at: u64) -> u64 {
    let waited = at / rule.maximum_wait > last / rule.maximum_wait;
    if waited || at >= closes { 1 } else { u64::from(rule.minimum_size) }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// [LOG-30]
    #[test]
    fn batches_end_on_the_grid() {
        let rule = BatchRule { interval: 10, minimum_size: 5, maximum_wait: 30 };
        assert_eq!([next(&rule, 0), next(&rule, 9), next(&rule, 10)], [10, 10, 20]);
        let times = [0, 10, 20, 30, 40, 80, 1000, 1010];
        let needed = times.windows(2).map(|two| entries_needed(&rule, 1000, two[0], two[1]));
        assert_eq!(needed.collect::<Vec<_>>(), [5, 5, 1, 5, 1, 1, 1]);
        // 99 entries wait at 10:59, and are sealed at 11:00.
        let rule = BatchRule { interval: 60, minimum_size: 100, maximum_wait: 3_600 };
        let eleven = 500_000 * 3_600;
        assert_eq!(next(&rule, eleven - 120), eleven - 60);
        let needed = |last, at| entries_needed(&rule, u64::MAX, last, at);
        assert_eq!([needed(eleven - 120, eleven - 60), needed(eleven - 60, eleven)], [100, 1]);
    }
}
