use std::fs;
use std::path::Path;

use headcount_protocol::campaign::Campaign;
use headcount_protocol::ed25519::SecretSeed;
use headcount_protocol::entry::Entry;
use headcount_protocol::log::{Checkpoint, CosignatureSigner, SignatureLine, leaf_hash};
use serde_json::{Value, json};

use super::*;
use crate::world::World;
use crate::world::logs::TestLog;

/// The issuance log of issuer 0, in a directory.
struct Scene {
    world: World,
    log: TestLog,
    dir: tempfile::TempDir,
}

impl Scene {
    fn new() -> Self {
        let world = World::new("http://127.0.0.1:1", 0);
        let log = TestLog::new(&world, &world.issuance_logs[0]);
        Self { world, log, dir: tempfile::tempdir().unwrap() }
    }

    /// Appends a batch of this many issuances to people from this number on.
    fn grow(&mut self, first: u64, count: u64) {
        let issuance = |person: u64| {
            let mut digest = [0; 32];
            digest[..8].copy_from_slice(&person.to_be_bytes());
            let attestation = self.world.attest(0, digest.into(), person);
            let key = self.world.attester[0].public_key();
            let id = &self.world.campaign.id;
            Entry::Issuance(attestation.verify(id, 0, &digest.into(), &key).unwrap().1)
        };
        let entries = (first..first + count).map(issuance).collect();
        self.log.batch(&self.world, entries, Vec::new());
        self.write();
    }

    fn write(&self) {
        let _ = fs::remove_dir_all(self.path());
        self.log.write(self.path());
    }

    fn path(&self) -> &Path {
        self.dir.path()
    }

    fn read(&self, log: &mut GrowingLog, from: u64) -> Result<(), LogError> {
        let source = LogSource::Directory(self.path().to_owned());
        let key = &self.world.campaign.issuer(0).log.0;
        log.read(&source, &Checkpoint::open(&source.checkpoint()?, key)?, from)
    }
}

/// [LOG-4]
#[test]
fn a_log_is_found_again_in_every_larger_one() {
    let mut scene = Scene::new();
    scene.grow(0, 3);
    let mut read = GrowingLog::default();
    assert_eq!(scene.read(&mut read, 0), Ok(()));
    scene.grow(10, 4);
    assert_eq!(scene.read(&mut read, 0), Ok(()));
    let known = leaf_hash(&scene.log.entries[1]);
    assert!(read.holds(&known));

    let honest = scene.log.clone();
    scene.log.entries.truncate(5);
    scene.write();
    assert_eq!(scene.read(&mut read, 0), Err(LogError::Shrank));
    // Another history under the same key, as long and then longer.
    scene.log.entries[1] = scene.log.entries[2].clone();
    scene.grow(20, 4);
    assert_eq!(scene.log.entries.len(), honest.entries.len());
    assert_eq!(scene.read(&mut read, 0), Err(LogError::Root));
    scene.grow(30, 9);
    assert_eq!(scene.read(&mut read, 0), Err(LogError::Root));
    assert!(read.holds(&known));
    scene.log = honest;
    scene.grow(40, 1);
    assert_eq!(scene.read(&mut read, 0), Ok(()));
}

/// [LOG-10]
#[test]
fn an_edge_is_taken_up_only_if_it_leads_to_the_signed_root() {
    let mut scene = Scene::new();
    scene.grow(0, 600);
    // From entry 512 on the log is read after two hashes of level 1.
    assert_eq!(scene.read(&mut GrowingLog::default(), 512), Ok(()));
    let tile = scene.path().join("tile/1/000.p/2");
    let hashes = fs::read(&tile).unwrap();
    let mut flipped = hashes.clone();
    flipped[40] ^= 1;
    for (bytes, error) in [
        (flipped, LogError::Root),
        (hashes[..63].to_vec(), ReadError::Malformed.into()),
        (hashes.repeat(2), ReadError::Malformed.into()),
    ] {
        fs::write(&tile, bytes).unwrap();
        assert_eq!(scene.read(&mut GrowingLog::default(), 512), Err(error));
    }
}

/// [WIT-4, WIT-19]
#[test]
fn an_issuance_counts_when_it_is_witnessed() {
    let server = crate::world::server::Server::start(0);
    let witness = |byte: u8| {
        let name = format!("w{byte}.example").parse().unwrap();
        CosignatureSigner::new(name, SecretSeed::from([byte; 32]))
    };
    let witnesses = [200, 201, 202].map(witness);
    let mut manifest: Value = serde_json::from_slice(server.world.campaign.bytes()).unwrap();
    let keys = witnesses.each_ref().map(CosignatureSigner::key);
    manifest["witnesses"] = json!({ "quorum": 2, "faulty": 0, "keys": keys });
    let campaign = Campaign::parse(manifest.to_string().as_bytes()).unwrap();
    let mut log = TestLog::new(&server.world, &server.world.issuance_logs[0]);
    log.entries.push(b"an issuance".to_vec());
    let entry = leaf_hash(b"an issuance");
    let holds = || {
        let logs = IssuanceLogs::new(&campaign, crate::transport::Transport::new(1).unwrap());
        logs.holds(&campaign, 0, 0, &entry)
    };
    let serve = |lines: &[SignatureLine]| {
        let note = String::from_utf8(log.checkpoint()).unwrap();
        let note = lines.iter().fold(note, |note, line| note + &format!("{line}\n"));
        let files = log.files().into_iter().chain([("witnessed".to_owned(), note.into_bytes())]);
        let files = files.map(|(path, bytes)| (format!("issuances-0/{path}"), Some(bytes)));
        server.state.lock().unwrap().altered = files.collect();
    };
    let text = Checkpoint::open(&log.checkpoint(), log.signer.verifier_key()).unwrap().to_string();
    let [first, second, _] = witnesses.each_ref().map(|witness| witness.cosign(&text, 7));

    // It stands in the log's checkpoint, and nobody has cosigned that.
    serve(&[first.clone(), second.clone()]);
    server.state.lock().unwrap().altered.remove("issuances-0/witnessed");
    assert_eq!(holds(), Ok(false));
    serve(&[first.clone(), first.clone()]);
    assert_eq!(holds(), Err(LogError::Unwitnessed));
    let of_another = witnesses[1].cosign("another\n", 7);
    serve(&[first.clone(), of_another]);
    assert!(matches!(holds(), Err(LogError::Checkpoint(_))));
    serve(&[first, second]);
    assert_eq!(holds(), Ok(true));
}
