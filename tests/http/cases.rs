//! Requests to a running campaign of which the answer is known: what a schema cannot invent.

use std::time::Duration;

use data_encoding::{BASE64, BASE64URL};
use headcount_protocol::attestation::Attestation;
use headcount_protocol::campaign::values::Texts;
use headcount_protocol::guardians::{EvaluationRequest, FIRST_EPOCH};
use headcount_protocol::identifier::{Identifier, Method};
use headcount_protocol::oprf::Batch;
use headcount_protocol::pledge::Pledge;
use headcount_protocol::statement::{Amendment, Announcement, Change};
use headcount_protocol::tag::{TagBlinding, TagInput};
use headcount_protocol::token::TokenRequest;
use headcount_protocol::withdrawal::Withdrawal;
use headcount_tests::campaign::SeededRng;
use headcount_tests::remote::{EMAIL, INVITATION, Remote, Supporter};
use serde_json::{Value, json};

use crate::document::Outcome;

/// What the server vouched for and signed for a supporter of the class by e-mail.
struct Issued {
    supporter: Supporter,
    attempt: String,
    code: String,
    attestation: String,
    request: Vec<u8>,
}

impl Issued {
    fn new(remote: &Remote, number: u8, address: &str) -> Self {
        let supporter = Supporter::new(&remote.campaign, number, EMAIL, 0);
        let started = remote.start_attempt(&supporter, address).json();
        let attempt = started["attempt"].as_str().unwrap().to_owned();
        let code = remote.mailed_code(address);
        let proved = remote.prove_email(&supporter, &attempt, &code).json();
        let attestation = proved["attestation"].as_str().unwrap().to_owned();
        let request = supporter.pending(&remote.campaign).request().encode();
        Self { supporter, attempt, code, attestation, request }
    }
}

/// The requests by the operation's id, each with the status and the word of its answer; a word
/// is empty where the answer is no problem.
pub(crate) struct Cases(Vec<Value>);

impl Cases {
    /// Takes supporters through the campaign, and keeps what they send.
    pub(crate) fn new(remote: &Remote, log_size: u64) -> Self {
        let mut cases = Self(Vec::new());
        let one = Issued::new(remote, 1, "ada@example.org");
        // The same person with a fresh wallet: the same tag, another request.
        let again = Issued::new(remote, 2, "Ada+again@example.org");
        cases.attempts(remote, &one);
        cases.attestations(remote, &one, &again);
        cases.evaluations(remote);
        cases.token_requests(&one, &again);
        cases.redemptions(remote, &one);
        cases.withdrawals(remote);
        cases.statements(remote);
        cases.readings(remote, log_size);
        cases
    }

    /// For the hooks of schemathesis.
    pub(crate) fn to_json(&self) -> String {
        Value::from(self.0.clone()).to_string()
    }

    /// What each case is answered, in order.
    pub(crate) fn outcomes(&self) -> Vec<Outcome> {
        let outcome = |case: &Value| {
            let status = case["status"].as_u64().unwrap().try_into().unwrap();
            (status, case["word"].as_str().unwrap().to_owned())
        };
        self.0.iter().map(outcome).collect()
    }

    /// The path's values in the first case of an operation.
    pub(crate) fn path(&self, operation: &str) -> &Value {
        let case = self.0.iter().find(|case| case["operation"] == operation);
        &case.expect("every operation has a case")["path"]
    }

    fn add(&mut self, operation: &str, status: u16, word: &str, request: Value) {
        let mut case = request;
        case["operation"] = operation.into();
        case["status"] = status.into();
        case["word"] = word.into();
        self.0.push(case);
    }

    fn attempts(&mut self, remote: &Remote, one: &Issued) {
        let good = json!({
            "campaign": remote.campaign.id, "issuer": EMAIL, "address": "grace@example.org",
            "request_digest": TokenRequest::decode(&one.request).unwrap().digest(), "language": "en",
        });
        let mut add = |status, word, change: Value| {
            self.add("startAttempt", status, word, json!({ "json": with(&good, &change) }));
        };
        add(200, "", json!({}));
        add(200, "", json!({ "language": "ru" }));
        add(400, "malformed-body", json!({ "more": 1 }));
        add(400, "address-invalid", json!({ "address": "grace@localhost" }));
        add(404, "unknown-issuer", json!({ "issuer": 9 }));
        add(404, "unknown-campaign", json!({ "campaign": "00".repeat(32) }));
        add(422, "wrong-method", json!({ "issuer": INVITATION }));
    }

