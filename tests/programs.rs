//! The project's programs, run as anybody runs them.

use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

/// A program of the project, which `cargo build` has made.
///
/// # Panics
/// If it is not there.
#[must_use]
pub fn program(name: &str) -> PathBuf {
    let test = std::env::current_exe().expect("a test knows its own file");
    let folder = test.parent().and_then(Path::parent).expect("tests lie in a folder of target");
    let path = folder.join(name);
    assert!(path.is_file(), "{} is not built: cargo build", path.display());
    path
}

/// Whether a program that a test wants is installed. If it is not, and this is no run of
/// continuous integration, says that the test is skipped.
///
/// # Panics
/// In continuous integration, if it is not there.
#[must_use]
#[expect(clippy::print_stderr, reason = "a skipped test says so")]
pub fn is_installed(name: &str, argument: &str) -> bool {
    let mut command = Command::new(name);
    command.arg(argument).stdout(Stdio::null()).stderr(Stdio::null());
    let there = command.status().is_ok_and(|status| status.success());
    assert!(there || std::env::var_os("CI").is_none(), "{name} is missing");
    if !there {
        eprintln!("skipped: {name} is not installed");
    }
    there
}

/// A process that ends with the test.
pub struct Process(Child);

impl Process {
    /// Starts a process.
    ///
    /// # Panics
    /// If it cannot be started.
    #[must_use]
    pub fn start(command: &mut Command) -> Self {
        Self(command.stdin(Stdio::null()).spawn().expect("the program starts"))
    }

    /// Starts a process and reads its standard output up to the first line that contains
    /// `ready`; without one, the process has ended before.
    ///
    /// # Panics
    /// If it cannot be started.
    #[must_use]
    pub fn start_until(command: &mut Command, ready: &str) -> (Self, Option<String>) {
        let mut process = Self::start(command.stdout(Stdio::piped()));
        let stdout = process.0.stdout.take().expect("it is piped");
        let mut lines = BufReader::new(stdout).lines().map_while(Result::ok);
        let line = lines.find(|line| line.contains(ready));
        // Somebody must read on, or the process would wait at a full pipe.
        std::thread::spawn(move || lines.for_each(drop));
        (process, line)
    }

    /// Its id.
    #[must_use]
    pub fn id(&self) -> u32 {
        self.0.id()
    }

    /// Whether the process has ended by itself.
    pub fn has_ended(&mut self) -> bool {
        matches!(self.0.try_wait(), Ok(Some(_)))
    }

    /// Kills it and what it has started, and waits until it is gone.
    pub fn kill(&mut self) {
        let id = self.0.id();
        let children = std::fs::read_to_string(format!("/proc/{id}/task/{id}/children"));
        for child in children.unwrap_or_default().split_whitespace() {
            let _ = Command::new("kill").args(["-9", child]).stderr(Stdio::null()).status();
        }
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.kill();
    }
}
