//! The proof of one entry in a file, C2SP tlog-proof ([spec: log §3.4]).

use std::fmt;

use super::checkpoint::decimal;
use super::merkle::{Hash, leaf_hash};
use super::proof::{InclusionError, verify_inclusion};
use super::{Checkpoint, Note};

const FIRST_LINE: &str = "c2sp.org/tlog-proof@v1";

/// Why a file is no proof [LOG-37].
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("the file is no tlog-proof: {0}")]
pub struct TlogProofError(&'static str);

/// Where an entry stands, its way to the root, and the signed note of that root.
///
/// `Display` is the file; [`TlogProof::parse`] is the way back.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct TlogProof {
    /// Index of the entry.
    pub index: u64,
    /// Its inclusion proof, at most 63 hashes.
    pub proof: Vec<Hash>,
    /// The note, to be opened with the log's key and the witnesses'.
    pub note: Note,
}

impl TlogProof {
    /// Most hashes of a proof.
    pub const MAX_HASHES: usize = 63;

    /// Reads a file.
    ///
    /// # Errors
    /// [`TlogProofError`].
    pub fn parse(file: &[u8]) -> Result<Self, TlogProofError> {
        let text = str::from_utf8(file).map_err(|_| TlogProofError("it is not UTF-8"))?;
        let (head, note) = text.split_once("\n\n").ok_or(TlogProofError("it has no empty line"))?;
        let mut lines = head.split('\n').peekable();
        if lines.next() != Some(FIRST_LINE) {
            return Err(TlogProofError("it begins otherwise"));
        }
        // Made for others, and of no meaning here.
        lines.next_if(|line| line.starts_with("extra "));
        let index = lines.next().and_then(|line| line.strip_prefix("index ")).and_then(decimal);
        let index = index.ok_or(TlogProofError("it has no index"))?;
        let proof: Option<Vec<_>> = lines.map(Hash::from_base64).collect();
        let proof = proof.filter(|proof| proof.len() <= Self::MAX_HASHES);
        let proof = proof.ok_or(TlogProofError("its hashes are none, or too many"))?;
        let note = Note::parse(note.as_bytes());
        let note = note.map_err(|_| TlogProofError("it does not end with a signed note"))?;
        Ok(Self { index, proof, note })
    }

    /// Checks that the entry stands in the tree of a checkpoint, that of [`Self::note`] once it was
    /// opened.
    ///
    /// # Errors
    /// [`InclusionError`].
    pub fn verify(&self, entry: &[u8], checkpoint: &Checkpoint) -> Result<(), InclusionError> {
        let (size, root) = (checkpoint.size(), checkpoint.root());
        verify_inclusion(self.index, size, &leaf_hash(entry), &self.proof, root)
    }
}

impl fmt::Display for TlogProof {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{FIRST_LINE}\nindex {}", self.index)?;
        self.proof.iter().try_for_each(|hash| writeln!(f, "{}", hash.to_base64()))?;
        write!(f, "\n{}", self.note)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ed25519::SecretSeed;
    use crate::log::{NoteSigner, node_hash};

    /// [LOG-37]
    #[test]
    fn a_proof_is_read_as_it_was_written() {
        let signer = NoteSigner::new("log.example".parse().unwrap(), SecretSeed::from([1; 32]));
        let (left, right) = (leaf_hash(b"a"), leaf_hash(b"b"));
        let root = node_hash(&left, &right);
        let checkpoint = Checkpoint::new("log.example".parse().unwrap(), 2, root).unwrap();
        let note = Note::parse(checkpoint.sign(&signer).unwrap().as_bytes()).unwrap();
        let proof = TlogProof { index: 1, proof: vec![left], note };
        let file = proof.to_string();
        assert_eq!(TlogProof::parse(file.as_bytes()), Ok(proof.clone()));
        assert_eq!(proof.verify(b"b", &checkpoint), Ok(()));
        assert_eq!(proof.verify(b"a", &checkpoint), Err(InclusionError::Root));
        let extra = file.replacen("\nindex", "\nextra AA==\nindex", 1);
        assert_eq!(TlogProof::parse(extra.as_bytes()), Ok(proof));

        let hash = format!("{}\n", left.to_base64());
        let many = file.replacen(&hash, &hash.repeat(64), 1);
        let most = file.replacen(&hash, &hash.repeat(63), 1);
        assert!(TlogProof::parse(most.as_bytes()).is_ok());
        for bad in [
            many,
            file.replacen("@v1", "@v2", 1),
            file.replacen("index 1", "index 01", 1),
            file.replacen("index 1\n", "", 1),
            file.replacen(&hash, &hash[1..], 1),
            file.replacen("\n\n", "\n", 2),
            file.replacen("— log", "- log", 1),
        ] {
            assert!(TlogProof::parse(bad.as_bytes()).is_err(), "{bad}");
        }
        assert!(TlogProof::parse(&[0xff]).is_err());
    }
}
