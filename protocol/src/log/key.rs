//! The names and keys of those who sign notes, C2SP signed-note ([spec: log §3.1]).

use std::fmt;
use std::str::FromStr;

use data_encoding::BASE64;
use sha2::{Digest, Sha256};

use super::line::SignatureLine;
use crate::bytes;
use crate::ed25519::{KeyError, PublicKey, SecretSeed, Signature};

/// The signature type of Ed25519 over the text of a note.
const ED25519: u8 = 0x01;

/// A key name: not empty, without "+", white space and the control characters below U+0020.
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct KeyName(String);

/// Why text is not a key name.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum NameError {
    /// The name is empty.
    #[error("the key name is empty")]
    Empty,
    /// The name holds a "+", white space (in Unicode's sense) or a character below U+0020.
    #[error("the key name holds {0:?}")]
    Character(char),
}

impl KeyName {
    /// The name as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for KeyName {
    type Err = NameError;

    fn from_str(text: &str) -> Result<Self, NameError> {
        if text.is_empty() {
            return Err(NameError::Empty);
        }
        match text.chars().find(|c| *c == '+' || c.is_whitespace() || *c < ' ') {
            Some(found) => Err(NameError::Character(found)),
            None => Ok(Self(text.to_owned())),
        }
    }
}

impl fmt::Display for KeyName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Why text is not a verifier key [LOG-14].
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum VerifierKeyError {
    /// The text is not a name, an id and a key with "+" between them.
    #[error("a verifier key is <name>+<id>+<key>")]
    Form,
    /// The name is none.
    #[error(transparent)]
    Name(#[from] NameError),
    /// The key is not padded base64.
    #[error("the key of a verifier key is not base64")]
    Base64,
    /// The signature type is not the one that belongs here: 1 for a log, 4 for a witness.
    #[error("signature type {0} is not supported here")]
    Type(u8),
    /// The key is not 32 bytes.
    #[error("an Ed25519 key has 32 bytes")]
    Length,
    /// The key is not one that may be used.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// The id is not the eight lowercase hex digits that follow from name and key.
    #[error("the key id does not belong to name and key")]
    Id,
}

/// The name and Ed25519 public key of a signer.
///
/// `Display` and `FromStr` are its text: `<name>+<id, 8 hex digits>+<base64 of 0x01 ‖ key>`, that
/// is 54 characters and the name.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct VerifierKey {
    name: KeyName,
    key: PublicKey,
    id: u32,
}

impl VerifierKey {
    /// The verifier key of `name` and `key`.
    #[must_use]
    pub fn new(name: KeyName, key: PublicKey) -> Self {
        let id = key_id(&name, ED25519, &key);
        Self { name, key, id }
    }

    /// The signer's name.
    #[must_use]
    pub const fn name(&self) -> &KeyName {
        &self.name
    }

    /// The public key.
    #[must_use]
    pub const fn key(&self) -> &PublicKey {
        &self.key
    }

    /// The first 4 bytes, big-endian, of `SHA-256(name ‖ 0x0A ‖ 0x01 ‖ key)`.
    #[must_use]
    pub const fn id(&self) -> u32 {
        self.id
    }

    /// Whether a signature line carries this name and id, so that it must verify.
    pub(super) fn is_of(&self, line: &SignatureLine) -> bool {
        self.id == line.id() && self.name == *line.name()
    }

    pub(super) fn verifies(&self, text: &str, signature: &[u8]) -> bool {
        <[u8; 64]>::try_from(signature)
            .is_ok_and(|bytes| self.key.verify(text.as_bytes(), &Signature::from(bytes)).is_ok())
    }
}

impl FromStr for VerifierKey {
    type Err = VerifierKeyError;

    fn from_str(text: &str) -> Result<Self, VerifierKeyError> {
        let (name, key) = parse(text, ED25519)?;
        Ok(Self::new(name, key))
    }
}

impl fmt::Display for VerifierKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write(f, ED25519, &self.name, self.id, &self.key)
    }
}

/// The first 4 bytes, big-endian, of `SHA-256(name ‖ 0x0A ‖ type ‖ key)`.
pub(super) fn key_id(name: &KeyName, kind: u8, key: &PublicKey) -> u32 {
    let hash = Sha256::new()
        .chain_update(name.0.as_bytes())
        .chain_update([b'\n', kind])
        .chain_update(key.as_bytes())
        .finalize();
    u32::from_be_bytes([hash[0], hash[1], hash[2], hash[3]])
}

