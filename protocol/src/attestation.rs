//! The attester's word that a request belongs to a person of its own ([spec: attestation]).

use data_encoding::BASE64URL_NOPAD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use rand_core::CryptoRng;
use sha2::Sha256;

use crate::bytes::{from_base64url, public_bytes, secret_bytes};
use crate::campaign_id::CampaignId;
use crate::codec::{DecodeError, Reader, Transcript, Writer};
use crate::ed25519::{PublicKey, SecretSeed, Signature};
use crate::tag::Tag;
use crate::token::RequestDigest;

public_bytes!(
    /// Stands for a tag in the public issuance log: `SHA-256` over tag and `r`, one for ever
    /// for each tag ([spec: attestation §2], [ATT-9]).
    Commitment,
    32
);
secret_bytes!(
    /// Opens a commitment together with the tag: `r = HMAC(s, tag)`.
    CommitmentOpening,
    32
);
secret_bytes!(
    /// The attester's secret `s`, destroyed at close ([spec: attestation §2]).
    CommitmentSecret,
    32
);

impl CommitmentSecret {
    /// Draws a secret.
    #[must_use]
    pub fn generate(rng: &mut impl CryptoRng) -> Self {
        let mut bytes = zeroize::Zeroizing::new([0; Self::LEN]);
        rng.fill_bytes(&mut bytes[..]);
        Self::from(*bytes)
    }

    fn opening(&self, campaign: &CampaignId, issuer: u16, tag: &Tag) -> CommitmentOpening {
        let transcript = Transcript::new("headcount/v1 commitment opening", campaign)
            .field_u16(issuer)
            .field(tag.expose());
        let mut transcript = transcript.finish();
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.0).expect("HMAC takes any key length");
        mac.update(&transcript);
        zeroize::Zeroize::zeroize(&mut transcript);
        CommitmentOpening::from(<[u8; 32]>::from(mac.finalize().into_bytes()))
    }
}

impl Commitment {
    fn new(campaign: &CampaignId, issuer: u16, tag: &Tag, opening: &CommitmentOpening) -> Self {
        let transcript = Transcript::new("headcount/v1 commitment", campaign)
            .field_u16(issuer)
            .field(tag.expose())
            .field(opening.expose());
        Self(transcript.sha256())
    }
}

/// Why an attestation is refused.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum AttestationError {
    /// Not unpadded base64url of [`Attestation::LEN`] bytes [ATT-11].
    #[error("the attestation is malformed")]
    Encoding,
    /// Made for another issuer [ATT-12].
    #[error("the attestation is for another issuer")]
    Issuer,
    /// Made for another token request [ATT-12].
    #[error("the attestation is for another token request")]
    RequestDigest,
    /// Not signed by the issuer's attester [ATT-13].
    #[error("the attestation is not signed by the issuer's attester")]
    Signature,
}

/// The public half of an attestation, as the issuance log publishes it.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Vouching {
    /// Index of the issuer in the manifest.
    pub issuer: u16,
    /// The request that may be signed.
    pub request_digest: RequestDigest,
    /// Stands for the person's tag.
    pub commitment: Commitment,
    /// The attester's signature over the three.
    pub signature: Signature,
}

impl Vouching {
    /// Length in bytes.
    pub const LEN: usize = 2 + 32 + 32 + 64;

    /// Verifies the attester's signature.
    ///
    /// # Errors
    /// [`AttestationError::Signature`].
    pub fn verify(&self, campaign: &CampaignId, key: &PublicKey) -> Result<(), AttestationError> {
        let message = message(campaign, self.issuer, &self.request_digest, &self.commitment);
        key.verify(&message, &self.signature).map_err(|_| AttestationError::Signature)
    }

    /// The 130 bytes.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        self.write(Writer::new()).finish()
    }

    /// Reads a vouching of exactly 130 bytes.
    ///
    /// # Errors
    /// [`DecodeError::Truncated`], [`DecodeError::TrailingBytes`].
    pub fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        let mut reader = Reader::new(bytes);
        let vouching = Self::read(&mut reader)?;
        reader.finish()?;
        Ok(vouching)
    }

    pub(crate) fn write(&self, writer: Writer) -> Writer {
        writer
            .u16(self.issuer)
            .bytes(self.request_digest.as_bytes())
            .bytes(self.commitment.as_bytes())
            .bytes(self.signature.as_bytes())
    }

    pub(crate) fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            issuer: reader.u16()?,
            request_digest: RequestDigest::from(reader.array()?),
            commitment: Commitment::from(reader.array()?),
            signature: Signature::from(reader.array()?),
        })
    }
}

