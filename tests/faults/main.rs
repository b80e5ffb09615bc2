//! Programs that die or fail at any point: what was promised is kept, exactly once.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod kill_server;
mod patient;
