//! All roles in one small server that seals every request into a batch of its own. It keeps the
//! promises of the protocol, so that a client can be tested; it keeps no secrets.

use std::collections::HashMap;
use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use data_encoding::BASE64URL;
use headcount_protocol::attestation::Attestation;
use headcount_protocol::entry::Entry;
use headcount_protocol::pledge::Pledge;
use headcount_protocol::receipt::{EntryHash, Receipt};
use headcount_protocol::token::{RequestDigest, Token, TokenChallenge, TokenRequest};
use headcount_protocol::withdrawal::Withdrawal;
use serde_json::{Value, json};

use super::logs::{TestLog, TestLogs};
use super::{World, signers};
use crate::chance::rng;
use crate::link::Link;

pub(crate) const CODE: &str = "7K2M-9QXT-0ABC-DEFG";

pub(crate) struct Server {
    pub(crate) world: World,
    pub(crate) state: Mutex<State>,
}

pub(crate) struct State {
    pub(crate) logs: TestLogs,
    /// Token request of each person at each issuer.
    requests: HashMap<(u16, u64), RequestDigest>,
    /// Receipts given, by the entry that was sent.
    pub(crate) receipts: HashMap<EntryHash, Receipt>,
    people: HashMap<String, u64>,
    /// Directory for messages.
    pub(crate) outbox: Option<PathBuf>,
    /// Seconds a code is good for.
    pub(crate) expires_in: u64,
    /// Answers to swallow after doing what was asked.
    pub(crate) swallow: usize,
    /// Requests to answer with a challenge that is not the manifest's.
    pub(crate) challenges: usize,
    /// Paths and bodies of what was posted.
    pub(crate) posted: Vec<(String, Vec<u8>)>,
    /// Whether receipts are signed by somebody else.
    pub(crate) false_receipts: bool,
    /// Added to the batch of every receipt.
    pub(crate) promise_later: u64,
    /// Files, by path, that are gone or have other bytes.
    pub(crate) altered: HashMap<String, Option<Vec<u8>>>,
    /// Paths that were asked for.
    pub(crate) asked: Vec<String>,
    /// Bytes of the files that were sent.
    pub(crate) sent: usize,
}

