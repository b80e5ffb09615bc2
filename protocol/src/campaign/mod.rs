//! The campaign manifest: the one file that fixes what a campaign is ([spec: campaign]).
//!
//! [`manifest`] has its fields, [`values`] the small types in them, [`rules`] what must hold
//! between them; `json` and `read` take a file apart. Whoever holds a [`Campaign`] holds a manifest that passed all of it.

mod json;
pub mod manifest;
mod read;
pub mod rules;
pub mod values;

pub use crate::campaign_id::CampaignId;
pub use json::Fault;

use crate::guardians::Commitments;
use crate::log::{Checkpoint, CheckpointError, Cosigned};
use crate::token::{Nonce, TokenChallenge, TokenInput};
use json::{FromJson as _, Json};
use manifest::{Class, Issuer, Manifest, Region};
use rules::Rule;

/// Why a file is no manifest.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum ManifestError {
    /// Longer than [`Campaign::MAX_MANIFEST`] [CAM-2].
    #[error("the manifest is longer than 262,144 bytes")]
    TooLong,
    /// Starts with a byte-order mark [CAM-3].
    #[error("the manifest starts with a byte-order mark")]
    ByteOrderMark,
    /// Not UTF-8 [CAM-3].
    #[error("the manifest is not UTF-8")]
    NotUtf8,
    /// Not one JSON text [CAM-4]; says where.
    #[error("the manifest is not JSON: {0}")]
    Json(String),
    /// Arrays and objects stand more than 16 deep inside one another.
    #[error("the manifest is nested too deep")]
    Depth,
    /// A value is not what the field asks for.
    #[error("the manifest is not what it should be: {at}: {fault}")]
    Value {
        /// Which value: `manifest.issuers[1].url`.
        at: String,
        /// What is wrong with it.
        fault: Fault,
    },
    /// A rule between the fields is broken.
    #[error("the manifest breaks a rule: {0}")]
    Rule(#[from] Rule),
}

/// A manifest that passed every check, and its id.
#[derive(Clone, Debug)]
pub struct Campaign {
    /// The id.
    pub id: CampaignId,
    /// The fields.
    pub manifest: Manifest,
    /// The guardians' commitments, parsed.
    pub commitments: Commitments,
    bytes: Vec<u8>,
}

impl Campaign {
    /// Longest manifest, in bytes.
    pub const MAX_MANIFEST: usize = 262_144;

    /// Parses a manifest strictly ([spec: campaign §2]).
    ///
    /// # Errors
    /// One variant of [`ManifestError`] for each way in which the bytes can be wrong.
    pub fn parse(bytes: &[u8]) -> Result<Self, ManifestError> {
        if bytes.len() > Self::MAX_MANIFEST {
            return Err(ManifestError::TooLong);
        }
        if bytes.starts_with(b"\xef\xbb\xbf") {
            return Err(ManifestError::ByteOrderMark);
        }
        let text = str::from_utf8(bytes).map_err(|_| ManifestError::NotUtf8)?;
        let manifest = Manifest::from_json(Json::parse(text)?).map_err(|misfit| {
            let json::Misfit { at, fault } = misfit.inside("manifest");
            ManifestError::Value { at, fault }
        })?;
        let commitments = rules::check(&manifest)?;
        Ok(Self { id: CampaignId::of(bytes), manifest, commitments, bytes: bytes.to_vec() })
    }

    /// The manifest's bytes, as they are published.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The class with this index, if there is one.
    #[must_use]
    pub fn class(&self, index: u16) -> Option<&Class> {
        self.manifest.classes.get(usize::from(index))
    }

    /// The class an issuer belongs to.
    ///
    /// # Panics
    /// If `issuer` is no index of the manifest.
    #[must_use]
    pub fn class_of(&self, issuer: u16) -> u16 {
        let at = self.manifest.classes.iter().position(|class| class.issuers.contains(&issuer));
        let at = at.expect("every issuer of the manifest belongs to a class");
        u16::try_from(at).expect("the manifest has at most 64 classes")
    }

    /// The issuer with this index.
    ///
    /// # Panics
    /// If the manifest has no such issuer; [`Self::find_issuer`] asks.
    #[must_use]
    pub fn issuer(&self, index: u16) -> &Issuer {
        self.find_issuer(index).expect("the caller took the index from the manifest")
    }

    /// The issuer with this index, if there is one.
    #[must_use]
    pub fn find_issuer(&self, index: u16) -> Option<&Issuer> {
        self.manifest.issuers.get(usize::from(index))
    }

