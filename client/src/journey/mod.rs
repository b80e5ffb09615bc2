//! The supporter's journey: one function a step, each of which can be killed and taken again.
//!
//! ```text
//! prepare ─▶ prove ─▶ obtain ─▶ await_issuance ─▶ await_delay ─▶ redeem
//! ```
//!
//! The wallet is written before anything is sent and after every answer. All that is sent is
//! a function of the wallet, so that a step taken twice sends the same bytes twice. Later, and
//! only if the supporter wishes, [`withdraw`] takes the pledge back.

pub mod issue;
pub mod person;
pub mod prepare;
pub mod prove;
pub mod redeem;
pub mod withdraw;

#[cfg(test)]
mod tests;

use headcount_protocol::attestation::AttestationError;
use headcount_protocol::campaign::Campaign;
use headcount_protocol::identifier::Method;
use headcount_protocol::issuance::{BlindError, PendingToken};
use headcount_protocol::pledge::Opening;

pub use person::{Answer, News, Pause, Person};
pub use prepare::{Choice, ChoiceError};

use crate::chance::Clock;
use crate::delivery::DeliveryError;
use crate::log::{IssuanceLogs, LogError};
use crate::problem::Word;
use crate::transport::{Channels, TransportError};
use crate::wallet::{SecretText, State, Step, Wallet, WalletError};

/// Why the journey ended before its aim. The wallet stands where it stood before the step.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum JourneyError {
    /// The server refused, or cannot be reached.
    #[error(transparent)]
    Transport(#[from] TransportError),
    /// The wallet cannot be written.
    #[error(transparent)]
    Wallet(#[from] WalletError),
    /// An issuance log cannot be read or believed.
    #[error("the issuance log: {0}")]
    Log(#[from] LogError),
    /// The class or region is none of the campaign's.
    #[error(transparent)]
    Choice(#[from] ChoiceError),
    /// The campaign has not opened.
    #[error("the campaign opens at {}; run the command again then", moment(*.0))]
    NotOpen(u64),
    /// The campaign takes no more pledges and withdrawals.
    #[error("the campaign took pledges and withdrawals until {}", moment(*.0))]
    Over(u64),
    /// Nothing that could be withdrawn was seen in the log.
    #[error(
        "only a pledge that was seen in the log can be withdrawn: run `headcount verify` first"
    )]
    NotIncluded,
    /// The issuer proves uniqueness by a login, which this program cannot do.
    #[error(
        "this class asks for a login, which this program does not support; pledge in a browser"
    )]
    Login,
    /// The address is missing.
    #[error("an e-mail address is needed: --email ADDR")]
    AddressMissing,
    /// The invitation is missing.
    #[error("an invitation code is needed: --invitation CODE")]
    InvitationMissing,
    /// The attester knows no such invitation.
    #[error("this is no invitation to this campaign; check that you typed all of it")]
    InvitationUnknown,
    /// The issuer signed another request for this person. It means [`Word::TagUsed`].
    #[error("{}", used(*.0))]
    Used(Method),
    /// The issuer's key is unusable.
    #[error(transparent)]
    Blind(#[from] BlindError),
    /// The attester's word is refused.
    #[error("the attester's answer is refused: {0}")]
    Attestation(AttestationError),
    /// The issuer's answer does not verify.
    #[error(
        "the issuer's answer is not a signature of the key in the manifest; nothing was lost, try again"
    )]
    Token,
    /// The counter's receipt does not verify, or is for something else.
    #[error("{}", DeliveryError::Receipt)]
    Receipt,
    /// Something has to be waited for.
    #[error("{0}")]
    Paused(Pause),
}

impl From<DeliveryError> for JourneyError {
    fn from(error: DeliveryError) -> Self {
        match error {
            DeliveryError::Transport(error) => Self::Transport(error),
            DeliveryError::Receipt => Self::Receipt,
        }
    }
}

impl JourneyError {
    /// The problem word behind it, if the server sent one.
    #[must_use]
    pub const fn word(&self) -> Option<Word> {
        match self {
            Self::Transport(TransportError::Refused(word)) => Some(*word),
            Self::InvitationUnknown => Some(Word::CodeWrong),
            Self::Used(_) => Some(Word::TagUsed),
            _ => None,
        }
    }
}

