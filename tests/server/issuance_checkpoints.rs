//! What a counter seals of the issuance logs, whatever it is served.

use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::sync::{Arc, Mutex};

use headcount_protocol::campaign::Campaign;
use headcount_protocol::ed25519::SecretSeed;
use headcount_protocol::entry::{Entry, Seal};
use headcount_protocol::log::NoteSigner;
use headcount_server::clock::Clock;
use headcount_server::counter::Counter;
use headcount_server::counter::index::Index;
use headcount_server::peer::Peer;
use headcount_server::sequencer::{Log, Observer};
use headcount_server::store::log::LogStore;
use headcount_tests::campaign::{Keys, issue, small};
use headcount_tests::logs::LogBuilder;
use tokio::runtime::Runtime;

use crate::witnessed;

/// An issuance log that serves whatever it is told to.
struct Stub(Arc<Mutex<Vec<u8>>>);

impl Stub {
    fn start() -> (Self, Peer) {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let peer = Peer::remote(&format!("http://{}", listener.local_addr().unwrap()));
        let served = Arc::new(Mutex::new(Vec::new()));
        let stub = Self(served.clone());
        std::thread::spawn(move || {
            for mut stream in listener.incoming().flatten() {
                let mut head = Vec::new();
                while !head.ends_with(b"\r\n\r\n") {
                    let mut byte = [0];
                    if stream.read_exact(&mut byte).is_err() {
                        break;
                    }
                    head.push(byte[0]);
                }
                let body = served.lock().unwrap().clone();
                let head = format!(
                    "HTTP/1.1 200 OK\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
                    body.len()
                );
                let _ = stream.write_all(&[head.as_bytes(), &body].concat());
            }
        });
        (stub, peer)
    }

    fn serves(&self, note: &[u8]) {
        *self.0.lock().unwrap() = note.to_vec();
    }
}

/// The note with lines of others below it, so that it has at least this many bytes.
fn padded(note: &[u8], length: usize) -> Vec<u8> {
    let line = format!("— {} AAAAAAA=\n", "x".repeat(length / 60));
    [note, line.repeat(61).as_bytes()].concat()
}

struct Bench {
    runtime: Runtime,
    counter: Arc<Counter>,
    entries: u8,
    _dir: tempfile::TempDir,
}

impl Bench {
    fn new(campaign: Campaign, peers: Vec<Peer>) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let index = Arc::new(Index::new(&campaign));
        let observer: Observer = {
            let index = index.clone();
            Box::new(move |published| index.observe(published))
        };
        let store = Arc::new(LogStore::open(&dir.path().join("counter.sqlite")).unwrap());
        let keys = Keys::shared();
        let signer = keys.pledge_log.clone();
        let log = Log::open(&campaign.id, &dir.path().join("log"), store, signer, observer);
        let (clock, _) = Clock::manual(0);
        let log = Arc::new(log.unwrap());
        let receipts = keys.receipts.clone();
        let counter = Counter::new(Arc::new(campaign), receipts, log, index, peers, clock);
        let runtime = Runtime::new().unwrap();
        Self { runtime, counter: Arc::new(counter), entries: 0, _dir: dir }
    }

    /// Seals a batch of one entry; returns what the seal carries.
    fn seal(&mut self) -> [Vec<u8>; 2] {
        self.entries += 1;
        let key = (1, [self.entries; 32]);
        self.counter.log().open_batch().unwrap().insert(&key, &[1, self.entries]).unwrap();
        self.runtime.block_on(self.counter.seal(1)).unwrap().unwrap();
        [0, 1].map(|issuer| self.counter.index().issuance_checkpoint(issuer))
    }
}

/// [LOG-28, LOG-29, WIT-6]
#[test]
fn a_seal_carries_only_what_verifies_and_fits_and_never_less() {
    let campaign = small();
    let mut log = LogBuilder::issuances(&campaign, 0);
    let begun = log.note();
    let mut grow = |person| {
        let entry = Entry::Issuance(issue(&campaign, person, 0, 0).vouchings[0]);
        log.batch(&campaign, vec![entry], Vec::new());
        let name = log.checkpoint().origin().clone();
        let forger = NoteSigner::new(name, SecretSeed::from([99; 32]));
        (log.note(), log.checkpoint().sign(&forger).unwrap().into_bytes())
    };
    let ((small_one, _), (large, forged)) = (grow(1), grow(2));
    let limit = Seal::checkpoint_limit(2);
    let too_long = padded(&large, limit + 1);
    assert!(too_long.len() > limit);

    let ((first, first_peer), (second, second_peer)) = (Stub::start(), Stub::start());
    let mut bench = Bench::new(campaign.clone(), vec![first_peer, second_peer]);
    let other = LogBuilder::issuances(&campaign, 1).note();
    second.serves(&other);
    // Nothing is better than what does not verify.
    first.serves(&forged);
    assert_eq!(bench.seal(), [Vec::new(), other.clone()]);
    first.serves(&small_one);
    assert_eq!(bench.seal(), [small_one.clone(), other.clone()]);
    for refused in [&begun, &forged, &other, &b"no note".to_vec(), &Vec::new()] {
        first.serves(refused);
        assert_eq!(bench.seal(), [small_one.clone(), other.clone()]);
    }
    // What others have put below it is left out.
    first.serves(&too_long);
    assert_eq!(bench.seal(), [large, other]);
}

/// [WIT-6, WIT-18]
#[test]
fn a_seal_carries_only_what_is_witnessed() {
    let campaign = witnessed::campaign();
    let all = witnessed::witnesses();
    let ((first, first_peer), (second, second_peer)) = (Stub::start(), Stub::start());
    let [note, other] = [0, 1].map(|issuer| LogBuilder::issuances(&campaign, issuer).note());
    let note = String::from_utf8(note).unwrap();
    let with = |count: usize| witnessed::cosigned(&note, &all[..count]).into_bytes();
    let mut bench = Bench::new(campaign, vec![first_peer, second_peer]);
    second.serves(&other);
    first.serves(&with(2));
    assert!(bench.seal().iter().all(Vec::is_empty));
    // Four lines and others: three of them are sealed.
    first.serves(&[&with(4)[..], "— stranger AAAAAAA=\n".as_bytes()].concat());
    assert_eq!(bench.seal(), [with(3), Vec::new()]);
    first.serves(&with(0));
    assert_eq!(bench.seal(), [with(3), Vec::new()]);
}
