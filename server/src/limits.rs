//! What bounds every request: size, time, and how many are worked on at once
//! ([spec: http §1]).

use std::error::Error as _;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{FromRequest, MatchedPath, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::middleware::{Next, from_fn_with_state, map_response};
use axum::response::{IntoResponse as _, Response};
use headcount_protocol::entry::Entry;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use tokio::sync::Semaphore;

use crate::problem::Problem;

/// Longest body of a request, in bytes [HTTP-2].
pub const MAX_BODY: usize = 4_096;

/// The same where a statement is delivered [HTTP-2]: an entry without its type.
pub const MAX_STATEMENT: usize = Entry::MAX_LEN - 1;

/// Where announcements are delivered.
pub const ANNOUNCEMENT: &str = "/announcement";

/// Where amendments are delivered.
pub const AMENDMENT: &str = "/amendment";

/// Time in which the body of a request must have come [HTTP-5].
const BODY: Duration = Duration::from_secs(10);

/// Time after which a request is answered that it takes too long [HTTP-5].
const TIMEOUT: Duration = Duration::from_secs(15);

/// Requests of a kind, reading or writing, that are worked on at once [HTTP-5].
const CONCURRENCY: usize = 256;

/// Places for requests that are worked on: whoever reads does not stand in the way of whoever
/// pledges.
#[derive(Clone)]
struct Places {
    reading: Arc<Semaphore>,
    writing: Arc<Semaphore>,
}

/// Bounds every request of a router, and answers what none of its routes does: first by size,
/// then by path and method ([HTTP-2], [HTTP-14]); axum adds `Allow` to a 405 ([HTTP-20]) and
/// answers `HEAD` as `GET` ([HTTP-13]). No handler reads a query ([HTTP-12]).
pub fn bounded(router: Router) -> Router {
    let places = || Arc::new(Semaphore::new(CONCURRENCY));
    let places = Places { reading: places(), writing: places() };
    router
        .fallback(async || Problem::not_found())
        .method_not_allowed_fallback(async || Problem::method_not_allowed())
        .layer(from_fn_with_state(places, bound))
        .layer(map_response(default_headers))
}

/// Size, time and number ([HTTP-5]).
async fn bound(State(places): State<Places>, request: Request, next: Next) -> Response {
    let places = if request.method().is_safe() { places.reading } else { places.writing };
    // The body first: a slow client waits outside.
    let (head, body) = request.into_parts();
    let body = match tokio::time::timeout(BODY, to_bytes(body, max_body(&head))).await {
        Ok(Ok(body)) => body,
        Ok(Err(error)) => return unread(&error).into_response(),
        Err(_) => return Problem::overloaded().into_response(),
    };
    let Ok(place) = places.try_acquire_owned() else {
        return Problem::overloaded().into_response();
    };
    // Work goes on when its answer is no longer waited for, and keeps its place until it ends.
    let work = tokio::spawn(async move {
        let response = next.run(Request::from_parts(head, Body::from(body))).await;
        drop(place);
        response
    });
    match tokio::time::timeout(TIMEOUT, work).await {
        Ok(Ok(response)) => response,
        Ok(Err(_)) => Problem::internal().into_response(),
        Err(_) => Problem::overloaded().into_response(),
    }
}

/// Longest body at a path, by the route it belongs to.
fn max_body(head: &Parts) -> usize {
    let route = head.extensions.get::<MatchedPath>().map_or("", MatchedPath::as_str);
    let statement = [ANNOUNCEMENT, AMENDMENT].iter().any(|path| route.ends_with(path));
    if statement { MAX_STATEMENT } else { MAX_BODY }
}

/// Why a body was not read to its end: the connection, or the client's framing, failed before the
/// limit was reached ([HTTP-15]); else it is too long.
fn unread(error: &axum::Error) -> Problem {
    let mut cause = error.source();
    while let Some(error) = cause {
        if error.is::<hyper::Error>() {
            return Problem::malformed_body();
        }
        cause = error.source();
    }
    Problem::body_too_large()
}

/// What every answer carries ([HTTP-4], [HTTP-18]).
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

/// Requires a media type, without regard to case and to parameters ([HTTP-11]).
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

/// A JSON body, strictly of its type [HTTP-1].
pub struct JsonBody<T>(pub T);

impl<T: DeserializeOwned + Serialize, S: Send + Sync> FromRequest<S> for JsonBody<T> {
    type Rejection = Problem;

    async fn from_request(request: Request<Body>, state: &S) -> Result<Self, Problem> {
        media_type(request.headers(), "application/json")?;
        let bytes = read_body(request, state).await?;
        // What serde says would quote the body.
        let value: T = serde_json::from_slice(&bytes).map_err(|_| Problem::malformed_body())?;
        // serde also takes lists for objects: what was read must be what would be written
        // ([HTTP-1], [HTTP-10]).
        let same =
            serde_json::from_slice::<Value>(&bytes).ok() == serde_json::to_value(&value).ok();
        if same { Ok(Self(value)) } else { Err(Problem::malformed_body()) }
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

/// A body that [`bounded`] has read.
async fn read_body<S: Send + Sync>(request: Request<Body>, state: &S) -> Result<Bytes, Problem> {
    Bytes::from_request(request, state).await.map_err(|_| Problem::malformed_body())
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::time::Instant;

    use axum::http::StatusCode;
    use axum::routing::get;
    use tower::ServiceExt as _;

    use super::*;

    /// [HTTP-5]
    #[test]
    fn what_is_too_much_or_takes_too_long_is_answered_503() {
        let entered = Arc::new(AtomicUsize::new(0));
        let counted = entered.clone();
        let never = async move || {
            counted.fetch_add(1, Ordering::SeqCst);
            std::future::pending::<()>().await;
        };
        let router = bounded(Router::new().route("/", get(async || "read").post(never)));
        let ask = |method: &str| {
            let request = Request::builder().method(method).uri("/").body(Body::empty()).unwrap();
            router.clone().oneshot(request)
        };
        tokio::runtime::Runtime::new().unwrap().block_on(async {
            let began = Instant::now();
            let slow: Vec<_> = (0..CONCURRENCY).map(|_| tokio::spawn(ask("POST"))).collect();
            while entered.load(Ordering::SeqCst) < CONCURRENCY {
                tokio::task::yield_now().await;
            }
            let refused = ask("POST").await.unwrap();
            assert!(began.elapsed() < TIMEOUT, "it has waited for a place");
            let is_overloaded = |response: &Response| {
                assert_eq!(response.status(), StatusCode::SERVICE_UNAVAILABLE);
                assert!(response.headers().contains_key(header::RETRY_AFTER));
            };
            is_overloaded(&refused);
            // Whoever reads has places of their own.
            assert_eq!(ask("GET").await.unwrap().status(), StatusCode::OK);
            for answer in slow {
                is_overloaded(&answer.await.unwrap().unwrap());
            }
            assert!(began.elapsed() >= TIMEOUT);
        });
    }
}
