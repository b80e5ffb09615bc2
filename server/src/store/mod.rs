//! Everything that is kept in a database, and the only place that knows SQL.
//!
//! | file | table | what it holds |
//! | --- | --- | --- |
//! | any log's | `pending` | entries of the open batch, keyed by what they are sorted by |
//! | | `log` | size, batch number and checkpoint of the log |
//! | issuer's | `tag` | uniqueness tag → digest of its token request |
//! | guardian's | `evaluation` | how many elements were evaluated in an epoch |
//! | attester's | `invitation` | the next serial number |
//!
//! No table has a time, an order of arrival or an identifier. When a batch is sealed the
//! database is rebuilt, so that its bytes depend on the set of rows, and the journal is emptied.

pub mod attester;
pub mod guardian;
pub mod issuer;
pub mod log;

use std::path::Path;

use rusqlite::{Connection, OpenFlags};

/// The database failed; the transaction under way was rolled back.
#[derive(Debug, thiserror::Error)]
#[error("the database failed: {0}")]
pub struct StoreError(#[from] rusqlite::Error);

/// Opens or makes a database.
fn open(path: &Path, schema: &str) -> Result<Connection, StoreError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE
        | OpenFlags::SQLITE_OPEN_CREATE
        | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    // One process a directory: a second one is refused instead of sealing the same batch [LOG-36].
    connection.execute_batch(
        "PRAGMA locking_mode = EXCLUSIVE;
         PRAGMA journal_mode = WAL;
         PRAGMA synchronous = FULL;
         PRAGMA secure_delete = ON;
         PRAGMA temp_store = MEMORY;
         PRAGMA trusted_schema = OFF;",
    )?;
    connection.execute_batch(schema)?;
    Ok(connection)
}

/// A count or size as SQLite stores it.
fn to_sql(value: u64) -> i64 {
    i64::try_from(value).expect("no log, batch or counter comes near 2^63")
}

/// A count or size as SQLite stored it.
fn from_sql(value: i64) -> u64 {
    u64::try_from(value).expect("only values of `to_sql` are stored")
}
