//! Consistency proofs, log §1.4.

use headcount_protocol::log::{Hash, leaf_hash};
use serde_json::{Value, json};

use super::trees::{Alike, Tree};
use crate::vectors::Case;

/// What is said of two sizes.
#[derive(Clone)]
struct Claim {
    old: u64,
    new: u64,
    old_root: Hash,
    new_root: Hash,
    proof: Vec<Hash>,
}

impl Claim {
    fn of(old: u64, new: u64) -> Self {
        let tree = Tree::new(new);
        let (old_root, new_root) = (tree.root(old), tree.root(new));
        Self { old, new, old_root, new_root, proof: tree.consistency(old) }
    }

    fn with(&self, alter: impl Fn(&mut Self)) -> Value {
        let mut claim = self.clone();
        alter(&mut claim);
        claim.input()
    }

    fn input(&self) -> Value {
        json!({
            "old_size": self.old,
            "new_size": self.new,
            "old_root": self.old_root,
            "new_root": self.new_root,
            "proof": self.proof,
        })
    }

    fn flip(&mut self, at: usize) {
        let mut bytes = *self.proof[at].as_bytes();
        bytes[0] ^= 1;
        self.proof[at] = Hash::from(bytes);
    }
}

pub(super) fn cases() -> Vec<Case> {
    [valid(), without_proof(), lengths(), hashes()].concat()
}

fn valid() -> Vec<Case> {
    let sizes = [
        (0, 0),
        (0, 1),
        (0, 7),
        (1, 1),
        (1, 2),
        (1, 8),
        (2, 3),
        (3, 4),
        (3, 7),
        (4, 7),
        (4, 8),
        (5, 8),
        (6, 7),
        (6, 8),
        (7, 7),
        (7, 8),
        (255, 256),
        (255, 257),
        (256, 257),
    ];
    let mut cases: Vec<_> = sizes
        .into_iter()
        .map(|(old, new)| Case::valid("a tree that has grown", Claim::of(old, new).input()))
        .collect();
    let new = (1 << 53) - 1;
    let alike = Alike::new(new);
    let large = [
        (new - 1, "by its last leaf"),
        (1 << 52, "from a power of two"),
        ((1 << 52) + 1, "from one behind a power of two"),
    ];
    for (old, comment) in large {
        let (old_root, new_root) = (alike.root(old), alike.root(new));
        let proof = alike.consistency(old);
        let claim = Claim { old, new, old_root, new_root, proof };
        cases.push(Case::valid(comment, claim.input()).flags(&["large"]));
    }
    cases
}

/// Where no proof is needed, or none can be.
fn without_proof() -> Vec<Case> {
    let (empty, equal) = (Claim::of(0, 7), Claim::of(7, 7));
    let (nothing, grown) = (Claim::of(0, 0), Claim::of(3, 7));
    let bad = |comment, input| Case::invalid(comment, input, "log §1.4 step 1");
    let long = |comment, input| Case::invalid(comment, input, "LOG-3").flags(&["length"]);
    let other = leaf_hash(b"other");
    let swap = |it: &mut Claim| {
        (it.old, it.new) = (it.new, it.old);
        (it.old_root, it.new_root) = (it.new_root, it.old_root);
    };
    vec![
        bad("the tree became smaller", grown.with(swap)),
        bad("the tree became empty", empty.with(swap)),
        bad("the empty tree with another root", empty.with(|it| it.old_root = it.new_root)),
        bad("both empty, the old root another", nothing.with(|it| it.old_root = other)),
        bad("both empty, the new root another", nothing.with(|it| it.new_root = other)),
        bad(
            "both empty, with one root that is another",
            nothing.with(|it| {
                (it.old_root, it.new_root) = (other, other);
            }),
        ),
        bad("one size, two roots", equal.with(|it| it.new_root = other)),
        long("a proof from the empty tree", empty.with(|it| it.proof.push(it.new_root))),
        long("a proof between two empty trees", nothing.with(|it| it.proof.push(it.new_root))),
        long("a proof for one size", equal.with(|it| it.proof.push(it.new_root))),
        long(
            "a proof for one size and two roots",
            equal.with(|it| {
                it.new_root = other;
                it.proof.push(other);
            }),
        ),
    ]
}

fn lengths() -> Vec<Case> {
    let (claim, power) = (Claim::of(3, 7), Claim::of(4, 7));
    let bad = |comment, input| Case::invalid(comment, input, "LOG-3").flags(&["length"]);
    let altered = |comment, alter: fn(&mut Claim)| bad(comment, claim.with(alter));
    vec![
        altered("the first hash is missing", |it| it.proof = it.proof[1..].to_vec()),
        altered("the last hash is missing", |it| it.proof.truncate(it.proof.len() - 1)),
        altered("no hash", |it| it.proof.clear()),
        altered("the first hash alone", |it| it.proof.truncate(1)),
        altered("a hash before the first", |it| it.proof.insert(0, it.old_root)),
        altered("a hash behind the last", |it| it.proof.push(it.new_root)),
        bad("no hash from a power of two", power.with(|it| it.proof.clear())),
        bad("the old root before the proof from a power of two", {
            power.with(|it| it.proof.insert(0, it.old_root))
        }),
        bad("the proof for another old size", {
            let other = Claim::of(2, 7);
            claim.with(|it| it.proof.clone_from(&other.proof))
        }),
    ]
}

fn hashes() -> Vec<Case> {
    let (claim, power) = (Claim::of(3, 7), Claim::of(4, 7));
    let bad = |comment, input| Case::invalid(comment, input, "log §1.4 step 5");
    let altered = |comment, alter: fn(&mut Claim)| bad(comment, claim.with(alter));
    let other = Claim::of(6, 8);
    vec![
        altered("the hash in both roots", |it| it.flip(0)),
        altered("a hash of the new root alone", |it| it.flip(1)),
        altered("another hash in both roots", |it| it.flip(2)),
        altered("the last hash", |it| it.flip(3)),
        altered("two hashes in the place of each other", |it| it.proof.swap(0, 1)),
        altered("the hashes from the root downwards", |it| it.proof.reverse()),
        altered("another old root", |it| it.old_root = leaf_hash(b"other")),
        altered("another new root", |it| it.new_root = leaf_hash(b"other")),
        altered("the roots in the place of each other", |it| {
            (it.old_root, it.new_root) = (it.new_root, it.old_root);
        }),
        altered("the new root for both", |it| it.old_root = it.new_root),
        bad("another old root of a power of two", power.with(|it| it.flip(0))),
        Case::valid("another new size with such a path: the proof does not show the size", {
            claim.with(|it| it.new = 8)
        })
        .flags(&["size"]),
        bad("the proof of two other sizes, as long", {
            let proof = other.proof;
            Claim::of(5, 7).with(|it| it.proof = proof[..1].repeat(it.proof.len()))
        }),
    ]
}
