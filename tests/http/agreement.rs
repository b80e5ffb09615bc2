//! The document, the text and the server's source list the same answers.

use std::collections::{BTreeMap, BTreeSet};

use headcount_server::limits::{AMENDMENT, ANNOUNCEMENT, MAX_BODY, MAX_STATEMENT};

use crate::document::{Document, Outcome};

const TEXT: &str = include_str!("../../spec/http.md");
const SOURCE: &str = include_str!("../../server/src/problem.rs");

/// Statuses and words in a piece of the text: ``404 `unknown-issuer` ``.
fn errors(text: &str) -> BTreeSet<Outcome> {
    let mut found = BTreeSet::new();
    let parts: Vec<&str> = text.split('`').collect();
    for pair in parts.chunks_exact(2) {
        let status = pair[0].split_whitespace().next_back().unwrap_or_default();
        if let Ok(status @ 400..600) = status.parse::<u16>() {
            found.insert((status, pair[1].to_owned()));
        }
    }
    found
}

/// The rows of the first table below a heading of the text.
fn rows(heading: &str) -> Vec<Vec<&'static str>> {
    let (_, below) = TEXT.split_once(heading).unwrap();
    let table = below.lines().skip_while(|line| !line.starts_with('|'));
    let rows = table.skip(2).take_while(|line| line.starts_with('|'));
    rows.map(|row| row.split('|').map(|cell| cell.trim().trim_matches('`')).collect()).collect()
}

/// The answers that every endpoint gives, but the one to a body of the wrong type.
fn general() -> BTreeSet<Outcome> {
    let rows = rows("every endpoint answers").into_iter();
    rows.map(|row| (row[1].parse().unwrap(), row[2].to_owned())).collect()
}

/// The text's endpoints with what stands below each heading ``### `GET /path` ``.
fn endpoints() -> BTreeMap<&'static str, &'static str> {
    let sections = TEXT.split("\n## ").flat_map(|section| section.split("\n### ").skip(1));
    let named = sections.filter_map(|section| section.strip_prefix('`')?.split_once('`'));
    named.collect()
}

/// [HTTP-17] Endpoint by endpoint, and none is missing on either side.
#[test]
fn the_document_lists_the_answers_of_the_text() {
    let operations = Document::read().operations();
    let mut endpoints = endpoints();
    for operation in &operations {
        let name = operation.name();
        let text =
            endpoints.remove(&name[..]).unwrap_or_else(|| panic!("{name} is not in http.md"));
        let mut expected: BTreeSet<Outcome> = &general() | &errors(text);
        if operation.takes.is_none() {
            expected.remove(&(415, "unsupported-media-type".to_owned()));
        }
        let (_, answer) = text.split_once("Answer: `").unwrap();
        let (answer, _) = answer.split_once('`').unwrap();
        let (status, media_type) = answer.split_once(' ').unwrap_or((answer, ""));
        let status = status.parse().unwrap();
        expected.insert((status, String::new()));
        assert_eq!(operation.outcomes, expected, "{name}");
        let given = (status, media_type.to_owned());
        assert_eq!(operation.gives.is_empty(), media_type.is_empty(), "{name}");
        assert!(operation.gives.iter().all(|listed| *listed == given), "{name}: {answer}");
        let caching = text.split_once("`Cache-Control: ").map(|(_, rest)| rest.split('`').next());
        assert_eq!(caching.flatten().unwrap_or("no-store"), operation.caching, "{name}");
        if let Some(media_type) = &operation.takes {
            assert!(text.contains(&format!("`{media_type}`")), "{name} takes {media_type}");
        }
    }
    assert!(endpoints.is_empty(), "not in openapi.json: {endpoints:?}");
    assert!(operations.len() >= 15);
}

/// [HTTP-17] The words of §7, of the server's source and of the document are the same, and each
/// of them is some endpoint's.
#[test]
fn every_word_is_an_answer_of_an_endpoint() {
    let document = Document::read();
    let table: BTreeSet<Outcome> = rows("## §7 Problems")
        .into_iter()
        .map(|row| (row[2].parse().unwrap(), row[1].to_owned()))
        .collect();
    assert_eq!(document.problems(), table, "components of openapi.json, and §7");
    assert_eq!(in_source(), table, "problem.rs, and §7");
    let operations = document.operations();
    let listed = operations.iter().flat_map(|operation| operation.outcomes.clone());
    let listed: BTreeSet<Outcome> = listed.filter(|(_, word)| !word.is_empty()).collect();
    assert_eq!(listed, table, "operations of openapi.json, and §7");
}

/// What the server's source constructs: `Self::new(404, "not-found", …)`.
fn in_source() -> BTreeSet<Outcome> {
    let calls = SOURCE.split("Self::new(").skip(1).map(|call| {
        let (status, rest) = call.split_once(',').unwrap();
        let word = rest.trim_start().strip_prefix('"').unwrap().split('"').next().unwrap();
        (status.trim().parse().unwrap(), word.to_owned())
    });
    calls.collect()
}

/// [HTTP-2] [HTTP-5] [HTTP-16] The numbers of the table of parameters.
#[test]
fn the_limits_are_those_of_the_text() {
    let document = Document::read();
    let table: Vec<u64> = rows("Key words as in BCP 14.")
        .into_iter()
        .flat_map(|row| row[2].split([' ', ';']).collect::<Vec<_>>())
        .filter_map(|word| word.replace(',', "").parse().ok())
        .collect();
    let names = [
        "body_bytes",
        "statement_bytes",
        "head_bytes",
        "head_fields",
        "head_seconds",
        "body_seconds",
        "answer_seconds",
        "reads_at_once",
        "writes_at_once",
    ];
    let listed: Vec<u64> =
        names.iter().map(|name| document.limits()[name].as_u64().unwrap()).collect();
    assert_eq!(listed, table);
    let bytes = [MAX_BODY, MAX_STATEMENT].map(|bytes| u64::try_from(bytes).unwrap());
    assert_eq!(listed[..2], bytes);
    for operation in document.operations() {
        let statement = [ANNOUNCEMENT, AMENDMENT].contains(&&operation.path[..]);
        assert_eq!(operation.limit, if statement { MAX_STATEMENT } else { MAX_BODY });
    }
}
