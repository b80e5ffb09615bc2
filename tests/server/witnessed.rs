//! What a log serves of its witnesses' cosignatures, and what a counter seals of them.

use std::sync::Arc;

use headcount_protocol::campaign::Campaign;
use headcount_protocol::ed25519::SecretSeed;
use headcount_protocol::log::{Checkpoint, CosignatureSigner, Cosigned, verify_consistency};
use headcount_server::config::WitnessConfig;
use headcount_server::sequencer::Log;
use headcount_server::store::log::LogStore;
use headcount_server::witnessing::{WitnessesError, check};
use headcount_tests::campaign::{Keys, draft_manifest};
use serde_json::json;
use tempfile::TempDir;

/// Four witnesses of whom three suffice.
pub(crate) fn witnesses() -> [CosignatureSigner; 4] {
    [201, 202, 203, 204].map(|byte: u8| {
        let name = format!("w{byte}.example").parse().unwrap();
        CosignatureSigner::new(name, SecretSeed::from([byte; 32]))
    })
}

/// The test campaign with these witnesses.
pub(crate) fn campaign() -> Campaign {
    let mut manifest = draft_manifest();
    let keys = witnesses().each_ref().map(|witness| witness.key().to_string());
    manifest["witnesses"] = json!({ "quorum": 3, "faulty": 1, "keys": keys });
    Campaign::parse(manifest.to_string().as_bytes()).unwrap()
}

/// The note with a line of each of these witnesses below it.
pub(crate) fn cosigned(note: &str, witnesses: &[CosignatureSigner]) -> String {
    let (text, _) = note.split_once("\n\n").unwrap();
    let lines = witnesses.iter().map(|witness| witness.cosign(&format!("{text}\n"), 1_800_000_000));
    lines.fold(note.to_owned(), |note, line| format!("{note}{line}\n"))
}

struct Bench {
    dir: TempDir,
    campaign: Campaign,
    entries: u32,
}

impl Bench {
    fn new() -> Self {
        Self { dir: tempfile::tempdir().unwrap(), campaign: campaign(), entries: 0 }
    }

    fn open(&self) -> Log {
        let store = Arc::new(LogStore::open(&self.dir.path().join("counter.sqlite")).unwrap());
        let signer = Keys::shared().pledge_log.clone();
        let dir = self.dir.path().join("log");
        Log::open(&self.campaign.id, &dir, store, signer, Box::new(|_| ())).unwrap()
    }

    /// Seals a batch; returns the checkpoint.
    fn grow(&mut self, log: &Log, entries: u32) -> String {
        for _ in 0..entries {
            self.entries += 1;
            let mut key = [0; 32];
            key[..4].copy_from_slice(&self.entries.to_be_bytes());
            log.open_batch().unwrap().insert(&(1, key), &[1]).unwrap();
        }
        log.seal(1, Vec::new).unwrap().unwrap();
        log.latest().unwrap()
    }

    fn opened(&self, note: &str) -> Cosigned {
        self.campaign.open_pledge_checkpoint(note.as_bytes()).unwrap()
    }

    fn publish(&self, log: &Log, note: &str) {
        let opened = self.opened(note);
        log.publish_cosigned(&opened, self.campaign.is_witnessed(&opened)).unwrap();
    }

    fn served(&self, name: &str) -> Option<String> {
        std::fs::read_to_string(self.dir.path().join("log").join(name)).ok()
    }
}

