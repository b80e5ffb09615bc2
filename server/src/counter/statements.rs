//! Takes what the organisers and the holder of the amendment key state ([spec: statements]).

use headcount_protocol::entry::Entry;
use headcount_protocol::log::CheckpointError;
use headcount_protocol::receipt::{EntryHash, Receipt};
use headcount_protocol::statement::{
    Amendment, AmendmentError, Announcement, AnnouncementError, Change,
};

use super::Counter;
use super::index::{Place, Statements};
use crate::sequencer::LogError;
use crate::store::StoreError;
use crate::store::log::OpenBatch;

/// Why a statement was not taken.
#[derive(Debug, thiserror::Error)]
pub enum StatementError {
    /// [STA-15] The log has its closing statement, or is about to.
    #[error("the log of this campaign is closed")]
    Closed,
    /// [STA-1, STA-2] The number is taken, or is not the next.
    #[error("another statement has this number, or one before it is missing")]
    Number,
    /// The announcement breaks a rule.
    #[error(transparent)]
    Announcement(#[from] AnnouncementError),
    /// The amendment breaks a rule.
    #[error(transparent)]
    Amendment(#[from] AmendmentError),
    /// [STA-9] The epoch of new shares is not the next.
    #[error("the epoch of the new shares is not the next")]
    Epoch,
    /// [STA-10] The issuer was revoked before.
    #[error("the issuer was revoked before")]
    RevokedTwice,
    /// [STA-11] No seal could carry the checkpoint.
    #[error("the checkpoint of the revocation is refused: {0}")]
    Checkpoint(#[from] CheckpointError),
    /// [STA-11] The checkpoint is smaller than that of the last seal.
    #[error("the checkpoint of the revocation is smaller than that of the last seal")]
    Shrank,
    /// The log failed.
    #[error(transparent)]
    Log(#[from] LogError),
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Counter {
    /// Takes an announcement, and gives the same receipt for it ever after [STA-2].
    ///
    /// # Errors
    /// [`StatementError`], [`StatementError::Announcement`] if it breaks a rule of its own.
    pub fn announce(&self, announcement: Announcement) -> Result<Receipt, StatementError> {
        let manifest = &self.campaign.manifest;
        announcement.verify(&self.campaign.id, &manifest.organiser_key)?;
        let number = announcement.number;
        let entry = Entry::Announcement(announcement);
        let open = self.log.open_batch()?;
        let place = match self.stands(&open, &entry, number, &self.index.announcements())? {
            Some(place) => place,
            None => self.take(open, &entry, false)?.ok_or(StatementError::Closed)?,
        };
        Ok(self.receipt(place))
    }

    /// Takes an amendment, and gives the same receipt for it ever after [STA-2].
    ///
    /// # Errors
    /// [`StatementError`], [`StatementError::Amendment`] if it breaks a rule of its own.
    pub fn amend(&self, amendment: Amendment) -> Result<Receipt, StatementError> {
        amendment.verify(&self.campaign)?;
        let (number, change) = (amendment.number, amendment.change.clone());
        let entry = Entry::Amendment(amendment);
        let open = self.log.open_batch()?;
        let place = match self.stands(&open, &entry, number, &self.index.amendments())? {
            Some(place) => place,
            None => {
                self.may_follow(&change, &self.changes(&open, &entry)?)?;
                self.take(open, &entry, false)?.ok_or(StatementError::Closed)?
            }
        };
        Ok(self.receipt(place))
    }

    /// Where a statement stands in the log or the open batch; `None` if it is the next. Another one
    /// with its number keeps the number [STA-1, STA-2].
    fn stands<T>(
        &self,
        open: &OpenBatch<'_>,
        entry: &Entry,
        number: u32,
        sealed: &Statements<T>,
    ) -> Result<Option<Place>, StatementError> {
        let key = entry.sort_key(&self.campaign.id);
        let entry_hash = EntryHash::of(&entry.encode());
        let at = usize::try_from(number).unwrap_or(usize::MAX);
        let there = match sealed.get(at) {
            Some(stated) => Some(stated.place),
            None => open
                .find(&key)?
                .map(|(there, batch)| Place { batch, entry_hash: EntryHash::of(&there) }),
        };
        match there {
            Some(place) if place.entry_hash == entry_hash => Ok(Some(place)),
            Some(_) => Err(StatementError::Number),
            None if self.is_closed(open)? => Err(StatementError::Closed),
            None if at == sealed.len() + open.pending_of(key.0)?.len() => Ok(None),
            None => Err(StatementError::Number),
        }
    }

    /// All changes so far, those of the open batch included.
    fn changes(&self, open: &OpenBatch<'_>, like: &Entry) -> Result<Vec<Change>, StatementError> {
        let sealed = self.index.amendments();
        let mut changes: Vec<Change> =
            sealed.iter().map(|stated| stated.statement.change.clone()).collect();
        let (kind, _) = like.sort_key(&self.campaign.id);
        for pending in open.pending_of(kind)? {
            if let Ok(Entry::Amendment(amendment)) = Entry::decode(&pending) {
                changes.push(amendment.change);
            }
        }
        Ok(changes)
    }

    /// Whether a change can follow those before it.
    fn may_follow(&self, change: &Change, before: &[Change]) -> Result<(), StatementError> {
        match change {
            Change::Shares { epoch, .. } => {
                let refreshed = before.iter().filter(|it| matches!(it, Change::Shares { .. }));
                // [STA-9] The first is 1, and each adds one.
                let next = u32::try_from(refreshed.count()).unwrap_or(u32::MAX).saturating_add(1);
                if *epoch == next { Ok(()) } else { Err(StatementError::Epoch) }
            }
            Change::Revocation { issuer, checkpoint } => {
                let revokes = |it: &Change| matches!(it, Change::Revocation { issuer: there, .. } if there == issuer);
                if before.iter().any(revokes) {
                    return Err(StatementError::RevokedTwice);
                }
                // [STA-11] The last seal is that of the batch before the open one.
                let size = self.campaign.sealed_checkpoint(*issuer, checkpoint)?.size();
                let sealed = self.index.issuance_checkpoint(*issuer);
                let sealed = self.campaign.sealed_checkpoint(*issuer, &sealed);
                let shrank = sealed.is_ok_and(|sealed| size < sealed.size());
                if shrank { Err(StatementError::Shrank) } else { Ok(()) }
            }
        }
    }
}
