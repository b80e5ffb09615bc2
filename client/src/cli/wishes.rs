//! What a supporter wishes of class and region.

use headcount_protocol::campaign::Campaign;
use headcount_protocol::identifier::Method;
use headcount_protocol::pledge::NO_REGION;

use super::output::note;
use super::terminal;
use crate::exit::Failure;
use crate::journey::prepare::{Counts, begin, choose_class, choose_region};
use crate::journey::{Choice, ChoiceError};
use crate::wallet::{Store, Wallet};

/// What the options say of class and region.
pub(super) struct Wishes<'a> {
    pub(super) class: Option<&'a str>,
    pub(super) method: Option<Method>,
    pub(super) region: Option<&'a str>,
    pub(super) language: &'a str,
    pub(super) counts: Option<&'a Counts>,
}

impl Wishes<'_> {
    pub(super) fn begin(&self, campaign: &Campaign, store: &Store) -> Result<Wallet, Failure> {
        Ok(begin(store, campaign, self.choice(campaign)?)?)
    }

    /// Whether the campaign has the class and the region that are named.
    pub(super) fn check(&self, campaign: &Campaign) -> Result<(), Failure> {
        if self.class.is_some() {
            choose_class(campaign, self.class, None)?;
        }
        choose_region(campaign, self.region, self.language)?;
        Ok(())
    }

    /// Class and region; a class that does not follow from what was given is asked for.
    pub(super) fn choice(&self, campaign: &Campaign) -> Result<Choice, Failure> {
        let class = match choose_class(campaign, self.class, self.method) {
            Err(ChoiceError::Class(names)) if self.class.is_none() && terminal::is_terminal() => {
                let answer = terminal::ask(&format!("Class ({names}): "));
                choose_class(campaign, Some(answer.as_ref().map_or("", |a| a.expose())), None)?
            }
            class => class?,
        };
        // Who says nothing names none [PLG-1].
        let region = self.region(campaign)?.unwrap_or(NO_REGION);
        Ok(Choice { class, region })
    }

    /// Takes another choice over, as long as no token was asked for with the old one.
    pub(super) fn change(
        &self,
        campaign: &Campaign,
        mut wallet: Wallet,
    ) -> Result<Wallet, Failure> {
        let record = wallet.record();
        let asks_for = |method: Method| {
            let class = campaign.class(record.class);
            class.is_some_and(|class| {
                class.issuers.iter().any(|&issuer| campaign.issuer(issuer).method == method)
            })
        };
        let class = if self.class.is_some() || self.method.is_some_and(|m| !asks_for(m)) {
            choose_class(campaign, self.class, self.method)?
        } else {
            record.class
        };
        let wished = match self.region {
            Some(text) => choose_region(campaign, Some(text), self.language)?,
            None => record.region,
        };
        if (class, wished) == (record.class, record.region) {
            return Ok(wallet);
        }
        if wished != record.region {
            self.region(campaign)?;
        }
        if !wallet.choose(class, wished)? {
            return Err(ChoiceError::Begun.into());
        }
        Ok(wallet)
    }

    /// The region that is wished for, after saying how few have named it.
    fn region(&self, campaign: &Campaign) -> Result<Option<u16>, Failure> {
        let Some(text) = self.region else { return Ok(None) };
        let id = choose_region(campaign, Some(text), self.language)?;
        let Some(region) = campaign.region(id) else { return Ok(Some(id)) };
        let name = region.names.get(self.language);
        match self.counts {
            Some(counts) => note(&format!(
                "{} pledges name the region {name} so far. A region is published with your \
                 pledge: the fewer there are, the smaller the crowd you stand in.",
                counts.in_region(id)
            )),
            None => note(&format!(
                "How many pledges name the region {name} is not known now; it may be few. A \
                 region is published with your pledge."
            )),
        }
        Ok(Some(id))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::world::World;

    /// [PLG-1]
    #[test]
    fn who_says_nothing_names_no_region() {
        let campaign = World::new("http://127.0.0.1:1", 0).campaign;
        let dir = tempfile::tempdir().unwrap();
        let store = Store::new(dir.path().to_owned());
        let wishes = |region| {
            let class = Some("email");
            Wishes { class, method: None, region, language: "en", counts: None }
        };
        let wallet = wishes(None).begin(&campaign, &store).unwrap();
        assert_eq!(wallet.record().region, NO_REGION);
        let wallet = wishes(Some("Seven")).change(&campaign, wallet).unwrap();
        assert_eq!(wallet.record().region, 7);
        let wallet = wishes(None).change(&campaign, wallet).unwrap();
        assert_eq!(wallet.record().region, 7);
    }
}
