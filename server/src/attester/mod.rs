//! The attester: checks a proof of uniqueness, and vouches for one request
//! ([spec: attestation]).
//!
//! Between two requests it remembers no address: an attempt is sealed and held by the client
//! ([`attempt`]), an invitation proves itself ([`InvitationSecret`]).

pub mod attempt;
pub mod mail;
pub mod routes;

use std::sync::Arc;

use headcount_protocol::attestation::{Attestation, CommitmentSecret};
use headcount_protocol::campaign::{Campaign, CampaignId};
use headcount_protocol::code::Code;
use headcount_protocol::ed25519::SecretSeed;
use headcount_protocol::guardians::{Evaluation, EvaluationRequest, FIRST_EPOCH};
use headcount_protocol::identifier::email::{Address, EmailError};
use headcount_protocol::identifier::{Identifier, Method};
use headcount_protocol::invitation::{InvitationError, InvitationSecret};
use headcount_protocol::oprf::{Batch, InvalidInput};
use headcount_protocol::tag::{Tag, TagBlinding, TagError, TagInput};
use headcount_protocol::token::RequestDigest;

use crate::clock::Clock;
use crate::keys::{Held, KeyFileError};
use crate::peer::Peer;
use crate::random;
use attempt::{Attempt, AttemptError, AttemptKeys};
use mail::{MailError, Message, Outgoing};

