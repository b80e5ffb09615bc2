//! The log against the data of its standards.

#![expect(clippy::unwrap_used, reason = "what fails here is a failed test")]

use std::collections::BTreeMap;
use std::convert::Infallible;

use headcount_protocol::ed25519::SecretSeed;
use headcount_protocol::log::{
    Checkpoint, CosignatureKey, CosignatureSigner, Edge, Hash, HashTile, Level, Note, NoteSigner,
    Tile, TlogProof, VerifierKey, bundle, consistency_proof, inclusion_proof, leaf_hash, new_tiles,
    root, verify_consistency, verify_inclusion,
};
use headcount_tests::standards_vectors;
use serde_json::Value;

mod log_oracles;

/// A log as a web server has it: files by path, and no other state.
struct Served {
    size: u64,
    root: Hash,
    files: BTreeMap<String, Vec<u8>>,
}

impl Served {
    fn new(entries: &[Vec<u8>]) -> Self {
        let mut edge = Edge::new();
        let mut tiles = Vec::new();
        for entry in entries {
            tiles.extend(edge.push(leaf_hash(entry)));
        }
        tiles.extend(edge.partials());
        let mut files: BTreeMap<_, _> =
            tiles.iter().map(|tile| (tile.tile().to_string(), tile.to_bytes())).collect();
        for (index, entries) in (0..).zip(entries.chunks(256)) {
            let tile = Tile::of(Level::Entries, index, edge.size()).unwrap();
            files.insert(tile.to_string(), bundle::encode(entries).unwrap());
        }
        Self { size: edge.size(), root: edge.root(), files }
    }

    fn file(&self, tile: Tile) -> &[u8] {
        &self.files[&tile.to_string()]
    }

    /// The reader of stored hashes, for the tree that the log had at `size`.
    fn at(&self, size: u64) -> impl FnMut(u8, u64) -> Result<Hash, Infallible> {
        move |height, index| {
            assert!((index + 1) << height <= size, "asked for a hash the tree has not");
            let (tile, run) = Tile::holding(height, index, self.size).unwrap();
            Ok(HashTile::parse(tile, self.file(tile)).unwrap().subtree(run).unwrap())
        }
    }

    fn leaf(&self, index: u64) -> Hash {
        self.at(self.size)(0, index).unwrap()
    }

    fn root_at(&self, size: u64) -> Hash {
        root(size, self.at(size)).unwrap()
    }

    fn inclusion(&self, index: u64, size: u64) -> Vec<Hash> {
        inclusion_proof(index, size, self.at(size)).unwrap()
    }

    fn consistency(&self, old: u64, new: u64) -> Vec<Hash> {
        consistency_proof(old, new, self.at(new)).unwrap()
    }
}

fn numbered(size: u64) -> Vec<Vec<u8>> {
    (0..size).map(|i| i.to_be_bytes().to_vec()).collect()
}

fn hashes(value: &Value) -> Vec<Hash> {
    value.as_array().unwrap().iter().map(|hash| hash.as_str().unwrap().parse().unwrap()).collect()
}

fn text<'v>(value: &'v Value, key: &str) -> &'v str {
    value[key].as_str().unwrap()
}

/// The base64 hashes of a proof in text, of which there is one a line.
fn base64_lines(text: &str) -> Vec<Hash> {
    text.lines().filter_map(Hash::from_base64).collect()
}

#[test]
fn rfc_6962_trees_and_proofs() {
    let Some(vectors) = standards_vectors("tlog/rfc6962-small.json") else { return };
    let leaves = vectors["leaves"].as_array().unwrap().iter();
    let decode = |leaf: &Value| data_encoding::HEXLOWER.decode(leaf.as_str().unwrap().as_bytes());
    let log = Served::new(&leaves.map(|leaf| decode(leaf).unwrap()).collect::<Vec<_>>());
    let roots: Vec<Hash> =
        (0..=8).map(|n| text(&vectors["roots"], &n.to_string()).parse().unwrap()).collect();
    for (size, root) in (0..).zip(&roots) {
        assert_eq!(log.root_at(size), *root, "size {size}");
    }
    let number = |case: &Value, key: &str| case[key].as_u64().unwrap();
    let root = |size: u64| &roots[usize::try_from(size).unwrap()];
    let mut cases = 0;
    for case in vectors["inclusion"].as_array().unwrap() {
        let (index, size) = (number(case, "index"), number(case, "size"));
        let proof = hashes(&case["proof"]);
        assert_eq!(log.inclusion(index, size), proof);
        let leaf = log.leaf(index);
        assert_eq!(verify_inclusion(index, size, &leaf, &proof, root(size)), Ok(()));
        cases += 1;
    }
    for case in vectors["consistency"].as_array().unwrap() {
        let (old, new) = (number(case, "old"), number(case, "new"));
        let proof = hashes(&case["proof"]);
        assert_eq!(log.consistency(old, new), proof);
        assert_eq!(verify_consistency(old, new, root(old), root(new), &proof), Ok(()));
        cases += 1;
    }
    assert!(cases >= 64, "{cases} cases are not all of them");
}

