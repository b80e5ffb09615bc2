//! A database that refuses a statement: nothing is promised, signed or published of what is not
//! kept.

use std::path::Path;
use std::sync::Arc;

use headcount_protocol::attestation::Attestation;
use headcount_protocol::entry::Entry;
use headcount_protocol::issuance::PendingToken;
use headcount_protocol::pledge::Opening;
use headcount_protocol::rsa::BlindSigner;
use headcount_server::clock::Clock;
use headcount_server::counter::index::Index;
use headcount_server::counter::{Counter, RedeemError};
use headcount_server::issuer::{IssueError, Issuer};
use headcount_server::keys::Held;
use headcount_server::sequencer::Log;
use headcount_server::store::issuer;
use headcount_server::store::log::LogStore;
use headcount_tests::campaign::{Keys, issue, seed, small, tag};
use rusqlite::Connection;

use crate::sequencer::{checkpoint, files, insert, open};

/// Makes a database refuse statements of this kind, `INSERT ON pending` for one.
fn refuse(database: &Path, statements: &str) {
    let trigger = format!(
        "CREATE TRIGGER refusal BEFORE {statements} BEGIN SELECT RAISE(ABORT, 'refused'); END;"
    );
    Connection::open(database).unwrap().execute_batch(&trigger).unwrap();
}

fn allow(database: &Path) {
    Connection::open(database).unwrap().execute_batch("DROP TRIGGER refusal;").unwrap();
}

/// [LOG-31]
#[test]
fn nothing_is_seen_of_what_was_not_committed() {
    let keep = tempfile::tempdir().unwrap();
    let database = keep.path().join("log.sqlite");
    drop(open(keep.path()));
    let before = files(keep.path());
    refuse(&database, "UPDATE OF size ON log");
    let log = open(keep.path());
    insert(&log, 0..3);
    assert!(log.seal(1, Vec::new).is_err());
    assert!(files(keep.path()) == before, "files were written");
    drop(log);
    allow(&database);
    let log = open(keep.path());
    assert!(files(keep.path()) == before, "files were written");
    assert_eq!(log.pending_count().unwrap(), 3);
    // The batch was open all the time.
    insert(&log, [3]);
    assert_eq!(log.seal(1, Vec::new).unwrap(), Some(0));
    assert_eq!(checkpoint(keep.path()).size(), 1 + 4 + 1);
}

/// [LOG-32, LOG-33]
#[test]
fn a_batch_that_could_not_be_forgotten_takes_no_entry_and_is_not_sealed_twice() {
    let keep = tempfile::tempdir().unwrap();
    let database = keep.path().join("log.sqlite");
    drop(open(keep.path()));
    refuse(&database, "DELETE ON pending");
    let log = open(keep.path());
    insert(&log, 0..3);
    assert!(log.seal(1, Vec::new).is_err());
    let published = files(keep.path());
    assert_eq!(checkpoint(keep.path()).size(), 5);
    assert!(log.open_batch().is_err(), "an entry could be added to a sealed batch");
    assert!(log.seal(1, Vec::new).is_err());
    drop(log);
    allow(&database);
    let log = open(keep.path());
    assert_eq!(log.pending_count().unwrap(), 0);
    assert!(files(keep.path()) == published, "other bytes than before");
}

/// [PLG-15]
#[test]
fn no_receipt_is_signed_for_what_is_not_kept() {
    let keep = tempfile::tempdir().unwrap();
    let database = keep.path().join("counter.sqlite");
    let campaign = Arc::new(small());
    let keys = Keys::shared();
    let counter = || {
        let store = Arc::new(LogStore::open(&database).unwrap());
        let (dir, signer) = (keep.path().join("log"), keys.pledge_log.clone());
        let log = Log::open(&campaign.id, &dir, store, signer, Box::new(|_| ())).unwrap();
        let index = Arc::new(Index::new(&campaign));
        let (clock, _) = Clock::manual(campaign.manifest.schedule.opens);
        let receipts = keys.receipts.clone();
        Counter::new(campaign.clone(), receipts, Arc::new(log), index, Vec::new(), clock)
    };
    let pledge = issue(&campaign, 1, 0, 0).pledge;
    drop(counter());
    refuse(&database, "INSERT ON pending");
    let refused = counter().redeem(pledge.clone());
    assert!(matches!(refused, Err(RedeemError::Store(_))), "{refused:?}");
    allow(&database);
    let receipt = counter().redeem(pledge).unwrap();
    assert_eq!(counter().log().pending_count().unwrap(), 1);
    assert_eq!(receipt.verify(&keys.receipts.public_key()), Ok(()));
}

/// [ATT-16]
#[test]
fn nothing_is_signed_of_which_tag_and_entry_are_not_both_kept() {
    let keep = tempfile::tempdir().unwrap();
    let database = keep.path().join("issuer.sqlite");
    let campaign = Arc::new(small());
    let keys = Keys::shared();
    let issuer = || {
        let store = Arc::new(issuer::open(&database).unwrap());
        let (dir, signer) = (keep.path().join("log"), keys.issuance_logs[0].clone());
        let (id, database) = (&campaign.id, store.clone());
        let log = Log::open(id, &dir, database, signer, Box::new(|_| ())).unwrap();
        let key = BlindSigner::from_der(&keys.tokens[0].to_der()).unwrap();
        let (clock, _) = Clock::manual(campaign.manifest.schedule.opens);
        let key = Held::new(Some(key), Vec::new());
        Issuer::new(campaign.clone(), 0, key, store, Arc::new(log), clock)
    };
    let opening = Opening::derive(&seed(1), &campaign.id, 0, 0);
    let pending = PendingToken::derive(&seed(1), &campaign, 0, &opening).unwrap();
    let digest = pending.request().digest();
    let attest = || {
        let (secret, key) = (&keys.commitments[0], &keys.attesters[0]);
        Attestation::sign(&campaign.id, 0, digest, tag(1), secret, key)
    };
    drop(issuer());
    for half in ["INSERT ON pending", "INSERT ON tag"] {
        refuse(&database, half);
        let issuer = issuer();
        let refused = issuer.issue(pending.request(), attest());
        assert!(matches!(refused, Err(IssueError::Store(_))), "{half}");
        let open = issuer.log().open_batch().unwrap();
        assert_eq!(open.registered(&tag(1)).unwrap(), None, "{half}");
        assert_eq!(open.pending_count().unwrap(), 0, "{half}");
        drop(open);
        drop(issuer);
        allow(&database);
    }
    let issuer = issuer();
    let answer = issuer.issue(pending.request(), attest()).unwrap();
    let (_, vouching) =
        attest().verify(&campaign.id, 0, &digest, &keys.attesters[0].public_key()).unwrap();
    let entry = Entry::Issuance(vouching).encode();
    assert_eq!(issuer.log().open_batch().unwrap().pending().unwrap(), [entry]);
    assert!(pending.finish(&answer).is_ok());
}
