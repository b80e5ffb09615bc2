//! The fields of a manifest ([spec: campaign §3]). Every key is required and no other is
//! allowed; numbers are integers. What derives `Deserialize` also stands in drafts of campaigns;
//! a manifest is read by [`super::Campaign::parse`].

use serde::{Deserialize, Serialize};

use super::values::{BaseUrl, LogKey, Texts};
use crate::ed25519::PublicKey;
use crate::identifier::Method;
use crate::identifier::email::Version;
use crate::log::CosignatureKey;
use crate::rsa::TokenKey;

/// A campaign manifest, version 1.
#[derive(Clone, Debug, Serialize)]
pub struct Manifest {
    /// Version of the format: 1.
    pub headcount: u16,
    /// One line, by language.
    pub title: Texts,
    /// What people pledge to do, by language.
    pub text: Texts,
    /// When the campaign has reached its aim.
    pub threshold: Threshold,
    /// When it opens and closes.
    pub schedule: Schedule,
    /// The sets of issuers that must all sign.
    pub classes: Vec<Class>,
    /// The issuers; an issuer's index is its place here.
    pub issuers: Vec<Issuer>,
    /// Version of the rules that normalise e-mail addresses ([spec: tag §1.2]).
    pub email_rules: Version,
    /// The function that makes uniqueness tags.
    pub oprf: Oprf,
    /// Who redeems tokens and keeps the pledge log.
    pub counter: Counter,
    /// Who cosigns the logs.
    pub witnesses: Witnesses,
    /// Regions a supporter may name.
    pub regions: Vec<Region>,
    /// How long a client waits between issuance and redemption.
    pub delay: Delay,
    /// When a log seals a batch.
    pub batch: BatchRule,
    /// Signs announcements.
    pub organiser_key: PublicKey,
    /// Signs amendments.
    pub amendment_key: PublicKey,
}

/// The aim: so many pledges, counted so.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
pub struct Threshold {
    /// Pledges that must stand in the log, at least 1.
    pub count: u64,
    /// Which count is compared.
    pub of: Measure,
    /// Counts on the way whose batch is reported, ascending.
    pub milestones: Vec<u64>,
    /// How the pledges must be spread over the regions as well.
    pub spread: Spread,
}

/// So many regions with so many pledges each; no such rule if both are 0.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Spread {
    /// Regions that must have them.
    pub regions: u16,
    /// Pledges that each of these must have.
    pub pledges: u64,
}

/// Which count the threshold names.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Measure {
    /// The sum over all classes.
    Sum,
    /// The largest class.
    Maximum,
    /// One class, by index.
    Class(u16),
}

/// Unix times in seconds.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Schedule {
    /// Issuance and redemption begin.
    pub opens: u64,
    /// No new tag is accepted from here on; replays are, for 48 hours.
    pub issuance_closes: u64,
    /// No pledge is accepted from here on.
    pub redemption_closes: u64,
}

/// A set of issuers that must all sign one nonce.
#[derive(Clone, Debug, Serialize)]
pub struct Class {
    /// A short name for reports and the command line: lowercase letters, digits, hyphens.
    pub name: String,
    /// Indices of its issuers, ascending; an issuer belongs to exactly one class.
    pub issuers: Vec<u16>,
}

/// One issuer and its attester.
#[derive(Clone, Debug, Serialize)]
pub struct Issuer {
    /// How people prove that they are distinct.
    pub method: Method,
    /// Base of the issuer's endpoints; its authority is the RFC 9577 issuer name.
    pub url: BaseUrl,
    /// The RSA key, as padded base64url of its SPKI.
    pub token_key: TokenKey,
    /// Who checks the proofs.
    pub attester: Attester,
    /// Key of the issuance log, as a C2SP verifier key.
    pub log: LogKey,
}

/// One attester.
#[derive(Clone, Debug, Serialize)]
pub struct Attester {
    /// Base of its endpoints.
    pub url: BaseUrl,
    /// Signs attestations.
    pub key: PublicKey,
}

/// The guardians' key ([spec: tag §3]).
#[derive(Clone, Debug, Serialize)]
pub struct Oprf {
    /// Guardians there are: n.
    pub guardians: u16,
    /// Guardians that are needed: t.
    pub threshold: u16,
    /// The `t` share commitments in hex; the first is the public key.
    #[serde(serialize_with = "super::values::hex_list")]
    pub commitments: Vec<[u8; 32]>,
}

/// The counter.
#[derive(Clone, Debug, Serialize)]
pub struct Counter {
    /// Base of its endpoints and of the campaign's link; its authority is the RFC 9577 origin.
    pub url: BaseUrl,
    /// Key of the pledge log, as a C2SP verifier key.
    pub log: LogKey,
    /// Signs receipts.
    pub receipt_key: PublicKey,
}

/// Who cosigns the logs, and how many must ([spec: campaign §4]).
#[derive(Clone, Debug, Serialize)]
pub struct Witnesses {
    /// Cosignatures a checkpoint needs: q.
    pub quorum: u16,
    /// Witnesses that may be dishonest: f.
    pub faulty: u16,
    /// The witnesses' verifier keys, of type 0x04: w of them. None means *unwitnessed*.
    pub keys: Vec<CosignatureKey>,
}

/// The region of a supporter who names none.
pub const NO_REGION: u16 = 0;

/// A region a supporter may name.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Region {
    /// Its id, from 1; [`NO_REGION`] means that none is named.
    pub id: u16,
    /// Its name, by language.
    pub names: Texts,
    /// Thousandths of a degree north.
    pub latitude: i32,
    /// Thousandths of a degree east.
    pub longitude: i32,
}

/// Seconds between issuance and redemption, drawn evenly by the client.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Delay {
    /// At least.
    pub minimum: u64,
    /// At most.
    pub maximum: u64,
}

/// When a log seals a batch ([spec: log §6]).
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct BatchRule {
    /// Seconds between two times at which a batch of the minimum size is sealed.
    pub interval: u64,
    /// Entries a batch waits for.
    pub minimum_size: u32,
    /// Seconds between two times at which any batch is sealed; a multiple of the interval.
    pub maximum_wait: u64,
}
