//! [spec: token §1], [spec: token §2] and [spec: token §4]: keys and structures.

use blind_rsa_signatures::KeyPairSha384PSSDeterministic;
use headcount_protocol::codec::DecodeError;
use headcount_protocol::issuance::{BlindError, FinishError, PendingToken};
use headcount_protocol::pledge::{Opening, Pledge, PledgeError};
use headcount_protocol::rsa::{
    BlindSignError, BlindSigner, SPKI_LEN, TokenKey, TokenKeyError, TokenSignatureError,
};
use headcount_protocol::secrets::{Blinding, BlindingFactor, Salt};
use headcount_protocol::token::{
    Token, TokenError, TokenInput, TokenRequest, TokenRequestError, TokenResponse,
};
use headcount_tests::campaign::{Keys, SeededRng, issue, seed, small};

/// DER: tag, length, content.
fn der(tag: u8, content: &[u8]) -> Vec<u8> {
    let length = u16::try_from(content.len()).unwrap().to_be_bytes();
    let head = match length {
        [0, short] if short < 128 => vec![tag, short],
        [0, long] => vec![tag, 0x81, long],
        [high, low] => vec![tag, 0x82, high, low],
    };
    [&head[..], content].concat()
}

fn integer(value: &[u8]) -> Vec<u8> {
    let pad: &[u8] = if value[0] < 0x80 { &[] } else { &[0] };
    der(2, &[pad, value].concat())
}

const RSA_PSS: &str = "06092a864886f70d01010a3030a00d300b0609608648016503040202a11a301806092a8648\
                       86f70d010108300b0609608648016503040202a203020130";
const RSA_ENCRYPTION: &str = "06092a864886f70d0101010500";

fn spki(algorithm: &str, n: &[u8], e: &[u8]) -> Vec<u8> {
    let algorithm = data_encoding::HEXLOWER.decode(algorithm.as_bytes()).unwrap();
    let key = der(0x30, &[integer(n), integer(e)].concat());
    let bits = der(3, &[&[0], &key[..]].concat());
    der(0x30, &[der(0x30, &algorithm), bits].concat())
}

const F4: [u8; 3] = [1, 0, 1];

/// [TOK-1, TOK-2, TOK-3]
#[test]
fn a_token_key_has_one_encoding() {
    let key = Keys::shared().tokens[0].public_key();
    let n = key.modulus();
    let bytes = spki(RSA_PSS, &n, &F4);
    assert_eq!((key.spki(), bytes.len()), (&bytes[..], SPKI_LEN));
    assert_eq!(TokenKey::from_spki(&bytes).as_ref(), Ok(&key));

    let (mut half, mut wide) = (n.clone(), n.clone());
    half[0] = 0x7f;
    wide.extend_from_slice(&n[..128]);
    let last = *wide.last().unwrap();
    *wide.last_mut().unwrap() = last | 1;
    let hash = RSA_PSS.replacen("040202", "040201", 1);
    let mut trailing = bytes.clone();
    trailing.push(0);
    for (what, spki) in [
        ("exponent 3", spki(RSA_PSS, &n, &[3])),
        ("2047 bits", spki(RSA_PSS, &half, &F4)),
        ("3072 bits", spki(RSA_PSS, &wide, &F4)),
        ("rsaEncryption", spki(RSA_ENCRYPTION, &n, &F4)),
        ("PSS with SHA-256", spki(&hash, &n, &F4)),
        ("trailing bytes", trailing),
        ("one byte less", bytes[..SPKI_LEN - 1].to_vec()),
        ("nothing", Vec::new()),
    ] {
        assert_eq!(TokenKey::from_spki(&spki), Err(TokenKeyError::Encoding), "{what}");
    }
    let mut even = n.clone();
    even[255] ^= 1;
    let padded = [&[0], &half[..]].concat();
    for (what, bytes, error) in [
        ("exponent 65539", spki(RSA_PSS, &n, &[1, 0, 3]), TokenKeyError::Exponent),
        ("2047 bits, padded", spki(RSA_PSS, &padded, &F4), TokenKeyError::Modulus),
        ("an even modulus", spki(RSA_PSS, &even, &F4), TokenKeyError::Modulus),
    ] {
        assert_eq!(TokenKey::from_spki(&bytes), Err(error), "{what}");
    }
}

