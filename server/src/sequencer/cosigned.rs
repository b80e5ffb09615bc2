//! What of a log its witnesses see, and what becomes of their cosignatures
//! ([spec: witness §5]).

use headcount_protocol::log::{
    Checkpoint, Cosigned, Hash, ProveError, VerifierKey, consistency_proof,
};
use tokio::sync::watch;

use super::files::FileError;
use super::{Log, LogError};

impl Log {
    /// The log's key.
    #[must_use]
    pub const fn key(&self) -> &VerifierKey {
        self.signer.verifier_key()
    }

    /// Follows the number of published entries.
    #[must_use]
    pub fn published(&self) -> watch::Receiver<u64> {
        self.published.subscribe()
    }

    /// The latest checkpoint, published, as the log has signed it.
    ///
    /// # Errors
    /// [`LogError`].
    pub fn latest(&self) -> Result<String, LogError> {
        Ok(self.open_batch()?.committed()?.checkpoint)
    }

    /// The proof that the tree of `new` leaves, which was published, begins with that of `old`.
    ///
    /// # Errors
    /// [`ProveError::Range`] if `old` is above `new`; [`ProveError::Read`].
    pub fn consistency(&self, old: u64, new: u64) -> Result<Vec<Hash>, ProveError<FileError>> {
        consistency_proof(old, new, |height, index| self.files.read_hash(height, index, new))
    }

    /// Serves a checkpoint with its cosignatures, if it is still the latest; and, if it is
    /// witnessed and not smaller than the one that is served, as `witnessed` [WIT-17].
    ///
    /// # Errors
    /// [`LogError`].
    pub fn publish_cosigned(&self, cosigned: &Cosigned, witnessed: bool) -> Result<(), LogError> {
        // No checkpoint is written by anybody else meanwhile.
        let open = self.open_batch()?;
        let (size, note) = (cosigned.checkpoint.size(), cosigned.note(usize::MAX).to_string());
        if witnessed && self.witnessed_size()?.is_none_or(|there| there <= size) {
            self.files.write_witnessed(&note)?;
        }
        if open.committed()?.size == size {
            self.files.write_checkpoint(&note)?;
        }
        Ok(())
    }

    /// Size of the checkpoint that is served as `witnessed`, if one of this log is.
    ///
    /// # Errors
    /// [`LogError::File`].
    pub fn witnessed_size(&self) -> Result<Option<u64>, LogError> {
        let note = self.files.read("witnessed")?;
        let opened = note.and_then(|note| Checkpoint::open(&note, self.key()).ok());
        Ok(opened.map(|checkpoint| checkpoint.size()))
    }
}
