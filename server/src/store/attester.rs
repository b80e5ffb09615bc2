//! The next serial number of an attester's invitation codes: all it has to remember of them.

use std::path::Path;

use rusqlite::Connection;

use super::{StoreError, open};

/// Takes `count` serial numbers that were never taken before; returns the first.
///
/// # Errors
/// [`StoreError`], also if there are no more than 2³² of them.
pub fn take_serials(path: &Path, count: u32) -> Result<u32, StoreError> {
    let schema = "CREATE TABLE IF NOT EXISTS invitation (
        id INTEGER NOT NULL PRIMARY KEY CHECK (id = 0),
        next INTEGER NOT NULL CHECK (next <= 4294967296)
    ) STRICT;
    INSERT OR IGNORE INTO invitation VALUES (0, 0);";
    let connection: Connection = open(path, schema)?;
    let sql = "UPDATE invitation SET next = next + ?1 RETURNING next - ?1";
    Ok(connection.query_row(sql, [count], |row| row.get(0))?)
}
