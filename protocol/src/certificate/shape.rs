//! The shape that both trees have, and the subtrees that are left when some leaves are known
//! ([spec: certificate §3]).

use std::ops::Range;

use crate::log::split;

/// A subtree at which [`fold`] ends.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) enum Part {
    /// A known leaf: its place among the known ones.
    Known(usize),
    /// The leaves of a subtree of which none is known.
    Rest(Range<u64>),
}

/// Puts together the tree over `leaves`, from left to right, out of the leaves that are `known`
/// (ascending, each once, all among `leaves`) and the largest subtrees without a known one.
///
/// # Errors
/// Those of `part` and `join`.
pub(super) fn fold<T, E>(
    leaves: Range<u64>,
    known: &[u64],
    part: &mut impl FnMut(Part) -> Result<T, E>,
    join: &mut impl FnMut(T, T) -> Result<T, E>,
) -> Result<T, E> {
    fold_from(leaves, 0, known, part, join)
}

/// The same, for known leaves of which `before` were left of these.
fn fold_from<T, E>(
    leaves: Range<u64>,
    before: usize,
    known: &[u64],
    part: &mut impl FnMut(Part) -> Result<T, E>,
    join: &mut impl FnMut(T, T) -> Result<T, E>,
) -> Result<T, E> {
    if known.is_empty() {
        return part(Part::Rest(leaves));
    }
    if leaves.end - leaves.start == 1 {
        return part(Part::Known(before));
    }
    let middle = leaves.start + split(leaves.end - leaves.start);
    let (left, right) = known.split_at(known.partition_point(|leaf| *leaf < middle));
    let after = before + left.len();
    let left = fold_from(leaves.start..middle, before, left, part, join)?;
    let right = fold_from(middle..leaves.end, after, right, part, join)?;
    join(left, right)
}

/// How many subtrees without a known leaf there are: as many nodes as a certificate carries.
pub(super) fn rests(leaves: u64, known: &[u64]) -> usize {
    let mut rests = 0;
    let mut part = |part| {
        rests += usize::from(matches!(part, Part::Rest(_)));
        Ok::<_, std::convert::Infallible>(())
    };
    let Ok(()) = fold(0..leaves, known, &mut part, &mut |(), ()| Ok(()));
    rests
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(leaves: u64, known: &[u64]) -> Vec<Part> {
        let mut found = Vec::new();
        let mut part = |part| {
            found.push(part);
            Ok::<_, ()>(())
        };
        fold(0..leaves, known, &mut part, &mut |(), ()| Ok(())).unwrap();
        found
    }

    /// [CER-7]
    #[test]
    fn what_is_not_known_is_left_in_the_largest_subtrees() {
        use Part::{Known, Rest};
        assert_eq!(parts(1, &[0]), [Known(0)]);
        assert_eq!(parts(7, &[]), [Rest(0..7)]);
        assert_eq!(parts(7, &[4]), [Rest(0..4), Known(0), Rest(5..6), Rest(6..7)]);
        assert_eq!(parts(7, &[6]), [Rest(0..4), Rest(4..6), Known(0)]);
        let both = [Rest(0..1), Known(0), Rest(2..4), Known(1), Rest(5..6), Rest(6..7)];
        assert_eq!(parts(7, &[1, 4]), both);
        assert_eq!(rests(7, &[1, 4]), 4);
        assert_eq!(rests(3, &[0, 1, 2]), 0);
    }

    #[test]
    fn the_largest_tree_overflows_nothing() {
        assert_eq!(rests(u64::MAX, &[0]), 64);
        assert_eq!(rests(u64::MAX, &[u64::MAX - 1]), 63);
    }
}
