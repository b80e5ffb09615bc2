//! The rules between the fields, but for those on classes, keys and commitments.

use serde_json::{Value, json};

use super::base::{edited, large_edited, set, witnesses};
use crate::vectors::Case;

/// 2^53 - 1
const LARGEST: u64 = 9_007_199_254_740_991;

pub(super) fn cases() -> Vec<Case> {
    [version(), integers(), times(), quorum(), regions(), batches(), title()].concat()
}

fn valid(comment: &'static str, at: &str, value: Value) -> Case {
    Case::valid(comment, set(&[(at, value)]))
}

fn bad(comment: &'static str, at: &str, value: Value, rule: &'static str) -> Case {
    Case::invalid(comment, set(&[(at, value)]), rule)
}

fn version() -> Vec<Case> {
    let version = |comment, number: u16| bad(comment, "/headcount", json!(number), "CAM-8");
    vec![version("version 0", 0), version("version 2", 2), version("version 65535", 65_535)]
}

fn integers() -> Vec<Case> {
    let mut cases = vec![
        valid("2^53 - 1", "/threshold/count", json!(LARGEST)).flags(&["number"]),
        valid("a time of 2^53 - 1", "/schedule/redemption_closes", json!(LARGEST))
            .flags(&["number"]),
    ];
    for at in [
        "/threshold/count",
        "/schedule/opens",
        "/schedule/issuance_closes",
        "/schedule/redemption_closes",
        "/delay/minimum",
        "/delay/maximum",
        "/batch/interval",
        "/batch/maximum_wait",
    ] {
        cases.push(bad("2^53", at, json!(LARGEST + 1), "CAM-9").flags(&["number"]));
    }
    cases.extend([
        bad("a number that no float has", "/threshold/count", json!(LARGEST + 2), "CAM-9")
            .flags(&["number"]),
        bad("2^63", "/threshold/count", json!(1_u64 << 63), "CAM-9").flags(&["number"]),
        bad("2^64 - 1", "/threshold/count", json!(u64::MAX), "CAM-9").flags(&["number"]),
    ]);
    cases
}

fn times() -> Vec<Case> {
    let class = |index: u16| json!({ "class": index });
    let exact = 1_800_777_000_u64;
    vec![
        bad("no pledge reaches the aim", "/threshold/count", json!(0), "CAM-10"),
        valid("one pledge does", "/threshold/count", json!(1)),
        valid("the largest class", "/threshold/of", json!("maximum")),
        valid("the last class", "/threshold/of", class(1)),
        bad("a class behind the last", "/threshold/of", class(2), "CAM-10"),
        bad("class 65535", "/threshold/of", class(65_535), "CAM-10"),
        valid("open for a second", "/schedule/opens", json!(1_800_599_999_u64)),
        bad("open for no time", "/schedule/opens", json!(1_800_600_000_u64), "CAM-11"),
        bad("open after it closes", "/schedule/opens", json!(1_800_600_001_u64), "CAM-11"),
        valid("since the beginning of time", "/schedule/opens", json!(0)),
        valid("a second more to redeem", "/schedule/redemption_closes", json!(exact + 1)),
        bad(
            "a second too few to redeem",
            "/schedule/redemption_closes",
            json!(exact - 1),
            "CAM-12",
        ),
        bad("redemption closes first", "/schedule/redemption_closes", json!(0), "CAM-12"),
        bad("a second more of delay", "/delay/maximum", json!(3_601), "CAM-12"),
        valid("a second less of delay", "/delay/maximum", json!(3_599)),
        bad("an interval more to wait", "/batch/maximum_wait", json!(660), "CAM-12"),
        bad(
            "a delay of 2^53 - 1, which is added to others",
            "/delay/maximum",
            json!(LARGEST),
            "CAM-12",
        )
        .flags(&["number"]),
        bad("the smallest delay above the largest", "/delay/minimum", json!(3_601), "CAM-23"),
        valid("the smallest delay the largest", "/delay/minimum", json!(3_600)),
        Case::valid("no delay", set(&[("/delay/maximum", json!(0))])),
    ]
}

