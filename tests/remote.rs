//! The supporter's side of the protocol, step by step, against a server at a URL.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::time::Duration;

use data_encoding::BASE64URL;
use headcount_protocol::attestation::Attestation;
use headcount_protocol::campaign::Campaign;
use headcount_protocol::ed25519::SecretSeed;
use headcount_protocol::invitation::InvitationSecret;
use headcount_protocol::issuance::PendingToken;
use headcount_protocol::pledge::{Opening, Pledge};
use headcount_protocol::receipt::Receipt;
use headcount_protocol::secrets::Seed;
use headcount_protocol::token::{Token, TokenRequest, TokenResponse};
use headcount_server::keys;
use serde_json::{Value, json};

/// The index of the issuer by e-mail, and of its class.
pub const EMAIL: u16 = 0;

/// The index of the issuer by invitation, and of its class.
pub const INVITATION: u16 = 1;

/// A campaign at a URL, whose directory the test can look into.
pub struct Remote {
    /// The campaign's directory.
    pub dir: PathBuf,
    /// The campaign.
    pub campaign: Campaign,
    /// The base URL.
    pub url: String,
}

/// An answer of the server.
#[derive(Debug)]
pub struct Answer {
    /// HTTP status.
    pub status: u16,
    /// Headers, by lowercase name.
    pub headers: Vec<(String, String)>,
    /// Body.
    pub body: Vec<u8>,
}

impl Answer {
    /// The body as JSON.
    ///
    /// # Panics
    /// If it is none.
    #[must_use]
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).expect("a JSON body")
    }

    /// The word of the problem: what follows `urn:headcount:`; empty if it is no problem.
    #[must_use]
    pub fn word(&self) -> String {
        let value: Value = serde_json::from_slice(&self.body).unwrap_or_default();
        value["type"].as_str().unwrap_or_default().replace("urn:headcount:", "")
    }

    /// A header.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(there, _)| there == name).map(|(_, value)| value.as_str())
    }
}

/// A supporter, on the client's side of the protocol.
pub struct Supporter {
    /// Seed.
    pub seed: Seed,
    /// What the nonce commits to.
    pub opening: Opening,
}

impl Supporter {
    /// The supporter with this number.
    #[must_use]
    pub fn new(campaign: &Campaign, number: u8, class: u16, region: u16) -> Self {
        let seed = Seed::from([number; 32]);
        let opening = Opening::derive(&seed, &campaign.id, class, region);
        Self { seed, opening }
    }

    /// The pending token of the class's first issuer.
    ///
    /// # Panics
    /// Never: the test's keys are sound.
    #[must_use]
    pub fn pending(&self, campaign: &Campaign) -> PendingToken {
        let issuer = campaign.class(self.opening.class).expect("a class").issuers[0];
        PendingToken::derive(&self.seed, campaign, issuer, &self.opening).expect("a sound key")
    }
}

