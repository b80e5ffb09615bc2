//! Real witnesses and a real counter, each a process of its own; one fault after the other.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod faults;
mod forks;
mod killed;
mod over_http;
mod proxy;
mod scene;
