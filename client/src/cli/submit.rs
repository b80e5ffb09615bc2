//! `headcount submit`

use std::io::Read as _;
use std::path::{Path, PathBuf};

use clap::Args;
use serde_json::json;

use super::Done;
use super::output::{Output, json_line};
use super::seal::keep;
use crate::delivery::deliver;
use crate::exit::{self, Exit, Failure};
use crate::files;
use crate::sealed::{Sealed, SealedError};
use crate::transport::Channels;

/// Most bytes that are read: a sealed pledge, and white space around it.
const MAX_FILE: usize = Sealed::MAX_LEN + 1_024;

/// Deliver a sealed pledge, yours or anybody's. Delivered twice, it counts once.
#[derive(Args, Debug)]
#[command(after_help = exit::TABLE)]
pub(super) struct Submit {
    /// File with the sealed pledge, or - for standard input
    #[arg(value_name = "FILE|-")]
    file: PathBuf,
    /// File to keep the counter's receipt in, which proves to anyone what was promised
    #[arg(long, value_name = "FILE")]
    receipt: Option<PathBuf>,
    /// Print the result as JSON
    #[arg(long)]
    pub(super) json: bool,
}

pub(super) fn run(args: &Submit) -> Done {
    let sealed = read(&args.file)?;
    submit(args, &sealed).map_err(|failure| failure.of(sealed.link.id))
}

fn submit(args: &Submit, sealed: &Sealed) -> Done {
    let channels = Channels::new(1)?;
    let campaign = sealed.link.fetch(&channels.campaign).map_err(|error| deaf(error.into()))?;
    // A pledge that the counter must refuse is not sent [PLG-25].
    sealed.pledge.verify(&campaign).map_err(|error| {
        Failure::new(Exit::Refused, format!("the pledge is none of this campaign: {error}"))
    })?;
    let delivered = deliver(&campaign, &channels.redemption, &sealed.pledge);
    let receipt = delivered.map_err(|error| deaf(error.into()))?;
    if let Some(path) = &args.receipt {
        keep(path, &format!("{}\n", json_line(&receipt)))?;
    }
    let report = json!({ "campaign": campaign.id, "batch": receipt.batch, "receipt": receipt });
    Output { json: args.json }.result(&report, || {
        format!(
            "Delivered. The counter has signed that the pledge will stand in the public log by \
             the end of batch {}.\nReceipt: {}",
            receipt.batch,
            json_line(&receipt)
        )
    });
    Ok(Exit::Done)
}

/// The failure, and what to do where the counter does not answer.
fn deaf(failure: Failure) -> Failure {
    if failure.exit != Exit::TryAgain {
        return failure;
    }
    let reason = format!(
        "{}. The pledge is not lost: run the command again, or give the file to somebody else to \
         deliver",
        failure.reason
    );
    Failure { reason, ..failure }
}

fn read(path: &Path) -> Result<Sealed, Failure> {
    let bytes = if path == Path::new("-") {
        let mut bytes = Vec::new();
        let limit = u64::try_from(MAX_FILE).unwrap_or(u64::MAX);
        let read = std::io::stdin().lock().take(limit.saturating_add(1)).read_to_end(&mut bytes);
        read.map(|_| bytes)
    } else {
        files::read_bounded(path, MAX_FILE)
    };
    let refused = |error: SealedError| Failure::new(Exit::File, error);
    let bytes = bytes.map_err(|error| match error.kind() {
        std::io::ErrorKind::FileTooLarge => refused(SealedError::TooLong),
        kind => Failure::new(Exit::File, format!("{} cannot be read: {kind}", path.display())),
    })?;
    let text = String::from_utf8(bytes).map_err(|_| refused(SealedError::Form))?;
    text.parse().map_err(refused)
}

#[cfg(test)]
mod tests {
    use headcount_protocol::receipt::Receipt;
    use headcount_protocol::secrets::Seed;