/// Reads the text of a verifier key of this type.
pub(super) fn parse(text: &str, kind: u8) -> Result<(KeyName, PublicKey), VerifierKeyError> {
    let (name, rest) = text.split_once('+').ok_or(VerifierKeyError::Form)?;
    let (id, key) = rest.split_once('+').ok_or(VerifierKeyError::Form)?;
    let name = name.parse()?;
    let key = bytes::from_base64(key).map_err(|_| VerifierKeyError::Base64)?;
    let (found, key) = key.split_first().ok_or(VerifierKeyError::Length)?;
    if *found != kind {
        return Err(VerifierKeyError::Type(*found));
    }
    let key = <[u8; 32]>::try_from(key).map_err(|_| VerifierKeyError::Length)?;
    let key = PublicKey::parse(key)?;
    let id = bytes::from_hex(id).map_err(|_| VerifierKeyError::Id)?;
    if key_id(&name, kind, &key) != u32::from_be_bytes(id) {
        return Err(VerifierKeyError::Id);
    }
    Ok((name, key))
}

/// Writes the text of a verifier key of this type.
pub(super) fn write(
    f: &mut fmt::Formatter<'_>,
    kind: u8,
    name: &KeyName,
    id: u32,
    key: &PublicKey,
) -> fmt::Result {
    let key = BASE64.encode(&[&[kind], &key.as_bytes()[..]].concat());
    write!(f, "{name}+{id:08x}+{key}")
}

/// A private key with its name; shown without the private key.
#[derive(Clone, Debug)]
pub struct NoteSigner {
    seed: SecretSeed,
    key: VerifierKey,
}

impl NoteSigner {
    /// A signer under `name`.
    #[must_use]
    pub fn new(name: KeyName, seed: SecretSeed) -> Self {
        let key = VerifierKey::new(name, seed.public_key());
        Self { seed, key }
    }

    /// What others verify this signer's notes with.
    #[must_use]
    pub const fn verifier_key(&self) -> &VerifierKey {
        &self.key
    }

    pub(super) fn sign(&self, text: &str) -> Signature {
        self.seed.sign(text.as_bytes())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const VKEY: &str = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k";

    #[test]
    fn a_verifier_key_is_its_text() {
        let key = VKEY.parse::<VerifierKey>().unwrap();
        assert_eq!((key.name().as_str(), key.id()), ("example.com/foo", 0x530d_903a));
        assert_eq!(key.to_string(), VKEY);
        assert_eq!(VerifierKey::new(key.name().clone(), *key.key()), key);
        assert_eq!(VKEY.len(), "example.com/foo".len() + 54);
    }

    /// [LOG-14]
    #[test]
    fn other_text_is_no_verifier_key() {
        let parse = |text: &str| text.parse::<VerifierKey>();
        let refused = |from, to| parse(&VKEY.replace(from, to)).unwrap_err();
        assert_eq!(parse("example.com/foo"), Err(VerifierKeyError::Form));
        assert_eq!(parse("example.com/foo+530d903a"), Err(VerifierKeyError::Form));
        assert_eq!(refused("example.com/foo", ""), NameError::Empty.into());
        assert_eq!(refused("/", " "), NameError::Character(' ').into());
        assert_eq!(refused("3U2k", "3U2"), VerifierKeyError::Base64);
        assert_eq!(refused("Aeky", "A-ky"), VerifierKeyError::Base64);
        let parts = BASE64.encode(&[1; 32]) + &BASE64.encode(&[1]);
        assert_eq!(parse(&format!("n+530d903a+{parts}")), Err(VerifierKeyError::Base64));
        assert_eq!(parse("n+530d903a+"), Err(VerifierKeyError::Length));
        assert_eq!(refused("Aeky", "BOky"), VerifierKeyError::Type(4));
        assert_eq!(refused("3U2k", ""), VerifierKeyError::Length);
        assert_eq!(refused("3U2k", "3U2kAAAA"), VerifierKeyError::Length);
        for (from, to) in [("530d", "530D"), ("530d", "530e"), ("530d", "530"), ("foo", "fo")] {
            assert_eq!(refused(from, to), VerifierKeyError::Id);
        }
        let zero = BASE64.encode(&[&[1][..], &[1], &[0; 31]].concat());
        assert_eq!(parse(&format!("n+00000000+{zero}")), Err(KeyError::SmallOrder.into()));
    }

    #[test]
    fn a_name_can_stand_in_a_line() {
        assert_eq!("пример.example/1".parse::<KeyName>().map(|name| name.0.len()), Ok(22));
        for bad in ["+", " ", "\u{a0}", "\u{2028}", "\n", "\0", "\u{1f}", "\u{85}"] {
            let error = NameError::Character(bad.chars().next().unwrap());
            assert_eq!(format!("a{bad}b").parse::<KeyName>(), Err(error), "{bad:?}");
        }
    }

    #[test]
    fn a_signer_hides_its_key() {
        let signer = NoteSigner::new("n".parse().unwrap(), SecretSeed::from([7; 32]));
        assert!(format!("{signer:?}").contains("SecretSeed(redacted)"));
    }
}
