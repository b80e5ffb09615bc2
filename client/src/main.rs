//! `headcount`: the client and auditor.

use std::process::ExitCode;

fn main() -> ExitCode {
    headcount_client::cli::run()
}
