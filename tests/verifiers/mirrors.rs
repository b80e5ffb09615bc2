//! Each mirror of `recount.json`, and all other vectors.

use std::process::Command;
use std::thread;

use serde_json::{Value, json};

use crate::programs::{Mirrors, Recounter, recounters, root, verifier};

/// Recounts that run at a time.
const THREADS: usize = 2;

/// [REC-26], [REC-27]: rule, log and index are those that the vectors name, and what an audit
/// remembers is replaced after a recount that agrees and no other.
#[test]
fn both_programs_judge_each_mirror_as_the_vectors_say() {
    let mirrors = Mirrors::published();
    let (recounters, cases) = (recounters(), mirrors.cases());
    let faults: Vec<String> = thread::scope(|scope| {
        let judge = |at: usize| {
            let (mirrors, recounters, cases) = (&mirrors, &recounters, &cases);
            scope.spawn(move || {
                let mine = cases.iter().skip(at).step_by(THREADS);
                mine.flat_map(|case| faults(mirrors, recounters, case)).collect::<Vec<_>>()
            })
        };
        let threads: Vec<_> = (0..THREADS).map(judge).collect();
        threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect()
    });
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    let refused = cases.iter().filter(|case| case["result"] == "invalid").count();
    assert!(refused >= 40 && cases.len() >= refused + 10, "{refused} of {}", cases.len());
}

/// What the programs say of a mirror that the vectors do not.
fn faults(mirrors: &Mirrors, recounters: &[Recounter], case: &Value) -> Vec<String> {
    let input = &case["input"];
    let mirror = mirrors.write(input);
    let state = mirror.path().join("state.json");
    let mut faults = Vec::new();
    for recounter in recounters {
        let mut options =
            vec!["--campaign".as_ref(), input["campaign_id"].as_str().unwrap().as_ref()];
        let earlier = input.get("earlier");
        if let Some(earlier) = earlier {
            std::fs::write(&state, earlier.to_string()).unwrap();
            options.extend(["--state".as_ref(), state.as_os_str()]);
        }
        let mut answer = recounter.audit(mirror.path(), &options);
        let mut fault = |what: &str, is: &Value, should: &Value| {
            if is != should {
                let name = recounter.name;
                faults.push(format!("{} {name}: {what} is {is}, not {should}", case["id"]));
            }
        };
        let remembered =
            || -> Value { serde_json::from_slice(&std::fs::read(&state).unwrap()).unwrap() };
        if case["result"] == "valid" {
            let report = &case["output"]["report"];
            fault("the exit code", &answer.code.into(), &0.into());
            fault("the report", &answer.report, report);
            if earlier.is_some() {
                fault("what is remembered", &remembered(), &seen(report));
            }
        } else {
            // The reason is for people, and each program's own.
            let reason = answer.report.as_object_mut().and_then(|report| report.remove("reason"));
            fault("a reason", &json!(reason.is_some_and(|it| it.is_string())), &json!(true));
            fault("the exit code", &answer.code.into(), &5.into());
            fault("the report", &answer.report, &refusal(case));
            if let Some(earlier) = earlier {
                fault("what is remembered", &remembered(), earlier);
            }
        }
    }
    faults
}

/// The report that refuses as an invalid case says, but for the reason.
fn refusal(case: &Value) -> Value {
    let mut report = json!({
        "verdict": "refused",
        "rule": case["rule"],
        "log": case["log"],
        "index": case["index"],
    });
    if case["rule"] != "CAM-1" && case["rule"] != "manifest" {
        report["campaign"] = case["input"]["campaign_id"].clone();
    }
    report
}

/// What an audit with this report remembers.
fn seen(report: &Value) -> Value {
    let log = |log: &Value| json!({ "size": log["size"], "root": log["root"] });
    let issuances = report["issuance_logs"].as_array().unwrap().iter();
    json!({
        "campaign": report["campaign"],
        "pledges": log(&report["pledge_log"]),
        "issuances": issuances.map(|issuer| log(&issuer["log"])).collect::<Vec<_>>(),
    })
}

#[test]
fn the_second_verifier_passes_all_vectors() {
    let Some([python, verify]) = verifier() else { return };
    let mut command = Command::new(python);
    let output = command.arg(verify).arg("--vectors").arg(root().join("spec/vectors")).output();
    let output = output.unwrap();
    let text = [output.stdout, output.stderr].concat();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&text));
}
