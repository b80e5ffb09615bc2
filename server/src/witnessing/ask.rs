//! One witness over HTTP.

use std::time::Duration;

/// Time in which a witness must have answered [WIT-16].
const TIMEOUT: Duration = Duration::from_secs(10);

/// Longest answer that is read, in bytes: some cosignature lines.
const MAX_ANSWER: u64 = 16_384;

/// A status and what came with it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) body: String,
}

/// Where a witness is asked.
#[derive(Clone)]
pub(super) struct Ask {
    agent: ureq::Agent,
    url: String,
}

impl Ask {
    /// The witness below this URL.
    pub(super) fn new(url: &str) -> Self {
        let config = ureq::Agent::config_builder()
            .timeout_global(Some(TIMEOUT))
            .http_status_as_error(false)
            .max_redirects(0)
            .build();
        Self { agent: config.into(), url: format!("{url}/add-checkpoint") }
    }

    /// Posts a request; nothing if there is no answer in time.
    pub(super) async fn add_checkpoint(&self, body: Vec<u8>) -> Option<Answer> {
        let asked = self.clone();
        tokio::task::spawn_blocking(move || asked.post(&body)).await.ok()?
    }

    fn post(&self, body: &[u8]) -> Option<Answer> {
        let mut response = self.agent.post(&self.url).send(body).ok()?;
        let status = response.status().as_u16();
        let body = response.body_mut().with_config().limit(MAX_ANSWER).read_to_string();
        // What cannot be read is no cosignature; the status may still say something.
        Some(Answer { status, body: body.unwrap_or_default() })
    }
}
