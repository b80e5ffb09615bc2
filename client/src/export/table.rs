//! Rows as CSV and as JSON Lines. Numbers, hex and class names need no quotes in CSV [CAM-14].

use std::fmt::Display;
use std::io::{self, Write};

use clap::ValueEnum;
use headcount_protocol::campaign::Campaign;
use serde::Serialize;

use super::{BatchRow, EntryRow};

/// How rows are written.
#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
pub enum Format {
    /// RFC 4180, with a header line.
    Csv,
    /// A JSON object a line.
    Jsonl,
}

/// Writes the table of batches.
///
/// # Errors
/// Whatever the writer answers.
pub fn batches(
    format: Format,
    campaign: &Campaign,
    rows: &[BatchRow],
    to: &mut (impl Write + ?Sized),
) -> io::Result<()> {
    if format == Format::Jsonl {
        return rows.iter().try_for_each(|row| json(row, to));
    }
    let classes = || campaign.manifest.classes.iter().map(|class| class.name.as_str());
    write!(to, "batch,size,entries,pledges,withdrawals,announcements,amendments,regions,issuers")?;
    classes().try_for_each(|name| write!(to, ",counted:{name}"))?;
    write!(to, ",sum\r\n")?;
    for row in rows {
        let BatchRow { batch, size, entries, pledges, withdrawals, .. } = row;
        let BatchRow { announcements, amendments, sum, .. } = row;
        let regions = list(row.regions.iter().map(|(region, n)| format!("{region}:{n}")));
        let issuers = list(row.issuers.iter().map(|(issuer, n)| format!("{issuer}:{n}")));
        write!(to, "{batch},{size},{entries},{pledges},{withdrawals},{announcements},")?;
        write!(to, "{amendments},{regions},{issuers}")?;
        let counted = |name: &str| row.counted.get(name).copied().unwrap_or(0);
        classes().try_for_each(|name| write!(to, ",{}", counted(name)))?;
        write!(to, ",{sum}\r\n")?;
    }
    Ok(())
}

/// Writes what stands above the table of entries.
///
/// # Errors
/// Whatever the writer answers.
pub fn entries_head(format: Format, to: &mut impl Write) -> io::Result<()> {
    match format {
        Format::Csv => write!(to, "index,batch,type,nonce,class,region,issuers\r\n"),
        Format::Jsonl => Ok(()),
    }
}

/// Writes a row of the table of entries.
///
/// # Errors
/// Whatever the writer answers.
pub fn entry(format: Format, row: &EntryRow<'_>, to: &mut impl Write) -> io::Result<()> {
    if format == Format::Jsonl {
        return json(row, to);
    }
    let (batch, region) = (or_empty(row.batch), or_empty(row.region));
    let (nonce, class) = (row.nonce.as_deref().unwrap_or_default(), row.class.unwrap_or_default());
    let issuers = list(row.issuers.unwrap_or_default().iter().map(u16::to_string));
    write!(to, "{},{batch},{},{nonce},{class},{region},{issuers}\r\n", row.index, row.r#type)
}

fn json(row: &impl Serialize, to: &mut (impl Write + ?Sized)) -> io::Result<()> {
    serde_json::to_writer(&mut *to, row)?;
    to.write_all(b"\n")
}

fn list(items: impl Iterator<Item = String>) -> String {
    items.collect::<Vec<_>>().join(" ")
}

fn or_empty(value: Option<impl Display>) -> String {
    value.map_or_else(String::new, |value| value.to_string())
}
