//! Running programs, with one line about each step.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

/// Why a command of the project failed: one line a person can act on.
#[derive(Debug)]
pub(crate) struct Failure(String);

impl Failure {
    pub(crate) fn new(reason: impl Into<String>) -> Self {
        Self(reason.into())
    }
}

impl std::fmt::Display for Failure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

/// The workspace's directory.
pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("xtask lies in the workspace")
}

/// Where cargo puts what it builds.
pub(crate) fn target() -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), PathBuf::from)
}

/// A program of the project.
pub(crate) fn built(name: &str) -> PathBuf {
    target().join("debug").join(name)
}

/// Whether this is a run of continuous integration, in which nothing may be skipped.
pub(crate) fn in_ci() -> bool {
    std::env::var_os("CI").is_some()
}

#[expect(clippy::print_stdout, reason = "the voice of this program")]
pub(crate) fn say(line: &str) {
    println!("{line}");
}

/// Runs a step and says how long it took.
pub(crate) fn step(name: &str, work: impl FnOnce() -> Result<(), Failure>) -> Result<(), Failure> {
    say(&format!("== {name}"));
    let began = Instant::now();
    work().map_err(|failure| Failure(format!("== {name} failed: {failure}")))?;
    say(&format!("== {name}: done in {} s", began.elapsed().as_secs()));
    Ok(())
}

pub(crate) fn cargo(args: &[&str]) -> Result<(), Failure> {
    cargo_with(args, &[])
}

pub(crate) fn cargo_with(args: &[&str], variables: &[(&str, &str)]) -> Result<(), Failure> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    run(Command::new(cargo).args(args).envs(variables.iter().copied()))
}

pub(crate) fn program(
    program: impl AsRef<OsStr>,
    args: &[impl AsRef<OsStr>],
) -> Result<(), Failure> {
    run(Command::new(program).args(args))
}

pub(crate) fn run(command: &mut Command) -> Result<(), Failure> {
    let name = command.get_program().to_string_lossy().into_owned();
    let status = command
        .current_dir(root())
        .status()
        .map_err(|error| Failure(format!("{name} cannot be run: {error}")))?;
    if status.success() { Ok(()) } else { Err(Failure(format!("{name}: {status}"))) }
}

/// Whether a program is there and answers `--version`.
pub(crate) fn is_there(program: impl AsRef<OsStr>) -> bool {
    let mut command = Command::new(program);
    command.arg("--version").stdout(Stdio::null()).stderr(Stdio::null());
    command.status().is_ok_and(|status| status.success())
}
