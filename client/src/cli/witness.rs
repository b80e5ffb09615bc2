//! `headcount witness`

use std::io;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::{Args, Subcommand};
use headcount_protocol::campaign::{Campaign, CampaignId};
use headcount_protocol::log::{CosignatureKey, KeyName};

use super::Done;
use super::output::{line, note};
use crate::exit::{self, Exit, Failure};
use crate::files::{self, Access};
use crate::link::{FetchError, Link, pinned};
use crate::transport::Transport;
use crate::witness::{Witness, key, serve};

/// Cosign the logs of campaigns, if and as long as they only grow.
#[derive(Args, Debug)]
#[command(after_help = exit::TABLE)]
pub(super) struct WitnessArgs {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Make a key in a new directory, and print the verifier key for the manifest.
    Init {
        /// The witness's directory
        dir: PathBuf,
        /// Name of the witness, such as witness.example.org/w1: no spaces, no plus signs
        #[arg(long)]
        name: KeyName,
    },
    /// Cosign until SIGINT or SIGTERM.
    Serve {
        /// The witness's directory
        dir: PathBuf,
        /// Address to listen on; put a web server with a certificate before it
        #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:8090")]
        listen: SocketAddr,
        /// The campaigns whose logs it cosigns, by link or manifest file
        #[arg(value_name = "LINK|MANIFEST", required = true)]
        campaigns: Vec<String>,
    },
}

pub(super) fn run(args: &WitnessArgs) -> Done {
    match &args.action {
        Action::Init { dir, name } => {
            let signer = key::make(dir, name.clone())?;
            line(&signer.key().to_string());
            Ok(Exit::Done)
        }
        Action::Serve { dir, listen, campaigns } => cosign(dir, *listen, campaigns),
    }
}

fn cosign(dir: &Path, listen: SocketAddr, campaigns: &[String]) -> Done {
    let campaigns = campaigns.iter().map(|text| campaign(dir, text));
    let campaigns = campaigns.collect::<Result<Vec<_>, _>>()?;
    let witness = Witness::open(dir, &campaigns)?;
    for campaign in campaigns.iter().filter(|it| !names(it, witness.key())) {
        note(&format!(
            "Campaign {} does not name this witness: nobody will count it.",
            campaign.id
        ));
    }
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    let runtime = runtime.map_err(|error| Failure::new(Exit::File, error))?;
    let served: io::Result<()> = runtime.block_on(async {
        let listener = tokio::net::TcpListener::bind(listen).await?;
        let logs: Vec<_> = witness.logs().collect();
        let address = listener.local_addr()?;
        line(&format!(
            "Listening on http://{address} as {} for {}",
            witness.key().name(),
            logs.join(", ")
        ));
        serve::serve(Arc::new(witness), listener).await
    });
    served.map_err(|error| Failure::new(Exit::File, format!("{listen}: {error}")))?;
    Ok(Exit::Done)
}

fn names(campaign: &Campaign, key: &CosignatureKey) -> bool {
    campaign.manifest.witnesses.keys.contains(key)
}

/// The campaign of a manifest file, or of a link; that one's manifest is fetched once, so that the
/// witness starts again whoever else is down.
fn campaign(dir: &Path, text: &str) -> Result<Campaign, Failure> {
    let failed = |path: &Path, error: &io::Error| {
        Failure::new(Exit::File, format!("{}: {}", path.display(), error.kind()))
    };
    let Ok(link) = text.parse::<Link>() else {
        let path = Path::new(text);
        let bytes = files::read_bounded(path, Campaign::MAX_MANIFEST);
        let bytes = bytes.map_err(|error| failed(path, &error))?;
        return Ok(pinned(&bytes, CampaignId::of(&bytes))?);
    };
    let kept = dir.join(format!("{}.json", link.id));
    match files::read_bounded(&kept, Campaign::MAX_MANIFEST) {
        Ok(bytes) => Ok(pinned(&bytes, link.id)?),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            let campaign = link.fetch(&Transport::new(1).map_err(FetchError::from)?)?;
            let written = files::replace(&kept, campaign.bytes(), Access::Owner);
            written.map_err(|error| failed(&kept, &error))?;
            Ok(campaign)
        }
        Err(error) => Err(failed(&kept, &error)),
    }
}
