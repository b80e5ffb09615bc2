//! The server from outside: what it takes, what it refuses, what it leaves on the disk.

mod bad_input;
mod double_pledge;
mod seizure;
mod times;
