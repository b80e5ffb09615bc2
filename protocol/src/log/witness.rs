//! What a log asks of a witness, and how the witness decides, C2SP tlog-witness
//! ([spec: witness §3]).

use super::checkpoint::{Checkpoint, CheckpointError, decimal};
use super::cosignature::CosignatureKey;
use super::key::VerifierKey;
use super::line::{LineError, SignatureLine};
use super::merkle::Hash;
use super::note::{Note, NoteError, VerifyError};
use super::proof::{ConsistencyError, verify_consistency};

/// Why bytes are no request [WIT-7].
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum RequestError {
    /// The request has more than [`AddCheckpoint::MAX_LEN`] bytes.
    #[error("the request is longer than {} bytes", AddCheckpoint::MAX_LEN)]
    TooLong,
    /// The first line is not `old` and a number.
    #[error("the request does not begin with the old size")]
    Old,
    /// There are more than 63 hashes, or a line of the proof is not the base64 of 32 bytes.
    #[error("the proof is not of at most 63 hashes")]
    Proof,
    /// No empty line ends the proof.
    #[error("no empty line ends the proof")]
    Separator,
    /// What follows is no note.
    #[error(transparent)]
    Note(#[from] NoteError),
    /// The note's text is no checkpoint.
    #[error(transparent)]
    Checkpoint(CheckpointError),
}

/// The request `add-checkpoint`: a log's checkpoint, and the proof that its tree continues the one
/// of `old` leaves.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct AddCheckpoint {
    /// Leaves of the tree that the witness has cosigned last, as the log knows.
    pub old: u64,
    /// The consistency proof, at most 63 hashes; none if `old` is 0 or the new size.
    pub proof: Vec<Hash>,
    /// The log's signed note.
    pub note: Note,
}

/// Why a witness does not cosign, in the order in which it looks [WIT-8].
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum Refusal {
    /// The checkpoint is of a log that the witness does not know.
    #[error("this witness does not know the log")]
    UnknownLog,
    /// The log has not signed the note, or a line in its name does not verify.
    #[error(transparent)]
    Signature(#[from] VerifyError),
    /// The old size is above the new one.
    #[error("the old size is above the new one")]
    Shrunk,
    /// The witness has cosigned another size last: this one.
    #[error("this witness has cosigned a tree of {0} leaves last")]
    Conflict(u64),
    /// A tree without leaves has another root than the empty one.
    #[error("the tree is empty and its root is not")]
    EmptyRoot,
    /// The tree is not shown to continue the one that was cosigned last.
    #[error("the tree is not shown to continue the last one: {0}")]
    Inconsistent(#[from] ConsistencyError),
}

impl AddCheckpoint {
    /// Most hashes of a proof.
    pub const MAX_PROOF: usize = 63;

    /// The longest request, in bytes: a note, 63 lines of 45, and the line of the old size.
    pub const MAX_LEN: usize = Note::MAX_LEN + 45 * Self::MAX_PROOF + 26;

    /// The body to post, at most [`Self::MAX_LEN`] bytes.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let lines: String = self.proof.iter().map(|hash| hash.to_base64() + "\n").collect();
        format!("old {}\n{lines}\n{}", self.old, self.note).into_bytes()
    }

    /// Takes a body apart, without verifying it [WIT-7].
    ///
    /// # Errors
    /// Each variant of [`RequestError`].
    pub fn decode(bytes: &[u8]) -> Result<Self, RequestError> {
        if bytes.len() > Self::MAX_LEN {
            return Err(RequestError::TooLong);
        }
        let (mut rest, mut lines) = (bytes, Vec::new());
        loop {
            let end = rest.iter().position(|byte| *byte == b'\n').ok_or(RequestError::Separator)?;
            let line = str::from_utf8(&rest[..end]).map_err(|_| NoteError::Utf8)?;
            rest = &rest[end + 1..];
            if line.is_empty() {
                break;
            }
            if lines.len() > Self::MAX_PROOF {
                return Err(RequestError::Proof);
            }
            lines.push(line);
        }
        let (old, proof) = lines.split_first().ok_or(RequestError::Old)?;
        let old = old.strip_prefix("old ").and_then(decimal).ok_or(RequestError::Old)?;
        let proof = proof.iter().map(|line| Hash::from_base64(line)).collect::<Option<_>>();
        let proof = proof.ok_or(RequestError::Proof)?;
        let request = Self { old, proof, note: Note::parse(rest)? };
        match request.checkpoint() {
            // Whose it is, and who signed it, is looked at first.
            Ok(_) | Err(CheckpointError::EmptyRoot) => Ok(request),
            Err(error) => Err(RequestError::Checkpoint(error)),
        }
    }

    /// The origin that the checkpoint names: who is asked for its key.
    #[must_use]
    pub fn origin(&self) -> &str {
        self.note.text().split('\n').next().unwrap_or_default()
    }

    /// Whether a witness that knows the log by this key, and has cosigned `last` for it, cosigns
    /// the checkpoint; it must then replace `last` by it before it answers [WIT-10].
    ///
    /// # Errors
    /// The first [`Refusal`] that applies, in their order [WIT-8].
    pub fn decide(
        &self,
        log: Option<&VerifierKey>,
        last: Option<&Checkpoint>,
    ) -> Result<Checkpoint, Refusal> {
        let log = log.filter(|log| log.name().as_str() == self.origin());
        let log = log.ok_or(Refusal::UnknownLog)?;
        self.note.verify(std::slice::from_ref(log))?;
        let checkpoint = self.checkpoint();
        let (size, known) =
            (checkpoint.as_ref().map_or(0, Checkpoint::size), last.map_or(0, Checkpoint::size));
        if self.old > size {
            return Err(Refusal::Shrunk);
        }
        if self.old != known {
            return Err(Refusal::Conflict(known));
        }
        // The text was one of a checkpoint in all but the root of the empty tree.
        let checkpoint = checkpoint.map_err(|_| Refusal::EmptyRoot)?;
        let last = last.map_or(&Hash::EMPTY_ROOT, Checkpoint::root);
        verify_consistency(self.old, size, last, checkpoint.root(), &self.proof)?;
        Ok(checkpoint)
    }

    fn checkpoint(&self) -> Result<Checkpoint, CheckpointError> {
        self.note.text().parse()
    }
}

/// The cosignature lines of a witness's answer, of which one at least is of this witness and of the
/// checkpoint with this text [WIT-15]; nothing if there is none, or a line is none.
#[must_use]
pub fn cosignature_in(
    answer: &str,
    key: &CosignatureKey,
    checkpoint: &str,
) -> Option<SignatureLine> {
    let lines = answer.strip_suffix('\n')?.split('\n').map(str::parse);
    let lines = lines.collect::<Result<Vec<SignatureLine>, LineError>>().ok()?;
    lines.into_iter().find(|line| key.time_of(checkpoint, line).is_some())
}

#[cfg(test)]
mod tests;
