use std::sync::Barrier;

use headcount_protocol::log::{
    Checkpoint, ConsistencyError, Hash, Note, consistency_proof, leaf_hash, tree_root,
};

use super::*;
use crate::world::World;
use crate::world::logs::TestLog;

struct Scene {
    dir: tempfile::TempDir,
    world: World,
    log: TestLog,
}

impl Scene {
    fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let world = World::new("https://counter.example", 0);
        let log = TestLog::new(&world, &world.pledge_log);
        key::make(dir.path(), "w.example/1".parse().unwrap()).unwrap();
        Self { dir, world, log }
    }

    fn open(&self) -> Result<Witness, WitnessError> {
        Witness::open(self.dir.path(), std::slice::from_ref(&self.world.campaign))
    }

    /// The request to go from `old` entries of the log to all that it has.
    fn request(log: &TestLog, old: u64) -> Vec<u8> {
        let leaves: Vec<Hash> = log.entries.iter().map(|entry| leaf_hash(entry)).collect();
        let size = u64::try_from(leaves.len()).unwrap();
        let read = |height: u8, index: u64| {
            let from = usize::try_from(index << height).unwrap();
            Ok::<_, ()>(tree_root(&leaves[from..from + (1 << height)]))
        };
        let proof = consistency_proof(old, size, read).unwrap_or_default();
        AddCheckpoint { old, proof, note: Note::parse(&log.checkpoint()).unwrap() }.encode()
    }

    /// Entries that differ by `mark`; what they say is nothing to a witness.
    fn grow(log: &mut TestLog, mark: u8, count: u8) {
        log.entries.extend((0..count).map(|at| vec![mark, at]));
    }

    fn file(&self, witness: &Witness) -> PathBuf {
        let hash = witness.logs[self.log.signer.verifier_key().name().as_str()].hash().to_owned();
        self.dir.path().join("logs").join(hash)
    }
}

/// [WIT-9, WIT-12]
#[test]
fn a_witness_cosigns_a_log_that_grows() {
    let mut scene = Scene::new();
    let witness = scene.open().unwrap();
    assert_eq!(witness.logs().count(), 4);
    let file = scene.file(&witness);
    let hash = file.file_name().unwrap().to_str().unwrap().to_owned();
    assert_eq!(witness.latest(&hash), None);
    let (log, key) = (scene.log.signer.verifier_key().clone(), [witness.key().clone()]);
    let mut old = 0;
    // The clock may be put back, the times do not go back.
    for (count, now, time) in
        [(0, 100, 100), (3, 90, 100), (0, 105, 105), (250, 104, 105), (9, 200, 200)]
    {
        Scene::grow(&mut scene.log, 7, count);
        let line = witness.add(&Scene::request(&scene.log, old), now).unwrap();
        let checkpoint = Checkpoint::open(&scene.log.checkpoint(), &log).unwrap();
        assert_eq!(witness.key().time_of(&checkpoint.to_string(), &line), Some(time));
        let note = witness.latest(&hash).unwrap();
        assert_eq!(std::fs::read_to_string(&file).unwrap(), note);
        let cosigned = Checkpoint::open_cosigned(note.as_bytes(), &log, &key).unwrap();
        assert_eq!((&cosigned.checkpoint, cosigned.cosignatures()), (&checkpoint, &[line][..]));
        old = checkpoint.size();
    }
    let strange = TestLog::new(
        &scene.world,
        &headcount_protocol::log::NoteSigner::new(
            "elsewhere/log".parse().unwrap(),
            headcount_protocol::ed25519::SecretSeed::from([99; 32]),
        ),
    );
    let refused = witness.add(&Scene::request(&strange, 0), 300);
    assert_eq!(refused, Err(Refusal::UnknownLog.into()));
    assert!(matches!(witness.add(b"old", 300), Err(AddError::Request(_))));
}

/// The answer got lost, or the process died before it was sent: what was stored stays. [WIT-10]
#[test]
fn what_was_stored_is_remembered_by_the_next_process() {
    let mut scene = Scene::new();
    let mut fork = scene.log.clone();
    Scene::grow(&mut scene.log, 1, 5);
    Scene::grow(&mut fork, 2, 5);
    let witness = scene.open().unwrap();
    drop(witness.add(&Scene::request(&scene.log, 0), 100));
    drop(witness);
    let witness = scene.open().unwrap();
    let refused = |body: &[u8]| witness.add(body, 100).unwrap_err();
    assert_eq!(refused(&Scene::request(&fork, 0)), Refusal::Conflict(6).into());
    assert_eq!(refused(&Scene::request(&scene.log, 0)), Refusal::Conflict(6).into());
    // With the size of the answer the log is cosigned, and the fork is not.
    let inconsistent = Refusal::Inconsistent(ConsistencyError::NewRoot);
    assert_eq!(refused(&Scene::request(&fork, 6)), inconsistent.into());
    assert!(witness.add(&Scene::request(&scene.log, 6), 100).is_ok());
}

