//! The pledge log as tables, for programs that do not read logs: what an audit saw, entry by entry
//! and batch by batch. There is no time in it, as there is none in the log.

pub mod plot;
pub mod table;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::io::{self, Write};

use headcount_protocol::campaign::Campaign;
use headcount_protocol::entry::Entry;
use headcount_protocol::pledge::Opening;
use headcount_protocol::recount::Report;
use serde::Serialize;

pub use table::Format;

/// What the columns mean, batch by batch and entry by entry.
pub const COLUMNS: &str = "\
One row a batch:
  batch          number of the batch, from 0
  size           entries of the pledge log after the batch's seal
  entries        entries of the batch, without the seal
  pledges        pledges among them
  withdrawals    withdrawals among them
  announcements  announcements among them
  amendments     amendments among them
  regions        pledges less withdrawals of the batch by region id; 0 named none
  issuers        pledges of the batch by issuer: those that carry a token of it
  counted:CLASS  what counts of the class at the end of the batch, one column a class
  sum            what counts of all classes at the end of the batch

One row an entry, with --entries:
  index          place in the pledge log, from 0
  batch          number of its batch; empty for the campaign entry at index 0
  type           campaign, pledge, withdrawal, announcement, amendment, closing or seal
  nonce          in hex, of pledges and withdrawals: the same for a pledge and its withdrawal
  class          name of the class, of pledges and withdrawals
  region         region id, of pledges and withdrawals; 0 names none
  issuers        whose tokens a pledge carries

In CSV, a list is `REGION:NUMBER` or an issuer's index, apart by spaces; what is empty does not apply.
In JSON Lines, a list is an object or an array, what does not apply is null, and the columns of the
classes are one object, `counted`. The order of entries inside of a batch is that of their nonces and
means nothing. There are no times.";

/// A row of the table of batches.
#[derive(Clone, Debug, Default, Eq, PartialEq, Serialize)]
pub struct BatchRow {
    batch: u64,
    size: u64,
    entries: u32,
    pledges: u64,
    withdrawals: u64,
    announcements: u64,
    amendments: u64,
    regions: BTreeMap<u16, i64>,
    issuers: BTreeMap<u16, u64>,
    counted: BTreeMap<String, u64>,
    sum: u64,
}

/// A row of the table of entries.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
pub struct EntryRow<'a> {
    index: u64,
    batch: Option<u64>,
    r#type: &'static str,
    nonce: Option<String>,
    class: Option<&'a str>,
    region: Option<u16>,
    issuers: Option<&'a [u16]>,
}

/// Gathers rows while the log is audited.
#[derive(Debug)]
pub struct Tables<'a, W> {
    campaign: &'a Campaign,
    format: Format,
    index: u64,
    open: BatchRow,
    sealed: Vec<BatchRow>,
    /// Takes the rows of the entries, if they are wanted.
    entries: Option<W>,
    /// The first failure to write: the audit goes on.
    failed: Option<io::Error>,
}

impl<'a, W: Write> Tables<'a, W> {
    /// Nothing was seen; the rows of the entries go to `entries`, if there is one.
    pub fn new(campaign: &'a Campaign, format: Format, entries: Option<W>) -> Self {
        let open = BatchRow::default();
        Self { campaign, format, index: 0, open, sealed: Vec::new(), entries, failed: None }
    }

    /// Takes the next entry of the pledge log.
    pub fn see(&mut self, entry: &Entry) {
        let opening = match entry {
            Entry::Pledge(pledge) => Some(&pledge.opening),
            Entry::Withdrawal(withdrawal) => Some(&withdrawal.opening),
            _ => None,
        };
        if self.failed.is_none()
            && let Some(writer) = &mut self.entries
        {
            let row = row(self.campaign, self.index, self.open.batch, entry, opening);
            self.failed = table::entry(self.format, &row, writer).err();
        }
        self.index += 1;
        self.count(entry);
    }

    fn count(&mut self, entry: &Entry) {
        let open = &mut self.open;
        match entry {
            Entry::Campaign(_) | Entry::Issuance(_) | Entry::Closing(_) => {}
            Entry::Pledge(pledge) => {
                open.pledges += 1;
                *open.regions.entry(pledge.opening.region).or_default() += 1;
                for issuer in issuers(self.campaign, &pledge.opening).unwrap_or_default() {
                    *open.issuers.entry(*issuer).or_default() += 1;
                }
            }
            Entry::Withdrawal(withdrawal) => {
                open.withdrawals += 1;
                *open.regions.entry(withdrawal.opening.region).or_default() -= 1;
            }
            Entry::Announcement(_) => open.announcements += 1,
            Entry::Amendment(_) => open.amendments += 1,
            Entry::Seal(_) => {
                let next = BatchRow { batch: open.batch + 1, ..BatchRow::default() };
                self.sealed.push(std::mem::replace(open, next));
            }
        }
    }

    /// The rows of the batches, with the counts of an audit that agreed, and where the entries went.
    ///
    /// # Errors
    /// Why a row could not be written.
    pub fn finish(self, report: &Report) -> io::Result<(Vec<BatchRow>, Option<W>)> {
        if let Some(error) = self.failed {
            return Err(error);
        }
        let mut rows = self.sealed;
        for (row, counted) in rows.iter_mut().zip(&report.batches) {
            (row.size, row.entries) = (counted.size, counted.count);
            row.sum = counted.classes.iter().sum();
            let names = self.campaign.manifest.classes.iter().map(|class| class.name.clone());
            row.counted = names.zip(counted.classes.iter().copied()).collect();
        }
        Ok((rows, self.entries))
    }
}

fn row<'a>(
    campaign: &'a Campaign,
    index: u64,
    batch: u64,
    entry: &Entry,
    opening: Option<&Opening>,
) -> EntryRow<'a> {
    let r#type = match entry {
        Entry::Campaign(_) => "campaign",
        Entry::Pledge(_) => "pledge",
        Entry::Withdrawal(_) => "withdrawal",
        Entry::Issuance(_) => "issuance",
        Entry::Amendment(_) => "amendment",
        Entry::Announcement(_) => "announcement",
        Entry::Closing(_) => "closing",
        Entry::Seal(_) => "seal",
    };
    let class = opening.and_then(|opening| campaign.class(opening.class));
    let pledge = opening.filter(|_| matches!(entry, Entry::Pledge(_)));
    EntryRow {
        index,
        batch: Some(batch).filter(|_| index > 0),
        r#type,
        nonce: opening
            .map(|opening| data_encoding::HEXLOWER.encode(opening.nonce(&campaign.id).as_bytes())),
        class: class.map(|class| class.name.as_str()),
        region: opening.map(|opening| opening.region),
        issuers: pledge.and_then(|opening| issuers(campaign, opening)),
    }
}

fn issuers<'a>(campaign: &'a Campaign, opening: &Opening) -> Option<&'a [u16]> {
    campaign.class(opening.class).map(|class| class.issuers.as_slice())
}
