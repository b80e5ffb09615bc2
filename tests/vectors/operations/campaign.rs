//! The operations of `campaign.json`.

use headcount_protocol::campaign::rules::Rule;
use headcount_protocol::campaign::values::{TextError, UrlError};
use headcount_protocol::campaign::{Campaign, CampaignId, Fault, ManifestError};
use headcount_protocol::guardians::CommitmentsError;
use headcount_protocol::oprf::ElementError;
use serde_json::{Value, json};

use super::{Bases, broken};
use crate::vectors::input::{self, campaign_id};

/// `manifest`
///
/// # Errors
/// The rule that is broken.
pub fn manifest(bases: &Bases, input: &Value) -> Result<Value, Value> {
    let parsed = Campaign::parse(&input::manifest(bases, input));
    let campaign = parsed.map_err(|error| broken(manifest_rule(&error)))?;
    let issuers = campaign.manifest.issuers.iter().map(|issuer| issuer.url.authority());
    let issuers: Vec<_> = issuers.collect();
    let class_of: Vec<_> = campaign.issuer_indices().map(|at| campaign.class_of(at)).collect();
    Ok(json!({
        "campaign_id": campaign.id,
        "authorities": { "counter": campaign.manifest.counter.url.authority(), "issuers": issuers },
        "class_of": class_of,
    }))
}

/// `manifest-of-link`
///
/// # Errors
/// The rule that is broken.
pub fn manifest_of_link(bases: &Bases, input: &Value) -> Result<Value, Value> {
    let id = CampaignId::of(&input::manifest(bases, input));
    if id == campaign_id(input) { Ok(json!({ "campaign_id": id })) } else { Err(broken("CAM-1")) }
}

/// The rule that a manifest breaks.
const fn manifest_rule(error: &ManifestError) -> &'static str {
    match error {
        ManifestError::TooLong => "CAM-2",
        ManifestError::ByteOrderMark | ManifestError::NotUtf8 => "CAM-3",
        ManifestError::Json(_) | ManifestError::Depth => "CAM-4",
        ManifestError::Value { at: _, fault } => fault_rule(fault),
        ManifestError::Rule(rule) => between_rule(rule),
    }
}

const fn fault_rule(fault: &Fault) -> &'static str {
    match fault {
        Fault::DuplicateKey(_) | Fault::UnknownKey(_) | Fault::MissingKey(_) => "CAM-5",
        Fault::Number => "CAM-6",
        Fault::Form(_) | Fault::Surrogate | Fault::TokenKey(_) => "CAM-7",
        Fault::EmailRules(_) => "TAG-3",
        Fault::Text(TextError::Language(_)) => "CAM-25",
        Fault::Text(TextError::Length | TextError::Control) => "CAM-26",
        Fault::Url(UrlError::Form) => "CAM-27",
        Fault::Url(UrlError::Parts) => "CAM-28",
        Fault::Url(UrlError::Scheme) => "CAM-29",
        Fault::LogKey(_) => "LOG-14",
    }
}

const fn between_rule(rule: &Rule) -> &'static str {
    match rule {
        Rule::Version => "CAM-8",
        Rule::Integer => "CAM-9",
        Rule::Threshold => "CAM-10",
        Rule::Opening => "CAM-11",
        Rule::Redemption => "CAM-12",
        Rule::IssuerCount => "CAM-13",
        Rule::ClassName => "CAM-14",
        Rule::ClassIssuers => "CAM-15",
        Rule::Partition(_) => "CAM-16",
        Rule::TokenKeys => "CAM-17",
        Rule::Keys => "CAM-18",
        Rule::LogName => "CAM-19",
        Rule::Commitments(error) => commitments_rule(error),
        Rule::Quorum => "CAM-21",
        Rule::Regions => "CAM-22",
        Rule::Delay => "CAM-23",
        Rule::Batch => "CAM-24",
        Rule::Title => "CAM-30",
        Rule::Milestones => "CAM-31",
        Rule::Spread => "CAM-32",
    }
}

const fn commitments_rule(error: &CommitmentsError) -> &'static str {
    match error {
        CommitmentsError::Guardians(_) | CommitmentsError::Threshold { .. } => "TAG-13",
        CommitmentsError::Count { .. } => "TAG-14",
        CommitmentsError::Element { position: _, error } => match error {
            ElementError::Hex(_) | ElementError::NotCanonical => "TAG-8",
            ElementError::Identity => "TAG-15",
        },
        CommitmentsError::ZeroShare(_) => "TAG-15",
    }
}
