//! From a seed to a token ([spec: token §3], [spec: token §4]).

use blind_rsa_signatures::SecretKeySha384PSSDeterministic;
use blind_rsa_signatures::reexports::crypto_bigint::BoxedUint;
use blind_rsa_signatures::reexports::rsa::hazmat::rsa_encrypt;
use blind_rsa_signatures::reexports::rsa::{RsaPrivateKey, RsaPublicKey};
use data_encoding::HEXLOWER;
use headcount_protocol::codec::Transcript;
use headcount_protocol::issuance::{BlindError, FinishError, PendingToken};
use headcount_protocol::pledge::Opening;
use headcount_protocol::rsa::{BlindSignError, BlindSigner};
use headcount_protocol::secrets::{Blinding, BlindingFactor, Salt, Seed};
use headcount_protocol::token::{Nonce, Token, TokenInput, TokenRequest, TokenResponse};
use hkdf::Hkdf;
use serde_json::{Value, json};
use sha2::Sha512;

use super::token::{key, malformed, read_challenge};
use super::{Bases, broken};
use crate::campaign::SeededRng;
use crate::vectors::input::{array, bytes, campaign_id, number};

/// Bits of a prime, and of the modulus.
const PRIME: u32 = 1024;
const MODULUS: u32 = 2 * PRIME;

/// `issuance`: everything between a seed and a token.
pub(crate) fn issuance(_: &Bases, input: &Value) -> Result<Value, Value> {
    let (campaign, issuer) = (campaign_id(input), number(input, "issuer"));
    let (class, region) = (number(input, "class"), number(input, "region"));
    let (seed, signer) = (Seed::from(array(input, "seed")), signer(input));
    let key = signer.public_key();
    let opening = Opening::derive(&seed, &campaign, class, region);
    let token_input = TokenInput {
        nonce: opening.nonce(&campaign),
        challenge_digest: read_challenge(input).digest(),
        key_id: key.id(),
    };
    let blinding = seed.blinding(&campaign, issuer, &token_input, &key);
    let pending = PendingToken::new(&key, token_input, &blinding).expect("an honest key");
    let request = pending.request().clone();
    let response = sign(&signer, &request).expect("an honest request");
    let token = pending.finish(&response).expect("an honest response");
    Ok(json!({
        "spki": HEXLOWER.encode(key.spki()),
        "pledge_key": HEXLOWER.encode(seed.pledge_key(&campaign, class).expose()),
        "public_key": opening.public_key,
        "nonce": token_input.nonce,
        "token_input": HEXLOWER.encode(&token_input.encode()),
        "salt": HEXLOWER.encode(blinding.salt.expose()),
        "attempt": attempt(input, &token_input, &blinding.factor),
        "r": HEXLOWER.encode(blinding.factor.expose()),
        "encoded": HEXLOWER.encode(&encoded(&signer, &token)),
        "request": HEXLOWER.encode(&request.encode()),
        "request_digest": request.digest(),
        "response": HEXLOWER.encode(&response.0),
        "authenticator": HEXLOWER.encode(&token.authenticator),
        "token": HEXLOWER.encode(&token.encode()),
    }))
}

/// `blind-sign`: an issuer's answer.
pub(crate) fn blind_sign(_: &Bases, input: &Value) -> Result<Value, Value> {
    let request = TokenRequest::decode(&bytes(input, "request")).map_err(malformed)?;
    let response = sign(&signer(input), &request).map_err(|error| {
        broken(match error {
            BlindSignError::MessageRange => "TOK-14",
            BlindSignError::Fault => "TOK-15",
        })
    })?;
    Ok(json!({ "response": HEXLOWER.encode(&response.0) }))
}

/// `blinding-factor`: a factor that a client may blind with.
pub(crate) fn blinding_factor(_: &Bases, input: &Value) -> Result<Value, Value> {
    let key = key(input);
    let nonce = Nonce::from([0; 32]);
    let any = TokenInput { nonce, challenge_digest: [0; 32].into(), key_id: key.id() };
    let pending = PendingToken::new(&key, any, &blinding(input));
    pending.map_err(|BlindError| broken("TOK-13"))?;
    Ok(json!({ "r": HEXLOWER.encode(blinding(input).factor.expose()) }))
}

/// `finish`: what a client makes of the issuer's answer.
pub(crate) fn finish(_: &Bases, input: &Value) -> Result<Value, Value> {
    // A token input is the start of a token.
    let token = [bytes(input, "token_input"), vec![0; 256]].concat();
    let token_input = Token::decode(&token).expect("a token input").input;
    let pending = PendingToken::new(&key(input), token_input, &blinding(input)).expect("a factor");
    let token = pending.finish(&TokenResponse(array(input, "response")));
    let token = token.map_err(|FinishError| broken("TOK-16"))?;
    Ok(json!({ "token": HEXLOWER.encode(&token.encode()) }))
}

/// The issuer's key of these primes.
fn signer(input: &Value) -> BlindSigner {
    let [p, q] = ["p", "q"].map(|name| {
        BoxedUint::from_be_slice(&bytes(input, name), PRIME).expect("a prime of 1024 bits")
    });
    let key = RsaPrivateKey::from_p_q(p, q, BoxedUint::from(65_537_u32)).expect("two primes");
    let der = SecretKeySha384PSSDeterministic::new(key).to_der().expect("a key can be encoded");
    BlindSigner::from_der(&der).expect("a key of 2048 bits")
}

fn sign(signer: &BlindSigner, request: &TokenRequest) -> Result<TokenResponse, BlindSignError> {
    signer.blind_sign(&request.blinded_message, &mut SeededRng::new(0)).map(TokenResponse)
}

/// The factor of an input, and a salt that neither unblinding nor verification asks for.
fn blinding(input: &Value) -> Blinding {
    let factor = BlindingFactor::from(array(input, "r"));
    Blinding { salt: Salt::from([0; Salt::LEN]), factor }
}

/// The number `j` of the first `r_j` in range, which `factor` is.
fn attempt(input: &Value, token_input: &TokenInput, factor: &BlindingFactor) -> u16 {
    let hkdf = Hkdf::<Sha512>::new(Some(b"headcount/v1 seed"), &bytes(input, "seed"));
    let candidate = |attempt: &u16| {
        let info = Transcript::new("headcount/v1 blinding factor", &campaign_id(input))
            .field_u16(number(input, "issuer"))
            .field(&token_input.encode())
            .field_u16(*attempt)
            .finish();
        let mut candidate = [0; 256];
        hkdf.expand(&info, &mut candidate).expect("256 bytes are not too many");
        candidate == *factor.expose()
    };
    (0..100).find(candidate).expect("each attempt succeeds with a chance over one half")
}

/// `m`, of which the authenticator is the RSA signature.
fn encoded(signer: &BlindSigner, token: &Token) -> Vec<u8> {
    let modulus = BoxedUint::from_be_slice(&signer.public_key().modulus(), MODULUS);
    let exponent = BoxedUint::from(65_537_u32);
    let key = RsaPublicKey::new(modulus.expect("2048 bits"), exponent).expect("a public key");
    let signature = BoxedUint::from_be_slice(&token.authenticator, MODULUS).expect("2048 bits");
    let encoded = rsa_encrypt(&key, &signature).expect("below the modulus");
    encoded.to_be_bytes().to_vec()
}
