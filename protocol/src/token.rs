//! The structures of Privacy Pass type 0x0002 (RFC 9577 §2, RFC 9578 §6; [spec: token §2]).

use data_encoding::BASE64URL;
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use crate::bytes::public_bytes;
use crate::codec::{DecodeError, Reader, Writer};
use crate::rsa::{MODULUS_LEN, TokenKey, TokenKeyId, TokenSignatureError};

/// The token type: publicly verifiable, RSA with 2048 bits (RFC 9578 §8.2.2).
pub const TOKEN_TYPE: u16 = 0x0002;

public_bytes!(
    /// A token's nonce, which commits to the pledge's opening ([spec: pledge §1]).
    Nonce,
    32
);
public_bytes!(
    /// `SHA-256` of a [`TokenChallenge`].
    ChallengeDigest,
    32
);
public_bytes!(
    /// `SHA-256` of a [`TokenRequest`]: the name of an issuance.
    RequestDigest,
    32
);

/// What a token is for (RFC 9577 §2.1). A client builds it from the manifest and never takes
/// one from a server ([spec: token §2.1], [TOK-9]).
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct TokenChallenge {
    issuer_name: String,
    redemption_context: [u8; 32],
    origin_info: String,
}

impl TokenChallenge {
    /// The challenge of one issuer and counter in the campaign with this id.
    #[must_use]
    pub fn new(issuer_name: &str, campaign: [u8; 32], origin: &str) -> Self {
        Self {
            issuer_name: issuer_name.to_owned(),
            redemption_context: campaign,
            origin_info: origin.to_owned(),
        }
    }

    /// The TLS presentation: type, issuer name, context of 32 bytes, origin.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        Writer::new()
            .u16(TOKEN_TYPE)
            .vec16(self.issuer_name.as_bytes())
            .u8(32)
            .bytes(&self.redemption_context)
            .vec16(self.origin_info.as_bytes())
            .finish()
    }

    /// `SHA-256` of the encoding.
    #[must_use]
    pub fn digest(&self) -> ChallengeDigest {
        ChallengeDigest::from(<[u8; 32]>::from(Sha256::digest(self.encode())))
    }
}

/// The message the issuer signs: the first 98 bytes of a token (RFC 9578 §6.1).
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct TokenInput {
    /// Commits to the pledge.
    pub nonce: Nonce,
    /// Commits to campaign, issuer and counter.
    pub challenge_digest: ChallengeDigest,
    /// The key that signs.
    pub key_id: TokenKeyId,
}

impl TokenInput {
    /// Length in bytes: type, nonce, challenge digest and key id.
    pub const LEN: usize = 98;

    /// The 98 bytes.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        Writer::new()
            .u16(TOKEN_TYPE)
            .bytes(self.nonce.as_bytes())
            .bytes(self.challenge_digest.as_bytes())
            .bytes(self.key_id.as_bytes())
            .finish()
    }
}

/// Why a [`TokenRequest`] is refused [TOK-6].
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum TokenRequestError {
    /// Not exactly [`TokenRequest::LEN`] bytes.
    #[error("a token request has exactly 259 bytes")]
    Length,
    /// Another token type than 0x0002.
    #[error("the token type is not 0x0002")]
    TokenType,
}

/// What the client asks the issuer to sign (RFC 9578 §6.1).
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct TokenRequest {
    /// Last byte of the key's id.
    pub truncated_key_id: u8,
    /// The blinded message.
    pub blinded_message: [u8; MODULUS_LEN],
}

impl TokenRequest {
    /// Length in bytes.
    pub const LEN: usize = 3 + MODULUS_LEN;
    /// Media type of the request (RFC 9578 §6.1).
    pub const MEDIA_TYPE: &'static str = "application/private-token-request";

    /// The 259 bytes.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        Writer::new()
            .u16(TOKEN_TYPE)
            .u8(self.truncated_key_id)
            .bytes(&self.blinded_message)
            .finish()
    }

    /// Reads a request of exactly 259 bytes.
    ///
    /// # Errors
    /// [`TokenRequestError::Length`], [`TokenRequestError::TokenType`].
    pub fn decode(bytes: &[u8]) -> Result<Self, TokenRequestError> {
        let bytes: &[u8; Self::LEN] = bytes.try_into().map_err(|_| TokenRequestError::Length)?;
        if bytes[..2] != TOKEN_TYPE.to_be_bytes() {
            return Err(TokenRequestError::TokenType);
        }
        let mut blinded_message = [0; MODULUS_LEN];
        blinded_message.copy_from_slice(&bytes[3..]);
        Ok(Self { truncated_key_id: bytes[2], blinded_message })
    }

    /// `SHA-256` of the encoding.
    #[must_use]
    pub fn digest(&self) -> RequestDigest {
        RequestDigest::from(<[u8; 32]>::from(Sha256::digest(self.encode())))
    }
}

