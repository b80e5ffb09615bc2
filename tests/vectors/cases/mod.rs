//! The cases, one module a file.

mod campaign;
mod overview;
mod points;
mod verifier_keys;

use super::File;

/// All files.
#[must_use]
pub fn all() -> Vec<File> {
    vec![campaign::file(), overview::file()]
}
