//! The operations of `witness.json` ([spec: witness]).

use data_encoding::HEXLOWER;
use headcount_protocol::ed25519::SecretSeed;
use headcount_protocol::log::witness::{AddCheckpoint, Refusal};
use headcount_protocol::log::{
    Checkpoint, CosignatureKey, CosignatureSigner, Hash, KeyName, VerifierKey,
};
use serde_json::{Value, json};

use super::log_notes::{checkpoint_rule, verifier_key_rule};
use super::{Bases, broken};
use crate::vectors::input::{array, number, text, text_or_bytes};

/// `cosignature-key`
pub(crate) fn cosignature_key(_: &Bases, input: &Value) -> Result<Value, Value> {
    let key = text(input, "text").parse::<CosignatureKey>();
    let key = key.map_err(|error| broken(verifier_key_rule(error)))?;
    let id = HEXLOWER.encode(&key.id().to_be_bytes());
    Ok(json!({ "name": key.name().as_str(), "id": id, "public_key": key.key() }))
}

/// `cosigned`
pub(crate) fn cosigned(_: &Bases, input: &Value) -> Result<Value, Value> {
    let log: VerifierKey = text(input, "log").parse().expect("a verifier key");
    let keys: Vec<CosignatureKey> = keys(&input["witnesses"]);
    let opened = Checkpoint::open_cosigned(&text_or_bytes(input, "note"), &log, &keys);
    let opened = opened.map_err(|error| broken(checkpoint_rule(&error)))?;
    let names: Vec<_> = opened.witnesses.iter().map(KeyName::as_str).collect();
    // [WIT-4, WIT-5]
    let witnessed = !keys.is_empty() && names.len() >= number(input, "quorum");
    Ok(json!({
        "origin": opened.checkpoint.origin().as_str(),
        "size": opened.checkpoint.size(),
        "root": opened.checkpoint.root(),
        "witnesses": names,
        "witnessed": witnessed,
    }))
}

/// `add-checkpoint`: the answer, and what the witness has stored then.
pub(crate) fn add_checkpoint(_: &Bases, input: &Value) -> Result<Value, Value> {
    let logs: Vec<VerifierKey> = keys(&input["logs"]);
    let stored = &input["stored"];
    let answer = |status: u16, body: String, stored: &Value| {
        Ok(json!({ "status": status, "body": body, "stored": stored }))
    };
    let refuse = |status| answer(status, String::new(), stored);
    let Ok(request) = AddCheckpoint::decode(&text_or_bytes(input, "request")) else {
        return refuse(400);
    };
    let log = logs.iter().find(|log| log.name().as_str() == request.origin());
    let last = log.filter(|_| !stored.is_null()).map(|log| {
        let root = Hash::from(array(stored, "root"));
        Checkpoint::new(log.name().clone(), number(stored, "size"), root).expect("a checkpoint")
    });
    match request.decide(log, last.as_ref()) {
        Ok(checkpoint) => {
            let name = text(input, "name").parse().expect("a key name");
            let signer = CosignatureSigner::new(name, SecretSeed::from(array(input, "seed")));
            let line = signer.cosign(request.note.text(), number(input, "time"));
            let stored = json!({ "size": checkpoint.size(), "root": checkpoint.root() });
            answer(200, format!("{line}\n"), &stored)
        }
        Err(Refusal::UnknownLog) => refuse(404),
        Err(Refusal::Signature(_)) => refuse(403),
        Err(Refusal::Shrunk) => refuse(400),
        Err(Refusal::Conflict(size)) => answer(409, format!("{size}\n"), stored),
        Err(Refusal::EmptyRoot | Refusal::Inconsistent(_)) => refuse(422),
    }
}

fn keys<K: std::str::FromStr<Err: std::fmt::Debug>>(list: &Value) -> Vec<K> {
    let keys = list.as_array().expect("a list").iter();
    keys.map(|key| key.as_str().expect("text").parse().expect("a key")).collect()
}
