//! The one source of randomness of the process: the operating system.

use getrandom::SysRng;
use rand_core::UnwrapErr;

/// The operating system's randomness. It panics if the system has none to give: nothing safe
/// can be done then.
#[must_use]
pub const fn system() -> UnwrapErr<SysRng> {
    UnwrapErr(SysRng)
}
