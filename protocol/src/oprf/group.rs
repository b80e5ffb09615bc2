//! Elements and scalars of ristretto255, and hashing to both (RFC 9497 §2.1 and §4.1).

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use curve25519_dalek::ristretto::CompressedRistretto;
use curve25519_dalek::traits::{Identity as _, IsIdentity as _};
use curve25519_dalek::{RistrettoPoint, Scalar};
use data_encoding::HEXLOWER;
use rand_core::CryptoRng;
use sha2::{Digest as _, Sha512};
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use crate::bytes::{HexError, from_hex};

// Each label ends in the context string of RFC 9497 §3.1 for this suite and mode.
const HASH_TO_GROUP_DST: &[u8] = b"HashToGroup-OPRFV1-\x01-ristretto255-SHA512";
pub(super) const HASH_TO_SCALAR_DST: &[u8] = b"HashToScalar-OPRFV1-\x01-ristretto255-SHA512";
pub(super) const DERIVE_KEY_DST: &[u8] = b"DeriveKeyPairOPRFV1-\x01-ristretto255-SHA512";
pub(super) const SEED_DST: &[u8] = b"Seed-OPRFV1-\x01-ristretto255-SHA512";

/// `I2OSP(32, 2)`: what stands before every element that is hashed.
pub(super) const ELEMENT_LENGTH: [u8; 2] = [0, 32];

/// Why 32 bytes are no [`Element`].
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum ElementError {
    /// The text is not the hex of 32 bytes.
    #[error(transparent)]
    Hex(#[from] HexError),
    /// The bytes are not the canonical encoding of a ristretto255 element (RFC 9496 §4.3.1)
    /// [TAG-8].
    #[error("the bytes are not a canonical ristretto255 element")]
    NotCanonical,
    /// The element is the identity, which hides nothing and proves nothing [TAG-9].
    #[error("the ristretto255 element is the identity")]
    Identity,
}

/// Why 32 bytes are no [`SecretScalar`] [TAG-10].
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum ScalarError {
    /// The number is not below the order of the group.
    #[error("the bytes are not a canonical scalar")]
    NotCanonical,
    /// The number is zero.
    #[error("the scalar is zero")]
    Zero,
}

/// An element of ristretto255 that is not the identity: 32 bytes, lowercase hex in text and JSON.
///
/// It is checked once, where it is parsed ([spec: tag §2.1]).
#[derive(Clone, Copy, Eq, PartialEq)]
pub struct Element {
    bytes: CompressedRistretto,
    point: RistrettoPoint,
}

impl Element {
    /// Length in bytes.
    pub const LEN: usize = 32;

    /// `DeserializeElement` (RFC 9497 §4.1).
    ///
    /// # Errors
    /// [`ElementError::NotCanonical`] if the bytes encode no element or not in the one way,
    /// [`ElementError::Identity`] if they are 32 zeros.
    pub fn parse(bytes: [u8; 32]) -> Result<Self, ElementError> {
        let bytes = CompressedRistretto(bytes);
        let point = bytes.decompress().ok_or(ElementError::NotCanonical)?;
        if point.is_identity() { Err(ElementError::Identity) } else { Ok(Self { bytes, point }) }
    }

    /// The canonical encoding.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 32] {
        self.bytes.as_bytes()
    }

    /// The element of a computed point.
    ///
    /// # Errors
    /// [`ElementError::Identity`], and no other.
    pub(crate) fn from_point(point: RistrettoPoint) -> Result<Self, ElementError> {
        if point == RistrettoPoint::identity() {
            return Err(ElementError::Identity);
        }
        Ok(Self { bytes: point.compress(), point })
    }

    pub(crate) const fn point(&self) -> &RistrettoPoint {
        &self.point
    }
}

impl FromStr for Element {
    type Err = ElementError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse(from_hex(text)?)
    }
}

impl fmt::Display for Element {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&HEXLOWER.encode(self.as_bytes()))
    }
}

impl fmt::Debug for Element {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Element({self})")
    }
}

impl serde::Serialize for Element {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}

impl<'de> serde::Deserialize<'de> for Element {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = <Cow<'de, str>>::deserialize(from)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

impl Zeroize for Element {
    fn zeroize(&mut self) {
        self.bytes.zeroize();
        self.point.zeroize();
    }
}

/// A secret number from 1 to the order of the group less 1: a key, a blind or a nonce.
///
/// Wiped on drop, redacted in `Debug`, used in constant time.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct SecretScalar(Scalar);

impl SecretScalar {
    /// Length in bytes.
    pub const LEN: usize = 32;

    /// `DeserializeScalar` (RFC 9497 §4.1), little-endian, and not zero.
    ///
    /// # Errors
    /// [`ScalarError::NotCanonical`] if the number is not below the group's order,
    /// [`ScalarError::Zero`] if it is zero.
    pub fn parse(bytes: &[u8; 32]) -> Result<Self, ScalarError> {
        Self::from_scalar(parse_scalar(bytes)?)
    }

    /// `RandomScalar` (RFC 9497 §4.1): uniform, from 64 random bytes [TAG-11].
    #[must_use]
    pub fn random(rng: &mut impl CryptoRng) -> Self {
        let mut wide = Zeroizing::new([0; 64]);
        loop {
            rng.fill_bytes(&mut *wide);
            if let Ok(scalar) = Self::from_scalar(Scalar::from_bytes_mod_order_wide(&wide)) {
                return scalar;
            }
        }
    }

