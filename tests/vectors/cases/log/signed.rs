//! Notes put together by hand.

use data_encoding::BASE64;
use headcount_protocol::ed25519::SecretSeed;
use headcount_protocol::log::VerifierKey;

use crate::vectors::cases::verifier_keys::verifier_key;

/// Somebody who signs notes.
#[derive(Clone)]
pub(super) struct Signer {
    name: String,
    seed: SecretSeed,
}

impl Signer {
    pub(super) fn new(name: &str, byte: u8) -> Self {
        Self { name: name.to_owned(), seed: SecretSeed::from([byte; 32]) }
    }

    /// The verifier key.
    pub(super) fn key(&self) -> String {
        verifier_key(&self.name, 1, self.seed.public_key().as_bytes())
    }

    /// The key id.
    pub(super) fn id(&self) -> [u8; 4] {
        self.key().parse::<VerifierKey>().expect("a verifier key").id().to_be_bytes()
    }

    /// The signature of a text, without the id.
    pub(super) fn signature(&self, text: &str) -> Vec<u8> {
        self.seed.sign(text.as_bytes()).as_bytes().to_vec()
    }

    /// The signature line below a text, with its line feed.
    pub(super) fn line(&self, text: &str) -> String {
        line(&self.name, &self.id(), &self.signature(text))
    }

    /// A text and the line below it.
    pub(super) fn note(&self, text: &str) -> String {
        format!("{text}\n{}", self.line(text))
    }
}

/// A signature line of any content.
pub(super) fn line(name: &str, id: &[u8], signature: &[u8]) -> String {
    format!("— {name} {}\n", BASE64.encode(&[id, signature].concat()))
}