/// Why no code was sent.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The campaign or issuer is not served, or the campaign is closed.
    #[error(transparent)]
    Scope(#[from] ScopeError),
    /// The address is refused.
    #[error("{0}")]
    Address(#[from] EmailError),
    /// The message could not be queued.
    #[error(transparent)]
    Mail(#[from] MailError),
}

/// Why a request is none of this attester's [ATT-1].
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum ScopeError {
    /// Another campaign.
    #[error("this attester does not serve that campaign")]
    UnknownCampaign,
    /// An issuer that does not exist or has another attester.
    #[error("this attester does not vouch for that issuer")]
    UnknownIssuer,
    /// The issuer's method is another one.
    #[error("that issuer's supporters prove themselves by another method")]
    WrongMethod,
    /// Before the opening, or after issuance has closed.
    #[error("the campaign does not issue tokens at this time")]
    Closed,
}

/// Why nobody was vouched for.
#[derive(Debug, thiserror::Error)]
pub enum AttestError {
    /// The campaign or issuer is not served, or the campaign is closed.
    #[error(transparent)]
    Scope(#[from] ScopeError),
    /// The code that was sent is not proven.
    #[error(transparent)]
    Attempt(#[from] AttemptError),
    /// The invitation is none.
    #[error(transparent)]
    Invitation(#[from] InvitationError),
    /// Too few guardians answered, or answered truly.
    #[error("too few guardians answered: {0}")]
    Guardians(#[from] TagError),
    /// The identifier cannot be blinded.
    #[error(transparent)]
    Blind(#[from] InvalidInput),
}

/// The attester of one issuer. It has no place for an identifier, nor for what one came to
/// [ATT-3].
pub struct Attester {
    campaign: Arc<Campaign>,
    issuer: u16,
    secrets: Held<Secrets>,
    guardians: Vec<Peer>,
    attempts: AttemptKeys,
    outgoing: Option<Outgoing>,
    clock: Clock,
}

/// What an attester keeps on disk.
pub struct Secrets {
    /// Signs attestations.
    pub signing: SecretSeed,
    /// `s`, which opens commitments.
    pub commitment: CommitmentSecret,
    /// Authenticates invitation codes.
    pub invitation: InvitationSecret,
}

/// A request that somebody be vouched for.
#[derive(Clone, Copy, Debug)]
pub struct Claim {
    /// The campaign.
    pub campaign: CampaignId,
    /// The issuer.
    pub issuer: u16,
    /// The request that would be signed.
    pub request_digest: RequestDigest,
}

impl Attester {
    /// An attester that asks these guardians, and sends mail if its method is by mail.
    #[must_use]
    pub fn new(
        campaign: Arc<Campaign>,
        issuer: u16,
        secrets: Held<Secrets>,
        guardians: Vec<Peer>,
        outgoing: Option<Outgoing>,
        clock: Clock,
    ) -> Self {
        let attempts = AttemptKeys::new(clock.now());
        Self { campaign, issuer, secrets, guardians, attempts, outgoing, clock }
    }

    /// The issuer this attester vouches for.
    #[must_use]
    pub const fn issuer(&self) -> u16 {
        self.issuer
    }

    /// Forgets the keys of attempts whose time is over.
    pub fn forget_attempts(&self, now: u64) {
        self.attempts.forget(now);
    }

    /// Vouches for nobody any more.
    pub fn forget(&self) {
        self.secrets.forget();
    }

    /// Whether the keys are gone from the disk.
    #[must_use]
    pub fn is_destroyed(&self) -> bool {
        self.secrets.is_destroyed()
    }

    /// Destroys the keys and what opens the commitments [ATT-10].
    ///
    /// # Errors
    /// [`KeyFileError::Io`].
    pub fn destroy(&self) -> Result<(), KeyFileError> {
        self.secrets.destroy()
    }

    /// Sends a code to an address; returns the sealed attempt, which the client keeps. Whether the
    /// address was used before is not known here, so that no answer can tell [ATT-2, HTTP-6].
    ///
    /// # Errors
    /// One variant of [`StartError`] for each way in which it is refused.
    pub fn start(
        &self,
        claim: &Claim,
        address: &str,
        language: &str,
    ) -> Result<Vec<u8>, StartError> {
        self.scope(claim, Method::Email)?;
        let address = Address::parse(self.campaign.manifest.email_rules, address)?;
        let code = Code::generate(&mut random::system());
        // To the address as it was typed, not to the identifier [TAG-7].
        let message =
            Message { to: address.mailbox, code: code.clone(), language: language.to_owned() };
        let outgoing = self.outgoing.as_ref().ok_or(MailError::NotConfigured)?;
        outgoing.queue(message)?;
        let attempt = Attempt::new(*claim, address.identifier, &code, self.clock.now());
        Ok(self.attempts.seal(&attempt, self.clock.now()))
    }

    /// Vouches for a request of whoever knows the code of an attempt.
    ///
    /// # Errors
    /// One variant of [`AttestError`] for each way in which it is refused.
    pub async fn attest_email(
        &self,
        claim: &Claim,
        attempt: &[u8],
        code: &str,
    ) -> Result<Attestation, AttestError> {
        self.scope(claim, Method::Email)?;
        let now = self.clock.now();
        let identifier = self.attempts.open(attempt, now)?.prove(claim, code, now)?;
        self.attest(claim, Method::Email, &identifier).await
    }

    /// Vouches for a request of whoever holds an invitation.
    ///
    /// # Errors
    /// One variant of [`AttestError`] for each way in which it is refused.
    pub async fn attest_invitation(
        &self,
        claim: &Claim,
        code: &str,
    ) -> Result<Attestation, AttestError> {
        self.scope(claim, Method::Invitation)?;
        let secrets = self.secrets.secret().ok_or(ScopeError::Closed)?;
        let serial = secrets.invitation.verify(&self.campaign.id, self.issuer, code)?;
        self.attest(claim, Method::Invitation, &Identifier::from_serial(serial)).await
    }

    fn scope(&self, claim: &Claim, method: Method) -> Result<(), ScopeError> {
        if claim.campaign != self.campaign.id {
            return Err(ScopeError::UnknownCampaign);
        }
        if claim.issuer != self.issuer {
            return Err(ScopeError::UnknownIssuer);
        }
        if self.campaign.issuer(self.issuer).method != method {
            return Err(ScopeError::WrongMethod);
        }
        let schedule = &self.campaign.manifest.schedule;
        let now = self.clock.now();
        if now < schedule.opens || now >= schedule.issuance_closes {
            return Err(ScopeError::Closed);
        }
        Ok(())
    }

    async fn attest(
        &self,
        claim: &Claim,
        method: Method,
        identifier: &Identifier,
    ) -> Result<Attestation, AttestError> {
        let tag = self.tag(method, identifier).await?;
        let secrets = self.secrets.secret().ok_or(ScopeError::Closed)?;
        let Secrets { commitment, signing, .. } = &*secrets;
        let Claim { request_digest, .. } = *claim;
        let id = &self.campaign.id;
        Ok(Attestation::sign(id, self.issuer, request_digest, tag, commitment, signing))
    }

    /// Asks the guardians, one after the other, until enough have answered truly.
    async fn tag(&self, method: Method, identifier: &Identifier) -> Result<Tag, AttestError> {
        let input = TagInput::new(&self.campaign.id, self.issuer, method, identifier);
        let (blinding, element) = TagBlinding::new(input, &mut random::system())?;
        let elements = Batch::from(element);
        let request = EvaluationRequest {
            campaign_id: self.campaign.id,
            epoch: FIRST_EPOCH,
            elements: elements.clone(),
        };
        // From the manifest alone: no guardian brings a key or a sharing of its own [TAG-16, TAG-17].
        let commitments = &self.campaign.commitments;
        let mut answers: Vec<Evaluation> = Vec::new();
        for guardian in &self.guardians {
            if answers.len() == usize::from(commitments.threshold()) {
                break;
            }
            match guardian.post("/evaluations", request.encode()).await {
                Ok(bytes) => match Evaluation::decode(&bytes) {
                    Ok(answer) => match commitments.verify(FIRST_EPOCH, &elements, &answer) {
                        Ok(()) => answers.push(answer),
                        // It names the guardian [TAG-21].
                        Err(error) => tracing::warn!("{error}; its answer is not used"),
                    },
                    Err(error) => tracing::warn!("a guardian's answer is malformed: {error}"),
                },
                Err(error) => tracing::warn!("a guardian did not answer: {error}"),
            }
        }
        Ok(blinding.finalize(commitments, FIRST_EPOCH, &answers)?)
    }
}

#[cfg(test)]
mod tests;
