//! Campaign links: `HOST/c/ID`, where the id pins the manifest and with it every key.

use std::str::FromStr;

use headcount_protocol::campaign::values::{BaseUrl, UrlError};
use headcount_protocol::campaign::{Campaign, CampaignId, ManifestError};

use crate::transport::{Transport, TransportError};

/// A link as supporters share it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Link {
    /// Where the manifest is fetched.
    pub base: BaseUrl,
    /// The campaign.
    pub id: CampaignId,
}

/// Why text is no link.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum LinkError {
    /// Not of the form `https://HOST/c/ID`.
    #[error("a campaign link looks like https://HOST/c/ID, where ID has 64 lowercase hex digits")]
    Form,
    /// The part before `/c/` is no base URL.
    #[error("the link's host is refused: {0}")]
    Base(#[from] UrlError),
}

impl FromStr for Link {
    type Err = LinkError;

    fn from_str(text: &str) -> Result<Self, LinkError> {
        let (base, id) = text.trim().rsplit_once("/c/").ok_or(LinkError::Form)?;
        let id = id.parse().map_err(|_| LinkError::Form)?;
        Ok(Self { base: BaseUrl::parse(base)?, id })
    }
}

impl std::fmt::Display for Link {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.base.join(&format!("c/{}", self.id)))
    }
}

/// Why a link leads to no campaign.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum FetchError {
    /// The manifest could not be read.
    #[error(transparent)]
    Transport(#[from] TransportError),
    /// The manifest is of another campaign [CAM-1]: somebody altered it, or the link.
    #[error("the manifest served there is not the one the link names; do not use this server")]
    AnotherCampaign,
    /// The manifest is none.
    #[error(transparent)]
    Manifest(#[from] ManifestError),
}

impl Link {
    /// Fetches the manifest and checks it against the id.
    ///
    /// # Errors
    /// [`FetchError`].
    pub fn fetch(&self, transport: &Transport) -> Result<Campaign, FetchError> {
        match transport.get(&self.base.join("manifest.json"), Campaign::MAX_MANIFEST) {
            Err(TransportError::TooLong) => Err(ManifestError::TooLong.into()),
            bytes => pinned(&bytes?, self.id),
        }
    }
}

/// The campaign with this id, from bytes of anywhere.
///
/// # Errors
/// [`FetchError::AnotherCampaign`], [`FetchError::Manifest`].
pub fn pinned(manifest: &[u8], id: CampaignId) -> Result<Campaign, FetchError> {
    if CampaignId::of(manifest) != id {
        return Err(FetchError::AnotherCampaign);
    }
    Ok(Campaign::parse(manifest)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";

    #[test]
    fn a_link_is_a_base_and_an_id() {
        for base in ["https://pledge.example", "http://127.0.0.1:8080/a/c/b"] {
            let text = format!("{base}/c/{ID}");
            let link: Link = text.parse().unwrap();
            assert_eq!((link.base.as_str(), link.id.to_string().as_str()), (base, ID));
            assert_eq!(link.to_string(), text);
        }
    }

    #[test]
    fn other_text_is_no_link() {
        let form = |text: &str| text.parse::<Link>();
        for bad in ["", "https://pledge.example", ID, "https://pledge.example/c/00"] {
            assert_eq!(form(bad), Err(LinkError::Form), "{bad}");
        }
        let upper = format!("https://pledge.example/c/{}", ID.to_uppercase());
        assert_eq!(form(&upper), Err(LinkError::Form));
        assert_eq!(form(&format!("https://pledge.example/c/{ID}/")), Err(LinkError::Form));
        for base in ["http://pledge.example", "pledge.example", "https://pledge.example/"] {
            let text = format!("{base}/c/{ID}");
            assert!(matches!(form(&text), Err(LinkError::Base(_))), "{text}");
        }
    }

    /// [CAM-1]
    #[test]
    fn a_manifest_must_have_the_id_of_the_link() {
        let id = CampaignId::of(b"{}");
        assert_eq!(pinned(b"{ }", id).unwrap_err(), FetchError::AnotherCampaign);
        assert!(matches!(pinned(b"{}", id), Err(FetchError::Manifest(_))));
    }
}
