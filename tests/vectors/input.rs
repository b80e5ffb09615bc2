//! Reading the members of an input ([spec: vectors]).

#![expect(
    clippy::missing_panics_doc,
    reason = "all panic where a member is missing or of another form: a fault of the case"
)]

use headcount_protocol::campaign::CampaignId;
use serde_json::Value;

use super::operations::Bases;

/// A member that is text.
#[must_use]
#[expect(clippy::panic, reason = "a case without its input is a fault of the case")]
pub fn text<'a>(input: &'a Value, name: &str) -> &'a str {
    input[name].as_str().unwrap_or_else(|| panic!("no text {name} in {input}"))
}

/// A member that is bytes in hex.
#[must_use]
pub fn bytes(input: &Value, name: &str) -> Vec<u8> {
    hex(text(input, name))
}

/// A member of a fixed number of bytes in hex.
#[must_use]
pub fn array<const N: usize>(input: &Value, name: &str) -> [u8; N] {
    bytes(input, name).try_into().expect("as many bytes as the value has")
}

/// A member that is text, or, as `NAME_hex`, bytes. What `repeat` names stands in the text so
/// many times.
#[must_use]
pub fn text_or_bytes(input: &Value, name: &str) -> Vec<u8> {
    if let Some(value) = input.get(format!("{name}_hex")) {
        return hex(value.as_str().expect("hex"));
    }
    let text = text(input, name);
    let Some(repeat) = input.get("repeat") else { return text.as_bytes().to_vec() };
    let (part, times) = (repeat[0].as_str().expect("text"), repeat[1].as_u64().expect("a number"));
    assert!(text.contains(part), "{part} is not in the text");
    let times = usize::try_from(times).expect("a small number");
    text.replacen(part, &part.repeat(times), 1).into_bytes()
}

/// A member that is a list of bytes in hex.
#[must_use]
pub fn list(input: &Value, name: &str) -> Vec<Vec<u8>> {
    let values = input[name].as_array().expect("a list");
    values.iter().map(|value| hex(value.as_str().expect("hex"))).collect()
}

/// A member that is a number.
#[must_use]
pub fn number<T: TryFrom<u64, Error: std::fmt::Debug>>(input: &Value, name: &str) -> T {
    let number = input[name].as_u64().expect("a number");
    T::try_from(number).expect("a number of its type")
}

/// The member `campaign_id`.
#[must_use]
pub fn campaign_id(input: &Value) -> CampaignId {
    CampaignId::from(array::<32>(input, "campaign_id"))
}

/// The bytes of a file: its text, in one of its ways, or that of `base` after each `replace`.
#[must_use]
pub fn file(bases: &Bases, input: &Value) -> Vec<u8> {
    if input.get("base").is_none() {
        return text_or_bytes(input, "text");
    }
    replaced(bases.texts[text(input, "base")].clone(), input).into_bytes()
}

fn replaced(mut text: String, input: &Value) -> String {
    for pair in input["replace"].as_array().into_iter().flatten() {
        let (old, new) = (pair[0].as_str().expect("text"), pair[1].as_str().expect("text"));
        assert!(text.contains(old), "{old} is not in the text");
        text = text.replacen(old, new, 1);
    }
    text
}

/// The bytes of a manifest ([spec: vectors]).
#[must_use]
pub fn manifest(bases: &Bases, input: &Value) -> Vec<u8> {
    if input.get("manifest_hex").is_some() {
        return bytes(input, "manifest_hex");
    }
    let manifest = bases.manifests[text(input, "manifest")].clone();
    let mut manifest = replaced(manifest, input).into_bytes();
    if input.get("pad").is_some() {
        manifest.resize(number(input, "pad"), b' ');
    }
    manifest
}

fn hex(text: &str) -> Vec<u8> {
    data_encoding::HEXLOWER.decode(text.as_bytes()).expect("lowercase hex")
}
