//! From JSON to the fields of a manifest ([spec: campaign §3]), in the order of their table.

use std::collections::BTreeMap;

use super::json::{Fault, FromJson, Json, Misfit};
use super::manifest::{
    Attester, BatchRule, Class, Counter, Delay, Issuer, Manifest, Measure, Oprf, Region, Schedule,
    Spread, Threshold, Witnesses,
};
use super::values::{BaseUrl, LogKey, Texts, check_language, check_text};
use crate::bytes::from_hex;
use crate::ed25519::PublicKey;
use crate::identifier::Method;
use crate::identifier::email::Version;
use crate::log::CosignatureKey;
use crate::rsa::TokenKey;

/// Reads objects that have these keys and no others, field by field.
macro_rules! objects {
    ($($type:ident { $($field:ident),+ })+) => {$(
        impl FromJson for $type {
            fn from_json(json: Json<'_>) -> Result<Self, Misfit> {
                let object = json.object(&[$(stringify!($field)),+])?;
                Ok(Self { $($field: object.read(stringify!($field))?),+ })
            }
        }
    )+};
}

objects! {
    Manifest {
        headcount, title, text, threshold, schedule, classes, issuers, email_rules, oprf, counter,
        witnesses, regions, delay, batch, organiser_key, amendment_key
    }
    Threshold { count, of, milestones, spread }
    Spread { regions, pledges }
    Schedule { opens, issuance_closes, redemption_closes }
    Class { name, issuers }
    Issuer { method, url, token_key, attester, log }
    Attester { url, key }
    Oprf { guardians, threshold, commitments }
    Counter { url, log, receipt_key }
    Witnesses { quorum, faulty, keys }
    Region { id, names, latitude, longitude }
    Delay { minimum, maximum }
    BatchRule { interval, minimum_size, maximum_wait }
}

macro_rules! numbers {
    ($($type:ident)+) => {$(
        impl FromJson for $type {
            fn from_json(json: Json<'_>) -> Result<Self, Misfit> {
                json.number()
            }
        }
    )+};
}

numbers! { u16 u32 u64 i32 }

impl FromJson for String {
    fn from_json(json: Json<'_>) -> Result<Self, Misfit> {
        json.text()
    }
}

impl<T: FromJson> FromJson for Vec<T> {
    fn from_json(json: Json<'_>) -> Result<Self, Misfit> {
        let one = |(at, json)| {
            T::from_json(json).map_err(|misfit: Misfit| misfit.inside(format_args!("[{at}]")))
        };
        json.list()?.into_iter().enumerate().map(one).collect()
    }
}

impl FromJson for Texts {
    fn from_json(json: Json<'_>) -> Result<Self, Misfit> {
        let one = |language: &str, json: Json<'_>| {
            check_language(language)?;
            let text = json.text()?;
            check_text(&text)?;
            Ok(text)
        };
        let mut texts = BTreeMap::new();
        for (language, json) in json.members()? {
            // A key that is no language tag may hold anything, and a terminal obeys some of it.
            let shown = || language.escape_debug().take(40).collect::<String>();
            let text = one(&language, json).map_err(|misfit: Misfit| misfit.inside(shown()))?;
            texts.insert(language, text);
        }
        Self::new(texts).ok_or_else(|| Fault::Form("at least one text").into())
    }
}

impl FromJson for Measure {
    fn from_json(json: Json<'_>) -> Result<Self, Misfit> {
        if json.is_object() {
            return Ok(Self::Class(json.object(&["class"])?.read("class")?));
        }
        match &json.text()?[..] {
            "sum" => Ok(Self::Sum),
            "maximum" => Ok(Self::Maximum),
            _ => Err(Fault::Form("\"sum\", \"maximum\" or a class").into()),
        }
    }
}

impl FromJson for Method {
    fn from_json(json: Json<'_>) -> Result<Self, Misfit> {
        let text = json.text()?;
        let found = Self::ALL.into_iter().find(|method| method.name() == text);
        found.ok_or_else(|| Fault::Form("\"email\", \"invitation\" or \"oidc\"").into())
    }
}

impl FromJson for Version {
    fn from_json(json: Json<'_>) -> Result<Self, Misfit> {
        Ok(json.number::<u16>()?.try_into()?)
    }
}

impl FromJson for BaseUrl {
    fn from_json(json: Json<'_>) -> Result<Self, Misfit> {
        Ok(Self::parse(&json.text()?)?)
    }
}

impl FromJson for LogKey {
    fn from_json(json: Json<'_>) -> Result<Self, Misfit> {
        Ok(Self(json.text()?.parse()?))
    }
}

impl FromJson for CosignatureKey {
    fn from_json(json: Json<'_>) -> Result<Self, Misfit> {
        Ok(json.text()?.parse::<Self>()?)
    }
}

impl FromJson for TokenKey {
    fn from_json(json: Json<'_>) -> Result<Self, Misfit> {
        Ok(json.text()?.parse::<Self>()?)
    }
}

impl FromJson for [u8; 32] {
    fn from_json(json: Json<'_>) -> Result<Self, Misfit> {
        from_hex(&json.text()?).map_err(|_| Fault::Form("64 lowercase hex digits").into())
    }
}

impl FromJson for PublicKey {
    fn from_json(json: Json<'_>) -> Result<Self, Misfit> {
        <[u8; 32]>::from_json(json).map(Self::from)
    }
}
