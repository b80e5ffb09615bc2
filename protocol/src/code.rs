//! Codes that people type: Crockford's base32 in groups of four ([spec: attestation §1.1]).

use std::sync::LazyLock;

use data_encoding::{Encoding, Specification};
use rand_core::CryptoRng;
use zeroize::Zeroizing;

use crate::campaign_id::CampaignId;
use crate::codec::Transcript;

/// Octets of a text at most: the longest code has 29 with its hyphens.
const MAX_TEXT: usize = 128;

/// Crockford's alphabet: no letter that reads like a digit.
static ALPHABET: LazyLock<Encoding> = LazyLock::new(|| {
    let mut alphabet = Specification::new();
    alphabet.symbols.push_str("0123456789ABCDEFGHJKMNPQRSTVWXYZ");
    alphabet.translate.from.push_str("abcdefghjkmnpqrstvwxyzOoIiLl");
    alphabet.translate.to.push_str("ABCDEFGHJKMNPQRSTVWXYZ001111");
    alphabet.ignore.push_str("- ");
    alphabet.encoding().expect("32 distinct symbols, and translations to them")
});

/// Bytes as groups of four characters joined by hyphens.
#[must_use]
pub fn encode(bytes: &[u8]) -> Zeroizing<String> {
    let text = Zeroizing::new(ALPHABET.encode(bytes));
    let mut grouped = Zeroizing::new(String::with_capacity(text.len() * 5 / 4));
    for (at, symbol) in text.chars().enumerate() {
        if at > 0 && at % 4 == 0 {
            grouped.push('-');
        }
        grouped.push(symbol);
    }
    grouped
}

/// Reads a code of this many bytes as people type it: in any case, with or without hyphens and
/// spaces. `None` for any other character or number of bytes, and for unused bits that are set.
#[must_use]
pub fn decode(text: &str, length: usize) -> Option<Zeroizing<Vec<u8>>> {
    let text = Some(text.trim()).filter(|text| text.len() <= MAX_TEXT)?;
    let bytes = Zeroizing::new(ALPHABET.decode(text.as_bytes()).ok()?);
    (bytes.len() == length).then_some(bytes)
}

/// A code of 80 random bits, sent by mail and shown as four groups of four.
#[derive(Clone)]
pub struct Code(Zeroizing<[u8; Self::LEN]>);

impl Code {
    /// Length in bytes: the state is at the client, so that nobody counts guesses [ATT-5].
    pub const LEN: usize = 10;

    /// Draws a code.
    #[must_use]
    pub fn generate(rng: &mut impl CryptoRng) -> Self {
        let mut bytes = Zeroizing::new([0; Self::LEN]);
        rng.fill_bytes(&mut bytes[..]);
        Self(bytes)
    }

    /// Reads a code as people type it.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let bytes = decode(text, Self::LEN)?;
        Some(Self(Zeroizing::new(bytes[..].try_into().ok()?)))
    }

    /// The code as it is sent.
    #[must_use]
    pub fn to_text(&self) -> Zeroizing<String> {
        encode(&self.0[..])
    }

    /// What an attempt keeps of it.
    #[must_use]
    pub fn digest(&self, campaign: &CampaignId) -> [u8; 32] {
        Transcript::new("headcount/v1 code", campaign).field(&self.0[..]).sha256()
    }
}

impl std::fmt::Debug for Code {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Code(redacted)")
    }
}
