//! The guardians' commitments: [CAM-20], by the rules of the tag.

use curve25519_dalek::ristretto::RistrettoPoint;
use curve25519_dalek::scalar::Scalar;
use data_encoding::HEXLOWER;
use serde_json::{Value, json};

use super::base::{coefficient, commitment, set};
use crate::vectors::Case;

pub(super) fn cases() -> Vec<Case> {
    [numbers(), elements(), shares()].concat()
}

fn input(guardians: u16, threshold: u16, commitments: &[[u8; 32]]) -> Value {
    let commitments: Vec<_> = commitments.iter().map(|it| HEXLOWER.encode(it)).collect();
    let oprf = json!({
        "commitments": commitments,
        "guardians": guardians,
        "threshold": threshold,
    });
    set(&[("/oprf", oprf)])
}

fn of(number: u8) -> Vec<[u8; 32]> {
    (0..number).map(commitment).collect()
}

fn numbers() -> Vec<Case> {
    let bad = |comment, input, rule| Case::invalid(comment, input, rule);
    vec![
        Case::valid("2 of 3 guardians", input(3, 2, &of(2))),
        Case::valid("all of 3 guardians", input(3, 3, &of(3))),
        Case::valid("one of 64 guardians", input(64, 1, &of(1))),
        bad("no guardian", input(0, 0, &[]), "TAG-13"),
        bad("none of one guardian", input(1, 0, &[]), "TAG-13"),
        bad("2 of one guardian", input(1, 2, &of(2)), "TAG-13"),
        bad("one of no guardian", input(0, 1, &of(1)), "TAG-13"),
        bad("65 guardians", input(65, 1, &of(1)), "TAG-13"),
        bad("one of 65535 guardians", input(65_535, 1, &of(1)), "TAG-13"),
        bad("no commitment", input(1, 1, &[]), "TAG-14"),
        bad("a commitment too few", input(3, 2, &of(1)), "TAG-14"),
        bad("a commitment too many: a threshold of 3", input(3, 2, &of(3)), "TAG-14"),
    ]
}

/// A small number, little-endian, with bits of the last byte.
fn encoded(low: u8, high: u8) -> [u8; 32] {
    let mut bytes = [0; 32];
    (bytes[0], bytes[31]) = (low, high);
    bytes
}

fn elements() -> Vec<Case> {
    let first = |bytes| input(1, 1, &[bytes]);
    let second = |bytes| input(3, 2, &[commitment(0), bytes]);
    let bad = |comment, input| Case::invalid(comment, input, "TAG-8").flags(&["non-canonical"]);
    let none = |comment, input| Case::invalid(comment, input, "TAG-15").flags(&["identity"]);
    let mut p = [0xff; 32];
    (p[0], p[31]) = (0xed, 0x7f);
    let mut above = p;
    above[0] += 2;
    let mut high = commitment(0);
    high[31] |= 0x80;
    vec![
        none("the identity", first([0; 32])),
        none("the identity as the second commitment", second([0; 32])),
        bad("the identity as p", first(p)),
        bad("above p", first(above)),
        bad("negative", first(encoded(1, 0))),
        bad("a commitment with its highest bit set", first(high)),
        bad("all bits set", first([0xff; 32])),
        bad("no element", first(not_on_curve())),
        bad("no element as the second commitment", second(not_on_curve())),
        Case::invalid("no element, and a commitment too few", input(3, 2, &[[0xff; 32]]), "TAG-14")
            .flags(&["order"]),
    ]
}

/// The first even number that is no element.
fn not_on_curve() -> [u8; 32] {
    let is_element = |bytes: &[u8; 32]| {
        curve25519_dalek::ristretto::CompressedRistretto(*bytes).decompress().is_some()
    };
    let small = (1..127).map(|half| encoded(2 * half, 0));
    small.into_iter().find(|bytes| !is_element(bytes)).expect("half of them")
}

/// Commitments with which a guardian's share is zero.
fn shares() -> Vec<Case> {
    let encoded = |scalar: Scalar| RistrettoPoint::mul_base(&scalar).compress().to_bytes();
    let zero_of = |guardian: u8| {
        let slope = coefficient(1);
        let constant = -(slope * Scalar::from(guardian));
        [encoded(constant), encoded(slope)]
    };
    let bad = |comment, input| Case::invalid(comment, input, "TAG-15").flags(&["identity"]);
    vec![
        bad("the share of guardian 1 is zero", input(3, 2, &zero_of(1))),
        bad("the share of guardian 3 is zero", input(3, 2, &zero_of(3))),
        bad("the share of guardian 64 is zero", input(64, 2, &zero_of(64))),
        Case::valid(
            "the share of a guardian behind the last would be zero",
            input(3, 2, &zero_of(4)),
        ),
        Case::valid("the same commitment twice", input(3, 2, &[commitment(0), commitment(0)])),
    ]
}
