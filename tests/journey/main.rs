//! The real programs, from a link to a recount.

mod demo;
mod kill_client;
mod mail;
mod programs;
