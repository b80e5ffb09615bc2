//! The count over the batches, as an SVG image: no script, nothing from elsewhere, in colours that
//! are read on light and on dark ground.

use std::fmt::Write as _;

use headcount_protocol::campaign::Campaign;
use headcount_protocol::recount::Report;

use crate::report::grouped;

/// The image, and where in it the count is drawn.
const WIDTH: f64 = 800.0;
const HEIGHT: f64 = 400.0;
const LEFT: f64 = 90.0;
const RIGHT: f64 = 780.0;
const TOP: f64 = 50.0;
const BOTTOM: f64 = 345.0;

/// Most points of the line: what comes closer than a pixel is left out.
const POINTS: usize = 1_400;

/// Draws the count that the threshold names, with the threshold and the milestones as lines.
#[must_use]
pub fn svg(campaign: &Campaign, report: &Report) -> String {
    let threshold = &report.threshold;
    let counts: Vec<u64> =
        report.batches.iter().map(|batch| threshold.of.of(&batch.classes)).collect();
    let marks = threshold.milestones.iter().map(|milestone| milestone.count);
    let marks: Vec<u64> = marks.chain([threshold.count]).collect();
    let most = counts.iter().chain(&marks).copied().max().unwrap_or(1).max(1);
    let last = counts.len().saturating_sub(1);
    let x = |batch: usize| LEFT + (RIGHT - LEFT) * share(batch as f64, last as f64);
    let y = |count: u64| BOTTOM - (BOTTOM - TOP) * share(count as f64, most as f64);

    let title = escaped(campaign.manifest.title.get("en"));
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" role=\"img\" \
         aria-labelledby=\"t\" font-family=\"sans-serif\" font-size=\"13\">\n\
         <title id=\"t\">{title}: the count over {} batches</title>\n\
         <style>\
         svg{{background:#fff;color:#222}}text{{fill:currentColor}}\
         .axis{{stroke:currentColor;fill:none}}\
         .count{{stroke:#1668b8;stroke-width:2;fill:none}}\
         .mark{{stroke:#b35900;stroke-dasharray:6 4}}\
         @media(prefers-color-scheme:dark){{svg{{background:#181818;color:#ddd}}\
         .count{{stroke:#7db8f0}}.mark{{stroke:#f0a860}}}}\
         </style>\n\
         <text x=\"{LEFT}\" y=\"26\" font-size=\"16\">{title}</text>\n\
         <path class=\"axis\" d=\"M{LEFT} {TOP}V{BOTTOM}H{RIGHT}\"/>\n",
        grouped(counts.len().try_into().unwrap_or(u64::MAX)),
    );
    let text = |x: f64, y: f64, anchor: &str, text: &str| {
        format!("<text x=\"{x:.1}\" y=\"{y:.1}\" text-anchor=\"{anchor}\">{text}</text>\n")
    };
    let labels = [
        text(LEFT - 8.0, BOTTOM + 4.0, "end", "0"),
        text(LEFT - 8.0, TOP + 4.0, "end", &grouped(most)),
        text(LEFT, BOTTOM + 20.0, "middle", "0"),
        text(RIGHT, BOTTOM + 20.0, "end", &grouped(last.try_into().unwrap_or(u64::MAX))),
        text((LEFT + RIGHT) / 2.0, BOTTOM + 40.0, "middle", "batch"),
    ];
    svg.push_str(&labels.concat());
    let _ = writeln!(
        svg,
        "<text transform=\"translate(20 {:.1}) rotate(-90)\" text-anchor=\"middle\">count</text>",
        f64::midpoint(TOP, BOTTOM)
    );
    for (at, &mark) in marks.iter().enumerate() {
        let (name, y) = (if at + 1 == marks.len() { "threshold" } else { "milestone" }, y(mark));
        let _ = writeln!(svg, "<path class=\"mark\" d=\"M{LEFT} {y:.1}H{RIGHT}\"/>");
        let label = format!("{name} {}", grouped(mark));
        svg.push_str(&text(RIGHT, y - 5.0, "end", &label));
    }
    // A count holds from its batch to the next.
    let step = counts.len().div_ceil(POINTS).max(1);
    let drawn = (0..counts.len()).filter(|at| at % step == 0 || *at == last);
    let mut path = String::new();
    for at in drawn {
        let (x, y) = (x(at), y(counts[at]));
        let _ = match path.is_empty() {
            true => write!(path, "M{x:.1} {y:.1}"),
            false => write!(path, "H{x:.1}V{y:.1}"),
        };
    }
    let _ = writeln!(svg, "<path class=\"count\" d=\"{path}\"/>\n</svg>");
    svg
}

fn share(of: f64, whole: f64) -> f64 {
    if whole > 0.0 { of / whole } else { 0.0 }
}

/// Text of the organisers: no markup, and no character that XML does not have.
fn escaped(text: &str) -> String {
    let mut out = String::new();
    for c in text.chars().filter(|&c| !c.is_control() && !matches!(c, '\u{fffe}' | '\u{ffff}')) {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    #[test]
    fn text_is_no_markup() {
        assert_eq!(super::escaped("<a b=\"c\">&\u{7}\n\u{ffff}"), "&lt;a b=&quot;c&quot;&gt;&amp;");
    }
}
