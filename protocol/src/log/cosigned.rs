//! Checkpoints with the cosignatures below them ([spec: witness §2]).

use super::checkpoint::{Checkpoint, CheckpointError};
use super::cosignature::CosignatureKey;
use super::key::{KeyName, VerifierKey};
use super::line::SignatureLine;
use super::note::{Note, VerifyError};

/// A checkpoint that its log has signed, and the witnesses who have cosigned it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Cosigned {
    /// The checkpoint.
    pub checkpoint: Checkpoint,
    /// The names of the witnesses, of the keys that were given; each key counts once [LOG-18].
    pub witnesses: Vec<KeyName>,
    /// The log's line, then one line of each of the witnesses.
    note: Note,
}

impl Cosigned {
    /// The note with the log's line and those of the first `most` of [`Self::witnesses`]
    /// [WIT-6]; what else the log's server has put below it is left out.
    #[must_use]
    pub fn note(&self, most: usize) -> Note {
        let lines = self.note.signatures().iter().take(most.saturating_add(1));
        self.note.with_lines(lines.cloned().collect())
    }

    /// The log's signature line.
    #[must_use]
    pub fn log_line(&self) -> &SignatureLine {
        &self.note.signatures()[0]
    }

    /// One line of each of [`Self::witnesses`].
    #[must_use]
    pub fn cosignatures(&self) -> &[SignatureLine] {
        &self.note.signatures()[1..]
    }
}

impl Checkpoint {
    /// Opens a note that the log has signed, and finds who of the witnesses has cosigned it. Lines
    /// of others are ignored [LOG-16].
    ///
    /// # Errors
    /// Those of [`Checkpoint::open`]; [`CheckpointError::Verify`] also if a line of a witness does
    /// not verify, whatever the others do [LOG-17].
    pub fn open_cosigned(
        note: &[u8],
        log: &VerifierKey,
        witnesses: &[CosignatureKey],
    ) -> Result<Cosigned, CheckpointError> {
        let note = Note::parse(note)?;
        let (mut of_log, mut cosigned) = (None, Vec::<(&CosignatureKey, &SignatureLine)>::new());
        for line in note.signatures() {
            let mut known = witnesses.iter().filter(|key| key.is_of(line)).peekable();
            if log.is_of(line) && log.verifies(note.text(), line.signature()) {
                of_log.get_or_insert(line);
            } else if log.is_of(line) || known.peek().is_some() {
                let signer = known.find(|key| key.time_of(note.text(), line).is_some());
                let signer = signer.ok_or_else(|| VerifyError::Forged(line.name().clone()))?;
                if !cosigned.iter().any(|(key, _)| *key == signer) {
                    cosigned.push((signer, line));
                }
            }
        }
        let of_log = of_log.ok_or(VerifyError::Unsigned)?;
        let checkpoint = Self::of_log(note.text(), log)?;
        let lines = [of_log].into_iter().chain(cosigned.iter().map(|(_, line)| *line)).cloned();
        let witnesses = cosigned.iter().map(|(key, _)| key.name().clone()).collect();
        let note = note.with_lines(lines.collect());
        Ok(Cosigned { checkpoint, witnesses, note })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ed25519::SecretSeed;
    use crate::log::{CosignatureSigner, Hash, NoteSigner};

    fn witness(byte: u8) -> CosignatureSigner {
        CosignatureSigner::new("w".parse().unwrap(), SecretSeed::from([byte; 32]))
    }

    /// A log, a checkpoint of it, and its note without witnesses.
    fn log() -> (NoteSigner, Checkpoint, String) {
        let signer = NoteSigner::new("log".parse().unwrap(), SecretSeed::from([1; 32]));
        let checkpoint = Checkpoint::new("log".parse().unwrap(), 1, Hash::from([7; 32])).unwrap();
        let note = checkpoint.sign(&signer).unwrap();
        (signer, checkpoint, note)
    }

    /// [LOG-16, LOG-17, LOG-18]
    #[test]
    fn cosignatures_are_counted_by_key() {
        let (log, checkpoint, note) = log();
        let text = checkpoint.to_string();
        let [a, b, stranger] = [2, 3, 4].map(witness);
        let keys = [a.key().clone(), b.key().clone()];
        let with = |lines: &[SignatureLine]| {
            lines.iter().fold(note.clone(), |note, line| note + &format!("{line}\n"))
        };
        let open =
            |note: &str| Checkpoint::open_cosigned(note.as_bytes(), log.verifier_key(), &keys);
        let count = |lines: &[SignatureLine]| open(&with(lines)).map(|it| it.witnesses.len());
        let forged = |name: &str| Err(VerifyError::Forged(name.parse().unwrap()).into());

        assert_eq!(open(&note).map(|it| it.checkpoint), Ok(checkpoint));
        assert_eq!(count(&[]), Ok(0));
        assert_eq!(count(&[a.cosign(&text, 5)]), Ok(1));
        assert_eq!(count(&[a.cosign(&text, 5), a.cosign(&text, 6)]), Ok(1));
        assert_eq!(
            count(&[a.cosign(&text, 5), stranger.cosign(&text, 5), b.cosign(&text, 9)]),
            Ok(2)
        );
        assert_eq!(count(&[a.cosign(&text, 5), b.cosign("log\n1\n", 5)]), forged("w"));
        assert_eq!(count(&[stranger.cosign("other", 5)]), Ok(0));
        // The log must have signed it too.
        let line = a.cosign(&text, 5);
        assert_eq!(open(&format!("{text}\n{line}\n")), Err(VerifyError::Unsigned.into()));
        let other = text.replace('1', "2");
        assert_eq!(open(&note.replace(&text, &other)).map(|it| it.witnesses.len()), forged("log"));
    }

    /// [WIT-6]
    #[test]
    fn a_note_can_be_cut_down() {
        let (log, checkpoint, note) = log();
        let text = checkpoint.to_string();
        let [a, b, stranger] = [2, 3, 4].map(witness);
        let keys = [a.key().clone(), b.key().clone()];
        let lines = [stranger.cosign(&text, 1), b.cosign(&text, 2), a.cosign(&text, 3)];
        let full = lines.iter().fold(note.clone(), |note, line| note + &format!("{line}\n"));
        let open = |note: &str| {
            Checkpoint::open_cosigned(note.as_bytes(), log.verifier_key(), &keys).unwrap()
        };
        let opened = open(&full);
        assert_eq!(opened.note(0).to_string(), note);
        assert_eq!(opened.note(1).to_string(), format!("{note}{}\n", lines[1]));
        assert_eq!(opened.note(usize::MAX), opened.note(2));
        assert_eq!(open(&opened.note(2).to_string()), opened);
        assert_eq!(
            (opened.log_line().name(), opened.cosignatures()),
            (checkpoint.origin(), &lines[1..])
        );
    }
}
