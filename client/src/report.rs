//! Reports for people: aligned, short, and with the same facts as the JSON.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use headcount_protocol::campaign::Campaign;
use headcount_protocol::campaign::manifest::{Measure, NO_REGION};
use headcount_protocol::recount::report::LogState;
use headcount_protocol::recount::{Changed, Placed, Refusal, Report};
use headcount_protocol::statement::Office;

/// The summary of an audit that agrees.
#[must_use]
pub fn agrees(campaign: &Campaign, report: &Report) -> String {
    let mut rows = Rows(heading(campaign));
    counts(&mut rows, report);
    threshold(&mut rows, campaign, report);
    logs(&mut rows, campaign, report);
    said(&mut rows, report);
    match &report.findings[..] {
        [] => rows.add("findings", "none"),
        findings => findings.iter().for_each(|finding| rows.add("finding", &finding.to_string())),
    }
    let verdict = "AGREES: the logs follow from their entries, and the count from the logs.";
    format!("{}\n{verdict}", rows.0)
}

/// Lines of a name and what is said of it.
struct Rows(String);

impl Rows {
    fn add(&mut self, name: &str, value: &str) {
        let _ = writeln!(self.0, "  {name:<22}{value}");
    }
}

fn counts(rows: &mut Rows, report: &Report) {
    for class in &report.classes {
        let pledges = counted(class.pledges, "pledge", "pledges");
        let bound = class.pledges - class.withdrawn.min(class.pledges);
        let mut less = Vec::new();
        if class.withdrawn > 0 {
            less.push(format!("{} withdrawn", grouped(class.withdrawn)));
        }
        if bound > class.counted {
            less.push(format!("{} not counted", grouped(bound - class.counted)));
        }
        let less = match &less[..] {
            [] => String::new(),
            less => format!("  ({pledges}, {})", less.join(", ")),
        };
        let count = format!("{:>11}{less}", grouped(class.counted));
        rows.add(&format!("class {}", class.class), &count);
    }
    rows.add("sum", &format!("{:>11}", grouped(report.sum)));
    if report.classes.len() > 1 {
        rows.add("maximum", &format!("{:>11}", grouped(report.maximum)));
    }
    let pledges = report.regions.values().sum::<u64>();
    let named = grouped(named_a_region(&report.regions));
    let of = counted(pledges, "pledge", "pledges");
    rows.add("regions named by", &format!("{named:>11}  of {of}"));
}

fn threshold(rows: &mut Rows, campaign: &Campaign, report: &Report) {
    let threshold = &report.threshold;
    let of = match threshold.of {
        Measure::Sum => "of the sum".to_owned(),
        Measure::Maximum => "of the largest class".to_owned(),
        Measure::Class(index) => {
            format!("of class {}", campaign.class(index).map_or("", |class| &class.name))
        }
    };
    let state = |count: u64, reached: Option<u64>| match reached {
        Some(batch) => format!("reached in batch {batch}"),
        None => format!("not reached, {} to go", grouped(count.saturating_sub(threshold.current))),
    };
    for milestone in &threshold.milestones {
        let state = state(milestone.count, milestone.reached_in_batch);
        rows.add("milestone", &format!("{:>11}  {of}, {state}", grouped(milestone.count)));
    }
    let count = state(threshold.count, threshold.count_reached_in_batch);
    rows.add("threshold", &format!("{:>11}  {of}, {count}", grouped(threshold.count)));
    if let Some(spread) = &threshold.spread {
        let state = match spread.reached_in_batch {
            Some(batch) => format!("reached in batch {batch}"),
            None => format!("not reached, now {}", spread.current),
        };
        let regions = counted(spread.regions.into(), "region", "regions");
        let each = counted(spread.pledges, "pledge", "pledges");
        rows.add("and", &format!("{:>11} with {each} each, {state}", regions));
        let both = threshold.reached_in_batch;
        let both = both.map_or("not yet".to_owned(), |batch| format!("in batch {batch}"));
        rows.add("both reached", &both);
    }
    match threshold.witnessed {
        Some(witnessed) => {
            rows.add("witnessed count", &format!("{:>11}  {of}", grouped(witnessed)));
        }
        None => rows.add("witnesses", "none: the logs are unwitnessed"),
    }
}

