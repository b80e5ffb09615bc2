//! The client of Headcount: pledge, verify and audit.
//!
//! | module | what it does |
//! | --- | --- |
//! | [`cli`], [`report`], [`exit`] | commands, what they print, how they end |
//! | [`link`], [`journey`] | from a link to a receipt, step by step |
//! | [`wallet`], [`files`] | what is kept, and how it is replaced whole |
//! | [`transport`], [`problem`] | HTTP and the server's refusals |
//! | [`log`], [`audit`] | reading the public logs, and recounting them |
//! | [`witness`] | cosigning the logs of others |
//! | [`process`] | core dumps and file modes |
//! | [`crowd`] | many supporters at once, for demonstrations and tests |
//! | [`chance`], [`progress`] | the clock, randomness, progress bars |

pub mod audit;
pub mod chance;
pub mod cli;
pub mod crowd;
pub mod exit;
pub mod files;
pub mod journey;
pub mod link;
pub mod log;
pub mod problem;
pub mod process;
pub mod progress;
pub mod report;
pub mod transport;
pub mod wallet;
pub mod witness;

#[cfg(test)]
mod world;
