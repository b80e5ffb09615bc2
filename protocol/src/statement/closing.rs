//! The counter's last word ([spec: statements §4]).

use serde::Serialize;

use crate::campaign::Campaign;
use crate::campaign_id::CampaignId;
use crate::codec::{DecodeError, Reader, Transcript, Writer};
use crate::ed25519::{SecretSeed, Signature, SignatureError};

/// Why a closing statement is refused.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum ClosingError {
    /// [STA-13] The list does not ascend.
    #[error("the offices of the closing statement do not ascend")]
    Order,
    /// [STA-13] The campaign has no such office.
    #[error("the closing statement names an office that the campaign does not have")]
    Unknown,
    /// [STA-14] Not signed by the counter.
    #[error("the closing statement is not signed by the counter: {0}")]
    Signature(#[from] SignatureError),
}

/// Somebody who held secrets.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Office {
    /// The attester of the issuer with this index.
    Attester(u16),
    /// The guardian with this index, from 1.
    Guardian(u16),
    /// The issuer with this index.
    Issuer(u16),
}

/// Nothing more will be counted; these secrets were destroyed.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Closing {
    /// Whose secrets the counter's operator saw destroyed: ascending, each once.
    pub destroyed: Vec<Office>,
    /// The signature of the counter's receipt key.
    pub signature: Signature,
}

impl Office {
    const fn parts(self) -> (u8, u16) {
        match self {
            Self::Attester(index) => (0, index),
            Self::Guardian(index) => (1, index),
            Self::Issuer(index) => (2, index),
        }
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let (role, index) = (reader.u8()?, reader.u16()?);
        match role {
            0 => Ok(Self::Attester(index)),
            1 => Ok(Self::Guardian(index)),
            2 => Ok(Self::Issuer(index)),
            _ => Err(DecodeError::OutOfRange("an office")),
        }
    }

    fn exists(self, campaign: &Campaign) -> bool {
        match self {
            Self::Attester(index) | Self::Issuer(index) => campaign.find_issuer(index).is_some(),
            Self::Guardian(index) => (1..=campaign.manifest.oprf.guardians).contains(&index),
        }
    }
}

impl Closing {
    /// Closes the log. The offices are brought into their order; each is named once.
    ///
    /// # Panics
    /// If there are more than 255 offices; a campaign has at most 192.
    #[must_use]
    pub fn sign(campaign: &CampaignId, mut destroyed: Vec<Office>, key: &SecretSeed) -> Self {
        destroyed.sort_unstable();
        destroyed.dedup();
        let signature = key.sign(&message(campaign, &destroyed));
        Self { destroyed, signature }
    }

    pub(crate) fn write(&self, writer: Writer) -> Writer {
        writer.bytes(&encode(&self.destroyed)).bytes(self.signature.as_bytes())
    }

    pub(crate) fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let count = reader.u8()?;
        let destroyed = (0..count).map(|_| Office::read(reader)).collect::<Result<_, _>>()?;
        Ok(Self { destroyed, signature: Signature::from(reader.array()?) })
    }

    /// Checks all that does not depend on the log.
    ///
    /// # Errors
    /// One variant of [`ClosingError`] for each rule.
    pub fn verify(&self, campaign: &Campaign) -> Result<(), ClosingError> {
        if !self.destroyed.is_sorted_by(|a, b| a < b) {
            return Err(ClosingError::Order);
        }
        if !self.destroyed.iter().all(|office| office.exists(campaign)) {
            return Err(ClosingError::Unknown);
        }
        let key = &campaign.manifest.counter.receipt_key;
        Ok(key.verify(&message(&campaign.id, &self.destroyed), &self.signature)?)
    }
}

fn encode(destroyed: &[Office]) -> Vec<u8> {
    let count = u8::try_from(destroyed.len()).expect("a campaign has at most 192 offices");
    let offices = destroyed.iter().map(|office| office.parts());
    offices
        .fold(Writer::new().u8(count), |writer, (role, index)| writer.u8(role).u16(index))
        .finish()
}

fn message(campaign: &CampaignId, destroyed: &[Office]) -> Vec<u8> {
    Transcript::new("headcount/v1 closing", campaign).field(&encode(destroyed)).finish()
}
