//! What the manifest says of the guardians, and what the attester makes of their answers.

use std::collections::BTreeSet;

use curve25519_dalek::traits::VartimeMultiscalarMul as _;
use curve25519_dalek::{RistrettoPoint, Scalar};
use subtle::ConstantTimeEq as _;

use super::{Evaluation, ShareIndex};
use crate::oprf::{Batch, Element, ElementError, ProofError};

/// Guardians of a campaign at most.
pub const MAX_GUARDIANS: u16 = 64;

/// Why commitments are refused ([spec: tag §3.2]).
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum CommitmentsError {
    /// There is no guardian, or more than [`MAX_GUARDIANS`] [TAG-13].
    #[error("a campaign has 1 to {MAX_GUARDIANS} guardians, not {0}")]
    Guardians(u16),
    /// The threshold is 0, or more than there are guardians [TAG-13].
    #[error("a threshold of {threshold} among {guardians} guardians")]
    Threshold {
        /// Guardians whose answers are needed.
        threshold: u16,
        /// Guardians there are.
        guardians: u16,
    },
    /// There are not exactly as many commitments as the threshold says; one more would raise the
    /// real threshold without anybody noticing [TAG-14].
    #[error("{found} commitments for a threshold of {threshold}")]
    Count {
        /// Guardians whose answers are needed.
        threshold: u16,
        /// Commitments given.
        found: usize,
    },
    /// A commitment is no element, or the identity [TAG-15].
    #[error("commitment {position}: {error}")]
    Element {
        /// Its position, from 0.
        position: usize,
        /// What is wrong with it.
        error: ElementError,
    },
    /// The public key of a share is the identity: the share is zero [TAG-15].
    #[error("the share of guardian {0} is zero")]
    ZeroShare(ShareIndex),
}

/// Why one guardian's answer is refused.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum EvaluationError {
    /// The campaign has no guardian of this number.
    #[error("there is no guardian {0}")]
    UnknownIndex(ShareIndex),
    /// The answer is for another sharing of the key, which does not combine with this one.
    #[error("guardian {index} answered for epoch {found}")]
    Epoch {
        /// Who answered.
        index: ShareIndex,
        /// The epoch of the answer.
        found: u32,
    },
    /// The answer has not an element for each of the request.
    #[error("guardian {index} answered with {found} elements")]
    Elements {
        /// Who answered.
        index: ShareIndex,
        /// Elements of the answer.
        found: usize,
    },
    /// The proof does not verify: this guardian lies, or its share is damaged [TAG-21].
    #[error("the proof of guardian {0} does not verify")]
    Proof(ShareIndex),
}

/// Why answers do not combine ([spec: tag §3.4]).
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum CombineError {
    /// There are fewer answers than the threshold.
    #[error("{found} answers where {threshold} are needed")]
    TooFew {
        /// Answers needed.
        threshold: u16,
        /// Answers given.
        found: usize,
    },
    /// Two answers have the same index [TAG-20].
    #[error("two answers of guardian {0}")]
    Duplicate(ShareIndex),
    /// One of the answers is refused; it names its guardian, the others may be used again.
    #[error(transparent)]
    Evaluation(#[from] EvaluationError),
}

/// The commitments `A_0 … A_{t−1}` to the key's polynomial, and what follows from them.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Commitments {
    threshold: u16,
    guardians: u16,
    /// `t` of them.
    coefficients: Vec<Element>,
    /// `K_1 … K_n`.
    shares: Vec<Element>,
}

impl Commitments {
    /// Checks the commitments of the manifest and derives every guardian's public key, once: none
    /// is taken from a guardian [TAG-16].
    ///
    /// # Errors
    /// A variant of [`CommitmentsError`] for each rule of [spec: tag §3.2].
    pub fn parse(
        threshold: u16,
        guardians: u16,
        points: &[[u8; 32]],
    ) -> Result<Self, CommitmentsError> {
        if !(1..=MAX_GUARDIANS).contains(&guardians) {
            return Err(CommitmentsError::Guardians(guardians));
        }
        if !(1..=guardians).contains(&threshold) {
            return Err(CommitmentsError::Threshold { threshold, guardians });
        }
        if points.len() != usize::from(threshold) {
            return Err(CommitmentsError::Count { threshold, found: points.len() });
        }
        let mut coefficients = Vec::with_capacity(points.len());
        for (position, bytes) in points.iter().enumerate() {
            coefficients.push(
                Element::parse(*bytes)
                    .map_err(|error| CommitmentsError::Element { position, error })?,
            );
        }
        let shares = (1..=guardians)
            .filter_map(ShareIndex::new)
            .map(|index| share_key(&coefficients, index))
            .collect::<Result<_, _>>()?;
        Ok(Self { threshold, guardians, coefficients, shares })
    }

    /// The campaign's OPRF public key `K = A_0`, the same in every epoch.
    #[must_use]
    pub fn public_key(&self) -> &Element {
        &self.coefficients[0]
    }

    /// `K_i`, the public key of a guardian's share; `None` if the campaign has no such guardian.
    #[must_use]
    pub fn share_key(&self, index: ShareIndex) -> Option<&Element> {
        self.shares.get(usize::from(index.value()) - 1)
    }

