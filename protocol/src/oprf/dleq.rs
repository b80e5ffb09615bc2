//! The proof that one key multiplied a whole batch of elements (RFC 9497 §2.2).

use curve25519_dalek::traits::VartimeMultiscalarMul as _;
use curve25519_dalek::{RistrettoPoint, Scalar};
use rand_core::CryptoRng;
use sha2::{Digest as _, Sha512};
use zeroize::Zeroizing;

use super::group::{
    ELEMENT_LENGTH, Element, HASH_TO_SCALAR_DST, SEED_DST, ScalarError, SecretScalar,
    hash_to_scalar, parse_scalar,
};

/// Between the domains of the standard's hashes and this one there is no overlap.
const NONCE_DST: &[u8] = b"headcount/v1 proof nonce";

/// A list has no element, or more than [`Batch::MAX`].
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("a batch has 1 to {max} elements, not {0}", max = Batch::MAX)]
pub struct BatchError(pub usize);

/// From 1 to [`Batch::MAX`] elements that share one proof ([spec: tag §3.3]).
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Batch(Vec<Element>);

impl Batch {
    /// Elements in a batch at most.
    pub const MAX: usize = 64;

    /// A batch of these elements, in this order.
    ///
    /// # Errors
    /// [`BatchError`] if there is none or more than [`Batch::MAX`].
    pub fn new(elements: Vec<Element>) -> Result<Self, BatchError> {
        match elements.len() {
            1..=Self::MAX => Ok(Self(elements)),
            count => Err(BatchError(count)),
        }
    }

    /// The elements, in order.
    #[must_use]
    pub fn elements(&self) -> &[Element] {
        &self.0
    }

    fn points(&self) -> impl Iterator<Item = &RistrettoPoint> {
        self.0.iter().map(Element::point)
    }
}

impl From<Element> for Batch {
    fn from(element: Element) -> Self {
        Self(vec![element])
    }
}

/// The proof does not show that the key multiplied each element.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("the proof of the evaluation does not verify")]
pub struct ProofError;

/// A proof of 64 bytes: challenge, then response, each a little-endian scalar.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Proof {
    challenge: Scalar,
    response: Scalar,
}

impl Proof {
    /// Length in bytes.
    pub const LEN: usize = 64;

    /// Reads a proof; whether it proves anything, [`Proof::verify`] tells.
    ///
    /// # Errors
    /// [`ScalarError::NotCanonical`] if a half is not below the order of the group.
    pub fn parse(bytes: &[u8; 64]) -> Result<Self, ScalarError> {
        let (mut challenge, mut response) = ([0; 32], [0; 32]);
        challenge.copy_from_slice(&bytes[..32]);
        response.copy_from_slice(&bytes[32..]);
        Ok(Self { challenge: parse_scalar(&challenge)?, response: parse_scalar(&response)? })
    }

    /// The encoding that [`Proof::parse`] reads.
    #[must_use]
    pub fn to_bytes(&self) -> [u8; 64] {
        let mut bytes = [0; 64];
        bytes[..32].copy_from_slice(self.challenge.as_bytes());
        bytes[32..].copy_from_slice(self.response.as_bytes());
        bytes
    }

    /// `VerifyProof` (RFC 9497 §2.2.2): each of `outputs` is the private key of `public` times the
    /// element of `inputs` at its position. All that goes in is public, so time may vary.
    ///
    /// # Errors
    /// [`ProofError`] if that is not shown, or if the batches differ in length.
    pub fn verify(
        &self,
        public: &Element,
        inputs: &Batch,
        outputs: &Batch,
    ) -> Result<(), ProofError> {
        if inputs.0.len() != outputs.0.len() {
            return Err(ProofError);
        }
        let weights = weights(public, inputs, outputs);
        let m = RistrettoPoint::vartime_multiscalar_mul(&weights, inputs.points());
        let z = RistrettoPoint::vartime_multiscalar_mul(&weights, outputs.points());
        let Self { challenge: c, response: s } = self;
        let t2 = RistrettoPoint::vartime_double_scalar_mul_basepoint(c, public.point(), s);
        let t3 = RistrettoPoint::vartime_multiscalar_mul([s, c], [&m, &z]);
        if challenge(public, [m, z, t2, t3]) == *c { Ok(()) } else { Err(ProofError) }
    }
}

/// `BlindEvaluate` (RFC 9497 §3.3.2) of a batch: its elements times `key`, and the proof.
///
/// The proof's nonce is hashed from fresh randomness, the key and the inputs, so that randomness
/// which repeats (a machine restored from a snapshot) does not give the key away [TAG-12].
#[must_use]
pub fn evaluate(key: &SecretScalar, inputs: &Batch, rng: &mut impl CryptoRng) -> (Batch, Proof) {
    let mut fresh = Zeroizing::new([0; 64]);
    let nonce = loop {
        rng.fill_bytes(&mut *fresh);
        let secret = key.to_bytes();
        let mut parts: Vec<&[u8]> = vec![&*fresh, &*secret];
        parts.extend(inputs.0.iter().map(|element| &element.as_bytes()[..]));
        if let Ok(nonce) = SecretScalar::from_scalar(hash_to_scalar(&parts, NONCE_DST)) {
            break nonce;
        }
    };
    evaluate_with_nonce(key, inputs, &nonce)
}