    /// The indices of all issuers.
    ///
    /// # Panics
    /// Never: a manifest has at most 64 issuers.
    pub fn issuer_indices(&self) -> impl Iterator<Item = u16> + use<> {
        0..u16::try_from(self.manifest.issuers.len()).expect("at most 64 issuers")
    }

    /// The region with this id, if there is one.
    #[must_use]
    pub fn region(&self, id: u16) -> Option<&Region> {
        self.manifest.regions.iter().find(|region| region.id == id)
    }

    /// The challenge that tokens of an issuer answer ([spec: token §2.1]).
    #[must_use]
    pub fn challenge(&self, issuer: u16) -> TokenChallenge {
        let issuer_name = self.issuer(issuer).url.authority();
        TokenChallenge::new(issuer_name, *self.id.as_bytes(), self.manifest.counter.url.authority())
    }

    /// What an issuer signs for a pledge with this nonce.
    #[must_use]
    pub fn token_input(&self, issuer: u16, nonce: Nonce) -> TokenInput {
        let key_id = self.issuer(issuer).token_key.id();
        TokenInput { nonce, challenge_digest: self.challenge(issuer).digest(), key_id }
    }

    /// URL of the pledge log ([spec: log §2]).
    #[must_use]
    pub fn pledge_log_url(&self) -> String {
        let counter = &self.manifest.counter;
        counter.url.with_schemeless(counter.log.0.name().as_str())
    }

    /// URL of an issuance log.
    ///
    /// # Panics
    /// If the manifest has no such issuer.
    #[must_use]
    pub fn issuance_log_url(&self, issuer: u16) -> String {
        let issuer = self.issuer(issuer);
        issuer.url.with_schemeless(issuer.log.0.name().as_str())
    }

    /// Opens a note of the pledge log, and finds who of the manifest's witnesses has cosigned it.
    ///
    /// # Errors
    /// Those of [`Checkpoint::open_cosigned`].
    pub fn open_pledge_checkpoint(&self, note: &[u8]) -> Result<Cosigned, CheckpointError> {
        let log = &self.manifest.counter.log.0;
        Checkpoint::open_cosigned(note, log, &self.manifest.witnesses.keys)
    }

    /// Opens a note of an issuance log, and finds who of the manifest's witnesses has cosigned it.
    ///
    /// # Errors
    /// Those of [`Checkpoint::open_cosigned`].
    ///
    /// # Panics
    /// If the manifest has no such issuer.
    pub fn open_issuance_checkpoint(
        &self,
        issuer: u16,
        note: &[u8],
    ) -> Result<Cosigned, CheckpointError> {
        let log = &self.issuer(issuer).log.0;
        Checkpoint::open_cosigned(note, log, &self.manifest.witnesses.keys)
    }

    /// Whether the manifest names witnesses; if not, the logs are *unwitnessed*.
    #[must_use]
    pub fn has_witnesses(&self) -> bool {
        !self.manifest.witnesses.keys.is_empty()
    }

    /// Whether a checkpoint has the quorum of the manifest's witnesses [WIT-4]; none has where the
    /// manifest names none.
    #[must_use]
    pub fn is_witnessed(&self, cosigned: &Cosigned) -> bool {
        self.has_witnesses()
            && cosigned.witnesses.len() >= usize::from(self.manifest.witnesses.quorum)
    }

    /// Whether a checkpoint will do where a rule asks for a witnessed one: it is witnessed, or the
    /// manifest names no witnesses [WIT-5].
    #[must_use]
    pub fn suffices(&self, cosigned: &Cosigned) -> bool {
        !self.has_witnesses() || self.is_witnessed(cosigned)
    }

    /// Opens the checkpoint of an issuance log as a seal or a revocation carries it.
    ///
    /// # Errors
    /// Those of [`Checkpoint::open_cosigned`]; [`CheckpointError::Unwitnessed`].
    ///
    /// # Panics
    /// If the manifest has no such issuer.
    pub fn sealed_checkpoint(
        &self,
        issuer: u16,
        note: &[u8],
    ) -> Result<Checkpoint, CheckpointError> {
        let cosigned = self.open_issuance_checkpoint(issuer, note)?;
        let suffices = self.suffices(&cosigned);
        if suffices { Ok(cosigned.checkpoint) } else { Err(CheckpointError::Unwitnessed) }
    }

    /// The link supporters share: `COUNTER/c/ID`.
    #[must_use]
    pub fn link(&self) -> String {
        self.manifest.counter.url.join(&format!("c/{}", self.id))
    }
}
