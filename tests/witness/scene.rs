//! A campaign whose logs are cosigned: `headcountd`, and four `headcount witness` behind networks
//! of their own.

use std::fs::File;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::Command;
use std::time::{Duration, Instant};

use headcount_protocol::campaign::Campaign;
use headcount_protocol::log::{CosignatureKey, Cosigned};
use headcount_protocol::token::TokenRequest;
use headcount_server::attester::mail::MailConfig;
use headcount_server::clock::Clock;
use headcount_server::draft::{Draft, DraftWitness, DraftWitnesses};
use headcount_server::init::{Place, init};
use headcount_tests::programs::{Process, program};
use headcount_tests::remote::{INVITATION, Remote};
use serde_json::json;
use tempfile::TempDir;

use crate::proxy::{Proxy, Way};

/// Longest time in which something that must happen happens.
const PATIENCE: Duration = Duration::from_secs(60);

pub(crate) const WITNESSES: usize = 4;

pub(crate) struct Scene {
    pub(crate) keep: TempDir,
    pub(crate) remote: Remote,
    pub(crate) networks: Vec<Proxy>,
    witnesses: Vec<Option<Process>>,
    /// Where the witnesses are reached past their networks.
    addresses: Vec<Option<SocketAddr>>,
    server: Option<Process>,
    serial: u32,
}

impl Scene {
    /// Four witnesses, of whom one may be bad, and a counter that knows where they are.
    pub(crate) fn start() -> Self {
        let keep = tempfile::tempdir().unwrap();
        let networks: Vec<_> = (0..WITNESSES).map(|_| Proxy::start()).collect();
        let keys = networks.iter().enumerate().map(|(at, network)| {
            let dir = keep.path().join(format!("witness-{at}"));
            DraftWitness { key: made(&dir, at), url: Some(network.url()) }
        });
        let witnesses = DraftWitnesses { quorum: 3, faulty: 1, keys: keys.collect() };
        let draft: Draft = toml::from_str(include_str!("../faults/quick.toml")).unwrap();
        let draft = Draft { witnesses, ..draft };
        let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let listen = port.local_addr().unwrap();
        drop(port);
        let mail = MailConfig {
            from: "Code <code@headcount.example>".to_owned(),
            outbox: Some("outbox".into()),
            ..MailConfig::default()
        };
        let (url, dir) = (format!("http://{listen}"), keep.path().join("campaign"));
        let place = Place { url: url.clone(), listen, mail };
        let campaign = init(&dir, &draft, &place, Clock::System.now()).unwrap();
        let remote = Remote { dir, campaign, url };
        let witnesses = (0..WITNESSES).map(|_| None).collect();
        let addresses = vec![None; WITNESSES];
        let mut scene =
            Self { keep, remote, networks, witnesses, addresses, server: None, serial: 0 };
        (0..WITNESSES).for_each(|at| scene.start_witness(at));
        scene.serve();
        scene
    }

    pub(crate) fn campaign(&self) -> &Campaign {
        &self.remote.campaign
    }

    pub(crate) fn witness_dir(&self, at: usize) -> PathBuf {
        self.keep.path().join(format!("witness-{at}"))
    }

    /// Starts a witness, again after [`Self::kill_witness`], and joins it to its network.
    pub(crate) fn start_witness(&mut self, at: usize) {
        let mut serve = Command::new(program("headcount"));
        serve.args(["witness", "serve", "--listen", "127.0.0.1:0"]);
        serve.arg(self.witness_dir(at)).arg(self.remote.dir.join("manifest.json"));
        let (process, line) = Process::start_until(&mut serve, "Listening");
        let line = line.expect("the witness starts");
        let address = line.split("http://").nth(1).unwrap().split(' ').next().unwrap();
        self.addresses[at] = Some(address.parse().unwrap());
        self.witnesses[at] = Some(process);
        self.join(at);
    }

    /// Joins a witness to its network.
    pub(crate) fn join(&self, at: usize) {
        self.networks[at].set(Way::To(self.addresses[at].expect("it was started")));
    }

    /// A witness, reached past its network.
    pub(crate) fn witness(&self, at: usize) -> Remote {
        let url = format!("http://{}", self.addresses[at].expect("it was started"));
        Remote { url, dir: self.remote.dir.clone(), campaign: self.remote.campaign.clone() }
    }

