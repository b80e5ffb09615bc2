//! The cases of `overview.json`.

mod keys;

mod signatures;
mod text;

use crate::vectors::operations::{Bases, overview};
use crate::vectors::{File, Group};

/// The file.
pub(super) fn file() -> File {
    let group = |operation, section, run, cases| Group { operation, section, run, cases };
    let groups = vec![
        group("hex", "overview §2.1", overview::hex, text::hex()),
        group("base64url", "overview §2.1", overview::base64url, text::base64url()),
        group("transcript", "overview §2.2", overview::transcript, text::transcripts()),
        group("ed25519-key", "overview §2.3", overview::ed25519_key, keys::keys()),
        group("ed25519-sign", "overview §2.3", overview::ed25519_sign, keys::signers()),
        group("ed25519-verify", "overview §2.3", overview::ed25519_verify, signatures::all()),
    ];
    File { name: "overview", bases: Bases::default(), groups }
}
