//! The complaint of an issuance that is not in the log ([spec: evidence §3]).

use headcount_protocol::campaign::Campaign;
use headcount_protocol::evidence::{Base64Url, Complaint, HiddenIssuance};

use crate::wallet::Collected;

/// The complaint that an issuer signed a request, 259 bytes, and does not say so. Neither the tag nor
/// the token is in it.
#[must_use]
pub fn hidden(
    campaign: &Campaign,
    issuer: u16,
    request: Vec<u8>,
    collected: &Collected,
    checkpoint: Option<String>,
) -> Complaint {
    Complaint::Issuance(HiddenIssuance {
        manifest: Base64Url(campaign.bytes().to_vec()),
        issuer,
        request: Base64Url(request),
        vouching: Base64Url(collected.vouching.encode()),
        response: Base64Url(collected.response.0.to_vec()),
        checkpoint,
    })
}
