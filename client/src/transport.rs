//! HTTP as every client speaks it: bounded, without redirects, cookies or anything that tells
//! one client from another.

use std::ffi::OsString;
use std::time::Duration;

use ureq::http::{Response, StatusCode};
use ureq::{Agent, Body, Proxy, ProxyProtocol};

use crate::chance::Clock;
use crate::problem::Word;

/// The user agent, the same for every client and version.
pub const USER_AGENT: &str = "headcount";

/// Most bytes of a problem that are read.
const MAX_PROBLEM: u64 = 16_384;

/// How often a request is sent again when the server has too much to do, or the connection broke.
const RETRIES: u32 = 4;

/// Environment variables that name a proxy, in the order in which they are asked.
const PROXIES: [&str; 6] =
    ["ALL_PROXY", "all_proxy", "HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy"];

/// Why a request brought nothing. No variant holds anything of the request or its answer.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum TransportError {
    /// No connection, or none that lasted.
    #[error("the server cannot be reached; check the connection and try again")]
    Unreachable,
    /// Too slow.
    #[error("the server did not answer in time; try again later")]
    Timeout,
    /// A problem with its word.
    #[error("{0}")]
    Refused(Word),
    /// 404 without a problem of ours, as a file server answers.
    #[error("the server does not have what was asked for")]
    NotFound,
    /// The answer redirects or makes no sense.
    #[error("the server's answer is not the one of the protocol")]
    Answer,
    /// What was asked for is there, and longer than it can be.
    #[error("the server's answer is longer than any of the protocol")]
    TooLong,
    /// The environment names a proxy that cannot be used.
    #[error(
        "the proxy of the environment cannot be used; only http proxies can, and none is left out"
    )]
    Proxy,
}

impl TransportError {
    /// Whether the resource is not there.
    #[must_use]
    pub const fn is_not_found(self) -> bool {
        matches!(self, Self::NotFound | Self::Refused(Word::NotFound))
    }

    /// Whether the same request may succeed later.
    #[must_use]
    pub const fn is_temporary(self) -> bool {
        match self {
            Self::Unreachable | Self::Timeout => true,
            Self::Refused(word) => word.is_temporary(),
            Self::NotFound | Self::Answer | Self::TooLong | Self::Proxy => false,
        }
    }
}

/// A set of connections of its own, shared with no other purpose.
#[derive(Clone, Debug)]
pub struct Transport {
    agent: Agent,
}

/// One [`Transport`] for each purpose, so that no connection ties two of them together
/// (design: *Reading hides too*).
#[derive(Clone, Debug)]
pub struct Channels {
    /// The manifest and the counts, before anything else.
    pub campaign: Transport,
    /// The attester and the issuer.
    pub issuance: Transport,
    /// Reads the issuance logs.
    pub issuance_log: Transport,
    /// Redeems.
    pub redemption: Transport,
    /// Reads the pledge log.
    pub pledge_log: Transport,
}

impl Channels {
    /// Connections for one person, or for `parallel` of them.
    ///
    /// # Errors
    /// [`TransportError::Proxy`].
    pub fn new(parallel: usize) -> Result<Self, TransportError> {
        Ok(Self {
            campaign: Transport::new(parallel)?,
            issuance: Transport::new(parallel)?,
            issuance_log: Transport::new(parallel)?,
            redemption: Transport::new(parallel)?,
            pledge_log: Transport::new(parallel)?,
        })
    }
}

impl Transport {
    /// A set of connections for up to `parallel` requests at once.
    ///
    /// # Errors
    /// [`TransportError::Proxy`] if the environment names a proxy that cannot be used: a direct
    /// connection is never made in its place.
    pub fn new(parallel: usize) -> Result<Self, TransportError> {
        let config = Agent::config_builder()
            .user_agent(USER_AGENT)
            .accept("*/*")
            .proxy(proxy(PROXIES.into_iter().filter_map(std::env::var_os))?)
            .max_redirects(0)
            .http_status_as_error(false)
            .max_response_header_size(16_384)
            .max_idle_connections(parallel.max(1))
            .max_idle_connections_per_host(parallel.max(1))
            .timeout_connect(Some(Duration::from_secs(10)))
            .timeout_global(Some(Duration::from_secs(60)))
            .build();
        Ok(Self { agent: config.new_agent() })
    }

    /// Reads a resource of at most `limit` bytes.
    ///
    /// # Errors
    /// [`TransportError`].
    pub fn get(&self, url: &str, limit: usize) -> Result<Vec<u8>, TransportError> {
        again(|| answer(self.agent.get(url).call(), limit))
    }

