//! The published vectors are those this code writes, and of the form their schema says.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use headcount_tests::vectors::cases;
use serde_json::Value;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../spec/vectors")
}

#[test]
fn the_files_are_what_the_code_computes() {
    for file in cases::all() {
        let name = file.name;
        let published = std::fs::read(folder().join(format!("{name}.json"))).unwrap();
        let computed = file.run().to_bytes();
        assert!(
            published == computed,
            "{name}.json is not what the code computes; \
             cargo run -p headcount-tests --bin vectors writes it anew"
        );
    }
}

#[test]
fn every_published_file_is_written_by_the_code() {
    let names: BTreeSet<String> =
        cases::all().iter().map(|file| format!("{}.json", file.name)).collect();
    let published = std::fs::read_dir(folder()).unwrap().map(|it| it.unwrap().file_name());
    let published: BTreeSet<String> = published
        .map(|name| name.into_string().unwrap())
        .filter(|name| name.ends_with(".json") && name != "schema.json")
        .collect();
    assert_eq!(published, names);
}

#[test]
fn every_file_has_the_form_of_the_schema() {
    let read = |name: &str| -> Value {
        serde_json::from_slice(&std::fs::read(folder().join(name)).unwrap()).unwrap()
    };
    let schema = jsonschema::validator_for(&read("schema.json")).unwrap();
    for file in cases::all() {
        let content = read(&format!("{}.json", file.name));
        let errors: Vec<String> =
            schema.iter_errors(&content).map(|error| error.to_string()).collect();
        assert!(errors.is_empty(), "{}.json: {errors:?}", file.name);
    }
}