#[test]
fn a_log_of_70_000_entries() {
    let log = Served::new(&numbered(70_000));
    assert_eq!(log.root.to_base64(), "B1kWeg+Y416ALUb/fH0p0sPwOmOiVt62q7/zV6kbY7E=");
    assert_eq!(log.root_at(70_000), log.root);

    let count = |start: &str, part: &str| {
        log.files.keys().filter(|path| path.starts_with(start) && path.contains(part)).count()
    };
    assert_eq!(log.files.len(), 2 * 274 + 2 + 1);
    assert_eq!([count("tile/0/", ""), count("tile/entries/", "")], [274, 274]);
    for path in ["tile/0/000", "tile/0/272", "tile/1/000"] {
        assert_eq!(log.files[path].len(), 8192, "{path}");
    }
    let partial = ["tile/0/273.p/112", "tile/1/001.p/17", "tile/2/000.p/1"];
    assert_eq!(partial.map(|path| log.files[path].len() / Hash::LEN), [112, 17, 1]);
    assert_eq!(log.files["tile/entries/273.p/112"].len(), 112 * (2 + 8));
    assert_eq!(count("", ".p/"), 4);
    let mut named: Vec<String> = new_tiles(0, 70_000).map(|tile| tile.to_string()).collect();
    named.sort();
    assert!(named.iter().eq(log.files.keys()));

    for tile in new_tiles(0, 70_000).filter(|tile| tile.level() == Level::Entries) {
        let entries = bundle::decode(log.file(tile), tile.width()).unwrap();
        let same = Tile::of(Level::Hashes(0), tile.index(), 70_000).unwrap();
        let hashes = HashTile::parse(same, log.file(same)).unwrap();
        assert!(entries.into_iter().map(leaf_hash).eq(hashes.hashes().iter().copied()));
    }

    let Some(notes) = standards_vectors("tlog/notes.json") else { return };
    let inclusion = text(&notes, "tlog_proof_entry_300").split_once("\n\n").unwrap().0;
    assert_eq!(log.inclusion(300, 70_000), base64_lines(inclusion));
    let growth = text(&notes, "add_checkpoint_request").split_once("\n\n").unwrap().0;
    assert_eq!(log.consistency(65_536, 70_000), base64_lines(growth));
}

#[test]
fn notes_and_checkpoints() {
    let Some(notes) = standards_vectors("tlog/notes.json") else { return };
    let key: VerifierKey = text(&notes, "log_vkey").parse().unwrap();
    let seed: [u8; 32] = headcount_protocol::bytes::from_hex(text(&notes, "log_seed")).unwrap();
    let signer = NoteSigner::new(key.name().clone(), SecretSeed::from(seed));
    assert_eq!(signer.verifier_key(), &key);
    assert_eq!(key.to_string(), text(&notes, "log_vkey"));
    assert_eq!(key.key().to_string(), text(&notes, "log_public"));

    let checkpoint: Checkpoint = text(&notes, "checkpoint_text").parse().unwrap();
    assert_eq!(checkpoint.sign(&signer).as_deref(), Ok(text(&notes, "checkpoint")));
    for note in ["checkpoint", "cosigned_checkpoint"] {
        assert_eq!(Checkpoint::open(text(&notes, note).as_bytes(), &key), Ok(checkpoint.clone()));
    }
    // To whom the witness is unknown, its line is one of many, and comes back as it was.
    let cosigned = Note::parse(text(&notes, "cosigned_checkpoint").as_bytes()).unwrap();
    assert_eq!(format!("{}\n", cosigned.signatures()[1]), text(&notes, "cosignature_line"));
    assert_eq!(cosigned.to_string(), text(&notes, "cosigned_checkpoint"));
    assert!(text(&notes, "witness_vkey").parse::<VerifierKey>().is_err(), "type 4 is no log key");

    let witness: CosignatureKey = text(&notes, "witness_vkey").parse().unwrap();
    let seed: [u8; 32] = headcount_protocol::bytes::from_hex(text(&notes, "witness_seed")).unwrap();
    let cosigner = CosignatureSigner::new(witness.name().clone(), SecretSeed::from(seed));
    assert_eq!(
        (cosigner.key(), &witness.to_string()[..]),
        (&witness, text(&notes, "witness_vkey"))
    );
    assert_eq!(witness.key().to_string(), text(&notes, "witness_public"));
    let line =
        cosigner.cosign(text(&notes, "checkpoint_text"), notes["cosign_time"].as_u64().unwrap());
    assert_eq!(line, cosigned.signatures()[1]);
    let note = text(&notes, "cosigned_checkpoint").as_bytes();
    let opened = Checkpoint::open_cosigned(note, &key, std::slice::from_ref(&witness)).unwrap();
    assert_eq!(opened.witnesses, [witness.name().clone()]);
    assert_eq!(opened.checkpoint, checkpoint);

    // [LOG-37]: entry 300 of the log of 70,000 numbers.
    let file = text(&notes, "tlog_proof_entry_300");
    let proof = TlogProof::parse(file.as_bytes()).unwrap();
    assert_eq!((proof.index, proof.to_string()), (300, file.to_owned()));
    assert_eq!(proof.verify(&300_u64.to_be_bytes(), &checkpoint), Ok(()));
    assert!(proof.verify(&301_u64.to_be_bytes(), &checkpoint).is_err());

    let empty: Checkpoint = text(&notes, "size0_checkpoint_text").parse().unwrap();
    assert_eq!((empty.size(), empty.root()), (0, &Hash::EMPTY_ROOT));
}

#[test]
fn the_example_of_signed_note() {
    let key = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k".parse();
    let note = "This is an example message.\n\n— example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6T\
        fXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n";
    let note = Note::parse(note.as_bytes()).unwrap();
    let known: [VerifierKey; 1] = [key.unwrap()];
    assert_eq!(note.verify(&known), Ok(vec![&known[0]]));
}
