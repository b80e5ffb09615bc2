//! What schemathesis recorded: every request it sent, and the answer to it.

use std::path::Path;

use data_encoding::BASE64;
use headcount_protocol::attestation::Attestation;
use headcount_tests::remote::Answer;
use serde_json::Value;

use crate::document;

/// Shorter values are in many texts by chance.
const TELLING: usize = 8;

pub(crate) struct Exchange {
    /// `GET /c/{id}`, also where another method was tried.
    pub(crate) operation: String,
    pub(crate) answer: Answer,
    request: Value,
}

/// Reads the events of a run.
pub(crate) fn read(events: &Path) -> Vec<Exchange> {
    let text = std::fs::read_to_string(events).unwrap();
    let mut exchanges = Vec::new();
    for line in text.lines() {
        let mut event: Value = serde_json::from_str(line).unwrap();
        let recorder = event["ScenarioFinished"]["recorder"].take();
        let Some(interactions) = recorder["interactions"].as_object() else { continue };
        for interaction in interactions.values() {
            let response = &interaction["response"];
            exchanges.push(Exchange {
                operation: recorder["label"].as_str().unwrap().to_owned(),
                answer: answer(response).expect("every request is answered"),
                request: interaction["request"].clone(),
            });
        }
    }
    exchanges
}

fn answer(response: &Value) -> Option<Answer> {
    let headers = response["headers"].as_object()?.iter();
    let headers =
        headers.map(|(name, values)| (name.clone(), values[0].as_str().unwrap().to_owned()));
    Some(Answer {
        status: response["status_code"].as_u64()?.try_into().ok()?,
        headers: headers.collect(),
        body: octets(&response["content"]),
    })
}

fn octets(value: &Value) -> Vec<u8> {
    BASE64.decode(value["$base64"].as_str().unwrap_or_default().as_bytes()).unwrap()
}

impl Exchange {
    /// The number of the case, if the request is one.
    pub(crate) fn case(&self) -> Option<usize> {
        self.request["headers"]["X-Case"][0].as_str()?.parse().ok()
    }

    /// What the request says and no problem may repeat: names and strings of a JSON body, the
    /// token or attestation of the head, the end of the path; unless the document says it too.
    pub(crate) fn values(&self) -> Vec<String> {
        let mut values = Vec::new();
        if let Ok(body) = serde_json::from_slice(&octets(&self.request["body"])) {
            strings(&body, &mut values);
        }
        for (name, value) in self.request["headers"].as_object().into_iter().flatten() {
            if ["authorization", Attestation::HEADER].contains(&&name.to_lowercase()[..]) {
                let value = value[0].as_str().unwrap_or_default();
                values.extend(value.split('"').map(str::to_owned));
            }
        }
        let path = self.request["uri"].as_str().unwrap_or_default();
        values.extend(path.rsplit('/').next().map(str::to_owned));
        values.retain(|value| value.len() >= TELLING && !document::TEXT.contains(value));
        values
    }
}

fn strings(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::String(text) => found.push(text.clone()),
        Value::Array(values) => values.iter().for_each(|value| strings(value, found)),
        Value::Object(members) => {
            found.extend(members.keys().cloned());
            members.values().for_each(|value| strings(value, found));
        }
        _ => {}
    }
}
