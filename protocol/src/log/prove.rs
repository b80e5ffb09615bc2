//! Makes the proofs that [`super::verify_inclusion`] and [`super::verify_consistency`] check, from
//! the stored hashes of a tree ([spec: log §1.3] and [spec: log §1.4]).

use std::ops::Range;

use super::merkle::{Hash, range_root, split};

/// Why a proof cannot be made.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum ProveError<E> {
    /// The index is not below the size, or the old size is above the new one.
    #[error("the tree has no such leaf or older tree")]
    Range,
    /// A hash of the tree could not be read.
    #[error("a hash of the tree could not be read: {0}")]
    Read(E),
}

/// The inclusion proof of leaf `index` in the tree of `size` leaves ([spec: log §1.3]).
///
/// `read` as for [`super::root`].
///
/// # Errors
/// [`ProveError::Range`] if `index >= size`; [`ProveError::Read`] with the error of `read`.
pub fn inclusion_proof<E>(
    index: u64,
    size: u64,
    mut read: impl FnMut(u8, u64) -> Result<Hash, E>,
) -> Result<Vec<Hash>, ProveError<E>> {
    if index >= size {
        return Err(ProveError::Range);
    }
    let (_, mut proof) = siblings(index, size, |range| range.end - range.start == 1, &mut read)?;
    proof.reverse();
    Ok(proof)
}

/// The consistency proof from the tree of `old` leaves to that of `new` leaves
/// ([spec: log §1.4]).
///
/// `read` as for [`super::root`].
///
/// # Errors
/// [`ProveError::Range`] if `old > new`; [`ProveError::Read`] with the error of `read`.
pub fn consistency_proof<E>(
    old: u64,
    new: u64,
    mut read: impl FnMut(u8, u64) -> Result<Hash, E>,
) -> Result<Vec<Hash>, ProveError<E>> {
    if old > new {
        return Err(ProveError::Range);
    }
    if old == 0 {
        return Ok(Vec::new());
    }
    let (end, mut proof) = siblings(old - 1, new, |range| range.end == old, &mut read)?;
    if end.start != 0 {
        proof.push(range_root(end.start, end.end, &mut read).map_err(ProveError::Read)?);
    }
    proof.reverse();
    Ok(proof)
}

/// Walks from the root towards `leaf` until `done`: where it arrives, and the roots it passes by.
fn siblings<E>(
    leaf: u64,
    size: u64,
    done: impl Fn(&Range<u64>) -> bool,
    read: &mut impl FnMut(u8, u64) -> Result<Hash, E>,
) -> Result<(Range<u64>, Vec<Hash>), ProveError<E>> {
    let mut here = 0..size;
    let mut passed = Vec::new();
    while !done(&here) {
        let middle = here.start + split(here.end - here.start);
        let (next, sibling) = if leaf < middle {
            (here.start..middle, middle..here.end)
        } else {
            (middle..here.end, here.start..middle)
        };
        passed.push(range_root(sibling.start, sibling.end, read).map_err(ProveError::Read)?);
        here = next;
    }
    Ok((here, passed))
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use super::*;
    use crate::log::{leaf_hash, node_hash, root, verify_consistency, verify_inclusion};

    #[test]
    fn only_what_exists_is_proved() {
        let read = |_, _| Err("gone");
        assert_eq!(inclusion_proof(2, 2, read), Err(ProveError::Range));
        assert_eq!(inclusion_proof(0, 2, read), Err(ProveError::Read("gone")));
        assert_eq!(consistency_proof(3, 2, read), Err(ProveError::Range));
        assert_eq!(consistency_proof(1, 2, read), Err(ProveError::Read("gone")));
        assert_eq!(consistency_proof(0, 2, read), Ok(Vec::new()));
        assert_eq!(consistency_proof(2, 2, read), Ok(Vec::new()));
    }

    #[test]
    fn the_largest_tree_overflows_nothing() {
        // All leaves are alike, and so are all complete subtrees of one height.
        let mut alike = vec![leaf_hash(b"")];
        for height in 1..64 {
            alike.push(node_hash(&alike[height - 1], &alike[height - 1]));
        }
        let read = |height: u8, _| Ok::<_, Infallible>(alike[usize::from(height)]);
        let size = u64::MAX;
        let new_root = root(size, read).unwrap();
        for (index, length) in [(0, 64), (size - 1, 63)] {
            let proof = inclusion_proof(index, size, read).unwrap();
            assert_eq!(proof.len(), length);
            assert_eq!(verify_inclusion(index, size, &alike[0], &proof, &new_root), Ok(()));
        }
        for old in [1, 1 << 63, (1 << 63) + 1, size - 1] {
            let old_root = root(old, read).unwrap();
            let proof = consistency_proof(old, size, read).unwrap();
            assert_eq!(verify_consistency(old, size, &old_root, &new_root, &proof), Ok(()));
        }
    }
}
