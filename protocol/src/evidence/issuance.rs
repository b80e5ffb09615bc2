//! A blind signature that its issuer does not own up to ([spec: evidence §3]).

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::Base64Url;
use crate::attestation::{AttestationError, Vouching};
use crate::campaign::Campaign;
use crate::log::{CheckpointError, Cosigned};
use crate::token::{RequestDigest, TokenRequest, TokenResponse};

/// What an issuer was asked, by what it was vouched for, and what it answered.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct HiddenIssuance {
    /// The manifest's file.
    pub manifest: Base64Url,
    /// The issuer.
    pub issuer: u16,
    /// The token request, 259 bytes.
    pub request: Base64Url,
    /// The public half of the attestation, 130 bytes.
    pub vouching: Base64Url,
    /// The answer, 256 bytes.
    pub response: Base64Url,
    /// The signed note of the last checkpoint of the issuance log that was seen, if one was.
    pub checkpoint: Option<String>,
}

/// Why a complaint does not show that an issuer signed: one variant a rule of [spec: evidence §3].
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum HiddenIssuanceError {
    /// [EVI-8]
    #[error("the campaign has no issuer {0}")]
    UnknownIssuer(u16),
    /// [EVI-8]
    #[error("the vouching is none, or not for this issuer and request")]
    Vouching,
    /// [EVI-8]
    #[error("the attester did not vouch for the request: {0}")]
    Attester(AttestationError),
    /// [EVI-9]
    #[error("the issuer did not sign the request")]
    Response,
    /// [EVI-10]
    #[error("the checkpoint is refused: {0}")]
    Checkpoint(#[from] CheckpointError),
}

impl HiddenIssuanceError {
    /// The rule's id in the spec.
    #[must_use]
    pub const fn id(&self) -> &'static str {
        match self {
            Self::UnknownIssuer(_) | Self::Vouching | Self::Attester(_) => "EVI-8",
            Self::Response => "EVI-9",
            Self::Checkpoint(_) => "EVI-10",
        }
    }
}

impl HiddenIssuance {
    /// Whether request, vouching and response have the lengths of their kinds [EVI-1].
    pub(super) const fn has_lengths(&self) -> bool {
        self.request.0.len() == TokenRequest::LEN
            && self.vouching.0.len() == Vouching::LEN
            && self.response.0.len() == TokenResponse::LEN
    }

    /// Checks that the issuer signed the request that its attester vouched for. Returns what its
    /// log has to list, and the checkpoint that was seen last, if one was.
    ///
    /// # Errors
    /// [`HiddenIssuanceError`].
    pub fn check(
        &self,
        campaign: &Campaign,
    ) -> Result<(RequestDigest, Option<Cosigned>), HiddenIssuanceError> {
        let issuer = campaign.find_issuer(self.issuer);
        let issuer = issuer.ok_or(HiddenIssuanceError::UnknownIssuer(self.issuer))?;
        let digest = RequestDigest::from(<[u8; 32]>::from(Sha256::digest(&self.request.0)));
        let vouching = Vouching::decode(&self.vouching.0).ok();
        let vouching =
            vouching.filter(|it| it.issuer == self.issuer && it.request_digest == digest);
        let vouching = vouching.ok_or(HiddenIssuanceError::Vouching)?;
        vouching
            .verify(&campaign.id, &issuer.attester.key)
            .map_err(HiddenIssuanceError::Attester)?;
        let none = |_| HiddenIssuanceError::Response;
        let request = TokenRequest::decode(&self.request.0).map_err(none)?;
        let response = TokenResponse::decode(&self.response.0);
        let response = response.map_err(|_| HiddenIssuanceError::Response)?;
        if !issuer.token_key.is_blind_signature(&request.blinded_message, &response.0) {
            return Err(HiddenIssuanceError::Response);
        }
        let open = |note: &String| campaign.open_issuance_checkpoint(self.issuer, note.as_bytes());
        let cosigned = self.checkpoint.as_ref().map(open).transpose()?;
        Ok((digest, cosigned))
    }
}
