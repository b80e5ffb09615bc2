//! The issuer over HTTP ([spec: http §4], RFC 9578 §4 and §6).

use std::sync::Arc;

use crate::limits::OctetBody;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::IntoResponse;
use axum::routing::{get, post};
use axum::{Json, Router};
use headcount_protocol::attestation::Attestation;
use headcount_protocol::token::{TOKEN_TYPE, TokenRequest, TokenResponse};
use serde_json::json;

use super::Issuer;
use crate::limits::{blocking, media_type};
use crate::problem::Problem;

const DIRECTORY: &str = "application/private-token-issuer-directory";

type Issuers = Arc<Vec<Arc<Issuer>>>;

/// The router of the issuers at one base URL.
pub fn router(issuers: Vec<Arc<Issuer>>) -> Router {
    Router::new().route("/token-request", post(issue)).with_state(Arc::new(issuers))
}

/// The directory of the issuers at one host; `path` is where their endpoints lie.
pub fn directory(issuers: &[Arc<Issuer>], path: &str) -> Router {
    let keys: Vec<_> = issuers
        .iter()
        .map(|issuer| {
            let key = &issuer.campaign.issuer(issuer.index).token_key;
            let opens = issuer.campaign.manifest.schedule.opens;
            json!({ "token-type": TOKEN_TYPE, "token-key": key, "not-before": opens })
        })
        .collect();
    let body = json!({ "issuer-request-uri": format!("{path}/token-request"), "token-keys": keys });
    let answer = async move || {
        let headers = [(header::CONTENT_TYPE, DIRECTORY), (header::CACHE_CONTROL, "max-age=86400")];
        (headers, Json(body)).into_response()
    };
    Router::new().route("/.well-known/private-token-issuer-directory", get(answer))
}

async fn issue(
    State(issuers): State<Issuers>,
    headers: HeaderMap,
    OctetBody(body): OctetBody,
) -> Result<impl IntoResponse, Problem> {
    media_type(&headers, TokenRequest::MEDIA_TYPE)?;
    let request = TokenRequest::decode(&body)?;
    let issuer = issuers.iter().find(|it| it.truncated_key_id() == request.truncated_key_id);
    let issuer = issuer.cloned().ok_or_else(Problem::unknown_token_key)?;
    let attestation = headers.get(Attestation::HEADER).ok_or_else(Problem::attestation_missing)?;
    let attestation = Attestation::from_text(attestation.to_str().unwrap_or_default())?;
    let TokenResponse(signature) = blocking(move || issuer.issue(&request, attestation)).await?;
    let media_type = HeaderValue::from_static(TokenResponse::MEDIA_TYPE);
    Ok(([(header::CONTENT_TYPE, media_type)], signature.to_vec()))
}
