//! Complaints: files by which anyone sees that a counter or an issuer has broken its word
//! ([spec: evidence]).

mod issuance;
mod promise;

pub use issuance::{HiddenIssuance, HiddenIssuanceError};
pub use promise::{BrokenPromise, BrokenPromiseError, Kept, Proved};

use data_encoding::BASE64URL_NOPAD;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::bytes::from_base64url;
use crate::campaign::{Campaign, CampaignId, ManifestError};

/// A complaint as it was read; [`BrokenPromise::check`] and [`HiddenIssuance::check`] judge it.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(tag = "complaint", rename_all = "lowercase", deny_unknown_fields)]
pub enum Complaint {
    /// An entry does not stand where a receipt says that it will.
    Promise(Box<BrokenPromise>),
    /// An issuer has signed, and its log does not say so.
    Issuance(HiddenIssuance),
}

/// Why a file is no complaint about this campaign.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum ComplaintError {
    /// [EVI-1]
    #[error("the file is no complaint")]
    Form,
    /// [EVI-2] The manifest in it is none.
    #[error(transparent)]
    Manifest(#[from] ManifestError),
    /// [EVI-2]
    #[error("the complaint is about another campaign, {0}")]
    AnotherCampaign(CampaignId),
}

impl ComplaintError {
    /// The rule's id in the spec.
    #[must_use]
    pub const fn id(&self) -> &'static str {
        match self {
            Self::Form => "EVI-1",
            Self::Manifest(_) | Self::AnotherCampaign(_) => "EVI-2",
        }
    }
}

impl Complaint {
    /// Longest file, in bytes.
    pub const MAX_LEN: usize = 4_194_304;

    /// Reads a complaint in exactly the form that [`Self::to_json`] writes, but for white space and
    /// the order of members [EVI-1].
    ///
    /// # Errors
    /// [`ComplaintError::Form`].
    pub fn from_json(json: &[u8]) -> Result<Self, ComplaintError> {
        let form = |_| ComplaintError::Form;
        if json.len() > Self::MAX_LEN {
            return Err(ComplaintError::Form);
        }
        let complaint: Self = serde_json::from_slice(json).map_err(form)?;
        // The library takes lists for objects, and looser numbers: what it read must say the same.
        let written: serde_json::Value = serde_json::from_slice(json).map_err(form)?;
        let same = serde_json::to_value(&complaint).map_err(form)? == written;
        let sized = match &complaint {
            Self::Promise(_) => true,
            Self::Issuance(issuance) => issuance.has_lengths(),
        };
        if same && sized { Ok(complaint) } else { Err(ComplaintError::Form) }
    }

    /// The file.
    ///
    /// # Panics
    /// Never: all members can be written.
    #[must_use]
    pub fn to_json(&self) -> Vec<u8> {
        let mut json = serde_json::to_vec_pretty(self).expect("a complaint is JSON");
        json.push(b'\n');
        json
    }

    /// The campaign it is about, which is the one that was asked for, if one was [EVI-2].
    ///
    /// # Errors
    /// [`ComplaintError::Manifest`], [`ComplaintError::AnotherCampaign`].
    pub fn campaign(&self, asked: Option<CampaignId>) -> Result<Campaign, ComplaintError> {
        let manifest = match self {
            Self::Promise(promise) => &promise.manifest,
            Self::Issuance(issuance) => &issuance.manifest,
        };
        let id = CampaignId::of(&manifest.0);
        if asked.is_some_and(|asked| asked != id) {
            return Err(ComplaintError::AnotherCampaign(id));
        }
        Ok(Campaign::parse(&manifest.0)?)
    }
}

/// Bytes that stand in JSON as base64url without padding.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Base64Url(pub Vec<u8>);

impl Serialize for Base64Url {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(&BASE64URL_NOPAD.encode(&self.0))
    }
}

impl<'de> Deserialize<'de> for Base64Url {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = String::deserialize(from)?;
        from_base64url(&text).map(Self).map_err(de::Error::custom)
    }
}