    use super::*;
    use crate::problem::Word;
    use crate::world::World;
    use crate::world::server::Server;

    fn args(file: &Path, receipt: Option<PathBuf>) -> Submit {
        Submit { file: file.to_owned(), receipt, json: true }
    }

    fn sealed(world: &World, person: u8) -> Sealed {
        let (_, pledge) = world.pledge(&Seed::from([person; 32]), person.into());
        Sealed::new(&world.campaign, pledge)
    }

    /// [PLG-17]
    #[test]
    fn anybody_delivers_a_pledge_and_keeps_its_receipt() {
        let server = Server::start(0);
        let dir = tempfile::tempdir().unwrap();
        let (file, kept) = (dir.path().join("pledge"), dir.path().join("receipt"));
        let sealed = sealed(&server.world, 1);
        std::fs::write(&file, sealed.to_string()).unwrap();
        assert_eq!(run(&args(&file, None)), Ok(Exit::Done));
        assert_eq!(run(&args(&file, Some(kept.clone()))), Ok(Exit::Done));
        assert_eq!(server.state.lock().unwrap().logs.pledges.sizes.len(), 1);
        let receipt = Receipt::from_json(&std::fs::read(&kept).unwrap()).unwrap();
        let entry = headcount_protocol::entry::Entry::Pledge(sealed.pledge).encode();
        assert_eq!(receipt.check(&server.world.campaign, &entry), Ok(()));

        server.state.lock().unwrap().false_receipts = true;
        std::fs::write(&file, self::sealed(&server.world, 2).to_string()).unwrap();
        std::fs::remove_file(&kept).unwrap();
        assert_eq!(run(&args(&file, Some(kept.clone()))).unwrap_err().exit, Exit::Refused);
        assert!(!kept.exists());
    }

    /// [PLG-25]
    #[test]
    fn what_is_no_pledge_of_the_campaign_is_not_sent() {
        let (server, other) = (Server::start(0), Server::start(0));
        let file = tempfile::NamedTempFile::new().unwrap();
        let mut wrong = sealed(&server.world, 1);
        wrong.pledge.opening.region = 7;
        let elsewhere = sealed(&other.world, 1);
        let elsewhere = Sealed { link: server.link(), ..elsewhere };
        for sealed in [wrong, elsewhere] {
            std::fs::write(file.path(), sealed.to_string()).unwrap();
            let failure = run(&args(file.path(), None)).unwrap_err();
            assert_eq!(failure.exit, Exit::Refused);
            assert!(failure.reason.contains("none of this campaign"), "{failure}");
        }
        assert!(server.state.lock().unwrap().posted.is_empty());
        for text in ["", "\u{0}", "headcount-pledge:1:x#y", &"a".repeat(9_000)] {
            std::fs::write(file.path(), text).unwrap();
            assert_eq!(run(&args(file.path(), None)).unwrap_err().exit, Exit::File);
        }
    }

    #[test]
    fn who_is_refused_is_told_and_who_gets_no_answer_is_to_try_again() {
        let server = Server::start(0);
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), sealed(&server.world, 1).to_string()).unwrap();
        server.state.lock().unwrap().challenges = 1;
        let failure = run(&args(file.path(), None)).unwrap_err();
        assert_eq!((failure.exit, failure.word), (Exit::Refused, Some(Word::TokenRefused)));
        assert_eq!(failure.campaign, Some(server.world.campaign.id));

        server.state.lock().unwrap().swallow = usize::MAX;
        let failure = run(&args(file.path(), None)).unwrap_err();
        assert_eq!(failure.exit, Exit::TryAgain);
        assert!(failure.reason.contains("somebody else"), "{failure}");
        // What arrived although no answer came back is found again.
        server.state.lock().unwrap().swallow = 0;
        assert_eq!(run(&args(file.path(), None)), Ok(Exit::Done));
        assert_eq!(server.state.lock().unwrap().logs.pledges.sizes.len(), 1);
    }
}
