//! Signed notes: a text and the signatures below it, C2SP signed-note ([spec: log §3.2]).

use std::fmt;

use super::key::{KeyName, NoteSigner, VerifierKey};
use super::line::{LineError, SignatureLine};

/// Why bytes are not a note [LOG-15], or text cannot become one.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum NoteError {
    /// The note has more than [`Note::MAX_LEN`] bytes.
    #[error("the note is longer than {} bytes", Note::MAX_LEN)]
    TooLong,
    /// The note is not UTF-8.
    #[error("the note is not UTF-8")]
    Utf8,
    /// The note holds a control character other than the line feed.
    #[error("the note holds the control character {0:?}")]
    Control(char),
    /// The text does not end in a line feed.
    #[error("the text of the note does not end in a line feed")]
    Text,
    /// No empty line separates text and signatures.
    #[error("no empty line separates the text of the note from its signatures")]
    Separator,
    /// The last signature line does not end in a line feed.
    #[error("the last line of the note does not end in a line feed")]
    LastLine,
    /// There are more than [`Note::MAX_SIGNATURES`] signature lines.
    #[error("the note has more than {} signatures", Note::MAX_SIGNATURES)]
    TooManySignatures,
    /// A line below the empty one is not a signature line.
    #[error(transparent)]
    Line(#[from] LineError),
}

/// Why the signatures of a note do not suffice.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum VerifyError {
    /// No line is of a known key [LOG-17].
    #[error("no known key has signed the note")]
    Unsigned,
    /// A line bears the name and id of a known key, but does not verify [LOG-17].
    #[error("the signature of {0} does not verify")]
    Forged(KeyName),
}

/// A text with the signatures below it; those are verified by [`Note::verify`] only.
///
/// `Display` is the note as it is served; [`Note::parse`] is the way back.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Note {
    text: String,
    signatures: Vec<SignatureLine>,
}

impl Note {
    /// The longest note that is read, in bytes.
    pub const MAX_LEN: usize = 262_144;

    /// The most signature lines that are read.
    pub const MAX_SIGNATURES: usize = 64;

    /// Signs `text`.
    ///
    /// # Errors
    /// [`NoteError::Text`] if `text` does not end in a line feed; [`NoteError::Control`] if it
    /// holds another control character; [`NoteError::TooLong`] if the note would be too long.
    pub fn sign(text: &str, signer: &NoteSigner) -> Result<Self, NoteError> {
        check_characters(text)?;
        if !text.ends_with('\n') {
            return Err(NoteError::Text);
        }
        let key = signer.verifier_key();
        let signature = signer.sign(text).as_bytes().to_vec();
        let line = SignatureLine::new(key.name().clone(), key.id(), signature);
        let note = Self { text: text.to_owned(), signatures: vec![line] };
        if note.to_string().len() > Self::MAX_LEN {
            return Err(NoteError::TooLong);
        }
        Ok(note)
    }

    /// Takes a note apart, without verifying it.
    ///
    /// # Errors
    /// Each variant of [`NoteError`], but [`NoteError::Text`].
    pub fn parse(bytes: &[u8]) -> Result<Self, NoteError> {
        if bytes.len() > Self::MAX_LEN {
            return Err(NoteError::TooLong);
        }
        let note = std::str::from_utf8(bytes).map_err(|_| NoteError::Utf8)?;
        check_characters(note)?;
        // The text may hold empty lines; the last one of the note ends it.
        let blank = note.rfind("\n\n").ok_or(NoteError::Separator)?;
        let (text, lines) = (&note[..=blank], &note[blank + 2..]);
        let lines = lines.strip_suffix('\n').ok_or(NoteError::LastLine)?;
        if lines.split('\n').count() > Self::MAX_SIGNATURES {
            return Err(NoteError::TooManySignatures);
        }
        let signatures = lines.split('\n').map(str::parse).collect::<Result<_, _>>()?;
        Ok(Self { text: text.to_owned(), signatures })
    }

    /// The text, which ends in a line feed. Not to be trusted before [`Self::verify`].
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The signature lines, 1 to 64, known or not.
    #[must_use]
    pub fn signatures(&self) -> &[SignatureLine] {
        &self.signatures
    }

    /// The same note with these lines alone below its text.
    pub(super) fn with_lines(&self, signatures: Vec<SignatureLine>) -> Self {
        Self { text: self.text.clone(), signatures }
    }

    /// The keys among `known` that have signed the note: at least one, each once [LOG-18].
    ///
    /// Lines of other keys and other types count for nothing ([spec: log §3.2], [LOG-16]).
    ///
    /// # Errors
    /// [`VerifyError::Forged`] if a line of a known key does not verify, whatever the others do;
    /// [`VerifyError::Unsigned`] if there is no line of a known key.
    pub fn verify<'k>(
        &self,
        known: &'k [VerifierKey],
    ) -> Result<Vec<&'k VerifierKey>, VerifyError> {
        let mut signers = Vec::new();
        for line in &self.signatures {
            for key in known.iter().filter(|key| key.is_of(line)) {
                if !key.verifies(&self.text, line.signature()) {
                    return Err(VerifyError::Forged(line.name().clone()));
                }
                if !signers.contains(&key) {
                    signers.push(key);
                }
            }
        }
        if signers.is_empty() { Err(VerifyError::Unsigned) } else { Ok(signers) }
    }
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", self.text)?;
        self.signatures.iter().try_for_each(|line| writeln!(f, "{line}"))
    }
}

