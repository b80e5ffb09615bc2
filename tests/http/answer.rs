//! What every answer has, whatever was asked.

use headcount_tests::remote::Answer;

use crate::document::{Document, Outcome};

/// Checks an answer to a request that is one; returns its status and word.
///
/// [HTTP-3] the members of a problem, [HTTP-4] `Cache-Control` and no cookies, [HTTP-18] the
/// fields for browsers, [HTTP-19] [HTTP-20] [HTTP-21] the fields of some statuses.
#[track_caller]
pub(crate) fn conforms(document: &Document, answer: &Answer) -> Outcome {
    let shown = format!("{} {:?}", answer.status, String::from_utf8_lossy(&answer.body));
    let header = |name: &str| answer.header(name).unwrap_or_default();
    assert_eq!(answer.header("set-cookie"), None, "{shown}");
    assert!(answer.header("cache-control").is_some(), "{shown}");
    assert_eq!(header("x-content-type-options"), "nosniff", "{shown}");
    assert_eq!(header("referrer-policy"), "no-referrer", "{shown}");
    if answer.status < 400 {
        return (answer.status, String::new());
    }
    assert_eq!(header("cache-control"), "no-store", "{shown}");
    assert_eq!(header("content-type"), "application/problem+json", "{shown}");
    match answer.status {
        401 => assert!(header("www-authenticate").starts_with(['P', 'H']), "{shown}"),
        405 => assert!(["GET,HEAD", "POST"].contains(&header("allow")), "{shown}"),
        503 => assert!(["5", "60"].contains(&header("retry-after")), "{shown}"),
        _ => {}
    }
    let problem = answer.json();
    let members: Vec<&str> = problem.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(members, ["detail", "status", "title", "type"], "{shown}");
    assert_eq!(problem["status"], answer.status, "{shown}");
    let outcome = (answer.status, answer.word());
    assert!(document.problems().contains(&outcome), "{shown}");
    outcome
}
