//! The project's own commands: `cargo xtask`.

mod run;
mod tools;

use std::process::ExitCode;

use run::{Failure, cargo, step};

const USAGE: &str = "\
cargo xtask demo [OPTIONS]   builds and runs a demonstration (headcountd demo --help)
cargo xtask test             runs every check and test
cargo xtask mutants          breaks each check of the protocol; which tests notice?
cargo xtask wasm             builds the protocol for WebAssembly";

fn main() -> ExitCode {
    let mut args = std::env::args().skip(1);
    let command = args.next().unwrap_or_default();
    let rest: Vec<String> = args.collect();
    let done = match command.as_str() {
        "demo" => demo(&rest),
        "test" if rest.is_empty() => test(),
        "mutants" => tools::mutants(&rest),
        "wasm" if rest.is_empty() => step("protocol for WebAssembly", tools::wasm),
        _ => Err(Failure::new(USAGE)),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            run::say(&failure.to_string());
            ExitCode::FAILURE
        }
    }
}

fn demo(args: &[String]) -> Result<(), Failure> {
    tools::require_compiler()?;
    run::say("Building headcountd and headcount (some minutes the first time) ...");
    cargo(&["build", "--quiet", "--package=headcount-server", "--package=headcount-client"])?;
    run::program(run::built("headcountd"), &[&["demo".to_owned()], args].concat())
}

/// Everything, the quick checks first.
fn test() -> Result<(), Failure> {
    tools::require_compiler()?;
    step("format", || cargo(&["fmt", "--all", "--check"]))?;
    step("lints", || {
        cargo(&["clippy", "--workspace", "--all-targets", "--quiet", "--", "-Dwarnings"])
    })?;
    step("documentation", || {
        run::cargo_with(
            &["doc", "--workspace", "--no-deps", "--document-private-items", "--quiet"],
            &[("RUSTDOCFLAGS", "-Dwarnings")],
        )
    })?;
    step("tools of the tests", tools::for_tests)?;
    // The tests run the programs, so they are built first, as anybody builds them.
    step("programs", || {
        cargo(&["build", "--quiet", "--package=headcount-server", "--package=headcount-client"])
    })?;
    step("tests", || cargo(&["test", "--workspace"]))?;
    step("dependencies", tools::deny)?;
    step("protocol for WebAssembly", tools::wasm)?;
    run::say("\nEverything passed.");
    Ok(())
}
