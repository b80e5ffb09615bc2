//! Points and signatures that no signer makes.

use curve25519_dalek::constants::EIGHT_TORSION;
use curve25519_dalek::edwards::{CompressedEdwardsY, EdwardsPoint};
use curve25519_dalek::scalar::Scalar;
use sha2::{Digest, Sha512};

/// The order of the base point, little-endian.
pub(super) const L: [u8; 32] = [
    0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14,
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x10,
];

/// The private scalar behind every forged key.
pub(super) fn secret() -> Scalar {
    scalar(b"secret")
}

/// The scalar behind every forged `R`.
pub(super) fn random() -> Scalar {
    scalar(b"random")
}

fn scalar(name: &[u8]) -> Scalar {
    Scalar::from_bytes_mod_order_wide(&Sha512::digest(name).into())
}

/// The eight points of small order, canonically encoded: `T[1]` has order 8, `T[i]` is `i·T[1]`.
pub(super) fn small_order() -> [[u8; 32]; 8] {
    EIGHT_TORSION.map(|point| point.compress().to_bytes())
}

/// The other encodings of points of small order that a lax reader takes.
pub(super) fn small_order_otherwise() -> [(&'static str, [u8; 32]); 6] {
    [
        ("the identity with the sign of x = 0 set", y_plus(1, 0x80, false)),
        ("the identity as y = p + 1", y_plus(1, 0, true)),
        ("the identity as y = p + 1 with the sign of x = 0 set", y_plus(1, 0x80, true)),
        ("the point of order 2 with the sign of x = 0 set", minus_one_signed()),
        ("a point of order 4 as y = p", y_plus(0, 0, true)),
        ("the other point of order 4 as y = p", y_plus(0, 0x80, true)),
    ]
}

/// The encoding of y, or of p + y, with this sign of x; y is at most 18.
pub(super) fn y_plus(y: u8, sign: u8, with_p: bool) -> [u8; 32] {
    let mut bytes = if with_p { [0xff; 32] } else { [0; 32] };
    bytes[0] = if with_p { 0xed + y } else { y };
    bytes[31] = if with_p { 0x7f } else { 0 } | sign;
    bytes
}

/// y = −1 with the sign of x = 0 set.
fn minus_one_signed() -> [u8; 32] {
    let mut bytes = [0xff; 32];
    bytes[0] = 0xec;
    bytes
}

/// The point of an encoding, canonical or not.
pub(super) fn decode(bytes: [u8; 32]) -> Option<EdwardsPoint> {
    CompressedEdwardsY(bytes).decompress()
}

/// A key of mixed order: `secret·B` and a point of order 8.
pub(super) fn mixed_key() -> EdwardsPoint {
    EdwardsPoint::mul_base(&secret()) + EIGHT_TORSION[1]
}

/// A key, a message and a signature.
pub(super) struct Forgery {
    pub(super) key: [u8; 32],
    pub(super) message: Vec<u8>,
    pub(super) signature: [u8; 64],
}

impl Forgery {
    /// Under `key` and `point` (`R`), for the first message to whose `k` the condition agrees:
    /// `s = r + k·a`. The condition is given the 64 bytes of the hash as well.
    pub(super) fn search(
        key: [u8; 32],
        a: &Scalar,
        point: [u8; 32],
        r: &Scalar,
        agrees: impl Fn(&Scalar, &[u8; 64]) -> bool,
    ) -> Self {
        let mut number = 0_u32;
        loop {
            let message = format!("message {number}").into_bytes();
            let hash = Sha512::new().chain_update(point).chain_update(key).chain_update(&message);
            let hash: [u8; 64] = hash.finalize().into();
            let k = Scalar::from_bytes_mod_order_wide(&hash);
            if agrees(&k, &hash) {
                let s = r + k * a;
                let signature = signature(point, s.to_bytes());
                return Self { key, message, signature };
            }
            number += 1;
        }
    }
}

/// `R ‖ s`
pub(super) fn signature(point: [u8; 32], s: [u8; 32]) -> [u8; 64] {
    let mut bytes = [0; 64];
    bytes[..32].copy_from_slice(&point);
    bytes[32..].copy_from_slice(&s);
    bytes
}

/// `k mod 8` of the reduced `k`.
pub(super) fn mod_8(k: &Scalar) -> u8 {
    k.as_bytes()[0] % 8
}

/// `s + n·L`, as a number of 256 bits.
pub(super) fn plus_l(s: [u8; 32], n: u8) -> [u8; 32] {
    let mut sum = s;
    for _ in 0..n {
        let mut carry = 0_u16;
        for (byte, add) in sum.iter_mut().zip(L) {
            let total = u16::from(*byte) + u16::from(add) + carry;
            *byte = total.to_le_bytes()[0];
            carry = total >> 8;
        }
        assert_eq!(carry, 0, "the sum has more than 256 bits");
    }
    sum
}
