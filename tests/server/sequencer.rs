//! One log on the disk: what is there when, and what after a failure.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use headcount_protocol::campaign::CampaignId;
use headcount_protocol::ed25519::SecretSeed;
use headcount_protocol::entry::{Entry, Seal, SortKey};
use headcount_protocol::log::{
    Checkpoint, Edge, HashTile, Level, NoteSigner, Tile, bundle, leaf_hash, new_tiles,
};
use headcount_server::sequencer::Log;
use headcount_server::store::log::{Committed, LogStore};
use sha2::{Digest as _, Sha256};

fn signer() -> NoteSigner {
    NoteSigner::new("host.example/log".parse().unwrap(), SecretSeed::from([3; 32]))
}

/// The log in this directory, taken up or begun.
pub(crate) fn open(dir: &Path) -> Log {
    let store = Arc::new(LogStore::open(&dir.join("log.sqlite")).unwrap());
    let campaign = CampaignId::from([7; 32]);
    Log::open(&campaign, &dir.join("log"), store, signer(), Box::new(|_| ())).unwrap()
}

/// An entry that stands anywhere among the others.
fn entry(number: u32) -> (SortKey, Vec<u8>) {
    let hash: [u8; 32] = Sha256::digest(number.to_be_bytes()).into();
    ((3, hash), [&[3], &hash[..]].concat())
}

pub(crate) fn insert(log: &Log, numbers: impl IntoIterator<Item = u32>) {
    let mut open = log.open_batch().unwrap();
    for number in numbers {
        let (key, bytes) = entry(number);
        open.insert(&key, &bytes).unwrap();
    }
}

/// What a web server would serve.
pub(crate) fn files(dir: &Path) -> BTreeMap<String, Vec<u8>> {
    fn collect(dir: &Path, prefix: &str, found: &mut BTreeMap<String, Vec<u8>>) {
        for file in std::fs::read_dir(dir).unwrap().flatten() {
            let name = format!("{prefix}{}", file.file_name().to_str().unwrap());
            if file.path().is_dir() {
                collect(&file.path(), &format!("{name}/"), found);
            } else {
                found.insert(name, std::fs::read(file.path()).unwrap());
            }
        }
    }
    let mut found = BTreeMap::new();
    collect(&dir.join("log"), "", &mut found);
    found
}

pub(crate) fn checkpoint(dir: &Path) -> Checkpoint {
    let note = std::fs::read(dir.join("log/checkpoint")).unwrap();
    Checkpoint::open(&note, signer().verifier_key()).unwrap()
}

/// Every entry, read as anybody would, and every tile compared with them.
fn read(dir: &Path) -> Vec<Vec<u8>> {
    let (files, checkpoint) = (files(dir), checkpoint(dir));
    let (mut edge, mut entries, mut tiles) = (Edge::new(), Vec::new(), Vec::new());
    for tile in new_tiles(0, checkpoint.size()).filter(|tile| tile.level() == Level::Entries) {
        for entry in bundle::decode(&files[&tile.to_string()], tile.width()).unwrap() {
            tiles.extend(edge.push(leaf_hash(entry)));
            entries.push(entry.to_vec());
        }
    }
    assert_eq!(edge.root(), *checkpoint.root());
    tiles.extend(edge.partials());
    for tile in &tiles {
        let there = HashTile::parse(tile.tile(), &files[&tile.tile().to_string()]);
        assert_eq!(there.as_ref(), Ok(tile));
    }
    entries
}

