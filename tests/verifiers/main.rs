//! Two programs recount: `headcount audit`, and `spec/verify`, which was written from the
//! specification. They agree on a whole campaign, and refuse the same mirrors for the same rules.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod cheating;
mod demo;
mod edges;
mod mirrors;
mod programs;
