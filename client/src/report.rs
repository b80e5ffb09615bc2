//! Reports for people: aligned, short, and with the same facts as the JSON.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use headcount_protocol::campaign::Campaign;
use headcount_protocol::campaign::manifest::{Measure, NO_REGION};
use headcount_protocol::recount::report::LogState;
use headcount_protocol::recount::{Refusal, Report};

/// The summary of an audit that agrees.
#[must_use]
pub fn agrees(campaign: &Campaign, report: &Report) -> String {
    let mut text = heading(campaign);
    let mut row = |name: &str, value: &str| {
        let _ = writeln!(text, "  {name:<22}{value}");
    };
    for class in &report.classes {
        let discounted = match class.pledges - class.counted {
            0 => String::new(),
            more => {
                let pledges = counted(class.pledges, "pledge", "pledges");
                format!("  ({pledges}, {} not counted)", grouped(more))
            }
        };
        row(
            &format!("class {}", class.class),
            &format!("{:>11}{discounted}", grouped(class.counted)),
        );
    }
    row("sum", &format!("{:>11}", grouped(report.sum)));
    if report.classes.len() > 1 {
        row("maximum", &format!("{:>11}", grouped(report.maximum)));
    }
    let pledges = report.classes.iter().map(|class| class.pledges).sum::<u64>();
    let named = named_a_region(&report.regions);
    row(
        "regions named by",
        &format!("{:>11}  of {}", grouped(named), counted(pledges, "pledge", "pledges")),
    );
    let threshold = &report.threshold;
    let of = match threshold.of {
        Measure::Sum => "of the sum".to_owned(),
        Measure::Maximum => "of the largest class".to_owned(),
        Measure::Class(index) => {
            format!("of class {}", campaign.class(index).map_or("", |class| &class.name))
        }
    };
    let reached = match threshold.reached_in_batch {
        Some(batch) => format!("reached in batch {batch}"),
        None => format!("not reached, {} to go", grouped(threshold.count - threshold.current)),
    };
    row("threshold", &format!("{:>11}  {of}, {reached}", grouped(threshold.count)));
    for count in &report.issuance_logs {
        let class = campaign.class_of(count.issuer);
        let class = campaign.class(class).map_or("", |class| &class.name);
        row(
            &format!("issued by issuer {}", count.issuer),
            &format!(
                "{:>11}  class {class}, {} not pledged yet",
                grouped(count.issued),
                grouped(count.slack)
            ),
        );
    }
    row("pledge log", &log(&report.pledge_log));
    for count in &report.issuance_logs {
        row(&format!("issuance log {}", count.issuer), &log(&count.log));
    }
    row("witnesses", &format!("none: the logs are {}", report.witnessing));
    match &report.findings[..] {
        [] => row("findings", "none"),
        findings => {
            for finding in findings {
                row("finding", &finding.to_string());
            }
        }
    }
    let _ =
        write!(text, "\nAGREES: the logs follow from their entries, and the count from the logs.");
    text
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
    format!("{:>11} {entries} in {batches}, root {}", grouped(state.size), state.root)
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