/// [WIT-4, WIT-17]
#[test]
fn what_is_served_as_witnessed_never_falls() {
    let mut bench = Bench::new();
    let log = bench.open();
    let (all, begun) = (witnesses(), log.latest().unwrap());
    let small = bench.grow(&log, 3);
    assert_eq!(log.files().read("witnessed").unwrap(), None);
    // Two are too few; their lines are served all the same.
    let two = cosigned(&small, &all[..2]);
    bench.publish(&log, &two);
    assert_eq!((bench.served("checkpoint"), bench.served("witnessed")), (Some(two), None));
    let three = cosigned(&small, &all[..3]);
    bench.publish(&log, &three);
    assert_eq!(bench.served("checkpoint"), Some(three.clone()));
    assert_eq!(bench.served("witnessed"), Some(three.clone()));
    // What is cosigned late is not the latest, nor the largest.
    bench.publish(&log, &cosigned(&begun, &all));
    assert_eq!(bench.served("checkpoint"), Some(three.clone()));
    assert_eq!(bench.served("witnessed"), Some(three));
    let large = bench.grow(&log, 2);
    assert_eq!(bench.served("checkpoint"), Some(large.clone()));
    bench.publish(&log, &cosigned(&small, &all));
    assert_eq!(bench.served("checkpoint"), Some(large.clone()));
    assert_eq!(bench.served("witnessed"), Some(cosigned(&small, &all)));

    drop(log);
    let log = bench.open();
    assert_eq!(bench.served("witnessed"), Some(cosigned(&small, &all)));
    let witnessed = cosigned(&large, &all[1..]);
    bench.publish(&log, &witnessed);
    assert_eq!(log.files().read("witnessed").unwrap(), Some(witnessed.into_bytes()));
}

/// [WIT-13]
#[test]
fn every_size_is_proved_from_the_files() {
    let mut bench = Bench::new();
    let log = bench.open();
    let open = |note: String| Checkpoint::open(note.as_bytes(), log.key()).unwrap();
    let mut published = vec![open(log.latest().unwrap())];
    for entries in [3, 250, 1, 300, 40] {
        published.push(open(bench.grow(&log, entries)));
        let new = published.last().unwrap();
        for old in &published {
            let proof = log.consistency(old.size(), new.size()).unwrap();
            let shown = verify_consistency(old.size(), new.size(), old.root(), new.root(), &proof);
            assert_eq!(shown, Ok(()), "{} to {}", old.size(), new.size());
        }
        assert_eq!(log.consistency(0, new.size()).unwrap(), []);
    }
    // Also to a size of which the partial tiles are gone.
    let (old, new) = (&published[2], &published[3]);
    assert_eq!((old.size(), new.size()), (256, 258));
    let proof = log.consistency(old.size(), new.size()).unwrap();
    assert_eq!(verify_consistency(old.size(), new.size(), old.root(), new.root(), &proof), Ok(()));
}

/// [WIT-5]
#[test]
fn without_witnesses_a_signed_checkpoint_will_do() {
    let mut bench = Bench::new();
    let log = bench.open();
    let note = bench.grow(&log, 1);
    let without = headcount_tests::campaign::small();
    let opened = without.open_pledge_checkpoint(note.as_bytes()).unwrap();
    assert!(without.suffices(&opened) && !without.is_witnessed(&opened));
    assert!(!without.has_witnesses() && bench.campaign.has_witnesses());
    assert!(!bench.campaign.suffices(&bench.opened(&note)));
    let three = bench.opened(&cosigned(&note, &witnesses()[1..]));
    assert!(bench.campaign.suffices(&three) && bench.campaign.is_witnessed(&three));
}

#[test]
fn only_witnesses_of_the_manifest_are_configured() {
    let [first, ..] = witnesses();
    let stranger = CosignatureSigner::new("w".parse().unwrap(), SecretSeed::from([250; 32]));
    let at = |signer: &CosignatureSigner, url: &str| WitnessConfig {
        key: signer.key().clone(),
        url: url.to_owned(),
    };
    let url = "https://w.example";
    let campaign = campaign();
    let checked = |configured: &[WitnessConfig]| check(&campaign, configured);
    assert_eq!(checked(&[]), Ok(()));
    assert_eq!(checked(&[at(&first, url)]), Ok(()));
    let unknown = |result| matches!(result, Err(WitnessesError::Unknown(_)));
    assert!(unknown(checked(&[at(&stranger, url)])));
    assert!(unknown(checked(&[at(&first, url), at(&first, url)])));
    let plain = checked(&[at(&first, "http://w.example")]);
    assert!(matches!(plain, Err(WitnessesError::Url(..))), "{plain:?}");
}
