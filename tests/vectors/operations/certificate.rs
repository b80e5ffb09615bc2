//! The operations of `certificate.json` ([spec: certificate]).

use headcount_protocol::certificate::{Bound, check};
use serde_json::{Value, json};

use super::{Bases, broken};
use crate::vectors::input::{bytes, campaign_id, number};

/// `samples`
pub(crate) fn samples(_: &Bases, input: &Value) -> Result<Value, Value> {
    let bound = Bound::new(number(input, "e")).map_err(|_| broken("CER-2"))?;
    Ok(json!({ "k": bound.samples() }))
}

/// `certificate`
pub(crate) fn certificate(_: &Bases, input: &Value) -> Result<Value, Value> {
    let id = input.get("campaign_id").map(|_| campaign_id(input));
    let shown = check(&bytes(input, "certificate"), id).map_err(|error| broken(error.rule()))?;
    Ok(json!({
        "campaign_id": shown.campaign.id,
        "e": shown.bound.thousandths(),
        "k": shown.bound.samples(),
        "listed": shown.listed,
        "size": shown.checkpoint.size(),
        "challenge": data_encoding::HEXLOWER.encode(&shown.challenge),
        "positions": shown.positions,
        "pledges": shown.pledges(),
        "net": shown.net(),
    }))
}
