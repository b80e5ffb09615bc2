//! The hashes of the Merkle tree, RFC 6962 §2.1 with SHA-256 ([spec: log §1]).

use data_encoding::BASE64;
use sha2::{Digest, Sha256};

use crate::bytes::{from_base64, public_bytes};

public_bytes!(
    /// The hash of a leaf, of a node or of a whole tree: 32 bytes, standard base64 in notes.
    Hash,
    32
);

impl Hash {
    /// The root of the tree without leaves: SHA-256 of no bytes.
    pub const EMPTY_ROOT: Self = Self([
        0xe3, 0xb0, 0xc4, 0x42, 0x98, 0xfc, 0x1c, 0x14, 0x9a, 0xfb, 0xf4, 0xc8, 0x99, 0x6f, 0xb9,
        0x24, 0x27, 0xae, 0x41, 0xe4, 0x64, 0x9b, 0x93, 0x4c, 0xa4, 0x95, 0x99, 0x1b, 0x78, 0x52,
        0xb8, 0x55,
    ]);

    /// The 44 characters of base64 that notes and proofs show.
    #[must_use]
    pub fn to_base64(&self) -> String {
        BASE64.encode(&self.0)
    }

    /// The hash whose base64 is `text`: 44 characters, padded, unused bits zero; or nothing.
    #[must_use]
    pub fn from_base64(text: &str) -> Option<Self> {
        from_base64(text).ok()?.try_into().ok().map(Self)
    }
}

/// `SHA-256(0x00 ‖ entry)`, the hash of one leaf ([spec: log §1.1]).
#[must_use]
pub fn leaf_hash(entry: &[u8]) -> Hash {
    Hash(Sha256::new().chain_update([0]).chain_update(entry).finalize().into())
}

/// `SHA-256(0x01 ‖ left ‖ right)`, the hash above two others ([spec: log §1.1]).
#[must_use]
pub fn node_hash(left: &Hash, right: &Hash) -> Hash {
    Hash(
        Sha256::new()
            .chain_update([1])
            .chain_update(left.0)
            .chain_update(right.0)
            .finalize()
            .into(),
    )
}

/// The root over hashes held in memory, [`Hash::EMPTY_ROOT`] over none.
///
/// Over the leaf hashes of a tree it is the tree's root; over 2ⁿ neighbouring hashes of one level,
/// starting at a multiple of 2ⁿ, it is the node that stands n levels above them.
#[must_use]
pub fn tree_root(hashes: &[Hash]) -> Hash {
    match hashes {
        [] => Hash::EMPTY_ROOT,
        [hash] => *hash,
        _ => {
            let (left, right) = hashes.split_at(hashes.len().next_power_of_two() / 2);
            node_hash(&tree_root(left), &tree_root(right))
        }
    }
}

/// The root of the tree of `size` leaves ([spec: log §1.2]).
///
/// `read(height, index)` is the hash of the complete subtree over the leaves
/// `index · 2^height` up to `(index + 1) · 2^height`; it is asked once for each bit set in `size`.
///
/// # Errors
/// The error of `read`.
pub fn root<E>(size: u64, mut read: impl FnMut(u8, u64) -> Result<Hash, E>) -> Result<Hash, E> {
    if size == 0 { Ok(Hash::EMPTY_ROOT) } else { range_root(0, size, &mut read) }
}

/// The root over the leaves `start..end`, of which there is at least one.
///
/// `start` is a multiple of every complete subtree that the range begins with, as it is wherever
/// the recursion of RFC 6962 §2.1 arrives.
pub(crate) fn range_root<E>(
    start: u64,
    end: u64,
    read: &mut impl FnMut(u8, u64) -> Result<Hash, E>,
) -> Result<Hash, E> {
    let leaves = end - start;
    if leaves.is_power_of_two() {
        return read(height(leaves), start / leaves);
    }
    let left = split(leaves);
    let hash = read(height(left), start / left)?;
    Ok(node_hash(&hash, &range_root(start + left, end, read)?))
}

/// The largest power of two below `leaves`, which is at least 2.
pub(crate) fn split(leaves: u64) -> u64 {
    1 << (leaves - 1).ilog2()
}

fn height(leaves: u64) -> u8 {
    u8::try_from(leaves.ilog2()).expect("a u64 has 64 bits")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_empty_root_is_the_hash_of_nothing() {
        assert_eq!(Hash::EMPTY_ROOT.as_bytes()[..], Sha256::digest(b"")[..]);
        assert_eq!(tree_root(&[]), Hash::EMPTY_ROOT);
        assert_eq!(root(0, |_, _| Err("read")), Ok(Hash::EMPTY_ROOT));
    }

    #[test]
    fn leaves_and_nodes_are_told_apart() {
        let (one, two) = (leaf_hash(b"1"), leaf_hash(b"2"));
        let entry = [&[1][..], one.as_bytes(), two.as_bytes()].concat();
        assert_ne!(node_hash(&one, &two), leaf_hash(&entry[1..]));
        assert_ne!(node_hash(&one, &two), leaf_hash(&entry));
        assert_ne!(node_hash(&one, &two), node_hash(&two, &one));
    }

    /// [LOG-1]
    #[test]
    fn base64_has_one_form() {
        let text = "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=";
        assert_eq!(Hash::EMPTY_ROOT.to_base64(), text);
        assert_eq!(Hash::from_base64(text), Some(Hash::EMPTY_ROOT));
        let unused_bits = text.replace("FU=", "FV=");
        let url_safe = text.replace('+', "-").replace('/', "_");
        // 31 bytes and one more, each with its padding.
        let parts = text.replace("hSuFU=", "hSuA==VA==");
        for bad in [&parts, &unused_bits, &url_safe, &text[..43], &text[..40], ""] {
            assert_eq!(Hash::from_base64(bad), None, "{bad:?} was taken");
        }
    }

    #[test]
    fn a_split_is_the_largest_smaller_power() {
        let splits = [2, 3, 4, 5, 8, 9, u64::MAX].map(split);
        assert_eq!(splits, [1, 2, 2, 4, 4, 8, 1 << 63]);
    }

    #[test]
    fn a_read_error_is_passed_on() {
        let read = |height, _| if height == 0 { Err("gone") } else { Ok(leaf_hash(b"")) };
        assert_eq!(root(3, read), Err("gone"));
        assert!(root(4, read).is_ok());
    }
}
