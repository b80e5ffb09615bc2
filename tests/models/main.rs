//! [spec: models]: every query of every model holds, and each is broken by a variant.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

/// The folder of the models, from the workspace's.
const FOLDER: &str = "spec/models";

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// Files of models in a folder, from the workspace's folder.
fn models(folder: &str) -> Vec<String> {
    let names = std::fs::read_dir(root().join(folder)).unwrap();
    let names = names.map(|it| it.unwrap().file_name().into_string().unwrap());
    let mut paths: Vec<String> =
        names.filter(|it| it.ends_with(".vp")).map(|it| format!("{folder}/{it}")).collect();
    paths.sort();
    assert!(paths.len() > 5, "{folder} has only {paths:?}");
    paths
}

/// The name of a file's model: `tag` of `tag.vp` and of `tag.plain-hash.vp`.
fn model_of(path: &str) -> &str {
    path.rsplit('/').next().and_then(|name| name.split('.').next()).unwrap()
}

fn read(path: &str) -> String {
    std::fs::read_to_string(root().join(path)).unwrap()
}

/// What the tool says of these files; nothing where it is not installed, but never in CI.
#[expect(clippy::print_stderr, reason = "a skipped test says so")]
fn verify(paths: &[String]) -> Option<Vec<Value>> {
    let installed = root().join("target/tools/bin/verifpal");
    let program = if installed.exists() { installed } else { "verifpal".into() };
    let mut command = Command::new(program);
    command.current_dir(root()).args(["verify", "--format", "json"]).args(paths);
    match command.output() {
        Ok(output) => {
            let errors = String::from_utf8_lossy(&output.stderr).into_owned();
            assert!(output.status.success(), "{}: {errors}", output.status);
            let report: Value = serde_json::from_slice(&output.stdout).unwrap();
            Some(report["models"].as_array().unwrap().clone())
        }
        Err(error) if std::env::var_os("CI").is_some() => panic!("verifpal: {error}"),
        Err(error) => {
            eprintln!("skipped: verifpal: {error}");
            None
        }
    }
}

fn queries(model: &Value) -> &Vec<Value> {
    model["analysis"]["queries"].as_array().unwrap()
}

/// The queries that an attack was found against.
fn broken(model: &Value) -> BTreeSet<String> {
    let resolved = queries(model).iter().filter(|query| query["resolved"] == true);
    resolved.map(|query| query["query"].as_str().unwrap().to_owned()).collect()
}

/// The lines of a model without comments; of a variant, as they were before they were altered.
fn code(path: &str) -> Vec<String> {
    let text = read(path);
    let mut lines = text.lines().map(str::trim);
    let mut code = Vec::new();
    while let Some(line) = lines.next() {
        if let Some(original) = line.strip_prefix("// was: ") {
            code.push(original.to_owned());
            let _ = lines.next();
        } else if let Some(original) = line.strip_prefix("// gone: ") {
            code.push(original.to_owned());
        } else if line == "// new" {
            let _ = lines.next();
        } else if !line.is_empty() && !line.starts_with("//") {
            code.push(line.to_owned());
        }
    }
    code
}

/// [TAG-11, TAG-16, TAG-21, TAG-23, ATT-9, ATT-12, ATT-13, TOK-8, TOK-9, TOK-16, PLG-11, PLG-17]
/// as far as symbols can say it.
#[test]
fn every_query_holds_and_can_fail() {
    let (honest, variants) = (models(FOLDER), models(&format!("{FOLDER}/broken")));
    let Some(found) = verify(&[honest.clone(), variants.clone()].concat()) else { return };
    assert_eq!(found.len(), honest.len() + variants.len());
    let by_file: BTreeMap<&str, &Value> =
        found.iter().map(|model| (model["file"].as_str().unwrap(), model)).collect();
    let mut unbroken: BTreeSet<(&str, String)> = BTreeSet::new();
    for path in &honest {
        let model = checked(by_file[&path[..]], path);
        assert_eq!(broken(model), BTreeSet::new(), "{path} has an attack");
        for query in queries(model) {
            assert_eq!(query["envelope"]["exhausted"], true, "{path}: {query}");
            unbroken.insert((model_of(path), query["query"].as_str().unwrap().to_owned()));
        }
    }
    for path in &variants {
        let model = checked(by_file[&path[..]], path);
        let text = read(path);
        let stated = text.lines().filter_map(|line| line.strip_prefix("// breaks: "));
        let stated: BTreeSet<String> = stated.map(str::to_owned).collect();
        assert!(!stated.is_empty(), "{path} breaks nothing");
        assert_eq!(broken(model), stated, "{path}");
        for query in stated {
            unbroken.remove(&(model_of(path), query));
        }
    }
    assert!(unbroken.is_empty(), "no variant breaks {unbroken:?}");
}

/// The analysis that the claims are about: an active attacker, two sessions, nothing assumed.
fn checked<'a>(model: &'a Value, path: &str) -> &'a Value {
    let analysis = &model["analysis"];
    assert_eq!(model["ok"], true, "{path}: {model}");
    assert_eq!((&analysis["attacker"], &analysis["sessions"]), (&"active".into(), &2.into()));
    assert_eq!(analysis["assumptions"], Value::Array(Vec::new()), "{path}");
    model
}

#[test]
fn a_variant_is_its_model_but_for_marked_lines() {
    for path in models(&format!("{FOLDER}/broken")) {
        assert_eq!(code(&path), code(&format!("{FOLDER}/{}.vp", model_of(&path))), "{path}");
    }
}
