//! The server from outside: what it takes, what it refuses, what it leaves on the disk.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod attester;
mod bad_files;
mod bad_input;
mod bad_statements;
mod closing;
mod destruction;
mod double_pledge;
mod failing_store;
mod guardian;
mod issuance_checkpoints;
mod issuer;
mod limits;
mod mailing;
mod privacy_pass;
mod receipts;
mod responses;
mod seizure;
mod separate;
mod sequencer;
mod silence;
mod statements;
mod times;
mod withdrawals;
mod witnessed;
