//! How many elements a guardian has evaluated, by epoch.

use std::path::Path;
use std::sync::{Mutex, PoisonError};

use rusqlite::{Connection, OptionalExtension as _, params};

use super::{StoreError, from_sql, open, to_sql};

/// A guardian's database.
pub struct GuardianStore(Mutex<Connection>);

impl GuardianStore {
    /// Opens or makes the database.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn open(path: &Path) -> Result<Self, StoreError> {
        let schema = "CREATE TABLE IF NOT EXISTS evaluation (
            epoch INTEGER NOT NULL PRIMARY KEY,
            count INTEGER NOT NULL
        ) STRICT;";
        open(path, schema).map(|connection| Self(Mutex::new(connection)))
    }

    /// Counts `elements` evaluations, durably, before they are answered.
    ///
    /// # Errors
    /// [`StoreError`].
    ///
    /// # Panics
    /// Never: a request has at most 64 elements.
    pub fn count(&self, epoch: u32, elements: usize) -> Result<(), StoreError> {
        let connection = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let elements = u64::try_from(elements).expect("a request has at most 64 elements");
        connection
            .prepare_cached(
                "INSERT INTO evaluation VALUES (?1, ?2)
                 ON CONFLICT (epoch) DO UPDATE SET count = count + ?2",
            )?
            .execute(params![epoch, to_sql(elements)])?;
        Ok(())
    }

    /// Evaluations in an epoch so far.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn counted(&self, epoch: u32) -> Result<u64, StoreError> {
        let connection = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let sql = "SELECT count FROM evaluation WHERE epoch = ?";
        let count = connection.query_row(sql, [epoch], |row| row.get(0)).optional()?;
        Ok(count.map_or(0, from_sql))
    }
}
