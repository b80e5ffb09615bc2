//! Checkpoints that are refused, and roots that are not those of the entries.

use headcount_protocol::ed25519::SecretSeed;
use headcount_protocol::log::{Hash, Note, NoteSigner};
use headcount_protocol::recount::LogName;

use super::world::{Files, World};
use crate::campaign::Keys;
use crate::vectors::Case;

const PLEDGES: &str = "pledges/checkpoint";

pub(super) fn cases() -> Vec<Case> {
    [signatures(), texts(), notes(), exchanged(), empty(), roots()].concat()
}

/// A case with another checkpoint of the pledge log.
fn with(comment: &'static str, note: impl Into<Vec<u8>>) -> Case {
    let input = World::small().with_file(PLEDGES, |bytes| *bytes = note.into());
    Case::invalid(comment, input, "REC-1").at(&LogName::Pledges, None)
}

fn signed(text: &str) -> String {
    Note::sign(text, &Keys::shared().pledge_log).expect("text of a note").to_string()
}

/// The honest checkpoint: text, and note.
fn honest() -> (String, String) {
    let text = World::small().logs.pledges.checkpoint().to_string();
    let note = signed(&text);
    (text, note)
}

/// A signature line of the log's name and key id over these bytes.
fn line(signature: &[u8]) -> String {
    let key = Keys::shared().pledge_log.verifier_key();
    let bytes = [&key.id().to_be_bytes(), signature].concat();
    format!("— {} {}\n", key.name(), data_encoding::BASE64.encode(&bytes))
}

fn signatures() -> Vec<Case> {
    let (text, note) = honest();
    let by = |name: &str, byte: u8| {
        let signer =
            NoteSigner::new(name.parse().expect("a key name"), SecretSeed::from([byte; 32]));
        Note::sign(&text, &signer).expect("text of a note").to_string()
    };
    let name = "counter.example/pledges";
    let genuine = SecretSeed::from([33; 32]).sign(text.as_bytes());
    let foreign = SecretSeed::from([99; 32]).sign(text.as_bytes());
    let mut flipped = *genuine.as_bytes();
    flipped[7] ^= 1;
    assert_eq!(format!("{text}\n{}", line(genuine.as_bytes())), note);
    vec![
        with("signed by another name and key", by("other.example/pledges", 99)),
        with("signed by another key of the same name", by(name, 99)),
        with("signed by another name with the log's key", by("other.example/pledges", 33)),
        with("the log's key id, another key's signature", {
            format!("{text}\n{}", line(foreign.as_bytes()))
        }),
        with("one bit of the signature flipped", format!("{text}\n{}", line(&flipped))),
        with("a signature of 63 bytes", format!("{text}\n{}", line(&genuine.as_bytes()[..63]))),
        with("a genuine line and a forged one of the same key", {
            format!("{note}{}", line(&flipped))
        })
        .flags(&["two-lines-of-a-key"]),
        with("another size, not signed anew", note.replacen("\n7\n", "\n8\n", 1)),
    ]
}

fn texts() -> Vec<Case> {
    let (text, _) = honest();
    let replaced = |old: &str, new: &str| {
        assert!(text.contains(old), "{old} is in {text}");
        signed(&text.replacen(old, new, 1))
    };
    let root = text.lines().nth(2).expect("the root").to_owned();
    // The last character before the padding has two unused bits.
    let last = char::from(root.as_bytes()[42] + 1);
    let unused = format!("{}{last}=", &root[..42]);
    let longer = data_encoding::BASE64.encode(&[7; 33]);
    vec![
        with("an extension line below the root", signed(&format!("{text}extension\n")))
            .flags(&["extension-line"]),
        with("an empty line below the root", signed(&format!("{text}\n")))
            .flags(&["extension-line"]),
        with("no root", signed(&text[..text.len() - 45])),
        with("the origin of another log", replaced("counter.example", "other.example")),
        with("a size with a superfluous zero", replaced("\n7\n", "\n07\n")).flags(&["number"]),
        with("a size with a sign", replaced("\n7\n", "\n+7\n")).flags(&["number"]),
        with("a size of 2^64", replaced("\n7\n", "\n18446744073709551616\n")).flags(&["number"]),
        with("a root without padding", replaced("=\n", "\n")).flags(&["base64"]),
        with("a root with unused bits set", replaced(&root, &unused)).flags(&["base64"]),
        with("a root of 33 bytes", replaced(&root, &longer)).flags(&["base64"]),
        with("size 0 with the root of entries", replaced("\n7\n", "\n0\n")).flags(&["size-0"]),
    ]
}

fn notes() -> Vec<Case> {
    let (text, note) = honest();
    vec![
        with("an empty file", ""),
        with("no signature line", format!("{text}\n")),
        with("no empty line before the signature", note.replacen("\n\n", "\n", 1)),
        with("no line feed at the end", note.trim_end()),
        with("lines that end with carriage returns too", note.replace('\n', "\r\n")),
        with("a line below that is no signature", format!("{note}- a AAAAAAA=\n")),
        with("65 signature lines", format!("{note}{}", "— a AAAAAAA=\n".repeat(64))),
        with("bytes that are no UTF-8", [b"\xff", note.as_bytes()].concat()),
    ]
}

fn exchanged() -> Vec<Case> {
    let swap = |comment, one: &str, other: &str, log| {
        let swap = |files: &mut Files| {
            let (left, right) = (files[one].clone(), files[other].clone());
            files.insert(one.to_owned(), right);
            files.insert(other.to_owned(), left);
        };
        Case::invalid(comment, World::small().with_files(swap), "REC-1").at(&log, None)
    };
    let (first, second) = ("issuances/0/checkpoint", "issuances/1/checkpoint");
    let flip = |bytes: &mut Vec<u8>| bytes[30] ^= 1;
    vec![
        swap("checkpoints of two issuers exchanged", first, second, LogName::Issuances(0)),
        swap("an issuer's checkpoint at the counter", PLEDGES, first, LogName::Pledges),
        Case::invalid(
            "a flipped bit in an issuer's checkpoint",
            World::small().with_file(second, flip),
            "REC-1",
        )
        .at(&LogName::Issuances(1), None),
    ]
}

fn empty() -> Vec<Case> {
    let small = World::small();
    vec![
        small.pledges("a pledge log of no entries", "REC-2", None, |log| log.entries.clear()),
        small.issuances("an issuance log of no entries", "REC-2", None, |log| log.entries.clear()),
    ]
}

fn roots() -> Vec<Case> {
    let (small, (text, _)) = (World::small(), honest());
    let root = text.lines().nth(2).expect("the root");
    let zero = Hash::from([0; 32]).to_base64();
    let mut replaced = small.logs.clone();
    replaced.pledges = crate::logs::LogBuilder::pledges(&small.campaign);
    replaced.publish_pledges(&small.campaign, &small.people[2..]);
    replaced.publish_pledges(&small.campaign, &small.people[..2]);
    let replaced = small.mirror(&replaced).remove("pledges/tile/entries/000.p/7");
    vec![
        Case::invalid(
            "a root of other entries, signed",
            small.with_file(PLEDGES, |note| {
                *note = signed(&text.replacen(root, &zero, 1)).into_bytes();
            }),
            "REC-5",
        )
        .at(&LogName::Pledges, None),
        Case::invalid(
            "pledges of two batches exchanged by the mirror",
            small.with_file("pledges/tile/entries/000.p/7", |bytes| {
                *bytes = replaced.expect("the log has 7 entries");
            }),
            "REC-5",
        )
        .at(&LogName::Pledges, None),
    ]
}
