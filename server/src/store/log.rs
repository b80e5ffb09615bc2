//! The durable half of a log: the open batch, and the state that is committed before anything
//! is published ([spec: log §6]).

use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};

use headcount_protocol::entry::SortKey;
use rusqlite::{Connection, OptionalExtension as _, TransactionBehavior, params};

use super::{StoreError, from_sql, open, to_sql};

const SCHEMA: &str = "
    CREATE TABLE IF NOT EXISTS pending (
        key BLOB NOT NULL PRIMARY KEY CHECK (length(key) = 33),
        entry BLOB NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS log (
        id INTEGER NOT NULL PRIMARY KEY CHECK (id = 0),
        size INTEGER NOT NULL,
        batch INTEGER NOT NULL,
        checkpoint TEXT NOT NULL,
        closing BLOB
    ) STRICT;
    INSERT OR IGNORE INTO log VALUES (0, 0, 0, '', NULL);";

/// What is committed of a log.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Committed {
    /// Entries; 0 before the log has begun.
    pub size: u64,
    /// Number of the open batch.
    pub batch: u64,
    /// The signed checkpoint of that size; empty before the log has begun.
    pub checkpoint: String,
    /// The entry that ends what is being published: there while files are written, so that a
    /// process that dies then finishes when it starts again.
    pub closing: Option<Vec<u8>>,
}

/// The database of one log.
pub struct LogStore(Mutex<Connection>);

/// The database while nobody else touches it: what is read stays true until this is dropped.
pub struct OpenBatch<'a>(pub(super) MutexGuard<'a, Connection>);

impl LogStore {
    /// Opens or makes the database of a log.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn open(path: &Path) -> Result<Self, StoreError> {
        Self::with_schema(path, "")
    }

    pub(super) fn with_schema(path: &Path, more: &str) -> Result<Self, StoreError> {
        open(path, &format!("{SCHEMA}{more}")).map(|connection| Self(Mutex::new(connection)))
    }

    /// Waits for the database to be free.
    #[must_use]
    pub fn lock(&self) -> OpenBatch<'_> {
        // A panic in another thread left a transaction that was rolled back.
        OpenBatch(self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl OpenBatch<'_> {
    /// The committed state.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn committed(&self) -> Result<Committed, StoreError> {
        let sql = "SELECT size, batch, checkpoint, closing FROM log";
        Ok(self.0.query_row(sql, [], |row| {
            Ok(Committed {
                size: from_sql(row.get(0)?),
                batch: from_sql(row.get(1)?),
                checkpoint: row.get(2)?,
                closing: row.get(3)?,
            })
        })?)
    }

    /// The entries of the open batch, in the order in which they will be sealed: that of their
    /// keys, not that of their arrival [LOG-24, LOG-25].
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn pending(&self) -> Result<Vec<Vec<u8>>, StoreError> {
        let mut statement = self.0.prepare_cached("SELECT entry FROM pending ORDER BY key")?;
        let rows = statement.query_map([], |row| row.get(0))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Those of one type, in the same order.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn pending_of(&self, kind: u8) -> Result<Vec<Vec<u8>>, StoreError> {
        let sql = "SELECT entry FROM pending WHERE key BETWEEN ? AND ? ORDER BY key";
        let keys = [[0; 32], [0xff; 32]].map(|value| key_bytes(&(kind, value)));
        let mut statement = self.0.prepare_cached(sql)?;
        let rows = statement.query_map([&keys[0][..], &keys[1][..]], |row| row.get(0))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// How many entries are pending.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn pending_count(&self) -> Result<u64, StoreError> {
        let sql = "SELECT count(*) FROM pending";
        Ok(from_sql(self.0.query_row(sql, [], |row| row.get(0))?))
    }

    /// Adds an entry to the open batch; if one with this key is there, that one stays. Returns
    /// the entry that is there now, and the number of the batch.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn insert(&mut self, key: &SortKey, entry: &[u8]) -> Result<(Vec<u8>, u64), StoreError> {
        if let Some(there) = self.find(key)? {
            return Ok(there);
        }
        let batch = self.committed()?.batch;
        let transaction = self.0.transaction_with_behavior(TransactionBehavior::Immediate)?;
        insert_pending(&transaction, &key_bytes(key), entry)?;
        transaction.commit()?;
        Ok((entry.to_vec(), batch))
    }

    /// The pending entry with this key, and the number of the batch.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn find(&self, key: &SortKey) -> Result<Option<(Vec<u8>, u64)>, StoreError> {
        let there = self
            .0
            .prepare_cached("SELECT entry, batch FROM pending, log WHERE key = ?")?
            .query_row([&key_bytes(key)[..]], |row| Ok((row.get(0)?, from_sql(row.get(1)?))))
            .optional()?;
        Ok(there)
    }

    /// Commits what will be published, if the log still has the size it had [LOG-22].
    ///
    /// # Errors
    /// [`StoreError`], also if another process has moved the log on.
    pub fn commit(&self, old_size: u64, next: &Committed) -> Result<(), StoreError> {
        let Committed { size, batch, checkpoint, closing } = next;
        let changed = self.0.execute(
            "UPDATE log SET size = ?, batch = ?, checkpoint = ?, closing = ?
             WHERE size = ? AND closing IS NULL",
            params![to_sql(*size), to_sql(*batch), checkpoint, closing, to_sql(old_size)],
        )?;
        if changed == 1 { Ok(()) } else { Err(rusqlite::Error::QueryReturnedNoRows.into()) }
    }

    /// After publication: forgets the batch.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn forget(&mut self) -> Result<(), StoreError> {
        let transaction = self.0.transaction_with_behavior(TransactionBehavior::Immediate)?;
        transaction.execute("DELETE FROM pending", [])?;
        transaction.execute("UPDATE log SET closing = NULL", [])?;
        transaction.commit()?;
        Ok(())
    }

    /// Rebuilds the database from its rows in the order of their keys, and empties the journal:
    /// afterwards nothing tells in which order the rows came.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn rewrite(&self) -> Result<(), StoreError> {
        // What was deleted is overwritten in the file before the file shrinks.
        let checkpoint = "PRAGMA wal_checkpoint(TRUNCATE);";
        self.0.execute_batch(&format!("{checkpoint} VACUUM; {checkpoint}"))?;
        Ok(())
    }
}

pub(super) fn key_bytes((kind, value): &SortKey) -> [u8; 33] {
    let mut key = [*kind; 33];
    key[1..].copy_from_slice(value);
    key
}

pub(super) fn insert_pending(
    connection: &Connection,
    key: &[u8; 33],
    entry: &[u8],
) -> Result<(), StoreError> {
    connection
        .prepare_cached("INSERT INTO pending (key, entry) VALUES (?, ?)")?
        .execute(params![key, entry])?;
    Ok(())
}
