//! Signatures, among them whatever two verifiers could answer differently.

use curve25519_dalek::constants::EIGHT_TORSION;
use curve25519_dalek::edwards::EdwardsPoint;
use curve25519_dalek::scalar::Scalar;
use data_encoding::HEXLOWER;
use headcount_protocol::ed25519::SecretSeed;
use serde_json::{Value, json};

use crate::vectors::Case;
use crate::vectors::cases::points::{
    Forgery, L, decode, mixed_key, mod_8, plus_l, random, secret, signature, small_order,
    small_order_otherwise, y_plus,
};

pub(super) fn all() -> Vec<Case> {
    [usual(), range_of_s(), small_keys(), small_r(), other_r(), mixed()].concat()
}

fn input(forgery: &Forgery) -> Value {
    json!({
        "public_key": HEXLOWER.encode(&forgery.key),
        "message": HEXLOWER.encode(&forgery.message),
        "signature": HEXLOWER.encode(&forgery.signature),
    })
}

/// What a signer makes.
fn honest(message: &[u8]) -> Forgery {
    let seed = SecretSeed::from([1; 32]);
    let (key, signature) = (*seed.public_key().as_bytes(), *seed.sign(message).as_bytes());
    Forgery { key, message: message.to_vec(), signature }
}

fn altered(alter: impl Fn(&mut Forgery)) -> Value {
    let mut forgery = honest(b"message");
    alter(&mut forgery);
    input(&forgery)
}

fn usual() -> Vec<Case> {
    let other = SecretSeed::from([2; 32]).public_key();
    let bad = |comment, alter: fn(&mut Forgery)| Case::invalid(comment, altered(alter), "OVR-8");
    vec![
        Case::valid("a signature", input(&honest(b"message"))),
        Case::valid("of no bytes", input(&honest(b""))),
        Case::valid("of more than one block", input(&honest(&[0x61; 200]))),
        bad("another message", |it| it.message.push(0)),
        bad("no message", |it| it.message.clear()),
        bad("a bit of R", |it| it.signature[0] ^= 1),
        bad("the sign of R", |it| it.signature[31] ^= 0x80),
        bad("a bit of s", |it| it.signature[32] ^= 1),
        bad("R and s in the place of each other, s in range", |it| {
            it.signature.rotate_left(32);
            it.signature[63] &= 0x0f;
        }),
        Case::invalid("another key", altered(|it| it.key = *other.as_bytes()), "OVR-8"),
        bad("the key negated", |it| it.key[31] ^= 0x80),
    ]
}

fn range_of_s() -> Vec<Case> {
    let with = |s: [u8; 32]| altered(|it| it.signature[32..].copy_from_slice(&s));
    let s: [u8; 32] = std::array::from_fn(|at| honest(b"message").signature[32 + at]);
    let mut high = s;
    high[31] |= 0x80;
    let mut below = L;
    below[0] -= 1;
    let bad = |comment, s| Case::invalid(comment, with(s), "OVR-7").flags(&["s-out-of-range"]);
    vec![
        bad("s + L, which the equation does not tell from s", plus_l(s, 1)),
        bad("s + 2·L", plus_l(s, 2)),
        bad("s + 15·L, beyond what a check of the three highest bits lets by", plus_l(s, 15)),
        bad("s with the highest bit set", high),
        bad("s = L", L),
        bad("s = 2^256 - 1", [0xff; 32]),
        Case::invalid("s = L - 1, in range and false", with(below), "OVR-8"),
        Case::invalid("s = 0, in range and false", with([0; 32]), "OVR-8"),
    ]
}

/// Keys of small order under which the equation holds.
fn small_keys() -> Vec<Case> {
    let forge = |key: [u8; 32]| {
        let (a, r) = (Scalar::ZERO, random());
        let point = EdwardsPoint::mul_base(&r).compress().to_bytes();
        // A multiple of eight takes the key away.
        input(&Forgery::search(key, &a, point, &r, |k, _| mod_8(k) == 0))
    };
    let canonical = small_order().into_iter().map(|key| {
        let comment = "a key of small order; the equation holds";
        Case::invalid(comment, forge(key), "OVR-6").flags(&["small-order"])
    });
    let otherwise = small_order_otherwise().into_iter().map(|(comment, key)| {
        Case::invalid(comment, forge(key), "OVR-5").flags(&["small-order", "non-canonical"])
    });
    canonical.chain(otherwise).collect()
}

