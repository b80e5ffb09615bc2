//! What anybody reads of a served campaign, and what a recount says of it.

use headcount_protocol::entry::Entry;
use headcount_protocol::log::{Checkpoint, Level, VerifierKey, bundle, new_tiles};
use headcount_protocol::receipt::{EntryHash, Receipt};
use headcount_protocol::recount::{IssuanceRecord, IssuanceRecount, PledgeRecount, check_entry};
use serde_json::Value;

use crate::remote::{Answer, Remote};

/// A log as it is served: its checkpoint and its entries.
fn read(remote: &Remote, url: &str, key: &VerifierKey) -> (Checkpoint, Vec<Vec<u8>>) {
    let path = url.replace(&remote.url, "");
    let note = remote.get(&format!("{path}/checkpoint")).body;
    let checkpoint = Checkpoint::open(&note, key).expect("a checkpoint");
    let mut entries = Vec::new();
    for tile in new_tiles(0, checkpoint.size()).filter(|tile| tile.level() == Level::Entries) {
        let bytes = remote.get(&format!("{path}/{tile}")).body;
        let bundle = bundle::decode(&bytes, tile.width()).expect("an entry bundle");
        entries.extend(bundle.into_iter().map(<[u8]>::to_vec));
    }
    (checkpoint, entries)
}

/// The pledge log.
///
/// # Panics
/// If it is not one.
#[must_use]
pub fn pledge_log(remote: &Remote) -> (Checkpoint, Vec<Vec<u8>>) {
    let campaign = &remote.campaign;
    read(remote, &campaign.pledge_log_url(), &campaign.manifest.counter.log.0)
}

/// The recount's report on everything that is served.
///
/// # Panics
/// If the recount refuses it.
#[must_use]
#[track_caller]
pub fn recount(remote: &Remote) -> Value {
    let campaign = &remote.campaign;
    let recount_issuances = |issuer: u16| -> IssuanceRecord {
        let key = &campaign.issuer(issuer).log.0;
        let (checkpoint, entries) = read(remote, &campaign.issuance_log_url(issuer), key);
        let mut recount = IssuanceRecount::new(campaign, issuer, None, None);
        for entry in &entries {
            recount.push(entry).expect("an issuance that agrees");
        }
        recount.finish(checkpoint).expect("an issuance log that agrees")
    };
    let issuances: Vec<_> = campaign.issuer_indices().map(recount_issuances).collect();
    let (checkpoint, entries) = pledge_log(remote);
    let mut recount = PledgeRecount::new(campaign, &issuances, None, None);
    for (index, entry) in (0..).zip(&entries) {
        let checked = check_entry(campaign, index, entry).expect("an entry that agrees");
        recount.push(&checked).expect("an entry that may stand there");
    }
    let report = recount.finish(&checkpoint).expect("a pledge log that agrees");
    serde_json::to_value(report).expect("a report is plain JSON")
}

/// The receipt in an answer, which the counter has signed.
///
/// # Panics
/// If there is none.
#[must_use]
#[track_caller]
pub fn receipt(remote: &Remote, answer: &Answer) -> Receipt {
    assert_eq!(answer.status, 200, "{}", answer.word());
    let receipt = Receipt::from_json(&answer.body).expect("a receipt");
    assert_eq!(receipt.verify(&remote.campaign.manifest.counter.receipt_key), Ok(()));
    receipt
}

/// Checks that the entry stands once, in the batch that the receipt names.
///
/// # Panics
/// If it does not.
#[track_caller]
pub fn is_kept(remote: &Remote, receipt: &Receipt) {
    let (mut batch, mut found) = (0, Vec::new());
    for entry in pledge_log(remote).1 {
        if EntryHash::of(&entry) == receipt.entry_hash {
            found.push(batch);
        }
        batch += u64::from(matches!(Entry::decode(&entry), Ok(Entry::Seal(_))));
    }
    assert_eq!(found, [receipt.batch]);
}
