//! Public keys, and signatures as a signer makes them.

use curve25519_dalek::constants::{ED25519_BASEPOINT_POINT, EIGHT_TORSION};
use data_encoding::HEXLOWER;
use serde_json::json;

use crate::vectors::Case;
use crate::vectors::cases::points::{
    decode, mixed_key, small_order, small_order_otherwise, y_plus,
};

pub(super) fn keys() -> Vec<Case> {
    let input = |bytes: [u8; 32]| json!({ "public_key": HEXLOWER.encode(&bytes) });
    let valid = |comment, bytes| Case::valid(comment, input(bytes));
    let base = ED25519_BASEPOINT_POINT;
    let mut cases = vec![
        valid("the base point", base.compress().to_bytes()),
        valid("the same with the other sign of x", (-base).compress().to_bytes()),
        valid("a point of order 2·L", (base + EIGHT_TORSION[4]).compress().to_bytes())
            .flags(&["mixed-order"]),
        valid("a point of order 8·L", mixed_key().compress().to_bytes()).flags(&["mixed-order"]),
    ];
    let orders = [
        "the identity",
        "a point of order 8",
        "a point of order 4",
        "another point of order 8",
        "the point of order 2",
        "a third point of order 8",
        "the other point of order 4",
        "the fourth point of order 8",
    ];
    for (comment, bytes) in orders.into_iter().zip(small_order()) {
        cases.push(Case::invalid(comment, input(bytes), "OVR-6").flags(&["small-order"]));
    }
    let bad = |comment, bytes| Case::invalid(comment, input(bytes), "OVR-5");
    for (comment, bytes) in small_order_otherwise() {
        cases.push(bad(comment, bytes).flags(&["small-order", "non-canonical"]));
    }
    // The few y below 19 have a second encoding as y + p, wherever a point has such a y.
    let on_curve = (2..19).filter(|&y| decode(y_plus(y, 0, true)).is_some());
    for y in on_curve.take(2) {
        cases.push(valid("a small y on the curve", y_plus(y, 0, false)));
        let flags = &["non-canonical"];
        cases.push(bad("the same as y + p", y_plus(y, 0, true)).flags(flags));
        cases.push(bad("the same, x negative", y_plus(y, 0x80, true)).flags(flags));
    }
    cases.extend([
        bad("no point has y = 2", y_plus(2, 0, false)).flags(&["no-point"]),
        bad("no point has y = 2, x negative", y_plus(2, 0x80, false)).flags(&["no-point"]),
        bad("no point has y = 2: its other encoding", y_plus(2, 0, true)).flags(&["no-point"]),
        bad("all bits set", [0xff; 32]).flags(&["non-canonical"]),
    ]);
    cases
}

pub(super) fn signers() -> Vec<Case> {
    let case = |comment, seed: &str, message: &str| {
        Case::valid(comment, json!({ "seed": seed, "message": message }))
    };
    let (zeros, ones) = ("00".repeat(32), "ff".repeat(32));
    vec![
        case(
            "RFC 8032 §7.1, test 1: no message",
            "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
            "",
        ),
        case(
            "RFC 8032 §7.1, test 2: one byte",
            "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
            "72",
        ),
        case(
            "RFC 8032 §7.1, test 3: two bytes",
            "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
            "af82",
        ),
        case("a seed of zeros", &zeros, "68656164636f756e74"),
        case("a seed of ones, a message of more than one block", &ones, &"61".repeat(200)),
    ]
}