fn logs(rows: &mut Rows, campaign: &Campaign, report: &Report) {
    for count in &report.issuance_logs {
        let class = campaign.class_of(count.issuer);
        let class = campaign.class(class).map_or("", |class| &class.name);
        let slack = format!("{} not pledged yet", grouped(count.slack));
        let frozen = count.frozen.map(|size| format!(", revoked at size {}", grouped(size)));
        let frozen = frozen.unwrap_or_default();
        let issued = grouped(count.issued);
        let issuer = format!("issued by issuer {}", count.issuer);
        rows.add(&issuer, &format!("{issued:>11}  class {class}, {slack}{frozen}"));
    }
    rows.add("pledge log", &log(&report.pledge_log));
    for count in &report.issuance_logs {
        rows.add(&format!("issuance log {}", count.issuer), &log(&count.log));
    }
}

fn said(rows: &mut Rows, report: &Report) {
    for announcement in &report.announcements {
        let side = match announcement.placed {
            Placed::Before => "before the threshold was reached",
            Placed::With => "in the batch that reached the threshold",
            Placed::After => "after the threshold was reached",
        };
        // A terminal obeys some characters; the organisers may have signed any.
        let text = announcement.texts.get("en").replace('\n', " ");
        let text = text.chars().filter(|c| !c.is_control()).take(120).collect::<String>();
        let name = format!("announcement {}", announcement.number);
        rows.add(&name, &format!("in batch {}, {side}: {text}", announcement.batch));
    }
    for amendment in &report.amendments {
        let what = match amendment.change {
            Changed::Shares { epoch } => format!("the guardians hold new shares, epoch {epoch}"),
            Changed::Revocation { issuer, size } => {
                format!("issuer {issuer} is revoked; its log counts up to size {}", grouped(size))
            }
        };
        let name = format!("amendment {}", amendment.number);
        rows.add(&name, &format!("in batch {}: {what}", amendment.batch));
    }
    if let Some(closing) = &report.closing {
        let offices = closing.destroyed.iter().map(|office| match office {
            Office::Attester(index) => format!("attester {index}"),
            Office::Guardian(index) => format!("guardian {index}"),
            Office::Issuer(index) => format!("issuer {index}"),
        });
        let offices = offices.collect::<Vec<_>>();
        let seen = if offices.is_empty() { "nobody".to_owned() } else { offices.join(", ") };
        let batch = closing.batch;
        rows.add("closed", &format!("in batch {batch}; saw the secrets destroyed of {seen}"));
    }
}

/// The summary of an audit that refuses.
#[must_use]
pub fn refused(campaign: &Campaign, refusal: &Refusal) -> String {
    format!("{}\nREFUSED by {}: {refusal}", heading(campaign), refusal.rule.id())
}

/// Says which campaign was audited, whatever came of it ([REC-25]).
fn heading(campaign: &Campaign) -> String {
    format!("{}\n  {:<22}{}\n", campaign.manifest.title.get("en"), "campaign", campaign.id)
}

fn log(state: &LogState) -> String {
    let entries = if state.size == 1 { "entry" } else { "entries" };
    let batches = counted(state.batches, "batch", "batches");
    let witnessed = match state.witnessed {
        Some(size) if size == state.size => ", all witnessed".to_owned(),
        Some(size) => format!(", {} witnessed", grouped(size)),
        None => String::new(),
    };
    let size = grouped(state.size);
    format!("{size:>11} {entries} in {batches}{witnessed}, root {}", state.root)
}

/// A number and what it counts.
#[must_use]
pub fn counted(number: u64, one: &str, more: &str) -> String {
    format!("{} {}", grouped(number), if number == 1 { one } else { more })
}

/// A number with its thousands apart.
#[must_use]
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// Pledges whose supporters have named a region.
fn named_a_region(regions: &BTreeMap<u16, u64>) -> u64 {
    let named = regions.iter().filter(|(region, _)| **region != NO_REGION);
    named.map(|(_, pledges)| pledges).sum()
}

#[cfg(test)]
mod tests {
    use super::grouped;

    #[test]
    fn thousands_stand_apart() {
        let texts = [0, 12, 999, 1_000, 500_000, 1_234_567].map(grouped);
        assert_eq!(texts, ["0", "12", "999", "1,000", "500,000", "1,234,567"]);
    }

    #[test]
    fn whoever_names_none_has_named_no_region() {
        assert_eq!(super::named_a_region(&[(0, 21), (1, 1), (7, 4)].into()), 5);
        assert_eq!(super::named_a_region(&[].into()), 0);
    }

    #[test]
    fn one_is_singular() {
        let texts = [0, 1, 1_000].map(|number| super::counted(number, "entry", "entries"));
        assert_eq!(texts, ["0 entries", "1 entry", "1,000 entries"]);
    }
}
