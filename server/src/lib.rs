//! `headcountd`: the server roles of Headcount.
//!
//! | module | what it is |
//! | --- | --- |
//! | [`attester`], [`guardian`], [`issuer`], [`counter`] | one folder a role; no role imports another |
//! | [`sequencer`] | one log: open batch → tiles → checkpoint |
//! | [`store`] | everything in a database, and the only SQL |
//! | [`peer`] | how a role asks another |
//! | [`problem`] | the only map from errors to HTTP |
//! | [`limits`] | size, time and number of requests |
//! | [`app`], [`run`] | puts the configured roles together, and serves them |
//! | [`destruction`] | the end of tags, shares and keys, 48 hours after issuance close |
//! | [`draft`], [`init`], [`config`], [`keys`], [`toml_file`] | setting a campaign up |
//! | [`office`] | announcing, amending and closing from the command line |
//! | [`demo`] | a campaign with simulated supporters |
//! | [`pages`] | what people see |

pub mod app;
pub mod attester;
pub mod clock;
pub mod config;
pub mod counter;
pub mod demo;
pub mod destruction;
pub mod draft;
pub mod guardian;
pub mod init;
pub mod issuer;
pub mod keys;
pub mod limits;
pub mod office;
pub mod pages;
pub mod peer;
pub mod problem;
pub mod random;
pub mod run;
pub mod sequencer;
pub mod store;
pub mod toml_file;
pub mod witnessing;
