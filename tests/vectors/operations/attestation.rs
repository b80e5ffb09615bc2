//! Commitments to tags, and attestations ([spec: attestation §2], [spec: attestation §3]).

use data_encoding::{BASE64URL_NOPAD, HEXLOWER};
use headcount_protocol::attestation::{
    Attestation, AttestationError, Commitment, CommitmentSecret, Vouching,
};
use headcount_protocol::codec::{Transcript, Writer};
use headcount_protocol::ed25519::{PublicKey, SecretSeed};
use headcount_protocol::tag::Tag;
use headcount_protocol::token::{RequestDigest, TokenRequest};
use serde_json::{Value, json};

use super::attestation_codes::hmac;
use super::{Bases, broken};
use crate::vectors::input::{array, bytes, campaign_id, number, text};

/// `commitment`: what stands for a tag in the public log, and what opens it.
pub(crate) fn commitment(_: &Bases, input: &Value) -> Result<Value, Value> {
    let (campaign, issuer) = (campaign_id(input), number(input, "issuer"));
    // Only an attestation shows them: one for any request and by any attester has these.
    let seed = SecretSeed::from([0; 32]);
    let digest = RequestDigest::from([0; 32]);
    let attestation = sign(input, digest, &seed);
    let r = opening(&attestation.to_text());
    let (_, vouching) = attestation
        .verify(&campaign, issuer, &digest, &seed.public_key())
        .expect("an honest attestation");

    let opening_transcript = Transcript::new("headcount/v1 commitment opening", &campaign)
        .field_u16(issuer)
        .field(&bytes(input, "tag"))
        .finish();
    assert_eq!(hmac(&bytes(input, "secret"), &opening_transcript)[..], r, "{input}");
    let transcript = Transcript::new("headcount/v1 commitment", &campaign)
        .field_u16(issuer)
        .field(&bytes(input, "tag"))
        .field(&r);
    assert_eq!(Commitment::from(transcript.clone().sha256()), vouching.commitment, "{input}");
    Ok(json!({
        "opening_transcript": HEXLOWER.encode(&opening_transcript),
        "r": HEXLOWER.encode(&r),
        "commitment_transcript": HEXLOWER.encode(&transcript.finish()),
        "commitment": vouching.commitment,
    }))
}

/// `attest`: the attester's word for one request.
pub(crate) fn attest(bases: &Bases, input: &Value) -> Result<Value, Value> {
    let commitment = commitment(bases, input)?["commitment"].clone();
    let commitment: Commitment = serde_json::from_value(commitment).expect("a commitment");
    let digest = RequestDigest::from(array::<32>(input, "request_digest"));
    let transcript = Transcript::new("headcount/v1 attestation", &campaign_id(input))
        .field_u16(number(input, "issuer"))
        .field(digest.as_bytes())
        .field(commitment.as_bytes())
        .finish();
    let seed = SecretSeed::from(array::<32>(input, "attester_seed"));
    let text = sign(input, digest, &seed).to_text();
    let attestation = BASE64URL_NOPAD.decode(text.as_bytes()).expect("base64url");
    let signature = &attestation[98..];
    assert_eq!(seed.sign(&transcript).as_bytes()[..], *signature, "{input}");
    Ok(json!({
        "transcript": HEXLOWER.encode(&transcript),
        "signature": HEXLOWER.encode(signature),
        "attestation": HEXLOWER.encode(&attestation),
        "text": *text,
    }))
}

/// `attestation`: what an issuer checks.
pub(crate) fn attestation(_: &Bases, input: &Value) -> Result<Value, Value> {
    let refused = |error| {
        broken(match error {
            AttestationError::Encoding => "ATT-11",
            AttestationError::Issuer | AttestationError::RequestDigest => "ATT-12",
            AttestationError::Signature => "ATT-13",
        })
    };
    let request = TokenRequest::decode(&bytes(input, "request")).expect("a token request");
    let text = text(input, "text");
    let attestation = Attestation::from_text(text).map_err(refused)?;
    let key = PublicKey::from(array::<32>(input, "attester_key"));
    let (campaign, issuer) = (campaign_id(input), number(input, "issuer"));
    let opened = attestation.verify(&campaign, issuer, &request.digest(), &key);
    let (tag, vouching) = opened.map_err(refused)?;
    Ok(json!({
        "tag": HEXLOWER.encode(tag.expose()),
        "r": HEXLOWER.encode(&opening(text)),
        "commitment": vouching.commitment,
        "vouching": HEXLOWER.encode(&encode(&vouching)),
    }))
}

fn sign(input: &Value, digest: RequestDigest, seed: &SecretSeed) -> Attestation {
    let tag = Tag::from(array::<32>(input, "tag"));
    let secret = CommitmentSecret::from(array::<32>(input, "secret"));
    Attestation::sign(&campaign_id(input), number(input, "issuer"), digest, tag, &secret, seed)
}

/// `r` of an attestation: 32 bytes behind issuer, digest and tag.
fn opening(text: &str) -> Vec<u8> {
    let bytes = BASE64URL_NOPAD.decode(text.as_bytes()).expect("base64url");
    bytes[66..98].to_vec()
}

fn encode(vouching: &Vouching) -> Vec<u8> {
    Writer::new()
        .u16(vouching.issuer)
        .bytes(vouching.request_digest.as_bytes())
        .bytes(vouching.commitment.as_bytes())
        .bytes(vouching.signature.as_bytes())
        .finish()
}
