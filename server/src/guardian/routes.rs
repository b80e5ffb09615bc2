//! The guardian over HTTP ([spec: http §3]).

use std::sync::Arc;

use crate::limits::OctetBody;
use axum::Router;
use axum::extract::State;
use axum::routing::post;

use super::Guardian;
use crate::limits::blocking;
use crate::problem::Problem;

/// The guardian's router; it is mounted on no public address.
pub fn router(guardian: Arc<Guardian>) -> Router {
    Router::new().route("/evaluations", post(evaluate)).with_state(guardian)
}

async fn evaluate(
    State(guardian): State<Arc<Guardian>>,
    OctetBody(body): OctetBody,
) -> Result<Vec<u8>, Problem> {
    let evaluation = blocking(move || guardian.evaluate(&body)).await?;
    Ok(evaluation.encode())
}
