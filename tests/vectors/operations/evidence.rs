//! `complaint`: what a file shows of a counter or an issuer ([spec: evidence]).

use headcount_protocol::campaign::{Campaign, CampaignId};
use headcount_protocol::entry::Entry;
use headcount_protocol::evidence::{
    BrokenPromise, Complaint, ComplaintError, HiddenIssuance, Kept,
};
use headcount_protocol::recount::LogName;
use headcount_protocol::token::RequestDigest;
use serde_json::{Value, json};

use super::recount::{Mirror, mirror};
use super::{Bases, broken};
use crate::vectors::input::{campaign_id, file};

/// `complaint`
pub(crate) fn complaint(bases: &Bases, input: &Value) -> Result<Value, Value> {
    let asked: Option<CampaignId> = input.get("campaign_id").map(|_| campaign_id(input));
    let files = input.get("mirror").map(|_| mirror(bases, input));
    let refused = |error: &ComplaintError| broken(error.id());
    let complaint = Complaint::from_json(&file(bases, input)).map_err(|error| refused(&error))?;
    let campaign = complaint.campaign(asked).map_err(|error| refused(&error))?;
    let log = |name| {
        let files = files.as_ref()?;
        let mirror = Mirror { files, campaign: &campaign, earlier: &Value::Null };
        Some(mirror.entries_of(name).expect("a log that is not refused"))
    };
    let found = match &complaint {
        Complaint::Promise(promise) => of_promise(&campaign, promise, log(LogName::Pledges))?,
        Complaint::Issuance(issuance) => {
            let (digest, _) = issuance.check(&campaign).map_err(|error| broken(error.id()))?;
            of_issuance(issuance, digest, log(LogName::Issuances(issuance.issuer)))
        }
    };
    let mut output = found;
    output["campaign"] = json!(campaign.id);
    Ok(output)
}

/// What the whole log adds: where else the entry stands.
fn of_promise(
    campaign: &Campaign,
    promise: &BrokenPromise,
    log: Option<Vec<Vec<u8>>>,
) -> Result<Value, Value> {
    let (kept, _) = promise.check(campaign).map_err(|error| broken(error.id()))?;
    let there = log.and_then(|log| (0_u64..).zip(log).find(|(_, it)| *it == promise.entry.0));
    let (found, index) = match (kept, &promise.elsewhere, there) {
        (kept, Some(elsewhere), _) => (kept, Some(elsewhere.index)),
        (_, None, Some((index, _))) if index > promise.end.index => (Kept::Late, Some(index)),
        (_, None, Some((index, _))) => (Kept::Early, Some(index)),
        (kept, None, None) => (kept, None),
    };
    let batch = promise.receipt.batch;
    Ok(json!({
        "complaint": "promise",
        "verdict": "upheld",
        "batch": batch,
        "found": found,
        "index": index,
    }))
}

fn of_issuance(
    issuance: &HiddenIssuance,
    digest: RequestDigest,
    log: Option<Vec<Vec<u8>>>,
) -> Value {
    let size = log.as_ref().map(Vec::len);
    let is_there = |entry: &Vec<u8>| matches!(Entry::decode(entry), Ok(Entry::Issuance(it)) if it.request_digest == digest);
    let verdict = match log {
        None => "open",
        Some(entries) if entries.iter().any(is_there) => "refuted",
        Some(_) => "upheld",
    };
    json!({ "complaint": "issuance", "issuer": issuance.issuer, "verdict": verdict, "size": size })
}
