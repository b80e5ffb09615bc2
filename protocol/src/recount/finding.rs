//! What a recount names and discounts without refusing a log ([spec: recount §4] and
//! [spec: recount §5]).

use serde::Serialize;

/// What an audit names and does not count, without refusing the log.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, thiserror::Error)]
#[serde(tag = "finding", rename_all = "kebab-case")]
pub enum Finding {
    /// An issuance that stands in the log before.
    #[error("issuer {issuer} published the same {what} again at index {index}; it counts once")]
    RepeatedIssuance {
        /// The issuer.
        issuer: u16,
        /// Where it is repeated.
        index: u64,
        /// What is repeated.
        what: Repeated,
    },
    /// A seal carries a checkpoint that the issuer signed and that is no state of the log it
    /// publishes ([spec: recount §5], [REC-19]). Its issuances since do not count.
    #[error(
        "the seal of batch {batch} carries a checkpoint of {size} entries that issuer {issuer} \
         signed and that is of no batch's end in its log: it shows two histories, or signed \
         inside of a batch"
    )]
    IssuanceFork {
        /// The issuer.
        issuer: u16,
        /// The batch.
        batch: u64,
        /// Size the checkpoint names.
        size: u64,
    },
    /// A seal carries a longer issuance log than the one that was read ([spec: recount §5]).
    #[error(
        "the seal of batch {batch} knows {size} entries of the issuance log of issuer {issuer}, \
         more than were read; read again, or ask for a newer mirror"
    )]
    IssuanceBehind {
        /// The issuer.
        issuer: u16,
        /// The batch.
        batch: u64,
        /// Size the checkpoint names.
        size: u64,
    },
    /// More pledges than issuances in the checkpoint that the seal carries.
    #[error(
        "after batch {batch} there were {excess} more pledges than issuances of issuer {issuer} \
         that its seal knew of; they did not count then{}",
        if *covered {
            " (the issuance log as it was read covers them: the counter's checkpoint was old, or \
             the issuer published late)"
        } else {
            ""
        }
    )]
    Excess {
        /// The issuer.
        issuer: u16,
        /// The batch at whose end it was so.
        batch: u64,
        /// How many more.
        excess: u64,
        /// Whether the issuance log as it was read has enough.
        covered: bool,
    },
}

/// Which value of an issuance is repeated.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Repeated {
    /// The commitment: one person was issued twice.
    Commitment,
    /// The request digest: one request was listed twice.
    RequestDigest,
}

impl std::fmt::Display for Repeated {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Commitment => "commitment",
            Self::RequestDigest => "request digest",
        })
    }
}
