//! Each role in a process of its own: the same campaign, connected over HTTP.

use std::path::{Path, PathBuf};

use headcount_protocol::campaign::Campaign;
use headcount_protocol::log::{KeyName, VerifierKey};
use headcount_protocol::pledge::Pledge;
use headcount_server::config::Config;
use headcount_tests::programs::{Process, program};
use headcount_tests::remote::{EMAIL, Remote, Supporter};
use headcount_tests::served::Served;
use serde_json::{Value, json};

#[test]
fn roles_in_processes_of_their_own_make_one_campaign() {
    let mut served = Served::new();
    served.halt();
    let [attester, guardian, issuer, counter] = [(); 4].map(|()| free_address());
    let url = |address: &str| format!("http://{address}");
    let campaign = move_apart(&served, &attester, &issuer, &counter);

    let config = Config::load(&served.dir).unwrap();
    let mut alone = Vec::new();
    let mut role = |listen: &str, change: &dyn Fn(&mut Config)| {
        let mut config = config.clone();
        config.listen = listen.parse().unwrap();
        change(&mut config);
        alone.push(serve(&served.dir, listen, &config));
    };
    role(&guardian, &|config| {
        config.attester.clear();
        config.issuer.clear();
        config.counter = None;
        config.guardian[0].listen = Some(config.listen);
        config.listen = free_address().parse().unwrap();
    });
    role(&attester, &|config| {
        config.guardian.clear();
        config.issuer.clear();
        config.counter = None;
        config.attester[0].guardians = vec![url(&guardian)];
        config.attester.truncate(1);
    });
    role(&issuer, &|config| {
        config.guardian.clear();
        config.attester.clear();
        config.counter = None;
    });
    role(&counter, &|config| {
        config.guardian.clear();
        config.attester.clear();
        config.issuer.clear();
    });

    let dir = served.dir.clone();
    let at =
        |address: &str| Remote { dir: dir.clone(), campaign: campaign.clone(), url: url(address) };
    let supporter = Supporter::new(&campaign, 1, EMAIL, 0);
    // The attester's own URL in this campaign is its root.
    let attestation = attest(&at(&attester), &supporter);
    let token = at(&issuer).token(&supporter, &attestation);
    wait_until_published(&at(&issuer));
    let pledge = Pledge { opening: supporter.opening, tokens: vec![token] };
    assert_eq!(at(&counter).redeem(&pledge).status, 200);

    let count = || at(&counter).get("/count.json").json()["current"].clone();
    for _ in 0..100 {
        if count() == json!(1) {
            break;
        }
        std::thread::sleep(std::time::Duration::from_millis(100));
    }
    let mut audit = std::process::Command::new(program("headcount"));
    let output = audit.args(["audit", &campaign.link(), "--json"]).output().unwrap();
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!((&report["verdict"], &report["sum"]), (&json!("agrees"), &json!(1)), "{report}");
    assert_eq!(report["findings"], json!([]));
}

/// Gives the roles URLs of their own, in the manifest and the names of their logs.
fn move_apart(served: &Served, attester: &str, issuer: &str, counter: &str) -> Campaign {
    let path = served.dir.join("manifest.json");
    let mut manifest: Value = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
    let renamed = |log: &Value, host: &str| {
        let key: VerifierKey = log.as_str().unwrap().parse().unwrap();
        let (_, segment) = key.name().as_str().split_once('/').unwrap();
        let name: KeyName = format!("{host}/{segment}").parse().unwrap();
        json!(VerifierKey::new(name, *key.key()).to_string())
    };
    for one in manifest["issuers"].as_array_mut().unwrap() {
        one["url"] = json!(format!("http://{issuer}"));
        one["attester"]["url"] = json!(format!("http://{attester}"));
        one["log"] = renamed(&one["log"], issuer);
    }
    manifest["counter"]["url"] = json!(format!("http://{counter}"));
    manifest["counter"]["log"] = renamed(&manifest["counter"]["log"], counter);
    manifest["batch"] = json!({ "interval": 1, "minimum_size": 1, "maximum_wait": 1 });
    manifest["schedule"]["opens"] = json!(1_700_000_000);
    let bytes = serde_json::to_vec(&manifest).unwrap();
    std::fs::write(&path, &bytes).unwrap();
    // The logs of the embedded campaign have begun under another id.
    for log in ["counter", "issuer-0", "issuer-1"].map(|role| served.dir.join(role)) {
        std::fs::remove_dir_all(log.join("log")).unwrap();
        for name in ["counter.sqlite", "issuer.sqlite"] {
            let _ = std::fs::remove_file(log.join(name));
        }
    }
    Campaign::parse(&bytes).unwrap()
}

fn serve(dir: &Path, name: &str, config: &Config) -> Process {
    let own: PathBuf = dir.join(format!("process-{}", name.replace(':', "-")));
    std::fs::create_dir(&own).unwrap();
    std::fs::write(own.join("headcount.toml"), toml::to_string(config).unwrap()).unwrap();
    let mut command = std::process::Command::new(program("headcountd"));
    let (process, line) = Process::start_until(command.arg("serve").arg(&own), "Serving");
    assert!(line.is_some(), "{name} does not start");
    process
}

fn attest(attester: &Remote, supporter: &Supporter) -> String {
    let digest = supporter.pending(&attester.campaign).request().digest();
    let id = attester.campaign.id;
    let body = json!({ "campaign": id, "issuer": EMAIL, "address": "ada@example.org",
        "request_digest": digest, "language": "en" });
    let started = attester.post_json("/attempts", &body);
    assert_eq!(started.status, 200, "{}", started.word());
    let started = started.json();
    let code = attester.mailed_code("ada@example.org");
    let proof = json!({ "email": { "attempt": started["attempt"], "code": code } });
    let body = json!({ "campaign": id, "issuer": EMAIL, "request_digest": digest, "proof": proof });
    let answer = attester.post_json("/attestations", &body);
    assert_eq!(answer.status, 200, "{}", answer.word());
    answer.json()["attestation"].as_str().unwrap().to_owned()
}

fn wait_until_published(issuer: &Remote) {
    let log = issuer.campaign.issuance_log_url(EMAIL).replace(&issuer.url, "");
    for _ in 0..100 {
        let checkpoint = issuer.get(&format!("{log}/checkpoint")).body;
        if String::from_utf8_lossy(&checkpoint).lines().nth(1) == Some("3") {
            return;
        }
        std::thread::sleep(std::time::Duration::from_millis(100));
    }
}

fn free_address() -> String {
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    port.local_addr().unwrap().to_string()
}
