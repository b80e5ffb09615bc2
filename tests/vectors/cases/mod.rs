//! The cases, one module a file.

mod overview;

use super::File;

/// All files.
#[must_use]
pub fn all() -> Vec<File> {
    vec![overview::file()]
}
