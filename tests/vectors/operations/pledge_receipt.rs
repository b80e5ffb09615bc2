//! Receipts ([spec: pledge §4]).

use data_encoding::HEXLOWER;
use headcount_protocol::campaign::Campaign;
use headcount_protocol::codec::Transcript;
use headcount_protocol::ed25519::SecretSeed;
use headcount_protocol::receipt::{EntryHash, Receipt, ReceiptError};
use serde_json::{Value, json};

use super::{Bases, broken};
use crate::vectors::input::{array, bytes, campaign_id, manifest, number, text};

/// `receipt-sign`: the counter's promise.
pub(crate) fn receipt_sign(_: &Bases, input: &Value) -> Result<Value, Value> {
    let (campaign, batch) = (campaign_id(input), number(input, "batch"));
    let seed = SecretSeed::from(array::<32>(input, "seed"));
    let entry_hash = EntryHash::of(&bytes(input, "entry"));
    let transcript = Transcript::new("headcount/v1 receipt", &campaign)
        .field(entry_hash.as_bytes())
        .field_u64(batch)
        .finish();
    let receipt = Receipt::sign(campaign, entry_hash, batch, &seed);
    assert_eq!(receipt.signature, seed.sign(&transcript), "{input}");
    Ok(json!({
        "entry_hash": entry_hash,
        "transcript": HEXLOWER.encode(&transcript),
        "signature": receipt.signature,
    }))
}

/// `receipt`: what a client keeps.
pub(crate) fn receipt(bases: &Bases, input: &Value) -> Result<Value, Value> {
    let campaign = Campaign::parse(&manifest(bases, input)).expect("a manifest");
    let refused = |error| match error {
        ReceiptError::Form
        | ReceiptError::Campaign
        | ReceiptError::Entry
        | ReceiptError::Signature(_) => broken("PLG-17"),
    };
    let receipt = Receipt::from_json(text(input, "receipt").as_bytes()).map_err(refused)?;
    receipt.check(&campaign, &bytes(input, "entry")).map_err(refused)?;
    Ok(json!({ "batch": receipt.batch }))
}
