//! Bad input to every endpoint: a clear refusal, no panic, nothing changed on the disk.

use data_encoding::{BASE64URL, BASE64URL_NOPAD};
use headcount_protocol::pledge::Pledge;
use headcount_protocol::token::Token;
use headcount_tests::remote::{Answer, EMAIL, INVITATION, Supporter};
use headcount_tests::served::Served;
use serde_json::{Value, json};

/// The state of the disk, which no refused request may change.
pub(crate) struct Disk<'a>(&'a Served, Vec<(std::path::PathBuf, Vec<u8>)>);

impl<'a> Disk<'a> {
    pub(crate) fn of(served: &'a Served) -> Self {
        Self(served, served.files())
    }

    pub(crate) fn is_unchanged(&self) {
        let now = self.0.files();
        assert!(self.1.iter().map(|file| &file.0).eq(now.iter().map(|file| &file.0)), "new files");
        for (before, after) in self.1.iter().zip(now) {
            assert!(before.1 == after.1, "{} was changed", before.0.display());
        }
        let mails = std::fs::read_dir(self.0.dir.join("outbox")).unwrap().count();
        assert_eq!(mails, 0, "a message was sent");
    }
}

#[track_caller]
pub(crate) fn refused(answer: &Answer, status: u16, word: &str) {
    assert_eq!((answer.status, answer.word().as_str()), (status, word), "{answer:?}");
    assert_eq!(answer.header("content-type"), Some("application/problem+json"));
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    let problem = answer.json();
    assert_eq!(problem["status"], json!(status));
    assert!(problem["title"].is_string() && problem["detail"].is_string());
}

/// [HTTP-2, HTTP-9]
#[test]
fn paths_methods_and_sizes() {
    let served = Served::new();
    let disk = Disk::of(&served);
    for path in ["/nowhere", "/pledge/x", "/attester", "/attester/nowhere", "/mail", "/evaluations"]
    {
        refused(&served.get(path), 404, "not-found");
    }
    let log = served.campaign.pledge_log_url().replace(&served.url, "");
    let tiles = [
        "tile/0/1",
        "tile/0/000.p/0",
        "tile/0/000.p/256",
        "tile/0/000/../000",
        "tile/x/000",
        "tile/entries/00",
        "tile/0/999",
        "tile/0/x000/000",
        "checkpoint/x",
        "log.key",
        "..%2flog.key",
        "tile/%2e%2e/%2e%2e/log.key",
        "tile/%ff",
    ];
    for tile in tiles {
        assert_eq!(served.get(&format!("{log}/{tile}")).status, 404, "{tile}");
    }
    let statements = ["/withdrawal", "/announcement", "/amendment"];
    let posts = ["/pledge", "/token-request", "/attester/attempts", "/attester/attestations"];
    for path in posts.into_iter().chain(statements) {
        refused(&served.get(path), 405, "method-not-allowed");
        refused(&served.send("DELETE", path, &[], &[]), 405, "method-not-allowed");
    }
    refused(&served.send("POST", "/count.json", &[], &[]), 405, "method-not-allowed");
    refused(&served.get(&format!("/c/{}", "0".repeat(64))), 404, "unknown-campaign");
    for other in ["/c/x", "/c/%ff"] {
        refused(&served.get(other), 404, "unknown-campaign");
    }
    let long = vec![b' '; 4_097];
    for (path, media_type) in [
        ("/attester/attempts", "application/json"),
        ("/attester/attestations", "application/json"),
        ("/token-request", "application/private-token-request"),
        ("/pledge", "application/octet-stream"),
        ("/withdrawal", "application/octet-stream"),
    ] {
        let headers = [("content-type", media_type)];
        refused(&served.send("POST", path, &headers, &long), 413, "body-too-large");
        let headers = [("content-type", "text/plain"), ("authorization", "x")];
        refused(&served.send("POST", path, &headers, b"x"), 415, "unsupported-media-type");
    }
    disk.is_unchanged();
}

