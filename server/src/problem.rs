//! The one map from errors to HTTP: RFC 9457 problems with the statuses of [spec: http §7].
//!
//! The detail says what to do; it never carries a value of the request ([HTTP-3]). An endpoint
//! answers with those words alone that its section lists ([HTTP-17]).

use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use headcount_protocol::attestation::AttestationError;
use headcount_protocol::pledge::PledgeError;
use headcount_protocol::rsa::BlindSignError;
use headcount_protocol::token::TokenRequestError;
use serde_json::json;

use crate::attester::attempt::AttemptError;
use crate::attester::{AttestError, ScopeError, StartError};
use crate::counter::RedeemError;
use crate::counter::statements::StatementError;
use crate::counter::withdraw::WithdrawError;
use crate::guardian::EvaluateError;
use crate::issuer::IssueError;
use crate::sequencer::LogError;
use crate::sequencer::files::FileError;
use crate::store::StoreError;

/// An error as it is answered.
#[derive(Clone, Debug)]
pub struct Problem {
    status: u16,
    word: &'static str,
    title: &'static str,
    detail: String,
    header: Option<(HeaderName, String)>,
}

impl Problem {
    fn new(status: u16, word: &'static str, title: &'static str, detail: impl ToString) -> Self {
        Self { status, word, title, detail: detail.to_string(), header: None }
    }

    /// 400: the body is not the structure of its endpoint.
    #[must_use]
    pub fn malformed_body() -> Self {
        let detail = "see the specification of this endpoint for the body's members";
        Self::new(400, "malformed-body", "The body is malformed", detail)
    }

    /// 401: no attestation. The challenge names the field, as RFC 9110 §15.5.2 wants one.
    #[must_use]
    pub fn attestation_missing() -> Self {
        let detail = "send the attester's attestation in the header Headcount-Attestation";
        Self::new(401, "attestation-missing", "An attestation is needed", detail)
            .challenged("Headcount-Attestation".to_owned())
    }

    /// 401: no token. The challenge says which tokens are taken.
    #[must_use]
    pub fn token_missing(challenge: String) -> Self {
        let detail = "send a token in the header Authorization: PrivateToken token=\"...\"";
        Self::new(401, "token-missing", "A token is needed", detail).challenged(challenge)
    }

    /// 404: no such resource.
    #[must_use]
    pub fn not_found() -> Self {
        Self::new(404, "not-found", "Not found", "there is no such resource here")
    }

    /// 404: the page of another campaign.
    #[must_use]
    pub fn unknown_campaign() -> Self {
        let detail = "this server does not serve that campaign";
        Self::new(404, "unknown-campaign", "Unknown campaign", detail)
    }

    /// 405: another method.
    #[must_use]
    pub fn method_not_allowed() -> Self {
        let detail = "this resource does not answer that method";
        Self::new(405, "method-not-allowed", "Method not allowed", detail)
    }

    /// 413: the body is longer than the endpoint's limit.
    #[must_use]
    pub fn body_too_large() -> Self {
        let detail = "the body is longer than this endpoint takes";
        Self::new(413, "body-too-large", "The body is too large", detail)
    }

    /// 415: another media type.
    #[must_use]
    pub fn unsupported_media_type() -> Self {
        let detail = "send the media type the specification names for this endpoint";
        Self::new(415, "unsupported-media-type", "Unsupported media type", detail)
    }

    /// 422: no issuer here has the key that the request names.
    #[must_use]
    pub fn unknown_token_key() -> Self {
        Self::token_request("no issuer here has this truncated key id")
    }

    /// 503: too much at once, or too slow.
    #[must_use]
    pub fn overloaded() -> Self {
        Self::new(503, "overloaded", "Overloaded", "try again in a few seconds").retried_after(5)
    }

    /// 500: a fault of the server.
    #[must_use]
    pub fn internal() -> Self {
        let detail = "send the same request again; tell the operator if it stays";
        Self::new(500, "internal", "Internal error", detail)
    }

