//! Checkpoints: what a log signs about its tree, C2SP tlog-checkpoint ([spec: log §3.3]).

use std::fmt;
use std::str::FromStr;

use super::key::{KeyName, NameError, NoteSigner, VerifierKey};
use super::merkle::Hash;
use super::note::{Note, NoteError, VerifyError};

/// Why a checkpoint is refused.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum CheckpointError {
    /// The bytes are not a note.
    #[error(transparent)]
    Note(#[from] NoteError),
    /// The note is not signed as it should be.
    #[error(transparent)]
    Verify(#[from] VerifyError),
    /// The text is not three lines [LOG-35].
    #[error("a checkpoint has the three lines origin, size and root")]
    Lines,
    /// The text has extension lines, which this log never writes [LOG-20].
    #[error("the checkpoint has extension lines")]
    Extension,
    /// The origin cannot be a key name.
    #[error("origin: {0}")]
    Name(#[from] NameError),
    /// The size is not a decimal below 2^64 without superfluous zeros [LOG-2].
    #[error("the size of the checkpoint is not a decimal number")]
    Size,
    /// The root is not the base64 of 32 bytes [LOG-35].
    #[error("the root of the checkpoint is not the base64 of 32 bytes")]
    Root,
    /// The size is 0 and the root is not [`Hash::EMPTY_ROOT`] [LOG-21].
    #[error("the root of the checkpoint is not that of the empty tree")]
    EmptyRoot,
    /// Fewer witnesses have cosigned it than the manifest asks for [WIT-5].
    #[error("the checkpoint is not witnessed")]
    Unwitnessed,
    /// The origin is not the name of the key [LOG-19].
    #[error("the origin of the checkpoint is not the name of the log's key")]
    Origin,
}

/// The size and root of the tree of one log.
///
/// `Display` and `FromStr` are the text of the note: three lines, each with its line feed.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Checkpoint {
    origin: KeyName,
    size: u64,
    root: Hash,
}

impl Checkpoint {
    /// A checkpoint of the log `origin`.
    ///
    /// # Errors
    /// [`CheckpointError::EmptyRoot`] if `size` is 0 and `root` not [`Hash::EMPTY_ROOT`].
    pub fn new(origin: KeyName, size: u64, root: Hash) -> Result<Self, CheckpointError> {
        if size == 0 && root != Hash::EMPTY_ROOT {
            return Err(CheckpointError::EmptyRoot);
        }
        Ok(Self { origin, size, root })
    }

    /// The log's name.
    #[must_use]
    pub const fn origin(&self) -> &KeyName {
        &self.origin
    }

    /// Leaves of the tree.
    #[must_use]
    pub const fn size(&self) -> u64 {
        self.size
    }

    /// Root of the tree.
    #[must_use]
    pub const fn root(&self) -> &Hash {
        &self.root
    }

    /// The signed note to publish.
    ///
    /// Whether it continues the last one is the caller's to know: a log never signs two trees of
    /// which neither begins with the other ([spec: log §3.3]).
    ///
    /// # Errors
    /// [`CheckpointError::Origin`] if the signer has another name; [`CheckpointError::Note`] if
    /// the name is so long that the note would be too long.
    pub fn sign(&self, signer: &NoteSigner) -> Result<String, CheckpointError> {
        if self.origin != *signer.verifier_key().name() {
            return Err(CheckpointError::Origin);
        }
        Ok(Note::sign(&self.to_string(), signer)?.to_string())
    }

    /// Opens a note that the log `key` has signed; lines of others are ignored.
    ///
    /// # Errors
    /// [`CheckpointError::Note`] if the bytes are no note; [`CheckpointError::Verify`] if the log
    /// has not signed it; [`CheckpointError::Origin`] if it is one of another log; those of
    /// `FromStr` if its text is no checkpoint.
    pub fn open(note: &[u8], key: &VerifierKey) -> Result<Self, CheckpointError> {
        let note = Note::parse(note)?;
        note.verify(std::slice::from_ref(key))?;
        Self::of_log(note.text(), key)
    }

    /// Takes the text of a note that the log `key` has signed for one of its checkpoints.
    pub(super) fn of_log(text: &str, key: &VerifierKey) -> Result<Self, CheckpointError> {
        let [origin, ..] = lines(text)?;
        if origin != key.name().as_str() {
            return Err(CheckpointError::Origin);
        }
        text.parse()
    }
}

impl FromStr for Checkpoint {
    type Err = CheckpointError;

    fn from_str(text: &str) -> Result<Self, CheckpointError> {
        let [origin, size, root] = lines(text)?;
        let origin = origin.parse()?;
        let size = decimal(size).ok_or(CheckpointError::Size)?;
        let root = Hash::from_base64(root).ok_or(CheckpointError::Root)?;
        Self::new(origin, size, root)
    }
}

impl fmt::Display for Checkpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}\n{}\n{}", self.origin, self.size, self.root.to_base64())
    }
}

