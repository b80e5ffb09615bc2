//! A file of vectors, as it is stated and as it is written.

use std::collections::BTreeSet;

use serde::Serialize;
use serde_json::{Map, Value, json};

use super::operations::{Bases, Operation};

/// A case as it is stated: an input, and the rule it breaks if it is invalid.
#[derive(Clone, Debug)]
pub struct Case {
    comment: &'static str,
    flags: &'static [&'static str],
    input: Value,
    breaks: Option<&'static str>,
    place: Option<Value>,
}

impl Case {
    /// A case whose output is to be computed.
    #[must_use]
    pub const fn valid(comment: &'static str, input: Value) -> Self {
        Self { comment, flags: &[], input, breaks: None, place: None }
    }

    /// A case that breaks this rule.
    #[must_use]
    pub const fn invalid(comment: &'static str, input: Value, rule: &'static str) -> Self {
        Self { comment, flags: &[], input, breaks: Some(rule), place: None }
    }

    /// The same, with the log and the index that a refusal must name.
    #[must_use]
    pub fn at(mut self, log: &impl Serialize, index: Option<u64>) -> Self {
        self.place = Some(json!({ "log": log, "index": index }));
        self
    }

    /// The same, with words for what is unusual about it.
    #[must_use]
    pub const fn flags(mut self, flags: &'static [&'static str]) -> Self {
        self.flags = flags;
        self
    }
}

impl Case {
    fn is_at(&self, refusal: &Value) -> bool {
        let same = |place: &Value| ["log", "index"].iter().all(|it| place[it] == refusal[it]);
        self.place.as_ref().is_none_or(same)
    }
}

/// Cases of one operation.
#[derive(Debug)]
pub struct Group {
    /// Name of the operation.
    pub operation: &'static str,
    /// Where the specification describes it: `log §3.3`.
    pub section: &'static str,
    /// What the code answers.
    pub run: Operation,
    /// The cases.
    pub cases: Vec<Case>,
}

/// A file of vectors.
#[derive(Debug)]
pub struct File {
    /// Its name, without `.json`.
    pub name: &'static str,
    /// What several cases share.
    pub bases: Bases,
    /// The groups.
    pub groups: Vec<Group>,
}

/// The content of a file, ready to be printed.
#[derive(Debug, Serialize)]
pub struct Written {
    headcount: u16,
    file: &'static str,
    #[serde(skip_serializing_if = "Bases::is_empty")]
    bases: Bases,
    groups: Vec<WrittenGroup>,
}

#[derive(Debug, Serialize)]
struct WrittenGroup {
    operation: &'static str,
    section: &'static str,
    cases: Vec<WrittenCase>,
}

#[derive(Debug, Serialize)]
struct WrittenCase {
    id: usize,
    comment: &'static str,
    flags: &'static [&'static str],
    input: Value,
    result: &'static str,
    #[serde(flatten)]
    verdict: Map<String, Value>,
}

impl File {
    /// Runs every case through its operation.
    ///
    /// # Panics
    /// If a case has another result than is stated, or two cases have one input.
    #[must_use]
    pub fn run(self) -> Written {
        let mut inputs = BTreeSet::new();
        let mut wrong = Vec::new();
        let mut id = 0;
        let bases = self.bases;
        let groups = self.groups.into_iter().map(|group| {
            let cases = group.cases.into_iter().map(|case| {
                id += 1;
                let key = format!("{} {}", group.operation, case.input);
                let verdict = if inputs.insert(key) {
                    verdict((group.run)(&bases, &case.input), &case)
                } else {
                    Err("the input of another case".to_owned())
                };
                let verdict = verdict.unwrap_or_else(|other| {
                    wrong.push(format!("{} {id}: {}: {other}", self.name, case.comment));
                    Map::new()
                });
                let Case { comment, flags, input, breaks, .. } = case;
                let result = if breaks.is_some() { "invalid" } else { "valid" };
                WrittenCase { id, comment, flags, input, result, verdict }
            });
            let (operation, section) = (group.operation, group.section);
            WrittenGroup { operation, section, cases: cases.collect() }
        });
        let groups = groups.collect();
        assert!(wrong.is_empty(), "cases that the code contradicts:\n{}", wrong.join("\n"));
        Written { headcount: 1, file: self.name, bases, groups }
    }
}

/// What is written below the result, or what is wrong with it.
fn verdict(answer: Result<Value, Value>, case: &Case) -> Result<Map<String, Value>, String> {
    match (answer, case.breaks) {
        (Ok(output), None) => Ok(Map::from_iter([("output".to_owned(), output)])),
        (Ok(output), Some(rule)) => Err(format!("accepted, against {rule}: {output}")),
        (Err(refusal), None) => Err(format!("refused: {refusal}")),
        (Err(refusal), Some(rule)) if refusal["rule"] == rule && case.is_at(&refusal) => {
            let Value::Object(members) = refusal else { return Err("no object".to_owned()) };
            Ok(members)
        }
        (Err(refusal), Some(rule)) => {
            let place = case.place.as_ref().map_or(String::new(), |place| format!(" at {place}"));
            Err(format!("refused with {refusal}, not {rule}{place}"))
        }
    }
}

impl Written {
    /// The bytes of the file.
    ///
    /// # Panics
    /// Never: the content is JSON.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = serde_json::to_vec_pretty(self).expect("vectors are JSON");
        bytes.push(b'\n');
        bytes
    }
}
