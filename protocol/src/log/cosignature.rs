//! Cosignatures: what a witness signs about a log, C2SP tlog-cosignature ([spec: witness §1]).

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::key::{self, KeyName, VerifierKeyError};
use super::line::SignatureLine;
use crate::ed25519::{PublicKey, SecretSeed, Signature};

/// The signature type of an Ed25519 signature over a time and a checkpoint.
const COSIGNATURE: u8 = 0x04;

/// The name and Ed25519 public key of a witness.
///
/// `Display` and `FromStr` are its text: `<name>+<id, 8 hex digits>+<base64 of 0x04 ‖ key>`, that
/// is 54 characters and the name.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct CosignatureKey {
    name: KeyName,
    key: PublicKey,
    id: u32,
}

impl CosignatureKey {
    /// The key of the witness `name`.
    #[must_use]
    pub fn new(name: KeyName, key: PublicKey) -> Self {
        let id = key::key_id(&name, COSIGNATURE, &key);
        Self { name, key, id }
    }

    /// The witness's name.
    #[must_use]
    pub const fn name(&self) -> &KeyName {
        &self.name
    }

    /// The public key.
    #[must_use]
    pub const fn key(&self) -> &PublicKey {
        &self.key
    }

    /// The first 4 bytes, big-endian, of `SHA-256(name ‖ 0x0A ‖ 0x04 ‖ key)`.
    #[must_use]
    pub const fn id(&self) -> u32 {
        self.id
    }

    /// Whether a signature line carries this name and id, so that it must verify.
    #[must_use]
    pub fn is_of(&self, line: &SignatureLine) -> bool {
        self.id == line.id() && self.name == *line.name()
    }

    /// When this witness cosigned the checkpoint with this text, in Unix seconds; nothing if
    /// `line` is not its cosignature of that checkpoint [WIT-2].
    #[must_use]
    pub fn time_of(&self, checkpoint: &str, line: &SignatureLine) -> Option<u64> {
        let (time, signature) = line.signature().split_first_chunk()?;
        let time = u64::from_be_bytes(*time);
        let signature = Signature::from(<[u8; 64]>::try_from(signature).ok()?);
        let message = message(checkpoint, time);
        (self.is_of(line) && self.key.verify(message.as_bytes(), &signature).is_ok())
            .then_some(time)
    }
}

impl FromStr for CosignatureKey {
    type Err = VerifierKeyError;

    fn from_str(text: &str) -> Result<Self, VerifierKeyError> {
        // [WIT-1]
        let (name, key) = key::parse(text, COSIGNATURE)?;
        Ok(Self::new(name, key))
    }
}

impl fmt::Display for CosignatureKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        key::write(f, COSIGNATURE, &self.name, self.id, &self.key)
    }
}

impl Serialize for CosignatureKey {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for CosignatureKey {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        String::deserialize(from)?.parse().map_err(serde::de::Error::custom)
    }
}

/// A witness's private key with its name; shown without the private key.
#[derive(Clone, Debug)]
pub struct CosignatureSigner {
    seed: SecretSeed,
    key: CosignatureKey,
}

impl CosignatureSigner {
    /// A witness called `name`.
    #[must_use]
    pub fn new(name: KeyName, seed: SecretSeed) -> Self {
        let key = CosignatureKey::new(name, seed.public_key());
        Self { seed, key }
    }

    /// What others verify this witness's cosignatures with.
    #[must_use]
    pub const fn key(&self) -> &CosignatureKey {
        &self.key
    }

    /// Cosigns the text of a checkpoint at `time`, in Unix seconds: a line of 72 bytes after the
    /// key id. The key signs nothing else [WIT-3].
    ///
    /// Whether its tree continues every other one that was cosigned is the caller's to know, see
    /// [`super::witness`].
    #[must_use]
    pub fn cosign(&self, checkpoint: &str, time: u64) -> SignatureLine {
        let signature = self.seed.sign(message(checkpoint, time).as_bytes());
        let bytes = [&time.to_be_bytes()[..], signature.as_bytes()].concat();
        SignatureLine::new(self.key.name.clone(), self.key.id, bytes)
    }
}

