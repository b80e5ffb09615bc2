//! The cases, one module a file.

use super::File;

/// All files.
#[must_use]
pub fn all() -> Vec<File> {
    vec![]
}
