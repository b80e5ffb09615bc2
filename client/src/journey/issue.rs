//! From an attestation to a token whose issuance is public ([spec: http §4], [spec: token §4]).

use std::path::PathBuf;
use std::time::Duration;

use headcount_protocol::attestation::Attestation;
use headcount_protocol::campaign::manifest::Delay;
use headcount_protocol::token::{TokenRequest, TokenResponse};

use super::{Journey, JourneyError, News, Pause};
use crate::chance::{Clock, uniform};
use crate::complaint::hidden;
use crate::problem::Word;
use crate::transport::TransportError;
use crate::wallet::{Collected, State, Step};

/// Seconds before the close at which a pledge is made at the latest.
pub const MARGIN: u64 = 900;

impl Journey<'_> {
    /// Notes from where on the issuance log has to be read, before the request is sent.
    pub(super) fn note_log_size(
        &mut self,
        collected: Vec<Collected>,
        attestation: Attestation,
    ) -> Result<(), JourneyError> {
        let Some(issuer) = self.issuer(collected.len()) else {
            return Ok(self.wallet.advance(State::Issued { collected })?);
        };
        let log_size = self.logs.size(self.campaign, issuer)?;
        let step = Step::Requested { attestation, log_size };
        Ok(self.wallet.advance(State::Collecting { collected, step })?)
    }

    /// Has the request signed. Tag and `r` leave the wallet with the answer [ATT-14].
    pub(super) fn obtain(
        &mut self,
        mut collected: Vec<Collected>,
        attestation: &Attestation,
        log_size: u64,
    ) -> Result<(), JourneyError> {
        let Some(issuer) = self.issuer(collected.len()) else {
            return Ok(self.wallet.advance(State::Issued { collected })?);
        };
        let pending = self.pending(issuer)?;
        let digest = pending.request().digest();
        let key = &self.campaign.issuer(issuer).attester.key;
        let (_, vouching) = attestation
            .clone()
            .verify(&self.campaign.id, issuer, &digest, key)
            .map_err(JourneyError::Attestation)?;
        let text = attestation.to_text();
        let sent = self.channels.issuance.post(
            &self.campaign.issuer(issuer).url.join("token-request"),
            TokenRequest::MEDIA_TYPE,
            Some((Attestation::HEADER, text.as_str())),
            &pending.request().encode(),
            TokenResponse::LEN,
        );
        let answer = sent.map_err(|error| match error {
            TransportError::Refused(Word::TagUsed) => {
                JourneyError::Used(self.campaign.issuer(issuer).method)
            }
            error => error.into(),
        })?;
        let response = TokenResponse::decode(&answer).map_err(|_| JourneyError::Token)?;
        let token = pending.finish(&response).map_err(|_| JourneyError::Token)?;
        collected.push(Collected { token, log_size, vouching, response });
        let next = match self.issuer(collected.len()) {
            Some(_) => State::Collecting { collected, step: Step::Prepared },
            None => State::Issued { collected },
        };
        self.wallet.advance(next)?;
        self.person.tell(News::Issued);
        Ok(())
    }

    /// Waits until every issuance stands in its log, then draws the time of the pledge.
    pub(super) fn await_issuance(&mut self, collected: &[Collected]) -> Result<(), JourneyError> {
        let manifest = &self.campaign.manifest;
        let last_call = manifest.delay.maximum.saturating_add(MARGIN);
        let published = loop {
            let found = self.are_published(collected);
            let late = Clock.now().saturating_add(last_call) >= manifest.schedule.redemption_closes;
            match found {
                Ok(true) => break true,
                _ if late => break false,
                found => found?,
            };
            if self.patience.no_wait {
                return Err(JourneyError::Paused(Pause::Issuance));
            }
            self.person.wait(Pause::Issuance, self.logs.interval());
        };
        if published {
            self.person.tell(News::Published);
        } else {
            let complaints = self.complain(collected)?;
            self.person.tell(News::Unpublished(complaints));
        }
        let now = Clock.now();
        let (shortest, longest) = delays(manifest.delay, now, manifest.schedule.redemption_closes);
        if shortest < manifest.delay.minimum {
            self.person.tell(News::DelayShort(longest));
        }
        let redeem_at = now.saturating_add(uniform(shortest, longest));
        let tokens = collected.iter().map(|one| one.token.clone()).collect();
        Ok(self.wallet.advance(State::Waiting { tokens, redeem_at })?)
    }

    /// Keeps what convicts each issuer that has not published its issuance [EVI-12].
    pub(super) fn complain(&self, collected: &[Collected]) -> Result<Vec<PathBuf>, JourneyError> {
        let mut kept = Vec::new();
        for (at, one) in collected.iter().enumerate() {
            let Some(issuer) = self.issuer(at) else { continue };
            if matches!(self.logs.holds(self.campaign, issuer, one.log_size, &one.leaf()), Ok(true))
            {
                continue;
            }
            let request = self.pending(issuer)?.request().encode();
            let checkpoint = self.logs.note(self.campaign, issuer);
            let complaint = hidden(self.campaign, issuer, request, one, checkpoint);
            let name = format!("issuance-{issuer}.complaint.json");
            kept.push(self.wallet.keep(&name, &complaint.to_json())?);
        }
        Ok(kept)
    }

    fn are_published(&self, collected: &[Collected]) -> Result<bool, JourneyError> {
        for (at, one) in collected.iter().enumerate() {
            let Some(issuer) = self.issuer(at) else { continue };
            if !self.logs.holds(self.campaign, issuer, one.log_size, &one.leaf())? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Waits until the time of the pledge has come, unless the supporter waives it.
    pub(super) fn await_delay(&mut self, redeem_at: u64) -> Result<(), JourneyError> {
        let left = redeem_at.saturating_sub(Clock.now());
        if left == 0 {
            return Ok(());
        }
        if self.patience.now {
            self.person.tell(News::DelayWaived);
            return Ok(());
        }
        if self.patience.no_wait {
            return Err(JourneyError::Paused(Pause::Delay(redeem_at)));
        }
        self.person.wait(Pause::Delay(redeem_at), Duration::from_secs(left));
        Ok(())
    }
}

/// The shortest and the longest delay, in seconds, of a pledge that waits from `now` on: those of
/// the manifest, or what fits in before the close. Before the close [`MARGIN`] is kept, or half of
/// what remains; where less than twice the shortest delay is left, it is given up, so that the
/// draws are not pushed together onto the last seconds.
fn delays(delay: Delay, now: u64, closes: u64) -> (u64, u64) {
    let remains = closes.saturating_sub(now);
    let room = remains - MARGIN.min(remains / 2);
    let cramped = room < delay.maximum && room < delay.minimum.saturating_mul(2);
    let shortest = if cramped { 0 } else { delay.minimum };
    (shortest, delay.maximum.min(room))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn towards_the_close_delays_are_drawn_from_what_remains() {
        let delay = Delay { minimum: 3_600, maximum: 86_400 };
        let after = |remains: u64| delays(delay, 5_000, 5_000 + remains);
        assert_eq!(after(1_000_000), (3_600, 86_400));
        assert_eq!(after(86_400 + MARGIN), (3_600, 86_400));
        assert_eq!(after(10_000), (3_600, 9_100));
        assert_eq!(after(4_500), (0, 3_600));
        assert_eq!(after(4_000), (0, 3_100));
        assert_eq!(after(MARGIN), (0, 450));
        assert_eq!((after(1), after(0)), ((0, 1), (0, 0)));
        assert_eq!(delays(delay, 9, 5), (0, 0));
    }
}
