//! The public logs: C2SP tlog-tiles, checkpoints and signed notes ([spec: log §1] to [spec: log §3]).
//!
//! An entry is hashed by [`leaf_hash`] and pushed onto an [`Edge`], which says which [`HashTile`]s
//! are complete and what the root is. The same entry goes into a [`bundle`]. A [`Tile`] names either
//! kind of file. The root becomes a [`Checkpoint`], which a [`NoteSigner`] makes a [`Note`] that
//! anyone with the [`VerifierKey`] can open. [`verify_inclusion`] and [`verify_consistency`] then
//! tie entries, and older checkpoints, to it. Witnesses put [`CosignatureKey`] lines below it, with which
//! it is opened as [`Cosigned`].

pub mod bundle;
mod checkpoint;
mod cosignature;
mod cosigned;
mod edge;
mod hash_tile;
mod key;
mod line;
mod merkle;
mod note;
mod path;
mod proof;
mod prove;
mod tile;
mod tlog_proof;
pub mod witness;

pub use checkpoint::{Checkpoint, CheckpointError};
pub use cosignature::{CosignatureKey, CosignatureSigner};
pub use cosigned::Cosigned;
pub use edge::{Edge, EdgeError};
pub use hash_tile::{HashTile, HashTileError};
pub use key::{KeyName, NameError, NoteSigner, VerifierKey, VerifierKeyError};
pub use line::{LineError, SignatureLine};
pub use merkle::{Hash, leaf_hash, node_hash, root, tree_root};
pub(crate) use merkle::{range_root, split};
pub use note::{Note, NoteError, VerifyError};
pub use proof::{ConsistencyError, InclusionError, verify_consistency, verify_inclusion};
pub use prove::{ProveError, consistency_proof, inclusion_proof};
pub use tile::{Level, Tile, TileError, new_tiles, partial_tiles};
pub use tlog_proof::{TlogProof, TlogProofError};
