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
    let sources = target.sources(&campaign, &channels, Some(scratch.path()));
    let sources = sources.map_err(|error| of(error.into()))?;
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

#[cfg(test)]
mod tests {
    use std::path::{Path, PathBuf};

    use super::*;
    use crate::world::World;
    use crate::world::logs::TestLogs;

    fn check_of(file: &Path, doubt: u16) -> CertificateCheck {
        let doubt = Bound::new(doubt).unwrap();
        CertificateCheck { file: file.to_owned(), campaign: None, doubt, json: true }
    }

    /// [CAM-1]
    #[test]
    fn a_certificate_is_made_and_checked() {
        let world = World::new("http://127.0.0.1:1", 0);
        let dir = tempfile::tempdir().unwrap();
        let (mirror, output) = (dir.path().join("mirror"), dir.path().join("a.certificate"));
        TestLogs::with_pledges(&world).0.write(&world, &mirror);
        let make_of = |target: &Path, doubt| CertificateMake {
            target: target.to_str().unwrap().to_owned(),
            output: output.clone(),
            campaign: Some(world.campaign.id),
            doubt: Bound::new(doubt).unwrap(),
            json: true,
        };
        assert_eq!(make(&make_of(&mirror, 100)), Ok(Exit::Done));
        assert_eq!(check(&check_of(&output, 100)), Ok(Exit::Done));
        assert_eq!(check(&check_of(&output, 99)), Ok(Exit::LogRefused));
        let of = |id| CertificateCheck { campaign: Some(id), ..check_of(&output, 100) };
        assert_eq!(check(&of(world.campaign.id)), Ok(Exit::Done));
        assert_eq!(check(&of([7; 32].into())), Ok(Exit::LogRefused));

        let mut bytes = std::fs::read(&output).unwrap();
        *bytes.last_mut().unwrap() ^= 1;
        std::fs::write(&output, &bytes).unwrap();
        assert_eq!(check(&check_of(&output, 100)), Ok(Exit::LogRefused));
        // What cannot be made replaces nothing.
        let nothing = make(&make_of(&dir.path().join("gone"), 20));
        assert_eq!(nothing.unwrap_err().exit, Exit::File);
        assert_eq!(std::fs::read(&output).unwrap(), bytes);
        let gone = check(&check_of(&PathBuf::from("/nonexistent"), 20));
        assert_eq!(gone.unwrap_err().exit, Exit::File);
    }
}
