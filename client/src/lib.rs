//! The client of Headcount: pledge, verify and audit.
//!
//! | module | what it does |
//! | --- | --- |
//! | [`cli`], [`report`], [`exit`] | commands, what they print, how they end |
//! | [`link`], [`journey`] | from a link to a receipt, step by step |
//! | [`delivery`], [`sealed`] | a pledge on its way, one's own or another's |
//! | [`wallet`], [`files`] | what is kept, how it is replaced whole, and erased |
//! | [`phrase`] | the wallet's seed in words |
//! | [`transport`], [`problem`] | HTTP and the server's refusals |
//! | [`log`], [`audit`] | reading the public logs, and recounting them |
//! | [`complaint`] | how a broken word is shown to others |
//! | [`archive`], [`export`], [`watch`] | the public record kept, put into tables, followed |
//! | [`certificate`] | making certificates, and saying what they show |
//! | [`witness`] | cosigning the logs of others |
//! | [`process`] | core dumps and file modes |
//! | [`crowd`] | many supporters at once, for demonstrations and tests |
//! | [`chance`], [`progress`] | the clock, randomness, progress bars |

pub mod archive;
pub mod audit;
pub mod certificate;
pub mod chance;
pub mod cli;
pub mod complaint;
pub mod crowd;
pub mod delivery;
pub mod exit;
pub mod export;
pub mod files;
pub mod journey;
pub mod link;
pub mod log;
pub mod phrase;
pub mod problem;
pub mod process;
pub mod progress;
pub mod report;
pub mod sealed;
pub mod transport;
pub mod wallet;
pub mod watch;
pub mod witness;

#[cfg(test)]
mod world;