/// `R` of small order for which the equation holds: the key has a part of order 8 that `k` turns
/// into it.
fn small_r() -> Vec<Case> {
    let key = mixed_key();
    let forge = |bytes: [u8; 32]| {
        let point = decode(bytes).expect("a point, if not in its one encoding");
        let holds = |k: &Scalar| -(Scalar::from(mod_8(k)) * EIGHT_TORSION[1]) == point;
        let key = key.compress().to_bytes();
        input(&Forgery::search(key, &secret(), bytes, &Scalar::ZERO, |k, _| holds(k)))
    };
    let canonical = small_order().into_iter().map(|point| {
        let comment = "an R of small order; the equation holds";
        Case::invalid(comment, forge(point), "OVR-6").flags(&["small-order"])
    });
    let otherwise = small_order_otherwise().into_iter().map(|(comment, point)| {
        Case::invalid(comment, forge(point), "OVR-8").flags(&["small-order", "non-canonical"])
    });
    canonical.chain(otherwise).collect()
}

fn other_r() -> Vec<Case> {
    let with = |point: [u8; 32]| altered(|it| it.signature[..32].copy_from_slice(&point));
    let y = (2..19).find(|&y| decode(y_plus(y, 0, true)).is_some()).expect("y = 3 is on the curve");
    let small_and_large = signature(small_order()[0], L);
    vec![
        Case::invalid("an R of no point", with(y_plus(2, 0, false)), "OVR-8").flags(&["no-point"]),
        Case::invalid("an R as y + p, of large order", with(y_plus(y, 0, true)), "OVR-8")
            .flags(&["non-canonical"]),
        Case::invalid(
            "R of small order and s = L",
            altered(|it| it.signature = small_and_large),
            "OVR-6",
        )
        .flags(&["small-order", "s-out-of-range"]),
        Case::invalid(
            "a key of small order, R of small order and s = 0",
            altered(|it| {
                it.key = small_order()[4];
                it.signature = signature(small_order()[4], [0; 32]);
            }),
            "OVR-6",
        )
        .flags(&["small-order"]),
        Case::invalid(
            "a key that is not canonical and s = L",
            altered(|it| {
                it.key = y_plus(y, 0, true);
                it.signature[32..].copy_from_slice(&L);
            }),
            "OVR-5",
        )
        .flags(&["non-canonical", "s-out-of-range"]),
    ]
}

/// Keys and `R` of mixed order: the sum of a point of large and one of small order.
fn mixed() -> Vec<Case> {
    let (a, r) = (secret(), random());
    let encoded = |point: EdwardsPoint| point.compress().to_bytes();
    let (key, mixed_key) = (encoded(EdwardsPoint::mul_base(&a)), encoded(mixed_key()));
    let large = EdwardsPoint::mul_base(&r);
    let (point, mixed_point) = (encoded(large), encoded(large + EIGHT_TORSION[3]));
    // What the hash is modulo 8 after and before it is reduced modulo L.
    let search = |key, point, agrees: fn(u8, u8) -> bool| {
        let agrees = |k: &Scalar, hash: &[u8; 64]| agrees(mod_8(k), hash[0] % 8);
        input(&Forgery::search(key, &a, point, &r, agrees))
    };
    // -5·T[1] is T[3].
    let meet = search(mixed_key, mixed_point, |k, _| k == 5);
    let miss = search(mixed_key, mixed_point, |k, hash| k == 2 && hash == 1);
    let both = search(mixed_key, point, |k, hash| k == 0 && hash == 0);
    let reduced = search(mixed_key, point, |k, hash| k == 0 && hash != 0);
    let unreduced = search(mixed_key, point, |k, hash| k != 0 && hash == 0);
    let neither = search(mixed_key, point, |k, hash| k != 0 && hash != 0);
    let any = search(key, mixed_point, |_, _| true);
    let bad = |comment, input| Case::invalid(comment, input, "OVR-8");
    vec![
        Case::valid("a key of mixed order, k a multiple of 8", both).flags(&["mixed-order"]),
        Case::valid("the same, k a multiple of 8 only once it is reduced", reduced)
            .flags(&["mixed-order", "unreduced-k"]),
        bad("the same, k a multiple of 8 only before it is reduced", unreduced).flags(&[
            "mixed-order",
            "unreduced-k",
            "cofactor",
        ]),
        bad("the same, k no multiple of 8: holds only after multiplying by 8", neither)
            .flags(&["mixed-order", "cofactor"]),
        bad("R of mixed order: holds only after multiplying by 8", any)
            .flags(&["mixed-order", "cofactor"]),
        Case::valid("key and R of mixed order whose parts of small order agree", meet)
            .flags(&["mixed-order"]),
        bad("the same, not agreeing: holds only after multiplying by 8", miss)
            .flags(&["mixed-order", "cofactor"]),
    ]
}