/// [ATT-1, HTTP-1]
#[test]
fn attempts() {
    let served = Served::new();
    let disk = Disk::of(&served);
    let good = json!({
        "campaign": served.campaign.id, "issuer": EMAIL, "address": "ada@example.org",
        "request_digest": "00".repeat(32), "language": "en",
    });
    let post = |body: &Value| served.post_json("/attester/attempts", body);
    let with = |name: &str, value: Value| {
        let mut body = good.clone();
        body[name] = value;
        post(&body)
    };
    refused(&with("campaign", json!("00".repeat(32))), 404, "unknown-campaign");
    refused(&with("campaign", json!("00")), 400, "malformed-body");
    refused(&with("issuer", json!(2)), 404, "unknown-issuer");
    refused(&with("issuer", json!(0.0)), 400, "malformed-body");
    refused(&with("issuer", json!(-1)), 400, "malformed-body");
    refused(&with("issuer", json!(INVITATION)), 422, "wrong-method");
    refused(&with("request_digest", json!("zz".repeat(32))), 400, "malformed-body");
    refused(&with("more", json!(1)), 400, "malformed-body");
    for address in [
        "",
        "ada",
        "ada@",
        "@example.org",
        "a b@example.org",
        "a@b@c.org",
        "a@localhost",
        "a@[127.0.0.1]",
        "\"a\"@example.org",
        "a\r\nBcc: b@example.org@example.org",
    ] {
        refused(&with("address", json!(address)), 400, "address-invalid");
    }
    refused(&with("address", json!("a".repeat(250) + "@example.org")), 400, "address-invalid");
    for text in ["", "{", "[]", "null", "{}", "\u{feff}{}"] {
        let headers = [("content-type", "application/json")];
        let answer = served.send("POST", "/attester/attempts", &headers, text.as_bytes());
        refused(&answer, 400, "malformed-body");
    }
    let twice = good.to_string().replacen('{', "{\"issuer\":0,", 1);
    let headers = [("content-type", "application/json")];
    let answer = served.send("POST", "/attester/attempts", &headers, twice.as_bytes());
    refused(&answer, 400, "malformed-body");
    disk.is_unchanged();
}

/// [ATT-1, ATT-8, HTTP-1]
#[test]
fn attestations() {
    let served = Served::new();
    let [one, two] = [1, 2].map(|number| Supporter::new(&served.campaign, number, EMAIL, 0));
    let start = |supporter, address| {
        let attempt = served.start_attempt(supporter, address).json()["attempt"].clone();
        (attempt.as_str().unwrap().to_owned(), served.mailed_code(address))
    };
    let (attempt, code) = start(&one, "ada@example.org");
    let (other_attempt, other_code) = start(&two, "grace@example.org");
    let disk = Disk::of(&served);

    refused(&served.prove_email(&one, &attempt, &other_code), 403, "code-wrong");
    refused(&served.prove_email(&one, &attempt, ""), 403, "code-wrong");
    refused(&served.prove_email(&one, &attempt, &code[..18]), 403, "code-wrong");
    refused(&served.prove_email(&one, &attempt, &"0".repeat(4_000)), 413, "body-too-large");
    refused(&served.prove_email(&one, &other_attempt, &other_code), 403, "attempt-mismatch");
    let mut sealed = BASE64URL_NOPAD.decode(attempt.as_bytes()).unwrap();
    for (at, change) in [(0, 1), (10, 1), (sealed.len() - 1, 0x80)] {
        sealed[at] ^= change;
        let altered = BASE64URL_NOPAD.encode(&sealed);
        refused(&served.prove_email(&one, &altered, &code), 403, "attempt-unreadable");
        sealed[at] ^= change;
    }
    for short in ["", "AAAA", "%%%"] {
        refused(&served.prove_email(&one, short, &code), 403, "attempt-unreadable");
    }
    let invitation =
        |code: &str| served.attest(&one, INVITATION, &json!({ "invitation": { "code": code } }));
    let good = served.invitation(3);
    let last = if good.ends_with('0') { "1" } else { "0" };
    let altered = format!("{}{last}", &good[..good.len() - 1]);
    for code in ["", "0000-0000", altered.as_str(), &"0".repeat(24), &format!("{good}-0000")] {
        refused(&invitation(code), 403, "code-wrong");
    }
    let as_list = json!({ "email": [attempt, code] });
    refused(&served.attest(&one, EMAIL, &as_list), 400, "malformed-body");
    let proofs = [
        json!({}),
        json!({ "oidc": {} }),
        json!({ "email": {} }),
        json!([]),
        json!({ "email": { "attempt": "", "code": "" }, "invitation": { "code": "" } }),
    ];
    for proof in proofs {
        refused(&served.attest(&one, EMAIL, &proof), 400, "malformed-body");
    }
    let by_code = json!({ "invitation": { "code": good } });
    refused(&served.attest(&one, EMAIL, &by_code), 422, "wrong-method");
    refused(&served.attest(&one, 9, &by_code), 404, "unknown-issuer");
    disk.is_unchanged();
    // The right code still works.
    assert_eq!(served.prove_email(&one, &attempt, &code).status, 200);
}

