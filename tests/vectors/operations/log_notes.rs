//! The operations of `log.json` on notes, checkpoints and entries.

use data_encoding::HEXLOWER;
use headcount_protocol::ed25519::SecretSeed;
use headcount_protocol::entry::{Entry, EntryError};
use headcount_protocol::log::{
    Checkpoint, CheckpointError, Hash, LineError, Note, NoteError, NoteSigner, VerifierKey,
    VerifierKeyError, VerifyError,
};
use headcount_protocol::withdrawal::Withdrawal;
use serde_json::{Value, json};

use super::{Bases, broken};
use crate::vectors::input::{array, bytes, campaign_id, number, text, text_or_bytes};

/// `verifier-key`
///
/// # Errors
/// The rule that is broken.
pub fn verifier_key(_: &Bases, input: &Value) -> Result<Value, Value> {
    let key = text(input, "text").parse::<VerifierKey>();
    let key = key.map_err(|error| broken(verifier_key_rule(error)))?;
    let id = HEXLOWER.encode(&key.id().to_be_bytes());
    Ok(json!({ "name": key.name().as_str(), "id": id, "public_key": key.key() }))
}

pub(super) const fn verifier_key_rule(error: VerifierKeyError) -> &'static str {
    match error {
        VerifierKeyError::Form
        | VerifierKeyError::Name(_)
        | VerifierKeyError::Base64
        | VerifierKeyError::Type(_)
        | VerifierKeyError::Length
        | VerifierKeyError::Key(_)
        | VerifierKeyError::Id => "LOG-14",
    }
}

/// `note`
///
/// # Errors
/// The rule that is broken.
///
/// # Panics
/// If a key of the case is none.
pub fn note(_: &Bases, input: &Value) -> Result<Value, Value> {
    let keys = input["keys"].as_array().expect("a list").iter();
    let keys: Vec<VerifierKey> =
        keys.map(|key| key.as_str().expect("text").parse().expect("a verifier key")).collect();
    let note = Note::parse(&text_or_bytes(input, "text"));
    let note = note.map_err(|error| broken(note_rule(error)))?;
    let signers = note.verify(&keys).map_err(|error| broken(verify_rule(&error)))?;
    let names: Vec<_> = signers.iter().map(|key| key.name().as_str()).collect();
    Ok(json!({ "signed_text": note.text(), "verified": names }))
}

const fn note_rule(error: NoteError) -> &'static str {
    match error {
        NoteError::TooLong
        | NoteError::Utf8
        | NoteError::Control(_)
        | NoteError::Text
        | NoteError::Separator
        | NoteError::LastLine
        | NoteError::TooManySignatures => "LOG-15",
        NoteError::Line(error) => match error {
            LineError::Form | LineError::Name(_) | LineError::Base64 | LineError::TooShort => {
                "LOG-15"
            }
        },
    }
}

const fn verify_rule(error: &VerifyError) -> &'static str {
    match error {
        VerifyError::Unsigned | VerifyError::Forged(_) => "LOG-17",
    }
}

/// `checkpoint`
///
/// # Errors
/// The rule that is broken.
///
/// # Panics
/// If the key of the case is none.
pub fn checkpoint(_: &Bases, input: &Value) -> Result<Value, Value> {
    let key = text(input, "key").parse().expect("a verifier key");
    let checkpoint = Checkpoint::open(&text_or_bytes(input, "text"), &key);
    let checkpoint = checkpoint.map_err(|error| broken(checkpoint_rule(&error)))?;
    Ok(json!({
        "origin": checkpoint.origin().as_str(),
        "size": checkpoint.size(),
        "root": checkpoint.root(),
    }))
}

pub(super) const fn checkpoint_rule(error: &CheckpointError) -> &'static str {
    match error {
        CheckpointError::Note(error) => note_rule(*error),
        CheckpointError::Verify(error) => verify_rule(error),
        CheckpointError::Lines | CheckpointError::Root => "LOG-35",
        CheckpointError::Extension => "LOG-20",
        CheckpointError::Name(_) | CheckpointError::Origin => "LOG-19",
        CheckpointError::Size => "LOG-2",
        CheckpointError::EmptyRoot => "LOG-21",
        CheckpointError::Unwitnessed => "WIT-5",
    }
}

/// `checkpoint-sign`
///
/// # Errors
/// None.
///
/// # Panics
/// If the checkpoint of the case is none.
pub fn checkpoint_sign(_: &Bases, input: &Value) -> Result<Value, Value> {
    let origin = || text(input, "origin").parse().expect("a key name");
    let root = Hash::from(array(input, "root"));
    let checkpoint = Checkpoint::new(origin(), number(input, "size"), root);
    let signer = NoteSigner::new(origin(), SecretSeed::from(array(input, "seed")));
    let text = checkpoint.and_then(|it| it.sign(&signer)).expect("a checkpoint");
    Ok(json!({ "text": text }))
}

/// `entry`
///
/// # Errors
/// The rule that is broken.
///
/// # Panics
/// If a checkpoint of the case is no text.
pub fn entry(_: &Bases, input: &Value) -> Result<Value, Value> {
    let bytes = bytes(input, "bytes");
    let entry = Entry::decode(&bytes).map_err(|error| match error {
        EntryError::Type(_) | EntryError::Encoding(_) | EntryError::Pledge(_) => broken("LOG-23"),
    })?;
    let mut output = match entry {
        Entry::Campaign(id) => json!({ "campaign_id": id }),
        Entry::Pledge(_) => json!({}),
        Entry::Withdrawal(Withdrawal { opening, signature }) => json!({
            "class": opening.class,
            "region": opening.region,
            "public_key": opening.public_key,
            "signature": signature,
        }),
        Entry::Amendment(amendment) => json!({
            "number": amendment.number,
            "kind": bytes[5],
            "body": HEXLOWER.encode(&bytes[8..bytes.len() - 64]),
            "signature": amendment.signature,
        }),
        Entry::Announcement(announcement) => json!({
            "number": announcement.number,
            "time": announcement.time,
            "texts": announcement.texts,
            "signature": announcement.signature,
        }),
        Entry::Closing(closing) => json!({
            "destroyed": offices(&bytes),
            "signature": closing.signature,
        }),
        Entry::Issuance(vouching) => json!({
            "issuer": vouching.issuer,
            "request_digest": vouching.request_digest,
            "commitment": vouching.commitment,
            "signature": vouching.signature,
        }),
        Entry::Seal(seal) => {
            let texts = seal.issuance_checkpoints.into_iter().map(String::from_utf8);
            let texts: Vec<_> = texts.map(|text| text.expect("UTF-8")).collect();
            json!({ "batch": seal.batch, "count": seal.count, "checkpoints": texts })
        }
    };
    output["type"] = json!(bytes[0]);
    Ok(output)
}

/// Role and index of each office of a closing statement.
fn offices(entry: &[u8]) -> Vec<(u8, u16)> {
    let list = entry[2..entry.len() - 64].chunks_exact(3);
    list.map(|office| (office[0], u16::from_be_bytes([office[1], office[2]]))).collect()
}

/// `sort-key`
///
/// # Errors
/// None.
///
/// # Panics
/// If the entry of the case is none.
pub fn sort_key(_: &Bases, input: &Value) -> Result<Value, Value> {
    let entry = Entry::decode(&bytes(input, "bytes")).expect("an entry");
    let (kind, rest) = entry.sort_key(&campaign_id(input));
    Ok(json!({ "sort_key": HEXLOWER.encode(&[&[kind], &rest[..]].concat()) }))
}
