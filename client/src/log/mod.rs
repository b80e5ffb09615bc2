//! Reading public logs: [`source`] fetches files, [`growing`] follows a log as it grows,
//! [`mod@slice`] ties a run of entries to a checkpoint, [`inclusion`] finds what a receipt promises,
//! [`whole`] reads everything.

pub mod growing;
pub mod inclusion;
pub mod slice;
pub mod source;
pub mod whole;

#[cfg(test)]
mod tests;

pub use growing::{GrowingLog, IssuanceLogs};
pub use inclusion::{Inclusion, InclusionError};
pub use source::{LogSource, ReadError};

use headcount_protocol::log::CheckpointError;

/// Why a log cannot be believed or read.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum LogError {
    /// A file of it could not be had.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// The checkpoint is not one of this log.
    #[error("the log's checkpoint is refused: {0}")]
    Checkpoint(#[from] CheckpointError),
    /// The log serves as witnessed what is not.
    #[error("the log serves as witnessed what too few of the manifest's witnesses have cosigned")]
    Unwitnessed,
    /// The log is smaller than it was.
    #[error("the log is smaller than it was")]
    Shrank,
    /// Entries or tiles do not have the root that the checkpoint signs.
    #[error("the log's entries do not have the root that its checkpoint signs")]
    Root,
}
