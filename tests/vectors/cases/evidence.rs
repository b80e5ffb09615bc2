//! `evidence.json`: complaints, and files that are none ([spec: evidence]).

use std::collections::BTreeMap;

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
    File { name: "evidence", bases: Bases { mirrors: mirrors.into(), ..Bases::default() }, groups }
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
    json!({ "text": complaint.to_string() })
}
