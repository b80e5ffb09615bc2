//! The log against other implementations of its standards.

use ct_merkle::mem_backed_tree::MemoryBackedTree;
use headcount_protocol::ed25519::SecretSeed;
use headcount_protocol::log::{
    Checkpoint, Hash, Level, Note, NoteSigner, Tile, TileError, new_tiles, verify_consistency,
    verify_inclusion,
};
use proptest::prelude::*;
use sha2::Sha256;
use signed_note::{Signer as _, VerifierList};

use super::{Served, numbered};

fn bytes(hashes: &[Hash]) -> Vec<u8> {
    hashes.iter().flat_map(|hash| *hash.as_bytes()).collect()
}

#[test]
fn ct_merkle_agrees() {
    let sizes = (1..=70).chain([255, 256, 257, 511, 512, 513, 1000]);
    let log = Served::new(&numbered(1000));
    let mut tree = MemoryBackedTree::<Sha256, Vec<u8>>::new();
    let mut roots = vec![Hash::EMPTY_ROOT];
    let mut entries = numbered(1000).into_iter();
    for size in sizes {
        while tree.len() < size {
            tree.push(entries.next().unwrap());
            roots.push(Hash::from(<[u8; 32]>::from(*tree.root().as_bytes())));
        }
        let root = roots.last().unwrap();
        assert_eq!(log.root_at(size), *root, "root of {size}");
        let step = if size <= 70 { 1 } else { 7 };
        for index in (0..size).step_by(step).chain([size - 1]) {
            let proof = log.inclusion(index, size);
            let theirs = tree.prove_inclusion(usize::try_from(index).unwrap());
            assert_eq!(bytes(&proof), theirs.as_bytes(), "leaf {index} of {size}");
            assert_eq!(verify_inclusion(index, size, &log.leaf(index), &proof, root), Ok(()));
            let next = log.leaf((index + 1) % 1000);
            assert!(verify_inclusion(index, size, &next, &proof, root).is_err());
        }
        for old in (1..size).step_by(step) {
            let proof = log.consistency(old, size);
            let theirs = tree.prove_consistency(usize::try_from(size - old).unwrap());
            assert_eq!(bytes(&proof), theirs.as_bytes(), "{old} to {size}");
            let old_root = &roots[usize::try_from(old).unwrap()];
            assert_eq!(verify_consistency(old, size, old_root, root, &proof), Ok(()));
            assert!(verify_consistency(old, size, root, root, &proof).is_err());
            assert!(verify_consistency(old, size, old_root, old_root, &proof).is_err());
        }
    }
}

/// The hashes `tlog_tiles` keeps for a log, in its order.
struct Stored(Vec<tlog_tiles::Hash>);

impl Stored {
    fn new(entries: &[Vec<u8>]) -> Self {
        let mut stored = Self(Vec::new());
        for (index, entry) in (0..).zip(entries) {
            let more = tlog_tiles::stored_hashes(index, entry, &stored).unwrap();
            stored.0.extend(more);
        }
        stored
    }
}

impl tlog_tiles::HashReader for Stored {
    fn read_hashes(&self, indexes: &[u64]) -> Result<Vec<tlog_tiles::Hash>, tlog_tiles::Error> {
        Ok(indexes.iter().map(|index| self.0[usize::try_from(*index).unwrap()]).collect())
    }
}

fn ours(hashes: &[tlog_tiles::Hash]) -> Vec<Hash> {
    hashes.iter().map(|hash| Hash::from(hash.0)).collect()
}

/// A signer of ours and the same one of `signed_note`.
fn signers(name: &str, seed: [u8; 32]) -> (NoteSigner, signed_note::StandardSigner) {
    let signer = NoteSigner::new(name.parse().unwrap(), SecretSeed::from(seed));
    let key = data_encoding::BASE64.encode(&[&[1], &seed[..]].concat());
    let id = signer.verifier_key().id();
    let theirs = signed_note::StandardSigner::new(&format!("PRIVATE+KEY+{name}+{id:08x}+{key}"));
    (signer, theirs.unwrap())
}

/// Characters on which two parsers of a note or checkpoint could disagree.
const ODD: &str = "[\n\r\t +=/—0A\u{0}\u{7f}\u{85}\u{a0}\u{2028}\u{feff}]{0,2}";

