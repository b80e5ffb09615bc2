//! Where a supporter stands: one variant a state, with what that state needs and no more.

use headcount_protocol::attestation::{Attestation, Vouching};
use headcount_protocol::campaign::CampaignId;
use headcount_protocol::entry::Entry;
use headcount_protocol::log::{Hash, leaf_hash};
use headcount_protocol::pledge::{Opening, Pledge};
use headcount_protocol::receipt::Receipt;
use headcount_protocol::secrets::Seed;
use headcount_protocol::token::{Token, TokenResponse};
use serde::{Deserialize, Serialize};

use super::text::{self, SecretText};

/// The journey's states, in their order:
///
/// ```text
/// Collecting ─▶ Issued ─▶ Waiting ─▶ Redeemed ─▶ Included
///  └ for each issuer: Prepared ─▶ CodeSent ─▶ Attested ─▶ Requested
///                       Included ─▶ Withdrawing ─▶ Withdrawn ─▶ WithdrawalIncluded
/// ```
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum State {
    /// Obtains the token of one issuer of the class after the other.
    Collecting {
        /// What the issuers before gave, in the class's order.
        collected: Vec<Collected>,
        /// The state with the next issuer.
        step: Step,
    },
    /// Has every token; waits for the issuances to stand in their logs.
    Issued {
        /// One token of each issuer.
        collected: Vec<Collected>,
    },
    /// Waits so that nobody can tell from the time which issuance led to the pledge.
    Waiting {
        /// One token of each issuer.
        #[serde(with = "text::tokens")]
        tokens: Vec<Token>,
        /// Unix time from which the pledge is made.
        redeem_at: u64,
    },
    /// Pledged, and holds the counter's promise to publish the pledge.
    Redeemed {
        /// One token of each issuer: the pledge can be delivered again by anyone.
        #[serde(with = "text::tokens")]
        tokens: Vec<Token>,
        /// The promise.
        receipt: Receipt,
    },
    /// The pledge stands in the public log.
    Included {
        /// The promise that was kept; none where somebody else delivered the pledge, or the wallet
        /// was restored.
        receipt: Option<Receipt>,
    },
    /// The withdrawal may have been sent.
    Withdrawing {
        /// The pledge's receipt.
        receipt: Option<Receipt>,
    },
    /// Withdrawn, and holds the counter's promise to publish the withdrawal.
    Withdrawn {
        /// The withdrawal's receipt.
        receipt: Receipt,
    },
    /// The withdrawal stands in the public log.
    WithdrawalIncluded {
        /// The withdrawal's receipt; none where the wallet was restored.
        receipt: Option<Receipt>,
    },
}

/// The state with one issuer.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Step {
    /// Nothing was sent.
    Prepared,
    /// A code is on its way.
    CodeSent {
        /// What the attester sealed for itself.
        attempt: SecretText,
        /// Unix time from which the code is of no use.
        expires_at: u64,
    },
    /// The attester vouches for the request.
    Attested {
        /// Its word, with tag and `r`.
        #[serde(with = "text")]
        attestation: Attestation,
    },
    /// The request may have been sent.
    Requested {
        /// The attester's word, with tag and `r`.
        #[serde(with = "text")]
        attestation: Attestation,
        /// Size of the issuance log before the request was sent.
        log_size: u64,
    },
}

/// A token, and what shows whether its issuer published the issuance.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Collected {
    /// The token.
    #[serde(with = "text")]
    pub token: Token,
    /// Size of the issuance log before the request was sent.
    pub log_size: u64,
    /// The public half of the attestation, which must be in the log.
    #[serde(with = "text")]
    pub vouching: Vouching,
    /// The issuer's answer, which convicts it if it is not.
    #[serde(with = "text")]
    pub response: TokenResponse,
}

impl Collected {
    /// Leaf hash of the entry that must be in the issuance log.
    #[must_use]
    pub fn leaf(&self) -> Hash {
        leaf_hash(&Entry::Issuance(self.vouching).encode())
    }
}

/// All that a wallet file holds of one campaign.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Record {
    /// Version of the format.
    pub headcount_wallet: u16,
    /// Index of the class in the manifest.
    pub class: u16,
    /// Id of the region in the manifest, or 0 for none.
    pub region: u16,
    /// The secret that key and blindings are derived from.
    #[serde(with = "text")]
    pub seed: Seed,
    /// Where the supporter stands.
    pub state: State,
}

impl Record {
    /// The version this program writes and reads.
    pub const VERSION: u16 = 1;

    /// A wallet before anything was sent.
    #[must_use]
    pub const fn new(class: u16, region: u16, seed: Seed) -> Self {
        let state = State::Collecting { collected: Vec::new(), step: Step::Prepared };
        Self { headcount_wallet: Self::VERSION, class, region, seed, state }
    }

    /// What the nonce commits to.
    #[must_use]
    pub fn opening(&self, campaign: &CampaignId) -> Opening {
        Opening::derive(&self.seed, campaign, self.class, self.region)
    }

    /// The pledge, while its tokens are kept.
    #[must_use]
    pub fn pledge(&self, campaign: &CampaignId) -> Option<Pledge> {
        let tokens = self.state.tokens()?.to_vec();
        Some(Pledge { opening: self.opening(campaign), tokens })
    }
}

impl State {
    /// The state's name in reports.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Collecting { step: Step::Prepared, .. } => "prepared",
            Self::Collecting { step: Step::CodeSent { .. }, .. } => "code-sent",
            Self::Collecting { step: Step::Attested { .. }, .. } => "attested",
            Self::Collecting { step: Step::Requested { .. }, .. } => "requested",
            Self::Issued { .. } => "issued",
            Self::Waiting { .. } => "waiting",
            Self::Redeemed { .. } => "redeemed",
            Self::Included { .. } => "included",
            Self::Withdrawing { .. } => "withdrawing",
            Self::Withdrawn { .. } => "withdrawn",
            Self::WithdrawalIncluded { .. } => "withdrawal-included",
        }
    }

    /// Whether the pledge is made, even if it was withdrawn since.
    #[must_use]
    pub const fn is_pledged(&self) -> bool {
        !matches!(self, Self::Collecting { .. } | Self::Issued { .. } | Self::Waiting { .. })
    }

    /// Whether the pledge was withdrawn, as far as the counter has promised.
    #[must_use]
    pub const fn is_withdrawn(&self) -> bool {
        matches!(self, Self::Withdrawn { .. } | Self::WithdrawalIncluded { .. })
    }

    /// The tokens, while they are kept: from when the pledge can be made until it stands in the
    /// log.
    #[must_use]
    pub fn tokens(&self) -> Option<&[Token]> {
        match self {
            Self::Waiting { tokens, .. } | Self::Redeemed { tokens, .. } => Some(tokens),
            _ => None,
        }
    }

    /// Unix time from which the pledge is to be made, while it waits.
    #[must_use]
    pub const fn redeem_at(&self) -> Option<u64> {
        match self {
            Self::Waiting { redeem_at, .. } => Some(*redeem_at),
            _ => None,
        }
    }

    /// The receipt of the pledge or, from when there is one, of the withdrawal.
    #[must_use]
    pub const fn receipt(&self) -> Option<&Receipt> {
        match self {
            Self::Redeemed { receipt, .. } | Self::Withdrawn { receipt } => Some(receipt),
            Self::Included { receipt }
            | Self::Withdrawing { receipt }
            | Self::WithdrawalIncluded { receipt } => receipt.as_ref(),
            _ => None,
        }
    }
}
