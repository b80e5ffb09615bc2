//! The real programs, from a link to a recount.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod announcing;
mod demo;
mod kill_client;
mod kill_forget;
mod mail;
mod programs;
