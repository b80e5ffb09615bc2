//! The rules of the specification, each with the code that keeps it and the tests that check it.
//!
//! ```text
//! spec/*.md ─▶ sentences ─┐
//! code      ─▶ citations ─┼─▶ List ─▶ spec/rules.md
//! tests     ─▶ citations ─┘
//! ```

mod citations;
mod sentences;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

pub use citations::ids;
pub use sentences::unnumbered;

/// The id of a rule: prefix and number.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub struct Id {
    /// Place of its file in [`FILES`].
    pub file: usize,
    /// The number behind the hyphen.
    pub number: u16,
}

/// The files of the specification that have rules, and the prefix of their ids.
pub const FILES: [(&str, &str); 13] = [
    ("overview", "OVR"),
    ("campaign", "CAM"),
    ("tag", "TAG"),
    ("attestation", "ATT"),
    ("token", "TOK"),
    ("pledge", "PLG"),
    ("statements", "STA"),
    ("log", "LOG"),
    ("witness", "WIT"),
    ("recount", "REC"),
    ("certificate", "CER"),
    ("evidence", "EVI"),
    ("http", "HTTP"),
];

impl Id {
    /// Takes `LOG-12` apart.
    fn parse(text: &str) -> Option<Self> {
        let (prefix, number) = text.split_once('-')?;
        let file = FILES.iter().position(|(_, it)| *it == prefix)?;
        Some(Self { file, number: number.parse().ok()? })
    }
}

impl std::fmt::Display for Id {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}-{}", FILES[self.file].1, self.number)
    }
}

/// A rule and who cites it.
#[derive(Debug, Default)]
pub struct Rule {
    /// The sentence.
    pub sentence: String,
    /// Files of the code, from the workspace's folder.
    pub code: BTreeSet<String>,
    /// Tests by name, after their file.
    pub tests: BTreeSet<String>,
    /// Published vectors that break the rule, by file.
    pub vectors: BTreeMap<String, usize>,
}

/// The folder of the workspace.
#[must_use]
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// Every rule of the specification, in its order.
///
/// # Panics
/// If a file cannot be read, or something cites a rule that is in no file.
#[must_use]
pub fn all() -> BTreeMap<Id, Rule> {
    let mut rules = BTreeMap::new();
    for (file, (name, _)) in FILES.iter().enumerate() {
        let text = fs::read_to_string(root().join(format!("spec/{name}.md"))).expect("a file");
        for (id, sentence) in sentences::of(&text).into_iter().filter(|(id, _)| id.file == file) {
            let rule = rules.entry(id).or_insert_with(Rule::default);
            // Where an id comes again, the sentence that says MUST is the rule.
            if rule.sentence.is_empty()
                || (sentence.contains("MUST") && !rule.sentence.contains("MUST"))
            {
                rule.sentence = sentence;
            }
        }
    }
    citations::add(&mut rules);
    rules
}

/// The list as it is published.
///
/// # Panics
/// Never: text can be written to.
#[must_use]
pub fn list(rules: &BTreeMap<Id, Rule>) -> String {
    let mut text = String::from(
        "# Rules\n\n\
         Every rule of the specification, the code that keeps it, and the tests that check it. Written by\n\
         `cargo run -p headcount-tests --bin rules`; a test fails where it is out of date, or where a rule has no code or no\n\
         test. *n* × *file* are the [vectors](vectors/README.md) that break the rule.\n",
    );
    for (file, (name, _)) in FILES.iter().enumerate() {
        let title = format!("{}{}", name[..1].to_uppercase(), &name[1..]);
        write!(text, "\n## {title}\n\n| id | rule | code | tests |\n| --- | --- | --- | --- |\n")
            .expect("text can be written to");
        for (id, rule) in rules.iter().filter(|(id, _)| id.file == file) {
            let code: Vec<_> = rule.code.iter().map(|it| format!("`{it}`")).collect();
            let vectors = rule.vectors.iter().map(|(file, count)| format!("{count} × {file}"));
            let tests: Vec<_> =
                vectors.chain(rule.tests.iter().map(|it| format!("`{it}`"))).collect();
            let (code, tests) = (code.join(", "), tests.join(", "));
            writeln!(text, "| {id} | {} | {code} | {tests} |", rule.sentence)
                .expect("text can be written to");
        }
    }
    text
}
