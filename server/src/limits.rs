//! What bounds every request: size, time, and how many are worked on at once
//! ([spec: http §1]).

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{DefaultBodyLimit, FromRequest, Request, State};
use axum::http::{HeaderMap, HeaderValue, header};
use axum::middleware::{Next, from_fn_with_state, map_response};
use axum::response::{IntoResponse as _, Response};
use serde::de::DeserializeOwned;
use tokio::sync::Semaphore;

use crate::problem::Problem;

/// Longest body of a request, in bytes.
pub const MAX_BODY: usize = 4_096;

/// Longest time a request is worked on.
const TIMEOUT: Duration = Duration::from_secs(15);

/// Requests that are worked on at once.
const CONCURRENCY: usize = 256;

/// Bounds every request of a router, and answers what none of its routes does.
pub fn bounded(router: Router) -> Router {
    let slots = Arc::new(Semaphore::new(CONCURRENCY));
    router
        .fallback(async || Problem::not_found())
        .method_not_allowed_fallback(async || Problem::method_not_allowed())
        .layer(DefaultBodyLimit::max(MAX_BODY))
        .layer(from_fn_with_state(slots, bound))
        .layer(map_response(default_headers))
}

async fn bound(State(slots): State<Arc<Semaphore>>, request: Request, next: Next) -> Response {
    let Ok(_slot) = slots.try_acquire() else {
        return Problem::overloaded().into_response();
    };
    match tokio::time::timeout(TIMEOUT, next.run(request)).await {
        Ok(response) => response,
        Err(_) => Problem::overloaded().into_response(),
    }
}

async fn default_headers(mut response: Response) -> Response {
    let headers = response.headers_mut();
    let mut default = |name, value| {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    };
    default(header::CACHE_CONTROL, "no-store");
    default(header::REFERRER_POLICY, "no-referrer");
    default(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    response
}

/// Runs work that waits for the disk or computes for milliseconds, off the async threads.
///
/// # Errors
/// Those of the work.
pub async fn blocking<T, E>(
    work: impl FnOnce() -> Result<T, E> + Send + 'static,
) -> Result<T, Problem>
where
    T: Send + 'static,
    E: Send + 'static,
    Problem: From<E>,
{
    let done = tokio::task::spawn_blocking(work).await;
    done.map_err(|_| Problem::internal())?.map_err(Problem::from)
}

/// Requires a media type, without regard to its parameters.
///
/// # Errors
/// 415 `unsupported-media-type`.
pub fn media_type(headers: &HeaderMap, expected: &str) -> Result<(), Problem> {
    let found = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let found = found.and_then(|value| value.split(';').next()).unwrap_or_default();
    if found.trim().eq_ignore_ascii_case(expected) {
        Ok(())
    } else {
        Err(Problem::unsupported_media_type())
    }
}

/// A JSON body, strictly of its type.
pub struct JsonBody<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for JsonBody<T> {
    type Rejection = Problem;

    async fn from_request(request: Request<Body>, state: &S) -> Result<Self, Problem> {
        media_type(request.headers(), "application/json")?;
        let bytes = read_body(request, state).await?;
        // What serde says would quote the body.
        serde_json::from_slice(&bytes).map(Self).map_err(|_| Problem::malformed_body())
    }
}

/// A body of octets.
pub struct OctetBody(pub Bytes);

impl<S: Send + Sync> FromRequest<S> for OctetBody {
    type Rejection = Problem;

    async fn from_request(request: Request<Body>, state: &S) -> Result<Self, Problem> {
        read_body(request, state).await.map(Self)
    }
}

async fn read_body<S: Send + Sync>(request: Request<Body>, state: &S) -> Result<Bytes, Problem> {
    let bytes = Bytes::from_request(request, state).await;
    bytes.map_err(|rejection| {
        if rejection.status().as_u16() == 413 {
            Problem::body_too_large()
        } else {
            Problem::malformed_body()
        }
    })
}
