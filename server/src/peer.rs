//! How one role asks another: over HTTP, or through its router when both are in one process.
//! The bytes are the same, and neither role knows which it is.

use std::time::Duration;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{Method, Request, header};
use tower::ServiceExt as _;

/// Longest answer a role takes from another, in bytes.
const MAX_ANSWER: usize = 65_536;

/// Seconds a role waits for another.
const TIMEOUT: Duration = Duration::from_secs(5);

/// The other role did not answer as it should.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum PeerError {
    /// No connection, or no answer in time.
    #[error("no answer")]
    Unreachable,
    /// An answer with another status than 200, or one that is too long.
    #[error("answered with status {0}")]
    Status(u16),
}

/// Another role.
#[derive(Clone)]
pub enum Peer {
    /// In this process, reached without a socket. Paths begin at the router's root.
    Local(Router),
    /// At a base URL.
    Remote(ureq::Agent, String),
}

impl Peer {
    /// A role at a base URL, without trailing slash.
    #[must_use]
    pub fn remote(url: &str) -> Self {
        let config = ureq::Agent::config_builder()
            .timeout_global(Some(TIMEOUT))
            .http_status_as_error(false)
            .max_redirects(0)
            .build();
        Self::Remote(config.into(), url.to_owned())
    }

    /// Reads a resource; `path` begins with a slash.
    ///
    /// # Errors
    /// [`PeerError`].
    pub async fn get(&self, path: &str) -> Result<Vec<u8>, PeerError> {
        self.ask(Method::GET, path, Vec::new()).await
    }

    /// Posts octets; `path` begins with a slash.
    ///
    /// # Errors
    /// [`PeerError`].
    pub async fn post(&self, path: &str, body: Vec<u8>) -> Result<Vec<u8>, PeerError> {
        self.ask(Method::POST, path, body).await
    }

    async fn ask(&self, method: Method, path: &str, body: Vec<u8>) -> Result<Vec<u8>, PeerError> {
        match self {
            Self::Local(router) => ask_router(router.clone(), method, path, body).await,
            Self::Remote(agent, base) => {
                let (agent, url) = (agent.clone(), format!("{base}{path}"));
                let asked = move || ask_url(&agent, &method, &url, &body);
                tokio::task::spawn_blocking(asked).await.map_err(|_| PeerError::Unreachable)?
            }
        }
    }
}

async fn ask_router(
    router: Router,
    method: Method,
    path: &str,
    body: Vec<u8>,
) -> Result<Vec<u8>, PeerError> {
    let request = Request::builder()
        .method(method)
        .uri(path)
        .header(header::CONTENT_TYPE, "application/octet-stream")
        .body(Body::from(body))
        .map_err(|_| PeerError::Unreachable)?;
    let Ok(response) = router.oneshot(request).await;
    let status = response.status().as_u16();
    if status != 200 {
        return Err(PeerError::Status(status));
    }
    let bytes = to_bytes(response.into_body(), MAX_ANSWER).await;
    bytes.map(|bytes| bytes.to_vec()).map_err(|_| PeerError::Status(status))
}

fn ask_url(
    agent: &ureq::Agent,
    method: &Method,
    url: &str,
    body: &[u8],
) -> Result<Vec<u8>, PeerError> {
    let response = if method == Method::POST {
        agent.post(url).content_type("application/octet-stream").send(body)
    } else {
        agent.get(url).call()
    };
    let mut response = response.map_err(|_| PeerError::Unreachable)?;
    let status = response.status().as_u16();
    if status != 200 {
        return Err(PeerError::Status(status));
    }
    let limit = u64::try_from(MAX_ANSWER).expect("a constant");
    let body = response.body_mut().with_config().limit(limit).read_to_vec();
    body.map_err(|_| PeerError::Status(status))
}
