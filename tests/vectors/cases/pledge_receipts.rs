//! Receipts: what the counter signs, and what a client refuses ([spec: pledge §4]).

use data_encoding::HEXLOWER;
use headcount_protocol::campaign::CampaignId;
use headcount_protocol::ed25519::{SecretSeed, Signature};
use headcount_protocol::entry::Entry;
use headcount_protocol::receipt::{EntryHash, Receipt};
use serde_json::{Value, json};

use super::attestation_forged::plus_order;
use crate::campaign::{Keys, issue, joint, small};
use crate::vectors::operations::pledge_receipt::{receipt, receipt_sign};
use crate::vectors::{Case, Group};

/// The batch that is promised.
const BATCH: u64 = 3;
/// The largest number that every JSON parser reads exactly.
const LARGEST: u64 = (1 << 53) - 1;

fn entry(person: u64) -> Vec<u8> {
    Entry::Pledge(issue(&small(), person, 0, 1).pledge).encode()
}

fn signed(campaign: CampaignId, entry: &[u8], batch: u64, key: &SecretSeed) -> Receipt {
    Receipt::sign(campaign, EntryHash::of(entry), batch, key)
}

/// The cases of `receipt-sign`.
pub(super) fn signatures() -> Group {
    let input = |entry: &[u8], batch: u64, campaign: CampaignId| {
        json!({
            "seed": HEXLOWER.encode(Keys::shared().receipts.expose()),
            "campaign_id": campaign,
            "entry": HEXLOWER.encode(entry),
            "batch": batch,
        })
    };
    let id = small().id;
    let pair = Entry::Pledge(issue(&joint(), 1, 0, 0).pledge).encode();
    let cases = vec![
        Case::valid("a pledge in batch 0", input(&entry(1), 0, id)),
        Case::valid("the same in batch 3", input(&entry(1), BATCH, id)),
        Case::valid("the same in batch 2^53 − 1", input(&entry(1), LARGEST, id)),
        Case::valid("another pledge", input(&entry(2), 0, id)),
        Case::valid("a pledge of two tokens", input(&pair, 0, joint().id)),
    ];
    Group { operation: "receipt-sign", section: "pledge §4", run: receipt_sign, cases }
}

/// The cases of `receipt`.
pub(super) fn receipts() -> Group {
    let cases = [honest(), promises(), members(), numbers(), texts()].concat();
    Group { operation: "receipt", section: "pledge §4", run: receipt, cases }
}

fn input(receipt: &str) -> Value {
    json!({ "manifest": "small", "entry": HEXLOWER.encode(&entry(1)), "receipt": receipt })
}

fn refused(comment: &'static str, receipt: &str) -> Case {
    Case::invalid(comment, input(receipt), "PLG-17")
}

fn genuine() -> Receipt {
    signed(small().id, &entry(1), BATCH, &Keys::shared().receipts)
}

fn json_of(receipt: &Receipt) -> String {
    serde_json::to_string(receipt).expect("a receipt is JSON")
}

