//! Attestations that do not hold ([spec: attestation §3]).

use headcount_protocol::attestation::Commitment;
use headcount_protocol::campaign::CampaignId;
use headcount_protocol::codec::Transcript;
use headcount_protocol::ed25519::SecretSeed;
use serde_json::{Value, json};

use super::attestation::{ISSUER, attester, campaign_id, input, request, signed};
use crate::vectors::Case;

/// Offsets of the parts.
const DIGEST: usize = 2;
const TAG: usize = 34;
const R: usize = 66;
const SIGNATURE: usize = 98;
const S: usize = 130;

/// `L`, little-endian.
const ORDER: [u8; 32] = [
    0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14,
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x10,
];
/// The base point.
const BASE: &str = "5866666666666666666666666666666666666666666666666666666666666666";
/// The identity, of small order.
const IDENTITY: &str = "0100000000000000000000000000000000000000000000000000000000000000";
/// Its second encoding, with y = p + 1.
const TWIN: &str = "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f";
/// A point of order 8.
const ORDER_EIGHT: &str = "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05";
/// No point has y = 2.
const NOWHERE: &str = "0200000000000000000000000000000000000000000000000000000000000000";

/// The invalid cases of `attestation` that are well formed.
pub(super) fn cases() -> Vec<Case> {
    [others(), altered(), keys()].concat()
}

/// For another issuer or request.
fn others() -> Vec<Case> {
    let whole = signed(5, 21);
    let with = |member: &str, value: Value| {
        let mut input = input(&whole);
        input[member] = value;
        input
    };
    let flipped = |at: usize| input(&flip(&whole, at));
    let mut other = request();
    other.blinded_message[255] ^= 1;
    let other = data_encoding::HEXLOWER.encode(&other.encode());
    let refused = |comment, input| Case::invalid(comment, input, "ATT-12");
    vec![
        refused("given to another issuer", with("issuer", json!(0))),
        refused("given to another issuer, the other byte of the index", with("issuer", json!(257))),
        refused("given with another request", with("request", json!(other))),
        refused("the issuer altered", flipped(1)),
        refused("the request digest altered at its start", flipped(DIGEST)),
        refused("the request digest altered at its end", flipped(TAG - 1)),
    ]
}

/// With bytes that the signature does not cover.
fn altered() -> Vec<Case> {
    let whole = signed(5, 21);
    let refused = |comment, bytes: &[u8]| Case::invalid(comment, input(bytes), "ATT-13");
    let replaced = |at: usize, part: &[u8]| {
        let mut bytes = whole.clone();
        bytes[at..at + part.len()].copy_from_slice(part);
        bytes
    };
    let elsewhere = {
        let mut input = input(&whole);
        input["campaign_id"] = json!(CampaignId::from([0xcb; 32]));
        input
    };
    let mut swapped = whole.clone();
    swapped[TAG..SIGNATURE].rotate_left(R - TAG);
    vec![
        Case::invalid("of another campaign", elsewhere, "ATT-13"),
        refused("the tag altered at its start", &flip(&whole, TAG)),
        refused("the tag altered at its end", &flip(&whole, R - 1)),
        refused("r altered at its start", &flip(&whole, R)),
        refused("r altered at its end", &flip(&whole, SIGNATURE - 1)),
        refused("tag and r exchanged", &swapped),
        refused("tag and r of another person", &replaced(TAG, &signed(6, 21)[TAG..SIGNATURE])),
        refused(
            "the signature of another person",
            &replaced(SIGNATURE, &signed(6, 21)[SIGNATURE..]),
        ),
        refused("R altered", &flip(&whole, SIGNATURE)),
        refused("s altered", &flip(&whole, S)),
        refused("s + L", &replaced(S, &plus_order(&whole[S..]))),
        refused("s of zeros", &replaced(S, &[0; 32])),
        refused("a signature of zeros", &replaced(SIGNATURE, &[0; 64])),
        refused("R of small order", &replaced(SIGNATURE, &[hex(IDENTITY), vec![0; 32]].concat())),
        refused(
            "signed over another label",
            &replaced(SIGNATURE, &sign("headcount/v1 receipt", ISSUER)),
        ),
        refused("signed for another issuer", &replaced(SIGNATURE, &sign(LABEL, 0))),
    ]
}

const LABEL: &str = "headcount/v1 attestation";

/// Under keys that did not sign, or under which everything verifies.
fn keys() -> Vec<Case> {
    let whole = signed(5, 21);
    let under = |key: Value, bytes: &[u8]| {
        let mut input = input(bytes);
        input["attester_key"] = key;
        input
    };
    // For a key that is the identity, R = s·B holds for every message: here s = 1.
    let anything = {
        let mut one = [0; 32];
        one[0] = 1;
        [&whole[..SIGNATURE], &hex(BASE), &one].concat()
    };
    let refused = |comment, input| Case::invalid(comment, input, "ATT-13");
    let weak =
        |comment, key: &str| refused(comment, under(json!(key), &anything)).flags(&["small-order"]);
    let other = SecretSeed::from([12; 32]).public_key();
    vec![
        refused("another attester's key", under(json!(other), &whole)),
        refused("a key that is no point", under(json!(NOWHERE), &whole)),
        weak("the key is the identity, R = B, s = 1", IDENTITY),
        weak("the key is the identity in another form", TWIN),
        weak("the key has order 8", ORDER_EIGHT),
    ]
}

/// A signature of the attester over other bytes.
fn sign(label: &str, issuer: u16) -> [u8; 64] {
    let whole = signed(5, 21);
    let commitment = Transcript::new("headcount/v1 commitment", &campaign_id())
        .field_u16(ISSUER)
        .field(&whole[TAG..R])
        .field(&whole[R..SIGNATURE])
        .sha256();
    let message = Transcript::new(label, &campaign_id())
        .field_u16(issuer)
        .field(request().digest().as_bytes())
        .field(Commitment::from(commitment).as_bytes())
        .finish();
    *attester().sign(&message).as_bytes()
}

fn flip(bytes: &[u8], at: usize) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    bytes[at] ^= 1;
    bytes
}

/// The number plus `L`, which has 32 bytes too.
pub(super) fn plus_order(s: &[u8]) -> Vec<u8> {
    let mut carry = 0;
    let sum = s.iter().zip(ORDER).map(|(&byte, add)| {
        let sum = u16::from(byte) + u16::from(add) + carry;
        carry = sum >> 8;
        sum.to_le_bytes()[0]
    });
    sum.collect()
}

fn hex(text: &str) -> Vec<u8> {
    data_encoding::HEXLOWER.decode(text.as_bytes()).expect("hex")
}