/// The issuer's answer: one blind signature (RFC 9578 §6.2).
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct TokenResponse(pub [u8; MODULUS_LEN]);

impl TokenResponse {
    /// Length in bytes.
    pub const LEN: usize = MODULUS_LEN;
    /// Media type of the answer (RFC 9578 §6.2).
    pub const MEDIA_TYPE: &'static str = "application/private-token-response";

    /// Reads an answer of exactly 256 bytes [TOK-6].
    ///
    /// # Errors
    /// [`DecodeError::Truncated`], [`DecodeError::TrailingBytes`].
    pub fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        let mut reader = Reader::new(bytes);
        let response = Self(reader.array()?);
        reader.finish()?;
        Ok(response)
    }
}

/// Why bytes are not a token [TOK-6].
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum TokenError {
    /// Not exactly [`Token::LEN`] bytes.
    #[error("a token has exactly 354 bytes")]
    Length,
    /// Another token type than 0x0002.
    #[error("the token type is not 0x0002")]
    TokenType,
    /// Not base64url with padding in its one form.
    #[error("a token in a header is base64url with padding")]
    Text,
}

/// A redeemable token (RFC 9577 §2.2, RFC 9578 §6.3).
#[derive(Clone, Eq, PartialEq)]
pub struct Token {
    /// What was signed.
    pub input: TokenInput,
    /// The issuer's signature over [`TokenInput::encode`].
    pub authenticator: [u8; MODULUS_LEN],
}

impl Token {
    /// Length in bytes.
    pub const LEN: usize = TokenInput::LEN + MODULUS_LEN;

    /// The 354 bytes.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let mut bytes = self.input.encode();
        bytes.extend_from_slice(&self.authenticator);
        bytes
    }

    /// Reads a token of exactly 354 bytes.
    ///
    /// # Errors
    /// [`TokenError::Length`], [`TokenError::TokenType`].
    pub fn decode(bytes: &[u8]) -> Result<Self, TokenError> {
        if bytes.len() != Self::LEN {
            return Err(TokenError::Length);
        }
        let mut reader = Reader::new(bytes);
        Self::read(&mut reader).ok_or(TokenError::TokenType)
    }

    /// The token as the header `Authorization` carries it ([spec: pledge §2]): 472 characters of
    /// base64url.
    #[must_use]
    pub fn to_text(&self) -> Zeroizing<String> {
        Zeroizing::new(BASE64URL.encode(&Zeroizing::new(self.encode())))
    }

    /// Reads [`Token::to_text`].
    ///
    /// # Errors
    /// [`TokenError::Text`] if the text is not what an encoder writes; [`TokenError::Length`],
    /// [`TokenError::TokenType`].
    pub fn from_text(text: &str) -> Result<Self, TokenError> {
        let bytes = BASE64URL.decode(text.as_bytes()).map_err(|_| TokenError::Text)?;
        // The decoder also takes padding inside of the text, which is another spelling [OVR-3].
        if BASE64URL.encode(&bytes) != text {
            return Err(TokenError::Text);
        }
        Self::decode(&bytes)
    }

    /// Reads the next 354 bytes; `None` for another type or too few bytes.
    pub(crate) fn read(reader: &mut Reader<'_>) -> Option<Self> {
        if reader.u16().ok()? != TOKEN_TYPE {
            return None;
        }
        let input = TokenInput {
            nonce: Nonce::from(reader.array().ok()?),
            challenge_digest: ChallengeDigest::from(reader.array().ok()?),
            key_id: TokenKeyId::from(reader.array().ok()?),
        };
        Some(Self { input, authenticator: reader.array().ok()? })
    }

    /// Verifies the signature; the caller has checked nonce, challenge and key id.
    ///
    /// # Errors
    /// [`TokenSignatureError`] if the authenticator is not below the modulus, or does not verify
    /// under `key`.
    pub fn verify(&self, key: &TokenKey) -> Result<(), TokenSignatureError> {
        key.verify(&self.input.encode(), &self.authenticator)
    }
}

/// A token is a bearer's right until it is redeemed: its nonce names it, the signature is not
/// shown.
impl std::fmt::Debug for Token {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Token({})", self.input.nonce)
    }
}
