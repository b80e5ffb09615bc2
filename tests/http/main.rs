//! The HTTP interface: what `spec/openapi.json` and `spec/http.md` say, and what the server does.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod agreement;
mod answer;
mod campaign;
mod cases;
mod contract;
mod document;
mod every_endpoint;
mod framing;
mod promises;
mod rare;
mod recording;
