//! The Headcount protocol, without I/O: no clock, network, files or randomness of its own.

pub mod bytes;
pub mod campaign;
pub mod codec;
pub mod ed25519;
pub mod guardians;
pub mod identifier;
pub mod oprf;
pub mod tag;