/// [ATT-11, ATT-12, ATT-13, TOK-6, TOK-14]
#[test]
fn token_requests() {
    let served = Served::new();
    let [one, two] = [1, 2].map(|number| Supporter::new(&served.campaign, number, EMAIL, 0));
    let attestation = served.attest_email(&one, "ada@example.org");
    let invited = Supporter::new(&served.campaign, 1, INVITATION, 0);
    let request = one.pending(&served.campaign).request().encode();
    let disk = Disk::of(&served);

    let headers = [("content-type", "application/private-token-request")];
    let bare = served.send("POST", "/token-request", &headers, &request);
    refused(&bare, 401, "attestation-missing");
    for length in [0, 1, 258, 260] {
        let mut bytes = request.clone();
        bytes.resize(length, 0);
        refused(&served.request_token(&bytes, &attestation), 422, "token-request-invalid");
    }
    let mut other_type = request.clone();
    other_type[1] = 1;
    refused(&served.request_token(&other_type, &attestation), 422, "token-request-invalid");
    let ids = [EMAIL, INVITATION].map(|it| served.campaign.issuer(it).token_key.id().truncated());
    let mut unknown_key = request.clone();
    unknown_key[2] = (0..=255).find(|id| !ids.contains(id)).unwrap();
    refused(&served.request_token(&unknown_key, &attestation), 422, "token-request-invalid");
    // n itself, and the largest number of 256 bytes.
    for message in [served.campaign.issuer(EMAIL).token_key.modulus(), vec![0xff; 256]] {
        let bytes = [&request[..3], &message].concat();
        refused(&served.request_token(&bytes, &attestation), 422, "token-request-invalid");
    }
    let others = two.pending(&served.campaign).request().encode();
    refused(&served.request_token(&others, &attestation), 403, "attestation-refused");
    let other_issuer = invited.pending(&served.campaign).request().encode();
    refused(&served.request_token(&other_issuer, &attestation), 403, "attestation-refused");
    let bytes = BASE64URL_NOPAD.decode(attestation.as_bytes()).unwrap();
    for at in [0, 2, 40, 70, 100, 130, 161] {
        let mut altered = bytes.clone();
        altered[at] ^= 1;
        let altered = BASE64URL_NOPAD.encode(&altered);
        refused(&served.request_token(&request, &altered), 403, "attestation-refused");
    }
    let cut = BASE64URL_NOPAD.encode(&bytes[..161]);
    let long = BASE64URL_NOPAD.encode(&[&bytes[..], &[0]].concat());
    for malformed in ["", "%", cut.as_str(), long.as_str(), "\u{e4}"] {
        refused(&served.request_token(&request, malformed), 403, "attestation-refused");
    }
    disk.is_unchanged();
    assert_eq!(served.request_token(&request, &attestation).status, 200);
}

