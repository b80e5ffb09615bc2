//! Codes and invitations ([spec: attestation §1]).

use data_encoding::HEXLOWER;
use headcount_protocol::code::{self, Code};
use headcount_protocol::codec::Transcript;
use headcount_protocol::identifier::Identifier;
use headcount_protocol::invitation::{InvitationError, InvitationSecret};
use hkdf::hmac::{Hmac, KeyInit as _, Mac as _};
use serde_json::{Value, json};
use sha2::Sha256;

use super::{Bases, broken};
use crate::vectors::input::{array, bytes, campaign_id, number, text};

/// `code-text`: a code as people type it.
pub(crate) fn code_text(_: &Bases, input: &Value) -> Result<Value, Value> {
    let code = code::decode(text(input, "text"), number(input, "length"));
    let code = code.ok_or_else(|| broken("attestation §1.1"))?;
    Ok(json!({ "bytes": HEXLOWER.encode(&code), "text": *code::encode(&code) }))
}

/// `code-digest`: what an attempt keeps of a code.
pub(crate) fn code_digest(_: &Bases, input: &Value) -> Result<Value, Value> {
    let (campaign, bytes) = (campaign_id(input), bytes(input, "code"));
    let transcript = Transcript::new("headcount/v1 code", &campaign).field(&bytes);
    let code = Code::parse(&code::encode(&bytes)).expect("a code of 10 bytes");
    assert_eq!(code.digest(&campaign), transcript.clone().sha256(), "{input}");
    Ok(json!({
        "transcript": HEXLOWER.encode(&transcript.finish()),
        "code_digest": HEXLOWER.encode(&code.digest(&campaign)),
    }))
}

/// `invitation`: the code with a serial number.
pub(crate) fn invitation(_: &Bases, input: &Value) -> Result<Value, Value> {
    let (campaign, issuer) = (campaign_id(input), number(input, "issuer"));
    let serial: u32 = number(input, "serial");
    let transcript = Transcript::new("headcount/v1 invitation", &campaign)
        .field_u16(issuer)
        .field(&serial.to_be_bytes())
        .finish();
    let mac = hmac(&bytes(input, "secret"), &transcript);
    let text = secret(input).code(&campaign, issuer, serial);
    let code = code::decode(&text, 15).expect("a code of 15 bytes");
    assert_eq!(code[..], [&serial.to_be_bytes(), &mac[..11]].concat(), "{input}");
    Ok(json!({
        "transcript": HEXLOWER.encode(&transcript),
        "mac": HEXLOWER.encode(&mac),
        "code": HEXLOWER.encode(&code),
        "text": *text,
        "identifier": Identifier::from_serial(serial).expose(),
    }))
}

/// `invitation-check`: the serial number of a code as people type it.
pub(crate) fn invitation_check(_: &Bases, input: &Value) -> Result<Value, Value> {
    let (campaign, issuer) = (campaign_id(input), number(input, "issuer"));
    let serial = secret(input).verify(&campaign, issuer, text(input, "text"));
    let serial = serial.map_err(|error| {
        broken(match error {
            InvitationError::Form => "ATT-8",
            InvitationError::Mac => "ATT-7",
        })
    })?;
    Ok(json!({ "serial": serial }))
}

fn secret(input: &Value) -> InvitationSecret {
    InvitationSecret::new(array::<32>(input, "secret").into())
}

pub(super) fn hmac(key: &[u8], message: &[u8]) -> [u8; 32] {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes any key length");
    mac.update(message);
    mac.finalize().into_bytes().into()
}
