//! The protocol crate as its users see it: what is accepted, and every way to be refused.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod attestation;
mod campaign;
mod codec;
mod evidence;
mod findings;
mod manifest_rules;
mod pledge;
mod recount;
mod rules;
mod secrets;
mod spec;
mod statements;
mod tag_example;
mod token;
mod withdrawals;
mod witnessed;
