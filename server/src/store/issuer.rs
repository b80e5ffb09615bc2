//! The issuer's tags, in the database of its log: one transaction decides both.

use std::path::Path;

use headcount_protocol::entry::SortKey;
use headcount_protocol::tag::Tag;
use headcount_protocol::token::RequestDigest;
use rusqlite::{OptionalExtension as _, TransactionBehavior, params};

use super::StoreError;
use super::log::{LogStore, OpenBatch, insert_pending, key_bytes};

/// All that is kept of a request: nothing of its message, its sender or its time [ATT-19]. The tag
/// is here and nowhere else [ATT-15].
const SCHEMA: &str = "
    CREATE TABLE IF NOT EXISTS tag (
        tag BLOB NOT NULL PRIMARY KEY CHECK (length(tag) = 32),
        request_digest BLOB NOT NULL UNIQUE CHECK (length(request_digest) = 32)
    ) STRICT, WITHOUT ROWID;";

/// What a tag's registration came to.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Registered {
    /// The tag is new: it and its issuance entry are durable now.
    New,
    /// The tag was registered with this very request.
    Again,
    /// The tag was registered with another request, or the request with another tag.
    Used,
}

/// Opens or makes an issuer's database.
///
/// # Errors
/// [`StoreError`].
pub fn open(path: &Path) -> Result<LogStore, StoreError> {
    LogStore::with_schema(path, SCHEMA)
}

impl OpenBatch<'_> {
    /// The request a tag was registered with, if it was.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn registered(&self, tag: &Tag) -> Result<Option<RequestDigest>, StoreError> {
        let there: Option<[u8; 32]> = self
            .0
            .prepare_cached("SELECT request_digest FROM tag WHERE tag = ?")?
            .query_row([&tag.expose()[..]], |row| row.get(0))
            .optional()?;
        Ok(there.map(RequestDigest::from))
    }

    /// Registers a tag for a request, and queues the issuance entry, both or neither [ATT-16].
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn register(
        &mut self,
        tag: &Tag,
        digest: &RequestDigest,
        key: &SortKey,
        entry: &[u8],
    ) -> Result<Registered, StoreError> {
        match self.registered(tag)? {
            Some(there) if there == *digest => return Ok(Registered::Again),
            Some(_) => return Ok(Registered::Used),
            None if self.is_requested(digest)? => return Ok(Registered::Used),
            None => {}
        }
        let transaction = self.0.transaction_with_behavior(TransactionBehavior::Immediate)?;
        transaction
            .prepare_cached("INSERT INTO tag (tag, request_digest) VALUES (?, ?)")?
            .execute(params![&tag.expose()[..], &digest.as_bytes()[..]])?;
        insert_pending(&transaction, &key_bytes(key), entry)?;
        transaction.commit()?;
        Ok(Registered::New)
    }

    /// Whether there is any tag.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn has_tags(&self) -> Result<bool, StoreError> {
        Ok(self.0.prepare_cached("SELECT 1 FROM tag")?.exists([])?)
    }

    /// Deletes every tag, and rebuilds the database so that none is left in it [TAG-24].
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn destroy_tags(&mut self) -> Result<(), StoreError> {
        self.0.execute("DELETE FROM tag", [])?;
        self.rewrite()
    }

    /// Whether a request was signed for anybody: one request listed twice would look as if the
    /// issuer had cheated [ATT-20].
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn is_requested(&self, digest: &RequestDigest) -> Result<bool, StoreError> {
        let mut statement = self.0.prepare_cached("SELECT 1 FROM tag WHERE request_digest = ?")?;
        Ok(statement.exists([&digest.as_bytes()[..]])?)
    }
}
