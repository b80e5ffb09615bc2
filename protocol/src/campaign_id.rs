//! The name of a campaign, under which everything of it is hashed and signed.

use sha2::{Digest, Sha256};

use crate::bytes::public_bytes;

public_bytes!(
    /// `SHA-256` of the manifest file's bytes ([spec: campaign §1]).
    CampaignId,
    32
);

impl CampaignId {
    /// The id of the manifest with these bytes.
    #[must_use]
    pub fn of(manifest: &[u8]) -> Self {
        Self(Sha256::digest(manifest).into())
    }
}
