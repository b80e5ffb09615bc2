//! The file with the witness's name and private key: two lines, for the owner alone.

use std::io;
use std::path::Path;

use data_encoding::HEXLOWER;
use headcount_protocol::bytes::from_hex;
use headcount_protocol::ed25519::SecretSeed;
use headcount_protocol::log::{CosignatureSigner, KeyName};
use rand_core::Rng as _;
use zeroize::Zeroizing;

use super::WitnessError;
use crate::chance::rng;
use crate::files::{self, Access};

/// Name of the file in a witness's directory.
const FILE: &str = "witness.key";

/// Longest key file, in bytes.
const MAX_LEN: usize = 4_096;

/// Draws a key for a new witness called `name`, and writes it into `dir`.
///
/// # Errors
/// [`WitnessError::Exists`] if there is one; [`WitnessError::File`].
pub fn make(dir: &Path, name: KeyName) -> Result<CosignatureSigner, WitnessError> {
    let path = dir.join(FILE);
    let failed = |error: io::Error| WitnessError::File { path: path.clone(), kind: error.kind() };
    files::create_private_directory(dir).map_err(failed)?;
    if path.try_exists().map_err(failed)? {
        return Err(WitnessError::Exists(dir.to_owned()));
    }
    let mut seed = Zeroizing::new([0; 32]);
    rng().fill_bytes(&mut seed[..]);
    let hex = Zeroizing::new(HEXLOWER.encode(&seed[..]));
    let text = Zeroizing::new(format!("{name}\n{}\n", *hex));
    files::replace(&path, text.as_bytes(), Access::Owner).map_err(failed)?;
    Ok(CosignatureSigner::new(name, SecretSeed::from(*seed)))
}

/// Reads the key of the witness in `dir`.
///
/// # Errors
/// [`WitnessError::File`]; [`WitnessError::Key`] if the file is not two lines, a name and 64
/// hex digits.
pub fn read(dir: &Path) -> Result<CosignatureSigner, WitnessError> {
    let path = dir.join(FILE);
    let bytes = files::read_bounded(&path, MAX_LEN)
        .map_err(|error| WitnessError::File { path: path.clone(), kind: error.kind() })?;
    let bytes = Zeroizing::new(bytes);
    parse(&bytes).ok_or(WitnessError::Key(path))
}

fn parse(bytes: &[u8]) -> Option<CosignatureSigner> {
    let text = str::from_utf8(bytes).ok()?.strip_suffix('\n')?;
    let (name, seed) = text.split_once('\n')?;
    let seed = Zeroizing::new(from_hex::<32>(seed).ok()?);
    Some(CosignatureSigner::new(name.parse().ok()?, SecretSeed::from(*seed)))
}
