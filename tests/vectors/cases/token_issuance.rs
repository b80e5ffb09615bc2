//! From a seed to a token, and each step alone ([spec: token §3], [spec: token §4]).

use blind_rsa_signatures::reexports::crypto_bigint::BoxedUint;
use data_encoding::HEXLOWER;
use serde_json::{Value, json};

use super::token::{
    Issued, RETRIED, SMALL_RESPONSE, USUAL, flip, hex, issuance_input, modulus, number, one,
    plus_modulus, primes, spki,
};
use crate::vectors::operations::token_issuance::{blind_sign, blinding_factor, finish, issuance};
use crate::vectors::{Case, Group};

/// The cases of `issuance`.
pub(super) fn issuances() -> Group {
    let with = |member: &str, value: Value| {
        let mut input = issuance_input(USUAL.seed, 0, 0);
        input[member] = value;
        input
    };
    let cases = vec![
        Case::valid("an issuance", issuance_input(USUAL.seed, 0, 0)),
        Case::valid("another region: another nonce, salt and factor", with("region", json!(1))),
        Case::valid("the last region", with("region", json!(65_535))),
        Case::valid("another class: another pledge key", with("class", json!(1))),
        Case::valid("another issuer's key and index", issuance_input(USUAL.seed, 1, 0)),
        Case::valid("another index of the same issuer: another factor", with("issuer", json!(1))),
        Case::valid("another campaign", with("campaign_id", json!("cb".repeat(32)))),
        Case::valid("another counter: the same nonce", with("origin_info", json!("b.example"))),
        Case::valid(
            "another issuer's name: the same nonce",
            with("issuer_name", json!("b.example")),
        ),
        Case::valid("the first factor is not below n", issuance_input(RETRIED.seed, 0, 0))
            .flags(&["second-factor"]),
    ];
    Group { operation: "issuance", section: "token §4", run: issuance, cases }
}

/// The cases of `blind-sign`.
pub(super) fn blind_signs() -> Group {
    let whole = USUAL.bytes("request");
    let input = |request: &[u8]| {
        let [p, q] = primes(0);
        json!({ "p": p, "q": q, "request": HEXLOWER.encode(request) })
    };
    let of = |message: &BoxedUint| input(&[&whole[..3], &message.to_be_bytes()].concat());
    let n = modulus();
    let cases = vec![
        Case::valid("a request", input(&whole)),
        Case::valid("a request after a second factor", input(&RETRIED.bytes("request"))),
        Case::valid("the message 0", of(&BoxedUint::zero_with_precision(2048))),
        Case::valid("the message 1", of(&one())),
        Case::valid("the message 2", of(&one().wrapping_add(one()))),
        Case::valid("the message n − 1", of(&n.wrapping_sub(one()))),
        Case::invalid("the message n", of(&n), "TOK-14"),
        Case::invalid("the message n + 1", of(&n.wrapping_add(one())), "TOK-14"),
        Case::invalid(
            "the message 2^2048 − 1",
            input(&[&whole[..3], &[0xff; 256]].concat()),
            "TOK-14",
        ),
        Case::invalid("a byte too few", input(&whole[..258]), "TOK-6"),
        Case::invalid("a byte left over", input(&[&whole[..], &[0]].concat()), "TOK-6"),
        Case::invalid("another type", input(&[&[0, 1], &whole[2..]].concat()), "TOK-6"),
        Case::invalid(
            "another type and a message above n",
            input(&[&[0, 1, 0][..], &[0xff; 256]].concat()),
            "TOK-6",
        )
        .flags(&["two-faults"]),
    ];
    Group { operation: "blind-sign", section: "token §4.2", run: blind_sign, cases }
}

/// The cases of `blinding-factor`.
pub(super) fn factors() -> Group {
    let input = |r: &str| json!({ "spki": HEXLOWER.encode(&spki(0)), "r": r });
    let refused = |comment, r: &str| Case::invalid(comment, input(r), "TOK-13");
    let n = modulus();
    let [p, q] = primes(0).map(|prime| "00".repeat(128) + &prime);
    let cases = vec![
        Case::valid("a factor", input(USUAL.text("r"))),
        Case::valid("1", input(&hex(&one()))),
        Case::valid("n − 1", input(&hex(&n.wrapping_sub(one())))),
        refused("0", &"00".repeat(256)),
        refused("n", &hex(&n)),
        refused("n + 1", &hex(&n.wrapping_add(one()))),
        refused("2^2048 − 1", &"ff".repeat(256)),
        refused("a prime of n", &p).flags(&["no-inverse"]),
        refused("the other prime of n", &q).flags(&["no-inverse"]),
    ];
    Group { operation: "blinding-factor", section: "token §4.1", run: blinding_factor, cases }
}

/// The cases of `finish`.
pub(super) fn finishes() -> Group {
    let input = |issued: &Issued| {
        json!({
            "spki": issued.text("spki"),
            "token_input": issued.text("token_input"),
            "r": issued.text("r"),
            "response": issued.text("response"),
        })
    };
    let with = |member: &str, value: &str| {
        let mut input = input(&USUAL);
        input[member] = json!(value);
        input
    };
    let response = USUAL.bytes("response");
    let flipped = |at| HEXLOWER.encode(&flip(&response, at));
    let mut larger = input(&SMALL_RESPONSE);
    let sum = plus_modulus(&SMALL_RESPONSE.bytes("response")).expect("it has 256 bytes");
    larger["response"] = json!(hex(&sum));
    let refused = |comment, input| Case::invalid(comment, input, "TOK-16");
    let n = modulus();
    let cases = vec![
        Case::valid("an answer", input(&USUAL)),
        Case::valid("after a second factor", input(&RETRIED)),
        Case::valid("an answer that is small", input(&SMALL_RESPONSE)),
        refused("the same answer plus n", larger).flags(&["above-modulus"]),
        refused("the answer altered at its start", with("response", &flipped(0))),
        refused("the answer altered at its end", with("response", &flipped(255))),
        refused("the answer 0", with("response", &"00".repeat(256))),
        refused("the answer 1", with("response", &hex(&one()))),
        refused("the answer n", with("response", &hex(&n))),
        refused("the answer 2^2048 − 1", with("response", &"ff".repeat(256))),
        refused("n less the answer", with("response", &hex(&n.wrapping_sub(number(&response))))),
        refused(
            "the request for an answer",
            with("response", &HEXLOWER.encode(&USUAL.bytes("request")[3..])),
        ),
        refused("the answer to another request", with("response", RETRIED.text("response"))),
        refused("the factor of another request", with("r", RETRIED.text("r"))),
        refused("another token input", with("token_input", RETRIED.text("token_input"))),
        refused("under another key", with("spki", &HEXLOWER.encode(&spki(1)))),
    ];
    Group { operation: "finish", section: "token §4.3", run: finish, cases }
}
