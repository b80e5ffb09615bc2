//! Openings and pledges ([spec: pledge §1] to [spec: pledge §3]).

use data_encoding::HEXLOWER;
use headcount_protocol::campaign::Campaign;
use headcount_protocol::codec::{DecodeError, Transcript};
use headcount_protocol::ed25519::SignatureError;
use headcount_protocol::pledge::{Opening, Pledge, PledgeError};
use headcount_protocol::token::{Token, TokenError};
use headcount_protocol::withdrawal::Withdrawal;
use serde_json::{Value, json};

use super::{Bases, broken};
use crate::vectors::input::{bytes, campaign_id, manifest, text};

/// `nonce`: what the tokens of a pledge carry.
pub(crate) fn nonce(_: &Bases, input: &Value) -> Result<Value, Value> {
    let opening = Opening::decode(&bytes(input, "opening")).map_err(|error| match error {
        DecodeError::Truncated | DecodeError::TrailingBytes | DecodeError::OutOfRange(_) => {
            broken("OVR-1")
        }
    })?;
    let campaign = campaign_id(input);
    let transcript = Transcript::new("headcount/v1 pledge nonce", &campaign)
        .field_u16(opening.class)
        .field(opening.public_key.as_bytes())
        .field_u16(opening.region);
    let nonce = opening.nonce(&campaign);
    assert_eq!(*nonce.as_bytes(), transcript.clone().sha256(), "{input}");
    Ok(json!({
        "class": opening.class,
        "region": opening.region,
        "public_key": opening.public_key,
        "transcript": HEXLOWER.encode(&transcript.finish()),
        "nonce": nonce,
    }))
}

/// `pledge-bytes`: the structure alone.
pub(crate) fn pledge_bytes(_: &Bases, input: &Value) -> Result<Value, Value> {
    let pledge = Pledge::decode(&bytes(input, "pledge")).map_err(refused)?;
    let tokens = pledge.tokens.iter().map(|token| HEXLOWER.encode(&token.encode()));
    Ok(json!({
        "class": pledge.opening.class,
        "region": pledge.opening.region,
        "tokens": tokens.collect::<Vec<_>>(),
    }))
}

/// `redemption`: a pledge out of header and body.
pub(crate) fn redemption(_: &Bases, input: &Value) -> Result<Value, Value> {
    let token = Token::from_text(text(input, "token")).map_err(|error| {
        broken(match error {
            TokenError::Text => "OVR-3",
            TokenError::Length | TokenError::TokenType => "PLG-2",
        })
    })?;
    let pledge = Pledge::from_redemption(token, &bytes(input, "body")).map_err(refused)?;
    Ok(json!({ "pledge": HEXLOWER.encode(&pledge.encode()) }))
}

/// `pledge`: every rule, in order.
pub(crate) fn pledge(bases: &Bases, input: &Value) -> Result<Value, Value> {
    let campaign = Campaign::parse(&manifest(bases, input)).expect("a manifest");
    let pledge = Pledge::decode(&bytes(input, "pledge")).map_err(refused)?;
    pledge.verify(&campaign).map_err(refused)?;
    Ok(json!({ "nonce": pledge.nonce(&campaign.id) }))
}

/// `withdrawal`: the signature under the key of its own opening.
pub(crate) fn withdrawal(_: &Bases, input: &Value) -> Result<Value, Value> {
    let withdrawal = Withdrawal::decode(&bytes(input, "withdrawal"));
    let withdrawal = withdrawal.map_err(|error| match error {
        DecodeError::Truncated | DecodeError::TrailingBytes | DecodeError::OutOfRange(_) => {
            broken("OVR-1")
        }
    })?;
    let campaign = campaign_id(input);
    withdrawal.verify(&campaign).map_err(|error| match error {
        SignatureError::Key(_)
        | SignatureError::SmallOrder
        | SignatureError::Range
        | SignatureError::Equation => broken("PLG-19"),
    })?;
    let nonce = withdrawal.nonce(&campaign);
    let transcript =
        Transcript::new("headcount/v1 withdrawal", &campaign).field(nonce.as_bytes()).finish();
    Ok(json!({ "nonce": nonce, "transcript": HEXLOWER.encode(&transcript) }))
}

fn refused(error: PledgeError) -> Value {
    broken(match error {
        PledgeError::Encoding(_) | PledgeError::TokenType => "PLG-2",
        PledgeError::UnknownClass(_) => "PLG-7",
        PledgeError::UnknownRegion(_) => "PLG-8",
        PledgeError::PublicKey(_) => "PLG-9",
        PledgeError::TokenCount { .. } => "PLG-10",
        PledgeError::Nonce(_) => "PLG-11",
        PledgeError::Challenge(_) => "PLG-12",
        PledgeError::KeyId(_) => "PLG-13",
        PledgeError::Signature(_) => "PLG-14",
    })
}
