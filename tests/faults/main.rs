//! Programs that die or fail at any point: what was promised is kept, exactly once.

mod kill_server;
mod patient;
