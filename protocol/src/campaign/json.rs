//! JSON as a manifest has it ([spec: campaign §2]): a value is what stands in the file, and is
//! taken for one thing only.

use std::collections::BTreeSet;
use std::fmt::Display;
use std::str::FromStr;

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::ManifestError;
use super::values::{TextError, UrlError};
use crate::identifier::email::UnknownVersion;
use crate::log::VerifierKeyError;
use crate::rsa::TokenKeyError;

/// Arrays and objects inside one another, at most.
const MAX_DEPTH: usize = 16;

/// What a number begins with.
const NUMBER: &[char] = &['-', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9'];

/// What is wrong with one value of a manifest.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum Fault {
    /// [CAM-5]
    #[error("the key {0:?} stands twice")]
    DuplicateKey(String),
    /// [CAM-5]
    #[error("there is no key {0:?}")]
    UnknownKey(String),
    /// [CAM-5]
    #[error("the key {0:?} is missing")]
    MissingKey(&'static str),
    /// [CAM-6]
    #[error("the number is not an integer of the range without superfluous characters")]
    Number,
    /// [CAM-7]
    #[error("{0} must stand here")]
    Form(&'static str),
    /// [CAM-7]
    #[error("the text has a lone surrogate")]
    Surrogate,
    /// [CAM-7]
    #[error(transparent)]
    TokenKey(#[from] TokenKeyError),
    /// [TAG-3]
    #[error(transparent)]
    EmailRules(#[from] UnknownVersion),
    /// [CAM-25], [CAM-26]
    #[error(transparent)]
    Text(#[from] TextError),
    /// [CAM-27], [CAM-28], [CAM-29]
    #[error(transparent)]
    Url(#[from] UrlError),
    /// [LOG-14]
    #[error(transparent)]
    LogKey(#[from] VerifierKeyError),
}

/// A fault and the place of its value, such as `issuers[1].url`; empty for the whole.
#[derive(Debug)]
pub(super) struct Misfit {
    pub(super) at: String,
    pub(super) fault: Fault,
}

impl<F: Into<Fault>> From<F> for Misfit {
    fn from(fault: F) -> Self {
        Self { at: String::new(), fault: fault.into() }
    }
}

impl Misfit {
    /// The same, seen from the object or array around it.
    pub(super) fn inside(self, outer: impl Display) -> Self {
        let separator = if self.at.is_empty() || self.at.starts_with('[') { "" } else { "." };
        Self { at: format!("{outer}{separator}{}", self.at), fault: self.fault }
    }
}

/// A value of which no more is known than that it is JSON.
#[derive(Clone, Copy)]
pub(super) struct Json<'a>(&'a RawValue);

impl<'a> Json<'a> {
    /// Checks the syntax of a whole file, and nothing else.
    pub(super) fn parse(text: &'a str) -> Result<Self, ManifestError> {
        let json = serde_json::from_str(text);
        let json = json.map_err(|error| ManifestError::Json(error.to_string()))?;
        if depth(text) > MAX_DEPTH { Err(ManifestError::Depth) } else { Ok(Self(json)) }
    }

    /// Whether an object stands here.
    pub(super) fn is_object(self) -> bool {
        self.0.get().starts_with('{')
    }

    /// The members of an object without duplicate keys, in the file's order.
    pub(super) fn members(self) -> Result<Vec<(String, Self)>, Misfit> {
        let text = self.starting(&['{'], "an object")?;
        let Pairs(pairs) = serde_json::from_str(text).expect("the syntax has been checked");
        let mut keys = BTreeSet::new();
        let mut members = Vec::with_capacity(pairs.len());
        for (key, value) in pairs {
            // With a lone surrogate a key has no text: as it stands, quotes and all, it is no name.
            let key = serde_json::from_str(key.get()).unwrap_or_else(|_| key.get().to_owned());
            if !keys.insert(key.clone()) {
                return Err(Fault::DuplicateKey(key).into());
            }
            members.push((key, Self(value)));
        }
        Ok(members)
    }

    /// The values of an object with exactly these keys.
    pub(super) fn object(self, keys: &[&'static str]) -> Result<Object<'a>, Misfit> {
        let members = self.members()?;
        if let Some((key, _)) = members.iter().find(|(key, _)| !keys.contains(&&key[..])) {
            return Err(Fault::UnknownKey(key.clone()).into());
        }
        let missing = keys.iter().find(|key| !members.iter().any(|(found, _)| found == **key));
        missing.map_or(Ok(Object(members)), |key| Err(Fault::MissingKey(key).into()))
    }

    /// The values of an array.
    pub(super) fn list(self) -> Result<Vec<Self>, Misfit> {
        let text = self.starting(&['['], "an array")?;
        let values: Vec<&RawValue> =
            serde_json::from_str(text).expect("the syntax has been checked");
        Ok(values.into_iter().map(Self).collect())
    }

    /// A string without lone surrogates.
    pub(super) fn text(self) -> Result<String, Misfit> {
        let text = self.starting(&['"'], "a string")?;
        serde_json::from_str(text).map_err(|_| Fault::Surrogate.into())
    }

    /// An integer in its one form.
    pub(super) fn number<T: FromStr>(self) -> Result<T, Misfit> {
        let text = self.starting(NUMBER, "a number")?;
        let number = text.parse().ok().filter(|_| text != "-0");
        number.ok_or_else(|| Fault::Number.into())
    }

    /// The text of the value, whose type its first character tells.
    fn starting(self, with: &[char], what: &'static str) -> Result<&'a str, Misfit> {
        let text = self.0.get();
        if text.starts_with(with) { Ok(text) } else { Err(Fault::Form(what).into()) }
    }
}

/// An object whose keys have been checked.
pub(super) struct Object<'a>(Vec<(String, Json<'a>)>);

impl Object<'_> {
    /// The value of one of its keys.
    pub(super) fn read<T: FromJson>(&self, key: &'static str) -> Result<T, Misfit> {
        let found = self.0.iter().find(|(found, _)| found == key);
        let (_, value) = found.expect("one of the keys that were asked for");
        T::from_json(*value).map_err(|misfit| misfit.inside(key))
    }
}

/// What can stand in a manifest.
pub(super) trait FromJson: Sized {
    /// Reads a value of this type and of no other.
    fn from_json(json: Json<'_>) -> Result<Self, Misfit>;
}

/// The members of an object as they stand in the file, duplicates too.
struct Pairs<'a>(Vec<(&'a RawValue, &'a RawValue)>);

impl<'de: 'a, 'a> Deserialize<'de> for Pairs<'a> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_map(PairsVisitor)
    }
}

struct PairsVisitor;

impl<'de> Visitor<'de> for PairsVisitor {
    type Value = Pairs<'de>;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Pairs<'de>, A::Error> {
        let mut pairs = Vec::new();
        while let Some(pair) = map.next_entry()? {
            pairs.push(pair);
        }
        Ok(Pairs(pairs))
    }
}

/// How deep arrays and objects are nested in a JSON text.
fn depth(json: &str) -> usize {
    let (mut depth, mut deepest) = (0, 0);
    let (mut quoted, mut escaped) = (false, false);
    for byte in json.bytes() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'"' => quoted = !quoted,
            b'[' | b'{' if !quoted => {
                depth += 1;
                deepest = deepest.max(depth);
            }
            b']' | b'}' if !quoted => depth -= 1,
            _ => {}
        }
    }
    deepest
}
