use super::*;
use crate::ed25519::SecretSeed;
use crate::log::{CosignatureSigner, NoteSigner, consistency_proof, leaf_hash, root, tree_root};

fn signer(name: &str, byte: u8) -> NoteSigner {
    NoteSigner::new(name.parse().unwrap(), SecretSeed::from([byte; 32]))
}

fn leaves(count: u8) -> Vec<Hash> {
    (0..count).map(|leaf| leaf_hash(&[leaf])).collect()
}

fn checkpoint(size: u8) -> Checkpoint {
    Checkpoint::new("log".parse().unwrap(), size.into(), tree_root(&leaves(size))).unwrap()
}

fn note(size: u8) -> Note {
    Note::parse(checkpoint(size).sign(&signer("log", 1)).unwrap().as_bytes()).unwrap()
}

fn request(old: u8, new: u8) -> AddCheckpoint {
    let leaves = leaves(new);
    let read = |height: u8, index: u64| {
        let run = 1 << height;
        let from = usize::try_from(index).unwrap() * run;
        Ok::<_, ()>(tree_root(&leaves[from..from + run]))
    };
    assert_eq!(root(new.into(), read), Ok(*checkpoint(new).root()));
    let proof = if old > new {
        Vec::new()
    } else {
        consistency_proof(old.into(), new.into(), read).unwrap()
    };
    AddCheckpoint { old: old.into(), proof, note: note(new) }
}

fn signed(text: &str) -> Note {
    Note::sign(text, &signer("log", 1)).unwrap()
}

#[test]
fn a_request_is_read_as_it_was_written() {
    for (old, new) in [(0, 0), (0, 5), (3, 7), (4, 4)] {
        let request = request(old, new);
        assert_eq!(AddCheckpoint::decode(&request.encode()), Ok(request.clone()));
        assert_eq!(request.origin(), "log");
    }
    let text = String::from_utf8(request(3, 7).encode()).unwrap();
    assert!(text.starts_with("old 3\n") && text.contains("\n\nlog\n7\n"), "{text}");
}

/// [WIT-7]
#[test]
fn other_bytes_are_no_request() {
    let note = note(2).to_string();
    let hash = Hash::EMPTY_ROOT.to_base64();
    let error = |text: &str| AddCheckpoint::decode(text.as_bytes()).unwrap_err();
    for old in ["", "3", "old", "old ", "old 03", "old +3", "old -1", "old 18446744073709551616"] {
        let found = error(&format!("{old}\n\n{note}"));
        assert!(matches!(found, RequestError::Old | RequestError::Note(_)), "{old:?}: {found}");
    }
    assert_eq!(error(&format!("\n{note}")), RequestError::Old);
    for line in ["x", &hash[1..], &format!("{hash} "), "AAAA"] {
        assert_eq!(error(&format!("old 1\n{line}\n\n{note}")), RequestError::Proof, "{line:?}");
    }
    let lines = |count| format!("old 1\n{}\n{note}", format!("{hash}\n").repeat(count));
    assert_eq!(AddCheckpoint::decode(lines(63).as_bytes()).map(|it| it.proof.len()), Ok(63));
    assert_eq!(error(&lines(64)), RequestError::Proof);
    assert_eq!(error(""), RequestError::Separator);
    assert_eq!(error("old 1"), RequestError::Separator);
    assert_eq!(error("old 1\n"), RequestError::Separator);
    assert_eq!(error("old 1\n\n"), NoteError::Separator.into());
    let long = "x".repeat(AddCheckpoint::MAX_LEN + 1);
    assert_eq!(error(&long), RequestError::TooLong);
    assert_eq!(AddCheckpoint::decode(b"\xff\n"), Err(NoteError::Utf8.into()));
    let root = checkpoint(2).root().to_base64();
    for (text, refused) in [
        (format!("log\n2\n{root}\nmore\n"), CheckpointError::Extension),
        ("log\n2\n".to_owned(), CheckpointError::Lines),
        (format!("log\n02\n{root}\n"), CheckpointError::Size),
        (format!("log\n2\n{}\n", &root[1..]), CheckpointError::Root),
    ] {
        let found = error(&format!("old 0\n\n{}", signed(&text)));
        assert_eq!(found, RequestError::Checkpoint(refused));
    }
}

#[test]
fn a_witness_follows_a_log_that_grows() {
    let log = signer("log", 1);
    let decide = |request: &AddCheckpoint, last: Option<&Checkpoint>| {
        request.decide(Some(log.verifier_key()), last)
    };
    let mut last = None;
    for (old, new) in [(0, 0), (0, 1), (1, 1), (1, 4), (4, 7), (7, 200)] {
        let accepted = decide(&request(old, new), last.as_ref()).unwrap();
        assert_eq!(accepted, checkpoint(new));
        last = Some(accepted);
    }
}