/// What a supporter brings beside the wallet. None of it is ever written anywhere.
#[derive(Clone, Debug, Default)]
pub struct Proofs {
    /// Address to have the code sent to.
    pub address: Option<SecretText>,
    /// Invitation code.
    pub invitation: Option<SecretText>,
    /// Language of the message.
    pub language: String,
}

/// How to wait.
#[derive(Clone, Copy, Debug, Default)]
pub struct Patience {
    /// Redeems without the random delay.
    pub now: bool,
    /// Returns with [`JourneyError::Paused`] where it would wait.
    pub no_wait: bool,
}

/// One supporter on the way to a pledge.
pub struct Journey<'a> {
    /// The campaign.
    pub campaign: &'a Campaign,
    /// Where the supporter stands.
    pub wallet: &'a mut Wallet,
    /// Connections.
    pub channels: &'a Channels,
    /// The issuance logs, read over a channel of their own.
    pub logs: &'a IssuanceLogs,
    /// Who is asked and told.
    pub person: &'a mut dyn Person,
    /// What the supporter brings.
    pub proofs: &'a Proofs,
    /// How to wait.
    pub patience: Patience,
}

impl Journey<'_> {
    /// Walks on until the pledge is made.
    ///
    /// # Errors
    /// [`JourneyError`]; run it again to go on from where it ended.
    pub fn run(&mut self) -> Result<(), JourneyError> {
        while !self.wallet.state().is_pledged() {
            self.step()?;
        }
        Ok(())
    }

    /// Walks on until the pledge can be made, by whomever, and makes none.
    ///
    /// # Errors
    /// As [`Journey::run`].
    pub fn run_until_sealed(&mut self) -> Result<(), JourneyError> {
        while matches!(self.wallet.state(), State::Collecting { .. } | State::Issued { .. }) {
            self.step()?;
        }
        Ok(())
    }

    /// Takes the one step that follows from the wallet's state.
    ///
    /// # Errors
    /// [`JourneyError`].
    pub fn step(&mut self) -> Result<(), JourneyError> {
        let schedule = &self.campaign.manifest.schedule;
        let now = Clock.now();
        if now < schedule.opens {
            return Err(JourneyError::NotOpen(schedule.opens));
        }
        match self.wallet.state().clone() {
            state if state.is_pledged() => Ok(()),
            _ if now >= schedule.redemption_closes => {
                Err(JourneyError::Over(schedule.redemption_closes))
            }
            State::Collecting { collected, step } => match step {
                Step::Prepared => self.begin_proof(collected),
                Step::CodeSent { attempt, expires_at } => {
                    self.finish_proof(collected, &attempt, expires_at)
                }
                Step::Attested { attestation } => self.note_log_size(collected, attestation),
                Step::Requested { attestation, log_size } => {
                    self.obtain(collected, &attestation, log_size)
                }
            },
            State::Issued { collected } => self.await_issuance(&collected),
            State::Waiting { tokens, redeem_at } => self.redeem(tokens, redeem_at),
            _ => Ok(()),
        }
    }

    /// The issuer whose token comes next: the first of the class that has given none.
    fn issuer(&self, collected: usize) -> Option<u16> {
        let class = self.campaign.class(self.wallet.record().class)?;
        class.issuers.get(collected).copied()
    }

    fn opening(&self) -> Opening {
        self.wallet.record().opening(&self.campaign.id)
    }

    fn pending(&self, issuer: u16) -> Result<PendingToken, BlindError> {
        let opening = self.opening();
        PendingToken::derive(&self.wallet.record().seed, self.campaign, issuer, &opening)
    }
}

const fn used(method: Method) -> &'static str {
    match method {
        Method::Invitation => {
            "this invitation was used: a token has already been issued for it, to another wallet. \
             If that was you, go on with the device or wallet on which you began; if not, somebody \
             who had the invitation used it, and whoever gave it to you should know"
        }
        Method::Email | Method::Oidc => {
            "this person has already been issued a token in this campaign, to another wallet; each \
             person can pledge once. If that was you, go on with the device or wallet on which you \
             began; if not, somebody who reads your mailbox used it"
        }
    }
}

/// A Unix time as people read it.
#[must_use]
pub fn moment(unix: u64) -> String {
    let seconds = i64::try_from(unix).unwrap_or(i64::MAX);
    jiff::Timestamp::from_second(seconds).map_or_else(
        |_| unix.to_string(),
        |time| time.strftime("%Y-%m-%d %H:%M:%S UTC").to_string(),
    )
}
