//! Campaigns of any size, made with the protocol's own code, for what is measured over many
//! pledges: every token is signed and verifies, every batch is sealed, every tile is there.
//!
//! ```text
//! Person::make ─▶ Shards (one file a batch, kept) ─▶ Mirror (manifest, logs)
//! ```
//!
//! But for the salts of the signatures, all of it follows from the number of pledges and the size
//! of a batch. Made from the same shards, a larger log begins with the smaller one.

mod mirror;
mod person;
mod shards;
mod signer;

pub use mirror::{FileLog, Mirror};
pub use person::{Person, class_of};
pub use shards::Shards;
pub use signer::DirectSigner;

use headcount_protocol::campaign::Campaign;
use serde_json::json;

use crate::campaign::{campaign, draft_manifest};

/// The campaign of synthetic logs: that of the tests, with a threshold of 400,000.
#[must_use]
pub fn synthetic_campaign() -> Campaign {
    let mut manifest = draft_manifest();
    manifest["threshold"]["count"] = json!(400_000);
    campaign(&manifest)
}
