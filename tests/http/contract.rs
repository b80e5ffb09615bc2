//! The server against `spec/openapi.json`: schemathesis draws requests from the document, and
//! holds the answers against it.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{File, read_to_string};
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use headcount_tests::programs::{Process, is_installed};
use serde_json::Value;

use crate::answer::conforms;
use crate::campaign::Contract;
use crate::cases::Cases;
use crate::document::{Document, Outcome};
use crate::recording;

/// Time a run may take: some ten times what it does take.
const LONGEST: Duration = Duration::from_secs(120);

/// Words that need another time, a server or a request that breaks off: `rare.rs` and
/// `every_endpoint.rs` see them, and the cases a malformed body where there can be one.
const NOT_HERE: [&str; 8] = [
    "attempt-expired",
    "body-too-large",
    "closed",
    "guardians-unavailable",
    "internal",
    "malformed-body",
    "mail-unavailable",
    "overloaded",
];

/// A campaign without witnesses serves none; `tests/witness` sees what others serve.
const WITNESSED: &str = "GET /witnessed";

/// [HTTP-17] No status, word, header or body but those of the document; each that can be had is
/// seen. [HTTP-3] No problem repeats what was sent. [HTTP-4] [HTTP-18] hold for every answer.
#[test]
fn the_server_keeps_the_document() {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR"));
    let python = tests.join("../target/venv/bin/python").to_string_lossy().into_owned();
    let schemathesis = tests.join("../target/venv/bin/schemathesis").to_string_lossy().into_owned();
    if !is_installed(&python, "--version") || !is_installed(&schemathesis, "--version") {
        return;
    }
    let contract = Contract::serve();
    let log_size = contract.fill_log();
    let cases = Cases::new(&contract.remote, log_size);
    let dir = contract.keep.path();
    std::fs::write(dir.join("cases.json"), cases.to_json()).unwrap();

    let [output, report, events] = ["output", "report.json", "events"].map(|name| dir.join(name));
    let mut run = Command::new(&python);
    run.current_dir(tests.join("http")).arg(&schemathesis).arg("--no-color");
    run.args(["run", "../../spec/openapi.json", "--report", "json,ndjson"]);
    run.arg("--report-json-path").arg(&report).arg("--report-ndjson-path").arg(&events);
    run.env("HEADCOUNT_CASES", dir.join("cases.json")).env("PYTHONDONTWRITEBYTECODE", "1");
    for (name, url) in contract.servers().as_object().unwrap() {
        run.env(format!("HEADCOUNT_{}", name.to_uppercase()), url.as_str().unwrap());
    }
    run.stdout(File::create(&output).unwrap());
    let (mut process, began) = (Process::start(&mut run), Instant::now());
    while !process.has_ended() {
        assert!(began.elapsed() < LONGEST, "still running:\n{}", read_to_string(&output).unwrap());
        std::thread::sleep(Duration::from_millis(100));
    }
    let output = read_to_string(&output).unwrap();

    let document = Document::read();
    let report: Value = serde_json::from_str(&read_to_string(&report).unwrap()).unwrap();
    let operations = document.operations();
    let ended = (&report["exit_code"], &report["complete"], &report["errors"]);
    assert_eq!(ended, (&0.into(), &true.into(), &Value::Array(Vec::new())), "{output}");
    assert_eq!(report["operations"]["tested"], operations.len(), "{output}");
    for phase in ["examples", "coverage", "fuzzing"] {
        assert_eq!(report["phases"][phase]["status"], "success", "{phase}: {output}");
    }

    let unchecked = &report["warnings"]["missing_deserializer"];
    assert_eq!(*unchecked, Value::Array(Vec::new()), "bodies that no schema was held against");

    let mut seen: BTreeSet<(String, Outcome)> = BTreeSet::new();
    let mut of_cases = BTreeMap::new();
    for exchange in recording::read(&events) {
        let outcome = conforms(&document, &exchange.answer);
        if !outcome.1.is_empty() {
            let text = String::from_utf8_lossy(&exchange.answer.body);
            for value in exchange.values() {
                assert!(!text.contains(&value), "{value} is in {text}");
            }
        }
        of_cases.extend(exchange.case().map(|number| (number, outcome.clone())));
        seen.insert((exchange.operation, outcome));
    }
    let expected: BTreeMap<usize, Outcome> = cases.outcomes().into_iter().enumerate().collect();
    assert_eq!(of_cases, expected, "{}", cases.to_json());
    for operation in &operations {
        let wanted = |outcome: &&Outcome| {
            let none = operation.name() == WITNESSED && outcome.1.is_empty();
            !NOT_HERE.contains(&&outcome.1[..]) && !none
        };
        for outcome in operation.outcomes.iter().filter(wanted) {
            let answered = (operation.name(), outcome.clone());
            assert!(seen.contains(&answered), "nothing was answered so: {answered:?}");
        }
    }
}
