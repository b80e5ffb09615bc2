//! `headcount archive`

use std::path::{Path, PathBuf};

use clap::Args;
use headcount_protocol::campaign::{Campaign, CampaignId};
use headcount_protocol::recount::Report;

use super::Done;
use super::hint::quoted;
use super::output::Output;
use crate::archive::{Contents, check_directory, copy};
use crate::audit::{Target, audit};
use crate::exit::{self, Exit, Failure};
use crate::report::counted;
use crate::transport::Channels;

/// Keep a campaign's public record in one directory that is checked without a network.
#[derive(Args, Debug)]
#[command(after_help = exit::TABLE)]
pub(super) struct ArchiveArgs {
    /// The campaign's link, or the directory of a mirror
    #[arg(value_name = "LINK|DIR")]
    target: String,
    /// Directory of the archive; what it has of this campaign already is kept
    #[arg(value_name = "DEST")]
    directory: PathBuf,
    /// Id the campaign must have
    #[arg(long, value_name = "ID")]
    campaign: Option<CampaignId>,
    /// Also before the counter has closed the log
    #[arg(long)]
    open: bool,
    /// Print the result as JSON
    #[arg(long)]
    pub(super) json: bool,
}

pub(super) fn run(args: &ArchiveArgs) -> Done {
    let target = Target::parse(&args.target, args.campaign)?;
    let channels = Channels::new(16)?;
    let campaign = target.campaign(&channels)?;
    let of = |failure: Failure| failure.of(campaign.id);
    let report = kept(&target, &channels, &campaign, &args.directory).map_err(of)?;
    if report.closing.is_none() && !args.open {
        let reason = "the counter has not closed the log; --open archives it as it is now";
        return Err(of(Failure::new(Exit::NotFinished, reason)));
    }
    let contents = Contents::of(&report);
    contents.write(&args.directory).map_err(|error| of(error.into()))?;
    Output { json: args.json }.result(&contents, || {
        let entries = counted(report.pledge_log.size, "entry", "entries");
        let state = if contents.closed { "closed" } else { "still open" };
        let directory = quoted(&args.directory);
        format!(
            "Archived and audited: a pledge log of {entries}, {state}, that counts {}.\n\
             Check it at any time with: headcount audit {directory}",
            crate::report::grouped(report.sum)
        )
    });
    Ok(Exit::Done)
}

/// Keeps everything in the directory, and audits what is there then.
fn kept(
    target: &Target,
    channels: &Channels,
    campaign: &Campaign,
    directory: &Path,
) -> Result<Report, Failure> {
    check_directory(campaign, directory)?;
    let sources = match target {
        Target::Http(_) => target.sources(campaign, channels, Some(directory))?,
        Target::Directory(from, id) => {
            copy(campaign, from, directory)?;
            let copied = Target::Directory(directory.to_owned(), *id);
            copied.sources(campaign, channels, None)?
        }
    };
    Ok(audit(campaign, &sources, None)?)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use headcount_protocol::entry::Entry;
    use headcount_protocol::statement::Closing;

    use super::*;
    use crate::world::logs::TestLogs;
    use crate::world::server::Server;

    fn args(target: &str, directory: &Path, open: bool) -> ArchiveArgs {
        let (target, directory) = (target.to_owned(), directory.to_owned());
        ArchiveArgs { target, directory, campaign: None, open, json: true }
    }

    #[test]
    fn a_closed_campaign_is_archived_from_a_link_or_a_mirror() {
        let server = Server::start(0);
        let world = &server.world;
        let (mut logs, _) = TestLogs::with_pledges(world);
        let link = world.campaign.link();
        server.state.lock().unwrap().logs = logs.clone();
        let dir = tempfile::tempdir().unwrap();
        let (first, second) = (dir.path().join("first"), dir.path().join("second"));
        assert_eq!(run(&args(&link, &first, false)).unwrap_err().exit, Exit::NotFinished);
        assert!(!first.join("archive.json").exists());
        assert_eq!(run(&args(&link, &first, true)), Ok(Exit::Done));

        let closing = Closing::sign(&world.campaign.id, Vec::new(), &world.receipts);
        let notes = logs.notes();
        logs.pledges.batch(world, vec![Entry::Closing(closing)], notes);
        server.state.lock().unwrap().logs = logs;
        assert_eq!(run(&args(&link, &first, false)), Ok(Exit::Done));
        // A copy of the archive is the same archive.
        let from = first.to_str().unwrap();
        assert_eq!(run(&args(from, &second, false)), Ok(Exit::Done));
        let json = |directory: &Path| fs::read_to_string(directory.join("archive.json")).unwrap();
        assert_eq!(json(&first), json(&second));
        assert!(json(&first).contains("\"closed\": true") && !json(&first).contains("127.0.0.1/"));
        let readme = fs::read_to_string(second.join("README.txt")).unwrap();
        assert!(readme.contains(&world.campaign.id.to_string()), "{readme}");

        // A mirror that is damaged, or a place where something else is, makes none.
        let tile = first.join("issuances/0/tile/0/000");
        let mut bytes = fs::read(&tile).unwrap();
        bytes[0] ^= 1;
        fs::write(&tile, bytes).unwrap();
        let third = dir.path().join("third");
        assert_eq!(run(&args(from, &third, false)).unwrap_err().exit, Exit::LogRefused);
        assert!(!third.join("archive.json").exists());
        fs::write(third.join("manifest.json"), "{}").unwrap();
        assert_eq!(run(&args(from, &third, false)).unwrap_err().exit, Exit::File);
    }
}
