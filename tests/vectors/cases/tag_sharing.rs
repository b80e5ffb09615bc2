//! Keys that guardians share, with every secret of theirs in hand ([spec: tag §3.1]).

use curve25519_dalek::{RistrettoPoint, Scalar};
use data_encoding::HEXLOWER;
use headcount_protocol::campaign::CampaignId;
use headcount_protocol::guardians::{Evaluation, EvaluationRequest, ShareIndex};
use headcount_protocol::oprf::{Batch, Element, SecretScalar, derive_key, evaluate_with_nonce};
use serde_json::{Value, json};

/// The seed of all that is derived.
pub(super) const SEED: [u8; 32] = [0; 32];

/// The polynomial behind a key, and how many hold shares of it.
pub(super) struct Sharing {
    coefficients: Vec<Scalar>,
    guardians: u8,
}

impl Sharing {
    /// The polynomial whose coefficients are `DeriveKeyPair` of these names.
    pub(super) fn named(names: &[&str], guardians: u8) -> Self {
        let coefficient = |name: &&str| from_secret(&derive_key(&SEED, name.as_bytes()));
        Self { coefficients: names.iter().map(coefficient).collect(), guardians }
    }

    /// The polynomial with these coefficients, which may be negative.
    pub(super) fn small(coefficients: &[i8], guardians: u8) -> Self {
        let coefficient = |&value: &i8| {
            let scalar = Scalar::from(value.unsigned_abs());
            if value < 0 { -scalar } else { scalar }
        };
        Self { coefficients: coefficients.iter().map(coefficient).collect(), guardians }
    }

    /// `A_0 … A_{t−1}`.
    pub(super) fn commitments(&self) -> Vec<String> {
        let point = |scalar| RistrettoPoint::mul_base(scalar).compress().to_bytes();
        self.coefficients.iter().map(|scalar| HEXLOWER.encode(&point(scalar))).collect()
    }

    /// What the manifest says of the key.
    pub(super) fn parameters(&self) -> Value {
        json!({
            "guardians": self.guardians,
            "threshold": self.coefficients.len(),
            "commitments": self.commitments(),
        })
    }

    /// The share `k_i`.
    pub(super) fn share(&self, index: u8) -> SecretScalar {
        let powers = self.coefficients.iter().rev();
        let at = Scalar::from(index);
        let share = powers.fold(Scalar::ZERO, |sum, coefficient| sum * at + coefficient);
        SecretScalar::parse(&share.to_bytes()).expect("a share other than zero")
    }

    /// The answer of a guardian, with the nonce `DeriveKeyPair(…, "n" ‖ index)`.
    pub(super) fn answer(&self, index: u8, request: &EvaluationRequest) -> Evaluation {
        let (elements, proof) =
            evaluate_with_nonce(&self.share(index), &request.elements, &nonce(index));
        let index = ShareIndex::new(index.into()).expect("an index from 1");
        Evaluation { index, epoch: request.epoch, elements, proof }
    }

    /// The answers of these guardians, in hex.
    pub(super) fn answers(&self, indices: &[u8], request: &EvaluationRequest) -> Vec<String> {
        indices.iter().map(|&index| hex(&self.answer(index, request))).collect()
    }
}

/// The nonce of a guardian's proof, always the same: no guardian may do this ([TAG-12]).
pub(super) fn nonce(index: u8) -> SecretScalar {
    derive_key(&SEED, &[b'n', index])
}

/// An answer in hex.
pub(super) fn hex(answer: &Evaluation) -> String {
    HEXLOWER.encode(&answer.encode())
}

/// A secret in hex.
pub(super) fn secret(scalar: &SecretScalar) -> String {
    HEXLOWER.encode(&scalar.to_bytes()[..])
}

/// The campaign of the worked example.
pub(super) fn campaign_id() -> CampaignId {
    CampaignId::from(std::array::from_fn(|at| u8::try_from(at).expect("at most 31")))
}

/// So many elements that differ.
pub(super) fn elements(count: u8) -> Vec<Element> {
    (0..count).map(|at| derive_key(&SEED, &[b'e', at]).public_key()).collect()
}

/// A request for these elements.
pub(super) fn request(epoch: u32, elements: Vec<Element>) -> EvaluationRequest {
    let elements = Batch::new(elements).expect("1 to 64 elements");
    EvaluationRequest { campaign_id: campaign_id(), epoch, elements }
}

/// Two objects in one.
pub(super) fn join(mut one: Value, other: &Value) -> Value {
    let members = one.as_object_mut().expect("an object");
    members.extend(other.as_object().expect("an object").clone());
    one
}

fn from_secret(secret: &SecretScalar) -> Scalar {
    Option::from(Scalar::from_canonical_bytes(*secret.to_bytes())).expect("below the order")
}
