//! Trees in memory, and their roots.

use std::convert::Infallible;

use headcount_protocol::log::{
    Hash, consistency_proof, inclusion_proof, leaf_hash, node_hash, root, tree_root,
};
use serde_json::json;

use crate::vectors::Case;

/// A tree of so many leaves: leaf `i` is over the eight bytes of `i`.
pub(super) struct Tree(Vec<Hash>);

impl Tree {
    pub(super) fn new(size: u64) -> Self {
        Self((0..size).map(|number| leaf_hash(&number.to_be_bytes())).collect())
    }

    pub(super) fn size(&self) -> u64 {
        self.0.len().try_into().expect("a small tree")
    }

    pub(super) fn leaf(&self, index: u64) -> Hash {
        self.0[usize::try_from(index).expect("a small tree")]
    }

    /// The root of its first leaves.
    pub(super) fn root(&self, size: u64) -> Hash {
        tree_root(&self.0[..usize::try_from(size).expect("a small tree")])
    }

    pub(super) fn inclusion(&self, index: u64) -> Vec<Hash> {
        inclusion_proof(index, self.size(), self.reader()).expect("a leaf of the tree")
    }

    pub(super) fn consistency(&self, old: u64) -> Vec<Hash> {
        consistency_proof(old, self.size(), self.reader()).expect("an older tree")
    }

    fn reader(&self) -> impl Fn(u8, u64) -> Result<Hash, Infallible> {
        |height, index| {
            let run = 1_usize << height;
            let start = usize::try_from(index).expect("a small tree") * run;
            Ok(tree_root(&self.0[start..start + run]))
        }
    }
}

/// A tree of any size, all of whose leaves are those of the empty entry.
pub(super) struct Alike {
    size: u64,
    heights: Vec<Hash>,
}

impl Alike {
    pub(super) fn new(size: u64) -> Self {
        let mut heights = vec![leaf_hash(b"")];
        for height in 1..64 {
            heights.push(node_hash(&heights[height - 1], &heights[height - 1]));
        }
        Self { size, heights }
    }

    pub(super) fn leaf(&self) -> Hash {
        self.heights[0]
    }

    pub(super) fn root(&self, size: u64) -> Hash {
        root(size, self.reader()).expect("every hash is there")
    }

    pub(super) fn inclusion(&self, index: u64) -> Vec<Hash> {
        inclusion_proof(index, self.size, self.reader()).expect("a leaf of the tree")
    }

    pub(super) fn consistency(&self, old: u64) -> Vec<Hash> {
        consistency_proof(old, self.size, self.reader()).expect("an older tree")
    }

    fn reader(&self) -> impl Fn(u8, u64) -> Result<Hash, Infallible> {
        |height, _| Ok(self.heights[usize::from(height)])
    }
}

pub(super) fn roots() -> Vec<Case> {
    let input = |entries: &[String]| json!({ "entries": entries });
    // The entries that implementations of RFC 6962 have used from the beginning.
    let known = [
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    ];
    let known = known.map(str::to_owned);
    let mut cases = vec![Case::valid("no entry", input(&[])).flags(&["empty"])];
    for size in 1..=known.len() {
        cases.push(Case::valid("the first entries of eight", input(&known[..size])));
    }
    let (leaf, sibling) = (leaf_hash(b""), leaf_hash(b"\0"));
    let inner = format!("01{leaf}{sibling}");
    cases.push(Case::valid("an entry that looks like a node over two leaves", input(&[inner])));
    let left = ["00", "00", "00"].map(str::to_owned);
    cases.push(Case::valid("three equal entries", input(&left)));
    cases.push(Case::valid(
        "four equal entries, another root",
        input(&["00"; 4].map(str::to_owned)),
    ));
    for size in [255_u16, 256, 257] {
        let entries: Vec<_> = (0..size).map(|number| format!("{:02x}", number % 256)).collect();
        cases.push(Case::valid("about a tile of entries", input(&entries)).flags(&["tile"]));
    }
    cases
}
