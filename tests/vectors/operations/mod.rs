//! What this code answers to each operation: from the JSON of an input to that of an output, or
//! the rule that is broken.

pub(super) mod attestation;
pub(super) mod attestation_codes;
pub mod campaign;
pub(super) mod certificate;
pub(super) mod email;
pub(super) mod evidence;
pub mod log;
pub mod log_notes;
pub mod overview;
pub(super) mod pledge;
pub(super) mod pledge_receipt;
pub mod recount;
pub(super) mod statements;
pub(super) mod tag;
pub(super) mod tag_guardians;
pub(super) mod token;
pub(super) mod token_issuance;
pub(super) mod witness;

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::{Value, json};

/// An operation: an output, or an object whose `rule` names what is broken.
pub type Operation = fn(&Bases, &Value) -> Result<Value, Value>;

/// The refusal that names a rule and nothing else.
#[must_use]
pub fn broken(rule: &str) -> Value {
    json!({ "rule": rule })
}

/// What several cases share.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Bases {
    /// Manifests, as text.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub manifests: BTreeMap<&'static str, String>,
    /// Other files that are text.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub texts: BTreeMap<&'static str, String>,
    /// Files of mirrors by path, in hex.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub mirrors: BTreeMap<&'static str, BTreeMap<String, String>>,
}

impl Bases {
    /// Whether nothing is shared.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.manifests.is_empty() && self.texts.is_empty() && self.mirrors.is_empty()
    }
}
