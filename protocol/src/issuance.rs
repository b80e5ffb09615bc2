//! Obtaining a token: one consuming type for each state ([spec: token §4]).
//!
//! ```text
//! PendingToken ──request()──▶ issuer ──TokenResponse──▶ PendingToken::finish() ──▶ Token
//! ```
//!
//! A [`PendingToken`] is a function of seed, campaign, issuer and opening: a wallet that has
//! saved these has saved it, and makes the same request again after any loss.

use blind_rsa_signatures::BlindingResult;
use zeroize::Zeroize;

use crate::campaign::Campaign;
use crate::pledge::Opening;
use crate::rsa::TokenKey;
use crate::secrets::{Blinding, Seed};
use crate::token::{Token, TokenInput, TokenRequest, TokenResponse};

/// No request could be made: the key has a known factor, or the blinding factor is out of range.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("the message cannot be blinded with this key and factor")]
pub struct BlindError;

/// The issuer's answer is no signature of the key in the manifest [TOK-16].
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("the issuer's answer does not verify under the key of the manifest")]
pub struct FinishError;

/// A request that waits for its answer; holds the blinding, which stays on the device.
pub struct PendingToken {
    key: TokenKey,
    input: TokenInput,
    request: TokenRequest,
    blinding: WipedBlinding,
}

/// The library's blinding result, whose inverse factor is wiped on drop.
struct WipedBlinding(BlindingResult);

impl Drop for WipedBlinding {
    fn drop(&mut self) {
        self.0.secret.0.zeroize();
    }
}

impl PendingToken {
    /// The request of the supporter with this seed to one issuer of the class
    /// ([spec: token §4.1]).
    ///
    /// # Errors
    /// [`BlindError`], which no honestly made key leads to.
    pub fn derive(
        seed: &Seed,
        campaign: &Campaign,
        issuer: u16,
        opening: &Opening,
    ) -> Result<Self, BlindError> {
        // Of the manifest, whatever key a server may name [TOK-8].
        let key = &campaign.issuer(issuer).token_key;
        let input = campaign.token_input(issuer, opening.nonce(&campaign.id));
        let blinding = seed.blinding(&campaign.id, issuer, &input, key);
        Self::new(key, input, &blinding)
    }

    /// The request for a token input with this salt and factor.
    ///
    /// # Errors
    /// [`BlindError`] if the factor is 0 or not below the modulus, and for a key with a factor in
    /// common with the message, which no honestly made key has.
    pub fn new(key: &TokenKey, input: TokenInput, blinding: &Blinding) -> Result<Self, BlindError> {
        let blinding = key
            .blind(&input.encode(), blinding.salt.expose(), blinding.factor.expose())
            .map(WipedBlinding)
            .ok_or(BlindError)?;
        let request = TokenRequest {
            truncated_key_id: input.key_id.truncated(),
            blinded_message: blinding.0.blind_message.0[..].try_into().map_err(|_| BlindError)?,
        };
        Ok(Self { key: key.clone(), input, request, blinding })
    }

    /// What is sent to the issuer.
    #[must_use]
    pub const fn request(&self) -> &TokenRequest {
        &self.request
    }

    /// Unblinds the answer and verifies it.
    ///
    /// # Errors
    /// [`FinishError`] if the result is no signature of the issuer's key.
    pub fn finish(self, response: &TokenResponse) -> Result<Token, FinishError> {
        let authenticator = self
            .key
            .finalize(&self.input.encode(), &self.blinding.0, &response.0)
            .map_err(|_| FinishError)?;
        Ok(Token { input: self.input, authenticator })
    }
}

impl std::fmt::Debug for PendingToken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "PendingToken({})", self.request.digest())
    }
}
