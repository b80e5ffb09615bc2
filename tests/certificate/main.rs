//! Threshold certificates: who lists what is bad is caught as often as the formula says, and how
//! long and large they are.

#![expect(clippy::unwrap_used, reason = "what fails here is a failed test")]

mod crowd;
mod detection;
mod forms;
mod measured;
mod witnessed;
