//! Logs made by hand.

use std::collections::BTreeMap;
use std::path::Path;

use headcount_protocol::entry::{Entry, Seal};
use headcount_protocol::issuance::PendingToken;
use headcount_protocol::log::{Checkpoint, Edge, Level, NoteSigner, bundle, leaf_hash, new_tiles};
use headcount_protocol::pledge::{Opening, Pledge};
use headcount_protocol::secrets::Seed;
use headcount_protocol::token::TokenResponse;

use super::{World, signers};
use crate::chance::rng;

/// A log in memory.
#[derive(Clone)]
pub(crate) struct TestLog {
    pub(crate) signer: NoteSigner,
    pub(crate) entries: Vec<Vec<u8>>,
    pub(crate) sizes: Vec<u64>,
}

impl TestLog {
    pub(crate) fn new(world: &World, signer: &NoteSigner) -> Self {
        let entries = vec![Entry::Campaign(world.campaign.id).encode()];
        Self { signer: signer.clone(), entries, sizes: Vec::new() }
    }

    /// Appends a batch: the entries sorted, and their seal.
    pub(crate) fn batch(&mut self, world: &World, mut entries: Vec<Entry>, notes: Vec<Vec<u8>>) {
        entries.sort_by_key(|entry| entry.sort_key(&world.campaign.id));
        let count = u32::try_from(entries.len()).unwrap();
        let batch = u64::try_from(self.sizes.len()).unwrap();
        let seal = Entry::Seal(Seal { batch, count, issuance_checkpoints: notes });
        self.entries.extend(entries.iter().chain([&seal]).map(Entry::encode));
        self.sizes.push(u64::try_from(self.entries.len()).unwrap());
    }

    pub(crate) fn checkpoint(&self) -> Vec<u8> {
        let mut edge = Edge::new();
        self.entries.iter().for_each(|entry| drop(edge.push(leaf_hash(entry))));
        let origin = self.signer.verifier_key().name().clone();
        let checkpoint = Checkpoint::new(origin, edge.size(), edge.root()).unwrap();
        checkpoint.sign(&self.signer).unwrap().into_bytes()
    }

    /// Every file of the log, by path.
    pub(crate) fn files(&self) -> BTreeMap<String, Vec<u8>> {
        let mut edge = Edge::new();
        let pushed = self.entries.iter().flat_map(|entry| edge.push(leaf_hash(entry)));
        let mut tiles: Vec<_> = pushed.collect();
        tiles.extend(edge.partials());
        let mut files: BTreeMap<_, _> =
            tiles.iter().map(|tile| (tile.tile().to_string(), tile.to_bytes())).collect();
        for tile in new_tiles(0, edge.size()).filter(|tile| tile.level() == Level::Entries) {
            let start = usize::try_from(256 * tile.index()).unwrap();
            let entries = &self.entries[start..start + usize::from(tile.width())];
            files.insert(tile.to_string(), bundle::encode(entries).unwrap());
        }
        files.insert("checkpoint".to_owned(), self.checkpoint());
        files
    }

    pub(crate) fn write(&self, directory: &Path) {
        for (path, bytes) in self.files() {
            let path = directory.join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, bytes).unwrap();
        }
    }
}

/// All logs of a campaign.
#[derive(Clone)]
pub(crate) struct TestLogs {
    pub(crate) pledges: TestLog,
    pub(crate) issuances: Vec<TestLog>,
}

impl TestLogs {
    pub(crate) fn new(world: &World) -> Self {
        Self {
            pledges: TestLog::new(world, &world.pledge_log),
            issuances: world.issuance_logs.iter().map(|log| TestLog::new(world, log)).collect(),
        }
    }

    pub(crate) fn notes(&self) -> Vec<Vec<u8>> {
        self.issuances.iter().map(TestLog::checkpoint).collect()
    }

    /// Two batches of pledges in class `email`, after 300 issuances by its issuer.
    pub(crate) fn with_pledges(world: &World) -> (Self, Vec<Pledge>) {
        let mut logs = Self::new(world);
        let mut issued = Vec::new();
        let mut pledges = Vec::new();
        for person in 0..300u64 {
            let mut seed = [0; 32];
            seed[..8].copy_from_slice(&person.to_be_bytes());
            let seed = Seed::from(seed);
            // Four of them pledge; the requests of the others are never looked into.
            if person < 4 {
                let (entry, pledge) = world.pledge(&seed, person);
                issued.push(entry);
                pledges.push(pledge);
            } else {
                let attestation = world.attest(0, (*seed.expose()).into(), person);
                let digest = (*seed.expose()).into();
                let key = world.attester[0].public_key();
                let (_, vouching) =
                    attestation.verify(&world.campaign.id, 0, &digest, &key).unwrap();
                issued.push(Entry::Issuance(vouching));
            }
        }
        logs.issuances[0].batch(world, issued, Vec::new());
        for half in pledges.chunks(2) {
            let notes = logs.notes();
            let entries = half.iter().cloned().map(Entry::Pledge).collect();
            logs.pledges.batch(world, entries, notes);
        }
        (logs, pledges)
    }

    pub(crate) fn write(&self, world: &World, directory: &Path) {
        std::fs::create_dir_all(directory).unwrap();
        std::fs::write(directory.join("manifest.json"), world.campaign.bytes()).unwrap();
        self.pledges.write(&directory.join("pledges"));
        for (issuer, log) in self.issuances.iter().enumerate() {
            log.write(&directory.join(format!("issuances/{issuer}")));
        }
    }
}

impl World {
    /// Issuance entry and pledge of a person in class `email`.
    pub(crate) fn pledge(&self, seed: &Seed, person: u64) -> (Entry, Pledge) {
        let opening = Opening::derive(seed, &self.campaign.id, 0, 0);
        let pending = PendingToken::derive(seed, &self.campaign, 0, &opening).unwrap();
        let digest = pending.request().digest();
        let attestation = self.attest(0, digest, person);
        let key = self.attester[0].public_key();
        let (_, vouching) = attestation.verify(&self.campaign.id, 0, &digest, &key).unwrap();
        let blinded = pending.request().blinded_message;
        let response = TokenResponse(signers()[0].blind_sign(&blinded, &mut rng()).unwrap());
        let token = pending.finish(&response).unwrap();
        (Entry::Issuance(vouching), Pledge { opening, tokens: vec![token] })
    }
}
