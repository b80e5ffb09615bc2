//! What `spec/openapi.json` lists.

use std::collections::BTreeSet;

use serde_json::Value;

/// The document.
pub(crate) const TEXT: &str = include_str!("../../spec/openapi.json");

/// A status and a problem's word; the word is empty where the answer is no problem.
pub(crate) type Outcome = (u16, String);

pub(crate) struct Document(Value);

/// A method at a path.
pub(crate) struct Operation {
    pub(crate) id: String,
    pub(crate) method: String,
    pub(crate) path: String,
    /// The variable that stands for the base URL.
    pub(crate) server: String,
    /// Media type of the request's body.
    pub(crate) takes: Option<String>,
    /// Bytes that a body can have.
    pub(crate) limit: usize,
    pub(crate) outcomes: BTreeSet<Outcome>,
    /// Media types of answers that are no problems, with their statuses; none for a redirection.
    pub(crate) gives: BTreeSet<(u16, String)>,
    /// `Cache-Control` of those answers.
    pub(crate) caching: String,
}

impl Operation {
    /// `GET /c/{id}`.
    pub(crate) fn name(&self) -> String {
        format!("{} {}", self.method, self.path)
    }
}

impl Document {
    pub(crate) fn read() -> Self {
        Self(serde_json::from_str(TEXT).unwrap())
    }

    /// Every status and word for which there is a schema.
    pub(crate) fn problems(&self) -> BTreeSet<Outcome> {
        let schemas = self.0["components"]["schemas"].as_object().unwrap();
        let problems = schemas.iter().filter(|(name, _)| name.starts_with("problem."));
        problems
            .map(|(name, schema)| {
                let (status, word) = outcome(schema);
                assert_eq!(name.strip_prefix("problem."), Some(&word[..]));
                (status, word)
            })
            .collect()
    }

    pub(crate) fn limits(&self) -> &Value {
        &self.0["x-limits"]
    }

    pub(crate) fn operations(&self) -> Vec<Operation> {
        let mut operations = Vec::new();
        for (path, item) in self.0["paths"].as_object().unwrap() {
            let server = item["servers"][0]["url"].as_str().unwrap().trim_matches(['{', '}']);
            for (method, operation) in item.as_object().unwrap() {
                if method != "servers" {
                    operations.push(self.operation(path, server, method, operation));
                }
            }
        }
        operations
    }

    fn operation(&self, path: &str, server: &str, method: &str, operation: &Value) -> Operation {
        let (mut outcomes, mut gives) = (BTreeSet::new(), BTreeSet::new());
        let mut caching = String::new();
        for (status, response) in operation["responses"].as_object().unwrap() {
            let status = status.parse().unwrap();
            let content = self.resolve(response).get("content").and_then(Value::as_object);
            for (media_type, body) in content.into_iter().flatten() {
                if media_type == "application/problem+json" {
                    outcomes.extend(self.words(&body["schema"]));
                    assert!(
                        outcomes.iter().any(|(listed, _)| *listed == status),
                        "{path}: {status}"
                    );
                } else {
                    gives.insert((status, media_type.clone()));
                }
            }
            if status < 400 {
                let header = self.resolve(&self.resolve(response)["headers"]["Cache-Control"]);
                caching = header["schema"]["const"].as_str().unwrap().to_owned();
                outcomes.insert((status, String::new()));
            }
        }
        let takes = operation["requestBody"]["content"].as_object();
        Operation {
            id: operation["operationId"].as_str().unwrap().to_owned(),
            method: method.to_uppercase(),
            path: path.to_owned(),
            server: server.to_owned(),
            limit: operation
                .get("x-body-bytes")
                .unwrap_or(&self.limits()["body_bytes"])
                .as_u64()
                .and_then(|limit| limit.try_into().ok())
                .unwrap(),
            takes: takes.and_then(|content| content.keys().next().cloned()),
            outcomes,
            gives,
            caching,
        }
    }

    /// The problems that a response's schema allows: one, or one of several.
    fn words(&self, schema: &Value) -> Vec<Outcome> {
        match schema["oneOf"].as_array() {
            Some(several) => several.iter().map(|one| outcome(self.resolve(one))).collect(),
            None => vec![outcome(self.resolve(schema))],
        }
    }

    fn resolve<'a>(&'a self, value: &'a Value) -> &'a Value {
        let pointer = value["$ref"].as_str().map(|reference| &reference[1..]);
        pointer.map_or(value, |pointer| self.0.pointer(pointer).unwrap())
    }
}

fn outcome(schema: &Value) -> Outcome {
    let properties = &schema["properties"];
    let word = properties["type"]["const"].as_str().unwrap();
    let status = properties["status"]["const"].as_u64().unwrap();
    (status.try_into().unwrap(), word.strip_prefix("urn:headcount:").unwrap().to_owned())
}
