//! A campaign for the contract: served by the real program, its guardian within reach, and an
//! issuance log that is long enough for a full tile.

use std::net::{SocketAddr, TcpListener};
use std::process::Command;
use std::time::Duration;

use headcount_protocol::token::TokenRequest;
use headcount_server::attester::mail::MailConfig;
use headcount_server::clock::Clock;
use headcount_server::config::{self, Config};
use headcount_server::draft::Draft;
use headcount_server::init::{Place, init};
use headcount_tests::programs::{Process, program};
use headcount_tests::remote::{INVITATION, Remote};
use serde_json::{Value, json};
use tempfile::TempDir;

/// Entries of a full tile ([spec: log §2.1]).
const FULL: u32 = 256;

pub(crate) struct Contract {
    pub(crate) remote: Remote,
    /// Base URL of the guardian.
    pub(crate) guardian: String,
    /// Where the test may write.
    pub(crate) keep: TempDir,
    _server: Process,
}

impl Contract {
    /// Sets the campaign up and serves it.
    pub(crate) fn serve() -> Self {
        let keep = tempfile::tempdir().unwrap();
        let dir = keep.path().join("campaign");
        let (listen, guardian) = (free_address(), free_address());
        let url = format!("http://{listen}");
        let mail = MailConfig {
            from: "Code <code@headcount.example>".to_owned(),
            outbox: Some("outbox".into()),
            ..MailConfig::default()
        };
        let draft: Draft = toml::from_str(include_str!("../faults/quick.toml")).unwrap();
        let place = Place { url: url.clone(), listen, mail };
        let campaign = init(&dir, &draft, &place, Clock::System.now()).unwrap();

        let mut config = Config::load(&dir).unwrap();
        config.guardian[0].listen = Some(guardian);
        std::fs::write(dir.join(config::FILE), toml::to_string(&config).unwrap()).unwrap();
        let mut serve = Command::new(program("headcountd"));
        let (server, line) = Process::start_until(serve.arg("serve").arg(&dir), "Serving");
        assert!(line.is_some(), "the server does not start");
        let remote = Remote { dir, campaign, url };
        Self { remote, guardian: format!("http://{guardian}"), keep, _server: server }
    }

    /// The base URLs of the roles, by the names of `servers` in the document.
    pub(crate) fn servers(&self) -> Value {
        let campaign = &self.remote.campaign;
        let issuer = campaign.issuer(INVITATION);
        json!({
            "attester": issuer.attester.url,
            "guardian": self.guardian,
            "host": self.remote.url,
            "issuer": issuer.url,
            "counter": campaign.manifest.counter.url,
            "log": campaign.issuance_log_url(INVITATION),
        })
    }

    /// Has tokens issued by invitation until the log has a full tile; returns the log's size.
    pub(crate) fn fill_log(&self) -> u64 {
        let campaign = &self.remote.campaign;
        let key_id = campaign.issuer(INVITATION).token_key.id().truncated();
        for serial in 1..=FULL {
            // Any number below the modulus may be signed: nobody will unblind it.
            let mut message = [0; 256];
            message[252..].copy_from_slice(&serial.to_be_bytes());
            let request = TokenRequest { truncated_key_id: key_id, blinded_message: message };
            let body = json!({
                "campaign": campaign.id,
                "issuer": INVITATION,
                "request_digest": request.digest(),
                "proof": { "invitation": { "code": self.remote.invitation(serial) } },
            });
            let answer = self.remote.post_json("/attester/attestations", &body).json();
            let attestation = answer["attestation"].as_str().unwrap();
            assert_eq!(self.remote.request_token(&request.encode(), attestation).status, 200);
        }
        self.wait_for_size(u64::from(FULL) + 1)
    }

    /// The size of the log once it is at rest and at least `least`.
    fn wait_for_size(&self, least: u64) -> u64 {
        let log = self.remote.campaign.issuance_log_url(INVITATION).replace(&self.remote.url, "");
        let mut last = 0;
        for _ in 0..100 {
            std::thread::sleep(Duration::from_millis(1_500));
            let note = self.remote.get(&format!("{log}/checkpoint")).body;
            let size = String::from_utf8_lossy(&note).lines().nth(1).unwrap().parse().unwrap();
            if size == last && size >= least {
                return size;
            }
            last = size;
        }
        last
    }
}

fn free_address() -> SocketAddr {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap()
}
