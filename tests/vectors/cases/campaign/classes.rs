//! Issuers and classes: [CAM-13] to [CAM-16].

use serde_json::{Value, json};

use super::base::{large_edited, set};
use crate::campaign::draft_manifest;
use crate::vectors::Case;

pub(super) fn cases() -> Vec<Case> {
    [numbers(), names(), members()].concat()
}

fn numbers() -> Vec<Case> {
    let issuer = draft_manifest()["issuers"][0].to_string();
    let first = "\"issuers\":[{\"attester\"";
    let more = format!("\"issuers\":[{issuer},{{\"attester\"");
    let classes = |number: usize| {
        let class = |at: usize| json!({ "issuers": [at % 64], "name": format!("c{at}") });
        let classes: Vec<_> = (0..number).map(class).collect();
        classes_of_large(&json!(classes))
    };
    vec![
        Case::invalid("no issuer", set(&[("/issuers", json!([]))]), "CAM-13"),
        Case::invalid("65 issuers", large_edited(&[(first, &more)]), "CAM-13").flags(&["length"]),
        Case::valid("64 classes", classes(64)).flags(&["length"]),
        Case::invalid("65 classes", classes(65), "CAM-13").flags(&["length"]),
        Case::invalid("no class", set(&[("/classes", json!([]))]), "CAM-16"),
    ]
}

/// The large manifest with other classes.
fn classes_of_large(classes: &Value) -> Value {
    let old = |at: usize| {
        let issuers: Vec<_> = (8 * at..8 * at + 8).collect();
        json!({ "issuers": issuers, "name": format!("class-{at}") })
    };
    let old: Vec<_> = (0..8).map(old).collect();
    large_edited(&[(&json!(old).to_string(), &classes.to_string())])
}

fn names() -> Vec<Case> {
    let input = |name: &str| set(&[("/classes/0/name", json!(name))]);
    let valid = |comment, name: &str| Case::valid(comment, input(name));
    let bad = |comment, name: &str| Case::invalid(comment, input(name), "CAM-14");
    vec![
        valid("one character", "x"),
        valid("hyphens alone", "--"),
        valid("digits alone", "2027"),
        valid("32 characters", &"x".repeat(32)).flags(&["length"]),
        bad("33 characters", &"x".repeat(33)).flags(&["length"]),
        bad("no character", "").flags(&["length"]),
        bad("a capital", "Email"),
        bad("a space", "e mail"),
        bad("an underscore", "e_mail"),
        bad("a point", "e.mail"),
        bad("a line feed behind it", "email\n").flags(&["white-space"]),
        bad("letters beyond ASCII", "почта").flags(&["unicode"]),
        bad("a full-width digit", "１").flags(&["unicode"]),
        bad("the name of another class", "invitation"),
    ]
}

fn members() -> Vec<Case> {
    let input = |issuers: Value| set(&[("/classes/0/issuers", issuers)]);
    let bad = |comment, issuers| Case::invalid(comment, input(issuers), "CAM-15");
    let both = json!([{ "issuers": [0, 1], "name": "both" }]);
    let nine = |first: &[usize], second: &[usize]| {
        let rest = (2..8).map(|at| {
            let issuers: Vec<_> = (8 * at..8 * at + 8).collect();
            json!({ "issuers": issuers, "name": format!("class-{at}") })
        });
        let two = [first, second].into_iter().zip(["class-0", "class-1"]);
        let two = two.map(|(issuers, name)| json!({ "issuers": issuers, "name": name }));
        classes_of_large(&two.chain(rest).collect())
    };
    let all: Vec<usize> = (0..16).collect();
    vec![
        Case::valid("one class of two issuers", set(&[("/classes", both)])),
        Case::valid("classes of seven and eight issuers", {
            let rest: Vec<_> = (2..8).map(|at| (8 * at..8 * at + 8).collect::<Vec<_>>()).collect();
            let groups = [vec![vec![0], all[1..8].to_vec(), all[8..].to_vec()], rest].concat();
            let name = |(at, issuers)| json!({ "issuers": issuers, "name": format!("c{at}") });
            classes_of_large(&groups.into_iter().enumerate().map(name).collect())
        }),
        Case::invalid("a class of nine issuers", nine(&all[..9], &all[9..]), "CAM-15")
            .flags(&["length"]),
        bad("no issuer", json!([])).flags(&["length"]),
        bad("an issuer twice", json!([0, 0])),
        bad("issuers that descend", json!([1, 0])),
        bad("an issuer that does not exist", json!([0, 2])),
        bad("issuer 65535", json!([65_535])),
        Case::invalid("an issuer of two classes", input(json!([0, 1])), "CAM-16"),
        Case::invalid("an issuer of no class, another of two", input(json!([1])), "CAM-16"),
        Case::invalid(
            "an issuer of no class",
            set(&[("/classes", json!([{ "issuers": [1], "name": "invitation" }]))]),
            "CAM-16",
        ),
    ]
}
