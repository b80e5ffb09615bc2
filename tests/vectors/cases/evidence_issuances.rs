//! Signatures that an issuer does not own up to ([spec: evidence §3]).

use std::sync::LazyLock;

use headcount_protocol::attestation::{Attestation, Vouching};
use headcount_protocol::issuance::PendingToken;
use headcount_protocol::pledge::Opening;
use headcount_protocol::token::RequestDigest;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::evidence::{b64, input};
use super::evidence_promises::logs;
use super::points::plus_l;
use crate::campaign::{Keys, SeededRng, joint, seed, small, tag};
use crate::vectors::Case;

pub(super) fn cases() -> Vec<Case> {
    [judged(), vouchings(), responses(), checkpoints(), order()].concat()
}

/// Request, vouching and response of a person at issuer 0.
fn parts(person: u64) -> (Vec<u8>, Vec<u8>, Vec<u8>) {
    let (campaign, keys) = (small(), Keys::shared());
    let opening = Opening::derive(&seed(person), &campaign.id, 0, 0);
    let pending = PendingToken::derive(&seed(person), &campaign, 0, &opening).expect("a request");
    let vouching = vouched(0, pending.request().digest(), person);
    let message = &pending.request().blinded_message;
    let response = keys.tokens[0].blind_sign(message, &mut SeededRng::new(person));
    let response = response.expect("an honest request").to_vec();
    (pending.request().encode(), vouching.encode(), response)
}

/// What the attester of issuer 0 vouches for, in the name of any issuer.
fn vouched(issuer: u16, digest: RequestDigest, person: u64) -> Vouching {
    let (id, keys) = (small().id, Keys::shared());
    let (secret, key) = (&keys.commitments[0], &keys.attesters[0]);
    let attestation = Attestation::sign(&id, issuer, digest, tag(person), secret, key);
    attestation.verify(&id, issuer, &digest, &key.public_key()).expect("an attestation").1
}

/// The complaint of a person whose issuance is in no log, or, for 1 to 7, in that of issuer 0.
pub(super) fn hidden(person: u64) -> Value {
    static OF_9: LazyLock<Value> = LazyLock::new(|| made(9));
    if person == 9 { OF_9.clone() } else { made(person) }
}

fn made(person: u64) -> Value {
    let (request, vouching, response) = parts(person);
    json!({
        "complaint": "issuance",
        "manifest": b64(small().bytes()),
        "issuer": 0,
        "request": b64(&request),
        "vouching": b64(&vouching),
        "response": b64(&response),
        "checkpoint": String::from_utf8(logs(true).issuances[0].note()).expect("a note is text"),
    })
}

fn bad(comment: &'static str, rule: &'static str, alter: impl FnOnce(&mut Value)) -> Case {
    let mut complaint = hidden(9);
    alter(&mut complaint);
    Case::invalid(comment, input(&complaint), rule)
}

fn judged() -> Vec<Case> {
    let with = |person| {
        let mut input = input(&hidden(person));
        input["mirror"] = json!("late");
        input
    };
    let mut told = input(&hidden(9));
    told["campaign_id"] = json!(small().id);
    vec![
        Case::valid("open: without the log", input(&hidden(9))),
        Case::valid("the campaign that was asked about", told),
        Case::valid("open: the complainant was shown no checkpoint", {
            let mut complaint = hidden(9);
            complaint["checkpoint"] = Value::Null;
            input(&complaint)
        }),
        Case::valid("upheld: the log does not have it", with(9)),
        Case::valid("refuted: the log has it", with(2)),
    ]
}

fn flipped(value: &Value, at: usize) -> Value {
    let text = value.as_str().expect("text").as_bytes();
    let mut bytes = data_encoding::BASE64URL_NOPAD.decode(text).expect("base64url");
    bytes[at] ^= 1;
    json!(b64(&bytes))
}

fn digest(request: &[u8]) -> RequestDigest {
    RequestDigest::from(<[u8; 32]>::from(Sha256::digest(request)))
}

