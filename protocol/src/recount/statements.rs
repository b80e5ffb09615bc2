//! What the statements of a pledge log say, and whether each may stand where it stands
//! ([spec: statements], [spec: recount §5]).

use super::Rule;
use super::said::{AmendmentReport, AnnouncementReport, Changed, ClosingReport, Placed};
use crate::campaign::Campaign;
use crate::log::Checkpoint;
use crate::statement::{Amendment, Announcement, Change, Closing};

/// The statements so far.
pub(super) struct Statements {
    announcements: Vec<AnnouncementReport>,
    amendments: Vec<AmendmentReport>,
    closing: Option<ClosingReport>,
    epoch: u32,
    /// Size at which an issuer was frozen.
    frozen: Vec<Option<u64>>,
}

impl Statements {
    pub(super) fn new(issuers: usize) -> Self {
        Self {
            announcements: Vec::new(),
            amendments: Vec::new(),
            closing: None,
            epoch: 0,
            frozen: vec![None; issuers],
        }
    }

    /// Size of the issuance log at which an issuer was frozen.
    pub(super) fn frozen(&self, issuer: u16) -> Option<u64> {
        self.frozen[usize::from(issuer)]
    }

    pub(super) fn announce(
        &mut self,
        announcement: &Announcement,
        batch: u64,
        index: u64,
    ) -> Result<(), Rule> {
        follows(announcement.number, self.announcements.len())?;
        let Announcement { number, time, .. } = *announcement;
        let texts = announcement.texts().expect("one without texts was refused by itself");
        // Until the threshold is reached.
        let placed = Placed::Before;
        self.announcements.push(AnnouncementReport { number, batch, index, time, placed, texts });
        Ok(())
    }

    /// Takes a change; of a revocation, the checkpoint at which the issuer is frozen.
    pub(super) fn amend(
        &mut self,
        campaign: &Campaign,
        amendment: &Amendment,
        (batch, index): (u64, u64),
        sealed: impl Fn(u16) -> u64,
    ) -> Result<Option<(u16, Checkpoint)>, Rule> {
        follows(amendment.number, self.amendments.len())?;
        let (change, revoked) = match &amendment.change {
            Change::Shares { epoch, .. } => {
                if self.epoch.checked_add(1) != Some(*epoch) {
                    return Err(Rule::Epoch { expected: self.epoch.saturating_add(1) });
                }
                self.epoch = *epoch;
                (Changed::Shares { epoch: *epoch }, None)
            }
            Change::Revocation { issuer, checkpoint } => {
                let issuer = *issuer;
                if self.frozen(issuer).is_some() {
                    return Err(Rule::RevokedTwice { issuer });
                }
                let checkpoint = campaign
                    .sealed_checkpoint(issuer, checkpoint)
                    .map_err(|error| Rule::IssuanceCheckpoint { issuer, error })?;
                let size = checkpoint.size();
                if size < sealed(issuer) {
                    return Err(Rule::IssuanceShrank { issuer });
                }
                self.frozen[usize::from(issuer)] = Some(size);
                (Changed::Revocation { issuer, size }, Some((issuer, checkpoint)))
            }
        };
        self.amendments.push(AmendmentReport { number: amendment.number, batch, index, change });
        Ok(revoked)
    }

    pub(super) fn close(&mut self, closing: &Closing, batch: u64) {
        self.closing = Some(ClosingReport { batch, destroyed: closing.destroyed.clone() });
    }

    /// For the report, when the threshold was reached in this batch, if it was.
    pub(super) fn report(
        mut self,
        reached: Option<u64>,
    ) -> (Vec<AnnouncementReport>, Vec<AmendmentReport>, Option<ClosingReport>) {
        for announcement in &mut self.announcements {
            announcement.placed = Placed::of(announcement.batch, reached);
        }
        (self.announcements, self.amendments, self.closing)
    }
}

/// [STA-1]
fn follows(number: u32, there: usize) -> Result<(), Rule> {
    let expected = u32::try_from(there).unwrap_or(u32::MAX);
    if number == expected { Ok(()) } else { Err(Rule::Number { expected }) }
}
