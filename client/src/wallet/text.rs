//! How secrets and tokens are written in a wallet.

use data_encoding::HEXLOWER;
use headcount_protocol::attestation::{Attestation, Vouching};
use headcount_protocol::bytes::from_hex;
use headcount_protocol::secrets::Seed;
use headcount_protocol::token::{Token, TokenResponse};
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use zeroize::Zeroizing;

/// Text that is wiped on drop and shown to nobody: an attempt, a code, an address.
#[derive(Clone, Eq, PartialEq)]
pub struct SecretText(Zeroizing<String>);

impl SecretText {
    /// Takes a text over.
    #[must_use]
    pub fn new(text: String) -> Self {
        Self(Zeroizing::new(text))
    }

    /// The text, for the one request or file that needs it.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// The text without the white space around it.
    #[must_use]
    pub fn trimmed(&self) -> Self {
        Self::new(self.0.trim().to_owned())
    }
}

impl std::str::FromStr for SecretText {
    type Err = std::convert::Infallible;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Ok(Self::new(text.to_owned()))
    }
}

impl std::fmt::Debug for SecretText {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SecretText(redacted)")
    }
}

impl Serialize for SecretText {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for SecretText {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        String::deserialize(from).map(Self::new)
    }
}

/// A wallet's value in text: how it is written and read again. A reading that fails says which
/// value it was, never what it held.
pub(super) trait WalletText: Sized {
    const NAME: &'static str;
    fn write(&self) -> Zeroizing<String>;
    fn read(text: &str) -> Option<Self>;
}

impl WalletText for Seed {
    const NAME: &'static str = "the seed is malformed";

    fn write(&self) -> Zeroizing<String> {
        Zeroizing::new(HEXLOWER.encode(self.expose()))
    }

    fn read(text: &str) -> Option<Self> {
        from_hex(text).ok().map(Self::from)
    }
}

impl WalletText for Attestation {
    const NAME: &'static str = "the attestation is malformed";

    fn write(&self) -> Zeroizing<String> {
        self.to_text()
    }

    fn read(text: &str) -> Option<Self> {
        Self::from_text(text).ok()
    }
}

impl WalletText for Token {
    const NAME: &'static str = "the token is malformed";

    fn write(&self) -> Zeroizing<String> {
        Zeroizing::new(HEXLOWER.encode(&self.encode()))
    }

    fn read(text: &str) -> Option<Self> {
        Self::decode(&HEXLOWER.decode(text.as_bytes()).ok()?).ok()
    }
}

impl WalletText for Vouching {
    const NAME: &'static str = "the vouching is malformed";

    fn write(&self) -> Zeroizing<String> {
        Zeroizing::new(HEXLOWER.encode(&self.encode()))
    }

    fn read(text: &str) -> Option<Self> {
        Self::decode(&HEXLOWER.decode(text.as_bytes()).ok()?).ok()
    }
}

impl WalletText for TokenResponse {
    const NAME: &'static str = "the issuer's answer is malformed";

    fn write(&self) -> Zeroizing<String> {
        Zeroizing::new(HEXLOWER.encode(&self.0))
    }

    fn read(text: &str) -> Option<Self> {
        Self::decode(&HEXLOWER.decode(text.as_bytes()).ok()?).ok()
    }
}

pub(super) fn serialize<T: WalletText, S: Serializer>(value: &T, to: S) -> Result<S::Ok, S::Error> {
    to.serialize_str(&value.write())
}

pub(super) fn deserialize<'de, T: WalletText, D: Deserializer<'de>>(
    from: D,
) -> Result<T, D::Error> {
    let text = SecretText::deserialize(from)?;
    T::read(text.expose()).ok_or_else(|| D::Error::custom(T::NAME))
}

/// A list of tokens.
pub(super) mod tokens {
    use super::{Deserialize, Deserializer, SecretText, Serializer, Token, WalletText};
    use serde::de::Error as _;

    pub(in crate::wallet) fn serialize<S: Serializer>(
        tokens: &[Token],
        to: S,
    ) -> Result<S::Ok, S::Error> {
        to.collect_seq(tokens.iter().map(|token| token.write().to_string()))
    }

    pub(in crate::wallet) fn deserialize<'de, D: Deserializer<'de>>(
        from: D,
    ) -> Result<Vec<Token>, D::Error> {
        let texts = Vec::<SecretText>::deserialize(from)?;
        let tokens = texts.iter().map(|text| Token::read(text.expose()));
        tokens.collect::<Option<_>>().ok_or_else(|| D::Error::custom(Token::NAME))
    }
}
