//! [spec: tag §4.3]: the worked example is that of the published vectors.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use data_encoding::HEXLOWER;
use headcount_protocol::oprf::derive_key;
use serde_json::Value;

fn read(path: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../spec").join(path)).unwrap()
}

/// The lines `name = value` of the section; a value may stand on the lines below.
fn printed() -> BTreeMap<String, String> {
    let text = read("tag.md");
    let (_, section) = text.split_once("### §4.3").unwrap();
    let block = section.split("```").nth(1).unwrap();
    let mut values = BTreeMap::<String, String>::new();
    let mut name = String::new();
    for line in block.lines().filter(|line| !line.is_empty()) {
        let value = match line.split_once('=') {
            Some((left, value)) => {
                name = left.trim().to_owned();
                value
            }
            None => line,
        };
        values.entry(name.clone()).or_default().push_str(value.trim());
    }
    values
}

/// The cases of an operation with the flag `worked-example`.
fn cases(file: &Value, operation: &str) -> Vec<Value> {
    let groups = file["groups"].as_array().unwrap();
    let group = groups.iter().find(|group| group["operation"] == operation).unwrap();
    let flagged =
        |case: &&Value| case["flags"].as_array().unwrap().contains(&Value::from("worked-example"));
    group["cases"].as_array().unwrap().iter().filter(flagged).cloned().collect()
}

#[test]
fn the_specification_prints_the_vector() {
    let file: Value = serde_json::from_str(&read("vectors/tag.json")).unwrap();
    let text = |value: &Value| match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    let mut expected = BTreeMap::new();
    let mut add = |name: &str, value: &Value| expected.insert(name.to_owned(), text(value));

    let [email] = &cases(&file, "email")[..] else { panic!("one address") };
    add("typed", &email["input"]["text"]);
    let [tag] = &cases(&file, "tag")[..] else { panic!("one tag") };
    assert_eq!(tag["input"]["identifier"], email["output"]["identifier"]);
    for (name, member) in [
        ("campaign_id", "campaign_id"),
        ("issuer_index", "issuer"),
        ("method", "method"),
        ("identifier", "identifier"),
        ("blind", "blind"),
    ] {
        add(name, &tag["input"][member]);
    }
    for name in ["input", "blinded", "request", "evaluated", "output", "tag"] {
        add(name, &tag["output"][name]);
    }
    for (at, name) in ["a0", "a1"].into_iter().enumerate() {
        let coefficient = derive_key(&[0; 32], name.as_bytes());
        add(&format!("a_{at}"), &HEXLOWER.encode(&coefficient.to_bytes()[..]).into());
        add(&format!("A_{at}"), &tag["input"]["commitments"][at]);
        assert_eq!(tag["input"]["commitments"][at], coefficient.public_key().to_string());
    }
    let answers = cases(&file, "evaluate");
    for (at, answer) in answers.iter().enumerate() {
        let (input, output) = (&answer["input"], &answer["output"]);
        let index = &input["index"];
        add(&format!("k_{index}"), &input["share"]);
        add(&format!("K_{index}"), &output["share_key"]);
        add(&format!("nonce_{index}"), &input["nonce"]);
        add(&format!("evaluation_{index}"), &output["evaluation"]);
        assert_eq!(input["request"], tag["output"]["request"]);
        assert_eq!(output["evaluation"], tag["input"]["evaluations"][at]);
    }
    assert_eq!(answers.len(), 2);
    assert_eq!(printed(), expected);
}
