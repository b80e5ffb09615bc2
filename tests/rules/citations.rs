//! Who cites a rule: `[LOG-12]` in a comment of the code, of a test, or as the rule of a vector.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::{Id, Rule, root};

/// The ids in brackets, such as `[CAM-12]` and `[CAM-12, CAM-13]`.
pub fn ids(text: &str) -> impl Iterator<Item = Id> {
    let brackets = text.split('[').skip(1).filter_map(|part| part.split_once(']'));
    brackets.flat_map(|(inside, _)| inside.split([',', ':']).filter_map(|it| Id::parse(it.trim())))
}

/// Adds all citations to the rules.
pub(super) fn add(rules: &mut BTreeMap<Id, Rule>) {
    for (path, text) in sources(&["protocol/src", "server/src", "client/src"]) {
        let own_tests = text.find("\nmod tests {").unwrap_or(text.len());
        let all_tests = path.ends_with("tests.rs") || path.contains("/tests/");
        let own_tests = if all_tests { 0 } else { own_tests };
        for id in ids(&text[..own_tests]) {
            rule(rules, &id, &path).code.insert(path.clone());
        }
        add_tests(rules, &path, &text[own_tests..]);
    }
    for (path, text) in sources(&["tests"]) {
        add_tests(rules, &path, &text);
    }
    add_vectors(rules);
}

fn rule<'a>(rules: &'a mut BTreeMap<Id, Rule>, id: &Id, path: &str) -> &'a mut Rule {
    let found = rules.get_mut(id);
    found.unwrap_or_else(|| unknown(id, path))
}

#[expect(clippy::panic, reason = "a citation of nothing is a fault of the text")]
fn unknown(id: &Id, path: &str) -> ! {
    panic!("{path} cites {id}, which is no rule")
}

/// The tests of a file: from the comment above `#[test]` to the end of the function.
fn add_tests(rules: &mut BTreeMap<Id, Rule>, path: &str, text: &str) {
    let lines: Vec<&str> = text.lines().collect();
    for (at, _) in lines.iter().enumerate().filter(|(_, line)| line.trim() == "#[test]") {
        let above = lines[..at].iter().rev().take_while(|line| {
            let line = line.trim();
            line.starts_with("//") || line.starts_with("#[")
        });
        let Some(name_at) = lines[at..].iter().position(|line| line.contains("fn ")) else {
            continue;
        };
        let signature = lines[at + name_at];
        let indent = signature.len() - signature.trim_start().len();
        let end = format!("{}}}", &signature[..indent]);
        let body = lines[at..].iter().take_while(|line| **line != end);
        let cited: Vec<Id> = above.chain(body).flat_map(|line| ids(line)).collect();
        let name = signature.split("fn ").nth(1).and_then(|it| it.split('(').next());
        let name = format!("{path} {}", name.unwrap_or_default());
        for id in cited {
            rule(rules, &id, path).tests.insert(name.clone());
        }
    }
}

fn add_vectors(rules: &mut BTreeMap<Id, Rule>) {
    for path in files(&root().join("spec/vectors"), "json") {
        let name = path.file_name().and_then(|it| it.to_str()).unwrap_or_default().to_owned();
        let file: Value = serde_json::from_slice(&fs::read(&path).expect("a file")).expect("JSON");
        let groups = file["groups"].as_array().into_iter().flatten();
        for case in groups.flat_map(|group| group["cases"].as_array().into_iter().flatten()) {
            if let Some(id) = case["rule"].as_str().and_then(Id::parse) {
                *rule(rules, &id, &name).vectors.entry(name.clone()).or_default() += 1;
            }
        }
    }
}

/// The Rust files of folders, from the workspace's folder.
fn sources(folders: &[&str]) -> Vec<(String, String)> {
    let found = folders.iter().flat_map(|folder| files(&root().join(folder), "rs"));
    let mut found: Vec<_> = found
        .map(|path| {
            let name = path.strip_prefix(root()).expect("below the root").display().to_string();
            (name, fs::read_to_string(&path).expect("a file"))
        })
        .collect();
    found.sort();
    found
}

/// The files below a folder with this extension.
fn files(folder: &Path, extension: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).expect("a folder").flatten() {
        let path = entry.path();
        if path.is_dir() {
            found.extend(files(&path, extension));
        } else if path.extension().is_some_and(|it| it == extension) {
            found.push(path);
        }
    }
    found
}