#[test]
fn a_private_key_is_of_2048_bits() {
    let signer = &Keys::shared().tokens[0];
    let read = BlindSigner::from_der(&signer.to_der()).unwrap();
    assert_eq!(read.public_key(), signer.public_key());
    assert_eq!(format!("{read:?}"), "BlindSigner(redacted)");
    let large = KeyPairSha384PSSDeterministic::generate(&mut SeededRng::new(3), 2304).unwrap();
    let refused = BlindSigner::from_der(&large.sk.to_der().unwrap()).unwrap_err();
    assert_eq!(refused, TokenKeyError::Modulus);
    let der = signer.to_der();
    for bad in [&der[..der.len() - 1], &[&der[..], &[0]].concat(), b""] {
        assert_eq!(BlindSigner::from_der(bad).unwrap_err(), TokenKeyError::Encoding);
    }
}

/// [TOK-14]
#[test]
fn a_blinded_message_is_below_the_modulus() {
    let signer = &Keys::shared().tokens[0];
    let n: [u8; 256] = signer.public_key().modulus().try_into().unwrap();
    let mut rng = SeededRng::new(1);
    for bad in [n, [0xff; 256]] {
        assert_eq!(signer.blind_sign(&bad, &mut rng), Err(BlindSignError::MessageRange));
    }
    let mut largest = n;
    largest[255] -= 1;
    let once = signer.blind_sign(&largest, &mut rng);
    assert!(once.is_ok());
    assert_eq!(once, signer.blind_sign(&largest, &mut SeededRng::new(9)), "not deterministic");
}

/// [TOK-6]
#[test]
fn structures_have_one_length_and_type() {
    let campaign = small();
    let token = issue(&campaign, 1, 0, 0).pledge.tokens.remove(0);
    let bytes = token.encode();
    assert_eq!(bytes.len(), Token::LEN);
    assert_eq!(Token::decode(&bytes).as_ref(), Ok(&token));
    assert_eq!(bytes[..TokenInput::LEN], token.input.encode());
    let request = TokenRequest { truncated_key_id: 7, blinded_message: [9; 256] };
    let encoded = request.encode();
    assert_eq!(encoded.len(), TokenRequest::LEN);
    assert_eq!(TokenRequest::decode(&encoded), Ok(request));

    for bad in [&[][..], &bytes[..353], &[&bytes[..], &[0]].concat()] {
        assert_eq!(Token::decode(bad), Err(TokenError::Length));
    }
    for bad in [&[][..], &encoded[..258], &[&encoded[..], &[0]].concat()] {
        assert_eq!(TokenRequest::decode(bad), Err(TokenRequestError::Length));
    }
    for other in [[0, 0], [0, 1], [2, 0], [0xda, 0x42]] {
        let retyped = |bytes: &[u8]| [&other[..], &bytes[2..]].concat();
        assert_eq!(Token::decode(&retyped(&bytes)), Err(TokenError::TokenType));
        let request = TokenRequest::decode(&retyped(&encoded));
        assert_eq!(request, Err(TokenRequestError::TokenType));
    }
    assert_eq!(TokenResponse::decode(&[0; 255]), Err(DecodeError::Truncated));
    assert_eq!(TokenResponse::decode(&[0; 257]), Err(DecodeError::TrailingBytes));
    assert_eq!(TokenResponse::decode(&[5; 256]), Ok(TokenResponse([5; 256])));
}

#[test]
fn a_token_is_verified_bit_by_bit() {
    let campaign = small();
    let key = Keys::shared().tokens[0].public_key();
    let token = issue(&campaign, 1, 0, 0).pledge.tokens.remove(0);
    assert_eq!(token.verify(&key), Ok(()));
    let other = Keys::shared().tokens[1].public_key();
    assert!(token.verify(&other).is_err());
    let bytes = token.encode();
    for at in (16..8 * Token::LEN).step_by(37) {
        let mut flipped = bytes.clone();
        flipped[at / 8] ^= 1 << (at % 8);
        let flipped = Token::decode(&flipped).unwrap();
        assert!(flipped.verify(&key).is_err(), "bit {at}");
    }
}

/// [TOK-7]
#[test]
fn a_signature_has_no_second_form() {
    let campaign = small();
    let key = Keys::shared().tokens[0].public_key();
    let n: [u8; 256] = key.modulus().try_into().unwrap();
    // s + n still has 256 bytes for about every second s.
    let sum = |s: &[u8; 256]| {
        let (mut sum, mut carry) = ([0; 256], 0_u16);
        for at in (0..256).rev() {
            let digit = u16::from(s[at]) + u16::from(n[at]) + carry;
            [_, sum[at]] = digit.to_be_bytes();
            carry = digit >> 8;
        }
        (carry == 0).then_some(sum)
    };
    let mut tried = 0;
    for person in 0..24 {
        let mut token = issue(&campaign, person, 0, 0).pledge.tokens.remove(0);
        if let Some(sum) = sum(&token.authenticator) {
            tried += 1;
            token.authenticator = sum;
            assert_eq!(token.verify(&key), Err(TokenSignatureError::Range));
        }
        for bad in [n, [0xff; 256]] {
            token.authenticator = bad;
            assert_eq!(token.verify(&key), Err(TokenSignatureError::Range));
        }
        token.authenticator = [0; 256];
        assert_eq!(token.verify(&key), Err(TokenSignatureError::Invalid));
        if tried == 2 {
            return;
        }
    }
    panic!("no signature was small enough to add the modulus to");
}