    fn attestations(&mut self, remote: &Remote, one: &Issued, again: &Issued) {
        let by_mail =
            |attempt: &str, code: &str| json!({ "email": { "attempt": attempt, "code": code } });
        let invited = json!({ "invitation": { "code": remote.invitation(1_000) } });
        let good = json!({
            "campaign": remote.campaign.id, "issuer": EMAIL,
            "request_digest": TokenRequest::decode(&one.request).unwrap().digest(),
            "proof": by_mail(&one.attempt, &one.code),
        });
        let mut add = |status, word, change: Value| {
            self.add("attest", status, word, json!({ "json": with(&good, &change) }));
        };
        add(200, "", json!({}));
        add(200, "", json!({ "issuer": INVITATION, "proof": invited }));
        add(400, "malformed-body", json!({ "proof": {} }));
        add(403, "attempt-unreadable", json!({ "proof": by_mail("AAAA", &one.code) }));
        add(403, "attempt-mismatch", json!({ "proof": by_mail(&again.attempt, &again.code) }));
        add(403, "code-wrong", json!({ "proof": by_mail(&one.attempt, &again.code) }));
        add(404, "unknown-issuer", json!({ "issuer": 9 }));
        add(404, "unknown-campaign", json!({ "campaign": "00".repeat(32) }));
        add(422, "wrong-method", json!({ "proof": invited }));
    }

    fn evaluations(&mut self, remote: &Remote) {
        let id = &remote.campaign.id;
        let input = TagInput::new(id, EMAIL, Method::Email, &Identifier::from_serial(1));
        let (_, element) = TagBlinding::new(input, &mut SeededRng::new(1)).unwrap();
        let elements = Batch::from(element);
        let good = EvaluationRequest { campaign_id: *id, epoch: FIRST_EPOCH, elements }.encode();
        let mut add = |status, word, body: &[u8]| {
            self.add("evaluate", status, word, octets("application/octet-stream", body));
        };
        add(200, "", &good);
        add(400, "malformed-body", &good[..69]);
        add(404, "unknown-campaign", &altered(&good, 0));
        add(409, "wrong-epoch", &altered(&good, 35));
    }

    fn token_requests(&mut self, one: &Issued, again: &Issued) {
        let mut add = |status, word, request: &[u8], attestation: Option<&str>| {
            let mut case = octets(TokenRequest::MEDIA_TYPE, request);
            if let Some(attestation) = attestation {
                case["headers"] = json!({ Attestation::HEADER: attestation });
            }
            self.add("requestToken", status, word, case);
        };
        add(200, "", &one.request, Some(&one.attestation));
        add(401, "attestation-missing", &one.request, None);
        add(403, "attestation-refused", &again.request, Some(&one.attestation));
        add(409, "tag-used", &again.request, Some(&again.attestation));
        add(422, "token-request-invalid", &altered(&one.request, 1), Some(&one.attestation));
    }

    fn redemptions(&mut self, remote: &Remote, one: &Issued) {
        let tokens = vec![remote.token(&one.supporter, &one.attestation)];
        let token = tokens[0].encode();
        let body = Pledge { opening: one.supporter.opening, tokens }.redemption_body();
        let mut add = |status, word, token: Option<&[u8]>, body: &[u8]| {
            let mut case = octets("application/octet-stream", body);
            if let Some(token) = token {
                let token = format!("PrivateToken token=\"{}\"", BASE64URL.encode(token));
                case["headers"] = json!({ "Authorization": token });
            }
            self.add("redeem", status, word, case);
        };
        add(200, "", Some(&token), &body);
        add(400, "malformed-body", Some(&token), &body[..35]);
        add(401, "token-missing", None, &body);
        add(401, "token-refused", Some(&altered(&token, 353)), &body);
        add(401, "token-refused", Some(&token[..353]), &body);
        add(422, "pledge-refused", Some(&token), &altered(&body, 1));
    }