fn vouchings() -> Vec<Case> {
    let with = |comment, alter: &dyn Fn(&mut Value)| bad(comment, "EVI-8", alter);
    let (request, vouching, _) = parts(9);
    let s = <[u8; 32]>::try_from(&vouching[98..]).expect("32 bytes");
    let large = [&vouching[..98], &plus_l(s, 1)].concat();
    let of_other = vouched(1, digest(&request), 9).encode();
    vec![
        with("issuer 2 of two", &|it| it["issuer"] = json!(2)),
        with("issuer 65,535", &|it| it["issuer"] = json!(u16::MAX)),
        with("the other issuer", &|it| it["issuer"] = json!(1)),
        with("a vouching for the other issuer", &|it| it["vouching"] = json!(b64(&of_other))),
        with("both of the other issuer, by this one's attester", &|it| {
            (it["issuer"], it["vouching"]) = (json!(1), json!(b64(&of_other)));
        }),
        with("another request", &|it| it["request"] = flipped(&it["request"], 9)),
        with("another truncated key id", &|it| it["request"] = flipped(&it["request"], 2)),
        with("another commitment than was vouched for", &|it| {
            it["vouching"] = flipped(&it["vouching"], 40);
        }),
        with("a bit of the signature", &|it| it["vouching"] = flipped(&it["vouching"], 129)),
        with("s + L", &|it| it["vouching"] = json!(b64(&large))).flags(&["s-out-of-range"]),
        with("of another campaign", &|it| it["manifest"] = json!(b64(joint().bytes()))),
    ]
}

fn responses() -> Vec<Case> {
    let with = |comment, alter: &dyn Fn(&mut Value)| bad(comment, "EVI-9", alter);
    let modulus = small().issuer(0).token_key.modulus();
    let added = (9..).find_map(|person| {
        let mut complaint = hidden(person);
        let (_, _, mut response) = parts(person);
        let mut carry = 0;
        for (byte, n) in response.iter_mut().zip(&modulus).rev() {
            let sum = u16::from(*byte) + u16::from(*n) + carry;
            [_, *byte] = sum.to_be_bytes();
            carry = sum >> 8;
        }
        complaint["response"] = json!(b64(&response));
        (carry == 0).then_some(complaint)
    });
    let added = added.expect("every second one has room");
    let mut retyped = parts(9).0;
    retyped[1] ^= 1;
    let for_retyped = vouched(0, digest(&retyped), 9).encode();
    vec![
        with("a request of another type, vouched for", &|it| {
            (it["request"], it["vouching"]) = (json!(b64(&retyped)), json!(b64(&for_retyped)));
        }),
        with("the last bit", &|it| it["response"] = flipped(&it["response"], 255)),
        with("zeros", &|it| it["response"] = json!(b64(&[0; 256]))),
        with("one", &|it| it["response"] = json!(b64(&[&[0; 255][..], &[1]].concat()))),
        with("the modulus", &|it| it["response"] = json!(b64(&modulus))),
        with("the answer to another request", &|it| it["response"] = json!(b64(&parts(2).2))),
        Case::invalid("n added to the answer", input(&added), "EVI-9").flags(&["non-canonical"]),
    ]
}

fn checkpoints() -> Vec<Case> {
    let with = |comment, note: &[u8]| {
        let note = String::from_utf8(note.to_vec()).expect("text");
        bad(comment, "EVI-10", |it| it["checkpoint"] = json!(note))
    };
    let logs = logs(true);
    let note = String::from_utf8(logs.issuances[0].note()).expect("text");
    vec![
        with("the checkpoint of the other issuer", &logs.issuances[1].note()),
        with("the checkpoint of the pledge log", &logs.pledges.note()),
        with("an empty checkpoint", b""),
        with("a size that was not signed", note.replacen("\n9\n", "\n8\n", 1).as_bytes()),
    ]
}

fn order() -> Vec<Case> {
    let with =
        |comment, rule, alter: &dyn Fn(&mut Value)| bad(comment, rule, alter).flags(&["order"]);
    vec![
        with("a false vouching, and a false answer (EVI-9)", "EVI-8", &|it| {
            it["vouching"] = flipped(&it["vouching"], 129);
            it["response"] = flipped(&it["response"], 255);
        }),
        with("a false answer, and no checkpoint (EVI-10)", "EVI-9", &|it| {
            it["response"] = flipped(&it["response"], 255);
            it["checkpoint"] = json!("");
        }),
    ]
}
