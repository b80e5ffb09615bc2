//! The manifests that the cases alter, and the altering.

use std::sync::LazyLock;

use curve25519_dalek::ristretto::RistrettoPoint;
use curve25519_dalek::scalar::Scalar;
use data_encoding::{BASE64URL, HEXLOWER};
use headcount_protocol::ed25519::SecretSeed;
use headcount_protocol::identifier::Method;
use headcount_protocol::log::{CosignatureKey, NoteSigner};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256, Sha512};

use crate::campaign::{Keys, draft_manifest};

static SMALL: LazyLock<String> = LazyLock::new(|| draft_manifest().to_string());

/// Two issuers, two classes, two regions, no witnesses.
pub(super) fn small() -> &'static str {
    &SMALL
}

/// The most that the rules allow: 64 issuers in 8 classes, 64 guardians, 64 milestones, 1,024
/// regions that must all have pledges, a text of 16,384 bytes.
pub(super) fn large() -> String {
    let mut manifest = draft_manifest();
    let mut text = "I will come. ".to_owned();
    text.push_str(&"я".repeat((16_384 - text.len()) / 2));
    text.push_str(&"!".repeat(16_384 - text.len()));
    manifest["text"] = json!({ "en": text });
    manifest["issuers"] = (0..64).map(issuer).collect();
    manifest["classes"] = (0..8).map(class_of_eight).collect();
    let commitments: Vec<_> = (0..64).map(|at| HEXLOWER.encode(&commitment(at))).collect();
    manifest["oprf"] = json!({ "guardians": 64, "threshold": 64, "commitments": commitments });
    manifest["witnesses"] = witnesses(5, 2, 7);
    manifest["regions"] = (1..=1024).map(region).collect();
    manifest["threshold"]["milestones"] = (1..=64).collect();
    manifest["threshold"]["spread"] = json!({ "regions": 1024, "pledges": (1_u64 << 53) - 1 });
    manifest.to_string()
}

fn issuer(number: usize) -> Value {
    let host = format!("i{number}.example");
    let method = Method::ALL[number % 3];
    json!({
        "method": method,
        "url": format!("https://{host}"),
        "token_key": token_key(&modulus(&host)),
        "attester": {
            "url": format!("https://{host}/a"),
            "key": seed(&format!("attester {number}")).public_key(),
        },
        "log": log_key(&format!("{host}/log"), &host),
    })
}

fn class_of_eight(number: usize) -> Value {
    let issuers: Vec<_> = (8 * number..8 * number + 8).collect();
    json!({ "name": format!("class-{number}"), "issuers": issuers })
}

fn region(id: u16) -> Value {
    json!({ "id": id, "names": { "en": "x" }, "latitude": 0, "longitude": 0 })
}

/// `q` of so many witnesses, of whom `f` may be bad.
pub(super) fn witnesses(quorum: u16, faulty: u16, number: u16) -> Value {
    let key = |at| witness_key("witness.example", &format!("witness {at}"));
    let keys: Vec<_> = (0..number).map(key).collect();
    json!({ "quorum": quorum, "faulty": faulty, "keys": keys })
}

/// A private key by name.
pub(super) fn seed(name: &str) -> SecretSeed {
    SecretSeed::from(<[u8; 32]>::from(Sha256::digest(name)))
}

/// The verifier key of this log name and the private key of that name.
pub(super) fn log_key(name: &str, key: &str) -> String {
    let signer = NoteSigner::new(name.parse().expect("a key name"), seed(key));
    signer.verifier_key().to_string()
}

/// The verifier key of the witness of this name with the private key of that name.
pub(super) fn witness_key(name: &str, key: &str) -> String {
    CosignatureKey::new(name.parse().expect("a key name"), seed(key).public_key()).to_string()
}

/// A number that could be a modulus: nobody knows its factors.
pub(super) fn modulus(name: &str) -> [u8; 256] {
    let mut bytes = [0; 256];
    for (block, at) in bytes.chunks_mut(32).zip(0_u8..) {
        block.copy_from_slice(&Sha256::digest([&[at], name.as_bytes()].concat()));
    }
    bytes[0] |= 0x80;
    bytes[255] |= 1;
    bytes
}

