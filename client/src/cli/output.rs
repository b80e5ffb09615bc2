//! What is printed: results on stdout, everything else on stderr.

use std::io::Write as _;

use serde::Serialize;
use serde_json::json;

use crate::exit::Failure;

/// How results are printed.
#[derive(Clone, Copy, Debug)]
pub(super) struct Output {
    pub(super) json: bool,
}

impl Output {
    /// A result: as JSON on one line, or as text.
    pub(super) fn result(self, report: &impl Serialize, text: impl FnOnce() -> String) {
        if self.json {
            line(&json_line(report));
        } else {
            line(&text());
        }
    }

    /// Why a command failed: for people always, and for programs where JSON was asked for.
    pub(super) fn failure(self, failure: &Failure) {
        note(&format!("headcount: {failure}"));
        if self.json {
            let exit = failure.exit.code();
            let word = failure.word.map(crate::problem::Word::as_str);
            let error = json!({ "exit": exit, "word": word, "reason": failure.reason });
            line(&json_line(&json!({ "campaign": failure.campaign, "error": error })));
        }
    }
}

/// Prints a line on stdout, or nothing if nobody reads it.
pub(super) fn line(text: &str) {
    let _ = writeln!(std::io::stdout().lock(), "{}", text.trim_end());
}

/// Prints a line on stderr, or nothing if nobody reads it.
pub(super) fn note(text: &str) {
    let _ = writeln!(std::io::stderr().lock(), "{}", text.trim_end());
}

pub(super) fn json_line(report: &impl Serialize) -> String {
    serde_json::to_string(report).expect("reports have string keys only")
}