    /// Of a pledge that is sealed.
    fn withdrawals(&mut self, remote: &Remote) {
        let (Pledge { opening, .. }, _) = remote.pledge_by_email(3, "lin@example.org");
        while remote.get("/count.json").json()["classes"][0]["pledges"] == json!(0) {
            std::thread::sleep(Duration::from_millis(200));
        }
        let key = Supporter::new(&remote.campaign, 3, EMAIL, 0).seed;
        let key = key.pledge_key(&remote.campaign.id, EMAIL);
        let good = Withdrawal::sign(&remote.campaign.id, opening, &key).encode();
        let mut other = opening;
        other.region = 9;
        let unknown = Withdrawal::sign(&remote.campaign.id, other, &key).encode();
        let mut add = |status, word, body: &[u8]| {
            self.add("withdraw", status, word, octets("application/octet-stream", body));
        };
        add(200, "", &good);
        add(400, "malformed-body", &good[..99]);
        add(404, "unknown-pledge", &unknown);
        add(422, "withdrawal-refused", &altered(&good, 99));
    }

    fn statements(&mut self, remote: &Remote) {
        let id = &remote.campaign.id;
        let [organiser, amender] = ["organiser.key", "amendment.key"].map(|file| remote.key(file));
        let announce = |number, text| {
            let texts = Texts::single("en", text);
            Announcement::sign(id, number, 3_600, &texts, &organiser).unwrap().encode()
        };
        let commitments = remote.campaign.manifest.oprf.commitments.clone();
        let amend = |number, epoch| {
            let commitments = commitments.clone();
            Amendment::sign(id, number, Change::Shares { epoch, commitments }, &amender).encode()
        };
        // They come in any order: what is next must be settled before.
        let (news, change) = (announce(0, "News."), amend(0, 1));
        assert_eq!(remote.deliver("/announcement", &news).status, 200);
        assert_eq!(remote.deliver("/amendment", &change).status, 200);
        let mut add = |operation, status, word, body: &[u8]| {
            self.add(operation, status, word, octets("application/octet-stream", body));
        };
        add("announce", 200, "", &news);
        add("announce", 400, "malformed-body", &news[..81]);
        add("announce", 409, "wrong-number", &announce(0, "Other news."));
        add("announce", 422, "announcement-refused", &altered(&news, 11));
        add("amend", 200, "", &change);
        add("amend", 400, "malformed-body", &altered(&change, 4));
        add("amend", 409, "wrong-number", &amend(7, 2));
        add("amend", 422, "amendment-refused", &amend(1, 5));
    }

    fn readings(&mut self, remote: &Remote, log_size: u64) {
        for operation in
            ["getDirectory", "getManifest", "getCount", "getBatches", "getFeed", "getStyle"]
        {
            self.add(operation, 200, "", json!({}));
        }
        self.add("redirectToPage", 303, "", json!({}));
        self.add("getCheckpoint", 200, "", json!({}));
        self.add("getWitnessed", 404, "not-found", json!({}));
        let page = |id: &str| json!({ "path": { "id": id } });
        self.add("getPage", 200, "", page(&remote.campaign.id.to_string()));
        self.add("getPage", 404, "unknown-campaign", page(&"00".repeat(32)));
        let width = log_size - 256;
        for level in ["0", "entries"] {
            let full = json!({ "path": { "level": level, "index": "000" } });
            self.add("getTile", 200, "", full);
            let none = json!({ "path": { "level": level, "index": "001" } });
            self.add("getTile", 404, "not-found", none);
            let mut partial = json!({ "path": { "level": level, "index": "001", "width": width } });
            self.add("getPartialTile", 200, "", partial.clone());
            partial["path"]["width"] = (width + 1).into();
            self.add("getPartialTile", 404, "not-found", partial);
        }
        self.add(
            "getPartialTile",
            200,
            "",
            json!({ "path": { "level": "1", "index": "000", "width": 1 } }),
        );
    }
}

fn with(good: &Value, change: &Value) -> Value {
    let mut body = good.clone();
    for (name, value) in change.as_object().unwrap() {
        body[name] = value.clone();
    }
    body
}

fn octets(media_type: &str, body: &[u8]) -> Value {
    json!({ "media_type": media_type, "octets": BASE64.encode(body) })
}

fn altered(bytes: &[u8], at: usize) -> Vec<u8> {
    let mut altered = bytes.to_vec();
    altered[at] ^= 9;
    altered
}
