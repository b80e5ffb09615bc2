//! Threshold certificates: one file that shows offline, by sampling, how many distinct signed
//! pledges stand in the log at least ([spec: certificate]).
//!
//! ```text
//! pledge log ─▶ Listing ─▶ Draft ─▶ bytes ─▶ check ─▶ Shown
//!               (all)     (sampled)
//! ```
//!
//! The pledges are listed by nonce in a Merkle tree whose nodes also hash the least and the
//! greatest nonce below them. Two leaves whose paths pass every check have different nonces,
//! wherever they stand; so the leaves of which each sample shows one are as many pledges.

mod bound;
mod check;
mod file;
mod make;
mod sample;
mod shape;
mod sorted;

pub use bound::{Bound, BoundError};
pub use check::{CheckError, Shown, check};
pub use file::MAX_LEN;
pub use make::{Draft, Listing};
pub use sorted::Listed;

use crate::campaign::Campaign;
use crate::log::{Checkpoint, CheckpointError};

/// Opens the checkpoint that a certificate rests on, witnessed where the campaign has witnesses
/// ([spec: certificate §5], [CER-4]).
fn open_checkpoint(campaign: &Campaign, note: &[u8]) -> Result<Checkpoint, CheckpointError> {
    let cosigned = campaign.open_pledge_checkpoint(note)?;
    let suffices = campaign.suffices(&cosigned);
    if suffices { Ok(cosigned.checkpoint) } else { Err(CheckpointError::Unwitnessed) }
}
