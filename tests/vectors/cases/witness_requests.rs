//! `add-checkpoint`: what a witness answers, and what it has stored then ([spec: witness §3]).

use headcount_protocol::ed25519::SecretSeed;
use headcount_protocol::log::{Hash, Note, NoteSigner, consistency_proof, leaf_hash, tree_root};
use serde_json::{Value, json};

use super::long_notes::{LONGEST, with_length};
use crate::vectors::Case;

const NAME: &str = "log.example/pledges";

pub(super) fn cases() -> Vec<Case> {
    [cosigned(), requests(), notes(), who(), sizes(), proofs(), order()].concat()
}

fn signer(name: &str, byte: u8) -> NoteSigner {
    NoteSigner::new(name.parse().expect("a key name"), SecretSeed::from([byte; 32]))
}

fn leaves(size: u64) -> Vec<Hash> {
    (0..size).map(|at| leaf_hash(&at.to_be_bytes())).collect()
}

fn root(size: u64) -> Hash {
    if size == 0 { Hash::EMPTY_ROOT } else { tree_root(&leaves(size)) }
}

fn text(size: u64) -> String {
    format!("{NAME}\n{size}\n{}\n", root(size).to_base64())
}

/// A text that the log has signed, whatever it is.
fn signed(text: &str) -> String {
    Note::sign(text, &signer(NAME, 1)).expect("text of a note").to_string()
}

fn proof(old: u64, new: u64) -> Vec<Hash> {
    if old == 0 || old >= new {
        return Vec::new();
    }
    let leaves = leaves(new);
    let proof = consistency_proof(old, new, |height, at| {
        let width = 1_usize << height;
        let first = usize::try_from(at).expect("a small tree") * width;
        Ok::<_, ()>(tree_root(&leaves[first..first + width]))
    });
    proof.expect("all nodes are there")
}

/// The body of a request.
fn body(old: &str, proof: &[Hash], note: &str) -> String {
    let lines: String = proof.iter().map(|hash| hash.to_base64() + "\n").collect();
    format!("old {old}\n{lines}\n{note}")
}

/// A witness that has cosigned so many leaves; 0 for none.
fn input(stored: u64, request: &str) -> Value {
    let stored =
        if stored == 0 { Value::Null } else { json!({ "size": stored, "root": root(stored) }) };
    let logs = [signer("other.example/log", 2), signer(NAME, 1)];
    json!({
        "name": "w1.example",
        "seed": "0b".repeat(32),
        "time": 1_700_000_000_u64,
        "logs": logs.map(|it| it.verifier_key().to_string()),
        "stored": stored,
        "request": request,
    })
}

/// A case whose request is what the log honestly sends, when it knows `old`.
fn honest(comment: &'static str, stored: u64, old: u64, new: u64) -> Case {
    let request = body(&old.to_string(), &proof(old, new), &signed(&text(new)));
    Case::valid(comment, input(stored, &request))
}

fn case(comment: &'static str, stored: u64, request: &str) -> Case {
    Case::valid(comment, input(stored, request))
}

fn cosigned() -> Vec<Case> {
    let empty = signed(&text(0));
    vec![
        honest("the first checkpoint", 0, 0, 5),
        honest("of one leaf", 0, 0, 1),
        honest("from 4 to 7 leaves", 4, 4, 7),
        honest("from 5 to 8 leaves", 5, 5, 8),
        honest("from 1 to 256 leaves", 1, 1, 256),
        honest("the same again", 5, 5, 5),
        case("the empty tree", 0, &body("0", &[], &empty)).flags(&["empty"]),
        case(
            "with a line of somebody else",
            0,
            &format!("{}— x AAAAAAA=\n", body("0", &[], &signed(&text(5)))),
        )
        .flags(&["unknown-line"]),
    ]
}