/// The SPKI of a modulus in base64url.
pub(super) fn token_key(modulus: &[u8; 256]) -> String {
    let key = Keys::shared().tokens[0].public_key();
    let mut spki = key.spki().to_vec();
    let start = spki.len() - 5 - modulus.len();
    spki[start..start + modulus.len()].copy_from_slice(modulus);
    BASE64URL.encode(&spki)
}

/// The scalar behind a commitment.
pub(super) fn coefficient(number: u8) -> Scalar {
    let name = [b"coefficient".as_slice(), &[number]].concat();
    Scalar::from_bytes_mod_order_wide(&Sha512::digest(name).into())
}

/// A commitment to it.
pub(super) fn commitment(number: u8) -> [u8; 32] {
    RistrettoPoint::mul_base(&coefficient(number)).compress().to_bytes()
}

/// The small manifest's text, altered.
pub(super) fn edited(pairs: &[(&str, &str)]) -> Value {
    json!({ "manifest": "small", "replace": pairs })
}

/// The large manifest's text, altered.
pub(super) fn large_edited(pairs: &[(&str, &str)]) -> Value {
    json!({ "manifest": "large", "replace": pairs })
}

/// The small manifest with these values in the place of those at the JSON pointers.
pub(super) fn set(changes: &[(&str, Value)]) -> Value {
    let mut text = small().to_owned();
    let mut pairs = Vec::new();
    for (pointer, value) in changes {
        let mut wanted = parsed(&text);
        let place = wanted.pointer_mut(pointer).expect("a value of the manifest");
        let old = member(pointer, place);
        let new = member(pointer, value);
        *place = value.clone();
        pairs.push(pair(&mut text, old, new, &wanted));
    }
    json!({ "manifest": "small", "replace": pairs })
}

/// The small manifest without the member at this JSON pointer.
pub(super) fn removed(pointer: &str) -> Value {
    let (parent, key) = pointer.rsplit_once('/').expect("a pointer");
    let mut wanted = parsed(small());
    let object = wanted.pointer_mut(parent).and_then(Value::as_object_mut).expect("an object");
    let value = object.remove(key).expect("a member");
    let last = object.keys().all(|other| other.as_str() < key);
    let member = member(pointer, &value);
    let old = if last { format!(",{member}") } else { format!("{member},") };
    let pair = pair(&mut small().to_owned(), old, String::new(), &wanted);
    json!({ "manifest": "small", "replace": [pair] })
}

/// All members of all objects of the small manifest, as JSON pointers.
pub(super) fn members() -> Vec<String> {
    fn visit(value: &Value, at: &str, found: &mut Vec<String>) {
        match value {
            Value::Object(members) => {
                for (key, value) in members {
                    let at = format!("{at}/{key}");
                    found.push(at.clone());
                    visit(value, &at, found);
                }
            }
            Value::Array(values) => {
                for (index, value) in values.iter().enumerate() {
                    visit(value, &format!("{at}/{index}"), found);
                }
            }
            _ => {}
        }
    }
    let mut found = Vec::new();
    visit(&parsed(small()), "", &mut found);
    found
}

fn parsed(text: &str) -> Value {
    serde_json::from_str(text).expect("JSON")
}

/// `"key":value`, or the value alone in an array.
fn member(pointer: &str, value: &Value) -> String {
    let (_, key) = pointer.rsplit_once('/').expect("a pointer");
    if key.bytes().all(|b| b.is_ascii_digit()) {
        value.to_string()
    } else {
        format!("\"{key}\":{value}")
    }
}

/// The pair that makes the text what is wanted, checked.
fn pair(text: &mut String, old: String, new: String, wanted: &Value) -> (String, String) {
    *text = text.replacen(&old, &new, 1);
    assert_eq!(parsed(text), *wanted, "{old} stands elsewhere first");
    (old, new)
}