/// The four members, as they are written.
fn parts() -> [String; 4] {
    let Receipt { campaign, entry_hash, batch, signature } = genuine();
    [
        format!(r#""campaign":"{campaign}""#),
        format!(r#""entry_hash":"{entry_hash}""#),
        format!(r#""batch":{batch}"#),
        format!(r#""signature":"{signature}""#),
    ]
}

fn object(members: &[&str]) -> String {
    format!("{{{}}}", members.join(","))
}

fn honest() -> Vec<Case> {
    let whole = json_of(&genuine());
    let [campaign, hash, batch, signature] = parts();
    let spaced = format!(
        "\n{{ {signature} ,\r\n\t{batch}\n,{hash},\n  {} }}\n",
        campaign.replace(':', " : ")
    );
    let of = |batch| json_of(&signed(small().id, &entry(1), batch, &Keys::shared().receipts));
    vec![
        Case::valid("as the counter writes it", input(&whole)),
        Case::valid("in another order, with white space", input(&spaced)),
        Case::valid("with escapes", input(&whole.replace("batch", r"b\u0061tch"))),
        Case::valid("batch 0", input(&of(0))),
        Case::valid("batch 2^53 − 1", input(&of(LARGEST))),
    ]
}

/// For something else, or by somebody else.
fn promises() -> Vec<Case> {
    let (id, key) = (small().id, &Keys::shared().receipts);
    let with = |alter: &dyn Fn(&mut Receipt)| {
        let mut receipt = genuine();
        alter(&mut receipt);
        json_of(&receipt)
    };
    let resigned = |at: usize, part: &[u8]| {
        with(&|it| {
            let mut bytes = *it.signature.as_bytes();
            bytes[at..at + part.len()].copy_from_slice(part);
            it.signature = Signature::from(bytes);
        })
    };
    let bytes = *genuine().signature.as_bytes();
    let mut identity = [0; 64];
    identity[0] = 1;
    let mut elsewhere = input(&json_of(&genuine()));
    elsewhere["manifest"] = json!("joint");
    let mut other = input(&json_of(&genuine()));
    other["entry"] = json!(HEXLOWER.encode(&entry(2)));
    // The hash covers the type byte.
    let untyped = signed(id, &entry(1)[1..], BATCH, key);
    vec![
        Case::invalid("for another entry than was sent", other, "PLG-17"),
        Case::invalid("under another manifest with the same key", elsewhere, "PLG-17"),
        refused("for another entry", &json_of(&signed(id, &entry(2), BATCH, key))),
        refused("for the entry without its type", &json_of(&untyped)),
        refused("for another campaign", &json_of(&signed(joint().id, &entry(1), BATCH, key))),
        refused(
            "of another key",
            &json_of(&signed(id, &entry(1), BATCH, &SecretSeed::from([42; 32]))),
        ),
        refused("the batch altered", &with(&|it| it.batch += 1)),
        refused("the campaign altered", &with(&|it| it.campaign = joint().id)),
        refused("the entry's hash altered", &with(&|it| it.entry_hash = EntryHash::of(b""))),
        refused("R altered", &resigned(0, &[bytes[0] ^ 1])),
        refused("s altered", &resigned(32, &[bytes[32] ^ 1])),
        refused("s + L", &resigned(32, &plus_order(&bytes[32..]))),
        refused("a signature of zeros", &resigned(0, &[0; 64])),
        refused("R of small order, s = 0", &resigned(0, &identity)),
    ]
}

/// Objects with other members.
fn members() -> Vec<Case> {
    let parts = parts();
    let [campaign, hash, batch, signature] = parts.each_ref().map(String::as_str);
    let all = [campaign, hash, batch, signature];
    let without = |comment, at: usize| {
        let mut left = all.to_vec();
        left.remove(at);
        refused(comment, &object(&left))
    };
    let with = |comment, more: &str| refused(comment, &object(&[&all[..], &[more]].concat()));
    let capitals = |member: &str| {
        let (name, value) = member.split_once(':').expect("a member");
        object(&all).replace(member, &format!("{name}:{}", value.to_uppercase()))
    };
    let altered = |from: &str, to: &str| object(&all).replace(from, to);
    vec![
        without("no campaign", 0),
        without("no hash of the entry", 1),
        without("no batch", 2),
        without("no signature", 3),
        with("a member that is unknown", r#""note":"thank you""#),
        with("a member that is unknown, null", r#""note":null"#),
        with("a batch twice, the same", batch),
        with("a batch twice, another", r#""batch":4"#),
        with("a batch twice, the second time with an escape", r#""b\u0061tch":3"#),
        with("a signature twice", signature),
        refused("a member's name in capitals", &altered("batch", "Batch")),
        refused("the campaign in capitals", &capitals(campaign)),
        refused("the hash in capitals", &capitals(hash)),
        refused("the signature in capitals", &capitals(signature)),
        refused("a hash too short", &altered(hash, &format!("{}\"", &hash[..hash.len() - 3]))),
        refused("a hash too long", &altered(hash, &format!("{}00\"", &hash[..hash.len() - 1]))),
        refused("0x before the hash", &altered(r#""entry_hash":""#, r#""entry_hash":"0x"#)),
        refused("a space in the hash", &altered(r#""entry_hash":""#, r#""entry_hash":" "#)),
        refused("a hash that is null", &altered(hash, r#""entry_hash":null"#)),
    ]
}

/// The batch in other forms.
fn numbers() -> Vec<Case> {
    let with = |comment, batch: &str| {
        refused(
            comment,
            &json_of(&genuine()).replace(r#""batch":3"#, &format!(r#""batch":{batch}"#)),
        )
    };
    vec![
        with("the batch in quotation marks", r#""3""#),
        with("the batch with a fraction", "3.0"),
        with("the batch with an exponent", "3e0"),
        with("the batch with a sign", "+3"),
        with("the batch with a zero before it", "03"),
        with("the batch below zero", "-3"),
        with("the batch minus zero", "-0"),
        with("the batch in hex", "0x3"),
        with("the batch 2^64", "18446744073709551616"),
        with("the batch null", "null"),
        with("the batch true", "true"),
        with("the batch in a list", "[3]"),
    ]
}

/// Texts that are not one JSON object.
fn texts() -> Vec<Case> {
    let whole = json_of(&genuine());
    let Receipt { campaign, entry_hash, batch, signature } = genuine();
    let list = json!([campaign, entry_hash, batch, signature]).to_string();
    vec![
        refused("nothing", ""),
        refused("null", "null"),
        refused("no JSON", "thank you"),
        refused("the values in a list", &list),
        refused("a receipt in a list", &format!("[{whole}]")),
        refused("a receipt in an object", &format!(r#"{{"receipt":{whole}}}"#)),
        refused("a receipt in a string", &json!(whole).to_string()),
        refused("two receipts", &whole.repeat(2)),
        refused("something after it", &format!("{whole} ok")),
        refused("a comma after the last member", &whole.replace('}', ",}")),
        refused("a comment", &whole.replacen('{', "{/**/", 1)),
        refused("apostrophes for quotation marks", &whole.replace('"', "'")),
        refused("a byte-order mark", &format!("\u{feff}{whole}")),
        refused("a no-break space before it", &format!("\u{a0}{whole}")),
        refused("cut off", &whole[..whole.len() - 1]),
    ]
}
