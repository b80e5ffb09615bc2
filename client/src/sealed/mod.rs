//! The sealed pledge: a pledge as one line of text, that anyone can carry and deliver
//! ([spec: pledge §6]).

pub mod qr;

#[cfg(test)]
mod tests;

use std::str::FromStr;

use data_encoding::BASE64URL_NOPAD;
use headcount_protocol::bytes::from_base64url;
use headcount_protocol::campaign::Campaign;
use headcount_protocol::pledge::{Pledge, PledgeError};

use crate::link::{Link, LinkError};

/// What the text begins with: what it is, and the version.
const PREFIX: &str = "headcount-pledge:1:";

/// A pledge, and the campaign it is for. Who holds it can deliver it, and recognise it in the
/// log; it names nobody, and holds no key.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Sealed {
    /// The campaign.
    pub link: Link,
    /// The pledge, which [`Pledge::verify`] judges.
    pub pledge: Pledge,
}

/// Why text is no sealed pledge [PLG-24].
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum SealedError {
    /// Longer than [`Sealed::MAX_LEN`].
    #[error("this is longer than any sealed pledge")]
    TooLong,
    /// Not of the form `headcount-pledge:1:LINK#PLEDGE`.
    #[error("this is no sealed pledge: it would begin with {PREFIX} and be one line")]
    Form,
    /// What stands before `#` is no link.
    #[error("the sealed pledge names no campaign: {0}")]
    Link(#[from] LinkError),
    /// What stands after `#` is no base64url in its one form.
    #[error("the sealed pledge is damaged: a letter was lost or altered on the way")]
    Base64,
    /// The bytes are no pledge.
    #[error("the sealed pledge is damaged: {0}")]
    Pledge(#[from] PledgeError),
}

impl Sealed {
    /// Longest text, in bytes: a base URL of 512, and a pledge of 2,869 with eight tokens, which
    /// is 3,826 in base64url.
    pub const MAX_LEN: usize = PREFIX.len() + 512 + "/c/".len() + 64 + "#".len() + 3_826;

    /// A pledge for this campaign.
    #[must_use]
    pub fn new(campaign: &Campaign, pledge: Pledge) -> Self {
        let base = campaign.manifest.counter.url.clone();
        Self { link: Link { base, id: campaign.id }, pledge }
    }
}

impl std::fmt::Display for Sealed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let pledge = BASE64URL_NOPAD.encode(&self.pledge.encode());
        write!(f, "{PREFIX}{}#{pledge}", self.link)
    }
}

impl FromStr for Sealed {
    type Err = SealedError;

    /// Reads one line; white space around it, as messengers and editors add, is passed over.
    fn from_str(text: &str) -> Result<Self, SealedError> {
        let text = text.trim();
        if text.len() > Self::MAX_LEN {
            return Err(SealedError::TooLong);
        }
        let rest = text.strip_prefix(PREFIX).ok_or(SealedError::Form)?;
        let (link, pledge) = rest.split_once('#').ok_or(SealedError::Form)?;
        if text.contains(char::is_whitespace) {
            return Err(SealedError::Form);
        }
        let link = link.parse()?;
        let bytes = from_base64url(pledge).map_err(|_| SealedError::Base64)?;
        Ok(Self { link, pledge: Pledge::decode(&bytes)? })
    }
}
