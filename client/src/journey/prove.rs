//! Proving to an attester that one is a person of one's own ([spec: http §2]).

use data_encoding::HEXLOWER;
use headcount_protocol::attestation::Attestation;
use headcount_protocol::identifier::Method;
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::{Answer, Journey, JourneyError, News, Pause};
use crate::chance::Clock;
use crate::problem::Word;
use crate::transport::TransportError;
use crate::wallet::{Collected, SecretText, State, Step};

/// Most bytes of an answer of the attester.
const MAX_ANSWER: usize = 65_536;

#[derive(Serialize)]
struct AttemptRequest<'a> {
    campaign: String,
    issuer: u16,
    address: &'a str,
    request_digest: String,
    language: &'a str,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AttemptAnswer {
    attempt: SecretText,
    expires_in: u64,
}

#[derive(Serialize)]
struct AttestationRequest<'a> {
    campaign: String,
    issuer: u16,
    request_digest: String,
    proof: Proof<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "lowercase")]
enum Proof<'a> {
    Email { attempt: &'a str, code: &'a str },
    Invitation { code: &'a str },
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AttestationAnswer {
    attestation: SecretText,
}

impl Journey<'_> {
    /// Has a code sent, or shows the invitation.
    pub(super) fn begin_proof(&mut self, collected: Vec<Collected>) -> Result<(), JourneyError> {
        let Some(issuer) = self.issuer(collected.len()) else {
            return Ok(self.wallet.advance(State::Issued { collected })?);
        };
        match self.campaign.issuer(issuer).method {
            Method::Email => self.send_code(collected, issuer),
            Method::Invitation => {
                let given = self.proofs.invitation.clone().or_else(|| self.person.invitation());
                let code = given.ok_or(JourneyError::InvitationMissing)?.trimmed();
                let shown = self.attest(issuer, Proof::Invitation { code: code.expose() });
                let step = shown.map_err(|error| match error.word() {
                    Some(Word::CodeWrong) => JourneyError::InvitationUnknown,
                    _ => error,
                })?;
                Ok(self.wallet.advance(State::Collecting { collected, step })?)
            }
            Method::Oidc => Err(JourneyError::Login),
        }
    }

    fn send_code(&mut self, collected: Vec<Collected>, issuer: u16) -> Result<(), JourneyError> {
        let given = self.proofs.address.clone().or_else(|| self.person.address());
        let address = given.ok_or(JourneyError::AddressMissing)?.trimmed();
        let request = AttemptRequest {
            campaign: self.campaign.id.to_string(),
            issuer,
            address: address.expose(),
            request_digest: self.pending(issuer)?.request().digest().to_string(),
            language: &self.proofs.language,
        };
        let answer: AttemptAnswer = self.ask(issuer, "attempts", &request)?;
        let expires_at = Clock.now().saturating_add(answer.expires_in);
        let step = Step::CodeSent { attempt: answer.attempt, expires_at };
        self.wallet.advance(State::Collecting { collected, step })?;
        self.person.tell(News::CodeSent);
        Ok(())
    }

    /// Shows the code that was sent. A wrong one leaves the attempt for another try; an attempt
    /// that is over, or that brought no message, makes place for a new one of the same request.
    pub(super) fn finish_proof(
        &mut self,
        collected: Vec<Collected>,
        attempt: &SecretText,
        expires_at: u64,
    ) -> Result<(), JourneyError> {
        let Some(issuer) = self.issuer(collected.len()) else {
            return Ok(self.wallet.advance(State::Issued { collected })?);
        };
        let shown = if Clock.now() >= expires_at {
            Err(TransportError::Refused(Word::AttemptExpired).into())
        } else {
            match self.person.code()? {
                Answer::Later => return Err(JourneyError::Paused(Pause::Code)),
                Answer::SendAnother => {
                    let step = Step::Prepared;
                    return Ok(self.wallet.advance(State::Collecting { collected, step })?);
                }
                Answer::Code(code) => {
                    let code = code.trimmed();
                    let (attempt, code) = (attempt.expose(), code.expose());
                    self.attest(issuer, Proof::Email { attempt, code })
                }
            }
        };
        let step = match shown {
            Err(JourneyError::Transport(TransportError::Refused(
                Word::AttemptExpired | Word::AttemptUnreadable | Word::AttemptMismatch,
            ))) => {
                self.person.tell(News::CodeExpired);
                Step::Prepared
            }
            // The attempt stays, and the next step asks again.
            Err(error) if error.word() == Some(Word::CodeWrong) && self.person.mistyped() => {
                return Ok(());
            }
            step => step?,
        };
        Ok(self.wallet.advance(State::Collecting { collected, step })?)
    }

    fn attest(&self, issuer: u16, proof: Proof<'_>) -> Result<Step, JourneyError> {
        let digest = self.pending(issuer)?.request().digest();
        let request = AttestationRequest {
            campaign: self.campaign.id.to_string(),
            issuer,
            request_digest: HEXLOWER.encode(digest.as_bytes()),
            proof,
        };
        let answer: AttestationAnswer = self.ask(issuer, "attestations", &request)?;
        let attestation = Attestation::from_text(answer.attestation.expose())
            .map_err(JourneyError::Attestation)?;
        let key = &self.campaign.issuer(issuer).attester.key;
        attestation
            .clone()
            .verify(&self.campaign.id, issuer, &digest, key)
            .map_err(JourneyError::Attestation)?;
        // The caller stores it before anything is sent with it [ATT-14].
        Ok(Step::Attested { attestation })
    }

    fn ask<T: for<'de> Deserialize<'de>>(
        &self,
        issuer: u16,
        path: &str,
        request: &impl Serialize,
    ) -> Result<T, TransportError> {
        // Room for the whole body, so that no copy stays where the buffer grew.
        let mut body = Zeroizing::new(Vec::with_capacity(16_384));
        serde_json::to_writer(&mut *body, request).map_err(|_| TransportError::Answer)?;
        let url = self.campaign.issuer(issuer).attester.url.join(path);
        let transport = &self.channels.issuance;
        let answer = transport.post(&url, "application/json", None, &body, MAX_ANSWER)?;
        serde_json::from_slice(&Zeroizing::new(answer)).map_err(|_| TransportError::Answer)
    }
}
