//! What an office of the campaign says to everybody, as an entry of the pledge log
//! ([spec: statements]): the organisers' [`Announcement`], an [`Amendment`] of what may change, the
//! counter's [`Closing`].

mod amendment;
mod announcement;
mod closing;

#[cfg(test)]
mod tests;

pub use amendment::{Amendment, AmendmentError, Change};
pub use announcement::{Announcement, AnnouncementError};
pub use closing::{Closing, ClosingError, Office};
