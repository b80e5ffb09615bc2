//! Choosing class and region, before the wallet is written for the first time.

use headcount_protocol::campaign::Campaign;
use headcount_protocol::identifier::Method;
use headcount_protocol::pledge::NO_REGION;
use headcount_protocol::secrets::Seed;
use serde::Deserialize;

use crate::chance::rng;
use crate::transport::{Transport, TransportError};
use crate::wallet::{Record, Store, Wallet, WalletError};

/// What a supporter chose; fixed from the first request on.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Choice {
    /// Index of the class.
    pub class: u16,
    /// Id of the region, or 0.
    pub region: u16,
}

/// Why a choice is none.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum ChoiceError {
    /// No class of this name, or none that fits what was given.
    #[error("choose a class with --class NAME; the campaign has: {0}")]
    Class(String),
    /// No region of this id or name.
    #[error("the campaign has no such region; its regions are: {0}")]
    Region(String),
    /// The wallet was begun with another class or region.
    #[error("this wallet was begun with another class or region, which cannot be changed any more")]
    Begun,
}

/// The class of this name; without one, the only class, or the first whose issuers all prove
/// uniqueness by `method`.
///
/// # Errors
/// [`ChoiceError::Class`] with the names there are.
pub fn choose_class(
    campaign: &Campaign,
    name: Option<&str>,
    method: Option<Method>,
) -> Result<u16, ChoiceError> {
    let classes = &campaign.manifest.classes;
    let fits = |issuers: &[u16]| {
        method.is_some_and(|m| issuers.iter().all(|&issuer| campaign.issuer(issuer).method == m))
    };
    let found = match name {
        Some(name) => classes.iter().position(|class| class.name == name),
        None if classes.len() == 1 => Some(0),
        None => classes.iter().position(|class| fits(&class.issuers)),
    };
    let names = || classes.iter().map(|class| class.name.as_str()).collect::<Vec<_>>().join(", ");
    found.and_then(|at| u16::try_from(at).ok()).ok_or_else(|| ChoiceError::Class(names()))
}

/// The region of this id or, in any language and whatever the capitals, name.
///
/// # Errors
/// [`ChoiceError::Region`] with the regions there are.
pub fn choose_region(
    campaign: &Campaign,
    text: Option<&str>,
    language: &str,
) -> Result<u16, ChoiceError> {
    let Some(text) = text else { return Ok(NO_REGION) };
    let regions = &campaign.manifest.regions;
    if let Ok(id) = text.parse::<u16>()
        && (id == NO_REGION || campaign.region(id).is_some())
    {
        return Ok(id);
    }
    let wanted = text.trim().to_lowercase();
    let named = |name: &str| name.to_lowercase() == wanted;
    let found = regions.iter().find(|region| region.names.iter().any(|(_, name)| named(name)));
    found.map(|region| region.id).ok_or_else(|| {
        let list = regions.iter().map(|r| format!("{} {}", r.id, r.names.get(language)));
        ChoiceError::Region(list.collect::<Vec<_>>().join(", "))
    })
}

/// Opens the wallet of the campaign, or writes a new one with a fresh seed: on the disk before
/// anything that derives from it is sent [TOK-10].
///
/// # Errors
/// [`WalletError`].
pub fn begin(store: &Store, campaign: &Campaign, choice: Choice) -> Result<Wallet, WalletError> {
    let seed = Seed::generate(&mut rng());
    store.create(campaign, Record::new(choice.class, choice.region, seed))
}

/// The parts of `count.json` that a supporter is told before asking for a token.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq)]
pub struct Counts {
    regions: std::collections::BTreeMap<String, u64>,
    #[serde(default)]
    revoked: Vec<u16>,
}

impl Counts {
    /// Fetches what the counter says of its log.
    ///
    /// # Errors
    /// [`TransportError`].
    pub fn fetch(campaign: &Campaign, transport: &Transport) -> Result<Self, TransportError> {
        let url = campaign.manifest.counter.url.join("count.json");
        let bytes = transport.get(&url, 1 << 20)?;
        serde_json::from_slice(&bytes).map_err(|_| TransportError::Answer)
    }

    /// The first issuer of a class that was revoked, of those behind the first `obtained`: it is not
    /// asked for a token [STA-12].
    #[must_use]
    pub fn revoked_of(&self, campaign: &Campaign, class: u16, obtained: usize) -> Option<u16> {
        let issuers = &campaign.class(class)?.issuers;
        issuers.iter().skip(obtained).copied().find(|issuer| self.revoked.contains(issuer))
    }

    /// Pledges that named this region so far, as the counter says.
    #[must_use]
    pub fn in_region(&self, id: u16) -> u64 {
        self.regions.get(&id.to_string()).copied().unwrap_or(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::world::World;

    /// [STA-12]
    #[test]
    fn a_revoked_issuer_is_not_asked() {
        let campaign = World::new("http://127.0.0.1:1", 0).campaign;
        let class = campaign.manifest.classes.iter().position(|class| class.issuers.len() > 1);
        let class = u16::try_from(class.unwrap()).unwrap();
        let issuers = &campaign.class(class).unwrap().issuers;
        let revoked = |revoked: Vec<u16>, obtained| {
            let counts = Counts { revoked, ..Counts::default() };
            counts.revoked_of(&campaign, class, obtained)
        };
        assert_eq!(revoked(vec![], 0), None);
        assert_eq!(revoked(vec![issuers[1]], 0), Some(issuers[1]));
        // What it gave before its revocation counts, and is pledged.
        assert_eq!(revoked(vec![issuers[0]], 1), None);
        assert_eq!(revoked(vec![issuers[1]], 1), Some(issuers[1]));
    }
}
