//! The published test vectors ([spec: vectors]): what their cases are, and what this code answers.
//!
//! ```text
//! cases/<file>.rs       inputs, and which rule the invalid ones break
//! operations/<file>.rs  one function an operation, from JSON to JSON, through `protocol`
//! ```
//!
//! A file is written by running each case through its operation. A case that is stated to be
//! valid and is refused, or breaks another rule than the stated one, ends the run.

pub mod cases;
pub mod file;
pub mod input;
pub mod operations;

pub use file::{Case, File, Group, Written};
