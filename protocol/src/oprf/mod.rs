//! The verifiable oblivious PRF of RFC 9497: suite ristretto255-SHA512, mode VOPRF
//! ([spec: tag §2]).
//!
//! Three steps: [`blind`] hides an input in an [`Element`], [`evaluate`] multiplies a [`Batch`] of
//! such elements by a key and proves it, [`finalize`] takes the blind away and hashes. Here blinds
//! are parameters, as the standard's test vectors give them; [`crate::tag`] draws them.

mod dleq;
mod group;

pub use self::dleq::{Batch, BatchError, Proof, ProofError, evaluate, evaluate_with_nonce};
pub use self::group::{Element, ElementError, ScalarError, SecretScalar};

use sha2::{Digest as _, Sha512};
use zeroize::{Zeroize as _, Zeroizing};

/// The input hashes to the identity, which would make its output independent of the key.
///
/// Nobody can find such an input; RFC 9497 §3.3.1 has the check nevertheless.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("the OPRF input hashes to the identity")]
pub struct InvalidInput;

/// `Blind` (RFC 9497 §3.3.1): the element that hides `input`, 32 bytes.
///
/// `blind` must be drawn uniformly, serve for this input alone and stay secret.
///
/// # Errors
/// [`InvalidInput`] if the input hashes to the identity.
pub fn blind(input: &[u8], blind: &SecretScalar) -> Result<Element, InvalidInput> {
    // A plain hash of the input: it must not outlive this call.
    let mut hashed = group::hash_to_group(input).map_err(|_| InvalidInput)?;
    let blinded = blind.multiply(&hashed);
    hashed.zeroize();
    Ok(blinded)
}

/// `Finalize` without the proof (RFC 9497 §3.3.1): the 64-byte output for `input`.
///
/// `evaluated` is the key times the blinded element; whether it is, [`Proof::verify`] tells.
///
/// # Panics
/// If `input` is longer than 65,535 bytes, which callers rule out.
#[must_use]
pub fn finalize(input: &[u8], blind: &SecretScalar, evaluated: &Element) -> Zeroizing<[u8; 64]> {
    let length = u16::try_from(input.len()).expect("callers bound their inputs to 65,535 bytes");
    let mut unblinded = blind.invert().multiply(evaluated);
    let digest = Sha512::new()
        .chain_update(length.to_be_bytes())
        .chain_update(input)
        .chain_update(group::ELEMENT_LENGTH)
        .chain_update(unblinded.as_bytes())
        .chain_update(b"Finalize")
        .finalize();
    unblinded.zeroize();
    Zeroizing::new(digest.into())
}

/// `DeriveKeyPair` (RFC 9497 §3.2.1): the private key that belongs to `seed` and `info`.
///
/// # Panics
/// If `info` is longer than 65,535 bytes, which callers rule out.
#[must_use]
pub fn derive_key(seed: &[u8; 32], info: &[u8]) -> SecretScalar {
    let length = u16::try_from(info.len()).expect("callers bound the info to 65,535 bytes");
    (0..=u8::MAX)
        .find_map(|counter| {
            let parts: [&[u8]; 4] = [seed, &length.to_be_bytes(), info, &[counter]];
            SecretScalar::from_scalar(group::hash_to_scalar(&parts, group::DERIVE_KEY_DST)).ok()
        })
        .expect("256 hashes in a row are zero with a probability of 2^-64512")
}

/// Randomness of the unit tests: SHA-512 over a counter.
#[cfg(test)]
pub(crate) struct TestRng(pub(crate) u64);

#[cfg(test)]
impl rand_core::TryRng for TestRng {
    type Error = std::convert::Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Self::Error> {
        rand_core::utils::next_word_via_fill(self)
    }

    fn try_next_u64(&mut self) -> Result<u64, Self::Error> {
        rand_core::utils::next_word_via_fill(self)
    }

    fn try_fill_bytes(&mut self, to: &mut [u8]) -> Result<(), Self::Error> {
        for chunk in to.chunks_mut(64) {
            chunk.copy_from_slice(&Sha512::digest(self.0.to_be_bytes())[..chunk.len()]);
            self.0 += 1;
        }
        Ok(())
    }
}

#[cfg(test)]
impl rand_core::TryCryptoRng for TestRng {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_blind_leaves_no_trace_in_the_output() {
        let key = derive_key(&[7; 32], b"test");
        let mut rng = TestRng(0);
        let outputs: Vec<_> = (0..3)
            .map(|_| {
                let secret = SecretScalar::random(&mut rng);
                let hidden = blind(b"input", &secret).unwrap();
                (hidden, finalize(b"input", &secret, &key.multiply(&hidden)))
            })
            .collect();
        assert!(outputs.iter().all(|(_, output)| *output == outputs[0].1));
        assert_ne!(outputs[0].0, outputs[1].0);
    }

    #[test]
    fn key_derivation_depends_on_seed_and_info() {
        let key = derive_key(&[7; 32], b"test");
        assert_eq!(key.public_key(), derive_key(&[7; 32], b"test").public_key());
        assert_ne!(key.public_key(), derive_key(&[8; 32], b"test").public_key());
        assert_ne!(key.public_key(), derive_key(&[7; 32], b"tesT").public_key());
    }
}
