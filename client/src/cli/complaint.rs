//! `headcount audit --complaint`

use std::path::Path;

use super::output::Output;
use super::{Audit, Done};
use crate::audit::Target;
use crate::complaint::{Confirmed, Verdict, confirm, read};
use crate::exit::Exit;
use crate::transport::Channels;
use headcount_protocol::evidence::Kept;

pub(super) fn run(args: &Audit, file: &Path, output: Output) -> Done {
    let channels = Channels::new(4)?;
    let target =
        args.target.as_deref().map(|text| Target::parse(text, args.campaign)).transpose()?;
    // A mirror says which campaign is asked about, and so does a link.
    let asked = match &target {
        Some(target) => Some(target.campaign(&channels)?.id),
        None => args.campaign,
    };
    let (complaint, campaign) = read(file, asked)?;
    let of = |failure: crate::exit::Failure| failure.of(campaign.id);
    let sources = target.map(|target| target.sources(&campaign, &channels, None)).transpose()?;
    let confirmed = confirm(&complaint, &campaign, sources.as_ref()).map_err(|it| of(it.into()))?;
    output.result(&confirmed, || words(campaign.manifest.title.get("en"), &confirmed));
    Ok(match confirmed.verdict {
        Verdict::Upheld => Exit::LogRefused,
        Verdict::Refuted => Exit::Done,
        Verdict::Open => Exit::NotFinished,
    })
}

fn words(title: &str, confirmed: &Confirmed) -> String {
    let heading = format!("{title}\n  campaign {}\n", confirmed.campaign);
    let size = confirmed.size.map_or("none".to_owned(), |size| size.to_string());
    let seen = match confirmed.witnessed {
        None => "unwitnessed",
        Some(true) => "witnessed",
        Some(false) => "signed, not witnessed",
    };
    let index = confirmed.index.unwrap_or_default();
    let verdict = match (confirmed.verdict, confirmed.kept, confirmed.issuer) {
        (_, Some(kept), _) => {
            let batch = confirmed.batch.unwrap_or_default();
            let kept = match kept {
                Kept::Late => format!("it stands at index {index}, in a later batch: LATE"),
                Kept::Early => format!("it stands at index {index}, in an earlier batch: EARLY"),
                Kept::Absent => "it is ABSENT from it".to_owned(),
            };
            format!(
                "UPHELD: the counter signed that an entry stands in batch {batch}, and {kept}.\nShown \
                 by a log of {size} entries, {seen}."
            )
        }
        (Verdict::Upheld, _, Some(issuer)) => format!(
            "UPHELD: issuer {issuer} signed a request that its log of {size} entries does not list."
        ),
        (Verdict::Refuted, _, _) => {
            format!("REFUTED: the log lists the issuance, at index {index}.")
        }
        (_, _, issuer) => format!(
            "OPEN: issuer {} signed the request. Whether its log lists it, say LINK or DIR to see.",
            issuer.unwrap_or_default()
        ),
    };
    format!("{heading}\n{verdict}")
}
