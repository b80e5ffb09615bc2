//! The guardian over HTTP ([spec: http §3]).

use std::sync::Arc;

use crate::limits::{OctetBody, blocking, media_type};
use axum::Router;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::routing::post;

use super::Guardian;
use crate::problem::Problem;

/// The guardian's router; it is mounted on no public address.
pub fn router(guardian: Arc<Guardian>) -> Router {
    Router::new().route("/evaluations", post(evaluate)).with_state(guardian)
}

async fn evaluate(
    State(guardian): State<Arc<Guardian>>,
    headers: HeaderMap,
    OctetBody(body): OctetBody,
) -> Result<Vec<u8>, Problem> {
    media_type(&headers, "application/octet-stream")?;
    let evaluation = blocking(move || guardian.evaluate(&body)).await?;
    Ok(evaluation.encode())
}
