//! `headcountd amend`: what may change after a campaign was published ([spec: statements §3]).

use std::path::PathBuf;

use data_encoding::HEXLOWER_PERMISSIVE;
use headcount_protocol::log::Checkpoint;
use headcount_protocol::statement::{Amendment, Change};
use serde::Deserialize;

use super::{Desk, Kind, StateError, read, say, say_delivered, wait};
use crate::peer::{Peer, PeerError};

/// What to amend.
#[derive(Clone, Debug, clap::Args)]
pub struct AmendArgs {
    /// A directory with manifest.json and amendment.key.
    dir: PathBuf,
    #[command(subcommand)]
    change: ChangeArgs,
    /// Show what would be signed, and sign nothing.
    #[arg(long, global = true)]
    dry_run: bool,
}

#[derive(Clone, Debug, clap::Subcommand)]
enum ChangeArgs {
    /// Freezes an issuer: what it issues beyond a checkpoint of its log does not count.
    Revoke {
        /// Index of the issuer.
        issuer: u16,
        /// The checkpoint; without it, the issuer's log is asked.
        #[arg(long)]
        checkpoint: Option<PathBuf>,
    },
    /// Publishes the commitments to new shares of the same key.
    Shares {
        /// A JSON file: {"epoch": 1, "commitments": ["hex", …]}
        file: PathBuf,
    },
}

/// New commitments, as a file has them.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Shares {
    epoch: u32,
    commitments: Vec<String>,
}

/// Amends, and waits for the counter's promise.
///
/// # Errors
/// [`StateError`].
pub fn run(args: &AmendArgs) -> Result<(), Box<dyn std::error::Error>> {
    let desk = Desk::open(&args.dir, Kind::Amendment)?;
    let change = match &args.change {
        ChangeArgs::Revoke { issuer, checkpoint } => {
            let known = desk.campaign.find_issuer(*issuer).is_some();
            if !known {
                let unknown = format!("the campaign has no issuer {issuer}");
                return Err(StateError::Content(unknown).into());
            }
            let checkpoint = match checkpoint {
                Some(path) => read(path)?,
                None => wait(latest_checkpoint(&desk.campaign.issuance_log_url(*issuer)))??,
            };
            let refused = |error| StateError::Content(format!("the issuer's checkpoint: {error}"));
            let size = desk.campaign.sealed_checkpoint(*issuer, &checkpoint).map_err(refused)?;
            say(&frozen(*issuer, &size));
            Change::Revocation { issuer: *issuer, checkpoint }
        }
        ChangeArgs::Shares { file } => shares(&read(file)?)?,
    };
    if args.dry_run {
        say(&format!("Amendment {} would be signed.", wait(desk.next())??));
        return Ok(());
    }
    let key = desk.key("amendment.key", &desk.campaign.manifest.amendment_key)?;
    let sign = |number| {
        if matches!(&change, Change::Revocation { checkpoint, .. } if checkpoint.len() > Change::MAX_CHECKPOINT)
        {
            return Err(StateError::Content("the checkpoint is too long".to_owned()));
        }
        let signed = Amendment::sign(&desk.campaign.id, number, change.clone(), &key);
        let refused = |error| StateError::Content(format!("{error}"));
        signed.verify(&desk.campaign).map_err(refused)?;
        Ok(signed.encode())
    };
    // A lost answer is asked for again, also if the issuer's log has grown since.
    let same = |body: &[u8]| {
        Amendment::decode(body).is_ok_and(|there| match (&there.change, &change) {
            (Change::Revocation { issuer: a, .. }, Change::Revocation { issuer: b, .. }) => a == b,
            (there, change) => there == change,
        })
    };
    say_delivered(&wait(desk.state(same, sign))??);
    Ok(())
}

fn frozen(issuer: u16, checkpoint: &Checkpoint) -> String {
    let size = checkpoint.size();
    format!("Issuer {issuer} is frozen at {size} entries of its log. This cannot be taken back.")
}

/// The largest checkpoint of an issuance log that can stand in a seal: the witnessed one, or where
/// there are no witnesses the latest.
async fn latest_checkpoint(log: &str) -> Result<Vec<u8>, StateError> {
    let log = Peer::remote(log);
    let read = match log.get("/witnessed").await {
        Err(PeerError::Status(404)) => log.get("/checkpoint").await,
        witnessed => witnessed,
    };
    read.map_err(|error| StateError::Content(format!("the issuer's log: {error}")))
}

fn shares(json: &[u8]) -> Result<Change, StateError> {
    let malformed = || StateError::Content("the file is no list of share commitments".to_owned());
    let Shares { epoch, commitments } = serde_json::from_slice(json).map_err(|_| malformed())?;
    let point = |hex: &String| {
        let bytes = HEXLOWER_PERMISSIVE.decode(hex.as_bytes()).ok()?;
        bytes.try_into().ok()
    };
    let commitments = commitments.iter().map(point).collect::<Option<Vec<[u8; 32]>>>();
    let commitments = commitments.filter(|all| all.len() <= 64).ok_or_else(malformed)?;
    Ok(Change::Shares { epoch, commitments })
}
