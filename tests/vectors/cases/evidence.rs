//! `evidence.json`: complaints, and files that are none ([spec: evidence]).

use std::collections::BTreeMap;
use std::sync::LazyLock;

use headcount_protocol::log::{Hash, inclusion_proof, leaf_hash, tree_root};
use serde_json::{Value, json};

use super::evidence_forms as forms;
use super::evidence_issuances as issuances;
use super::evidence_promises as promises;
use crate::logs::{LogBuilder, Logs};
use crate::vectors::operations::{Bases, evidence::complaint};
use crate::vectors::{Case, File, Group};

/// The file.
pub(super) fn file() -> File {
    let group = |section, cases: Vec<Case>| Group {
        operation: "complaint",
        section,
        run: complaint,
        cases,
    };
    let groups = vec![
        group("evidence §1", forms::cases()),
        group("evidence §2", promises::cases()),
        group("evidence §3", issuances::cases()),
    ];
    let mirrors = [("absent", false), ("late", true)];
    let mirrors = mirrors.map(|(name, late)| (name, files(&promises::logs(late))));
    let texts = bases().into();
    File {
        name: "evidence",
        bases: Bases { texts, mirrors: mirrors.into(), ..Bases::default() },
        groups,
    }
}

/// The mirror of these logs of the small campaign, in hex.
fn files(logs: &Logs) -> BTreeMap<String, String> {
    let manifest = crate::campaign::small().bytes().to_vec();
    let mut files = BTreeMap::from([("manifest.json".to_owned(), manifest)]);
    let folders = ["pledges", "issuances/0", "issuances/1"];
    for (folder, log) in folders.iter().zip([&logs.pledges].into_iter().chain(&logs.issuances)) {
        let below = log.files().into_iter();
        files.extend(below.map(|(path, bytes)| (format!("{folder}/{path}"), bytes)));
    }
    files.into_iter().map(|(path, bytes)| (path, data_encoding::HEXLOWER.encode(&bytes))).collect()
}

/// The object `PROVED`.
pub(super) fn proved(log: &LogBuilder, index: usize) -> Value {
    let leaves: Vec<_> = log.entries.iter().map(|entry| leaf_hash(entry)).collect();
    let at = u64::try_from(index).expect("a small log");
    let proof = inclusion_proof(at, log.size(), |height, at| {
        let width = 1_usize << height;
        let first = usize::try_from(at).expect("a small log") * width;
        Ok::<_, ()>(tree_root(&leaves[first..first + width]))
    });
    let proof: Vec<Hash> = proof.expect("all nodes are there");
    json!({ "index": index, "entry": b64(&log.entries[index]), "proof": proof })
}

/// Base64url without padding.
pub(super) fn b64(bytes: &[u8]) -> String {
    data_encoding::BASE64URL_NOPAD.encode(bytes)
}

/// The input of a complaint.
pub(super) fn input(complaint: &Value) -> Value {
    input_of(&complaint.to_string())
}

/// The complaints that the others are altered from.
static BASES: LazyLock<[(&str, String); 2]> = LazyLock::new(|| {
    [("issuance", issuances::hidden(9).to_string()), ("promise", promises::late().to_string())]
});

fn bases() -> [(&'static str, String); 2] {
    BASES.clone()
}

/// The input of a file that is text: by what differs from a base, if that is shorter.
pub(super) fn input_of(text: &str) -> Value {
    let plain = json!({ "text": text });
    let based = bases().map(|(name, base)| {
        let pairs = pairs(&base, text);
        let made = pairs.iter().fold(base, |text, (old, new)| text.replacen(old, new, 1));
        let input = json!({ "base": name, "replace": pairs });
        if made == text { input } else { plain.clone() }
    });
    let all = based.into_iter().chain([plain]);
    all.min_by_key(|input| input.to_string().len()).expect("three of them")
}

/// What makes the base the text, before the manifest and behind it.
fn pairs(base: &str, text: &str) -> Vec<(String, String)> {
    let manifest = b64(crate::campaign::small().bytes());
    let parts = match (base.split_once(&manifest), text.split_once(&manifest)) {
        (Some((base_head, base_tail)), Some((head, tail))) => {
            vec![(base_head, head), (base_tail, tail)]
        }
        _ => vec![(base, text)],
    };
    parts
        .into_iter()
        .filter(|(old, new)| old != new)
        .map(|(old, new)| pair(base, old, new))
        .collect()
}

/// The part in which two texts differ, with so much before it that the base has it once.
fn pair(base: &str, old: &str, new: &str) -> (String, String) {
    let same = |left: &mut dyn Iterator<Item = (char, char)>| {
        left.take_while(|(a, b)| a == b).map(|(a, _)| a.len_utf8()).sum::<usize>()
    };
    let mut start = same(&mut old.chars().zip(new.chars()));
    let (old_rest, new_rest) = (&old[start..], &new[start..]);
    let end = same(&mut old_rest.chars().rev().zip(new_rest.chars().rev()));
    let (old_end, new_end) = (old.len() - end, new.len() - end);
    while start > 0 && (start == old_end || base.matches(&old[start..old_end]).count() > 1) {
        start -= 1;
        while !old.is_char_boundary(start) {
            start -= 1;
        }
    }
    (old[start..old_end].to_owned(), new[start..new_end].to_owned())
}
