//! Inclusion proofs, log §1.3.

use headcount_protocol::log::{Hash, leaf_hash};
use serde_json::{Value, json};

use super::trees::{Alike, Tree};
use crate::vectors::Case;

/// What is said of a leaf.
#[derive(Clone)]
struct Claim {
    index: u64,
    size: u64,
    leaf: Hash,
    proof: Vec<Hash>,
    root: Hash,
}

impl Claim {
    fn of(index: u64, size: u64) -> Self {
        let tree = Tree::new(size);
        let (leaf, proof) = (tree.leaf(index), tree.inclusion(index));
        Self { index, size, leaf, proof, root: tree.root(size) }
    }

    fn with(&self, alter: impl Fn(&mut Self)) -> Value {
        let mut claim = self.clone();
        alter(&mut claim);
        claim.input()
    }

    fn input(&self) -> Value {
        let Self { index, size, leaf, proof, root } = self;
        json!({ "index": index, "size": size, "leaf": leaf, "proof": proof, "root": root })
    }
}

pub(super) fn cases() -> Vec<Case> {
    [valid(), positions(), lengths(), hashes()].concat()
}

fn valid() -> Vec<Case> {
    let places = [
        (0, 1),
        (0, 2),
        (1, 2),
        (2, 3),
        (0, 7),
        (3, 7),
        (4, 7),
        (5, 7),
        (6, 7),
        (0, 8),
        (7, 8),
        (255, 256),
        (0, 257),
        (256, 257),
    ];
    let mut cases: Vec<_> = places
        .into_iter()
        .map(|(index, size)| Case::valid("a leaf of a tree", Claim::of(index, size).input()))
        .collect();
    let size = (1 << 53) - 1;
    let alike = Alike::new(size);
    for (index, comment) in [(0, "53 hashes"), (size - 1, "52 hashes, each on the left")] {
        let (leaf, proof, root) = (alike.leaf(), alike.inclusion(index), alike.root(size));
        let claim = Claim { index, size, leaf, proof, root };
        cases.push(Case::valid(comment, claim.input()).flags(&["large"]));
    }
    cases
}

fn positions() -> Vec<Case> {
    let claim = Claim::of(4, 7);
    let outside = |comment, alter: fn(&mut Claim)| {
        Case::invalid(comment, claim.with(alter), "log §1.3 step 1")
    };
    let other = |comment, alter: fn(&mut Claim)| {
        Case::invalid(comment, claim.with(alter), "log §1.3 step 3")
    };
    vec![
        outside("the index is the size", |it| it.index = 7),
        outside("the index is above the size", |it| it.index = 8),
        outside("no tree has leaves at size 0", |it| (it.index, it.size) = (0, 0)),
        outside("size 0 and no proof", |it| {
            (it.index, it.size) = (0, 0);
            it.proof.clear();
            it.root = Hash::EMPTY_ROOT;
        }),
        other("another index", |it| it.index = 5),
        other("the index of another subtree", |it| it.index = 0),
        Case::valid("another size with such a path: the proof does not show the size", {
            claim.with(|it| it.size = 8)
        })
        .flags(&["size"]),
        Case::invalid(
            "another index whose path is shorter",
            claim.with(|it| it.index = 6),
            "LOG-3",
        )
        .flags(&["length"]),
        Case::invalid("another size with a longer path", claim.with(|it| it.size = 9), "LOG-3")
            .flags(&["length"]),
    ]
}

fn lengths() -> Vec<Case> {
    let claim = Claim::of(4, 7);
    let bad = |comment, input| Case::invalid(comment, input, "LOG-3").flags(&["length"]);
    let altered = |comment, alter: fn(&mut Claim)| bad(comment, claim.with(alter));
    let alone = Claim::of(0, 1);
    let eight = Claim::of(7, 8);
    let padded = |it: &mut Claim, by: usize| it.proof.extend(vec![leaf_hash(b"more"); by]);
    vec![
        altered("the first hash is missing", |it| it.proof = it.proof[1..].to_vec()),
        altered("the last hash is missing", |it| it.proof.truncate(it.proof.len() - 1)),
        altered("no hash", |it| it.proof.clear()),
        altered("a hash before the first", |it| it.proof.insert(0, it.leaf)),
        altered("a hash behind the last", |it| it.proof.push(it.root)),
        altered("the root as the only hash", |it| it.proof = vec![it.root]),
        bad("a hash for the only leaf", alone.with(|it| it.proof.push(it.leaf))),
        bad("64 hashes too many", eight.with(|it| padded(it, 64))),
        bad("the proof of a smaller tree", {
            let small = Claim::of(3, 4);
            eight.with(|it| it.proof.clone_from(&small.proof))
        }),
    ]
}

fn hashes() -> Vec<Case> {
    let claim = Claim::of(4, 7);
    let bad = |comment, input| Case::invalid(comment, input, "log §1.3 step 3");
    let altered = |comment, alter: fn(&mut Claim)| bad(comment, claim.with(alter));
    let flip = |it: &mut Claim, at: usize, byte: usize| {
        let mut bytes = *it.proof[at].as_bytes();
        bytes[byte] ^= 1;
        it.proof[at] = Hash::from(bytes);
    };
    let alone = Claim::of(0, 1);
    let right = Claim::of(1, 2);
    vec![
        bad("a bit of the first hash", claim.with(|it| flip(it, 0, 0))),
        bad("a bit of the second hash", claim.with(|it| flip(it, 1, 31))),
        bad("a bit of the last hash", claim.with(|it| flip(it, 2, 16))),
        altered("two hashes in the place of each other", |it| it.proof.swap(0, 1)),
        altered("the hashes from the root downwards", |it| it.proof.reverse()),
        altered("another leaf", |it| it.leaf = leaf_hash(b"other")),
        altered("another root", |it| it.root = leaf_hash(b"other")),
        altered("the root of the empty tree", |it| it.root = Hash::EMPTY_ROOT),
        altered("the leaf for its sibling", |it| (it.leaf, it.proof[0]) = (it.proof[0], it.leaf)),
        bad("the only leaf under another root", alone.with(|it| it.root = Hash::EMPTY_ROOT)),
        bad("the right leaf as the left one", right.with(|it| it.index = 0)),
    ]
}