impl Server {
    pub(crate) fn start(delay: u64) -> Arc<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let world = World::new(&format!("http://{}", listener.local_addr().unwrap()), delay);
        let state = Mutex::new(State {
            logs: TestLogs::new(&world),
            requests: HashMap::new(),
            receipts: HashMap::new(),
            people: HashMap::new(),
            outbox: None,
            expires_in: 900,
            swallow: 0,
            challenges: 0,
            posted: Vec::new(),
            false_receipts: false,
            promise_later: 0,
            altered: HashMap::new(),
            asked: Vec::new(),
            sent: 0,
        });
        let server = Arc::new(Self { world, state });
        let serving = Arc::clone(&server);
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let serving = Arc::clone(&serving);
                std::thread::spawn(move || serving.serve(stream.unwrap()));
            }
        });
        server
    }

    pub(crate) fn link(&self) -> Link {
        self.world.campaign.link().parse().unwrap()
    }

    fn serve(&self, mut stream: TcpStream) -> Option<()> {
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            let mut byte = [0];
            stream.read_exact(&mut byte).ok()?;
            head.push(byte[0]);
        }
        let head = String::from_utf8(head).ok()?;
        let mut lines = head.lines();
        let mut request = lines.next()?.split(' ');
        let (method, path) = (request.next()?, request.next()?.trim_start_matches('/'));
        let headers: HashMap<String, String> = lines
            .filter_map(|line| line.split_once(": "))
            .map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned()))
            .collect();
        assert_eq!(headers.get("user-agent").map(String::as_str), Some("headcount"));
        assert!(!headers.contains_key("accept-language") && !headers.contains_key("cookie"));
        let length = headers.get("content-length").map_or(0, |length| length.parse().unwrap());
        let mut body = vec![0; length];
        stream.read_exact(&mut body).ok()?;

        let mut state = self.state.lock().unwrap();
        state.asked.push(path.to_owned());
        if method == "POST" {
            state.posted.push((path.to_owned(), body.clone()));
        }
        let answer = match method {
            "GET" => {
                let read = self.get(&state, path);
                state.sent += read.as_ref().map_or(0, Vec::len);
                read
            }
            _ if state.challenges > 0 => {
                state.challenges -= 1;
                Err((401, "token-refused"))
            }
            _ => self.post(&mut state, path, &headers, &body),
        };
        if method == "POST" && state.swallow > 0 {
            state.swallow -= 1;
            return None;
        }
        drop(state);
        let (status, body) = match answer {
            Ok(body) => (200, body),
            Err((status, word)) => {
                let problem = json!({ "type": format!("urn:headcount:{word}"), "status": status });
                (status, problem.to_string().into_bytes())
            }
        };
        let challenge = TokenChallenge::new("other.example", [9; 32], "other.example").encode();
        let challenge = BASE64URL.encode(&challenge);
        let head = format!(
            "HTTP/1.1 {status} x\r\ncontent-length: {}\r\nconnection: close\r\n\
             www-authenticate: PrivateToken challenge=\"{challenge}\"\r\n\r\n",
            body.len()
        );
        stream.write_all(&[head.as_bytes(), &body].concat()).ok()
    }

    fn get(&self, state: &State, path: &str) -> Result<Vec<u8>, (u16, &'static str)> {
        if let Some(bytes) = state.altered.get(path) {
            return bytes.clone().ok_or((404, "not-found"));
        }
        match path {
            "manifest.json" => return Ok(self.world.campaign.bytes().to_vec()),
            "batches.json" => return Ok(json!(state.logs.pledges.sizes).to_string().into_bytes()),
            _ => {}
        }
        let (log, file) = path.split_once('/').ok_or((404, "not-found"))?;
        let log = match log.strip_prefix("issuances-") {
            Some(issuer) => &state.logs.issuances[issuer.parse::<usize>().unwrap()],
            None => &state.logs.pledges,
        };
        log.files().remove(file).ok_or((404, "not-found"))
    }

    fn post(
        &self,
        state: &mut State,
        path: &str,
        headers: &HashMap<String, String>,
        body: &[u8],
    ) -> Result<Vec<u8>, (u16, &'static str)> {
        let json: Value = serde_json::from_slice(body).unwrap_or_default();
        let answer = match path {
            "attempts" => {
                let address = json["address"].as_str().unwrap();
                if let Some(outbox) = &state.outbox {
                    let text = format!(
                        "From: x@y.example\r\nTo: {address}\r\nContent-Transfer-Encoding: 7bit\r\n\
                         \r\nHello\r\n\r\n{CODE}\r\n"
                    );
                    let name = format!("{}.eml", rand_core::Rng::next_u64(&mut rng()));
                    std::fs::write(outbox.join(name), text).unwrap();
                }
                json!({ "attempt": address, "expires_in": state.expires_in })
            }
            "attestations" => {
                let (email, invitation) = (&json["proof"]["email"], &json["proof"]["invitation"]);
                let person = email["attempt"].as_str().or(invitation["code"].as_str()).unwrap();
                if email.is_object() && email["code"].as_str() != Some(CODE) {
                    return Err((403, "code-wrong"));
                }
                if invitation["code"] == "unknown" {
                    return Err((403, "code-wrong"));
                }
                let next = u64::try_from(state.people.len()).unwrap();
                let person = *state.people.entry(person.to_owned()).or_insert(next);
                let issuer = u16::try_from(json["issuer"].as_u64().unwrap()).unwrap();
                let digest = json["request_digest"].as_str().unwrap().parse().unwrap();
                let attestation = self.world.attest(issuer, digest, person);
                json!({ "attestation": *attestation.to_text() })
            }
            "token-request" => return self.issue(state, headers, body),
            "pledge" => return self.redeem(state, headers, body),
            "withdrawal" => return self.withdraw(state, body),
            _ => return Err((404, "not-found")),
        };
        Ok(answer.to_string().into_bytes())
    }

    fn issue(
        &self,
        state: &mut State,
        headers: &HashMap<String, String>,
        body: &[u8],
    ) -> Result<Vec<u8>, (u16, &'static str)> {
        let request = TokenRequest::decode(body).map_err(|_| (422, "token-request-invalid"))?;
        let truncated = request.truncated_key_id;
        let of = |key: &_| headcount_protocol::rsa::BlindSigner::public_key(key).id().truncated();
        let issuer = signers().iter().position(|signer| of(signer) == truncated).unwrap();
        let number = u16::try_from(issuer).unwrap();
        let attestation = Attestation::from_text(&headers["headcount-attestation"]).unwrap();
        let key = self.world.attester[issuer].public_key();
        let (tag, vouching) = attestation
            .verify(&self.world.campaign.id, number, &request.digest(), &key)
            .map_err(|_| (403, "attestation-refused"))?;
        let person = u64::from_be_bytes(tag.expose()[..8].try_into().unwrap());
        match state.requests.get(&(number, person)) {
            Some(digest) if *digest != request.digest() => return Err((409, "tag-used")),
            Some(_) => {}
            None => {
                state.requests.insert((number, person), request.digest());
                let log: &mut TestLog = &mut state.logs.issuances[issuer];
                log.batch(&self.world, vec![Entry::Issuance(vouching)], Vec::new());
            }
        }
        Ok(signers()[issuer].blind_sign(&request.blinded_message, &mut rng()).unwrap().to_vec())
    }

    fn redeem(
        &self,
        state: &mut State,
        headers: &HashMap<String, String>,
        body: &[u8],
    ) -> Result<Vec<u8>, (u16, &'static str)> {
        let header = headers["authorization"].strip_prefix("PrivateToken token=\"").unwrap();
        let token = BASE64URL.decode(header.trim_end_matches('"').as_bytes()).unwrap();
        let pledge = Pledge::from_redemption(Token::decode(&token).unwrap(), body).unwrap();
        pledge.verify(&self.world.campaign).map_err(|_| (422, "pledge-refused"))?;
        Ok(self.accept(state, Entry::Pledge(pledge)))
    }

    fn withdraw(&self, state: &mut State, body: &[u8]) -> Result<Vec<u8>, (u16, &'static str)> {
        let withdrawal = Withdrawal::decode(body).map_err(|_| (400, "malformed-body"))?;
        withdrawal.verify(&self.world.campaign.id).map_err(|_| (422, "withdrawal-refused"))?;
        let pledged = |entry: &Vec<u8>| match Entry::decode(entry) {
            Ok(Entry::Pledge(pledge)) => pledge.opening == withdrawal.opening,
            _ => false,
        };
        if !state.logs.pledges.entries.iter().any(pledged) {
            return Err((404, "unknown-pledge"));
        }
        Ok(self.accept(state, Entry::Withdrawal(withdrawal)))
    }

    /// Seals an entry into a batch of its own, once, and gives its receipt.
    fn accept(&self, state: &mut State, entry: Entry) -> Vec<u8> {
        let hash = EntryHash::of(&entry.encode());
        let batch = u64::try_from(state.logs.pledges.sizes.len()).unwrap();
        if !state.receipts.contains_key(&hash) {
            let key =
                if state.false_receipts { &self.world.attester[0] } else { &self.world.receipts };
            let promised = batch + state.promise_later;
            let receipt = Receipt::sign(self.world.campaign.id, hash, promised, key);
            state.receipts.insert(hash, receipt);
            let notes = state.logs.notes();
            state.logs.pledges.batch(&self.world, vec![entry], notes);
        }
        json!(state.receipts[&hash]).to_string().into_bytes()
    }
}
