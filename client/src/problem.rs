//! The words of the server's problems ([spec: http §7]).

use serde::Deserialize;

/// The word behind `urn:headcount:` of an RFC 9457 problem. The other members of a problem are
/// not kept: what a server writes there is shown to nobody.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq)]
#[serde(rename_all = "kebab-case")]
pub enum Word {
    /// The body is not the structure of its endpoint.
    MalformedBody,
    /// The address is none this campaign accepts.
    AddressInvalid,
    /// No attestation came with the request.
    AttestationMissing,
    /// No token came with the request.
    TokenMissing,
    /// The token is refused.
    TokenRefused,
    /// The attempt is sealed under a key that is gone.
    AttemptUnreadable,
    /// The attempt is too old.
    AttemptExpired,
    /// The attempt belongs to another request.
    AttemptMismatch,
    /// Not the code that was sent, or no invitation.
    CodeWrong,
    /// The attestation is refused.
    AttestationRefused,
    /// Outside of the times of the manifest.
    Closed,
    /// No such resource.
    NotFound,
    /// The server does not serve this campaign.
    UnknownCampaign,
    /// The campaign has no such issuer there.
    UnknownIssuer,
    /// Another HTTP method is needed.
    MethodNotAllowed,
    /// This person has been issued a token.
    TagUsed,
    /// The guardians' shares were refreshed.
    WrongEpoch,
    /// The request was too long.
    BodyTooLarge,
    /// Another media type is needed.
    UnsupportedMediaType,
    /// The token request is refused.
    TokenRequestInvalid,
    /// The issuer proves uniqueness by another method.
    WrongMethod,
    /// The pledge is refused.
    PledgeRefused,
    /// The log has no such pledge in an earlier batch.
    UnknownPledge,
    /// The withdrawal is refused.
    WithdrawalRefused,
    /// A fault of the server.
    Internal,
    /// The message could not be queued.
    MailUnavailable,
    /// Too few guardians answered.
    GuardiansUnavailable,
    /// The server has too much to do.
    Overloaded,
    /// An answer without a word this client knows.
    #[serde(other)]
    Unknown,
}

impl Word {
    /// The word as the spec writes it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::MalformedBody => "malformed-body",
            Self::AddressInvalid => "address-invalid",
            Self::AttestationMissing => "attestation-missing",
            Self::TokenMissing => "token-missing",
            Self::TokenRefused => "token-refused",
            Self::AttemptUnreadable => "attempt-unreadable",
            Self::AttemptExpired => "attempt-expired",
            Self::AttemptMismatch => "attempt-mismatch",
            Self::CodeWrong => "code-wrong",
            Self::AttestationRefused => "attestation-refused",
            Self::Closed => "closed",
            Self::NotFound => "not-found",
            Self::UnknownCampaign => "unknown-campaign",
            Self::UnknownIssuer => "unknown-issuer",
            Self::MethodNotAllowed => "method-not-allowed",
            Self::TagUsed => "tag-used",
            Self::WrongEpoch => "wrong-epoch",
            Self::BodyTooLarge => "body-too-large",
            Self::UnsupportedMediaType => "unsupported-media-type",
            Self::TokenRequestInvalid => "token-request-invalid",
            Self::WrongMethod => "wrong-method",
            Self::PledgeRefused => "pledge-refused",
            Self::UnknownPledge => "unknown-pledge",
            Self::WithdrawalRefused => "withdrawal-refused",
            Self::Internal => "internal",
            Self::MailUnavailable => "mail-unavailable",
            Self::GuardiansUnavailable => "guardians-unavailable",
            Self::Overloaded => "overloaded",
            Self::Unknown => "unknown",
        }
    }

    /// Whether the same request may succeed later.
    #[must_use]
    pub const fn is_temporary(self) -> bool {
        matches!(
            self,
            Self::Internal | Self::MailUnavailable | Self::GuardiansUnavailable | Self::Overloaded
        )
    }

    /// The word of a problem's bytes; [`Word::Unknown`] if they are none of ours.
    #[must_use]
    pub fn of_problem(bytes: &[u8]) -> Self {
        #[derive(Deserialize)]
        struct Problem {
            r#type: String,
        }
        let problem: Option<Problem> = serde_json::from_slice(bytes).ok();
        let word = problem
            .as_ref()
            .and_then(|problem| problem.r#type.strip_prefix("urn:headcount:"))
            .map(|word| serde_json::Value::String(word.to_owned()));
        word.and_then(|word| serde_json::from_value(word).ok()).unwrap_or(Self::Unknown)
    }
}

impl std::fmt::Display for Word {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::AddressInvalid => "the address is none that this campaign accepts",
            Self::AttemptUnreadable | Self::AttemptExpired | Self::AttemptMismatch => {
                "the code has expired; run the command again for a new one"
            }
            Self::CodeWrong => "the code is not the one that was sent",
            Self::Closed => "the campaign does not accept this at the present time",
            Self::UnknownCampaign => "this server does not serve the campaign",
            Self::TagUsed => {
                "this person has already been issued a token in this campaign; each person can \
                 pledge once, and it cannot be undone here"
            }
            Self::UnknownPledge => {
                "the counter says that the pledge stands in no earlier batch of the log"
            }
            Self::MailUnavailable => "the message could not be sent; try again later",
            Self::GuardiansUnavailable => "too few guardians answer; try again later",
            Self::Overloaded => "the server has too much to do; try again later",
            Self::Internal => "the server has a fault; try again later",
            Self::Unknown => "the server refused without a reason this client knows",
            other => return write!(f, "the server refused: {}", other.as_str()),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::Word;

    #[test]
    fn a_problem_is_its_word() {
        let of = |text: &str| Word::of_problem(text.as_bytes());
        assert_eq!(of(r#"{"type":"urn:headcount:tag-used","status":409}"#), Word::TagUsed);
        assert_eq!(Word::TagUsed.as_str(), "tag-used");
        for other in [r#"{"type":"about:blank"}"#, r#"{"type":"urn:headcount:new"}"#, "", "[]"] {
            assert_eq!(of(other), Word::Unknown);
        }
    }
}
