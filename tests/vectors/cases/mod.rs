//! The cases, one module a file.

mod campaign;
mod log;
mod overview;
mod points;
mod verifier_keys;

use super::File;

/// All files.
#[must_use]
pub fn all() -> Vec<File> {
    vec![campaign::file(), log::file(), overview::file()]
}