/// [WIT-8]
#[test]
fn a_witness_says_what_is_wrong_first() {
    let log = signer("log", 1);
    let (other, imposter) = (signer("other", 1), signer("log", 2));
    let seven = checkpoint(7);
    let decide = |request: &AddCheckpoint, key: &NoteSigner, last: Option<&Checkpoint>| {
        request.decide(Some(key.verifier_key()), last).map(|it| it.size())
    };
    let good = request(7, 9);
    assert_eq!(decide(&good, &log, Some(&seven)), Ok(9));
    assert_eq!(good.decide(None, Some(&seven)), Err(Refusal::UnknownLog));
    assert_eq!(decide(&good, &other, Some(&seven)), Err(Refusal::UnknownLog));
    // All of what follows is wrong at once here; the signature is named.
    let worst = AddCheckpoint { old: 10, proof: Vec::new(), note: note(9) };
    let unsigned = Err(Refusal::Signature(VerifyError::Unsigned));
    assert_eq!(decide(&worst, &imposter, Some(&seven)), unsigned);
    let text = note(9).to_string().replace("\n9\n", "\n8\n");
    let forged = AddCheckpoint { note: Note::parse(text.as_bytes()).unwrap(), ..good.clone() };
    let refused = decide(&forged, &log, Some(&seven));
    assert!(matches!(refused, Err(Refusal::Signature(VerifyError::Forged(_)))), "{refused:?}");

    assert_eq!(decide(&worst, &log, Some(&seven)), Err(Refusal::Shrunk));
    for old in [0, 6, 8, 9] {
        assert_eq!(
            decide(&request(old, 9), &log, Some(&seven)),
            Err(Refusal::Conflict(7)),
            "{old}"
        );
    }
    assert_eq!(decide(&good, &log, None), Err(Refusal::Conflict(0)));
    assert_eq!(decide(&request(0, 0), &log, Some(&seven)), Err(Refusal::Conflict(7)));

    let empty = signed(&format!("log\n0\n{}\n", seven.root().to_base64()));
    let empty = AddCheckpoint { old: 0, proof: Vec::new(), note: empty };
    assert_eq!(AddCheckpoint::decode(&empty.encode()), Ok(empty.clone()));
    assert_eq!(decide(&empty, &log, None), Err(Refusal::EmptyRoot));
    assert_eq!(decide(&empty, &log, Some(&seven)), Err(Refusal::Conflict(7)));

    let with = |proof: Vec<Hash>, request: AddCheckpoint| AddCheckpoint { proof, ..request };
    let inconsistent = |error| Err(Refusal::Inconsistent(error));
    assert_eq!(
        decide(&with(vec![*seven.root()], request(0, 9)), &log, None),
        inconsistent(ConsistencyError::Length)
    );
    assert_eq!(
        decide(&with(Vec::new(), good.clone()), &log, Some(&seven)),
        inconsistent(ConsistencyError::Length)
    );
    let fork = Checkpoint::new("log".parse().unwrap(), 7, Hash::from([9; 32])).unwrap();
    assert_eq!(decide(&good, &log, Some(&fork)), inconsistent(ConsistencyError::OldRoot));
    // One size with two roots.
    assert_eq!(decide(&request(7, 7), &log, Some(&fork)), inconsistent(ConsistencyError::NewRoot));
}

/// [WIT-15]
#[test]
fn an_answer_holds_the_cosignature_or_nothing() {
    let witness = CosignatureSigner::new("w".parse().unwrap(), SecretSeed::from([2; 32]));
    let other = CosignatureSigner::new("o".parse().unwrap(), SecretSeed::from([3; 32]));
    let text = checkpoint(2).to_string();
    let (line, strange) = (witness.cosign(&text, 7), other.cosign(&text, 7));
    let read = |answer: &str| cosignature_in(answer, witness.key(), &text);
    assert_eq!(read(&format!("{line}\n")), Some(line.clone()));
    assert_eq!(read(&format!("{strange}\n{line}\n")), Some(line.clone()));
    for bad in ["", "\n", &line.to_string(), &format!("{line}\n\n"), &format!("{strange}\n")] {
        assert_eq!(read(bad), None, "{bad:?}");
    }
    assert_eq!(read(&format!("{}\n", witness.cosign("log\n3\n", 7))), None);
}
