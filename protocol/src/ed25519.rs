//! Ed25519 with one answer for every verifier ([spec: overview §2.3]).
//!
//! RFC 8032 leaves room in which two libraries disagree. Here `A` and `R` are canonical, neither
//! has small order, `s < L`, and the equation is the cofactorless one.

use curve25519_dalek::edwards::{CompressedEdwardsY, EdwardsPoint};
use curve25519_dalek::scalar::Scalar;
use ed25519_dalek::{Signer as _, SigningKey, VerifyingKey};

use crate::bytes::{public_bytes, secret_bytes};

public_bytes!(
    /// A public key that has been parsed strictly where it came in, see [`PublicKey::parse`].
    PublicKey,
    32
);
public_bytes!(
    /// A signature: `R ‖ s`.
    Signature,
    64
);
secret_bytes!(
    /// The 32-byte private key (the seed of RFC 8032 §5.1.5).
    SecretSeed,
    32
);

/// Why a public key is refused.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum KeyError {
    /// The bytes are not the canonical encoding of a point [OVR-5].
    #[error("the Ed25519 key is not a canonical point")]
    NotCanonical,
    /// The point has small order: many messages would verify under it [OVR-6].
    #[error("the Ed25519 key has small order")]
    SmallOrder,
}

/// Why a signature does not verify under [spec: overview §2.3].
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum SignatureError {
    /// The key is one that [`PublicKey::parse`] refuses.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// `R` is the canonical encoding of a point of small order.
    #[error("the R of the Ed25519 signature has small order")]
    SmallOrder,
    /// `s` is not below the order of the base point.
    #[error("the s of the Ed25519 signature is out of range")]
    Range,
    /// The equation does not hold, or `R` is not the canonical encoding of its point.
    #[error("the Ed25519 signature does not verify")]
    Equation,
}

impl PublicKey {
    /// Checks a key once, where it enters.
    ///
    /// # Errors
    /// [`KeyError::NotCanonical`] if the bytes are no point or not its one encoding,
    /// [`KeyError::SmallOrder`] if the point lies in the torsion subgroup.
    pub fn parse(bytes: [u8; 32]) -> Result<Self, KeyError> {
        strict_key(&bytes).map(|_| Self(bytes))
    }

    /// Verifies `signature` over `message`.
    ///
    /// # Errors
    /// One variant of [`SignatureError`] for each rule.
    pub fn verify(&self, message: &[u8], signature: &Signature) -> Result<(), SignatureError> {
        let key = strict_key(&self.0)?;
        let signature = ed25519_dalek::Signature::from_bytes(signature.as_bytes());
        // Refuses a small-order R [OVR-6] and s ≥ L [OVR-7]; does not multiply by the cofactor, and
        // compares R by its bytes, so that R is canonical [OVR-8].
        key.verify_strict(message, &signature).map_err(|_| refusal(&signature))
    }
}

/// Why the library refused a signature under a good key; it does not say.
fn refusal(signature: &ed25519_dalek::Signature) -> SignatureError {
    let point = CompressedEdwardsY(*signature.r_bytes());
    let small = |it: EdwardsPoint| it.is_small_order() && it.compress() == point;
    if point.decompress().is_some_and(small) {
        return SignatureError::SmallOrder;
    }
    let s: Option<Scalar> = Scalar::from_canonical_bytes(*signature.s_bytes()).into();
    if s.is_none() { SignatureError::Range } else { SignatureError::Equation }
}

fn strict_key(bytes: &[u8; 32]) -> Result<VerifyingKey, KeyError> {
    let key = VerifyingKey::from_bytes(bytes).map_err(|_| KeyError::NotCanonical)?;
    // The library keeps the bytes it was given; only the point compressed again is canonical.
    if key.to_edwards().compress().as_bytes() != bytes {
        return Err(KeyError::NotCanonical);
    }
    if key.is_weak() {
        return Err(KeyError::SmallOrder);
    }
    Ok(key)
}

impl SecretSeed {
    /// The public key that belongs to this private key.
    #[must_use]
    pub fn public_key(&self) -> PublicKey {
        PublicKey(SigningKey::from_bytes(&self.0).verifying_key().to_bytes())
    }

    /// Signs `message`; the signature is a function of key and message (RFC 8032) [OVR-9].
    #[must_use]
    pub fn sign(&self, message: &[u8]) -> Signature {
        Signature(SigningKey::from_bytes(&self.0).sign(message).to_bytes())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signature_verifies_for_its_message_and_key_only() {
        let secret = SecretSeed::from([1; 32]);
        let signature = secret.sign(b"message");
        assert_eq!(secret.public_key().verify(b"message", &signature), Ok(()));
        assert_eq!(
            secret.public_key().verify(b"another", &signature),
            Err(SignatureError::Equation)
        );
        let other = SecretSeed::from([2; 32]).public_key();
        assert_eq!(other.verify(b"message", &signature), Err(SignatureError::Equation));
    }

    /// [OVR-5, OVR-6]
    #[test]
    fn weak_and_non_canonical_keys_are_refused() {
        let mut identity = [0; 32];
        identity[0] = 1;
        assert_eq!(PublicKey::parse(identity), Err(KeyError::SmallOrder));
        // y = p + 1, a second encoding of the identity.
        let mut twin = [0xff; 32];
        twin[0] = 0xee;
        twin[31] = 0x7f;
        assert_eq!(PublicKey::parse(twin), Err(KeyError::NotCanonical));
        // y = 2 lies on no point.
        let mut nowhere = [0; 32];
        nowhere[0] = 2;
        assert_eq!(PublicKey::parse(nowhere), Err(KeyError::NotCanonical));
        let key = PublicKey(identity);
        let refused = Err(SignatureError::Key(KeyError::SmallOrder));
        assert_eq!(key.verify(b"any", &Signature([0; 64])), refused);
    }

    /// [OVR-7]
    #[test]
    fn s_plus_l_is_refused() {
        const L: [u8; 32] = [
            0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9,
            0xde, 0x14, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x10,
        ];
        let secret = SecretSeed::from([1; 32]);
        let mut bytes = *secret.sign(b"message").as_bytes();
        let mut carry = 0u16;
        for (byte, add) in bytes[32..].iter_mut().zip(L) {
            let sum = u16::from(*byte) + u16::from(add) + carry;
            *byte = sum.to_le_bytes()[0];
            carry = sum >> 8;
        }
        let verified = secret.public_key().verify(b"message", &Signature(bytes));
        assert_eq!(verified, Err(SignatureError::Range));
    }
}
