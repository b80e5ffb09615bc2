//! The signature lines of a note, C2SP signed-note ([spec: log §3.2]).

use std::fmt;
use std::str::FromStr;

use data_encoding::BASE64;

use super::key::{KeyName, NameError};
use crate::bytes::from_base64;

const LINE_START: &str = "— ";

/// Why a line is not a signature line [LOG-15].
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum LineError {
    /// The line is not an em dash, a name and a signature with single spaces between them.
    #[error("a signature line is \"— <name> <signature>\"")]
    Form,
    /// The name is none.
    #[error(transparent)]
    Name(#[from] NameError),
    /// The signature is not padded base64.
    #[error("the signature is not base64")]
    Base64,
    /// The signature has no byte after the four of the key id.
    #[error("the signature is too short")]
    TooShort,
}

/// One signature below a note, of any type.
///
/// `Display` and `FromStr` are the line without its line feed.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct SignatureLine {
    name: KeyName,
    id: u32,
    signature: Vec<u8>,
}

impl SignatureLine {
    pub(super) fn new(name: KeyName, id: u32, signature: Vec<u8>) -> Self {
        debug_assert!(!signature.is_empty());
        Self { name, id, signature }
    }

    /// The name of the key.
    #[must_use]
    pub const fn name(&self) -> &KeyName {
        &self.name
    }

    /// The key id.
    #[must_use]
    pub const fn id(&self) -> u32 {
        self.id
    }

    /// What follows the key id, at least one byte: 64 for Ed25519.
    #[must_use]
    pub fn signature(&self) -> &[u8] {
        &self.signature
    }
}

impl FromStr for SignatureLine {
    type Err = LineError;

    fn from_str(line: &str) -> Result<Self, LineError> {
        let line = line.strip_prefix(LINE_START).ok_or(LineError::Form)?;
        let (name, signature) = line.split_once(' ').ok_or(LineError::Form)?;
        let name = name.parse()?;
        let bytes = from_base64(signature).map_err(|_| LineError::Base64)?;
        match bytes.split_first_chunk() {
            Some((id, signature)) if !signature.is_empty() => {
                Ok(Self { name, id: u32::from_be_bytes(*id), signature: signature.to_vec() })
            }
            _ => Err(LineError::TooShort),
        }
    }
}

impl fmt::Display for SignatureLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let payload = [&self.id.to_be_bytes()[..], &self.signature].concat();
        write!(f, "{LINE_START}{} {}", self.name, BASE64.encode(&payload))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_a_dash_a_name_and_a_signature() {
        let line = "— n AAAAAQI=".parse::<SignatureLine>().unwrap();
        assert_eq!((line.name().as_str(), line.id(), line.signature()), ("n", 1, &[2][..]));
        assert_eq!(line.to_string(), "— n AAAAAQI=");
    }

    /// [LOG-15]
    #[test]
    fn other_lines_are_refused() {
        let error = |line: &str| line.parse::<SignatureLine>().unwrap_err();
        for line in ["", "x", "- n AAAAAAA=", "—n AAAAAAA=", "— AAAAAAA=", " — n AAAAAAA="] {
            assert_eq!(error(line), LineError::Form, "{line:?}");
        }
        assert_eq!(error("—  AAAAAAA="), NameError::Empty.into());
        assert_eq!(error("— a+b AAAAAAA="), NameError::Character('+').into());
        for base64 in ["AAAAAAA", "AAAAAAB=", "AAAAAAA= ", "AAAAAAA=AAAA", "____"] {
            assert_eq!(error(&format!("— n {base64}")), LineError::Base64, "{base64:?}");
        }
        assert_eq!(error("— n "), LineError::TooShort);
        assert_eq!(error("— n AAAAAA=="), LineError::TooShort);
    }
}
