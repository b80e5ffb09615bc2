//! Withdrawals: [PLG-19], and what two libraries could make of their signatures
//! ([spec: pledge §5]).

use curve25519_dalek::edwards::EdwardsPoint;
use curve25519_dalek::scalar::Scalar;
use data_encoding::HEXLOWER;
use headcount_protocol::campaign::CampaignId;
use headcount_protocol::codec::Transcript;
use headcount_protocol::ed25519::{PublicKey, Signature};
use headcount_protocol::pledge::Opening;
use headcount_protocol::withdrawal::Withdrawal;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha512};

use super::points::{
    mixed_key, mod_8, plus_l, random, secret, signature, small_order, small_order_otherwise, y_plus,
};
use crate::campaign::{issue, joint, seed, small};
use crate::vectors::operations::pledge::withdrawal;
use crate::vectors::{Case, Group};

/// The group.
pub(super) fn group() -> Group {
    let cases = [structure(), signers(), signatures(), keys()].concat();
    Group { operation: "withdrawal", section: "pledge §5", run: withdrawal, cases }
}

fn input(bytes: &[u8], campaign: CampaignId) -> Value {
    json!({ "campaign_id": campaign, "withdrawal": HEXLOWER.encode(bytes) })
}

/// Of the pledge of person 1, for class 0 in this region.
fn genuine(region: u16) -> Withdrawal {
    let opening = Opening::derive(&seed(1), &small().id, 0, region);
    Withdrawal::sign(&small().id, opening, &seed(1).pledge_key(&small().id, 0))
}

fn valid(comment: &'static str, it: &Withdrawal) -> Case {
    Case::valid(comment, input(&it.encode(), small().id))
}

fn refused(comment: &'static str, it: &Withdrawal) -> Case {
    Case::invalid(comment, input(&it.encode(), small().id), "PLG-19")
}

fn structure() -> Vec<Case> {
    let whole = genuine(1).encode();
    let malformed =
        |comment, bytes: &[u8]| Case::invalid(comment, input(bytes, small().id), "OVR-1");
    vec![
        valid("a withdrawal", &genuine(1)),
        valid("of a pledge that names no region", &genuine(0)),
        malformed("nothing", &[]),
        malformed("an opening alone", &whole[..Opening::LEN]),
        malformed("a byte too few", &whole[..whole.len() - 1]),
        malformed("a byte left over", &[&whole[..], &[0]].concat()),
        malformed("with the type of its entry before it", &[&[2], &whole[..]].concat()),
        malformed("the pledge that it is of", &issue(&small(), 1, 0, 1).pledge.encode()),
    ]
}

fn signers() -> Vec<Case> {
    let (id, own) = (small().id, genuine(1));
    let by = |person, class| {
        let key = seed(person).pledge_key(&id, class);
        Withdrawal::sign(&id, own.opening, &key)
    };
    let moved = |opening: Opening| Withdrawal { opening, ..own.clone() };
    let nonce = own.nonce(&id);
    let over = |message: &[u8]| {
        let signature = seed(1).pledge_key(&id, 0).sign(message);
        Withdrawal { signature, ..own.clone() }
    };
    let labelled = |label| Transcript::new(label, &id).field(nonce.as_bytes()).finish();
    assert_eq!(over(&labelled("headcount/v1 withdrawal")), own);
    vec![
        refused("by the key of another pledge", &by(2, 0)),
        refused("by the same person's key for another class", &by(1, 1)),
        refused("of the pledge in another region", &moved(Opening { region: 2, ..own.opening })),
        refused("of the pledge in another class", &moved(Opening { class: 1, ..own.opening })),
        Case::invalid("in another campaign", input(&own.encode(), joint().id), "PLG-19"),
        refused("a signature of the nonce alone", &over(nonce.as_bytes())),
        refused("under another label", &over(&labelled("headcount/v1 receipt"))),
        refused("a signature of nothing", &over(&[])),
    ]
}

fn signatures() -> Vec<Case> {
    let own = genuine(1);
    let bytes = *own.signature.as_bytes();
    let with = |bytes: [u8; 64]| Withdrawal { signature: Signature::from(bytes), ..own.clone() };
    let (point, s): ([u8; 32], [u8; 32]) =
        (bytes[..32].try_into().expect("32"), bytes[32..].try_into().expect("32"));
    let flipped = |at: usize| {
        let mut bytes = bytes;
        bytes[at] ^= 1;
        with(bytes)
    };
    let mut cases = vec![
        refused("a bit of R", &flipped(0)),
        refused("a bit of s", &flipped(40)),
        refused("zeros", &with([0; 64])),
        refused("s + L", &with(signature(point, plus_l(s, 1)))).flags(&["s-out-of-range"]),
        refused("s + 7 L", &with(signature(point, plus_l(s, 7)))).flags(&["s-out-of-range"]),
        refused("R and s exchanged", &with(signature(s, point))),
    ];
    let small_r = small_order().map(|point| {
        refused("R of small order", &with(signature(point, s))).flags(&["small-order"])
    });
    cases.extend(small_r);
    cases
}

/// The opening of this key, with the signature `R = r·B`, `s = r + k·a`.
fn forged(key: [u8; 32], region: u16, a: &Scalar) -> (Withdrawal, Scalar) {
    let opening = Opening { class: 0, region, public_key: PublicKey::from(key) };
    let point = EdwardsPoint::mul_base(&random()).compress().to_bytes();
    let message = Transcript::new("headcount/v1 withdrawal", &small().id)
        .field(opening.nonce(&small().id).as_bytes())
        .finish();
    let hash = Sha512::new().chain_update(point).chain_update(key).chain_update(message);
    let k = Scalar::from_bytes_mod_order_wide(&hash.finalize().into());
    let s = random() + k * a;
    let signature = Signature::from(signature(point, s.to_bytes()));
    (Withdrawal { opening, signature }, k)
}

fn keys() -> Vec<Case> {
    let mixed = mixed_key().compress().to_bytes();
    let search = |wanted: fn(u8) -> bool| {
        let found = (0..).map(|region| forged(mixed, region, &secret()));
        found.into_iter().find(|(_, k)| wanted(mod_8(k))).expect("every eighth").0
    };
    // Under the identity, `s·B` is `R` whatever was signed.
    let under = |key: [u8; 32]| forged(key, 1, &Scalar::ZERO).0;
    let mut cases = vec![
        valid("a key of mixed order, where the factor does not matter", &search(|k| k == 0))
            .flags(&["mixed-order"]),
        refused("a key of mixed order, which holds after multiplying by 8", &search(|k| k != 0))
            .flags(&["mixed-order"]),
        refused("a key that is no point", &under(y_plus(2, 0, false))).flags(&["no-point"]),
        refused("a key that is not canonical, of large order", &under(y_plus(3, 0, true)))
            .flags(&["non-canonical"]),
    ];
    for key in small_order() {
        cases.push(refused("a key of small order", &under(key)).flags(&["small-order"]));
    }
    for (comment, key) in small_order_otherwise() {
        cases.push(refused(comment, &under(key)).flags(&["small-order", "non-canonical"]));
    }
    cases
}
