//! Numbers in their one form and range: [CAM-6].

use serde_json::{Value, json};

use super::base::{edited, set};
use crate::vectors::Case;

pub(super) fn cases() -> Vec<Case> {
    [forms(), ranges()].concat()
}

fn forms() -> Vec<Case> {
    let bad = |comment, old: &str, new: &str| {
        Case::invalid(comment, edited(&[(old, new)]), "CAM-6").flags(&["number"])
    };
    let opens = "\"opens\":1800000000";
    let minimum = "\"minimum\":0";
    let long = format!("\"minimum\":1{}", "0".repeat(400));
    let fraction = format!("{opens}.{}", "0".repeat(40));
    vec![
        bad("a fraction of zero", opens, "\"opens\":1800000000.0"),
        bad("a fraction", opens, "\"opens\":1800000000.5"),
        bad("a fraction of forty zeros", opens, &fraction),
        bad("an exponent", opens, "\"opens\":18e8"),
        bad("a capital exponent", opens, "\"opens\":18E8"),
        bad("an exponent with a plus", opens, "\"opens\":18e+8"),
        bad("a fraction that an exponent takes away", opens, "\"opens\":1.8e9"),
        bad("an exponent of zero", opens, "\"opens\":1800000000e0"),
        bad("an exponent below zero", opens, "\"opens\":18000000000e-1"),
        bad("minus zero", minimum, "\"minimum\":-0"),
        bad("minus zero where numbers have signs", "\"latitude\":55751", "\"latitude\":-0"),
        bad("zero with a fraction", minimum, "\"minimum\":0.0"),
        bad("zero with an exponent", minimum, "\"minimum\":0e0"),
        bad("minus zero with a fraction", minimum, "\"minimum\":-0.0"),
        bad("more than any float has", minimum, "\"minimum\":1e400"),
        bad("less than any float has", minimum, "\"minimum\":1e-400"),
        bad("a one and 400 zeros", minimum, &long),
        bad("a fraction in an index", "\"issuers\":[0]", "\"issuers\":[0.0]"),
        bad("an exponent in a region", "\"id\":1,", "\"id\":1e0,"),
    ]
}

fn ranges() -> Vec<Case> {
    let bad = |comment, at, value: Value| {
        Case::invalid(comment, set(&[(at, value)]), "CAM-6").flags(&["number"])
    };
    let valid =
        |comment, at, value: Value| Case::valid(comment, set(&[(at, value)])).flags(&["number"]);
    let above = edited(&[("\"minimum\":0", "\"minimum\":18446744073709551616")]);
    vec![
        bad("below a u64", "/delay/minimum", json!(-1)),
        Case::invalid("above a u64", above, "CAM-6").flags(&["number"]),
        bad("below a u16", "/headcount", json!(-1)),
        bad("above a u16", "/headcount", json!(65_537)),
        bad("above a u16, in an index", "/classes/0/issuers", json!([65_536])),
        bad("above a u16, in a class", "/threshold/of", json!({ "class": 65_536 })),
        bad("below a u16, in a class", "/threshold/of", json!({ "class": -1 })),
        bad("above a u16, in a region", "/regions/0/id", json!(65_536)),
        bad("above a u16, in a version", "/email_rules", json!(65_537)),
        valid("the largest u16", "/regions/0/id", json!(65_535)),
        bad("above a u32", "/batch/minimum_size", json!(4_294_967_296_u64)),
        bad("below a u32", "/batch/minimum_size", json!(-1)),
        valid("the largest u32", "/batch/minimum_size", json!(4_294_967_295_u64)),
        bad("above an i32", "/regions/0/latitude", json!(2_147_483_648_i64)),
        bad("below an i32", "/regions/0/longitude", json!(-2_147_483_649_i64)),
        bad("an i32 as a u32", "/regions/0/latitude", json!(4_294_967_295_i64)),
    ]
}
