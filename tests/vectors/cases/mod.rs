//! The cases, one module a file.

pub mod recount;

use super::File;

/// All files.
#[must_use]
pub fn all() -> Vec<File> {
    vec![recount::file()]
}