fn requests() -> Vec<Case> {
    let note = signed(&text(5));
    let of = |comment, request: &str| case(comment, 0, request).flags(&["request"]);
    let hash = |line: &str| format!("old 4\n{line}\n\n{note}");
    let good = root(4).to_base64();
    let bytes = |comment, request: &[u8]| {
        let mut input = input(0, "");
        let members = input.as_object_mut().expect("an object");
        members.remove("request");
        members.insert("request_hex".to_owned(), json!(data_encoding::HEXLOWER.encode(request)));
        Case::valid(comment, input).flags(&["request", "utf-8"])
    };
    let many = |count: usize| format!("old 4\n{}\n{note}", format!("{good}\n").repeat(count));
    let sized = |comment, length: usize| {
        let (note, repeat) = with_length(&note, length);
        let mut input = input(0, &body("0", &[], &note));
        input["repeat"] = repeat;
        Case::valid(comment, input).flags(&["length", "unknown-line"])
    };
    vec![
        of("nothing", ""),
        of("a note alone", &note),
        of("no old size", &format!("\n{note}")),
        of("old, and no size", &format!("old \n\n{note}")),
        of("without a space", &format!("old0\n\n{note}")),
        of("two spaces", &format!("old  0\n\n{note}")),
        of("a capital", &format!("Old 0\n\n{note}")),
        of("a size with a zero before it", &format!("old 00\n\n{note}"))
            .flags(&["number", "request"]),
        of("a size with a sign", &format!("old +0\n\n{note}")).flags(&["number", "request"]),
        of("a size of minus zero", &format!("old -0\n\n{note}")).flags(&["number", "request"]),
        of("a size of 2^64", &format!("old 18446744073709551616\n\n{note}"))
            .flags(&["number", "request"]),
        of("a space behind the size", &format!("old 0 \n\n{note}")).flags(&["number", "request"]),
        of("carriage returns", &format!("old 0\r\n\r\n{note}")),
        of("no empty line before the note", &format!("old 0\n{note}")),
        of(
            "two empty lines before the note: its text begins with one",
            &format!("old 0\n\n\n{note}"),
        ),
        of("a hash of 31 bytes", &hash(&data_encoding::BASE64.encode(&[7; 31])))
            .flags(&["request"]),
        of("a hash without padding", &hash(good.trim_end_matches('=')))
            .flags(&["base64", "request"]),
        of("a hash in hex", &hash(&root(4).to_string())).flags(&["base64", "request"]),
        of("a hash and a space", &hash(&format!("{good} "))).flags(&["base64", "request"]),
        of("64 hashes", &many(64)).flags(&["length", "request"]),
        of("63 hashes, of which none is needed: 409 comes first", &many(63))
            .flags(&["length", "request"]),
        bytes("a byte ff in the first line", &[b"old \xff\n\n", note.as_bytes()].concat()),
        bytes("a byte ff in the note", &[format!("old 0\n\n{note}").as_bytes(), b"\xff"].concat()),
        sized("a note of 262,144 bytes", LONGEST),
        sized("a note of 262,145 bytes", LONGEST + 1),
        sized("a request of 265,006 bytes", 265_006 - "old 0\n\n".len()),
    ]
}

fn notes() -> Vec<Case> {
    let with = |comment, text: &str| {
        case(comment, 0, &body("0", &[], &signed(text))).flags(&["checkpoint"])
    };
    let raw = |comment, note: &str| case(comment, 0, &body("0", &[], note)).flags(&["note"]);
    let (five, note) = (text(5), signed(&text(5)));
    let root_of_5 = root(5).to_base64();
    vec![
        raw("no note", ""),
        raw("no signature line", &format!("{five}\n")),
        raw("no line feed at the end", note.trim_end()),
        raw("a line below that is no signature", &format!("{note}more\n")),
        raw("65 signature lines", &format!("{note}{}", "— x AAAAAAA=\n".repeat(64))),
        with("an extension line", &format!("{five}more\n")),
        with("no root", &format!("{NAME}\n5\n")),
        with(
            "a root of 31 bytes",
            &format!("{NAME}\n5\n{}\n", data_encoding::BASE64.encode(&[7; 31])),
        ),
        with("a size of 05", &format!("{NAME}\n05\n{root_of_5}\n")),
        with("a size that is none", &format!("{NAME}\nfive\n{root_of_5}\n")),
        with("a size of 2^64", &format!("{NAME}\n18446744073709551616\n{root_of_5}\n")),
    ]
}

fn who() -> Vec<Case> {
    let (five, other) = (text(5), signer("other.example/log", 2));
    let by =
        |signer: &NoteSigner, text: &str| Note::sign(text, signer).expect("a note").to_string();
    let of = |comment, note: &str| case(comment, 0, &body("0", &[], note)).flags(&["signer"]);
    let stranger = signer("stranger.example/log", 3);
    let of_stranger = five.replacen(NAME, "stranger.example/log", 1);
    let good = signed(&five);
    let bad_line =
        signed(&text(6)).rsplit_once("\n\n").map_or_else(String::new, |(_, it)| it.into());
    vec![
        of("of a log that it does not know", &by(&stranger, &of_stranger)),
        of(
            "of a log that it does not know, by one that it knows",
            &by(&signer(NAME, 1), &of_stranger),
        ),
        of("by another log that it knows", &by(&other, &five)),
        of("by another key of the log's name", &by(&signer(NAME, 3), &five)),
        of("a line of the log that does not verify", &format!("{five}\n{bad_line}")),
        of("a good line, then a bad one of the log", &format!("{good}{bad_line}")),
        of(
            "a bad line, then a good one of the log",
            &good.replacen("\n\n", &format!("\n\n{bad_line}"), 1),
        ),
        of("a text that was altered", &good.replacen("\n5\n", "\n6\n", 1)),
    ]
}