/// [LOG-7, LOG-8, LOG-27]
#[test]
fn a_checkpoint_ends_a_batch_and_all_it_implies_is_there() {
    let keep = tempfile::tempdir().unwrap();
    let log = open(keep.path());
    assert_eq!(checkpoint(keep.path()).size(), 1);
    let (mut next, mut size) = (0, 1);
    let mut earlier: Vec<Tile> = Vec::new();
    for (batch, count) in (0..).zip([1, 5, 248, 3, 300, 255, 1]) {
        insert(&log, next..next + count);
        next += count;
        assert_eq!(checkpoint(keep.path()).size(), size, "signed before the batch ended");
        assert_eq!(log.seal(1, Vec::new).unwrap(), Some(batch));
        size += u64::from(count) + 1;
        assert_eq!(checkpoint(keep.path()).size(), size);
        let entries = read(keep.path());
        let seal = Entry::Seal(Seal { batch, count, issuance_checkpoints: Vec::new() });
        assert_eq!(Entry::decode(entries.last().unwrap()), Ok(seal));
        // Nothing that an earlier checkpoint implies is gone, but what a full tile stands in for.
        earlier.extend(new_tiles(0, size));
        let files = files(keep.path());
        for tile in &earlier {
            let full = tile.full().is_some_and(|full| files.contains_key(&full.to_string()));
            assert!(full || files.contains_key(&tile.to_string()), "{tile} is gone");
        }
    }
    assert_eq!(log.seal(1, Vec::new).unwrap(), None, "an empty batch");
    assert!(size > 2 * 256);
}

/// [LOG-24, LOG-25]
#[test]
fn the_order_of_arrival_is_in_no_public_file() {
    let of = |order: &[u32]| {
        let keep = tempfile::tempdir().unwrap();
        let log = open(keep.path());
        order.iter().for_each(|number| insert(&log, [*number]));
        log.seal(1, Vec::new).unwrap();
        files(keep.path())
    };
    assert_eq!(of(&[1, 2, 3, 4, 5]), of(&[4, 2, 5, 1, 3]));
}

/// [LOG-7, LOG-32, LOG-33]
#[test]
fn a_batch_that_could_not_be_written_is_written_later_and_nothing_else_before() {
    let (sound, faulty) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let [log, halted] = [&sound, &faulty].map(|dir| open(dir.path()));
    for log in [&log, &halted] {
        insert(log, 0..300);
    }
    log.seal(1, Vec::new).unwrap();
    // Where the last tile belongs stands something that cannot be replaced.
    let obstacle = faulty.path().join("log/tile/1/000.p/1");
    std::fs::create_dir_all(&obstacle).unwrap();
    assert!(halted.seal(1, Vec::new).is_err());
    assert_eq!(checkpoint(faulty.path()).size(), 1, "it implies a tile that is not there");
    assert!(halted.open_batch().is_err(), "an entry could slip into the batch");
    drop(halted);
    std::fs::remove_dir(&obstacle).unwrap();

    let resumed = open(faulty.path());
    assert!(files(faulty.path()) == files(sound.path()), "other bytes than were committed");
    assert_eq!(resumed.pending_count().unwrap(), 0);
    insert(&resumed, [300]);
    assert_eq!(resumed.seal(1, Vec::new).unwrap(), Some(1));
    assert_eq!(read(faulty.path()).len(), 304);
}

/// [LOG-22]
#[test]
fn a_log_that_has_moved_on_signs_nothing_in_its_place() {
    let keep = tempfile::tempdir().unwrap();
    let store = LogStore::open(&keep.path().join("log.sqlite")).unwrap();
    let mut open = store.lock();
    let of = |size: u64| {
        let checkpoint = format!("the checkpoint of {size}");
        Committed { size, batch: 0, checkpoint, closing: Some(vec![0]) }
    };
    open.commit(0, &of(1)).unwrap();
    assert!(open.commit(1, &of(4)).is_err(), "another publication is under way");
    open.forget().unwrap();
    assert!(open.commit(0, &of(4)).is_err(), "the log has grown since");
    assert_eq!(open.committed().unwrap().checkpoint, "the checkpoint of 1");
    open.commit(1, &of(3)).unwrap();
    assert_eq!(open.committed().unwrap().checkpoint, "the checkpoint of 3");
}