    /// Answers needed.
    #[must_use]
    pub const fn threshold(&self) -> u16 {
        self.threshold
    }

    /// Guardians there are.
    #[must_use]
    pub const fn guardians(&self) -> u16 {
        self.guardians
    }

    /// Checks one guardian's answer to a request for `blinded` in `epoch`.
    ///
    /// # Errors
    /// [`EvaluationError::UnknownIndex`] if there is no such guardian, [`EvaluationError::Epoch`]
    /// if the answer is for another epoch, [`EvaluationError::Elements`] if it has not an element
    /// for each of the request, [`EvaluationError::Proof`] if the proof does not verify.
    pub fn verify(
        &self,
        epoch: u32,
        blinded: &Batch,
        answer: &Evaluation,
    ) -> Result<(), EvaluationError> {
        let key = self.key_of(epoch, blinded, answer)?;
        prove(key, blinded, answer)
    }

    /// The key an answer must be proven under, if the answer fits the request.
    fn key_of(
        &self,
        epoch: u32,
        blinded: &Batch,
        answer: &Evaluation,
    ) -> Result<&Element, EvaluationError> {
        let index = answer.index;
        let key = self.share_key(index).ok_or(EvaluationError::UnknownIndex(index))?;
        if answer.epoch != epoch {
            return Err(EvaluationError::Epoch { index, found: answer.epoch });
        }
        let found = answer.elements.elements().len();
        if found != blinded.elements().len() {
            return Err(EvaluationError::Elements { index, found });
        }
        Ok(key)
    }

    /// Verifies every answer and interpolates the first `t` in the exponent: the whole key times
    /// each blinded element ([spec: tag §3.4]). Any `t` give the same result [TAG-22].
    ///
    /// # Errors
    /// In this order: [`CombineError::Duplicate`] if two answers have one index,
    /// [`CombineError::TooFew`] if there are fewer than `t`, [`CombineError::Evaluation`] with the
    /// first that does not fit the request, then with the first whose proof does not verify.
    ///
    /// # Panics
    /// Never: verified answers combine to the key, which is not zero, times a blinded element.
    pub fn combine(
        &self,
        epoch: u32,
        blinded: &Batch,
        answers: &[Evaluation],
    ) -> Result<Combined, CombineError> {
        let mut seen = BTreeSet::new();
        if let Some(twice) = answers.iter().find(|answer| !seen.insert(answer.index)) {
            return Err(CombineError::Duplicate(twice.index));
        }
        let (threshold, found) = (self.threshold(), answers.len());
        let chosen = answers
            .get(..usize::from(threshold))
            .ok_or(CombineError::TooFew { threshold, found })?;
        let keys = answers.iter().map(|answer| self.key_of(epoch, blinded, answer));
        let keys: Vec<_> = keys.collect::<Result<_, _>>()?;
        for (key, answer) in keys.into_iter().zip(answers) {
            prove(key, blinded, answer)?;
        }
        let weights = lagrange(chosen);
        let evaluated = (0..blinded.elements().len()).map(|position| {
            let parts = chosen.iter().map(|answer| answer.elements.elements()[position]);
            let parts: Vec<_> = parts.map(|element| *element.point()).collect();
            Element::from_point(RistrettoPoint::vartime_multiscalar_mul(&weights, &parts))
                .expect("the proofs show it to be the key times a blinded element")
        });
        Ok(Combined(blinded.elements().iter().copied().zip(evaluated).collect()))
    }
}

/// The whole key times each element of a request, as at least `t` proofs show.
#[derive(Clone, Debug)]
pub struct Combined(Vec<(Element, Element)>);

impl Combined {
    /// The key times `blinded`; `None` if that element was not in the request.
    #[must_use]
    pub fn evaluated(&self, blinded: &Element) -> Option<&Element> {
        self.0.iter().find_map(|(input, output)| {
            bool::from(input.as_bytes().ct_eq(blinded.as_bytes())).then_some(output)
        })
    }
}

fn prove(key: &Element, blinded: &Batch, answer: &Evaluation) -> Result<(), EvaluationError> {
    let proven = answer.proof.verify(key, blinded, &answer.elements);
    proven.map_err(|ProofError| EvaluationError::Proof(answer.index))
}

/// `K_i = Σ i^j · A_j`, by Horner's rule.
fn share_key(coefficients: &[Element], index: ShareIndex) -> Result<Element, CommitmentsError> {
    let at = Scalar::from(index.value());
    let sum = coefficients.iter().rev().map(|element| *element.point());
    let sum = sum.reduce(|sum, coefficient| sum * at + coefficient).unwrap_or_default();
    Element::from_point(sum).map_err(|_| CommitmentsError::ZeroShare(index))
}

/// `λ_i = Π_{j≠i} j / (j − i)` over the answers' indices, which are distinct.
fn lagrange(answers: &[Evaluation]) -> Vec<Scalar> {
    let indices: Vec<_> = answers.iter().map(|answer| Scalar::from(answer.index.value())).collect();
    let weight = |i: &Scalar| {
        let others = indices.iter().filter(|j| *j != i);
        let (above, below) = others
            .fold((Scalar::ONE, Scalar::ONE), |(above, below), j| (above * j, below * (j - i)));
        above * below.invert()
    };
    indices.iter().map(weight).collect()
}