impl Remote {
    /// Sends a request.
    ///
    /// # Panics
    /// If there is no answer.
    #[must_use]
    pub fn send(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Answer {
        self.try_send(method, path, headers, body).expect("an answer")
    }

    /// Sends a request to a server that may not be there.
    ///
    /// # Panics
    /// If the request itself is malformed.
    #[must_use]
    pub fn try_send(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &[u8],
    ) -> Option<Answer> {
        let config = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .timeout_global(Some(Duration::from_secs(30)))
            .build();
        let mut request =
            ureq::http::Request::builder().method(method).uri(format!("{}{path}", self.url));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request.body(body.to_vec()).expect("a request");
        let mut answer = ureq::Agent::from(config).run(request).ok()?;
        let headers = answer
            .headers()
            .iter()
            .map(|(name, value)| (name.to_string(), value.to_str().unwrap_or_default().to_owned()));
        Some(Answer {
            status: answer.status().as_u16(),
            headers: headers.collect(),
            body: answer.body_mut().read_to_vec().ok()?,
        })
    }

    /// Reads a resource.
    #[must_use]
    pub fn get(&self, path: &str) -> Answer {
        self.send("GET", path, &[], &[])
    }

    /// Posts JSON.
    #[must_use]
    pub fn post_json(&self, path: &str, body: &Value) -> Answer {
        let headers = [("content-type", "application/json")];
        self.send("POST", path, &headers, body.to_string().as_bytes())
    }

    /// Asks for a code to be sent to an address.
    #[must_use]
    pub fn start_attempt(&self, supporter: &Supporter, address: &str) -> Answer {
        let body = json!({
            "campaign": self.campaign.id,
            "issuer": EMAIL,
            "address": address,
            "request_digest": supporter.pending(&self.campaign).request().digest(),
            "language": "en",
        });
        self.post_json("/attester/attempts", &body)
    }

    /// Proves an address with a code.
    #[must_use]
    pub fn prove_email(&self, supporter: &Supporter, attempt: &str, code: &str) -> Answer {
        let proof = json!({ "email": { "attempt": attempt, "code": code } });
        self.attest(supporter, EMAIL, &proof)
    }

    /// Asks for an attestation.
    #[must_use]
    pub fn attest(&self, supporter: &Supporter, issuer: u16, proof: &Value) -> Answer {
        let body = json!({
            "campaign": self.campaign.id,
            "issuer": issuer,
            "request_digest": supporter.pending(&self.campaign).request().digest(),
            "proof": proof,
        });
        self.post_json("/attester/attestations", &body)
    }

    /// An attestation for a supporter by e-mail, through a real message in the outbox.
    ///
    /// # Panics
    /// If a step fails.
    #[must_use]
    pub fn attest_email(&self, supporter: &Supporter, address: &str) -> String {
        let started = self.start_attempt(supporter, address).json();
        let attempt = started["attempt"].as_str().expect("an attempt").to_owned();
        let code = self.mailed_code(address);
        let proved = self.prove_email(supporter, &attempt, &code);
        assert_eq!(proved.status, 200, "{:?}", proved.word());
        proved.json()["attestation"].as_str().expect("an attestation").to_owned()
    }

    /// The code of the newest message to a mailbox, whose file is then removed.
    ///
    /// # Panics
    /// If none comes within ten seconds.
    #[must_use]
    pub fn mailed_code(&self, address: &str) -> String {
        self.try_mailed_code(address, 200).unwrap_or_else(|| panic_no_mail())
    }

    /// As [`Remote::mailed_code`], looking this many times, 50 ms apart.
    #[must_use]
    pub fn try_mailed_code(&self, address: &str, looks: u32) -> Option<String> {
        for _ in 0..looks {
            for file in std::fs::read_dir(self.dir.join("outbox")).into_iter().flatten().flatten() {
                let text = std::fs::read_to_string(file.path()).unwrap_or_default();
                if text.contains(&format!("To: {address}"))
                    && let Some(code) = text.lines().find_map(code_line)
                {
                    let code = code.to_owned();
                    let _ = std::fs::remove_file(file.path());
                    return Some(code);
                }
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        None
    }

    /// An invitation code of this campaign.
    ///
    /// # Panics
    /// If the attester's key cannot be read.
    #[must_use]
    pub fn invitation(&self, serial: u32) -> String {
        let path = self.dir.join(format!("attester-{INVITATION}/invitation.key"));
        let secret = InvitationSecret::new(keys::read_hex(&path).expect("a key"));
        secret.code(&self.campaign.id, INVITATION, serial).to_string()
    }

    /// Posts a token request.
    #[must_use]
    pub fn request_token(&self, request: &[u8], attestation: &str) -> Answer {
        let headers =
            [("content-type", TokenRequest::MEDIA_TYPE), (Attestation::HEADER, attestation)];
        self.send("POST", "/token-request", &headers, request)
    }

    /// Obtains a supporter's token with an attestation.
    ///
    /// # Panics
    /// If a step fails.
    #[must_use]
    pub fn token(&self, supporter: &Supporter, attestation: &str) -> Token {
        let pending = supporter.pending(&self.campaign);
        let answer = self.request_token(&pending.request().encode(), attestation);
        assert_eq!(answer.status, 200, "{:?}", answer.word());
        let response = TokenResponse::decode(&answer.body).expect("a response");
        pending.finish(&response).expect("a token")
    }

    /// Redeems a pledge.
    #[must_use]
    pub fn redeem(&self, pledge: &Pledge) -> Answer {
        let token = BASE64URL.encode(&pledge.tokens[0].encode());
        self.redeem_raw(&format!("PrivateToken token=\"{token}\""), &pledge.redemption_body())
    }

    /// Redeems with this header and body.
    #[must_use]
    pub fn redeem_raw(&self, authorization: &str, body: &[u8]) -> Answer {
        let headers =
            [("content-type", "application/octet-stream"), ("authorization", authorization)];
        self.send("POST", "/pledge", &headers, body)
    }

    /// Delivers octets: a withdrawal or a statement.
    #[must_use]
    pub fn deliver(&self, path: &str, body: &[u8]) -> Answer {
        self.send("POST", path, &[("content-type", "application/octet-stream")], body)
    }

    /// The key in a file of the directory.
    ///
    /// # Panics
    /// If it cannot be read.
    #[must_use]
    pub fn key(&self, file: &str) -> SecretSeed {
        SecretSeed::from(*keys::read_hex(&self.dir.join(file)).expect("a key"))
    }

    /// A supporter's pledge by e-mail, from the address to the redeemed pledge.
    ///
    /// # Panics
    /// If a step fails.
    #[must_use]
    pub fn pledge_by_email(&self, number: u8, address: &str) -> (Pledge, Receipt) {
        let supporter = Supporter::new(&self.campaign, number, EMAIL, 0);
        let attestation = self.attest_email(&supporter, address);
        let tokens = vec![self.token(&supporter, &attestation)];
        let pledge = Pledge { opening: supporter.opening, tokens };
        let answer = self.redeem(&pledge);
        assert_eq!(answer.status, 200, "{:?}", answer.word());
        let receipt = serde_json::from_slice(&answer.body).expect("a receipt");
        (pledge, receipt)
    }

    /// The bytes of every file below the campaign's directory but the outbox.
    ///
    /// # Panics
    /// If one cannot be read.
    #[must_use]
    pub fn files(&self) -> Vec<(PathBuf, Vec<u8>)> {
        let mut files = Vec::new();
        collect(&self.dir, &mut files);
        files.retain(|(path, _)| !path.starts_with(self.dir.join("outbox")));
        files
    }
}

/// A line that is four groups of four characters.
#[must_use]
pub fn code_line(line: &str) -> Option<&str> {
    let line = line.trim();
    let groups: Vec<_> = line.split('-').collect();
    let group = |group: &&str| group.len() == 4 && group.bytes().all(|b| b.is_ascii_alphanumeric());
    (groups.len() == 4 && groups.iter().all(group)).then_some(line)
}

fn collect(dir: &Path, files: &mut Vec<(PathBuf, Vec<u8>)>) {
    for file in std::fs::read_dir(dir).expect("a directory").flatten() {
        let path = file.path();
        if path.is_dir() {
            collect(&path, files);
        } else {
            match std::fs::read(&path) {
                // The server has removed it since it was listed.
                Err(error) if error.kind() == ErrorKind::NotFound => {}
                bytes => files.push((path, bytes.expect("a file"))),
            }
        }
    }
}

#[expect(clippy::panic, reason = "a test without its mail has failed")]
fn panic_no_mail() -> ! {
    panic!("no message came")
}