fn check_characters(text: &str) -> Result<(), NoteError> {
    match text.chars().find(|c| *c < ' ' && *c != '\n') {
        Some(found) => Err(NoteError::Control(found)),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ed25519::SecretSeed;

    fn signer(name: &str) -> NoteSigner {
        NoteSigner::new(name.parse().unwrap(), SecretSeed::from([7; 32]))
    }

    fn line(note: &Note) -> String {
        note.signatures()[0].to_string()
    }

    #[test]
    fn a_note_is_read_as_it_was_signed() {
        let signer = signer("n");
        for text in ["one\n", "\n", "one\n\ntwo\n", "one\n\n", "\n\n— x y\n"] {
            let note = Note::sign(text, &signer).unwrap();
            assert_eq!(Note::parse(note.to_string().as_bytes()), Ok(note.clone()));
            assert_eq!(note.text(), text);
            let keys = [signer.verifier_key().clone()];
            assert_eq!(note.verify(&keys), Ok(vec![&keys[0]]));
        }
    }

    #[test]
    fn text_that_makes_no_note_is_not_signed() {
        let sign = |text: &str| Note::sign(text, &signer("n")).map(drop);
        assert_eq!(sign("one"), Err(NoteError::Text));
        assert_eq!(sign(""), Err(NoteError::Text));
        assert_eq!(sign("one\r\n"), Err(NoteError::Control('\r')));
        assert_eq!(sign(&("x".repeat(Note::MAX_LEN - 1) + "\n")), Err(NoteError::TooLong));
    }

    /// [LOG-15]
    #[test]
    fn other_bytes_are_no_note() {
        let line = line(&Note::sign("one\n", &signer("n")).unwrap());
        let parse = |note: &str| Note::parse(note.as_bytes()).map(drop);
        assert_eq!(parse(&format!("one\n\n{line}\n")), Ok(()));
        assert_eq!(parse(&format!("one\n\n{line}")), Err(NoteError::LastLine));
        assert_eq!(parse("one\n\n"), Err(NoteError::LastLine));
        assert_eq!(parse(&format!("one\n{line}\n")), Err(NoteError::Separator));
        assert_eq!(parse(&format!("\n{line}\n")), Err(NoteError::Separator));
        assert_eq!(parse(""), Err(NoteError::Separator));
        assert_eq!(parse(&format!("one\r\n\n{line}\n")), Err(NoteError::Control('\r')));
        assert_eq!(Note::parse(b"\xff\n\n"), Err(NoteError::Utf8));
        assert_eq!(parse(&"\n".repeat(Note::MAX_LEN + 1)), Err(NoteError::TooLong));
        let lines = |n| format!("one\n\n{}", format!("{line}\n").repeat(n));
        assert_eq!(parse(&lines(64)), Ok(()));
        assert_eq!(parse(&lines(65)), Err(NoteError::TooManySignatures));
        assert_eq!(parse("one\n\nx\n"), Err(LineError::Form.into()));
        assert_eq!(parse(&format!("one\n\n{line}\nx\n")), Err(LineError::Form.into()));
    }

    /// [LOG-15]
    #[test]
    fn a_note_has_a_longest() {
        let signer = signer("ours");
        let sign = |text: usize| Note::sign(&("x".repeat(text - 1) + "\n"), &signer);
        let rest = sign(2).unwrap().to_string().len() - 2;
        let longest = sign(Note::MAX_LEN - rest).unwrap().to_string();
        assert_eq!(longest.len(), 262_144);
        assert!(Note::parse(longest.as_bytes()).is_ok());
        assert_eq!(sign(Note::MAX_LEN - rest + 1), Err(NoteError::TooLong));
        assert_eq!(Note::parse(format!("x{longest}").as_bytes()), Err(NoteError::TooLong));
    }

    /// [LOG-16, LOG-17, LOG-18]
    #[test]
    fn known_signatures_must_verify_and_others_are_ignored() {
        let (ours, theirs) = (signer("ours"), signer("theirs"));
        let our_line = line(&Note::sign("one\n", &ours).unwrap());
        let other_text = line(&Note::sign("two\n", &ours).unwrap());
        let their_line = line(&Note::sign("one\n", &theirs).unwrap());
        let known = [ours.verifier_key().clone(), ours.verifier_key().clone()];
        let verify = |lines: &[&str]| {
            let note = format!("one\n\n{}\n", lines.join("\n"));
            Note::parse(note.as_bytes()).unwrap().verify(&known).map(|keys| keys.len())
        };
        let forged = Err(VerifyError::Forged(ours.verifier_key().name().clone()));
        assert_eq!(verify(&[&our_line]), Ok(1));
        assert_eq!(verify(&[&our_line, &our_line]), Ok(1));
        assert_eq!(verify(&["— x AAAAAAA=", &their_line, &our_line]), Ok(1));
        assert_eq!(verify(&[&their_line]), Err(VerifyError::Unsigned));
        assert_eq!(verify(&[&other_text]), forged);
        assert_eq!(verify(&[&our_line, &other_text]), forged);
        let name = || ours.verifier_key().name().clone();
        let short = SignatureLine::new(name(), ours.verifier_key().id(), vec![0; 63]);
        assert_eq!(verify(&[&short.to_string(), &our_line]), forged);
        // The same name with another id, and the same id with another name, are other keys.
        let signature = our_line.parse::<SignatureLine>().unwrap().signature().to_vec();
        let other_id = SignatureLine::new(name(), 1, signature);
        let other_name = our_line.replace("ours", "oars");
        assert_eq!(verify(&[&other_id.to_string(), &other_name]), Err(VerifyError::Unsigned));
    }
}
