//! The operations of `overview.json`.

use data_encoding::HEXLOWER;
use headcount_protocol::bytes::{Base64Error, HexError, from_base64url, from_hex};
use headcount_protocol::codec::Transcript;
use headcount_protocol::ed25519::{KeyError, PublicKey, SecretSeed, Signature, SignatureError};
use serde_json::{Value, json};

use super::{Bases, broken};
use crate::vectors::input::{array, bytes, campaign_id, list, number, text};

/// `hex`
///
/// # Errors
/// The rule that is broken.
///
/// # Panics
/// If no value has that length.
#[expect(clippy::panic, reason = "a fault of the case")]
pub fn hex(_: &Bases, input: &Value) -> Result<Value, Value> {
    let text = text(input, "text");
    let bytes = match number(input, "length") {
        2 => from_hex::<2>(text).map(|bytes| bytes.to_vec()),
        32 => from_hex::<32>(text).map(|bytes| bytes.to_vec()),
        64 => from_hex::<64>(text).map(|bytes| bytes.to_vec()),
        other => panic!("no value has {other} bytes"),
    };
    let bytes = bytes.map_err(|HexError { .. }| broken("OVR-2"))?;
    Ok(json!({ "bytes": HEXLOWER.encode(&bytes) }))
}

/// `base64url`
///
/// # Errors
/// The rule that is broken.
pub fn base64url(_: &Bases, input: &Value) -> Result<Value, Value> {
    let bytes = from_base64url(text(input, "text")).map_err(|Base64Error| broken("OVR-3"))?;
    Ok(json!({ "bytes": HEXLOWER.encode(&bytes) }))
}

/// `transcript`
///
/// # Errors
/// None.
pub fn transcript(_: &Bases, input: &Value) -> Result<Value, Value> {
    let start = Transcript::new(text(input, "label"), &campaign_id(input));
    let fields = list(input, "fields");
    let transcript = fields.iter().fold(start, |transcript, field| transcript.field(field));
    let hash = transcript.clone().sha256();
    let transcript = HEXLOWER.encode(&transcript.finish());
    Ok(json!({ "transcript": transcript, "sha256": HEXLOWER.encode(&hash) }))
}

/// `ed25519-key`
///
/// # Errors
/// The rule that is broken.
pub fn ed25519_key(_: &Bases, input: &Value) -> Result<Value, Value> {
    let key = PublicKey::parse(array(input, "public_key"));
    let key = key.map_err(|error| broken(key_rule(error)))?;
    Ok(json!({ "public_key": key }))
}

/// `ed25519-sign`
///
/// # Errors
/// None.
pub fn ed25519_sign(_: &Bases, input: &Value) -> Result<Value, Value> {
    let seed = SecretSeed::from(array(input, "seed"));
    let signature = seed.sign(&bytes(input, "message"));
    Ok(json!({ "public_key": seed.public_key(), "signature": signature }))
}

/// `ed25519-verify`
///
/// # Errors
/// The rule that is broken.
pub fn ed25519_verify(_: &Bases, input: &Value) -> Result<Value, Value> {
    let key = PublicKey::from(array(input, "public_key"));
    let signature = Signature::from(array(input, "signature"));
    let verified = key.verify(&bytes(input, "message"), &signature);
    verified.map_err(|error| broken(signature_rule(error)))?;
    Ok(json!({ "accepted": true }))
}

/// The rule that a key breaks.
const fn key_rule(error: KeyError) -> &'static str {
    match error {
        KeyError::NotCanonical => "OVR-5",
        KeyError::SmallOrder => "OVR-6",
    }
}

/// The rule that a signature breaks.
const fn signature_rule(error: SignatureError) -> &'static str {
    match error {
        SignatureError::Key(error) => key_rule(error),
        SignatureError::SmallOrder => "OVR-6",
        SignatureError::Range => "OVR-7",
        SignatureError::Equation => "OVR-8",
    }
}
