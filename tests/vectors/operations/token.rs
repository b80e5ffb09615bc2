//! Keys, challenges and structures of Privacy Pass ([spec: token §1], [spec: token §2]).

use data_encoding::HEXLOWER;
use headcount_protocol::rsa::{TokenKey, TokenKeyError, TokenSignatureError};
use headcount_protocol::token::{
    Token, TokenChallenge, TokenError, TokenRequest, TokenRequestError,
};
use serde_json::{Value, json};

use super::{Bases, broken};
use crate::vectors::input::{array, bytes, text};

/// `token-key`: an issuer's public key.
pub(crate) fn token_key(_: &Bases, input: &Value) -> Result<Value, Value> {
    let key = TokenKey::from_spki(&bytes(input, "spki")).map_err(|error| {
        broken(match error {
            TokenKeyError::Encoding => "TOK-1",
            TokenKeyError::Modulus => "TOK-2",
            TokenKeyError::Exponent => "TOK-3",
        })
    })?;
    Ok(json!({
        "modulus": HEXLOWER.encode(&key.modulus()),
        "token_key_id": key.id(),
        "truncated_key_id": key.id().truncated(),
    }))
}

/// `challenge`: what a token is for.
pub(crate) fn challenge(_: &Bases, input: &Value) -> Result<Value, Value> {
    let challenge = read_challenge(input);
    Ok(json!({
        "challenge": HEXLOWER.encode(&challenge.encode()),
        "challenge_digest": challenge.digest(),
    }))
}

/// `token-request`: what a client asks an issuer to sign.
pub(crate) fn token_request(_: &Bases, input: &Value) -> Result<Value, Value> {
    let request = TokenRequest::decode(&bytes(input, "bytes")).map_err(malformed)?;
    Ok(json!({
        "truncated_key_id": request.truncated_key_id,
        "blinded_msg": HEXLOWER.encode(&request.blinded_message),
        "request_digest": request.digest(),
    }))
}

/// `token`: a token under a key.
pub(crate) fn token(_: &Bases, input: &Value) -> Result<Value, Value> {
    let token = Token::decode(&bytes(input, "token")).map_err(|error| {
        broken(match error {
            TokenError::Length | TokenError::TokenType => "TOK-6",
            TokenError::Text => "OVR-3",
        })
    })?;
    token.verify(&key(input)).map_err(|error| {
        broken(match error {
            TokenSignatureError::Range => "TOK-7",
            TokenSignatureError::Invalid => "TOK-16",
        })
    })?;
    Ok(json!({
        "nonce": token.input.nonce,
        "challenge_digest": token.input.challenge_digest,
        "token_key_id": token.input.key_id,
    }))
}

pub(super) fn key(input: &Value) -> TokenKey {
    TokenKey::from_spki(&bytes(input, "spki")).expect("a token key")
}

pub(super) fn read_challenge(input: &Value) -> TokenChallenge {
    let (issuer, origin) = (text(input, "issuer_name"), text(input, "origin_info"));
    TokenChallenge::new(issuer, array(input, "campaign_id"), origin)
}

pub(super) fn malformed(error: TokenRequestError) -> Value {
    match error {
        TokenRequestError::Length | TokenRequestError::TokenType => broken("TOK-6"),
    }
}
