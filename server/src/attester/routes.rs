//! The attester over HTTP ([spec: http §2]).

use std::sync::Arc;

use axum::extract::State;
use axum::routing::post;
use axum::{Json, Router};
use data_encoding::BASE64URL_NOPAD;
use headcount_protocol::campaign::CampaignId;
use headcount_protocol::token::RequestDigest;
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::attempt::LIFETIME;
use super::{Attester, Claim, ScopeError};
use crate::limits::JsonBody;
use crate::problem::Problem;

type Attesters = Arc<Vec<Arc<Attester>>>;

/// The router of the attesters at one base URL.
pub fn router(attesters: Vec<Arc<Attester>>) -> Router {
    Router::new()
        .route("/attempts", post(start))
        .route("/attestations", post(attest))
        .with_state(Arc::new(attesters))
}

#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct StartBody {
    campaign: CampaignId,
    issuer: u16,
    address: Zeroizing<String>,
    request_digest: RequestDigest,
    language: String,
}

#[derive(Serialize)]
struct Started {
    attempt: String,
    expires_in: u64,
}

async fn start(
    State(attesters): State<Attesters>,
    JsonBody(body): JsonBody<StartBody>,
) -> Result<Json<Started>, Problem> {
    let StartBody { campaign, issuer, address, request_digest, language } = body;
    let claim = Claim { campaign, issuer, request_digest };
    let attempt = find(&attesters, issuer)?.start(&claim, &address, &language)?;
    Ok(Json(Started { attempt: BASE64URL_NOPAD.encode(&attempt), expires_in: LIFETIME }))
}

#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct AttestBody {
    campaign: CampaignId,
    issuer: u16,
    request_digest: RequestDigest,
    proof: Proof,
}

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "lowercase", deny_unknown_fields)]
enum Proof {
    Email { attempt: String, code: Zeroizing<String> },
    Invitation { code: Zeroizing<String> },
}

#[derive(Serialize)]
struct Attested {
    attestation: Zeroizing<String>,
}

async fn attest(
    State(attesters): State<Attesters>,
    JsonBody(body): JsonBody<AttestBody>,
) -> Result<Json<Attested>, Problem> {
    let AttestBody { campaign, issuer, request_digest, proof } = body;
    let claim = Claim { campaign, issuer, request_digest };
    let attester = find(&attesters, issuer)?;
    let attestation = match proof {
        Proof::Email { attempt, code } => {
            // What is not base64url is an attempt that no key opens.
            let attempt = BASE64URL_NOPAD.decode(attempt.as_bytes()).unwrap_or_default();
            attester.attest_email(&claim, &attempt, &code).await?
        }
        Proof::Invitation { code } => attester.attest_invitation(&claim, &code).await?,
    };
    Ok(Json(Attested { attestation: attestation.to_text() }))
}

fn find(attesters: &[Arc<Attester>], issuer: u16) -> Result<&Attester, ScopeError> {
    let found = attesters.iter().find(|attester| attester.issuer() == issuer);
    found.map(Arc::as_ref).ok_or(ScopeError::UnknownIssuer)
}
