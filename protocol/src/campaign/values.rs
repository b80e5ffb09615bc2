//! The small types inside a manifest, each parsed strictly where it is read.

use std::collections::BTreeMap;

use data_encoding::HEXLOWER;
use serde::de::{Error as _, MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use url::{Host, Url};

use crate::log::VerifierKey;

/// Why a text is refused ([spec: campaign §3.1]).
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum TextError {
    /// [CAM-25]
    #[error("{0:?} is no language tag")]
    Language(String),
    /// [CAM-26]
    #[error("the text is empty or longer than 16,384 bytes")]
    Length,
    /// [CAM-26]
    #[error("the text has a control character")]
    Control,
}

/// Texts by language tag, at least one ([spec: campaign §3.1]).
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
#[serde(transparent)]
pub struct Texts(BTreeMap<String, String>);

impl Texts {
    /// One text in one language.
    #[must_use]
    pub fn single(language: &str, text: &str) -> Self {
        Self(BTreeMap::from([(language.to_owned(), text.to_owned())]))
    }

    /// The text in a language, else in English, else in the first there is.
    #[must_use]
    pub fn get(&self, language: &str) -> &str {
        let text = self.0.get(language).or_else(|| self.0.get("en"));
        text.or_else(|| self.0.values().next()).map_or("", String::as_str)
    }

    /// The languages and their texts, sorted by tag.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(language, text)| (language.as_str(), text.as_str()))
    }

    /// Texts that have been checked one by one; nothing if there is none.
    pub(crate) fn new(texts: BTreeMap<String, String>) -> Option<Self> {
        (!texts.is_empty()).then_some(Self(texts))
    }
}

impl<'de> Deserialize<'de> for Texts {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_map(TextsVisitor)
    }
}

struct TextsVisitor;

impl<'de> Visitor<'de> for TextsVisitor {
    type Value = Texts;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("an object of texts by language")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Texts, A::Error> {
        let mut texts = BTreeMap::new();
        while let Some((language, text)) = map.next_entry::<String, String>()? {
            // What people read can be read, and all of it is seen.
            check_language(&language).map_err(A::Error::custom)?;
            check_text(&text).map_err(A::Error::custom)?;
            if texts.insert(language.clone(), text).is_some() {
                return Err(A::Error::custom(format!("duplicate language `{language}`")));
            }
        }
        let missing = || A::Error::custom("a text needs at least one language");
        Texts::new(texts).ok_or_else(missing)
    }
}

/// Two or three lowercase letters, then subtags of letters and digits (BCP 47, shortened)
/// [CAM-25].
pub(crate) fn check_language(tag: &str) -> Result<(), TextError> {
    let mut parts = tag.split('-');
    let primary = parts.next().unwrap_or_default();
    let holds = (2..=3).contains(&primary.len())
        && primary.bytes().all(|b| b.is_ascii_lowercase())
        && parts.all(|part| {
            (2..=8).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_alphanumeric())
        });
    if holds { Ok(()) } else { Err(TextError::Language(tag.to_owned())) }
}

/// Something to read, of at most 16,384 bytes, with line feeds as the only control characters.
pub(crate) fn check_text(text: &str) -> Result<(), TextError> {
    if text.trim().is_empty() || text.len() > 16_384 {
        return Err(TextError::Length);
    }
    let control = text.chars().any(|c| c.is_control() && c != '\n');
    if control { Err(TextError::Control) } else { Ok(()) }
}

/// Why a URL is refused ([spec: campaign §3.2]).
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum UrlError {
    /// [CAM-27]
    #[error(
        "the URL is too long, not in its normal form, or its path has more than A-Z a-z 0-9 -._~/"
    )]
    Form,
    /// [CAM-28]
    #[error("the URL has a user, password, query or fragment")]
    Parts,
    /// [CAM-29]
    #[error("the URL must be https, or http to a loopback or onion address")]
    Scheme,
}

/// The base of a role's endpoints, without trailing slash.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub struct BaseUrl {
    text: String,
    authority: (usize, usize),
    loopback: bool,
}

impl BaseUrl {
    /// Longest URL, in bytes.
    const MAX_LEN: usize = 512;

