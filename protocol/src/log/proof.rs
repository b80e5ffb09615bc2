//! Proofs that an entry is in a tree and that a tree only grew, RFC 6962 §2.1.1 and §2.1.2
//! ([spec: log §1.3] and [spec: log §1.4]).

use super::merkle::{Hash, node_hash};

/// Why an inclusion proof is refused.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum InclusionError {
    /// The tree has no leaf of that index.
    #[error("the index is not below the size of the tree")]
    Index,
    /// The proof has not the number of hashes that index and size call for [LOG-3].
    #[error("the inclusion proof has a wrong length")]
    Length,
    /// Leaf and proof lead to another root.
    #[error("the inclusion proof leads to another root")]
    Root,
}

/// Why a consistency proof is refused.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum ConsistencyError {
    /// The old tree is larger than the new one.
    #[error("the tree became smaller")]
    Shrunk,
    /// The proof has not the number of hashes that the two sizes call for [LOG-3].
    #[error("the consistency proof has a wrong length")]
    Length,
    /// The proof leads to another old root.
    #[error("the consistency proof leads to another old root")]
    OldRoot,
    /// The proof leads to another new root.
    #[error("the consistency proof leads to another new root")]
    NewRoot,
}

/// Checks that the leaf `index` of the tree of `size` leaves with this `root` is `leaf`.
///
/// A proof has at most 64 hashes of 32 bytes ([spec: log §1.3], RFC 9162 §2.1.3.2).
///
/// # Errors
/// [`InclusionError::Index`] if `index >= size`; [`InclusionError::Length`] if the proof has too
/// few or too many hashes; [`InclusionError::Root`] if it leads elsewhere.
pub fn verify_inclusion(
    index: u64,
    size: u64,
    leaf: &Hash,
    proof: &[Hash],
    root: &Hash,
) -> Result<(), InclusionError> {
    if index >= size {
        return Err(InclusionError::Index);
    }
    let mut path = Path { node: index, last: size - 1 };
    let mut hash = *leaf;
    for sibling in proof {
        if path.is_done() {
            return Err(InclusionError::Length);
        }
        hash = if path.climb() { node_hash(sibling, &hash) } else { node_hash(&hash, sibling) };
    }
    if !path.is_done() {
        return Err(InclusionError::Length);
    }
    if hash == *root { Ok(()) } else { Err(InclusionError::Root) }
}

/// Checks that the tree of `new` leaves begins with all leaves of the tree of `old` leaves.
///
/// A proof has at most 65 hashes of 32 bytes, and none if `old` is 0 or equals `new`
/// ([spec: log §1.4], RFC 9162 §2.1.4.2).
///
/// # Errors
/// [`ConsistencyError::Shrunk`] if `old > new`; [`ConsistencyError::Length`] if the proof has too
/// few or too many hashes; [`ConsistencyError::OldRoot`] if it leads to another old root, or if
/// the old tree is empty and its root is not; [`ConsistencyError::NewRoot`] if it leads to another
/// new root, or if two roots of one size differ.
pub fn verify_consistency(
    old: u64,
    new: u64,
    old_root: &Hash,
    new_root: &Hash,
    proof: &[Hash],
) -> Result<(), ConsistencyError> {
    if old > new {
        return Err(ConsistencyError::Shrunk);
    }
    if old == 0 && *old_root != Hash::EMPTY_ROOT {
        return Err(ConsistencyError::OldRoot);
    }
    if old == 0 || old == new {
        if !proof.is_empty() {
            return Err(ConsistencyError::Length);
        }
        let agree = old < new || old_root == new_root;
        return if agree { Ok(()) } else { Err(ConsistencyError::NewRoot) };
    }
    let mut path = Path { node: old - 1, last: new - 1 };
    // The old tree ends in a complete subtree; it is the first hash unless it is the old tree.
    path.shift(path.node.trailing_ones());
    let (start, rest) = if path.node == 0 {
        (old_root, proof)
    } else {
        proof.split_first().ok_or(ConsistencyError::Length)?
    };
    let (mut old_hash, mut new_hash) = (*start, *start);
    for sibling in rest {
        if path.is_done() {
            return Err(ConsistencyError::Length);
        }
        if path.climb() {
            old_hash = node_hash(sibling, &old_hash);
            new_hash = node_hash(sibling, &new_hash);
        } else {
            new_hash = node_hash(&new_hash, sibling);
        }
    }
    if !path.is_done() {
        return Err(ConsistencyError::Length);
    }
    if old_hash != *old_root {
        return Err(ConsistencyError::OldRoot);
    }
    if new_hash == *new_root { Ok(()) } else { Err(ConsistencyError::NewRoot) }
}

