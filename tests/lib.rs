//! What the tests of the whole share.

pub mod campaign;
pub mod certificates;
pub mod logs;
#[cfg(feature = "programs")]
pub mod outsider;
pub mod plan;
pub mod programs;
pub mod promises;
#[cfg(feature = "programs")]
pub mod remote;
pub mod rules;
#[cfg(feature = "programs")]
pub mod served;
pub mod synthetic;
pub mod traces;
pub mod vectors;

use std::path::Path;

/// The standards' test vectors `name`, a path below `../shared/vectors` of the workspace.
///
/// They are no part of the repository. Where they are absent this is `None`, after a line on
/// standard error, and the test that wanted them passes without them.
///
/// # Panics
/// If the file is absent and the environment has `CI`, or if it is not JSON.
#[must_use]
#[expect(clippy::print_stderr, reason = "a skipped test says so")]
#[expect(clippy::panic, reason = "a test that cannot run in CI has failed")]
pub fn standards_vectors(name: &str) -> Option<serde_json::Value> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/vectors").join(name);
    match std::fs::read(&path) {
        Ok(bytes) => Some(serde_json::from_slice(&bytes).expect("vectors are JSON")),
        Err(error) if std::env::var_os("CI").is_some() => {
            panic!("{}: {error}", path.display());
        }
        Err(error) => {
            eprintln!("skipped: {}: {error}", path.display());
            None
        }
    }
}