    /// Sends a body and reads an answer of at most `limit` bytes. Requests of this protocol can
    /// be repeated, and are when the connection breaks.
    ///
    /// # Errors
    /// [`TransportError`].
    pub fn post(
        &self,
        url: &str,
        media_type: &str,
        header: Option<(&str, &str)>,
        body: &[u8],
        limit: usize,
    ) -> Result<Vec<u8>, TransportError> {
        again(|| {
            let mut request = self.agent.post(url).header("content-type", media_type);
            if let Some((name, value)) = header {
                request = request.header(name, value);
            }
            answer(request.send(body), limit)
        })
    }
}

/// The first proxy that the environment names, if all of them can be used. `NO_PROXY` is not
/// heeded: a connection past the proxy shows the address that it was to hide.
fn proxy(values: impl Iterator<Item = OsString>) -> Result<Option<Proxy>, TransportError> {
    let mut first = None;
    for value in values.filter(|value| !value.is_empty()) {
        let proxy = value.to_str().and_then(|text| Proxy::new(text).ok());
        let usable =
            |proxy: &Proxy| matches!(proxy.protocol(), ProxyProtocol::Http | ProxyProtocol::Https);
        let proxy = proxy.filter(usable).ok_or(TransportError::Proxy)?;
        first.get_or_insert(proxy);
    }
    Ok(first)
}

fn again<T>(mut send: impl FnMut() -> Result<T, TransportError>) -> Result<T, TransportError> {
    for turn in 1..RETRIES {
        match send() {
            Err(TransportError::Unreachable | TransportError::Refused(Word::Overloaded)) => {
                Clock.sleep(Duration::from_millis(150 << turn));
            }
            done => return done,
        }
    }
    send()
}

fn answer(
    response: Result<Response<Body>, ureq::Error>,
    limit: usize,
) -> Result<Vec<u8>, TransportError> {
    let mut response = response.map_err(refusal)?;
    let status = response.status();
    let limit = if status == StatusCode::OK {
        u64::try_from(limit).unwrap_or(u64::MAX)
    } else {
        MAX_PROBLEM
    };
    // One byte more is allowed for: the library counts a body of just the limit as too long.
    let body = response.body_mut().with_config().limit(limit.saturating_add(1)).read_to_vec();
    if status == StatusCode::OK {
        let body = body.map_err(refusal)?;
        let fits = u64::try_from(body.len()).is_ok_and(|len| len <= limit);
        return if fits { Ok(body) } else { Err(TransportError::TooLong) };
    }
    let word = body.map_or(Word::Unknown, |body| Word::of_problem(&body));
    Err(match (status.as_u16(), word) {
        (404, Word::Unknown) => TransportError::NotFound,
        (429 | 502..=504, Word::Unknown) => TransportError::Refused(Word::Overloaded),
        (500, Word::Unknown) => TransportError::Refused(Word::Internal),
        (400..=599, word) => TransportError::Refused(word),
        _ => TransportError::Answer,
    })
}

/// The library's errors may quote the URL or header they stumbled over: none of it is kept.
fn refusal(error: ureq::Error) -> TransportError {
    match error {
        ureq::Error::Timeout(_) => TransportError::Timeout,
        ureq::Error::BodyExceedsLimit(_) => TransportError::TooLong,
        ureq::Error::BadUri(_) | ureq::Error::Http(_) | ureq::Error::Protocol(_) => {
            TransportError::Answer
        }
        ureq::Error::InvalidProxyUrl => TransportError::Proxy,
        _ => TransportError::Unreachable,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_proxy_is_taken_for_every_host_or_none_at_all() {
        let of = |values: &[&str]| proxy(values.iter().map(OsString::from));
        assert_eq!(of(&[]), Ok(None));
        assert_eq!(of(&["", ""]), Ok(None));
        let taken = of(&["", "http://127.0.0.1:8118", "127.0.0.2:3128"]).unwrap().unwrap();
        assert_eq!((taken.host(), taken.port()), ("127.0.0.1", 8118));
        // What the environment says of hosts to leave out is not read.
        assert!(!taken.is_from_env());
        for bad in ["socks5://127.0.0.1:9050", "http://", "::"] {
            assert_eq!(of(&["http://127.0.0.1:8118", bad]), Err(TransportError::Proxy), "{bad}");
        }
    }
}
