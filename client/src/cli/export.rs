//! `headcount export`

use std::fs::File;
use std::io::{self, BufWriter, Seek as _, Write};
use std::path::{Path, PathBuf};

use clap::Args;
use headcount_protocol::campaign::CampaignId;

use super::Done;
use super::output::line;
use crate::audit::{Target, audit_and_see};
use crate::exit::{self, Exit, Failure};
use crate::export::{COLUMNS, Format, Tables, plot, table};
use crate::files::{self, Access};
use crate::transport::Channels;

/// Audit a campaign, and write its pledge log as a table: a row a batch, or a row an entry.
#[derive(Args, Debug)]
#[command(after_help = exit::TABLE)]
pub(super) struct Export {
    /// The campaign's link, or the directory of a mirror
    #[arg(value_name = "LINK|DIR", required_unless_present = "columns")]
    target: Option<String>,
    /// Id the campaign must have
    #[arg(long, value_name = "ID")]
    campaign: Option<CampaignId>,
    /// How rows are written
    #[arg(long, value_enum, default_value = "csv")]
    format: Format,
    /// One row an entry instead of one a batch
    #[arg(long)]
    entries: bool,
    /// File to write [default: stdout]
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// File for a plot of the count over the batches
    #[arg(long, value_name = "FILE.svg")]
    plot: Option<PathBuf>,
    /// Say what the columns mean, and do nothing else
    #[arg(long)]
    columns: bool,
}

pub(super) fn run(args: &Export) -> Done {
    let (false, Some(target)) = (args.columns, &args.target) else {
        line(COLUMNS);
        return Ok(Exit::Done);
    };
    let target = Target::parse(target, args.campaign)?;
    let channels = Channels::new(16)?;
    let campaign = target.campaign(&channels)?;
    let of = |failure: Failure| failure.of(campaign.id);
    let sources = target.sources(&campaign, &channels, None).map_err(|error| of(error.into()))?;
    let failed = |error: io::Error| {
        of(Failure::new(Exit::File, format!("the table cannot be written: {}", error.kind())))
    };
    // Nothing is shown of a log that is refused at its end.
    let spool = if args.entries {
        let mut spool = BufWriter::new(tempfile::tempfile().map_err(failed)?);
        table::entries_head(args.format, &mut spool).map_err(failed)?;
        Some(spool)
    } else {
        None
    };
    let mut tables = Tables::new(&campaign, args.format, spool);
    let report = audit_and_see(&campaign, &sources, None, |entry| tables.see(entry))
        .map_err(|error| of(error.into()))?;
    let (rows, spool) = tables.finish(&report).map_err(failed)?;
    write(args.output.as_deref(), |to| match spool {
        Some(spool) => copy(spool, to),
        None => table::batches(args.format, &campaign, &rows, to),
    })
    .map_err(failed)?;
    if let Some(path) = &args.plot {
        let svg = plot::svg(&campaign, &report);
        files::replace(path, svg.as_bytes(), Access::Public).map_err(failed)?;
    }
    Ok(Exit::Done)
}

fn copy(spool: BufWriter<File>, mut to: &mut dyn Write) -> io::Result<()> {
    let mut file = spool.into_inner().map_err(io::IntoInnerError::into_error)?;
    file.rewind()?;
    io::copy(&mut file, &mut to).map(drop)
}

/// Writes into a file that appears whole, or on stdout.
fn write(
    path: Option<&Path>,
    fill: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> io::Result<()> {
    let Some(path) = path else {
        let mut out = BufWriter::new(io::stdout().lock());
        return match fill(&mut out).and_then(|()| out.flush()) {
            // Whoever reads has read enough.
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
            done => done,
        };
    };
    let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty());
    let beside = tempfile::Builder::new()
        .prefix(".export")
        .make_in(parent.unwrap_or(Path::new(".")), |path| File::create_new(path))?;
    let mut out = BufWriter::new(beside.as_file());
    fill(&mut out)?;
    out.flush()?;
    drop(out);
    beside.as_file().sync_all()?;
    beside.persist(path).map(drop).map_err(|error| error.error)
}
