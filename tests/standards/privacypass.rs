//! Tokens against RFC 9578, challenges against RFC 9577, the blind signature against RFC 9474.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use blind_rsa_signatures::{
    BlindMessage, BlindSignature, BlindingResult, PublicKeySha384PSSDeterministic, Secret,
    SecretKeySha384PSSDeterministic, Signature,
};
use data_encoding::{BASE64, BASE64URL, HEXLOWER};
use headcount_protocol::issuance::PendingToken;
use headcount_protocol::rsa::{BlindSigner, TokenKey, TokenKeyError};
use headcount_protocol::secrets::{Blinding, BlindingFactor, Salt};
use headcount_protocol::token::{Token, TokenChallenge, TokenInput, TokenRequest, TokenResponse};
use headcount_tests::campaign::SeededRng;
use headcount_tests::standards_vectors;
use serde_json::Value;
use sha2::{Digest as _, Sha256};

fn bytes(value: &Value, key: &str) -> Vec<u8> {
    let text = value[key].as_str().unwrap_or_else(|| panic!("{key} is text"));
    let text = text.strip_prefix("0x").unwrap_or(text);
    HEXLOWER.decode(text.as_bytes()).unwrap()
}

fn array<const N: usize>(value: &Value, key: &str) -> [u8; N] {
    bytes(value, key).try_into().unwrap()
}

/// PKCS #8 DER from PEM.
fn from_pem(pem: &[u8]) -> Vec<u8> {
    let text = str::from_utf8(pem).unwrap();
    let body: String = text.lines().filter(|line| !line.starts_with("-----")).collect();
    BASE64.decode(body.as_bytes()).unwrap()
}

/// Issuer name, redemption context and origin of an encoded challenge.
fn parts(challenge: &[u8]) -> (String, Vec<u8>, String) {
    let mut reader = headcount_protocol::codec::Reader::new(challenge);
    assert_eq!(reader.u16().unwrap(), 2);
    let issuer = String::from_utf8(reader.vec16().unwrap().to_vec()).unwrap();
    let length = reader.u8().unwrap();
    let context = reader.take(usize::from(length)).unwrap().to_vec();
    let origin = String::from_utf8(reader.vec16().unwrap().to_vec()).unwrap();
    reader.finish().unwrap();
    (issuer, context, origin)
}

/// Our challenge of the same parts, where ours can have them.
fn rebuilt(challenge: &[u8]) -> Option<TokenChallenge> {
    let (issuer, context, origin) = parts(challenge);
    Some(TokenChallenge::new(&issuer, context.try_into().ok()?, &origin))
}

#[test]
fn rfc9578_issuance() {
    let Some(cases) = standards_vectors("privacypass/rfc9578-type2-blind-rsa.json") else { return };
    let (mut issued, mut challenges) = (0, 0);
    for case in cases.as_array().unwrap() {
        issued += 1;
        let signer = BlindSigner::from_der(&from_pem(&bytes(case, "skS"))).unwrap();
        let key = TokenKey::from_spki(&bytes(case, "pkS")).unwrap();
        assert_eq!(signer.public_key(), key);
        assert_eq!(key.id().as_bytes()[..], Sha256::digest(key.spki())[..]);

        let encoded = bytes(case, "token_challenge");
        let digest = <[u8; 32]>::from(Sha256::digest(&encoded)).into();
        if let Some(challenge) = rebuilt(&encoded) {
            challenges += 1;
            assert_eq!(challenge.encode(), encoded);
            assert_eq!(challenge.digest(), digest);
        }
        let nonce = array(case, "nonce").into();
        let input = TokenInput { nonce, challenge_digest: digest, key_id: key.id() };
        let blinding = Blinding {
            salt: Salt::from(array(case, "salt")),
            factor: BlindingFactor::from(array(case, "blind")),
        };
        let pending = PendingToken::new(&key, input, &blinding).unwrap();
        assert_eq!(pending.request().encode(), bytes(case, "token_request"));
        let request = TokenRequest::decode(&bytes(case, "token_request")).unwrap();
        assert_eq!(&request, pending.request());

        let answer = signer.blind_sign(&request.blinded_message, &mut SeededRng::new(1)).unwrap();
        assert_eq!(answer[..], bytes(case, "token_response"));
        let token = pending.finish(&TokenResponse::decode(&answer).unwrap()).unwrap();
        assert_eq!(token.encode(), bytes(case, "token"));
        assert_eq!(Token::decode(&bytes(case, "token")).unwrap().verify(&key), Ok(()));
    }
    assert_eq!(issued, 5);
    assert!(challenges > 0, "no vector has a context of 32 bytes");
}

