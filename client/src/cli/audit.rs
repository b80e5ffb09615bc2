//! `headcount audit`

use std::path::Path;

use headcount_protocol::campaign::Campaign;
use headcount_protocol::recount::{Refusal, Report};
use serde::Serialize;
use serde_json::json;

use super::output::Output;
use super::{Audit, Done, complaint};
use crate::audit::{AuditError, Earlier, Target, TargetError, audit};
use crate::exit::{Exit, Failure};
use crate::link::FetchError;
use crate::report::{self, counted};
use crate::transport::Channels;

#[derive(Serialize)]
struct Agrees<'a> {
    verdict: &'static str,
    #[serde(flatten)]
    report: &'a Report,
}

pub(super) fn run(args: &Audit) -> Done {
    let output = Output { json: args.json };
    if let Some(file) = &args.complaint {
        return complaint::run(args, file, output);
    }
    let target = Target::parse(args.target.as_deref().unwrap_or_default(), args.campaign)?;
    let channels = Channels::new(16)?;
    let campaign = match target.campaign(&channels) {
        Err(TargetError::Manifest(
            error @ (FetchError::AnotherCampaign | FetchError::Manifest(_)),
        )) => {
            refuse_manifest(output, &target, &error);
            return Ok(Exit::LogRefused);
        }
        campaign => campaign?,
    };
    recount(args, output, &target, &channels, &campaign).map_err(|failure| failure.of(campaign.id))
}

fn recount(
    args: &Audit,
    output: Output,
    target: &Target,
    channels: &Channels,
    campaign: &Campaign,
) -> Done {
    let sources = target.sources(campaign, channels, args.mirror.as_deref())?;
    let earlier = match &args.state {
        Some(path) => Earlier::read(path, campaign)?,
        None => None,
    };
    match audit(campaign, &sources, earlier.as_ref()) {
        Ok(report) => {
            // After a refusal the file stays as it is [REC-26].
            if let Some(path) = &args.state {
                Earlier::of(&report).write(path)?;
            }
            let agrees = Agrees { verdict: "agrees", report: &report };
            output.result(&agrees, || {
                let text = report::agrees(campaign, &report);
                let state = args.state.as_deref().map(|path| remembered(path, earlier.as_ref()));
                state.map_or(text.clone(), |state| format!("{text}\n{state}"))
            });
            Ok(Exit::Done)
        }
        Err(AuditError::Refused(refusal)) => {
            refuse(output, campaign, &refusal);
            Ok(Exit::LogRefused)
        }
        Err(error) => Err(Failure::from(error)),
    }
}

/// What the file of `--state` was good for.
fn remembered(path: &Path, earlier: Option<&Earlier>) -> String {
    earlier.map_or_else(
        || format!("First audit, recorded in {}.", path.display()),
        |earlier| {
            let entries = counted(earlier.pledges.size, "entry", "entries");
            format!("Compared with the audit that saw {entries} in the pledge log.")
        },
    )
}

fn refuse(output: Output, campaign: &Campaign, refusal: &Refusal) {
    let report = json!({
        "verdict": "refused",
        "campaign": campaign.id,
        "rule": refusal.rule.id(),
        "log": refusal.log,
        "index": refusal.index,
        "reason": refusal.rule.to_string(),
    });
    output.result(&report, || report::refused(campaign, refusal));
}

fn refuse_manifest(output: Output, target: &Target, error: &FetchError) {
    let reason = match (target, error) {
        (Target::Directory(path, _), FetchError::AnotherCampaign) => {
            let path = path.join("manifest.json");
            format!("{} is not the manifest of the campaign that --campaign names", path.display())
        }
        _ => error.to_string(),
    };
    let rule = if matches!(error, FetchError::AnotherCampaign) { "CAM-1" } else { "manifest" };
    let report = json!({
        "verdict": "refused",
        "rule": rule,
        "log": null,
        "index": null,
        "reason": reason,
    });
    output.result(&report, || format!("REFUSED: {reason}"));
}

#[cfg(test)]
mod tests {
    use headcount_protocol::entry::Entry;

    use super::*;
    use crate::world::World;
    use crate::world::logs::TestLogs;

    /// [REC-26]
    #[test]
    fn a_recount_that_refuses_leaves_what_is_remembered() {
        let world = World::new("http://127.0.0.1:1", 0);
        let dir = tempfile::tempdir().unwrap();
        let (mirror, state) = (dir.path().join("mirror"), dir.path().join("state.json"));
        let target = mirror.to_str().map(str::to_owned);
        let (campaign, complaint, keep) = (None, None, Some(state.clone()));
        let args = Audit { target, campaign, complaint, state: keep, mirror: None, json: true };
        let mut logs = TestLogs::new(&world);
        logs.write(&world, &mirror);
        assert_eq!(run(&args), Ok(Exit::Done));
        let remembered = std::fs::read(&state).unwrap();

        let notes = logs.notes();
        logs.pledges.batch(&world, Vec::new(), notes);
        logs.write(&world, &mirror);
        assert_eq!(run(&args), Ok(Exit::LogRefused), "the seal of an empty batch");
        assert_eq!(std::fs::read(&state).unwrap(), remembered);

        let digest = [1; 32].into();
        let attestation = world.attest(0, digest, 1);
        let key = world.attester[0].public_key();
        let (_, vouching) = attestation.verify(&world.campaign.id, 0, &digest, &key).unwrap();
        let mut logs = TestLogs::new(&world);
        logs.issuances[0].batch(&world, vec![Entry::Issuance(vouching)], Vec::new());
        std::fs::remove_dir_all(&mirror).unwrap();
        logs.write(&world, &mirror);
        assert_eq!(run(&args), Ok(Exit::Done));
        assert_ne!(std::fs::read(&state).unwrap(), remembered);
    }
}