/// [TOK-8, TOK-16]
#[test]
fn an_answer_is_verified_before_it_is_a_token() {
    let campaign = small();
    let opening = Opening::derive(&seed(1), &campaign.id, 0, 0);
    let pending = || PendingToken::derive(&seed(1), &campaign, 0, &opening).unwrap();
    let [signer, other] = &Keys::shared().tokens;
    let blinded = pending().request().blinded_message;
    let answer = signer.blind_sign(&blinded, &mut SeededRng::new(1)).unwrap();
    assert!(pending().finish(&TokenResponse(answer)).is_ok());
    let mut flipped = answer;
    flipped[200] ^= 1;
    let n: [u8; 256] = signer.public_key().modulus().try_into().unwrap();
    let mut wrong = vec![flipped, n, [0; 256], [0xff; 256]];
    wrong.extend(other.blind_sign(&blinded, &mut SeededRng::new(1)).ok());
    for answer in wrong {
        assert_eq!(pending().finish(&TokenResponse(answer)), Err(FinishError));
    }
}

/// [TOK-13]
#[test]
fn a_factor_outside_of_the_modulus_is_refused() {
    let key = Keys::shared().tokens[0].public_key();
    let input = small().token_input(0, [7; 32].into());
    let request = |factor: [u8; 256]| {
        let blinding = Blinding { salt: Salt::from([1; 48]), factor: BlindingFactor::from(factor) };
        PendingToken::new(&key, input, &blinding).map(|pending| pending.request().clone())
    };
    let mut one = [0; 256];
    one[255] = 1;
    assert!(request(one).is_ok());
    let n = key.modulus().try_into().unwrap();
    for bad in [[0; 256], n, [0xff; 256]] {
        assert_eq!(request(bad).err(), Some(BlindError));
    }
}

/// [TOK-8]
#[test]
fn the_key_is_that_of_the_manifest() {
    let campaign = small();
    let opening = Opening::derive(&seed(1), &campaign.id, 0, 0);
    let other = &Keys::shared().tokens[1];
    let due = campaign.token_input(0, opening.nonce(&campaign.id));
    let named = TokenInput { key_id: other.public_key().id(), ..due };
    for (input, refused) in [(named, PledgeError::KeyId(0)), (due, PledgeError::Signature(0))] {
        // Genuine, of another key, which it names or hides.
        let key = other.public_key();
        let blinding = seed(1).blinding(&campaign.id, 0, &input, &key);
        let pending = PendingToken::new(&key, input, &blinding).unwrap();
        let blinded = pending.request().blinded_message;
        let answer = other.blind_sign(&blinded, &mut SeededRng::new(1)).unwrap();
        let token = pending.finish(&TokenResponse(answer)).unwrap();
        assert_eq!(token.verify(&key), Ok(()));
        let pledge = Pledge { opening, tokens: vec![token] };
        assert_eq!(pledge.verify(&campaign), Err(refused));
    }
}

/// [TOK-15]
#[test]
fn a_signature_that_came_out_wrong_is_not_given_out() {
    // Well formed, but its factors 2^1024 - 107 and 2^1024 - 109 are no primes: it computes as
    // wrongly as a sound key does on a machine that fails.
    let pem = include_str!("composite.pem");
    let body: String = pem.lines().filter(|line| !line.starts_with("-----")).collect();
    let der = data_encoding::BASE64.decode(body.as_bytes()).unwrap();
    let signer = BlindSigner::from_der(&der).unwrap();
    let mut blinded = [0; 256];
    blinded[255] = 7;
    let signed = signer.blind_sign(&blinded, &mut SeededRng::new(1));
    assert_eq!(signed, Err(BlindSignError::Fault));
}

#[test]
fn keys_are_told_apart_by_their_bytes() {
    let keys = Keys::shared().tokens.each_ref().map(BlindSigner::public_key);
    assert_eq!(keys[0], keys[0].clone());
    assert_ne!(keys[0], keys[1]);
}
