//! Milestones and the spread over the regions: [CAM-31], [CAM-32], and their form.

use serde_json::{Value, json};

use super::base::{edited, large_edited, set};
use crate::vectors::Case;

/// 2^53 - 1
const LARGEST: u64 = 9_007_199_254_740_991;
const MILESTONES: &str = "/threshold/milestones";
const SPREAD: &str = "/threshold/spread";

pub(super) fn cases() -> Vec<Case> {
    [milestones(), spread(), forms(), keys(), order()].concat()
}

fn bad(comment: &'static str, at: &str, value: Value, rule: &'static str) -> Case {
    Case::invalid(comment, set(&[(at, value)]), rule)
}

fn milestones() -> Vec<Case> {
    let valid = |comment, value: Value| Case::valid(comment, set(&[(MILESTONES, value)]));
    let refused = |comment, value| bad(comment, MILESTONES, value, "CAM-31");
    let sixty_four = "\"milestones\":[1,2,";
    vec![
        valid("one milestone", json!([1])),
        valid("one beyond the aim", json!([1_000_000])),
        valid("one that is the aim", json!([1, 3])),
        valid("2^53 - 1", json!([LARGEST])).flags(&["number"]),
        refused("no pledge", json!([0])),
        refused("no pledge, then one", json!([0, 1])),
        refused("the same twice", json!([1, 1])),
        refused("descending", json!([2, 1])),
        refused("the last two descending", json!([1, 3, 2])),
        refused("ascending as texts", json!([10, 9])),
        Case::invalid("65 of them", large_edited(&[("64],\"of\"", "64,65],\"of\"")]), "CAM-31")
            .flags(&["length"]),
        Case::invalid(
            "64 of them, from 0",
            large_edited(&[(sixty_four, "\"milestones\":[0,2,")]),
            "CAM-31",
        ),
        bad("2^53", MILESTONES, json!([1, LARGEST + 1]), "CAM-9").flags(&["number"]),
        bad("2^64 - 1, then 1", MILESTONES, json!([u64::MAX, 1]), "CAM-9").flags(&["number"]),
    ]
}

fn spread() -> Vec<Case> {
    let of = |regions: u16, pledges: u64| json!({ "regions": regions, "pledges": pledges });
    let valid = |comment, value: Value| Case::valid(comment, set(&[(SPREAD, value)]));
    let refused = |comment, value| bad(comment, SPREAD, value, "CAM-32");
    let none = |value: Value| set(&[(SPREAD, value), ("/regions", json!([]))]);
    vec![
        valid("one pledge in one region", of(1, 1)),
        valid("in all regions", of(2, 1)),
        valid("2^53 - 1 pledges in one", of(1, LARGEST)).flags(&["number"]),
        valid("more than the aim, in all", of(2, 100)),
        Case::valid("no regions, and none is asked for", none(of(0, 0))),
        refused("in one region more than there are", of(3, 1)),
        refused("in 65,535 regions", of(65_535, 1)),
        refused("no pledge in one region", of(1, 0)),
        refused("a pledge in no region", of(0, 1)),
        Case::invalid("no regions, and one is asked for", none(of(1, 1)), "CAM-32"),
        bad("2^53 pledges", SPREAD, of(1, LARGEST + 1), "CAM-9").flags(&["number"]),
        bad("2^53 pledges in no region", SPREAD, of(0, LARGEST + 1), "CAM-9").flags(&["number"]),
    ]
}