fn sizes() -> Vec<Case> {
    vec![
        honest("old is above the size, as stored", 7, 7, 4),
        honest("old is above the size, and stored is less", 4, 9, 5),
        honest("the log knows less than is stored", 5, 4, 8),
        honest("the log knows nothing", 5, 0, 8),
        honest("the log knows more than is stored", 4, 5, 8),
        honest("the log knows something, and nothing is stored", 0, 4, 8),
        honest("smaller than what is stored, which the log does not know", 7, 4, 5),
    ]
}

fn proofs() -> Vec<Case> {
    let note = signed(&text(8));
    let of = |comment, stored: u64, proof: &[Hash]| {
        case(comment, stored, &body(&stored.to_string(), proof, &note)).flags(&["proof"])
    };
    let good = proof(5, 8);
    let mut flipped = good.clone();
    flipped[0] = Hash::from([7; 32]);
    let (first, last) = (good[1..].to_vec(), good[..good.len() - 1].to_vec());
    let more = [&good[..], &[Hash::from([7; 32])]].concat();
    let reversed: Vec<_> = good.iter().rev().copied().collect();
    let forked = format!("{NAME}\n8\n{}\n", Hash::from([7; 32]).to_base64());
    let fork = |comment, stored: u64| {
        let request = body(&stored.to_string(), &proof(stored, 8), &signed(&forked));
        case(comment, stored, &request).flags(&["proof"])
    };
    let grown = format!("{NAME}\n0\n{}\n", Hash::from([7; 32]).to_base64());
    vec![
        of("no proof", 5, &[]),
        of("another first hash", 5, &flipped),
        of("without its first hash", 5, &first),
        of("without its last hash", 5, &last),
        of("with a hash more", 5, &more),
        of("from the last hash to the first", 5, &reversed),
        of("the proof from another size", 5, &proof(4, 8)),
        of("a proof from nothing", 0, &good),
        of("a proof from the same size", 8, &good),
        fork("another tree of the same size", 8),
        fork("a tree that does not continue the one that is stored", 5),
        case("size 0 and a root", 0, &body("0", &[], &signed(&grown))).flags(&["empty"]),
    ]
}

/// Two reasons to refuse, of which the first counts.
fn order() -> Vec<Case> {
    let of = |comment, stored, request: &str| case(comment, stored, request).flags(&["order"]);
    let stranger = signer("stranger.example/log", 3);
    let strange = format!("stranger.example/log\n5\n{}\n", root(5).to_base64());
    let unknown = Note::sign(&strange, &stranger).expect("a note").to_string();
    let forged = signed(&text(5)).replacen("\n5\n", "\n6\n", 1);
    let grown = format!("{NAME}\n0\n{}\n", Hash::from([7; 32]).to_base64());
    let foreign = Note::sign(&grown, &stranger).expect("a note").to_string();
    vec![
        of(
            "no proof line, and of a log that it does not know: 400",
            5,
            &format!("old 5\nx\n\n{unknown}"),
        ),
        of(
            "of a log that it does not know, and old is above the size: 404",
            5,
            &body("9", &[], &unknown),
        ),
        of("a false line, and old is above the size: 403", 5, &body("9", &[], &forged)),
        of("a false line, and old is not what is stored: 403", 5, &body("4", &[], &forged)),
        of("size 0 and a root, not signed by the log: 403", 0, &body("0", &[], &foreign)),
        of(
            "old is above the size, and not what is stored: 400",
            5,
            &body("9", &[], &signed(&text(8))),
        ),
        of("size 0 and a root, and old is above it: 400", 5, &body("5", &[], &signed(&grown))),
        of(
            "size 0 and a root, and old is not what is stored: 409",
            5,
            &body("0", &[], &signed(&grown)),
        ),
        of(
            "old is not what is stored, and no proof holds: 409",
            5,
            &body("4", &[root(3)], &signed(&text(8))),
        ),
        of(
            "size 0 and a root, and a proof from nothing: 422",
            0,
            &body("0", &[root(3)], &signed(&grown)),
        ),
    ]
}
