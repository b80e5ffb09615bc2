//! `headcount crowd`

use std::sync::mpsc::{RecvTimeoutError, channel};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::json;

use super::output::{json_line, line};
use super::{CrowdArgs, Done};
use crate::crowd::{Counts, CrowdError, Plan, Tally, play};
use crate::exit::{Exit, Failure};
use crate::files;
use crate::progress::Progress;
use crate::transport::Channels;
use crate::wallet::SecretText;

/// Most bytes of the file of invitations.
const MAX_INVITATIONS: usize = 1 << 26;

pub(super) fn run(args: &CrowdArgs) -> Done {
    let started = Instant::now();
    let invitations = match &args.invitations {
        None => Vec::new(),
        Some(path) => {
            let bytes = files::read_bounded(path, MAX_INVITATIONS).map_err(|error| {
                Failure::from(CrowdError::File { name: "the invitations", kind: error.kind() })
            })?;
            let text = String::from_utf8_lossy(&bytes);
            let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
            lines.map(|line| SecretText::new(line.to_owned())).collect()
        }
    };
    let plan = Plan {
        supporters: args.supporters,
        outbox: args.outbox.clone(),
        invitations,
        parallel: args.parallel.into(),
    };
    let channels = Channels::new(plan.parallel)?;
    let campaign = args.link.fetch(&channels.campaign)?;
    let tally = Tally::default();
    let played = thread::scope(|scope| {
        let (over, watch) = channel::<()>();
        let tally = &tally;
        scope.spawn(move || {
            let progress = Progress::new("pledging", args.supporters);
            let mut shown = 0;
            // The sender is dropped at the end, which wakes this thread at once.
            while watch.recv_timeout(Duration::from_millis(500)) == Err(RecvTimeoutError::Timeout) {
                let counts = tally.counts();
                if args.progress_json {
                    line(&json_line(&counts));
                } else {
                    progress.advance(counts.pledged - shown);
                    shown = counts.pledged;
                }
            }
            progress.finish();
        });
        let played = play(&campaign, &channels, &plan, tally);
        drop(over);
        played
    });
    let seconds = started.elapsed().as_secs_f64();
    conclude(args, &tally.counts(), seconds);
    played.map(|_| Exit::Done).map_err(Failure::from)
}

fn conclude(args: &CrowdArgs, counts: &Counts, seconds: f64) {
    let Counts { started, issued, pledged, failed } = *counts;
    if args.progress_json {
        line(&json_line(&json!({
            "done": true,
            "started": started,
            "issued": issued,
            "pledged": pledged,
            "failed": failed,
            "seconds": seconds,
        })));
    } else {
        line(&format!(
            "{started} began, {issued} were issued a token, {pledged} pledged, {failed} failed, \
             in {seconds:.1} s"
        ));
    }
}
