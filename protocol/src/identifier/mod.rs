//! What makes a person one person to a campaign, held so that it cannot leak ([spec: tag §1]).

pub mod email;

use std::fmt;

use serde::{Deserialize, Serialize};
use subtle::ConstantTimeEq as _;
use zeroize::Zeroizing;

/// How an attester tells one person from another.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Hash, PartialEq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Method {
    /// A code sent to an e-mail address.
    Email,
    /// An invitation code with a serial number.
    Invitation,
    /// A login at an OpenID Connect provider.
    Oidc,
}

impl Method {
    /// All methods.
    pub const ALL: [Self; 3] = [Self::Email, Self::Invitation, Self::Oidc];

    /// The name in the manifest, and in the hash behind every tag.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Email => "email",
            Self::Invitation => "invitation",
            Self::Oidc => "oidc",
        }
    }
}

/// The subject of an OIDC login is not 1 to 255 printable ASCII characters.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("the login's subject is not 1 to 255 printable ASCII characters")]
pub struct SubjectError;

/// A normalised identifier of 1 to [`Identifier::MAX_LEN`] bytes of UTF-8: an e-mail address, an
/// invitation's serial number or the subject of a login.
///
/// It is wiped on drop [TAG-2], compared in constant time, and has no way into text or JSON but
/// [`Identifier::expose`] [TAG-1]:
///
/// ```
/// let identifier = headcount_protocol::identifier::Identifier::from_serial(7);
/// assert_eq!(format!("{identifier:?}"), "Identifier(redacted)");
/// ```
/// ```compile_fail,E0277
/// let identifier = headcount_protocol::identifier::Identifier::from_serial(7);
/// println!("{identifier}");
/// ```
/// ```compile_fail,E0277
/// let identifier = headcount_protocol::identifier::Identifier::from_serial(7);
/// let json = serde_json::to_string(&identifier);
/// ```
#[derive(Clone)]
pub struct Identifier(Zeroizing<String>);

impl Identifier {
    /// Length in bytes at most, for every method.
    pub const MAX_LEN: usize = 255;

    /// The identifier of an invitation: its serial number in decimal, without leading zeros.
    #[must_use]
    pub fn from_serial(serial: u32) -> Self {
        Self(Zeroizing::new(serial.to_string()))
    }

    /// The identifier of a login: its `sub` claim, as it is (OpenID Connect Core §2).
    ///
    /// # Errors
    /// [`SubjectError`] if it is not 1 to 255 printable ASCII characters.
    pub fn from_subject(subject: &str) -> Result<Self, SubjectError> {
        let printable = subject.bytes().all(|byte| matches!(byte, b' '..=b'~'));
        if !printable || !(1..=Self::MAX_LEN).contains(&subject.len()) {
            return Err(SubjectError);
        }
        Ok(Self(Zeroizing::new(subject.to_owned())))
    }

    /// Takes up an identifier that was [`Identifier::expose`]d before, from where nobody could
    /// alter it.
    #[must_use]
    pub fn from_sealed(bytes: &[u8]) -> Option<Self> {
        let bounded = (1..=Self::MAX_LEN).contains(&bytes.len());
        let text = str::from_utf8(bytes).ok()?;
        bounded.then(|| Self(Zeroizing::new(text.to_owned())))
    }

    /// The text, for the one computation or message that needs it.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// `local@domain`, written once into memory of the right size.
    fn from_parts(local: &str, domain: &str) -> Self {
        let mut text = Zeroizing::new(String::with_capacity(local.len() + 1 + domain.len()));
        text.push_str(local);
        text.push('@');
        text.push_str(domain);
        Self(text)
    }
}

impl PartialEq for Identifier {
    fn eq(&self, other: &Self) -> bool {
        self.0.as_bytes().ct_eq(other.0.as_bytes()).into()
    }
}

impl Eq for Identifier {}

impl fmt::Debug for Identifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Identifier(redacted)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_method_has_one_name() {
        for method in Method::ALL {
            let json = serde_json::to_string(&method).unwrap();
            assert_eq!(json, format!("\"{}\"", method.name()));
            assert_eq!(serde_json::from_str::<Method>(&json).unwrap(), method);
        }
    }

    /// [TAG-2]
    #[test]
    fn the_memory_of_an_identifier_is_wiped() {
        fn is_wiped(_: &impl zeroize::ZeroizeOnDrop) {}
        let Identifier(text) = Identifier::from_serial(7);
        is_wiped(&text);
    }

    #[test]
    fn serials_are_decimal_text() {
        assert_eq!(Identifier::from_serial(0).expose(), "0");
        assert_eq!(Identifier::from_serial(u32::MAX).expose(), "4294967295");
    }

    #[test]
    fn subjects_are_taken_as_they_are() {
        assert_eq!(Identifier::from_subject("aB 9|x").unwrap().expose(), "aB 9|x");
        assert_ne!(Identifier::from_subject("a"), Identifier::from_subject("A"));
        assert!(Identifier::from_subject(&"x".repeat(255)).is_ok());
        for bad in ["", "é", "a\n", "a\u{7f}", &"x".repeat(256)] {
            assert_eq!(Identifier::from_subject(bad), Err(SubjectError));
        }
    }
}
