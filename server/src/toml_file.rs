//! Reading the files people write: drafts and configurations.

use std::path::{Path, PathBuf};

use serde::de::DeserializeOwned;

/// Why a TOML file could not be read.
#[derive(Debug, thiserror::Error)]
pub enum TomlFileError {
    /// The file cannot be read.
    #[error("{}: {source}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// The file is not what it should be.
    #[error("{}: {source}", path.display())]
    Parse {
        /// The file.
        path: PathBuf,
        /// Where and why.
        source: Box<toml::de::Error>,
    },
}

/// Reads a file strictly: a key that is not known is refused.
pub(crate) fn load<T: DeserializeOwned>(path: &Path) -> Result<T, TomlFileError> {
    let text = std::fs::read_to_string(path)
        .map_err(|source| TomlFileError::Read { path: path.to_owned(), source })?;
    toml::from_str(&text)
        .map_err(|source| TomlFileError::Parse { path: path.to_owned(), source: Box::new(source) })
}
