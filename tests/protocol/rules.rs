//! Every rule of the specification has an id, code that keeps it and a test that checks it.

use std::fs;

use headcount_tests::rules;

#[test]
fn every_must_has_an_id() {
    let mut found = Vec::new();
    for (name, _) in rules::FILES {
        let text = fs::read_to_string(rules::root().join(format!("spec/{name}.md"))).unwrap();
        found.extend(rules::unnumbered(&text));
    }
    assert!(found.is_empty(), "{found:#?}");
}

#[test]
fn ids_are_counted_without_gaps() {
    let rules = rules::all();
    for (file, (name, prefix)) in rules::FILES.iter().enumerate() {
        let numbers = rules.keys().filter(|id| id.file == file).map(|id| id.number);
        let numbers: Vec<u16> = numbers.collect();
        let last = u16::try_from(numbers.len()).unwrap();
        assert!(last > 8, "{name}.md has {last} rules");
        assert_eq!(numbers, (1..=last).collect::<Vec<_>>(), "{name}.md, {prefix}");
    }
}

/// Models run none of the code.
fn runs_code(test: &str) -> bool {
    !test.starts_with("tests/models") && !test.starts_with("tests/states")
}

#[test]
fn every_rule_has_code_and_a_test() {
    let rules = rules::all();
    let without = |has: fn(&rules::Rule) -> bool| -> Vec<String> {
        rules.iter().filter(|(_, rule)| !has(rule)).map(|(id, _)| id.to_string()).collect()
    };
    let no_code = without(|rule| !rule.code.is_empty());
    let no_test =
        without(|rule| rule.tests.iter().any(|test| runs_code(test)) || !rule.vectors.is_empty());
    assert!(no_code.is_empty() && no_test.is_empty(), "code: {no_code:?}, tests: {no_test:?}");
}

#[test]
fn the_published_list_is_the_present_one() {
    let published = fs::read_to_string(rules::root().join("spec/rules.md")).unwrap();
    assert!(
        published == rules::list(&rules::all()),
        "spec/rules.md is out of date; cargo run -p headcount-tests --bin rules writes it anew"
    );
}
