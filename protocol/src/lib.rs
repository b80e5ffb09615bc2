//! The Headcount protocol, without I/O: no clock, network, files or randomness of its own.
//!
//! | module | what it fixes | spec |
//! | --- | --- | --- |
//! | [`codec`], [`bytes`], [`ed25519`] | presentation, fixed lengths, one answer to every signature | overview |
//! | [`campaign`] | the manifest and the campaign's id | campaign |
//! | [`identifier`], [`oprf`], [`guardians`], [`tag`] | from an identifier to a uniqueness tag | tag |
//! | [`code`], [`invitation`] | what people type to prove themselves | attestation |
//! | [`attestation`] | the attester's word for one request | attestation |
//! | [`rsa`], [`token`], [`secrets`], [`issuance`] | from a seed to a blind-signed token | token |
//! | [`pledge`], [`withdrawal`], [`receipt`] | what is redeemed and taken back, and the promise for it | pledge |
//! | [`statement`] | what organisers and the counter say to everybody | statements |
//! | [`log`], [`entry`] | the public logs | log |
//! | [`recount`] | from public bytes to a verdict | recount |
//! | [`certificate`] | that so many pledges stand in the log, in one file | certificate |
//! | [`evidence`] | how anyone sees that a word was broken | evidence |

pub mod attestation;
pub mod bytes;
pub mod campaign;
mod campaign_id;
pub mod certificate;
pub mod code;
pub mod codec;
pub mod ed25519;
pub mod entry;
pub mod evidence;
pub mod guardians;
pub mod identifier;
pub mod invitation;
pub mod issuance;
pub mod log;
pub mod oprf;
pub mod pledge;
pub mod receipt;
pub mod recount;
pub mod rsa;
pub mod secrets;
pub mod statement;
pub mod tag;
pub mod token;
pub mod withdrawal;