/// The bytes that are signed ([spec: witness §1.2]).
fn message(checkpoint: &str, time: u64) -> String {
    format!("cosignature/v1\ntime {time}\n{checkpoint}")
}

#[cfg(test)]
mod tests {
    use super::*;

    const VKEY: &str =
        "witness.example.org/w1+6d7ef907+BIE5dw6ofRdfVqNUZsNMfszLjYqRtO43ol32D1uPybOU";
    const TEXT: &str =
        "example.org/pledge/test\n70000\nB1kWeg+Y416ALUb/fH0p0sPwOmOiVt62q7/zV6kbY7E=\n";
    const LINE: &str = "— witness.example.org/w1 bX75BwAAAABlU/EAikMQ4TOX/SGfv/GX8OIQii/+VX0sm6kuQ\
        cCMdSXWAdteA4+PZcxhGkWhSvlPND3L9ZYaSGBSRwpYqHkj2kvIDg==";

    fn signer() -> CosignatureSigner {
        let name = "witness.example.org/w1".parse().unwrap();
        CosignatureSigner::new(name, SecretSeed::from([2; 32]))
    }

    /// [WIT-3]
    #[test]
    fn a_witness_signs_the_example() {
        let signer = signer();
        assert_eq!(signer.key().to_string(), VKEY);
        assert_eq!(
            (signer.key().id(), VKEY.len()),
            (0x6d7e_f907, signer.key().name().as_str().len() + 54)
        );
        let line = signer.cosign(TEXT, 1_700_000_000);
        assert_eq!((line.to_string(), line.signature().len()), (LINE.to_owned(), 72));
        assert_eq!(signer.key().time_of(TEXT, &line), Some(1_700_000_000));
        assert!(format!("{signer:?}").contains("SecretSeed(redacted)"));
    }

    /// [WIT-1]
    #[test]
    fn other_text_is_no_key_of_a_witness() {
        let key = VKEY.parse::<CosignatureKey>().unwrap();
        assert_eq!(key, *signer().key());
        assert_eq!(serde_json::to_string(&key).unwrap(), format!("\"{VKEY}\""));
        let log = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k";
        assert_eq!(log.parse::<CosignatureKey>(), Err(VerifierKeyError::Type(1)));
        let refused = |from, to| VKEY.replacen(from, to, 1).parse::<CosignatureKey>();
        assert_eq!(refused("6d7e", "6d7f"), Err(VerifierKeyError::Id));
        assert_eq!(refused("w1", "w2"), Err(VerifierKeyError::Id));
        assert_eq!(refused("bOU", ""), Err(VerifierKeyError::Base64));
        assert_eq!(refused("+", " "), Err(VerifierKeyError::Form));
    }

    /// [WIT-2]
    #[test]
    fn a_cosignature_is_of_one_text_time_and_witness() {
        let (signer, line) = (signer(), LINE.parse::<SignatureLine>().unwrap());
        let time = |key: &CosignatureKey, text: &str, bytes: Vec<u8>| {
            key.time_of(text, &SignatureLine::new(key.name().clone(), key.id(), bytes))
        };
        let bytes = line.signature().to_vec();
        assert!(time(signer.key(), TEXT, bytes.clone()).is_some());
        assert_eq!(time(signer.key(), &TEXT.replace("70000", "70001"), bytes.clone()), None);
        let mut later = bytes.clone();
        later[7] += 1;
        assert_eq!(time(signer.key(), TEXT, later), None);
        for cut in [0, 7, 8, 64, 71] {
            let short = bytes[..cut].to_vec();
            assert!(cut == 0 || time(signer.key(), TEXT, short).is_none(), "{cut} bytes");
        }
        assert_eq!(time(signer.key(), TEXT, [&bytes[..], &[0]].concat()), None);
        let other = CosignatureSigner::new("w".parse().unwrap(), SecretSeed::from([3; 32]));
        assert_eq!(time(other.key(), TEXT, bytes), None);
        assert_eq!(other.key().time_of(TEXT, &line), None);
        // A signature of the text alone, as a log makes it, is none of a witness.
        let plain = signer.seed.sign(TEXT.as_bytes()).as_bytes().to_vec();
        assert_eq!(time(signer.key(), TEXT, [&[0; 8][..], &plain].concat()), None);
    }
}
