//! `headcountd close`: the counter's last word ([spec: statements §4]). It opens the log itself, so
//! no server may run on the directory.

use std::io::{BufRead as _, Write as _};
use std::path::PathBuf;
use std::sync::Arc;

use headcount_protocol::campaign::{Campaign, CampaignId};
use headcount_protocol::statement::Office;
use jiff::Timestamp;

use super::{say, wait};
use crate::app::{App, StartError};
use crate::clock::Clock;
use crate::config::Config;
use crate::counter::Counter;
use crate::counter::close::CloseError;
use crate::destruction::{self, Destruction};
use crate::issuer::DestroyError;
use crate::sequencer::LogError;
use crate::sequencer::files::FileError;
use crate::store::StoreError;

/// Which campaign to close.
#[derive(Clone, Debug, clap::Args)]
pub struct CloseArgs {
    /// The campaign's directory, on which no server runs.
    dir: PathBuf,
    /// The campaign's id, instead of typing it when asked.
    #[arg(long, value_name = "ID")]
    yes: Option<CampaignId>,
}

/// Why a campaign was not closed.
#[derive(Debug, thiserror::Error)]
pub enum EndError {
    /// The directory cannot be opened, or a server runs on it.
    #[error(transparent)]
    Start(#[from] StartError),
    /// The configuration has no counter.
    #[error("no counter is configured here: close the campaign where its counter runs")]
    NoCounter,
    /// Pledges are still taken, or the log failed.
    #[error(transparent)]
    Close(#[from] CloseError),
    /// Nobody confirmed.
    #[error("not confirmed; nothing was done")]
    NotConfirmed,
    /// Secrets cannot be destroyed.
    #[error("secrets are not destroyed, so the log is not closed: {0}")]
    Destroy(#[from] DestroyError),
    /// Secrets are still there.
    #[error("the secrets of {0} are still there, so the log is not closed")]
    NotDestroyed(String),
    /// The log failed.
    #[error(transparent)]
    Log(#[from] LogError),
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The checkpoint cannot be read.
    #[error(transparent)]
    File(#[from] FileError),
}

/// Closes a campaign, after saying what that means.
///
/// # Errors
/// [`EndError`], and those of the configuration.
pub fn run(args: &CloseArgs) -> Result<(), Box<dyn std::error::Error>> {
    let config = Config::load(&args.dir)?;
    let confirm = |campaign: &Campaign, plan: &str| {
        say(plan);
        args.yes.map_or_else(ask, Some) == Some(campaign.id)
    };
    let checkpoint = wait(close(&config, Clock::System, confirm))??;
    let dir = args.dir.display();
    say(&format!(
        "The log is closed. Its last checkpoint:\n\n{checkpoint}\n\
         Serve it on with `headcountd serve {dir}` until witnesses, if the campaign has any, have\n\
         cosigned it; then keep it for good with `headcount archive`, and give copies away."
    ));
    Ok(())
}

/// Asks for the campaign's id; `None` if something else was typed.
fn ask() -> Option<CampaignId> {
    let mut stdout = std::io::stdout();
    let _ = write!(stdout, "Type the campaign's id to go on: ").and_then(|()| stdout.flush());
    let mut line = String::new();
    std::io::stdin().lock().read_line(&mut line).ok()?;
    line.trim().parse().ok()
}

/// Destroys what is left of the secrets, then closes the log; a log that is closed stays as it is.
/// Returns the last checkpoint.
///
/// # Errors
/// One variant of [`EndError`] for each way in which it fails; running it again goes on.
pub async fn close(
    config: &Config,
    clock: Clock,
    confirmed: impl FnOnce(&Campaign, &str) -> bool,
) -> Result<String, EndError> {
    let app = App::start(config, clock.clone())?;
    let counter = app.counter.clone().ok_or(EndError::NoCounter)?;
    if !counter.index().is_closed() {
        let closes = app.campaign.manifest.schedule.redemption_closes;
        if clock.now() < closes {
            return Err(CloseError::Early(closes).into());
        }
        let offices = offices(&app, config)?;
        if !confirmed(&app.campaign, &plan(&app.campaign, &counter, &offices)?) {
            return Err(EndError::NotConfirmed);
        }
        // [STA-16] By a clock that has been right for a while.
        destruction::settled(&clock, closes).await;
        destroy(&app)?;
        let offices = self::offices(&app, config)?;
        let left: Vec<_> = offices.iter().filter(|(_, gone)| !gone).map(name).collect();
        if !left.is_empty() {
            return Err(EndError::NotDestroyed(left.join(", ")));
        }
        // What these logs still hold is to count.
        for issuer in &app.issuers {
            issuer.log().seal(1, Vec::new)?;
        }
        counter.close(offices.into_iter().map(|(office, _)| office).collect()).await?;
    }
    let checkpoint = counter.log().files().read("checkpoint")?.unwrap_or_default();
    Ok(String::from_utf8_lossy(&checkpoint).into_owned())
}

/// The offices of the configuration that held secrets, and whether these are gone from the disk.
fn offices(app: &App, config: &Config) -> Result<Vec<(Office, bool)>, StoreError> {
    let mut offices = Vec::new();
    for attester in &app.attesters {
        offices.push((Office::Attester(attester.issuer()), attester.is_destroyed()));
    }
    for (guardian, config) in app.guardians.iter().zip(&config.guardian) {
        offices.push((Office::Guardian(config.index), guardian.is_destroyed()));
    }
    for issuer in &app.issuers {
        offices.push((Office::Issuer(issuer.index()), issuer.is_destroyed()?));
    }
    Ok(offices)
}

fn name((office, _): &(Office, bool)) -> String {
    match office {
        Office::Attester(index) => format!("attester {index}"),
        Office::Guardian(index) => format!("guardian {index}"),
        Office::Issuer(index) => format!("issuer {index}"),
    }
}

/// What closing will do, for people.
fn plan(
    campaign: &Campaign,
    counter: &Arc<Counter>,
    offices: &[(Office, bool)],
) -> Result<String, LogError> {
    let closed = i64::try_from(campaign.manifest.schedule.redemption_closes).unwrap_or(i64::MAX);
    let closed = Timestamp::from_second(closed).unwrap_or(Timestamp::MAX);
    let waiting = counter.log().pending_count()?;
    let mut plan = format!(
        "Closing campaign {id}, which took pledges until {closed}.\n\n\
         This cannot be undone:\n\
         - what is left of the secrets below is destroyed, once the clock has shown a time after\n  \
           the close for ten minutes;\n\
         - {waiting} waiting entries and the closing statement are sealed as the last batch;\n\
         - nothing is ever counted, announced or amended after that.\n\n\
         The closing statement will say that you saw destroyed:\n",
        id = campaign.id,
    );
    for office in offices {
        let state = if office.1 { "gone from the disk" } else { "still there, will be destroyed" };
        plan += &format!("- the secrets of {}: {state}\n", name(office));
    }
    plan += "\nWhat remains: the logs, and the keys that sign them and the receipts.";
    Ok(plan)
}

fn destroy(app: &App) -> Result<(), DestroyError> {
    let App { guardians, attesters, issuers, .. } = app;
    let destruction = Destruction {
        due: destruction::due(&app.campaign),
        guardians: guardians.clone(),
        attesters: attesters.clone(),
        issuers: issuers.clone(),
    };
    destruction.destroy()
}