/// `text` with up to two characters replaced by others, at a place anywhere between 0 and 1.
fn changed(text: &str, place: f64, cut: usize, odd: &str) -> String {
    let mut chars: Vec<char> = text.chars().collect();
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        clippy::cast_precision_loss,
        reason = "a place within a short text"
    )]
    let start = (place * chars.len() as f64) as usize;
    let end = (start + cut).min(chars.len());
    chars.splice(start..end, odd.chars());
    chars.into_iter().collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..Default::default() })]

    #[test]
    fn tlog_tiles_agrees_on_trees(
        entries in proptest::collection::vec(proptest::collection::vec(any::<u8>(), 0..9), 1..600),
        index: prop::sample::Index,
        old: prop::sample::Index,
    ) {
        let (log, stored) = (Served::new(&entries), Stored::new(&entries));
        let size = log.size;
        prop_assert_eq!(log.root.as_bytes(), &tlog_tiles::tree_hash(size, &stored).unwrap().0);

        let index = index.index(entries.len()) as u64;
        let proof = tlog_tiles::prove_record(size, index, &stored).unwrap();
        prop_assert_eq!(log.inclusion(index, size), ours(&proof));

        let old = old.index(entries.len()) as u64 + 1;
        let proof = tlog_tiles::prove_tree(size, old, &stored).unwrap();
        prop_assert_eq!(log.consistency(old, size), ours(&proof));

        // Their tiles are named tile/<height>/…, and theirs of entries are not bundles.
        let theirs = tlog_tiles::Tile::new_tiles(8, old, size);
        let hash_tiles: Vec<Tile> =
            new_tiles(old, size).filter(|tile| tile.level() != Level::Entries).collect();
        let names = |tile: &Tile| tile.to_string().replacen("tile/", "tile/8/", 1);
        prop_assert_eq!(
            hash_tiles.iter().map(names).collect::<Vec<_>>(),
            theirs.iter().map(tlog_tiles::Tile::path).collect::<Vec<_>>()
        );
        for (tile, theirs) in hash_tiles.iter().zip(&theirs) {
            prop_assert_eq!(log.file(*tile), theirs.read_data(&stored).unwrap());
        }
    }

    // Not with the width 0, on which they panic.
    #[test]
    fn tlog_tiles_agrees_on_paths(
        path in r"[0-7]/(x?[0-9]{2,3}/|x000/){0,2}(000|[0-9]{3})(\.p/(0?[1-9][0-9]?|25[0-6]))?"
    ) {
        let ours = format!("tile/{path}").parse::<Tile>();
        if ours == Err(TileError::OutOfRange) {
            return Ok(()); // They know no largest tree.
        }
        let theirs = tlog_tiles::Tile::from_path(&format!("tile/8/{path}"));
        prop_assert_eq!(ours.is_ok(), theirs.is_ok(), "{}", path);
        if let (Ok(ours), Ok(theirs)) = (ours, theirs) {
            prop_assert_eq!(ours.index(), theirs.level_index());
            prop_assert_eq!(u32::from(ours.width()), theirs.width());
        }
    }

    /// [OVR-9]
    #[test]
    fn signed_note_agrees(
        seed: [u8; 32],
        name in "[^\\s+\u{0}-\u{1f}]{1,20}",
        text in "[^\u{0}-\u{9}\u{b}-\u{1f}]{0,60}\n",
    ) {
        let (signer, theirs) = signers(&name, seed);
        let note = Note::sign(&text, &signer).unwrap();
        let mut other = signed_note::Note::new(text.as_bytes(), &[]).unwrap();
        other.add_sigs(&[&theirs]).unwrap();
        prop_assert_eq!(note.to_string().into_bytes(), other.to_bytes());

        let key = signed_note::StandardVerifier::new(&signer.verifier_key().to_string()).unwrap();
        prop_assert!(other.verify(&VerifierList::new(vec![Box::new(key)])).is_ok());
        prop_assert_eq!(theirs.key_id(), signer.verifier_key().id());
    }

    /// [LOG-15]
    #[test]
    fn parsers_agree_on_changed_notes(place in 0.0..=1.0, cut in 0usize..3, odd in ODD) {
        let (signer, _) = signers("example.org/log", [1; 32]);
        let checkpoint =
            Checkpoint::new("example.org/log".parse().unwrap(), 10, Hash::from([0xfb; 32])).unwrap();

        let note = changed(&checkpoint.sign(&signer).unwrap(), place, cut, &odd);
        let theirs = signed_note::Note::from_bytes(note.as_bytes());
        let ours = Note::parse(note.as_bytes());
        prop_assert_eq!(ours.is_ok(), theirs.is_ok(), "{:?}", note);
        if let Ok(ours) = &ours {
            prop_assert_eq!(ours.to_string(), note.as_str());
        }
        let opened = Checkpoint::open(note.as_bytes(), signer.verifier_key());
        prop_assert!(opened.is_err() || opened == Ok(checkpoint.clone()));

        let text = changed(&checkpoint.to_string(), place, cut, &odd);
        if let Ok(ours) = text.parse::<Checkpoint>() {
            let theirs = tlog_tiles::Checkpoint::from_bytes(text.as_bytes()).unwrap();
            prop_assert_eq!(theirs.size(), ours.size());
            prop_assert_eq!(&theirs.hash().0, ours.root().as_bytes());
            prop_assert_eq!(theirs.origin(), ours.origin().as_str());
        }
    }
}
