//! Guardians: each holds a share of the OPRF key and evaluates it on blinded elements
//! ([spec: tag §3]).
//!
//! A guardian is an RFC 9497 server whose key pair is `(k_i, K_i)`. `K_i` follows from the
//! [`Commitments`] in the manifest and is never taken from the guardian.

mod commitments;

pub use self::commitments::{
    CombineError, Combined, Commitments, CommitmentsError, EvaluationError, MAX_GUARDIANS,
};

use std::fmt;
use std::num::NonZeroU16;

use rand_core::CryptoRng;
use zeroize::Zeroizing;

use crate::campaign_id::CampaignId;
use crate::codec::{DecodeError, Reader, Writer};
use crate::oprf::{self, Batch, Element, Proof, ScalarError, SecretScalar};

/// The epoch of shares that were never refreshed.
pub const FIRST_EPOCH: u32 = 0;

/// A guardian's number, from 1: where the key's polynomial is evaluated for it.
///
/// There is no index 0, whose share would be the key itself.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct ShareIndex(NonZeroU16);

impl ShareIndex {
    /// The first guardian.
    pub const FIRST: Self = Self(NonZeroU16::MIN);

    /// The guardian with this number; `None` for 0.
    #[must_use]
    pub const fn new(index: u16) -> Option<Self> {
        match NonZeroU16::new(index) {
            Some(index) => Some(Self(index)),
            None => None,
        }
    }

    /// The number.
    #[must_use]
    pub const fn value(self) -> u16 {
        self.0.get()
    }
}

impl fmt::Display for ShareIndex {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// One guardian's share `k_i` of the OPRF key ([spec: tag §3.1]).
///
/// Wiped on drop, redacted in `Debug`; destroyed 48 hours after issuance
/// close [TAG-24].
#[derive(Clone)]
pub struct KeyShare {
    index: ShareIndex,
    secret: SecretScalar,
}

impl KeyShare {
    /// A new key in one piece, for a campaign with one guardian (1 of 1). Its commitments are
    /// [`KeyShare::public_key`] alone.
    #[must_use]
    pub fn generate(rng: &mut impl CryptoRng) -> Self {
        Self { index: ShareIndex::FIRST, secret: SecretScalar::random(rng) }
    }

    /// A share from the 32 bytes of [`KeyShare::to_bytes`].
    ///
    /// # Errors
    /// [`ScalarError::NotCanonical`] if the bytes are not below the order of the group,
    /// [`ScalarError::Zero`] if they are zero.
    pub fn parse(index: ShareIndex, secret: &[u8; 32]) -> Result<Self, ScalarError> {
        Ok(Self { index, secret: SecretScalar::parse(secret)? })
    }

    /// The secret scalar, 32 bytes little-endian, for the one file that keeps it.
    #[must_use]
    pub fn to_bytes(&self) -> Zeroizing<[u8; 32]> {
        self.secret.to_bytes()
    }

    /// Whose share it is.
    #[must_use]
    pub const fn index(&self) -> ShareIndex {
        self.index
    }

    /// `K_i`; a guardian starts only if [`Commitments::share_key`] of its index is the same.
    #[must_use]
    pub fn public_key(&self) -> Element {
        self.secret.public_key()
    }

    /// Multiplies the elements of a request by the share, with one proof for all of them
    /// ([spec: tag §3.3]).
    ///
    /// The caller has refused a request for a campaign or an epoch that is not the share's.
    #[must_use]
    pub fn evaluate(&self, request: &EvaluationRequest, rng: &mut impl CryptoRng) -> Evaluation {
        let (elements, proof) = oprf::evaluate(&self.secret, &request.elements, rng);
        Evaluation { index: self.index, epoch: request.epoch, elements, proof }
    }
}

impl fmt::Debug for KeyShare {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "KeyShare({}, redacted)", self.index)
    }
}

/// What the attester asks of a guardian: 38 bytes and 32 for each element ([spec: tag §3.3]).
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct EvaluationRequest {
    /// Which key.
    pub campaign_id: CampaignId,
    /// Which sharing of the key: 0 at the start, one more with each refresh.
    pub epoch: u32,
    /// The blinded elements.
    pub elements: Batch,
}

impl EvaluationRequest {
    /// The bytes on the wire, 70 to 2,086.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let start = Writer::new().bytes(self.campaign_id.as_bytes()).u32(self.epoch);
        write_batch(start, &self.elements).finish()
    }

    /// Reads a request [TAG-18].
    ///
    /// # Errors
    /// [`DecodeError::Truncated`] and [`DecodeError::TrailingBytes`] if the bytes are too few or
    /// too many, [`DecodeError::OutOfRange`] if there are not 1 to 64 elements, or one is not
    /// canonical or is the identity.
    pub fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        let mut reader = Reader::new(bytes);
        let campaign_id = CampaignId::from(reader.array::<32>()?);
        let epoch = reader.u32()?;
        let elements = read_batch(&mut reader)?;
        reader.finish()?;
        Ok(Self { campaign_id, epoch, elements })
    }
}

/// A guardian's answer: 72 bytes and 32 for each element ([spec: tag §3.3]).
///
/// It counts for nothing until [`Commitments::verify`] or [`Commitments::combine`] accepts it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Evaluation {
    /// Whose share was used.
    pub index: ShareIndex,
    /// The request's epoch.
    pub epoch: u32,
    /// The request's elements times the share, in the request's order.
    pub elements: Batch,
    /// Shows that they are.
    pub proof: Proof,
}

impl Evaluation {
    /// The bytes on the wire, 104 to 2,120.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let start = Writer::new().u16(self.index.value()).u32(self.epoch);
        write_batch(start, &self.elements).bytes(&self.proof.to_bytes()).finish()
    }

    /// Reads an answer [TAG-18].
    ///
    /// # Errors
    /// [`DecodeError::Truncated`] and [`DecodeError::TrailingBytes`] if the bytes are too few or
    /// too many, [`DecodeError::OutOfRange`] if the index is 0, there are not 1 to 64 elements,
    /// one is not canonical or is the identity, or the proof is not canonical.
    pub fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        let mut reader = Reader::new(bytes);
        let index = ShareIndex::new(reader.u16()?).ok_or(DecodeError::OutOfRange("share index"))?;
        let epoch = reader.u32()?;
        let elements = read_batch(&mut reader)?;
        let proof = Proof::parse(&reader.array()?).map_err(|_| DecodeError::OutOfRange("proof"))?;
        reader.finish()?;
        Ok(Self { index, epoch, elements, proof })
    }
}

fn write_batch(to: Writer, batch: &Batch) -> Writer {
    let bytes: Vec<u8> = batch.elements().iter().flat_map(|element| *element.as_bytes()).collect();
    to.vec16(&bytes)
}

fn read_batch(from: &mut Reader<'_>) -> Result<Batch, DecodeError> {
    let bytes = from.vec16()?;
    // The count comes first: a flood of elements is not worth decompressing.
    let (elements, rest) = bytes.as_chunks::<{ Element::LEN }>();
    if !rest.is_empty() || elements.len() > Batch::MAX {
        return Err(DecodeError::OutOfRange("number of elements"));
    }
    let elements: Result<_, _> = elements.iter().map(|bytes| Element::parse(*bytes)).collect();
    Batch::new(elements.map_err(|_| DecodeError::OutOfRange("element"))?)
        .map_err(|_| DecodeError::OutOfRange("number of elements"))
}

#[cfg(test)]
mod tests;
