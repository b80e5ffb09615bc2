//! `headcount certificate`

use std::io;

use headcount_protocol::certificate::{self as protocol, Bound, CheckError, Shown};
use serde_json::json;

use super::output::Output;
use super::{CertificateCheck, CertificateMake, Done};
use crate::audit::Target;
use crate::certificate::report::{Facts, percent, text};
use crate::certificate::{Made, make as make_from};
use crate::exit::{Exit, Failure};
use crate::files::{self, Access};
use crate::report::counted;
use crate::transport::Channels;

pub(super) fn make(args: &CertificateMake) -> Done {
    let target = Target::parse(&args.target, args.campaign)?;
    let channels = Channels::new(1)?;
    let campaign = target.campaign(&channels)?;
    let of = |failure: Failure| failure.of(campaign.id);
    let failed = |what: &str, error: &io::Error| {
        of(Failure::new(Exit::File, format!("{what} cannot be written: {}", error.kind())))
    };
    // What is shown is read twice: over HTTP the second time from here.
    let scratch = tempfile::tempdir().map_err(|error| failed("a temporary directory", &error))?;
    let mirror = args.mirror.as_deref().unwrap_or(scratch.path());
    let sources = target.sources(&campaign, &channels, Some(mirror)).map_err(|it| of(it.into()))?;
    let Made { bytes, shown } =
        make_from(&campaign, &sources.pledges, args.doubt).map_err(|error| of(error.into()))?;
    files::replace(&args.output, &bytes, Access::Public)
        .map_err(|error| failed("the certificate", &error))?;
    Output { json: args.json }.result(&Facts::of(&shown), || {
        let length = counted(u64::try_from(bytes.len()).unwrap_or(u64::MAX), "byte", "bytes");
        format!("{}\n\nWritten to {}: {length}.", text(&shown), args.output.display())
    });
    Ok(Exit::Done)
}

pub(super) fn check(args: &CertificateCheck) -> Done {
    let output = Output { json: args.json };
    let bytes = match files::read_bounded(&args.file, protocol::MAX_LEN) {
        Err(error) if error.kind() == io::ErrorKind::FileTooLarge => {
            refuse(output, "CER-1", "not a certificate: it is too long");
            return Ok(Exit::LogRefused);
        }
        Err(error) => {
            let reason = format!("{} cannot be read: {}", args.file.display(), error.kind());
            return Err(Failure::new(Exit::File, reason));
        }
        Ok(bytes) => bytes,
    };
    match protocol::check(&bytes, args.campaign) {
        Ok(shown) if shown.bound > args.doubt => {
            let (is, asked) = (percent(shown.bound), percent(args.doubt));
            let reason = format!(
                "it leaves {is} of the list in doubt, and {asked} is the most you accept; \
                 --doubt accepts more"
            );
            refuse(output, "doubt", &reason);
            Ok(Exit::LogRefused)
        }
        Ok(shown) => {
            output.result(&Facts::of(&shown), || told(&shown, args.campaign.is_some()));
            Ok(Exit::Done)
        }
        Err(error) => {
            refuse(output, error.rule(), &reason(&error));
            Ok(Exit::LogRefused)
        }
    }
}

/// The share of `--doubt`.
pub(super) fn bound(text: &str) -> Result<Bound, String> {
    let thousandths = text.parse().map_err(|_| "a whole number of thousandths".to_owned())?;
    Bound::new(thousandths).map_err(|error| error.to_string())
}

fn told(shown: &Shown, pinned: bool) -> String {
    let text = text(shown);
    if pinned {
        return text;
    }
    format!(
        "{text}\n\nThe file says itself which campaign it is of: compare the id above with the link you know, or give that as --campaign."
    )
}

fn reason(error: &CheckError) -> String {
    match error {
        CheckError::AnotherCampaign => {
            "the certificate is not of the campaign that --campaign names".to_owned()
        }
        error => error.to_string(),
    }
}

fn refuse(output: Output, rule: &str, reason: &str) {
    let report = json!({ "verdict": "refused", "rule": rule, "reason": reason });
    output.result(&report, || format!("REFUSED by {rule}: {reason}"));
}
