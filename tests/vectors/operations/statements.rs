//! `statement`: what an office signs ([spec: statements §2] to [spec: statements §4]).

use data_encoding::HEXLOWER;
use headcount_protocol::campaign::{Campaign, CampaignId};
use headcount_protocol::codec::Transcript;
use headcount_protocol::entry::{Entry, EntryError};
use headcount_protocol::statement::{AmendmentError, AnnouncementError, ClosingError};
use serde_json::{Value, json};

use super::{Bases, broken};
use crate::vectors::input::{bytes, manifest};

/// `statement`: the rules that need no log.
pub(crate) fn statement(bases: &Bases, input: &Value) -> Result<Value, Value> {
    let campaign = Campaign::parse(&manifest(bases, input)).expect("a manifest");
    let bytes = bytes(input, "entry");
    let entry = Entry::decode(&bytes).map_err(|error| match error {
        EntryError::Type(_) | EntryError::Encoding(_) | EntryError::Pledge(_) => broken("LOG-23"),
    })?;
    match entry {
        Entry::Announcement(announcement) => announcement
            .verify(&campaign.id, &campaign.manifest.organiser_key)
            .map_err(|error| broken(announcement_rule(&error)))?,
        Entry::Amendment(amendment) => {
            amendment.verify(&campaign).map_err(|error| broken(amendment_rule(&error)))?;
        }
        Entry::Closing(closing) => {
            closing.verify(&campaign).map_err(|error| broken(closing_rule(error)))?;
        }
        Entry::Campaign(_)
        | Entry::Pledge(_)
        | Entry::Withdrawal(_)
        | Entry::Issuance(_)
        | Entry::Seal(_) => unreachable!("the entry of a case is a statement"),
    }
    let signed = transcript(&campaign.id, &bytes[..bytes.len() - 64]);
    Ok(json!({ "transcript": HEXLOWER.encode(&signed) }))
}

/// What the signature of a statement is of: `entry` is without it, and need not be well formed.
pub(crate) fn transcript(campaign: &CampaignId, entry: &[u8]) -> Vec<u8> {
    let signed = |label, fields: &[&[u8]]| {
        let transcript = Transcript::new(label, campaign);
        fields.iter().fold(transcript, |transcript, field| transcript.field(field)).finish()
    };
    match entry[0] {
        0x04 => signed("headcount/v1 amendment", &[&entry[1..5], &entry[5..6], &entry[8..]]),
        0x05 => signed("headcount/v1 announcement", &[&entry[1..5], &entry[5..13], &entry[13..]]),
        0x06 => signed("headcount/v1 closing", &[&entry[1..]]),
        _ => unreachable!("only statements have these transcripts"),
    }
}

const fn announcement_rule(error: &AnnouncementError) -> &'static str {
    match error {
        AnnouncementError::Time => "STA-3",
        AnnouncementError::Languages | AnnouncementError::Text(_) | AnnouncementError::TooLong => {
            "STA-4"
        }
        AnnouncementError::Signature(_) => "STA-5",
    }
}

const fn amendment_rule(error: &AmendmentError) -> &'static str {
    match error {
        AmendmentError::Signature(_) => "STA-7",
        AmendmentError::Commitments(_) | AmendmentError::PublicKey => "STA-8",
        AmendmentError::UnknownIssuer(_) => "STA-10",
    }
}

const fn closing_rule(error: ClosingError) -> &'static str {
    match error {
        ClosingError::Order | ClosingError::Unknown => "STA-13",
        ClosingError::Signature(_) => "STA-14",
    }
}
