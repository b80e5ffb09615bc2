//! A log over HTTP, as C2SP tlog-tiles serves it ([spec: http §6]).

use std::sync::Arc;

use axum::Router;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use axum::routing::get;

use super::Log;
use crate::limits::blocking;
use crate::problem::Problem;

/// The router of a log's files, and of nothing else ([HTTP-9]).
pub fn router(log: Arc<Log>) -> Router {
    Router::new()
        .route("/checkpoint", get(checkpoint))
        .route("/witnessed", get(witnessed))
        .route("/tile/{*path}", get(tile))
        .with_state(log)
}

async fn checkpoint(State(log): State<Arc<Log>>) -> Result<Response, Problem> {
    serve(log, "checkpoint".to_owned(), "text/plain; charset=utf-8", "max-age=5").await
}

/// Before a checkpoint is witnessed there is none here [WIT-17].
async fn witnessed(State(log): State<Arc<Log>>) -> Result<Response, Problem> {
    serve(log, "witnessed".to_owned(), "text/plain; charset=utf-8", "max-age=5").await
}

async fn tile(
    State(log): State<Arc<Log>>,
    path: Result<Path<String>, PathRejection>,
) -> Result<Response, Problem> {
    let Path(path) = path.map_err(|_| Problem::not_found())?;
    let forever = "max-age=31536000, immutable";
    serve(log, format!("tile/{path}"), "application/octet-stream", forever).await
}

async fn serve(
    log: Arc<Log>,
    path: String,
    media_type: &'static str,
    caching: &'static str,
) -> Result<Response, Problem> {
    let bytes = blocking(move || log.files().read(&path)).await?;
    let bytes = bytes.ok_or_else(Problem::not_found)?;
    let headers = [(header::CONTENT_TYPE, media_type), (header::CACHE_CONTROL, caching)];
    Ok((headers, bytes).into_response())
}