/// What the attester hands the client for the issuer ([spec: attestation §3]).
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Attestation {
    issuer: u16,
    request_digest: RequestDigest,
    tag: Tag,
    opening: CommitmentOpening,
    signature: Signature,
}

impl Attestation {
    /// Length in bytes: issuer, digest, tag, `r`, signature.
    pub const LEN: usize = 2 + 32 + 32 + 32 + 64;
    /// The HTTP header that carries it beside a token request.
    pub const HEADER: &'static str = "headcount-attestation";

    /// Signs: this request belongs to the person with this tag.
    #[must_use]
    pub fn sign(
        campaign: &CampaignId,
        issuer: u16,
        request_digest: RequestDigest,
        tag: Tag,
        secret: &CommitmentSecret,
        key: &SecretSeed,
    ) -> Self {
        let opening = secret.opening(campaign, issuer, &tag);
        let commitment = Commitment::new(campaign, issuer, &tag, &opening);
        let signature = key.sign(&message(campaign, issuer, &request_digest, &commitment));
        Self { issuer, request_digest, tag, opening, signature }
    }

    /// Checks an attestation for a request, and opens it into the secret tag and the public
    /// half.
    ///
    /// # Errors
    /// [`AttestationError::Issuer`], [`AttestationError::RequestDigest`],
    /// [`AttestationError::Signature`].
    pub fn verify(
        self,
        campaign: &CampaignId,
        issuer: u16,
        request_digest: &RequestDigest,
        key: &PublicKey,
    ) -> Result<(Tag, Vouching), AttestationError> {
        if self.issuer != issuer {
            return Err(AttestationError::Issuer);
        }
        if self.request_digest != *request_digest {
            return Err(AttestationError::RequestDigest);
        }
        let commitment = Commitment::new(campaign, issuer, &self.tag, &self.opening);
        let vouching = Vouching {
            issuer,
            request_digest: self.request_digest,
            commitment,
            signature: self.signature,
        };
        vouching.verify(campaign, key)?;
        Ok((self.tag, vouching))
    }

    /// Unpadded base64url of the 162 bytes, for JSON and the header.
    #[must_use]
    pub fn to_text(&self) -> zeroize::Zeroizing<String> {
        let bytes = Writer::new()
            .u16(self.issuer)
            .bytes(self.request_digest.as_bytes())
            .bytes(self.tag.expose())
            .bytes(self.opening.expose())
            .bytes(self.signature.as_bytes())
            .finish();
        zeroize::Zeroizing::new(BASE64URL_NOPAD.encode(&zeroize::Zeroizing::new(bytes)))
    }

    /// Reads [`Attestation::to_text`].
    ///
    /// # Errors
    /// [`AttestationError::Encoding`].
    pub fn from_text(text: &str) -> Result<Self, AttestationError> {
        let bytes = from_base64url(text)
            .map(zeroize::Zeroizing::new)
            .map_err(|_| AttestationError::Encoding)?;
        Self::decode(&bytes).map_err(|_| AttestationError::Encoding)
    }

    fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        let mut reader = Reader::new(bytes);
        let attestation = Self {
            issuer: reader.u16()?,
            request_digest: RequestDigest::from(reader.array()?),
            tag: Tag::from(reader.array()?),
            opening: CommitmentOpening::from(reader.array()?),
            signature: Signature::from(reader.array()?),
        };
        reader.finish()?;
        Ok(attestation)
    }
}

fn message(
    campaign: &CampaignId,
    issuer: u16,
    request_digest: &RequestDigest,
    commitment: &Commitment,
) -> Vec<u8> {
    Transcript::new("headcount/v1 attestation", campaign)
        .field_u16(issuer)
        .field(request_digest.as_bytes())
        .field(commitment.as_bytes())
        .finish()
}
