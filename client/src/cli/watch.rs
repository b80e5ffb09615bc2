//! `headcount watch`

use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::Args;
use headcount_protocol::campaign::Campaign;

use super::Done;
use super::output::{Output, line, note};
use crate::audit::Target;
use crate::chance::Clock;
use crate::exit::{self, Exit, Failure};
use crate::files::{self, Access};
use crate::link::Link;
use crate::transport::Channels;
use crate::watch::{Event, Fork, Look, Seen, UNCACHED, WatchError, look};

/// Follow a campaign's pledge log: its count, its news, and whether it is still the same log.
///
/// The count is the one logged; `headcount audit` verifies the signatures behind it.
#[derive(Args, Debug)]
#[command(after_help = exit::TABLE)]
pub(super) struct WatchArgs {
    /// The campaign's link
    link: Link,
    /// Seconds between two looks
    #[arg(long, value_name = "SECONDS", default_value_t = 60, value_parser = clap::value_parser!(u64).range(5..))]
    every: u64,
    /// Look once, and end
    #[arg(long)]
    once: bool,
    /// File that remembers what was seen: a restart goes on there, and still notices a fork
    #[arg(long, value_name = "FILE")]
    state: Option<PathBuf>,
    /// Print a line of JSON for each event
    #[arg(long)]
    pub(super) json: bool,
}

pub(super) fn run(args: &WatchArgs) -> Done {
    let channels = Channels::new(2)?;
    let campaign = args.link.fetch(&channels.campaign)?;
    watch(args, &channels, &campaign).map_err(|failure| failure.of(campaign.id))
}

fn watch(args: &WatchArgs, channels: &Channels, campaign: &Campaign) -> Done {
    let output = Output { json: args.json };
    let sources = Target::Http(args.link.clone()).sources(campaign, channels, None)?;
    let mut seen = match &args.state {
        Some(path) => Seen::read(path, campaign)?,
        None => Seen::nothing(campaign),
    };
    if !args.json {
        line("Counts are as logged; `headcount audit` verifies the signatures behind them.");
    }
    loop {
        match look(campaign, &sources.pledges, &mut seen, UNCACHED) {
            Ok(Look::News(events)) => {
                events.iter().for_each(|event| output.result(event, || event.text()));
                if let Some(path) = &args.state {
                    seen.write(path)?;
                }
            }
            Ok(Look::Forked(fork)) => {
                let event = evidence(args.state.as_deref(), *fork)?;
                output.result(&event, || event.text());
                return Ok(Exit::LogRefused);
            }
            Err(error) => {
                let failure = Failure::from(error);
                if args.once || failure.exit != Exit::TryAgain {
                    return Err(failure);
                }
                note(&format!("headcount: {failure}"));
            }
        }
        if args.once {
            return Ok(Exit::Done);
        }
        Clock.sleep(Duration::from_secs(args.every));
    }
}

/// Keeps both signed notes beside the state, or here.
fn evidence(state: Option<&Path>, fork: Fork) -> Result<Event, WatchError> {
    let directory = state.and_then(Path::parent).unwrap_or(Path::new(""));
    let mut evidence = Vec::new();
    for (which, (size, note)) in [("seen", &fork.seen), ("served", &fork.now)] {
        let path = directory.join(format!("fork-{which}-{size}.note"));
        files::replace(&path, note.as_bytes(), Access::Public)
            .map_err(|error| WatchError::File(error.kind()))?;
        evidence.push(path.display().to_string());
    }
    Ok(Event::Fork { kind: fork.kind, seen: fork.seen.0, now: fork.now.0, evidence })
}