/// [WIT-10]
#[test]
fn of_two_trees_at_once_one_is_cosigned() {
    let scene = Scene::new();
    let witness = scene.open().unwrap();
    let mut log = scene.log.clone();
    witness.add(&Scene::request(&log, 0), 100).unwrap();
    for round in 0..40 {
        let old = u64::try_from(log.entries.len()).unwrap();
        let forks = [1, 2].map(|mark| {
            let mut fork = log.clone();
            Scene::grow(&mut fork, mark, 1 + round % 3);
            fork
        });
        let barrier = Barrier::new(2);
        let answers = std::thread::scope(|scope| {
            forks
                .each_ref()
                .map(|fork| {
                    let (witness, barrier) = (&witness, &barrier);
                    scope.spawn(move || {
                        let request = Scene::request(fork, old);
                        barrier.wait();
                        witness.add(&request, 100)
                    })
                })
                .map(|thread| thread.join().unwrap())
        });
        let won = answers.iter().position(Result::is_ok).unwrap();
        let size = u64::try_from(forks[won].entries.len()).unwrap();
        assert_eq!(answers[1 - won], Err(Refusal::Conflict(size).into()), "round {round}");
        let stored = std::fs::read(scene.file(&witness)).unwrap();
        let stored = Checkpoint::open(&stored, log.signer.verifier_key()).unwrap();
        let winner = Checkpoint::open(&forks[won].checkpoint(), log.signer.verifier_key());
        assert_eq!(Ok(stored), winner);
        log = forks[won].clone();
    }
}

/// [WIT-10]
#[test]
fn what_cannot_be_stored_is_not_cosigned() {
    let mut scene = Scene::new();
    let witness = scene.open().unwrap();
    let file = scene.file(&witness);
    witness.add(&Scene::request(&scene.log, 0), 100).unwrap();
    let note = std::fs::read(&file).unwrap();
    Scene::grow(&mut scene.log, 1, 5);
    // A directory in its place cannot be replaced by a file.
    std::fs::remove_file(&file).unwrap();
    std::fs::create_dir(&file).unwrap();
    let refused = witness.add(&Scene::request(&scene.log, 1), 100);
    assert!(matches!(refused, Err(AddError::State(_))), "{refused:?}");
    std::fs::remove_dir(&file).unwrap();
    std::fs::write(&file, note).unwrap();
    assert!(witness.add(&Scene::request(&scene.log, 1), 100).is_ok());
}

/// [WIT-11]
#[test]
fn a_damaged_state_is_no_new_beginning() {
    let scene = Scene::new();
    let witness = scene.open().unwrap();
    let file = scene.file(&witness);
    witness.add(&Scene::request(&scene.log, 0), 100).unwrap();
    assert_eq!(scene.open().unwrap_err(), WitnessError::Locked);
    drop(witness);
    let note = std::fs::read_to_string(&file).unwrap();
    let without_witness = String::from_utf8(scene.log.checkpoint()).unwrap();
    let another_size = note.replacen("\n1\n", "\n2\n", 1);
    for bad in ["", &note[..note.len() - 1], &without_witness, &another_size] {
        std::fs::write(&file, bad).unwrap();
        let damaged = WitnessError::State(StateError::Damaged(file.clone()));
        assert_eq!(scene.open().unwrap_err(), damaged, "{bad:?}");
    }
    std::fs::write(&file, note).unwrap();
    assert!(scene.open().is_ok());
}

#[test]
fn a_witness_has_one_key_in_its_directory() {
    let scene = Scene::new();
    let path = scene.dir.path();
    let name = || "w.example/2".parse().unwrap();
    assert_eq!(key::make(path, name()).unwrap_err(), WitnessError::Exists(path.to_owned()));
    let other = tempfile::tempdir().unwrap();
    let made = key::make(&other.path().join("new"), name()).unwrap();
    assert_eq!(key::read(&other.path().join("new")).unwrap().key(), made.key());
    for bad in ["", "name\n", "name\n00\n", &format!("a b\n{}\n", "00".repeat(32))] {
        std::fs::write(path.join("witness.key"), bad).unwrap();
        let refused = WitnessError::Key(path.join("witness.key"));
        assert_eq!(key::read(path).unwrap_err(), refused, "{bad:?}");
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let file = other.path().join("new/witness.key");
        assert_eq!(std::fs::metadata(file).unwrap().permissions().mode() & 0o777, 0o600);
    }
}

#[test]
fn two_campaigns_may_not_quarrel_over_a_name() {
    let scene = Scene::new();
    let other = World::new("https://counter.example", 0);
    assert_eq!(other.pledge_log.verifier_key(), scene.world.pledge_log.verifier_key());
    let mut text = String::from_utf8(other.campaign.bytes().to_vec()).unwrap();
    let key = other.pledge_log.verifier_key().to_string();
    let name = other.pledge_log.verifier_key().name().clone();
    let seed = headcount_protocol::ed25519::SecretSeed::from([77; 32]);
    let twin = headcount_protocol::log::NoteSigner::new(name.clone(), seed);
    text = text.replace(&key, &twin.verifier_key().to_string());
    let twin = Campaign::parse(text.as_bytes()).unwrap();
    let open = |campaigns: &[Campaign]| Witness::open(scene.dir.path(), campaigns).map(drop);
    assert_eq!(open(&[scene.world.campaign.clone(), other.campaign]), Ok(()));
    let quarrel = open(&[scene.world.campaign.clone(), twin]);
    assert_eq!(quarrel, Err(WitnessError::TwoKeys(name.to_string())));
}
