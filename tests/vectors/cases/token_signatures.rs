//! Tokens under a key ([spec: token §2]).

use blind_rsa_signatures::reexports::hmac_sha256::Hash as Sha256;
use blind_rsa_signatures::reexports::hmac_sha512::sha384::Hash as Sha384;
use blind_rsa_signatures::reexports::rsa::RsaPrivateKey;
use blind_rsa_signatures::reexports::rsa::pkcs8::DecodePrivateKey as _;
use blind_rsa_signatures::reexports::rsa::pss::SigningKey;
use blind_rsa_signatures::reexports::rsa::signature::{
    RandomizedSigner as _, SignatureEncoding as _,
};
use data_encoding::HEXLOWER;
use headcount_protocol::token::{Token, TokenInput};
use serde_json::{Value, json};

use super::token::{
    SMALL_SIGNATURE, USUAL, flip, hex, modulus, number, one, plus_modulus, sign, spki,
};
use crate::campaign::{Keys, SeededRng};
use crate::vectors::operations::token::token;
use crate::vectors::{Case, Group};

/// The cases of `token`.
pub(super) fn group() -> Group {
    let cases = [honest(), malformed(), out_of_range(), forged()].concat();
    Group { operation: "token", section: "token §2", run: token, cases }
}

fn input(token: &[u8]) -> Value {
    json!({ "spki": HEXLOWER.encode(&spki(0)), "token": HEXLOWER.encode(token) })
}

/// The token with another authenticator.
fn with(authenticator: &str) -> Value {
    let token = USUAL.bytes("token");
    let authenticator = HEXLOWER.decode(authenticator.as_bytes()).expect("hex");
    input(&[&token[..TokenInput::LEN], &authenticator].concat())
}

fn honest() -> Vec<Case> {
    let token = Token::decode(&USUAL.bytes("token")).expect("a token");
    let other = TokenInput { key_id: Keys::shared().tokens[1].public_key().id(), ..token.input };
    vec![
        Case::valid("a token", input(&token.encode())),
        Case::valid("a signature that is small", input(&SMALL_SIGNATURE.bytes("token"))),
        Case::valid("the id of another key, signed by this one", input(&sign(0, other).encode()))
            .flags(&["another-key-id"]),
    ]
}

fn malformed() -> Vec<Case> {
    let whole = USUAL.bytes("token");
    let refused = |comment, bytes: &[u8]| Case::invalid(comment, input(bytes), "TOK-6");
    let retyped = |kind: [u8; 2]| [&kind[..], &whole[2..]].concat();
    vec![
        refused("nothing", &[]),
        refused("the token input alone", &whole[..98]),
        refused("a byte too few", &whole[..353]),
        refused("a byte left over", &[&whole[..], &[0]].concat()),
        refused("type 0x0001", &retyped([0, 1])),
        refused("type 0x0000", &retyped([0, 0])),
        refused("type 0x0200", &retyped([2, 0])),
        refused("type 0xda7a", &retyped([0xda, 0x7a])),
        refused(
            "type 0x0001 and a signature above n",
            &[&retyped([0, 1])[..98], &[0xff; 256]].concat(),
        )
        .flags(&["two-faults"]),
    ]
}

fn out_of_range() -> Vec<Case> {
    let token = SMALL_SIGNATURE.bytes("token");
    let sum = plus_modulus(&SMALL_SIGNATURE.bytes("authenticator")).expect("it has 256 bytes");
    let sum = input(&[&token[..TokenInput::LEN], &sum.to_be_bytes()].concat());
    let refused = |comment, input| Case::invalid(comment, input, "TOK-7").flags(&["above-modulus"]);
    vec![
        refused("s + n", sum),
        refused("n", with(&hex(&modulus()))),
        refused("2^2048 − 1", with(&"ff".repeat(256))),
    ]
}

fn forged() -> Vec<Case> {
    let whole = USUAL.bytes("token");
    let message = &whole[..TokenInput::LEN];
    let n = modulus();
    let s = number(&whole[TokenInput::LEN..]);
    let refused = |comment, input| Case::invalid(comment, input, "TOK-16");
    let altered = |comment, at| refused(comment, input(&flip(&whole, at)));
    let salted = |comment, length| {
        let key = SigningKey::<Sha384>::new_with_salt_len(private_key(), length);
        let signature = key.sign_with_rng(&mut SeededRng::new(0), message).to_vec();
        refused(comment, with(&HEXLOWER.encode(&signature))).flags(&["other-parameters"])
    };
    let sha256 = SigningKey::<Sha256>::new_with_salt_len(private_key(), 48);
    let sha256 = sha256.sign_with_rng(&mut SeededRng::new(0), message).to_vec();
    let mut under_other = input(&whole);
    under_other["spki"] = json!(HEXLOWER.encode(&spki(1)));
    let zero = "00".repeat(256);
    vec![
        refused("s is 0", with(&zero)),
        refused("s is 1", with(&hex(&one()))),
        refused("s is n − 1", with(&hex(&n.wrapping_sub(one())))),
        refused("n − s", with(&hex(&n.wrapping_sub(&s)))),
        refused("the encoded message for a signature", with(USUAL.text("encoded"))),
        refused("the blind signature for a signature", with(USUAL.text("response"))),
        refused("the signature of another token", with(SMALL_SIGNATURE.text("authenticator"))),
        altered("the nonce altered", 2),
        altered("the nonce altered at its end", 33),
        altered("the challenge digest altered", 34),
        altered("the key id altered", 66),
        altered("the key id altered at its end", 97),
        altered("the signature altered at its start", 98),
        altered("the signature altered at its end", 353),
        refused("under another key", under_other),
        salted("a salt of 0 bytes", 0),
        salted("a salt of 32 bytes", 32),
        salted("a salt of 47 bytes", 47),
        salted("a salt of 49 bytes", 49),
        refused("with SHA-256", with(&HEXLOWER.encode(&sha256))).flags(&["other-parameters"]),
    ]
}

fn private_key() -> RsaPrivateKey {
    let der = Keys::shared().tokens[0].to_der();
    RsaPrivateKey::from_pkcs8_der(&der).expect("a private key")
}