#[test]
fn rfc9577_headers() {
    let Some(cases) = standards_vectors("privacypass/rfc9577-headers.json") else { return };
    let mut challenges = 0;
    for case in cases.as_array().unwrap() {
        let header = case["WWW-Authenticate"].as_str().unwrap();
        for at in 0.. {
            let kind = &case[format!("token-type-{at}")];
            if kind.is_null() {
                break;
            }
            if kind != "0x0002" {
                continue;
            }
            let encoded = bytes(case, &format!("token-challenge-{at}"));
            let spki = bytes(case, &format!("token-key-{at}"));
            TokenKey::from_spki(&spki).unwrap();
            // A context of 32 bytes is the only one we make.
            let Some(challenge) = rebuilt(&encoded) else { continue };
            challenges += 1;
            assert_eq!(challenge.encode(), encoded);
            for value in [&encoded, &spki] {
                assert!(header.contains(&format!("\"{}\"", BASE64URL.encode(value))));
            }
        }
    }
    assert!(challenges > 0, "no vector has a context of 32 bytes");
}

fn der(tag: u8, parts: &[&[u8]]) -> Vec<u8> {
    let content = parts.concat();
    let length = u16::try_from(content.len()).unwrap().to_be_bytes();
    let head = match length {
        [0, short] if short < 128 => vec![tag, short],
        [0, long] => vec![tag, 0x81, long],
        [high, low] => vec![tag, 0x82, high, low],
    };
    [head, content].concat()
}

/// A DER integer without sign.
fn integer(value: &[u8]) -> Vec<u8> {
    let start = value.iter().position(|&byte| byte != 0).unwrap();
    let pad: &[u8] = if value[start] < 0x80 { &[] } else { &[0] };
    der(2, &[pad, &value[start..]])
}

#[test]
fn rfc9474_pss_deterministic() {
    let Some(cases) = standards_vectors("blindrsa/rfc9474.json") else { return };
    let cases = cases.as_array().unwrap();
    let case = cases.iter().find(|it| it["name"] == "RSABSSA-SHA384-PSS-Deterministic").unwrap();
    let [n, e, d, p, q] = ["n", "e", "d", "p", "q"].map(|key| integer(&bytes(case, key)));
    let algorithm = HEXLOWER.decode(b"300d06092a864886f70d0101010500").unwrap();

    let bits = der(3, &[&[0], &der(0x30, &[&n, &e])]);
    let public = der(0x30, &[&algorithm, &bits]);
    let public = PublicKeySha384PSSDeterministic::from_der(&public).unwrap();
    // The exponents for the CRT follow from the others; the library computes them itself.
    let zero = der(2, &[&[0]]);
    let one = der(2, &[&[1]]);
    let numbers = der(0x30, &[&zero, &n, &e, &d, &p, &q, &one, &one, &one]);
    let private = der(0x30, &[&zero, &algorithm, &der(4, &[&numbers])]);
    let private_key = SecretKeySha384PSSDeterministic::from_der(&private).unwrap();

    let (message, signature) = (bytes(case, "input_msg"), Signature(bytes(case, "sig")));
    assert_eq!(bytes(case, "msg"), message, "the deterministic variant adds nothing");
    public.verify(&signature, None, &message).unwrap();

    let blinded = BlindMessage(bytes(case, "blinded_msg"));
    let answer = BlindSignature(bytes(case, "blind_sig"));
    let signed = private_key.blind_sign_with_rng(&mut SeededRng::new(1), &blinded).unwrap();
    assert_eq!(signed, answer);
    let blinding = BlindingResult {
        blind_message: blinded,
        secret: Secret(bytes(case, "inv")),
        msg_randomizer: None,
    };
    assert_eq!(public.finalize(&answer, &blinding, &message).unwrap(), signature);

    // These keys have 4096 bits; RFC 9578 and the manifest want 2048.
    assert_eq!(TokenKey::from_spki(&public.to_spki().unwrap()), Err(TokenKeyError::Encoding));
    assert_eq!(BlindSigner::from_der(&private).unwrap_err(), TokenKeyError::Modulus);
}
