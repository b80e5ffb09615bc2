//! What a machine may lack. In continuous integration it is installed, and failing to is a
//! failure; elsewhere one line says what is skipped and why.

use std::path::Path;
use std::process::Command;

use crate::run::{Failure, cargo, in_ci, is_there, program, run, say, target};

/// A mail server, what draws requests from the document of the HTTP interface, and what
/// `spec/verify` needs beside Python's own library.
const PYTHON: [&str; 3] = ["aiosmtpd==1.4.6", "schemathesis==4.32.5", "cryptography==48.0.0"];
const CARGO_DENY: &str = "0.20.2";
const CARGO_MUTANTS: &str = "27.1.0";
const VERIFPAL: &str = "1.6.7";
const WASM: &str = "wasm32-unknown-unknown";

/// SQLite is compiled from C.
pub(crate) fn require_compiler() -> Result<(), Failure> {
    if is_there("cc") || std::env::var_os("CC").is_some() {
        return Ok(());
    }
    Err(Failure::new("a C compiler is missing: install gcc or clang (Debian: apt install gcc)"))
}

/// Programs in Python and a fault injector for the tests of the whole.
pub(crate) fn for_tests() -> Result<(), Failure> {
    let venv = target().join("venv");
    let python = || -> Result<(), Failure> {
        if !is_there("python3") {
            return Err(Failure::new("python3 is missing"));
        }
        if !venv.join("bin/pip").exists() {
            program("python3", &["-m".as_ref(), "venv".as_ref(), venv.as_os_str()])?;
        }
        let install = ["install", "--quiet", "--disable-pip-version-check"];
        program(venv.join("bin/pip"), &[&install[..], &PYTHON].concat())
    };
    let what = "the tests with a real mail server, with requests drawn at random, with spec/verify";
    or_skip(what, python())?;
    let injector = || if is_there("strace") { Ok(()) } else { debian(&["strace"]) };
    or_skip("the tests that kill the server at each write", injector())?;
    or_skip("the symbolic models", verifpal())
}

/// The checker of the symbolic models.
fn verifpal() -> Result<(), Failure> {
    let installed = target().join("tools/bin/verifpal");
    if is_there(&installed) || is_there("verifpal") {
        return Ok(());
    }
    if !in_ci() {
        return Err(Failure::new("verifpal is not installed; see spec/models/README.md"));
    }
    // Its manifest asks for a compiler newer than it needs.
    install("verifpal", &["--version", VERIFPAL, "--ignore-rust-version"])
}

/// Installs a program of crates.io below the target directory.
fn install(name: &str, more: &[&str]) -> Result<(), Failure> {
    let root = target().join("tools").to_string_lossy().into_owned();
    cargo(&[&["install", "--quiet", name, "--root", &root], more].concat())
}

/// Licences, sources and bans of all dependencies.
pub(crate) fn deny() -> Result<(), Failure> {
    let installed = target().join("tools/bin/cargo-deny");
    let installed = if installed.exists() { installed } else { "cargo-deny".into() };
    if is_there(&installed) {
        return check(&installed);
    }
    if !in_ci() {
        say("skipped: cargo-deny is not installed (cargo install cargo-deny)");
        return Ok(());
    }
    install("cargo-deny", &["--version", CARGO_DENY])?;
    check(&target().join("tools/bin/cargo-deny"))
}

fn check(cargo_deny: &Path) -> Result<(), Failure> {
    // The advisory database is a download of its own; operators check it when they build.
    program(cargo_deny, &["--log-level", "error", "check", "bans", "licenses", "sources"])
}

/// Builds the protocol for WebAssembly: with the installed target, else with a toolchain of
/// Debian that brings the standard library's source.
pub(crate) fn wasm() -> Result<(), Failure> {
    if target_is_installed() {
        return cargo(&["build", "--quiet", "--package=headcount-protocol", "--target", WASM]);
    }
    let there = || Path::new("/usr/bin/wasm-ld").exists() && is_there("/usr/bin/cargo");
    if !there() {
        let packages = ["rustc-web", "cargo-web", "rust-web-src", "lld"];
        or_skip("the build for WebAssembly", debian(&packages))?;
    }
    if !there() {
        return Ok(());
    }
    let path = format!("/usr/bin:{}", std::env::var("PATH").unwrap_or_default());
    let target = target().join("web");
    let mut build = Command::new("/usr/bin/cargo");
    build
        .args(["build", "--quiet", "--package=headcount-protocol", "--target", WASM])
        .args(["-Z", "build-std=std,panic_abort"])
        .env("PATH", path)
        .env("RUSTC", "/usr/bin/rustc")
        .env("RUSTC_BOOTSTRAP", "1")
        .env("CARGO_TARGET_DIR", target)
        .env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER", "/usr/bin/wasm-ld")
        .env_remove("RUSTUP_TOOLCHAIN");
    run(&mut build)
}

/// Breaks each check of the verification code in turn, and says which no test notices.
pub(crate) fn mutants(args: &[String]) -> Result<(), Failure> {
    if !is_there("cargo-mutants") {
        let command = format!("cargo install cargo-mutants --version {CARGO_MUTANTS}");
        return Err(Failure::new(format!("cargo-mutants is missing: {command}")));
    }
    // The tests of both packages are asked about each mutant. What passes unaltered, `xtask test` says.
    let ours = [
        "mutants",
        "--package=headcount-protocol",
        "--test-package=headcount-protocol,headcount-tests",
        "--baseline=skip",
        "--timeout=120",
    ];
    let ours = ours.map(str::to_owned);
    program("cargo", &[&ours, args].concat())
}

fn target_is_installed() -> bool {
    let listed = Command::new("rustup").args(["target", "list", "--installed"]).output();
    listed.is_ok_and(|output| String::from_utf8_lossy(&output.stdout).contains(WASM))
}

/// Installs packages of Debian, in continuous integration only.
fn debian(packages: &[&str]) -> Result<(), Failure> {
    if !in_ci() {
        return Err(Failure::new(format!("not installed: {}", packages.join(", "))));
    }
    let quiet = [("DEBIAN_FRONTEND", "noninteractive")];
    let apt = |args: &[&str]| run(Command::new("apt-get").args(args).envs(quiet));
    apt(&["update", "-qq"])?;
    apt(&[&["install", "-y", "-qq", "--no-install-recommends"], packages].concat())
}

fn or_skip(what: &str, done: Result<(), Failure>) -> Result<(), Failure> {
    match done {
        Err(failure) if !in_ci() => {
            say(&format!("skipped: {what} ({failure})"));
            Ok(())
        }
        done => done,
    }
}
