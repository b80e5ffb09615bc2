//! What may change after a campaign was published, and nothing else ([spec: statements §3]).

use crate::campaign::Campaign;
use crate::campaign_id::CampaignId;
use crate::codec::{DecodeError, Reader, Transcript, Writer};
use crate::ed25519::{SecretSeed, Signature, SignatureError};
use crate::guardians::{Commitments, CommitmentsError};

const SHARES: u8 = 1;
const REVOCATION: u8 = 2;

/// Why an amendment is refused, whatever stands in the log before it.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum AmendmentError {
    /// [STA-7] Not signed with the amendment key.
    #[error("the amendment is not signed with the amendment key: {0}")]
    Signature(#[from] SignatureError),
    /// [STA-8] The new commitments break a rule of the manifest's.
    #[error("the new share commitments are refused: {0}")]
    Commitments(#[from] CommitmentsError),
    /// [STA-8] The new commitments are to another key.
    #[error("the new share commitments are to another public key")]
    PublicKey,
    /// [STA-10] There is no such issuer.
    #[error("the campaign has no issuer {0}")]
    UnknownIssuer(u16),
}

/// What an amendment changes.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Change {
    /// The guardians hold new shares of the same key.
    Shares {
        /// How often they were refreshed, this time included.
        epoch: u32,
        /// The commitments, of which the first is the public key.
        commitments: Vec<[u8; 32]>,
    },
    /// An issuer is frozen: what it issues beyond this checkpoint of its log does not count.
    Revocation {
        /// The issuer.
        issuer: u16,
        /// The signed note of the checkpoint.
        checkpoint: Vec<u8>,
    },
}

/// A change, signed with the amendment key.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Amendment {
    /// Its number in the log, from 0.
    pub number: u32,
    /// What changes.
    pub change: Change,
    /// The signature.
    pub signature: Signature,
}

impl Change {
    /// Most bytes of a checkpoint that a revocation can carry: with it the entry has 65,535.
    pub const MAX_CHECKPOINT: usize = 65_535 - 1 - 4 - 1 - 2 - 2 - 2 - 64;

    fn kind(&self) -> u8 {
        match self {
            Self::Shares { .. } => SHARES,
            Self::Revocation { .. } => REVOCATION,
        }
    }

    fn encode(&self) -> Vec<u8> {
        match self {
            Self::Shares { epoch, commitments } => {
                let count = u8::try_from(commitments.len()).expect("at most 64 commitments");
                let writer = Writer::new().u32(*epoch).u8(count);
                commitments.iter().fold(writer, |writer, point| writer.bytes(point))
            }
            Self::Revocation { issuer, checkpoint } => Writer::new().u16(*issuer).vec16(checkpoint),
        }
        .finish()
    }

    fn decode(kind: u8, body: &[u8]) -> Result<Self, DecodeError> {
        let mut reader = Reader::new(body);
        let change = match kind {
            SHARES => {
                let (epoch, count) = (reader.u32()?, reader.u8()?);
                let commitments = (0..count).map(|_| reader.array()).collect::<Result<_, _>>()?;
                Self::Shares { epoch, commitments }
            }
            REVOCATION => {
                Self::Revocation { issuer: reader.u16()?, checkpoint: reader.vec16()?.to_vec() }
            }
            _ => return Err(DecodeError::OutOfRange("the kind of an amendment")),
        };
        reader.finish()?;
        Ok(change)
    }
}

impl Amendment {
    /// Signs a change.
    ///
    /// # Panics
    /// If there are more than 255 commitments, or the checkpoint is longer than
    /// [`Change::MAX_CHECKPOINT`].
    #[must_use]
    pub fn sign(campaign: &CampaignId, number: u32, change: Change, key: &SecretSeed) -> Self {
        let signature = key.sign(&message(campaign, number, &change));
        Self { number, change, signature }
    }

    /// The bytes that are delivered: the entry's without its type.
    ///
    /// # Panics
    /// As [`Self::sign`].
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        self.write(Writer::new()).finish()
    }

    /// Reads an amendment; [`Self::verify`] then judges it.
    ///
    /// # Errors
    /// One variant of [`DecodeError`] for each way in which the bytes can be wrong.
    pub fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        let mut reader = Reader::new(bytes);
        let amendment = Self::read(&mut reader)?;
        reader.finish()?;
        Ok(amendment)
    }

    pub(crate) fn write(&self, writer: Writer) -> Writer {
        let writer = writer.u32(self.number).u8(self.change.kind()).vec16(&self.change.encode());
        writer.bytes(self.signature.as_bytes())
    }

    pub(crate) fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let (number, kind) = (reader.u32()?, reader.u8()?);
        let change = Change::decode(kind, reader.vec16()?)?;
        Ok(Self { number, change, signature: Signature::from(reader.array()?) })
    }

    /// Checks all that does not depend on the log.
    ///
    /// # Errors
    /// One variant of [`AmendmentError`] for each rule.
    pub fn verify(&self, campaign: &Campaign) -> Result<(), AmendmentError> {
        let key = &campaign.manifest.amendment_key;
        key.verify(&message(&campaign.id, self.number, &self.change), &self.signature)?;
        match &self.change {
            Change::Shares { commitments, .. } => {
                let oprf = &campaign.manifest.oprf;
                Commitments::parse(oprf.threshold, oprf.guardians, commitments)?;
                let same = commitments.first() == oprf.commitments.first();
                if same { Ok(()) } else { Err(AmendmentError::PublicKey) }
            }
            Change::Revocation { issuer, .. } => {
                let known = campaign.find_issuer(*issuer).is_some();
                if known { Ok(()) } else { Err(AmendmentError::UnknownIssuer(*issuer)) }
            }
        }
    }
}

fn message(campaign: &CampaignId, number: u32, change: &Change) -> Vec<u8> {
    Transcript::new("headcount/v1 amendment", campaign)
        .field_u32(number)
        .field_u8(change.kind())
        .field(&change.encode())
        .finish()
}