/// The way from a node to the root: its index in its level and the level's last index.
struct Path {
    node: u64,
    last: u64,
}

impl Path {
    fn is_done(&self) -> bool {
        self.last == 0
    }

    /// Steps to the parent; whether the sibling is on the left.
    fn climb(&mut self) -> bool {
        let left = self.node % 2 == 1 || self.node == self.last;
        if left {
            // The last node of its level has no sibling there: it rises until it is a right child.
            self.shift(self.node.trailing_zeros());
        }
        self.shift(1);
        left
    }

    fn shift(&mut self, levels: u32) {
        self.node = self.node.checked_shr(levels).unwrap_or(0);
        self.last = self.last.checked_shr(levels).unwrap_or(0);
    }
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use super::*;
    use crate::log::{consistency_proof, inclusion_proof, leaf_hash, tree_root};

    fn leaves(size: u8) -> Vec<Hash> {
        (0..size).map(|i| leaf_hash(&[i])).collect()
    }

    fn reader(leaves: &[Hash]) -> impl FnMut(u8, u64) -> Result<Hash, Infallible> {
        |height, index| {
            let width = 1 << height;
            let start = usize::try_from(index).unwrap() * width;
            Ok(tree_root(&leaves[start..start + width]))
        }
    }

    /// [LOG-3]
    #[test]
    fn inclusion_is_shown_for_one_place_only() {
        let leaves = leaves(7);
        let root = tree_root(&leaves);
        let mut proof = inclusion_proof(4, 7, reader(&leaves)).unwrap();
        let check =
            |index, size, proof: &[Hash]| verify_inclusion(index, size, &leaves[4], proof, &root);
        assert_eq!(check(4, 7, &proof), Ok(()));
        assert_eq!(check(5, 7, &proof), Err(InclusionError::Root));
        assert_eq!(check(7, 7, &proof), Err(InclusionError::Index));
        assert_eq!(check(0, 0, &[]), Err(InclusionError::Index));
        assert_eq!(check(4, 7, &proof[1..]), Err(InclusionError::Length));
        assert_eq!(check(6, 7, &proof), Err(InclusionError::Length));
        proof[0] = root;
        assert_eq!(check(4, 7, &proof), Err(InclusionError::Root));
    }

    /// [LOG-3]
    #[test]
    fn consistency_is_shown_for_one_pair_only() {
        let leaves = leaves(7);
        let (old, new) = (tree_root(&leaves[..3]), tree_root(&leaves));
        let proof = consistency_proof(3, 7, reader(&leaves)).unwrap();
        let check = |sizes: (u64, u64), old, new, proof: &[Hash]| {
            verify_consistency(sizes.0, sizes.1, old, new, proof)
        };
        assert_eq!(check((3, 7), &old, &new, &proof), Ok(()));
        assert_eq!(check((3, 7), &new, &new, &proof), Err(ConsistencyError::OldRoot));
        assert_eq!(check((3, 7), &old, &old, &proof), Err(ConsistencyError::NewRoot));
        assert_eq!(check((7, 3), &new, &old, &proof), Err(ConsistencyError::Shrunk));
        let longer = [&proof[..], &[old]].concat();
        for bad in [&[], &proof[1..], &proof[..3], &longer] {
            assert_eq!(check((3, 7), &old, &new, bad), Err(ConsistencyError::Length));
        }
        // A power of two needs no first hash.
        assert_eq!(check((4, 7), &old, &new, &[]), Err(ConsistencyError::Length));
    }

    #[test]
    fn equal_and_empty_trees_need_no_proof() {
        let leaves = leaves(3);
        let root = tree_root(&leaves);
        let empty = Hash::EMPTY_ROOT;
        assert_eq!(verify_consistency(3, 3, &root, &root, &[]), Ok(()));
        assert_eq!(verify_consistency(0, 3, &empty, &root, &[]), Ok(()));
        assert_eq!(verify_consistency(0, 0, &empty, &empty, &[]), Ok(()));
        let new_root = Err(ConsistencyError::NewRoot);
        assert_eq!(verify_consistency(3, 3, &root, &empty, &[]), new_root);
        assert_eq!(verify_consistency(0, 0, &empty, &root, &[]), new_root);
        let old_root = Err(ConsistencyError::OldRoot);
        assert_eq!(verify_consistency(0, 3, &root, &root, &[]), old_root);
        for sizes in [(0, 3), (3, 3)] {
            let old = if sizes.0 == 0 { &empty } else { &root };
            let answer = verify_consistency(sizes.0, sizes.1, old, &root, &[root]);
            assert_eq!(answer, Err(ConsistencyError::Length));
        }
    }
}