/// [PLG-2, PLG-4, TOK-6, TOK-7]
#[test]
fn redemptions() {
    let served = Served::new();
    let supporter = Supporter::new(&served.campaign, 1, EMAIL, 7);
    let attestation = served.attest_email(&supporter, "ada@example.org");
    let token = served.token(&supporter, &attestation);
    let pledge = Pledge { opening: supporter.opening, tokens: vec![token.clone()] };
    let body = pledge.redemption_body();
    let disk = Disk::of(&served);

    let headers = [("content-type", "application/octet-stream")];
    let bare = served.send("POST", "/pledge", &headers, &body);
    refused(&bare, 401, "token-missing");
    let challenge = bare.header("www-authenticate").unwrap();
    assert_eq!(challenge.matches("PrivateToken challenge=").count(), 2, "one for each class");

    let authorization =
        |bytes: &[u8]| format!("PrivateToken token=\"{}\"", BASE64URL.encode(bytes));
    let bytes = token.encode();
    let mut other_type = bytes.clone();
    other_type[1] = 5;
    for malformed in [
        "PrivateToken".to_owned(),
        "Bearer x".to_owned(),
        "PrivateToken token=\"%\"".to_owned(),
        authorization(&bytes[..353]),
        authorization(&[&bytes[..], &[0]].concat()),
        authorization(&other_type),
        format!("{0}, token=\"{1}\"", authorization(&bytes), BASE64URL.encode(&bytes)),
    ] {
        let answer = served.redeem_raw(&malformed, &body);
        refused(&answer, 401, "token-refused");
        assert!(answer.header("www-authenticate").is_some());
    }
    // Nonce, challenge digest, key id, signature.
    for at in [2, 34, 66, 98, 353] {
        let mut altered = bytes.clone();
        altered[at] ^= 1;
        refused(&served.redeem_raw(&authorization(&altered), &body), 401, "token-refused");
    }
    let modulus = served.campaign.issuer(EMAIL).token_key.modulus();
    let s_plus_n = add(&bytes[98..], &modulus);
    for signature in [modulus.clone(), vec![0xff; 256], s_plus_n.unwrap_or(modulus)] {
        let altered = [&bytes[..98], &signature].concat();
        refused(&served.redeem_raw(&authorization(&altered), &body), 401, "token-refused");
    }
    let good = authorization(&bytes);
    for length in [0, 1, 35] {
        refused(&served.redeem_raw(&good, &body[..length]), 400, "malformed-body");
    }
    let long = [&body[..], &[0]].concat();
    refused(&served.redeem_raw(&good, &long), 400, "malformed-body");
    let opening = |at: usize, with: &[u8]| {
        let mut altered = body.clone();
        altered[at..at + with.len()].copy_from_slice(with);
        served.redeem_raw(&good, &altered)
    };
    refused(&opening(0, &[0, 9]), 422, "pledge-refused");
    refused(&opening(0, &[0, 1]), 401, "token-refused");
    refused(&opening(2, &[0, 8]), 422, "pledge-refused");
    refused(&opening(2, &[0, 0]), 401, "token-refused");
    let mut identity = [0; 32];
    identity[0] = 1;
    refused(&opening(4, &identity), 422, "pledge-refused");
    refused(&opening(4, &[0xff; 32]), 422, "pledge-refused");
    let two_tokens = [&body[..], &bytes].concat();
    refused(&served.redeem_raw(&good, &two_tokens), 422, "pledge-refused");
    disk.is_unchanged();
    assert_eq!(served.redeem(&pledge).status, 200);
}

/// [PLG-4, PLG-11, PLG-12]
#[test]
fn tokens_of_another_campaign_or_class() {
    let (here, there) = (Served::new(), Served::new());
    let (foreign, _) = there.pledge_by_email(1, "ada@example.org");
    let disk = Disk::of(&here);
    refused(&here.redeem(&foreign), 401, "token-refused");
    // A token of the class by e-mail under an opening of the class by invitation.
    let by_email = Supporter::new(&there.campaign, 2, EMAIL, 0);
    let attestation = there.attest_email(&by_email, "grace@example.org");
    let token: Token = there.token(&by_email, &attestation);
    let invited = Supporter::new(&there.campaign, 2, INVITATION, 0);
    let stripped = Pledge { opening: invited.opening, tokens: vec![token] };
    refused(&there.redeem(&stripped), 401, "token-refused");
    disk.is_unchanged();
}

/// `a + b` in 256 bytes, if it fits.
fn add(a: &[u8], b: &[u8]) -> Option<Vec<u8>> {
    let mut sum = vec![0; a.len()];
    let mut carry = 0;
    for at in (0..a.len()).rev() {
        let digit = u16::from(a[at]) + u16::from(b[at]) + carry;
        sum[at] = digit.to_be_bytes()[1];
        carry = digit >> 8;
    }
    (carry == 0).then_some(sum)
}