fn forms() -> Vec<Case> {
    let form = |comment, at, value| bad(comment, at, value, "CAM-7").flags(&["type"]);
    let number = |comment, old: &str, new: &str| {
        Case::invalid(comment, edited(&[(old, new)]), "CAM-6").flags(&["number"])
    };
    let empty = "\"milestones\":[]";
    let regions = "\"regions\":0";
    vec![
        form("a number for milestones", MILESTONES, json!(0)),
        form("an object for milestones", MILESTONES, json!({})),
        form("null for milestones", MILESTONES, json!(null)).flags(&["null", "type"]),
        form("a text as a milestone", MILESTONES, json!(["1"])),
        form("an array as a milestone", MILESTONES, json!([[1]])),
        form("null as a milestone", MILESTONES, json!([null])).flags(&["null", "type"]),
        form("an array for the spread", SPREAD, json!([0, 0])),
        form("null for the spread", SPREAD, json!(null)).flags(&["null", "type"]),
        form("a number for the spread", SPREAD, json!(0)),
        form("a text for the regions of the spread", "/threshold/spread/regions", json!("0")),
        form("a list for the regions of the spread", "/threshold/spread/regions", json!([1])),
        number("a milestone with a fraction", empty, "\"milestones\":[1.0]"),
        number("a milestone with an exponent", empty, "\"milestones\":[1e3]"),
        number("a milestone of minus zero", empty, "\"milestones\":[-0]"),
        number("a milestone below zero", empty, "\"milestones\":[-1]"),
        number("a milestone of 2^64", empty, "\"milestones\":[18446744073709551616]"),
        number("65,536 regions in the spread", regions, "\"regions\":65536"),
        number("less than no regions in the spread", regions, "\"regions\":-1"),
        number("pledges of the spread with a fraction", "\"pledges\":0", "\"pledges\":0.0"),
        number("2^64 pledges of the spread", "\"pledges\":0", "\"pledges\":18446744073709551616"),
    ]
}

fn keys() -> Vec<Case> {
    let refused = |comment, old: &str, new: &str, flags: &'static [&'static str]| {
        Case::invalid(comment, edited(&[(old, new)]), "CAM-5").flags(flags)
    };
    let pledges = "\"pledges\":0";
    vec![
        refused(
            "milestones twice",
            "{\"count\":3",
            "{\"milestones\":[],\"count\":3",
            &["duplicate-key"],
        ),
        refused(
            "regions of the spread twice",
            pledges,
            "\"pledges\":0,\"regions\":0",
            &["duplicate-key"],
        ),
        refused(
            "the second time escaped",
            pledges,
            "\"pledges\":0,\"r\\u0065gions\":1",
            &["duplicate-key", "escape"],
        ),
        refused("beside the spread's keys", pledges, "\"pledges\":0,\"class\":0", &["unknown-key"]),
        refused(
            "beside the threshold's keys",
            "{\"count\":3",
            "{\"milestone\":1,\"count\":3",
            &["unknown-key"],
        ),
    ]
}

/// Which rule comes first.
fn order() -> Vec<Case> {
    let both = |comment, pairs: &[(&str, &str)], rule| {
        Case::invalid(comment, edited(pairs), rule).flags(&["order"])
    };
    let (milestones, spread) = ("\"milestones\":[]", "{\"pledges\":0,");
    vec![
        both(
            "milestones before the spread, wherever they stand",
            &[(milestones, "\"milestones\":[1.0]"), (spread, "{\"pledges\":\"0\",")],
            "CAM-6",
        ),
        both(
            "regions before pledges, wherever they stand",
            &[("\"pledges\":0,\"regions\":0", "\"pledges\":0.5,\"regions\":null")],
            "CAM-7",
        ),
        both(
            "the measure before the milestones",
            &[("\"sum\"", "1"), (milestones, "\"milestones\":[1.0]")],
            "CAM-7",
        ),
        both(
            "a missing key of the threshold before the form of its count",
            &[("\"count\":3", "\"count\":1.5"), ("\"milestones\"", "\"mile-stones\"")],
            "CAM-5",
        ),
        both(
            "a title of two lines before the milestones",
            &[("A rally", "A\\nrally"), (milestones, "\"milestones\":[0]")],
            "CAM-30",
        ),
        both(
            "milestones before the spread",
            &[(milestones, "\"milestones\":[0]"), (spread, "{\"pledges\":1,")],
            "CAM-31",
        ),
        both(
            "the aim before the milestones",
            &[("\"count\":3", "\"count\":0"), (milestones, "\"milestones\":[0]")],
            "CAM-10",
        ),
    ]
}
