//! One supporter of a crowd.

use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use headcount_protocol::campaign::Campaign;
use headcount_protocol::identifier::Method;
use headcount_protocol::pledge::NO_REGION;

use super::{Crowd, CrowdError, Plan, Tally};
use crate::chance::uniform;
use crate::journey::prepare::{begin, choose_class};
use crate::journey::{Answer, Choice, Journey, JourneyError, News, Patience, Person, Proofs};
use crate::wallet::SecretText;

/// How long a thread waits for a message before it serves another supporter.
const MAIL_PATIENCE: Duration = Duration::from_millis(250);

/// Who takes part, by which method; where they stand is in their wallet.
#[derive(Debug)]
pub struct Supporter {
    /// Number, from 0.
    pub number: u64,
    /// How uniqueness is proved.
    pub method: Method,
    /// When the first step was taken.
    pub began: Option<Instant>,
    choice: Choice,
    address: String,
    invitation: Option<SecretText>,
}

/// The crowd of a plan: the first have the invitations, the others an address each, and one in
/// three names a region.
///
/// # Errors
/// [`CrowdError::Class`] if the campaign has no class for a method that is needed.
pub fn cast(campaign: &Campaign, plan: &Plan) -> Result<Vec<Supporter>, CrowdError> {
    let mut invitations = plan.invitations.iter().cloned();
    let mut supporters = Vec::new();
    for number in 0..plan.supporters {
        let invitation = invitations.next();
        let method = if invitation.is_some() { Method::Invitation } else { Method::Email };
        let class = choose_class(campaign, None, Some(method))?;
        supporters.push(Supporter {
            number,
            method,
            began: None,
            choice: Choice { class, region: draw_region(campaign) },
            address: format!("supporter-{number:06}@crowd.example"),
            invitation,
        });
    }
    Ok(supporters)
}

fn draw_region(campaign: &Campaign) -> u16 {
    let regions = &campaign.manifest.regions;
    let Some(last) = regions.len().checked_sub(1) else { return NO_REGION };
    if uniform(0, 2) != 0 {
        return NO_REGION;
    }
    let at = uniform(0, u64::try_from(last).unwrap_or(0));
    usize::try_from(at).ok().and_then(|at| regions.get(at)).map_or(NO_REGION, |region| region.id)
}

impl Crowd<'_> {
    /// Takes the supporter's journey up from the wallet, as far as it goes without waiting.
    pub(super) fn go_on(&self, supporter: &mut Supporter) -> Result<(), JourneyError> {
        let store = self.store(supporter);
        let mut wallet = if supporter.began.is_none() {
            supporter.began = Some(Instant::now());
            self.tally.started.fetch_add(1, Ordering::Relaxed);
            begin(&store, self.campaign, supporter.choice)?
        } else {
            store.open(&self.campaign.id)?
        };
        let proofs = Proofs {
            address: Some(SecretText::new(supporter.address.clone())),
            invitation: supporter.invitation.clone(),
            language: "en".to_owned(),
        };
        let mut person = Played { crowd: self, address: &supporter.address, tally: self.tally };
        let mut journey = Journey {
            campaign: self.campaign,
            wallet: &mut wallet,
            channels: self.channels,
            logs: &self.logs,
            person: &mut person,
            proofs: &proofs,
            patience: Patience { now: false, no_wait: true },
        };
        journey.run()
    }
}

struct Played<'a> {
    crowd: &'a Crowd<'a>,
    address: &'a str,
    tally: &'a Tally,
}

impl Person for Played<'_> {
    fn code(&mut self) -> Result<Answer, JourneyError> {
        let code = self.crowd.mailbox.take(self.address, MAIL_PATIENCE);
        Ok(code.map_or(Answer::Later, Answer::Code))
    }

    fn address(&mut self) -> Option<SecretText> {
        None
    }

    fn tell(&mut self, news: News) {
        if news == News::Issued {
            self.tally.issued.fetch_add(1, Ordering::Relaxed);
        }
    }
}
