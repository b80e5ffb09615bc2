//! One checkpoint on its way to one witness, and what the answers mean.

use headcount_protocol::log::witness::{AddCheckpoint, cosignature_in};
use headcount_protocol::log::{Checkpoint, CosignatureKey, Note, SignatureLine};

use super::Fault;
use super::ask::Answer;
use crate::sequencer::{Log, LogError};

/// What follows an answer.
#[derive(Debug)]
pub(super) enum Next {
    /// The checkpoint is cosigned.
    Cosigned(SignatureLine),
    /// The witness has cosigned a tree of another size: the proof must begin there.
    From(u64),
}

/// A checkpoint with the proof from what the witness has cosigned last.
pub(super) struct Submission {
    request: AddCheckpoint,
    checkpoint: Checkpoint,
    /// Whether the size was corrected by the witness already.
    corrected: bool,
}

impl Submission {
    /// The latest checkpoint of a log, for a witness that has cosigned `old` entries of it.
    pub(super) fn new(log: &Log, old: u64) -> Result<Self, Fault> {
        let note = log.latest()?;
        let checkpoint = Checkpoint::open(note.as_bytes(), log.key()).map_err(LogError::from)?;
        let note =
            Note::parse(note.as_bytes()).map_err(|error| LogError::Checkpoint(error.into()))?;
        let proof = log.consistency(old, checkpoint.size())?;
        let request = AddCheckpoint { old, proof, note };
        Ok(Self { request, checkpoint, corrected: false })
    }

    /// The same checkpoint with the proof from another size.
    pub(super) fn from(self, log: &Log, old: u64) -> Result<Self, Fault> {
        let proof = log.consistency(old, self.checkpoint.size())?;
        let request = AddCheckpoint { old, proof, ..self.request };
        Ok(Self { request, corrected: true, ..self })
    }

    /// The body to post.
    pub(super) fn body(&self) -> Vec<u8> {
        self.request.encode()
    }

    /// The entries of the tree that is submitted.
    pub(super) const fn size(&self) -> u64 {
        self.checkpoint.size()
    }

    /// The log's note that is submitted.
    pub(super) const fn note(&self) -> &Note {
        &self.request.note
    }

    /// Reads an answer [WIT-14, WIT-15].
    pub(super) fn take(&self, answer: &Answer, key: &CosignatureKey) -> Result<Next, Fault> {
        let size = self.checkpoint.size();
        match answer.status {
            200 => {
                let line = cosignature_in(&answer.body, key, &self.checkpoint.to_string());
                line.map(Next::Cosigned).ok_or(Fault::Nonsense)
            }
            409 => {
                let stored = answer.body.strip_suffix('\n').and_then(|text| text.parse().ok());
                let stored: u64 = stored.ok_or(Fault::Nonsense)?;
                if stored > size {
                    let text = format!("it has cosigned {stored} entries, and there are {size}");
                    return Err(Fault::OtherHistory(text));
                }
                if stored == size && self.request.old == size {
                    return Err(Fault::OtherHistory(same_size(size)));
                }
                // A witness that changes its mind at each answer is not followed.
                if self.corrected || stored == self.request.old {
                    return Err(Fault::Nonsense);
                }
                Ok(Next::From(stored))
            }
            422 if self.request.old == size => Err(Fault::OtherHistory(same_size(size))),
            422 => {
                let old = self.request.old;
                Err(Fault::OtherHistory(format!("these are not its first {old} entries")))
            }
            status => Err(Fault::Refused(status)),
        }
    }
}

fn same_size(size: u64) -> String {
    format!("it has cosigned another tree of {size} entries")
}

#[cfg(test)]
mod tests {
    use headcount_protocol::ed25519::SecretSeed;
    use headcount_protocol::log::{CosignatureSigner, Hash, NoteSigner};

    use super::*;

    fn submission(old: u64) -> Submission {
        let signer = NoteSigner::new("log".parse().unwrap(), SecretSeed::from([1; 32]));
        let checkpoint = Checkpoint::new("log".parse().unwrap(), 7, Hash::from([7; 32])).unwrap();
        let note = Note::parse(checkpoint.sign(&signer).unwrap().as_bytes()).unwrap();
        let request = AddCheckpoint { old, proof: Vec::new(), note };
        Submission { request, checkpoint, corrected: false }
    }

    fn answer(status: u16, body: &str) -> Answer {
        Answer { status, body: body.to_owned() }
    }

    fn witness() -> CosignatureSigner {
        CosignatureSigner::new("w".parse().unwrap(), SecretSeed::from([2; 32]))
    }

    /// [WIT-15]
    #[test]
    fn only_a_cosignature_of_this_checkpoint_is_taken() {
        let (submission, witness) = (submission(3), witness());
        let take = |answer: &Answer| submission.take(answer, witness.key());
        let good = witness.cosign(&submission.checkpoint.to_string(), 5);
        let taken = take(&answer(200, &format!("{good}\n")));
        assert!(matches!(taken, Ok(Next::Cosigned(line)) if line == good));
        let other = witness.cosign("log\n8\n", 5);
        for body in [format!("{other}\n"), good.to_string(), String::new(), "x\n".to_owned()] {
            assert!(matches!(take(&answer(200, &body)), Err(Fault::Nonsense)), "{body:?}");
        }
    }

    /// [WIT-14]
    #[test]
    fn another_size_is_taken_up_and_another_history_is_named() {
        let witness = witness();
        let take =
            |old, status, body: &str| submission(old).take(&answer(status, body), witness.key());
        assert!(matches!(take(0, 409, "3\n"), Ok(Next::From(3))));
        assert!(matches!(take(5, 409, "0\n"), Ok(Next::From(0))));
        assert!(matches!(take(3, 409, "7\n"), Ok(Next::From(7))));
        for body in ["", "3", "x\n", "-1\n", "3\n3\n"] {
            assert!(matches!(take(0, 409, body), Err(Fault::Nonsense)), "{body:?}");
        }
        // Not in a circle.
        assert!(matches!(take(3, 409, "3\n"), Err(Fault::Nonsense)));
        let corrected = Submission { corrected: true, ..submission(3) };
        let again = corrected.take(&answer(409, "2\n"), witness.key());
        assert!(matches!(again, Err(Fault::Nonsense)));

        for (old, status, body) in [(3, 409, "8\n"), (7, 409, "7\n"), (7, 422, ""), (3, 422, "")] {
            let refused = take(old, status, body);
            assert!(matches!(refused, Err(Fault::OtherHistory(_))), "{old} {status}");
        }
        for status in [400, 403, 404, 500, 301] {
            assert!(matches!(take(3, status, ""), Err(Fault::Refused(found)) if found == status));
        }
    }
}