/// The three lines of a checkpoint's text, without their line feeds.
fn lines(text: &str) -> Result<[&str; 3], CheckpointError> {
    let lines = text.strip_suffix('\n').ok_or(CheckpointError::Lines)?;
    let lines: Vec<_> = lines.split('\n').collect();
    match lines[..] {
        [origin, size, root] => Ok([origin, size, root]),
        [_, _, _, ..] => Err(CheckpointError::Extension),
        _ => Err(CheckpointError::Lines),
    }
}

/// A number in its one decimal form.
pub(super) fn decimal(text: &str) -> Option<u64> {
    text.parse().ok().filter(|number: &u64| number.to_string() == text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ed25519::SecretSeed;

    const ROOT: &str = "B1kWeg+Y416ALUb/fH0p0sPwOmOiVt62q7/zV6kbY7E=";

    fn signer(name: &str) -> NoteSigner {
        NoteSigner::new(name.parse().unwrap(), SecretSeed::from([1; 32]))
    }

    #[test]
    fn a_checkpoint_is_three_lines() {
        let text = format!("example.org/log\n70000\n{ROOT}\n");
        let checkpoint = text.parse::<Checkpoint>().unwrap();
        assert_eq!(checkpoint.origin().as_str(), "example.org/log");
        assert_eq!(checkpoint.size(), 70_000);
        assert_eq!(checkpoint.root().to_base64(), ROOT);
        assert_eq!(checkpoint.to_string(), text);
        assert!(format!("o\n{}\n{ROOT}\n", u64::MAX).parse::<Checkpoint>().is_ok());
        assert!(format!("o\n0\n{}\n", Hash::EMPTY_ROOT.to_base64()).parse::<Checkpoint>().is_ok());
    }

    /// [LOG-2, LOG-20, LOG-21]
    #[test]
    fn other_text_is_no_checkpoint() {
        let error = |text: &str| text.parse::<Checkpoint>().unwrap_err();
        for text in ["", "\n", "o\n1\n", &format!("o\n1\n{ROOT}")] {
            assert_eq!(error(text), CheckpointError::Lines, "{text:?}");
        }
        for rest in ["\n", "extension\n"] {
            assert_eq!(error(&format!("o\n1\n{ROOT}\n{rest}")), CheckpointError::Extension);
        }
        assert_eq!(error(&format!("\n1\n{ROOT}\n")), NameError::Empty.into());
        assert_eq!(error(&format!("a b\n1\n{ROOT}\n")), NameError::Character(' ').into());
        for size in ["", "01", "00", "+1", "-1", " 1", "1 ", "0x1", "1.0", "18446744073709551616"] {
            assert_eq!(error(&format!("o\n{size}\n{ROOT}\n")), CheckpointError::Size, "{size:?}");
        }
        for root in ["", &ROOT[..43], &ROOT[4..], "AAAA", &format!("{ROOT} ")] {
            assert_eq!(error(&format!("o\n1\n{root}\n")), CheckpointError::Root, "{root:?}");
        }
        assert_eq!(error(&format!("o\n0\n{ROOT}\n")), CheckpointError::EmptyRoot);
    }

    /// [LOG-19]
    #[test]
    fn only_the_log_opens_its_checkpoint() {
        let (log, other) = (signer("log"), signer("other"));
        let root = Hash::from_base64(ROOT).unwrap();
        let checkpoint = Checkpoint::new("log".parse().unwrap(), 70_000, root).unwrap();
        let note = checkpoint.sign(&log).unwrap();
        let open =
            |note: &str, by: &NoteSigner| Checkpoint::open(note.as_bytes(), by.verifier_key());
        assert_eq!(open(&note, &log), Ok(checkpoint.clone()));
        assert_eq!(open(&note, &other), Err(VerifyError::Unsigned.into()));
        let forged = VerifyError::Forged(checkpoint.origin().clone());
        assert_eq!(open(&note.replace("70000", "70001"), &log), Err(forged.into()));
        assert_eq!(open("", &log), Err(NoteError::Separator.into()));
        assert_eq!(checkpoint.sign(&other), Err(CheckpointError::Origin));
        // The right signature below another log's checkpoint.
        let foreign = Note::sign(&checkpoint.to_string(), &other).unwrap().to_string();
        assert_eq!(open(&foreign, &other), Err(CheckpointError::Origin));
        let long = "x".repeat(Note::MAX_LEN);
        let checkpoint = Checkpoint::new(long.parse().unwrap(), 70_000, root).unwrap();
        assert_eq!(checkpoint.sign(&signer(&long)), Err(NoteError::TooLong.into()));
    }
}
