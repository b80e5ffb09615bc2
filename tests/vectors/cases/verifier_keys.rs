//! Verifier keys that no signer has.

use data_encoding::{BASE64, HEXLOWER};
use sha2::{Digest as _, Sha256};

/// The key id that follows from name, type and key, in hex.
pub(super) fn key_id(name: &str, kind: u8, key: &[u8]) -> String {
    let hash = Sha256::digest([name.as_bytes(), &[b'\n', kind], key].concat());
    HEXLOWER.encode(&hash[..4])
}

/// The verifier key of this name, type and key, whatever they are; its id is the right one.
pub(super) fn verifier_key(name: &str, kind: u8, key: &[u8]) -> String {
    let id = key_id(name, kind, key);
    format!("{name}+{id}+{}", BASE64.encode(&[&[kind], key].concat()))
}