    /// The public key: this scalar times the group's generator.
    ///
    /// # Panics
    /// Never: the scalar is not zero.
    #[must_use]
    pub fn public_key(&self) -> Element {
        Element::from_point(RistrettoPoint::mul_base(&self.0))
            .expect("a non-zero scalar is below the order of the generator")
    }

    /// The encoding, for the one file that keeps it.
    #[must_use]
    pub fn to_bytes(&self) -> Zeroizing<[u8; 32]> {
        Zeroizing::new(self.0.to_bytes())
    }

    pub(crate) fn from_scalar(scalar: Scalar) -> Result<Self, ScalarError> {
        if scalar == Scalar::ZERO { Err(ScalarError::Zero) } else { Ok(Self(scalar)) }
    }

    pub(crate) fn multiply(&self, element: &Element) -> Element {
        Element::from_point(self.0 * element.point)
            .expect("the group's order is prime, and neither factor is zero")
    }

    pub(super) fn invert(&self) -> Self {
        Self(self.0.invert())
    }

    pub(super) const fn scalar(&self) -> &Scalar {
        &self.0
    }
}

impl fmt::Debug for SecretScalar {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretScalar(redacted)")
    }
}

pub(super) fn parse_scalar(bytes: &[u8; 32]) -> Result<Scalar, ScalarError> {
    Option::from(Scalar::from_canonical_bytes(*bytes)).ok_or(ScalarError::NotCanonical)
}

/// `HashToGroup` (RFC 9497 §4.1).
pub(super) fn hash_to_group(input: &[u8]) -> Result<Element, ElementError> {
    let uniform = expand_message(&[input], HASH_TO_GROUP_DST);
    Element::from_point(RistrettoPoint::from_uniform_bytes(&uniform))
}

/// `HashToScalar` (RFC 9497 §4.1) of the concatenated `parts`.
pub(super) fn hash_to_scalar(parts: &[&[u8]], dst: &[u8]) -> Scalar {
    Scalar::from_bytes_mod_order_wide(&expand_message(parts, dst))
}

/// `expand_message_xmd` (RFC 9380 §5.3.1) with SHA-512 and 64 bytes of output: a single block.
fn expand_message(parts: &[&[u8]], dst: &[u8]) -> Zeroizing<[u8; 64]> {
    let dst_length = [u8::try_from(dst.len()).expect("every label of this suite is short")];
    let mut first = Sha512::new().chain_update([0; 128]);
    for part in parts {
        first.update(part);
    }
    // The length of the output, then the number 0 of this block.
    let first = first.chain_update([0, 64, 0]).chain_update(dst).chain_update(dst_length);
    let first = Zeroizing::new(<[u8; 64]>::from(first.finalize()));
    let block = Sha512::new()
        .chain_update(*first)
        .chain_update([1])
        .chain_update(dst)
        .chain_update(dst_length)
        .finalize();
    Zeroizing::new(block.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// [TAG-8, TAG-9]
    #[test]
    fn only_canonical_elements_other_than_the_identity_are_parsed() {
        assert_eq!(Element::parse([0; 32]), Err(ElementError::Identity));
        // p is a second encoding of zero; 1 is odd, so negative; 2^255 - 1 exceeds p.
        let mut p = [0xff; 32];
        p[0] = 0xed;
        p[31] = 0x7f;
        let mut one = [0; 32];
        one[0] = 1;
        for bad in [p, one, [0xff; 32]] {
            assert_eq!(Element::parse(bad), Err(ElementError::NotCanonical));
        }
        let element = SecretScalar::parse(&one).unwrap().public_key();
        assert_eq!(Element::parse(*element.as_bytes()), Ok(element));
    }

    /// [TAG-11]
    #[test]
    fn a_drawn_scalar_is_64_random_bytes_reduced() {
        use rand_core::Rng as _;
        let mut wide = [0; 64];
        crate::oprf::TestRng(3).fill_bytes(&mut wide);
        let drawn = SecretScalar::random(&mut crate::oprf::TestRng(3));
        assert_eq!(*drawn.scalar(), Scalar::from_bytes_mod_order_wide(&wide));
    }

    #[test]
    fn an_element_is_hex_in_json() {
        let element = hash_to_group(b"input").unwrap();
        let json = serde_json::to_string(&element).unwrap();
        assert_eq!(json, format!("\"{element}\""));
        assert_eq!(serde_json::from_str::<Element>(&json).unwrap(), element);
        let zeros = "0".repeat(64);
        assert_eq!(zeros.parse::<Element>(), Err(ElementError::Identity));
        assert!(serde_json::from_str::<Element>(&format!("\"{zeros}\"")).is_err());
        let error = Err(ElementError::Hex(HexError { expected: 64 }));
        assert_eq!(element.to_string().to_uppercase().parse::<Element>(), error);
    }

    /// [TAG-10]
    #[test]
    fn only_scalars_from_one_to_the_order_are_parsed() {
        let mut order = [0; 32];
        order[..16].copy_from_slice(&[
            0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9,
            0xde, 0x14,
        ]);
        order[31] = 0x10;
        assert_eq!(SecretScalar::parse(&order).err(), Some(ScalarError::NotCanonical));
        assert_eq!(SecretScalar::parse(&[0; 32]).err(), Some(ScalarError::Zero));
        order[0] -= 1;
        let last = SecretScalar::parse(&order).unwrap();
        assert_eq!(*last.to_bytes(), order);
        assert_eq!(format!("{last:?}"), "SecretScalar(redacted)");
    }
}