    /// 401 for a refused token or 422 for a refused pledge; the first carries a challenge.
    #[must_use]
    pub fn redemption(error: RedeemError, challenge: &str) -> Self {
        match error {
            RedeemError::Pledge(error) => Self::pledge(error, challenge),
            RedeemError::Closed => Self::new(403, "closed", "Closed", error),
            RedeemError::Log(error) => error.into(),
            RedeemError::Store(error) => error.into(),
        }
    }

    /// As [`Problem::redemption`], for an `Authorization` header that holds no token.
    #[must_use]
    pub fn token_malformed(challenge: &str) -> Self {
        Self::token_refused("the header does not hold one token of type 0x0002", challenge)
    }

    /// As [`Problem::redemption`].
    #[must_use]
    pub fn pledge(error: PledgeError, challenge: &str) -> Self {
        match error {
            PledgeError::Encoding(_) | PledgeError::TokenType => Self::malformed_body(),
            PledgeError::UnknownClass(_)
            | PledgeError::UnknownRegion(_)
            | PledgeError::PublicKey(_)
            | PledgeError::TokenCount { .. } => {
                // What the error says would repeat the opening.
                let detail = "the opening names a class or region that the campaign does not have, \
                              an invalid key, or another number of tokens than the class has issuers";
                Self::new(422, "pledge-refused", "The pledge is refused", detail)
            }
            PledgeError::Nonce(_)
            | PledgeError::Challenge(_)
            | PledgeError::KeyId(_)
            | PledgeError::Signature(_) => Self::token_refused(error, challenge),
        }
    }

    fn token_refused(detail: impl ToString, challenge: &str) -> Self {
        Self::new(401, "token-refused", "The token is refused", detail)
            .challenged(challenge.to_owned())
    }

    fn token_request(detail: impl ToString) -> Self {
        Self::new(422, "token-request-invalid", "The token request is invalid", detail)
    }

    /// Every 401 is ([HTTP-21]).
    fn challenged(mut self, challenge: String) -> Self {
        self.header = Some((header::WWW_AUTHENTICATE, challenge));
        self
    }

    /// Every 503 is ([HTTP-19]).
    fn retried_after(mut self, seconds: u32) -> Self {
        self.header = Some((header::RETRY_AFTER, seconds.to_string()));
        self
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let body = json!({
            "type": format!("urn:headcount:{}", self.word),
            "title": self.title,
            "status": self.status,
            "detail": self.detail,
        });
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let media_type = [(header::CONTENT_TYPE, "application/problem+json")];
        let mut response = (status, media_type, body.to_string()).into_response();
        if let Some((name, value)) = self.header
            && let Ok(value) = HeaderValue::from_str(&value)
        {
            response.headers_mut().insert(name, value);
        }
        response
    }
}

impl From<ScopeError> for Problem {
    fn from(error: ScopeError) -> Self {
        match error {
            ScopeError::UnknownCampaign => Self::unknown_campaign(),
            ScopeError::UnknownIssuer => Self::new(404, "unknown-issuer", "Unknown issuer", error),
            ScopeError::WrongMethod => Self::new(422, "wrong-method", "Wrong method", error),
            ScopeError::Closed => Self::new(403, "closed", "Closed", error),
        }
    }
}

impl From<StartError> for Problem {
    fn from(error: StartError) -> Self {
        match error {
            StartError::Scope(error) => error.into(),
            StartError::Address(error) => {
                Self::new(400, "address-invalid", "The address is not accepted", error)
            }
            StartError::Mail(error) => {
                tracing::warn!("a code could not be sent: {error}");
                let detail = "no mail can be sent now; try again in a minute";
                Self::new(503, "mail-unavailable", "Mail is unavailable", detail).retried_after(60)
            }
        }
    }
}

impl From<AttemptError> for Problem {
    fn from(error: AttemptError) -> Self {
        let title = "The code is not accepted";
        match error {
            AttemptError::Unreadable => Self::new(403, "attempt-unreadable", title, error),
            AttemptError::Expired => Self::new(403, "attempt-expired", title, error),
            AttemptError::Mismatch => Self::new(403, "attempt-mismatch", title, error),
            AttemptError::Code => Self::new(403, "code-wrong", title, error),
        }
    }
}

