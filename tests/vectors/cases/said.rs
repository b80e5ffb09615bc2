//! What supporters and offices say, honest or not, as entries of the pledge log.

use headcount_protocol::campaign::{Campaign, CampaignId};
use headcount_protocol::ed25519::SecretSeed;
use headcount_protocol::entry::Entry;
use headcount_protocol::pledge::Opening;
use headcount_protocol::withdrawal::Withdrawal;

use crate::campaign::{Keys, seed};
use crate::vectors::operations::statements::transcript;

/// A full hour.
pub(super) const HOUR: u64 = 1_800_003_600;

/// A person's withdrawal.
pub(super) fn withdraw(campaign: &Campaign, person: u64, class: u16, region: u16) -> Entry {
    let opening = Opening::derive(&seed(person), &campaign.id, class, region);
    let key = seed(person).pledge_key(&campaign.id, class);
    Entry::Withdrawal(Withdrawal::sign(&campaign.id, opening, &key))
}

/// The entry of a statement without its signature, and the signature behind it.
pub(super) fn signed(campaign: &CampaignId, unsigned: &[u8], key: &SecretSeed) -> Vec<u8> {
    let signature = key.sign(&transcript(campaign, unsigned));
    [unsigned, signature.as_bytes()].concat()
}

/// An announcement of these texts, by tag; not signed.
pub(super) fn announcement(number: u32, time: u64, texts: &[(&[u8], &[u8])]) -> Vec<u8> {
    let count = u8::try_from(texts.len()).expect("few texts");
    let head = [&[5], &number.to_be_bytes()[..], &time.to_be_bytes(), &[count]].concat();
    texts.iter().fold(head, |head, (tag, text)| {
        let tag_length = [u8::try_from(tag.len()).expect("a short tag")];
        [&head[..], &tag_length, tag, &length(text), text].concat()
    })
}

/// The organisers' announcement with this number.
pub(super) fn announce(campaign: &Campaign, number: u32) -> Entry {
    let unsigned = announcement(number, HOUR, &[(b"en", b"The rally is on.")]);
    entry(&signed(&campaign.id, &unsigned, &Keys::shared().organiser))
}

/// An amendment of this kind and body; not signed.
pub(super) fn amendment(number: u32, kind: u8, body: &[u8]) -> Vec<u8> {
    [&[4], &number.to_be_bytes()[..], &[kind], &length(body), body].concat()
}

/// The body of new shares.
pub(super) fn shares(epoch: u32, commitments: &[[u8; 32]]) -> Vec<u8> {
    let count = u8::try_from(commitments.len()).expect("few commitments");
    [&epoch.to_be_bytes()[..], &[count], &commitments.concat()].concat()
}

/// The body of a revocation.
pub(super) fn revocation(issuer: u16, checkpoint: &[u8]) -> Vec<u8> {
    [&issuer.to_be_bytes()[..], &length(checkpoint), checkpoint].concat()
}

/// The amendment of this kind and body.
pub(super) fn amend(campaign: &Campaign, number: u32, kind: u8, body: &[u8]) -> Entry {
    let unsigned = amendment(number, kind, body);
    entry(&signed(&campaign.id, &unsigned, &Keys::shared().amendments))
}

/// New shares of the campaign's key.
pub(super) fn refresh(campaign: &Campaign, number: u32, epoch: u32) -> Entry {
    amend(campaign, number, 1, &shares(epoch, &campaign.manifest.oprf.commitments))
}

/// An issuer is revoked at a checkpoint.
pub(super) fn revoke(campaign: &Campaign, number: u32, issuer: u16, checkpoint: &[u8]) -> Entry {
    amend(campaign, number, 2, &revocation(issuer, checkpoint))
}

/// A closing statement of offices by role and index; not signed.
pub(super) fn closing(offices: &[(u8, u16)]) -> Vec<u8> {
    let count = u8::try_from(offices.len()).expect("few offices");
    offices.iter().fold(vec![6, count], |list, (role, index)| {
        [&list[..], &[*role], &index.to_be_bytes()].concat()
    })
}

/// The counter's closing statement.
pub(super) fn close(campaign: &Campaign, offices: &[(u8, u16)]) -> Entry {
    entry(&signed(&campaign.id, &closing(offices), &Keys::shared().receipts))
}

/// An entry out of its bytes.
pub(super) fn entry(bytes: &[u8]) -> Entry {
    Entry::decode(bytes).expect("a well-formed entry")
}

fn length(bytes: &[u8]) -> [u8; 2] {
    u16::try_from(bytes.len()).expect("a short string").to_be_bytes()
}
