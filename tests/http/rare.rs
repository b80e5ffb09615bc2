//! Answers that need another time, a server at its limits, or one that has lost its neighbours.

use std::net::TcpListener;
use std::time::Duration;

use headcount_protocol::guardians::{EvaluationRequest, FIRST_EPOCH};
use headcount_protocol::identifier::{Identifier, Method};
use headcount_protocol::oprf::Batch;
use headcount_protocol::pledge::Pledge;
use headcount_protocol::tag::{TagBlinding, TagInput};
use headcount_protocol::withdrawal::Withdrawal;
use headcount_server::attester::mail::MailConfig;
use headcount_server::config::{self, Config};
use headcount_server::destruction;
use headcount_tests::campaign::SeededRng;
use headcount_tests::remote::{Answer, EMAIL, INVITATION, Remote, Supporter};
use headcount_tests::served::{OPENS, Served};
use serde_json::json;

use crate::answer::conforms;
use crate::document::Document;
use crate::every_endpoint::{answer, exchange};

/// More messages than can wait.
const MESSAGES: usize = 5_000;

#[track_caller]
fn is(answer: &Answer, status: u16, word: &str) {
    assert_eq!(conforms(&Document::read(), answer), (status, word.to_owned()));
}

/// A served campaign with another configuration.
fn reconfigured(change: impl FnOnce(&mut Config)) -> Served {
    let mut served = Served::new();
    served.halt();
    let mut config = Config::load(&served.dir).unwrap();
    change(&mut config);
    let text = toml::to_string(&config).unwrap();
    std::fs::write(served.dir.join(config::FILE), text).unwrap();
    served.start();
    served
}

fn attest_by_invitation(served: &Served) -> Answer {
    let supporter = Supporter::new(&served.campaign, 3, INVITATION, 0);
    let proof = json!({ "invitation": { "code": served.invitation(3) } });
    served.attest(&supporter, INVITATION, &proof)
}

/// [HTTP-17] `closed` at each endpoint that has times, and `attempt-expired`.
#[test]
fn outside_of_the_times() {
    let served = Served::new();
    let one = Supporter::new(&served.campaign, 1, EMAIL, 0);
    let attestation = served.attest_email(&one, "ada@example.org");
    let pledge = Pledge { opening: one.opening, tokens: vec![served.token(&one, &attestation)] };
    let started = served.start_attempt(&one, "ada@example.org").json();
    let code = served.mailed_code("ada@example.org");
    served.set_time(OPENS - 1);
    is(&served.start_attempt(&one, "ada@example.org"), 403, "closed");
    is(&attest_by_invitation(&served), 403, "closed");
    let request = one.pending(&served.campaign).request().encode();
    is(&served.request_token(&request, &attestation), 403, "closed");
    is(&served.redeem(&pledge), 403, "closed");
    let key = one.seed.pledge_key(&served.campaign.id, EMAIL);
    let withdrawal = Withdrawal::sign(&served.campaign.id, one.opening, &key).encode();
    is(&served.deliver("/withdrawal", &withdrawal), 403, "closed");
    served.set_time(OPENS + 15 * 60);
    let attempt = started["attempt"].as_str().unwrap();
    is(&served.prove_email(&one, attempt, &code), 403, "attempt-expired");
}

/// [HTTP-17] `closed` at a guardian, whose share is destroyed with all else.
#[test]
fn a_guardian_without_its_share() {
    let listen = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let served = reconfigured(|config| config.guardian[0].listen = Some(listen));
    let campaign_id = served.campaign.id;
    let identifier = Identifier::from_serial(1);
    let input = TagInput::new(&campaign_id, INVITATION, Method::Invitation, &identifier);
    let (_, element) = TagBlinding::new(input, &mut SeededRng::new(1)).unwrap();
    let elements = Batch::from(element);
    let request = EvaluationRequest { campaign_id, epoch: FIRST_EPOCH, elements }.encode();
    let (dir, campaign) = (served.dir.clone(), served.campaign.clone());
    let guardian = Remote { dir, campaign, url: format!("http://{listen}") };
    let evaluate = || {
        let binary = [("content-type", "application/octet-stream")];
        guardian.send("POST", "/evaluations", &binary, &request)
    };
    assert_eq!(evaluate().status, 200);
    served.set_time(destruction::due(&served.campaign));
    std::thread::sleep(Duration::from_secs(3));
    is(&evaluate(), 403, "closed");
}

/// [HTTP-19] Without guardians nobody is vouched for, and may come again in a minute.
#[test]
fn without_guardians() {
    let nobody = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let served = reconfigured(|config| {
        config.guardian.clear();
        for attester in &mut config.attester {
            attester.guardians = vec![format!("http://{nobody}")];
        }
    });
    let refused = attest_by_invitation(&served);
    is(&refused, 503, "guardians-unavailable");
    assert_eq!(refused.header("retry-after"), Some("60"));
}

/// [HTTP-19] A mail server that takes nothing: messages wait, and then no more are taken.
#[test]
fn with_too_much_mail() {
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let smtp = format!("smtp://{}", silent.local_addr().unwrap());
    let served = reconfigured(|config| {
        let from = "Code <code@headcount.example>".to_owned();
        let mail = MailConfig { from, smtp: Some(smtp), ..MailConfig::default() };
        config.attester[usize::from(EMAIL)].mail = Some(mail);
    });
    let body = json!({
        "campaign": served.campaign.id, "issuer": EMAIL, "address": "ada@example.org",
        "request_digest": "00".repeat(32), "language": "en",
    });
    let mut answers = (0..MESSAGES).map(|_| served.post_json("/attester/attempts", &body));
    let refused = answers.find(|answer| answer.status != 200).expect("the queue has an end");
    is(&refused, 503, "mail-unavailable");
    assert_eq!(refused.header("retry-after"), Some("60"));
}

/// [HTTP-5] [HTTP-19] A body that does not come within ten seconds.
#[test]
fn with_a_slow_body() {
    let served = Served::new();
    let request = b"POST /pledge HTTP/1.1\r\nHost: h\r\nContent-Length: 36\r\n\r\n";
    let began = std::time::Instant::now();
    let refused = answer(&exchange(&served.url, request, false));
    is(&refused, 503, "overloaded");
    assert_eq!(refused.header("retry-after"), Some("5"));
    let took = began.elapsed();
    assert!((Duration::from_secs(9)..Duration::from_secs(25)).contains(&took), "{took:?}");
}