/// [`evaluate`] with the proof's nonce given, as the standard's test vectors do.
///
/// A nonce that is known, or used for two batches, gives `key` away.
#[must_use]
pub fn evaluate_with_nonce(
    key: &SecretScalar,
    inputs: &Batch,
    nonce: &SecretScalar,
) -> (Batch, Proof) {
    let public = key.public_key();
    let outputs = Batch(inputs.0.iter().map(|element| key.multiply(element)).collect());
    let weights = weights(&public, inputs, &outputs);
    let m = RistrettoPoint::vartime_multiscalar_mul(&weights, inputs.points());
    let (key, nonce) = (key.scalar(), nonce.scalar());
    let t2 = RistrettoPoint::mul_base(nonce);
    let challenge = challenge(&public, [m, key * m, t2, nonce * m]);
    (outputs, Proof { challenge, response: nonce - challenge * key })
}

/// The weights `d_j` of `ComputeComposites` (RFC 9497 §2.2.1).
fn weights(public: &Element, inputs: &Batch, outputs: &Batch) -> Vec<Scalar> {
    let seed: [u8; 64] = Sha512::new()
        .chain_update(ELEMENT_LENGTH)
        .chain_update(public.as_bytes())
        .chain_update([0, u8::try_from(SEED_DST.len()).expect("the label is short")])
        .chain_update(SEED_DST)
        .finalize()
        .into();
    // Batch::MAX is far below what the u16 index can count.
    (0u16..)
        .zip(inputs.0.iter().zip(&outputs.0))
        .map(|(index, (input, output))| {
            let parts: [&[u8]; 8] = [
                &[0, 64],
                &seed,
                &index.to_be_bytes(),
                &ELEMENT_LENGTH,
                input.as_bytes(),
                &ELEMENT_LENGTH,
                output.as_bytes(),
                b"Composite",
            ];
            hash_to_scalar(&parts, HASH_TO_SCALAR_DST)
        })
        .collect()
}

/// The challenge over `M`, `Z`, `t2` and `t3` (RFC 9497 §2.2.1).
fn challenge(public: &Element, points: [RistrettoPoint; 4]) -> Scalar {
    let points = points.map(|point| point.compress().to_bytes());
    let mut parts: Vec<&[u8]> = vec![&ELEMENT_LENGTH, public.as_bytes()];
    for point in &points {
        parts.extend([&ELEMENT_LENGTH[..], point]);
    }
    parts.push(b"Challenge");
    hash_to_scalar(&parts, HASH_TO_SCALAR_DST)
}

#[cfg(test)]
mod tests {
    use super::super::TestRng;
    use super::*;

    fn batch(count: usize, rng: &mut TestRng) -> Batch {
        Batch::new((0..count).map(|_| SecretScalar::random(rng).public_key()).collect()).unwrap()
    }

    #[test]
    fn a_proof_holds_for_its_key_and_elements_only() {
        let mut rng = TestRng(0);
        let key = SecretScalar::random(&mut rng);
        let public = key.public_key();
        let inputs = batch(3, &mut rng);
        let (outputs, proof) = evaluate(&key, &inputs, &mut rng);
        assert_eq!(proof.verify(&public, &inputs, &outputs), Ok(()));

        let other = SecretScalar::random(&mut rng).public_key();
        assert_eq!(proof.verify(&other, &inputs, &outputs), Err(ProofError));
        let mut swapped = outputs.clone();
        swapped.0.swap(0, 1);
        assert_eq!(proof.verify(&public, &inputs, &swapped), Err(ProofError));
        let shorter = Batch(outputs.0[..2].to_vec());
        assert_eq!(proof.verify(&public, &inputs, &shorter), Err(ProofError));
        // Two wrong outputs whose errors cancel in an unweighted sum.
        let delta = other.point();
        let mut cancelling = outputs.clone();
        cancelling.0[0] = Element::from_point(outputs.0[0].point() + delta).unwrap();
        cancelling.0[1] = Element::from_point(outputs.0[1].point() - delta).unwrap();
        assert_eq!(proof.verify(&public, &inputs, &cancelling), Err(ProofError));
    }

    /// [TAG-12]
    #[test]
    fn repeated_randomness_does_not_repeat_the_nonce() {
        let mut rng = TestRng(0);
        let key = SecretScalar::random(&mut rng);
        let (one, two) = (batch(1, &mut rng), batch(1, &mut rng));
        let nonce = |inputs: &Batch, drawn| {
            let (_, proof) = evaluate(&key, inputs, &mut TestRng(drawn));
            proof.response + proof.challenge * key.scalar()
        };
        assert_eq!(nonce(&one, 99), nonce(&one, 99));
        assert_ne!(nonce(&one, 99), nonce(&two, 99));
        // Nor can it be told from what is public.
        assert_ne!(nonce(&one, 99), nonce(&one, 98));
    }

    #[test]
    fn a_batch_has_1_to_64_elements() {
        let element = SecretScalar::random(&mut TestRng(0)).public_key();
        assert_eq!(Batch::new(vec![]), Err(BatchError(0)));
        assert!(Batch::new(vec![element; 64]).is_ok());
        assert_eq!(Batch::new(vec![element; 65]), Err(BatchError(65)));
        assert_eq!(BatchError(65).to_string(), "a batch has 1 to 64 elements, not 65");
    }

    /// [TAG-10]
    #[test]
    fn the_halves_of_a_proof_are_canonical() {
        let (_, proof) = evaluate_with_nonce(
            &SecretScalar::random(&mut TestRng(0)),
            &batch(1, &mut TestRng(5)),
            &SecretScalar::random(&mut TestRng(9)),
        );
        let bytes = proof.to_bytes();
        assert_eq!(Proof::parse(&bytes), Ok(proof));
        for half in [31, 63] {
            let mut bad = bytes;
            bad[half] |= 0xf0;
            assert_eq!(Proof::parse(&bad), Err(ScalarError::NotCanonical));
        }
    }
}
