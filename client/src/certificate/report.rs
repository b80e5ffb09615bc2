//! What a certificate shows, in words ([spec: certificate §6], [CER-15]).

use headcount_protocol::campaign::CampaignId;
use headcount_protocol::certificate::{Bound, Shown};
use headcount_protocol::log::Hash;
use serde::Serialize;

use crate::report::{counted, grouped};

/// The facts, for programs.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
pub struct Facts {
    /// Always `shown`.
    pub verdict: &'static str,
    /// The campaign.
    pub campaign: CampaignId,
    /// Distinct signed pledges in the log, at least.
    pub pledges_at_least: u64,
    /// Of these not withdrawn, at least.
    pub net_at_least: u64,
    /// Pledges that are listed.
    pub listed: u64,
    /// Different pledges that were checked.
    pub checked: usize,
    /// Samples that were drawn.
    pub samples: u32,
    /// The share of listed pledges that stays in doubt, in thousandths.
    pub doubt_thousandths: u16,
    /// An attempt to forge the file succeeds with the chance of 2 to the power of this.
    pub forgery_log2: i32,
    /// Entries of the pledge log.
    pub log_size: u64,
    /// Root of the pledge log.
    pub log_root: Hash,
    /// Whether independent witnesses have signed that the log only grows.
    pub witnessed: bool,
    /// What the file says nothing of.
    pub not_shown: [&'static str; 3],
}

impl Facts {
    /// The facts of a certificate that was checked.
    #[must_use]
    pub fn of(shown: &Shown) -> Self {
        Self {
            verdict: "shown",
            campaign: shown.campaign.id,
            pledges_at_least: shown.pledges(),
            net_at_least: shown.net(),
            listed: shown.listed,
            checked: shown.positions.len(),
            samples: shown.bound.samples(),
            doubt_thousandths: shown.bound.thousandths(),
            forgery_log2: -128,
            log_size: shown.checkpoint.size(),
            log_root: *shown.checkpoint.root(),
            witnessed: shown.campaign.has_witnesses(),
            not_shown: ["exact-count", "issuance-bounds", "people-behind-the-pledges"],
        }
    }
}

/// The same, for people.
#[must_use]
pub fn text(shown: &Shown) -> String {
    let facts = Facts::of(shown);
    let log = if facts.witnessed {
        "witnessed: independent witnesses have signed it"
    } else {
        "unwitnessed: its operator alone has signed it"
    };
    format!(
        "{title}\n\
         \x20 campaign    {campaign}\n\
         \x20 pledge log  {entries}, {log}\n\
         \x20 listed      {listed}, of which {checked} were drawn and checked\n\
         \n\
         SHOWN: at least {pledges} distinct signed pledges stand in this log.\n\
         At least {net} of them are not withdrawn.\n\
         {doubt} of the list stays in doubt; a list that is worse than that passes with a chance \
         of at most 2^-128 for each attempt to forge one.\n\
         \n\
         NOT SHOWN: the exact count, in total, by class or by region; whether an issuer has signed \
         more tokens than it has published (`headcount audit` shows both); whether a person stands \
         behind each pledge, which is what the campaign's issuers vouch for.",
        title = shown.campaign.manifest.title.get("en"),
        campaign = facts.campaign,
        entries = counted(facts.log_size, "entry", "entries"),
        listed = counted(facts.listed, "pledge", "pledges"),
        checked = grouped(u64::try_from(facts.checked).unwrap_or(u64::MAX)),
        pledges = grouped(facts.pledges_at_least),
        net = grouped(facts.net_at_least),
        doubt = percent(shown.bound),
    )
}

/// A share in per cent.
#[must_use]
pub fn percent(bound: Bound) -> String {
    match (bound.thousandths() / 10, bound.thousandths() % 10) {
        (whole, 0) => format!("{whole} %"),
        (whole, tenth) => format!("{whole}.{tenth} %"),
    }
}
