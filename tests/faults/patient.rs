//! A supporter who does not give up: repeats a step until it is answered, and keeps what was
//! answered, as the real client does.

use data_encoding::BASE64URL;
use headcount_protocol::attestation::Attestation;
use headcount_protocol::pledge::Pledge;
use headcount_protocol::receipt::Receipt;
use headcount_protocol::token::{Token, TokenRequest, TokenResponse};
use headcount_tests::remote::{Answer, EMAIL, Remote, Supporter};
use serde_json::{Value, json};

const ADDRESS: &str = "patient@example.org";

/// Why a step must be tried again.
#[derive(Debug, Eq, PartialEq)]
pub(crate) enum Again {
    /// The server is gone.
    Gone,
    /// The server answered that it cannot now.
    Later,
}

pub(crate) struct Patient {
    supporter: Supporter,
    attestation: Option<String>,
    token: Option<Token>,
    receipts: Vec<Receipt>,
}

impl Patient {
    pub(crate) fn new(remote: &Remote) -> Self {
        let supporter = Supporter::new(&remote.campaign, 1, EMAIL, 0);
        Self { supporter, attestation: None, token: None, receipts: Vec::new() }
    }

    /// Goes on until the pledge has a receipt.
    pub(crate) fn walk(&mut self, remote: &Remote) -> Result<(), Again> {
        if self.attestation.is_none() {
            self.attestation = Some(self.prove(remote)?);
        }
        if self.token.is_none() {
            self.token = Some(self.request(remote)?);
        }
        if self.receipts.is_empty() {
            self.redeem(remote)?;
        }
        Ok(())
    }

    /// Redeems, once more if it was done: every receipt is the same.
    pub(crate) fn redeem(&mut self, remote: &Remote) -> Result<(), Again> {
        let token = self.token.clone().expect("obtained before");
        let pledge = Pledge { opening: self.supporter.opening, tokens: vec![token] };
        let token = BASE64URL.encode(&pledge.tokens[0].encode());
        let authorization = format!("PrivateToken token=\"{token}\"");
        let headers = [
            ("content-type", "application/octet-stream"),
            ("authorization", authorization.as_str()),
        ];
        let body = pledge.redemption_body();
        let answer = answered(remote.try_send("POST", "/pledge", &headers, &body))?;
        let receipt: Receipt = serde_json::from_slice(&answer.body).expect("a receipt");
        assert_eq!(receipt.verify(&remote.campaign.manifest.counter.receipt_key), Ok(()));
        assert!(self.receipts.iter().all(|earlier| *earlier == receipt), "two receipts");
        self.receipts.push(receipt);
        Ok(())
    }

    fn prove(&self, remote: &Remote) -> Result<String, Again> {
        let digest = self.supporter.pending(&remote.campaign).request().digest();
        let id = remote.campaign.id;
        let body = json!({ "campaign": id, "issuer": EMAIL, "address": ADDRESS,
            "request_digest": digest, "language": "en" });
        let started = post(remote, "/attester/attempts", &body)?;
        let code = remote.try_mailed_code(ADDRESS, 20).ok_or(Again::Later)?;
        let proof = json!({ "email": { "attempt": started["attempt"], "code": code } });
        let body =
            json!({ "campaign": id, "issuer": EMAIL, "request_digest": digest, "proof": proof });
        let proved = post(remote, "/attester/attestations", &body)?;
        Ok(proved["attestation"].as_str().expect("an attestation").to_owned())
    }

    fn request(&self, remote: &Remote) -> Result<Token, Again> {
        let pending = self.supporter.pending(&remote.campaign);
        let attestation = self.attestation.as_deref().expect("obtained before");
        let headers =
            [("content-type", TokenRequest::MEDIA_TYPE), (Attestation::HEADER, attestation)];
        let request = pending.request().encode();
        let answer = answered(remote.try_send("POST", "/token-request", &headers, &request))?;
        let response = TokenResponse::decode(&answer.body).expect("a response");
        Ok(pending.finish(&response).expect("a token"))
    }
}

fn post(remote: &Remote, path: &str, body: &Value) -> Result<Value, Again> {
    let headers = [("content-type", "application/json")];
    let body = body.to_string();
    Ok(answered(remote.try_send("POST", path, &headers, body.as_bytes()))?.json())
}

/// A server that is alive answers, or says that it cannot now; it never says no.
fn answered(answer: Option<Answer>) -> Result<Answer, Again> {
    let answer = answer.ok_or(Again::Gone)?;
    match answer.status {
        200 => Ok(answer),
        500 | 503 => Err(Again::Later),
        // The attester forgot its key when it died; or its code was for the one before.
        403 if answer.word().starts_with("attempt") || answer.word() == "code-wrong" => {
            Err(Again::Later)
        }
        status => unreachable!("status {status} {}", answer.word()),
    }
}
