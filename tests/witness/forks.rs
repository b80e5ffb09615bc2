//! A counter that shows a fork, and a witness that cosigns whatever it is shown.

use headcount_protocol::bytes::from_hex;
use headcount_protocol::ed25519::SecretSeed;
use headcount_protocol::log::witness::AddCheckpoint;
use headcount_protocol::log::{
    Checkpoint, CosignatureSigner, Hash, Note, NoteSigner, leaf_hash, node_hash,
};
use headcount_tests::remote::{Answer, INVITATION};

use crate::proxy::Way;
use crate::scene::{Scene, name};

/// The issuer of the scene, with its key and another history of its log.
struct Forger {
    signer: NoteSigner,
    first: Hash,
}

impl Forger {
    fn new(scene: &Scene) -> Self {
        let key = std::fs::read_to_string(scene.remote.dir.join("issuer-1/log.key")).unwrap();
        let seed = SecretSeed::from(from_hex::<32>(key.trim_end()).unwrap());
        let public = &scene.campaign().issuer(INVITATION).log.0;
        let signer = NoteSigner::new(public.name().clone(), seed);
        assert_eq!(signer.verifier_key(), public);
        let entry = headcount_protocol::entry::Entry::Campaign(scene.campaign().id).encode();
        Self { signer, first: leaf_hash(&entry) }
    }

    /// A tree of two entries that begins with the log's first, and how it follows from that.
    fn fork(&self) -> (AddCheckpoint, Checkpoint) {
        let second = leaf_hash(b"another entry");
        let root = node_hash(&self.first, &second);
        let name = self.signer.verifier_key().name().clone();
        let checkpoint = Checkpoint::new(name, 2, root).unwrap();
        let note = Note::parse(checkpoint.sign(&self.signer).unwrap().as_bytes()).unwrap();
        (AddCheckpoint { old: 1, proof: vec![second], note }, checkpoint)
    }
}

fn submit(scene: &Scene, witness: usize, request: &AddCheckpoint) -> Answer {
    scene.witness(witness).send("POST", "/add-checkpoint", &[], &request.encode())
}

/// The key of a witness, for one that cosigns anything.
fn liar(scene: &Scene, witness: usize) -> CosignatureSigner {
    let text = std::fs::read_to_string(scene.witness_dir(witness).join("witness.key")).unwrap();
    let seed = from_hex::<32>(text.lines().nth(1).unwrap()).unwrap();
    let signer = CosignatureSigner::new(name(witness).parse().unwrap(), SecretSeed::from(seed));
    assert!(scene.campaign().manifest.witnesses.keys.contains(signer.key()));
    signer
}

/// [WIT-4, WIT-8, WIT-10, WIT-14]
#[test]
fn no_fork_is_ever_witnessed() {
    let mut scene = Scene::start();
    let forger = Forger::new(&scene);
    let (request, fork) = forger.fork();
    scene.until_witnessed(1);
    scene.until("all have cosigned", |scene| scene.latest().witnesses.len() == 4);

    // One honest witness is shown the fork alone, and cosigns it: it cannot know.
    scene.networks[3].set(Way::Cut);
    let size = scene.grow();
    scene.until_witnessed(size);
    let shown = submit(&scene, 3, &request);
    assert_eq!(shown.status, 200);
    // Those who have seen the log refuse it, however it is asked for.
    for witness in 0..3 {
        let refused = submit(&scene, witness, &request);
        assert_eq!((refused.status, &refused.body[..]), (409, format!("{size}\n").as_bytes()));
        assert_eq!(refused.header("content-type"), Some("text/x.tlog.size"));
        let again = AddCheckpoint { old: 2.min(size), proof: Vec::new(), ..request.clone() };
        assert!([409, 422].contains(&submit(&scene, witness, &again).status));
    }
    // A liar cosigns both.
    let lie = liar(&scene, 2).cosign(&fork.to_string(), 1_900_000_000);
    let lines = format!("{}{lie}\n", String::from_utf8(shown.body).unwrap());
    let note = fork.sign(&forger.signer).unwrap() + &lines;
    let opened = scene.campaign().open_issuance_checkpoint(INVITATION, note.as_bytes()).unwrap();
    assert_eq!(opened.witnesses.len(), 2);
    assert!(!scene.campaign().is_witnessed(&opened));
    assert!(!scene.campaign().suffices(&opened));

    // The log goes on with the others, and its operator is told who has seen something else.
    scene.join(3);
    scene.until_told(3, "another history");
    let size = scene.grow();
    scene.until_witnessed(size);
    assert!(!scene.latest().witnesses.iter().any(|witness| witness.as_str() == name(3)));
}