    /// Parses a URL that is already in its normal form.
    ///
    /// # Errors
    /// One variant of [`UrlError`] for each rule.
    pub fn parse(text: &str) -> Result<Self, UrlError> {
        let url = Url::parse(text).map_err(|_| UrlError::Form)?;
        let normal = url.as_str().strip_suffix('/').unwrap_or(url.as_str());
        if text != normal || text.len() > Self::MAX_LEN || !has_plain_path(&url) {
            return Err(UrlError::Form);
        }
        let bare = url.query().is_none()
            && url.fragment().is_none()
            && url.username().is_empty()
            && url.password().is_none();
        if !bare {
            return Err(UrlError::Parts);
        }
        let (loopback, onion) = match url.host() {
            Some(Host::Domain(name)) => (name == "localhost", name.ends_with(".onion")),
            Some(Host::Ipv4(address)) => (address.is_loopback(), false),
            Some(Host::Ipv6(address)) => (address.is_loopback(), false),
            None => (false, false),
        };
        match url.scheme() {
            "https" => {}
            "http" if loopback || onion => {}
            _ => return Err(UrlError::Scheme),
        }
        let start = url.scheme().len() + "://".len();
        let length = text[start..].find('/').unwrap_or(text.len() - start);
        Ok(Self { text: text.to_owned(), authority: (start, start + length), loopback })
    }

    /// The URL.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Host and, if it is not the scheme's own, port.
    #[must_use]
    pub fn authority(&self) -> &str {
        &self.text[self.authority.0..self.authority.1]
    }

    /// Whether nobody outside of this machine can reach it.
    #[must_use]
    pub const fn is_loopback(&self) -> bool {
        self.loopback
    }

    /// The path below the host, without trailing slash: empty, or `/…`.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.text[self.authority.1..]
    }

    /// The URL without its scheme, as C2SP log origins are written.
    #[must_use]
    pub fn schemeless(&self) -> &str {
        &self.text[self.authority.0..]
    }

    /// The URL of something whose scheme-less URL is known, such as a log's origin.
    #[must_use]
    pub fn with_schemeless(&self, schemeless: &str) -> String {
        format!("{}{schemeless}", &self.text[..self.authority.0])
    }

    /// The URL of a resource below this one.
    #[must_use]
    pub fn join(&self, path: &str) -> String {
        format!("{}/{path}", self.text)
    }
}

/// Whether the path has only characters that every version of the URL standard writes alike. What
/// other schemes have in its place is not looked at: they are refused as such.
fn has_plain_path(url: &Url) -> bool {
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"-._~/".contains(&b);
    !matches!(url.scheme(), "https" | "http") || url.path().bytes().all(plain)
}

impl Serialize for BaseUrl {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(&self.text)
    }
}

/// A C2SP verifier key in its text form.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct LogKey(pub VerifierKey);

impl Serialize for LogKey {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(&self.0)
    }
}

/// Writes a list of 32-byte values in lowercase hex.
pub(super) fn hex_list<S: Serializer>(values: &[[u8; 32]], to: S) -> Result<S::Ok, S::Error> {
    to.collect_seq(values.iter().map(|value| HEXLOWER.encode(value)))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// [CAM-27, CAM-28, CAM-29]
    #[test]
    fn urls_have_one_form() {
        let url = BaseUrl::parse("http://127.0.0.1:8080/base").expect("a loopback address");
        assert_eq!(url.authority(), "127.0.0.1:8080");
        assert_eq!(url.path(), "/base");
        assert_eq!(url.schemeless(), "127.0.0.1:8080/base");
        assert_eq!(url.join("x"), "http://127.0.0.1:8080/base/x");
        assert_eq!(BaseUrl::parse("https://pledge.example").map(|url| url.path().len()), Ok(0));
        for form in [
            "https://pledge.example/",
            "https://PLEDGE.example",
            "https://pledge.example:443",
            "https://pledge.example?q",
            "https://pledge.example/a/../b",
            "https://pledge.example/a^b",
            "https://pledge.example/a%20b",
            "pledge.example",
        ] {
            assert_eq!(BaseUrl::parse(form), Err(UrlError::Form), "{form}");
        }
        for parts in ["https://a@pledge.example", "https://pledge.example/?q"] {
            assert_eq!(BaseUrl::parse(parts), Err(UrlError::Parts), "{parts}");
        }
        for scheme in ["http://pledge.example", "ftp://127.0.0.1", "http://10.0.0.1"] {
            assert_eq!(BaseUrl::parse(scheme), Err(UrlError::Scheme), "{scheme}");
        }
    }

    /// [CAM-5, CAM-25, CAM-26]
    #[test]
    fn texts_refuse_what_two_parsers_could_read_differently() {
        let parse = |json| serde_json::from_str::<Texts>(json);
        assert_eq!(
            parse(r#"{"en":"a","ru":"б"}"#).map(|texts| texts.get("ru").len()).ok(),
            Some(2)
        );
        for bad in [
            r#"{"en":"a","en":"b"}"#,
            r#"{"en":""}"#,
            r#"{}"#,
            r#"{"EN":"a"}"#,
            r#"{"en":"a\u0007"}"#,
            r#"{"en":"\ud800"}"#,
        ] {
            assert!(parse(bad).is_err(), "{bad} was taken");
        }
    }
}
