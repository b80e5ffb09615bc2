//! Commands that are shown for later.

use std::path::{Path, PathBuf};

/// What to run later.
pub(super) struct Hint {
    pub(super) link: String,
    pub(super) directory: Option<PathBuf>,
}

impl Hint {
    /// The command with this name for the same campaign and wallet.
    pub(super) fn command(&self, name: &str) -> String {
        let command = format!("headcount {name} {}", self.link);
        match &self.directory {
            None => command,
            Some(path) => format!("{command} --wallet {}", quoted(path)),
        }
    }
}

/// A path as a shell reads it.
pub(super) fn quoted(path: &Path) -> String {
    let path = path.to_string_lossy();
    if path.contains(|c: char| !c.is_ascii_alphanumeric() && !"/._-".contains(c)) {
        format!("'{}'", path.replace('\'', r"'\''"))
    } else {
        path.into_owned()
    }
}
