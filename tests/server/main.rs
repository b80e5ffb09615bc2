//! The server from outside: what it takes, what it refuses, what it leaves on the disk.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod bad_files;
mod bad_input;
mod destruction;
mod double_pledge;
mod limits;
mod privacy_pass;
mod seizure;
mod separate;
mod times;
