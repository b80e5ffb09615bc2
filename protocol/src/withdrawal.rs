//! Taking a pledge back ([spec: pledge §5]).

use crate::campaign_id::CampaignId;
use crate::codec::{DecodeError, Reader, Transcript, Writer};
use crate::ed25519::{SecretSeed, Signature, SignatureError};
use crate::pledge::Opening;
use crate::token::Nonce;

/// The word of who made a pledge that it shall not count any more. Whoever holds it can deliver it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Withdrawal {
    /// The opening of the pledge: its nonce names the pledge, its key signs.
    pub opening: Opening,
    /// The signature of that key.
    pub signature: Signature,
}

impl Withdrawal {
    /// Length in bytes: opening and signature.
    pub const LEN: usize = Opening::LEN + 64;

    /// Withdraws the pledge of this opening; `key` is the pledge's.
    #[must_use]
    pub fn sign(campaign: &CampaignId, opening: Opening, key: &SecretSeed) -> Self {
        let signature = key.sign(&message(campaign, &opening.nonce(campaign)));
        Self { opening, signature }
    }

    /// The bytes that are delivered, [`Self::LEN`] of them.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        self.write(Writer::new()).finish()
    }

    /// Reads a withdrawal; [`Self::verify`] then judges it.
    ///
    /// # Errors
    /// [`DecodeError::Truncated`], [`DecodeError::TrailingBytes`].
    pub fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        let mut reader = Reader::new(bytes);
        let withdrawal = Self::read(&mut reader)?;
        reader.finish()?;
        Ok(withdrawal)
    }

    pub(crate) fn write(&self, writer: Writer) -> Writer {
        self.opening.write(writer).bytes(self.signature.as_bytes())
    }

    pub(crate) fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        Ok(Self { opening: Opening::read(reader)?, signature: Signature::from(reader.array()?) })
    }

    /// The nonce of the pledge that is withdrawn.
    #[must_use]
    pub fn nonce(&self, campaign: &CampaignId) -> Nonce {
        self.opening.nonce(campaign)
    }

    /// Verifies the signature under the opening's key [PLG-19]. Whether there is such a pledge is for
    /// the log to say.
    ///
    /// # Errors
    /// [`SignatureError`].
    pub fn verify(&self, campaign: &CampaignId) -> Result<(), SignatureError> {
        let message = message(campaign, &self.nonce(campaign));
        self.opening.public_key.verify(&message, &self.signature)
    }
}

fn message(campaign: &CampaignId, nonce: &Nonce) -> Vec<u8> {
    Transcript::new("headcount/v1 withdrawal", campaign).field(nonce.as_bytes()).finish()
}
