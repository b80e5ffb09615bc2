//! `headcount`: the client and auditor.

use std::process::ExitCode;

use zeroizing_alloc::ZeroAlloc;

/// Addresses, codes and seeds pass through memory: what is freed is wiped.
#[global_allocator]
static ALLOCATOR: ZeroAlloc<std::alloc::System> = ZeroAlloc(std::alloc::System);

fn main() -> ExitCode {
    headcount_client::cli::run()
}
