//! Byte strings of one fixed length and one meaning ([spec: overview §2.1]).
//!
//! [`public_bytes!`](crate::bytes) types are shown in hex; [`secret_bytes!`](crate::bytes) types
//! are wiped on drop, compared in constant time and never shown.

use data_encoding::{BASE64, BASE64URL_NOPAD, HEXLOWER};

/// Text is not the lowercase hex of the length it should be [OVR-2].
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("expected {expected} lowercase hex digits")]
pub struct HexError {
    /// Digits the value has: two a byte.
    pub expected: usize,
}

/// Decodes exactly `N` bytes of lowercase hex.
///
/// # Errors
/// [`HexError`] for any other length, for capitals and for anything that is no hex digit.
pub fn from_hex<const N: usize>(text: &str) -> Result<[u8; N], HexError> {
    let error = HexError { expected: 2 * N };
    let bytes = HEXLOWER.decode(text.as_bytes()).map_err(|_| error)?;
    bytes.try_into().map_err(|_| error)
}

/// Text is not the base64 of any bytes, or not what an encoder writes for them
/// [OVR-3, LOG-1].
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("expected base64")]
pub struct Base64Error;

/// Decodes padded standard base64 (RFC 4648 §4) of which the same bytes have one form only.
///
/// # Errors
/// [`Base64Error`] for missing padding, unused bits that are set, line feeds, and anything behind
/// the padding.
pub fn from_base64(text: &str) -> Result<Vec<u8>, Base64Error> {
    let bytes = BASE64.decode(text.as_bytes()).map_err(|_| Base64Error)?;
    // The library reads on behind padding: it takes "AA==AA==" for the bytes of "AAA=".
    if text.trim_end_matches('=').contains('=') { Err(Base64Error) } else { Ok(bytes) }
}

/// Decodes base64url without padding (RFC 4648 §5) of which the same bytes have one form only.
///
/// # Errors
/// [`Base64Error`] for padding, unused bits that are set, and any other character.
pub fn from_base64url(text: &str) -> Result<Vec<u8>, Base64Error> {
    BASE64URL_NOPAD.decode(text.as_bytes()).map_err(|_| Base64Error)
}

/// Defines a public value: `Copy`, ordered by its bytes, lowercase hex in text and JSON.
macro_rules! public_bytes {
    ($(#[$doc:meta])* $name:ident, $len:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Eq, Hash, Ord, PartialEq, PartialOrd)]
        pub struct $name([u8; $len]);

        impl $name {
            /// Length in bytes.
            pub const LEN: usize = $len;

            /// The bytes.
            #[must_use]
            pub const fn as_bytes(&self) -> &[u8; $len] {
                &self.0
            }
        }

        impl From<[u8; $len]> for $name {
            fn from(bytes: [u8; $len]) -> Self {
                Self(bytes)
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::bytes::HexError;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                $crate::bytes::from_hex(text).map(Self)
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&data_encoding::HEXLOWER.encode(&self.0))
            }
        }

        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                write!(f, "{}({self})", stringify!($name))
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
                to.collect_str(self)
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                let text = <std::borrow::Cow<'de, str>>::deserialize(from)?;
                text.parse().map_err(serde::de::Error::custom)
            }
        }
    };
}

/// Defines a secret value: wiped on drop, compared in constant time, redacted in `Debug`.
macro_rules! secret_bytes {
    ($(#[$doc:meta])* $name:ident, $len:literal) => {
        $(#[$doc])*
        #[derive(Clone, zeroize::Zeroize, zeroize::ZeroizeOnDrop)]
        pub struct $name([u8; $len]);

        impl $name {
            /// Length in bytes.
            pub const LEN: usize = $len;

            /// The secret bytes, for the one computation or file that needs them.
            #[must_use]
            pub const fn expose(&self) -> &[u8; $len] {
                &self.0
            }
        }

        impl From<[u8; $len]> for $name {
            fn from(bytes: [u8; $len]) -> Self {
                Self(bytes)
            }
        }

        impl PartialEq for $name {
            fn eq(&self, other: &Self) -> bool {
                subtle::ConstantTimeEq::ct_eq(&self.0[..], &other.0[..]).into()
            }
        }

        impl Eq for $name {}

        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(concat!(stringify!($name), "(redacted)"))
            }
        }
    };
}

pub(crate) use {public_bytes, secret_bytes};

#[cfg(test)]
#[expect(unreachable_pub, reason = "the macros define public types")]
mod tests {
    use super::{Base64Error, from_base64, from_base64url, from_hex};

    public_bytes!(
        /// A public pair.
        Open,
        2
    );
    secret_bytes!(
        /// A secret pair.
        Hidden,
        2
    );

    /// [OVR-2]
    #[test]
    fn hex_is_lowercase_and_of_one_length() {
        assert_eq!(from_hex("00ff"), Ok([0, 255]));
        for bad in ["00FF", "00f", "00ff00", "zz00", ""] {
            assert!(from_hex::<2>(bad).is_err(), "{bad:?} was taken");
        }
        let open: Open = "0a0b".parse().unwrap();
        assert_eq!((open.as_bytes(), open.to_string().len()), (&[10, 11], 2 * Open::LEN));
        assert_eq!(format!("{open} {open:?}"), "0a0b Open(0a0b)");
    }

    /// [OVR-3, LOG-1]
    #[test]
    fn base64_has_one_form() {
        assert_eq!(from_base64(""), Ok(vec![]));
        assert_eq!(from_base64("+/8="), Ok(vec![0xfb, 0xff]));
        for bad in ["+/8", "-_8=", "+/9=", "+/8=\n", "AA==AA==", "=", "====", "AAAA="] {
            assert_eq!(from_base64(bad), Err(Base64Error), "{bad:?} was taken");
        }
        assert_eq!(from_base64url("-_8"), Ok(vec![0xfb, 0xff]));
        for bad in ["-_8=", "+/8", "-_9", "-", "-_8\n", "AA==AA"] {
            assert_eq!(from_base64url(bad), Err(Base64Error), "{bad:?} was taken");
        }
    }

    #[test]
    fn a_secret_is_not_shown() {
        assert_eq!(format!("{:?}", Hidden::from([1, 2])), "Hidden(redacted)");
        assert_eq!(Hidden::from([1, 2]).expose().len(), Hidden::LEN);
        assert!(Hidden::from([1, 2]) == Hidden::from([1, 2]));
        assert!(Hidden::from([1, 2]) != Hidden::from([1, 3]));
    }
}
