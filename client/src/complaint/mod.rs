//! Complaints: made where a word was broken, and confirmed for others ([spec: evidence]).
//! Nothing here publishes one [EVI-13].

mod confirm;
mod issuance;
mod promise;

#[cfg(test)]
mod tests;

pub use confirm::{ConfirmError, Confirmed, Verdict, confirm, read};
pub use issuance::hidden;
pub use promise::broken;
