//! `headcount audit --complaint`

use std::path::Path;

use headcount_protocol::campaign::Campaign;
use headcount_protocol::evidence::Kept;
use serde_json::json;

use super::output::Output;
use super::{Audit, Done};
use crate::audit::Target;
use crate::complaint::{ConfirmError, Confirmed, Verdict, confirm, read};
use crate::exit::Exit;
use crate::transport::Channels;

pub(super) fn run(args: &Audit, file: &Path, output: Output) -> Done {
    let channels = Channels::new(4)?;
    let target =
        args.target.as_deref().map(|text| Target::parse(text, args.campaign)).transpose()?;
    // A mirror says which campaign is asked about, and so does a link.
    let asked = match &target {
        Some(target) => Some(target.campaign(&channels)?.id),
        None => args.campaign,
    };
    let confirmed = read(file, asked).and_then(|(complaint, campaign)| {
        let sources = match &target {
            Some(target) => target.sources(&campaign, &channels, None).ok(),
            None => None,
        };
        let confirmed = confirm(&complaint, &campaign, sources.as_ref())?;
        Ok((campaign, confirmed))
    });
    match confirmed {
        Ok((campaign, confirmed)) => {
            output.result(&confirmed, || words(&campaign, &confirmed));
            Ok(match confirmed.verdict() {
                Verdict::Upheld => Exit::Done,
                Verdict::Refuted => Exit::LogRefused,
                Verdict::Open => Exit::NotFinished,
            })
        }
        Err(error) => refused(&error, output),
    }
}

fn refused(error: &ConfirmError, output: Output) -> Done {
    let Some(rule) = error.rule() else { return Err(error.clone().into()) };
    let reason = error.to_string();
    let report = json!({
        "verdict": "refused",
        "rule": rule,
        "log": null,
        "index": null,
        "reason": reason,
    });
    output.result(&report, || format!("REFUSED by {rule}: {reason}"));
    Ok(Exit::LogRefused)
}

fn words(campaign: &Campaign, confirmed: &Confirmed) -> String {
    let title = campaign.manifest.title.get("en");
    let verdict = match *confirmed {
        Confirmed::Promise { batch, found, index, .. } => {
            let index = index.unwrap_or_default();
            let found = match found {
                Kept::Late => format!("It stands at index {index}, in a later batch: LATE."),
                Kept::Early => format!("It stands at index {index}, in an earlier batch: EARLY."),
                Kept::Absent => "It is not there: ABSENT.".to_owned(),
            };
            format!(
                "UPHELD: the counter signed that an entry stands in batch {batch}, and sealed the \
                 batch without it. {found}"
            )
        }
        Confirmed::Issuance { issuer, verdict, size, .. } => {
            let entries = size.unwrap_or_default();
            match verdict {
                Verdict::Upheld => format!(
                    "UPHELD: issuer {issuer} signed a request that its log of {entries} entries \
                     does not list."
                ),
                Verdict::Refuted => {
                    format!("REFUTED: the log of issuer {issuer} lists the issuance.")
                }
                Verdict::Open => format!(
                    "OPEN: issuer {issuer} signed the request. Whether its log lists it, shows the \
                     log: name LINK or DIR as well."
                ),
            }
        }
    };
    format!("{title}\n  campaign {}\n\n{verdict}", campaign.id)
}