impl From<AttestError> for Problem {
    fn from(error: AttestError) -> Self {
        match error {
            AttestError::Scope(error) => error.into(),
            AttestError::Attempt(error) => error.into(),
            AttestError::Invitation(error) => {
                Self::new(403, "code-wrong", "The code is not accepted", error)
            }
            AttestError::Guardians(error) => {
                tracing::warn!("no tag could be made: {error}");
                let detail = "too few guardians answer now; try again in a minute";
                let title = "Guardians are unavailable";
                Self::new(503, "guardians-unavailable", title, detail).retried_after(60)
            }
            AttestError::Blind(_) => Self::internal(),
        }
    }
}

impl From<EvaluateError> for Problem {
    fn from(error: EvaluateError) -> Self {
        match error {
            EvaluateError::Malformed(_) => Self::malformed_body(),
            EvaluateError::UnknownCampaign => Self::unknown_campaign(),
            EvaluateError::WrongEpoch => Self::new(409, "wrong-epoch", "Wrong epoch", error),
            EvaluateError::Destroyed => Self::new(403, "closed", "Closed", error),
            EvaluateError::Store(error) => error.into(),
        }
    }
}

impl From<WithdrawError> for Problem {
    fn from(error: WithdrawError) -> Self {
        match error {
            WithdrawError::Closed => Self::new(403, "closed", "Closed", error),
            WithdrawError::UnknownPledge => {
                Self::new(404, "unknown-pledge", "Unknown pledge", error)
            }
            WithdrawError::Signature(_) => {
                Self::new(422, "withdrawal-refused", "The withdrawal is refused", error)
            }
            WithdrawError::Log(error) => error.into(),
            WithdrawError::Store(error) => error.into(),
        }
    }
}

impl From<StatementError> for Problem {
    fn from(error: StatementError) -> Self {
        match error {
            StatementError::Closed => Self::new(403, "closed", "Closed", error),
            StatementError::Number => Self::new(409, "wrong-number", "Wrong number", error),
            // What the errors say would repeat a language or an issuer.
            StatementError::Announcement(_) => {
                let detail = "it needs a full hour, texts in ascending languages, and the organisers' \
                              signature";
                Self::new(422, "announcement-refused", "The announcement is refused", detail)
            }
            StatementError::Amendment(_)
            | StatementError::Epoch
            | StatementError::RevokedTwice
            | StatementError::Checkpoint(_)
            | StatementError::Shrank => {
                let detail = "it needs the signature of the amendment key, and either new share \
                              commitments to the same key for the next epoch, or an issuer that was \
                              not revoked and a checkpoint of its log no smaller than the last sealed";
                Self::new(422, "amendment-refused", "The amendment is refused", detail)
            }
            StatementError::Log(error) => error.into(),
            StatementError::Store(error) => error.into(),
        }
    }
}

impl From<TokenRequestError> for Problem {
    fn from(error: TokenRequestError) -> Self {
        Self::token_request(error)
    }
}

impl From<AttestationError> for Problem {
    fn from(error: AttestationError) -> Self {
        Self::new(403, "attestation-refused", "The attestation is refused", error)
    }
}

impl From<IssueError> for Problem {
    fn from(error: IssueError) -> Self {
        match error {
            IssueError::Closed => Self::new(403, "closed", "Closed", error),
            IssueError::Attestation(error) => error.into(),
            IssueError::TagUsed => Self::new(409, "tag-used", "Already used", error),
            IssueError::Sign(BlindSignError::MessageRange) => Self::token_request(error),
            IssueError::Sign(BlindSignError::Fault) => {
                tracing::error!("signing failed its own check; look at this machine's hardware");
                Self::internal()
            }
            IssueError::Log(error) => error.into(),
            IssueError::Store(error) => error.into(),
        }
    }
}

impl From<LogError> for Problem {
    fn from(error: LogError) -> Self {
        tracing::error!("{error}");
        Self::internal()
    }
}

impl From<FileError> for Problem {
    fn from(error: FileError) -> Self {
        tracing::error!("{error}");
        Self::internal()
    }
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        tracing::error!("{error}");
        Self::internal()
    }
}