fn quorum() -> Vec<Case> {
    let input = |(q, f, w): (u16, u16, u16)| set(&[("/witnesses", witnesses(q, f, w))]);
    let holds =
        [(1, 0, 1), (2, 0, 2), (2, 0, 3), (3, 0, 3), (3, 1, 4), (4, 1, 5), (5, 2, 7), (17, 0, 32)];
    let forks = [(1, 0, 2), (2, 0, 4), (2, 1, 3), (2, 1, 4), (0, 0, 1), (4, 2, 7), (1, 1, 2)];
    let stops = [(2, 0, 1), (3, 1, 3), (2, 1, 2), (6, 2, 7), (1, 1, 1), (65_535, 0, 1)];
    let none = [(1, 0, 0), (0, 1, 0), (65_535, 65_535, 0)];
    let mut cases = Vec::new();
    for counts in holds {
        cases.push(Case::valid("no two forks and no stopping", input(counts)));
    }
    for counts in forks {
        cases.push(Case::invalid("two forks could each have a quorum", input(counts), "CAM-21"));
    }
    for counts in stops {
        cases.push(Case::invalid("the bad ones could stop the log", input(counts), "CAM-21"));
    }
    cases.push(Case::invalid("33 witnesses", input((17, 0, 33)), "CAM-21"));
    for counts in none {
        cases.push(Case::invalid("there are no witnesses", input(counts), "CAM-21"));
    }
    cases
}

fn regions() -> Vec<Case> {
    let id = |comment, id: u16| bad(comment, "/regions/0/id", json!(id), "CAM-22");
    let place = |comment, at, value: i32| bad(comment, at, json!(value), "CAM-22");
    let (latitude, longitude) = ("/regions/0/latitude", "/regions/0/longitude");
    let first = "\"regions\":[";
    let region = "{\"id\":1025,\"latitude\":0,\"longitude\":0,\"names\":{\"en\":\"x\"}},";
    let more = large_edited(&[(first, &format!("{first}{region}"))]);
    vec![
        valid("no regions", "/regions", json!([])),
        Case::invalid("1,025 regions", more, "CAM-22").flags(&["length"]),
        id("the id of none", 0),
        id("the id of another", 2),
        valid("the north pole", latitude, json!(90_000)),
        valid("the south pole", latitude, json!(-90_000)),
        valid("the line of dates", longitude, json!(180_000)),
        valid("the other side of it", longitude, json!(-180_000)),
        place("beyond the north pole", latitude, 90_001),
        place("beyond the south pole", latitude, -90_001),
        place("beyond the line of dates", longitude, 180_001),
        place("beyond it on the other side", longitude, -180_001),
        place("a number whose sign cannot be changed", latitude, i32::MIN),
    ]
}

fn batches() -> Vec<Case> {
    let batch = |comment, at, value: u64| bad(comment, at, json!(value), "CAM-24");
    vec![
        batch("no interval", "/batch/interval", 0),
        batch("an interval above the wait", "/batch/interval", 1_200),
        batch("no entry to wait for", "/batch/minimum_size", 0),
        valid("one entry to wait for", "/batch/minimum_size", json!(1)),
        batch("no wait", "/batch/maximum_wait", 0),
        batch("no multiple of the interval", "/batch/maximum_wait", 599),
        batch("half an interval", "/batch/maximum_wait", 30),
        valid("one interval", "/batch/maximum_wait", json!(60)),
        valid("an interval of a second", "/batch/interval", json!(1)),
        valid("an interval as long as the wait", "/batch/interval", json!(600)),
        Case::invalid(
            "neither interval nor wait",
            set(&[("/batch/interval", json!(0)), ("/batch/maximum_wait", json!(0))]),
            "CAM-24",
        ),
    ]
}

fn title() -> Vec<Case> {
    let bad =
        |comment, title: &str| Case::invalid(comment, edited(&[("A rally", title)]), "CAM-30");
    vec![
        bad("a title of two lines", "A\\nrally"),
        bad("a title with a line feed at its end", "A rally\\n"),
        Case::invalid("the second of two titles", edited(&[("Митинг", "Мит\\nинг")]), "CAM-30"),
        Case::valid("a name of two lines is no title", edited(&[("Moscow", "Moscow\\nregion")])),
    ]
}
