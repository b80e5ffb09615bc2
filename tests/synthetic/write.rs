//! Writes the mirror of a synthetic campaign:
//! `cargo run --release -p headcount-tests --no-default-features --bin synthetic-log -- DIR PLEDGES [BATCH]`.
//!
//! What was signed is kept in `DIR.people`: interrupted, it goes on from there, and a larger log
//! costs the difference alone. PLEDGES is a multiple of BATCH, which is 1,000 by default.

use std::io::{self, Write as _};
use std::path::PathBuf;
use std::thread;

use headcount_tests::synthetic::{Mirror, Shards, synthetic_campaign};

fn main() -> io::Result<()> {
    let mut arguments = std::env::args().skip(1);
    let usage = || io::Error::other("usage: synthetic-log DIR PLEDGES [BATCH]");
    let folder = PathBuf::from(arguments.next().ok_or_else(usage)?);
    let mut number = || arguments.next().map(|text| text.parse().map_err(io::Error::other));
    let pledges: u64 = number().ok_or_else(usage)??;
    let batch: u64 = number().unwrap_or(Ok(1_000))?;
    if batch == 0 || !pledges.is_multiple_of(batch) || folder.exists() {
        return Err(io::Error::other("PLEDGES is a multiple of BATCH, and DIR does not exist yet"));
    }
    let campaign = synthetic_campaign();
    let shards = Shards::open(&folder.with_extension("people"), &campaign, batch)?;
    let batches = pledges / batch;
    let threads = thread::available_parallelism().map_or(2, usize::from);
    shards.fill(&campaign, batches, threads, |done| tell(&format!("batch {done} of {batches}")))?;
    let mut mirror = Mirror::new(&folder, &campaign)?;
    for number in 0..batches {
        mirror.batch(&campaign, &shards.read(number)?)?;
    }
    mirror.finish()?;
    tell(&format!("{}: {pledges} pledges of campaign {}", folder.display(), campaign.id));
    Ok(())
}

fn tell(text: &str) {
    let _ = writeln!(io::stderr().lock(), "{text}");
}