    pub(crate) fn kill_witness(&mut self, at: usize) {
        self.witnesses[at].take().expect("it runs").kill();
    }

    /// Serves the campaign; what the operator is told goes on in one file.
    pub(crate) fn serve(&mut self) {
        let mut serve = Command::new(program("headcountd"));
        let log = File::options().create(true).append(true).open(self.operators_log()).unwrap();
        serve.arg("serve").arg(&self.remote.dir).stderr(log);
        let (server, line) = Process::start_until(&mut serve, "Serving");
        assert!(line.is_some(), "the counter starts");
        self.server = Some(server);
    }

    pub(crate) fn kill_server(&mut self) {
        self.server.take().expect("it runs").kill();
    }

    fn operators_log(&self) -> PathBuf {
        self.keep.path().join("operator.log")
    }

    /// Adds an entry to an issuance log, and waits until a checkpoint has it; returns the size.
    pub(crate) fn grow(&mut self) -> u64 {
        let before = self.latest().checkpoint.size();
        self.serial += 1;
        let campaign = self.campaign();
        // Any number below the modulus may be signed: nobody will unblind it.
        let mut message = [0; 256];
        message[252..].copy_from_slice(&self.serial.to_be_bytes());
        let truncated_key_id = campaign.issuer(INVITATION).token_key.id().truncated();
        let request = TokenRequest { truncated_key_id, blinded_message: message };
        let body = json!({
            "campaign": campaign.id,
            "issuer": INVITATION,
            "request_digest": request.digest(),
            "proof": { "invitation": { "code": self.remote.invitation(self.serial) } },
        });
        let answer = self.remote.post_json("/attester/attestations", &body).json();
        let attestation = answer["attestation"].as_str().unwrap();
        assert_eq!(self.remote.request_token(&request.encode(), attestation).status, 200);
        self.until("the log grows", |scene| scene.latest().checkpoint.size() > before);
        self.latest().checkpoint.size()
    }

    pub(crate) fn log_path(&self) -> String {
        self.campaign().issuance_log_url(INVITATION).replace(&self.remote.url, "")
    }

    /// A note of the issuance log as anybody opens it.
    fn note(&self, name: &str) -> Option<Cosigned> {
        let answer = self.remote.get(&format!("{}/{name}", self.log_path()));
        let open =
            |note: &[u8]| self.campaign().open_issuance_checkpoint(INVITATION, note).unwrap();
        (answer.status == 200).then(|| open(&answer.body))
    }

    pub(crate) fn latest(&self) -> Cosigned {
        self.note("checkpoint").unwrap()
    }

    /// The size of what is served as witnessed, which it is; 0 if nothing is.
    pub(crate) fn witnessed(&self) -> u64 {
        let Some(note) = self.note("witnessed") else { return 0 };
        assert!(self.campaign().is_witnessed(&note));
        note.checkpoint.size()
    }

    pub(crate) fn until_witnessed(&self, size: u64) {
        self.until(&format!("{size} entries are witnessed"), |scene| scene.witnessed() >= size);
    }

    /// Waits until the operator has been told about a witness.
    pub(crate) fn until_told(&self, witness: usize, what: &str) {
        self.until(&format!("{what:?} is told of witness {witness}"), |scene| {
            scene.times_told(witness, what) > 0
        });
    }

    pub(crate) fn times_told(&self, witness: usize, what: &str) -> usize {
        let text = std::fs::read_to_string(self.operators_log()).unwrap();
        let name = format!("witness {} ", name(witness));
        text.lines().filter(|line| line.contains(&name) && line.contains(what)).count()
    }

    #[track_caller]
    pub(crate) fn until(&self, what: &str, holds: impl Fn(&Self) -> bool) {
        let began = Instant::now();
        while !holds(self) {
            let told = || std::fs::read_to_string(self.operators_log()).unwrap();
            assert!(began.elapsed() < PATIENCE, "not in time: {what}\n{}", told());
            std::thread::sleep(Duration::from_millis(100));
        }
    }
}

pub(crate) fn name(witness: usize) -> String {
    format!("w{witness}.example/log")
}

/// A new witness; the program prints its verifier key.
pub(crate) fn made(dir: &std::path::Path, at: usize) -> CosignatureKey {
    let mut init = Command::new(program("headcount"));
    let output = init.args(["witness", "init", "--name", &name(at)]).arg(dir).output().unwrap();
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout).unwrap().trim_end().parse().unwrap()
}
