//! The recount of the pledge log ([spec: recount §5]).

use super::check::CheckedEntry;
use super::distinct::Distinct;
use super::finding::Finding;
use super::issuances::IssuanceRecord;
use super::report::{BatchCount, Counted, Report};
use super::statements::Statements;
use super::tally::{Reached, Tally};
use super::walk::{EarlierAudit, LogWalk};
use super::{LogName, Refusal, Rule};
use crate::campaign::Campaign;
use crate::entry::{Entry, Seal};
use crate::log::{Checkpoint, HashTile};
use crate::pledge::Pledge;
use crate::withdrawal::Withdrawal;

/// Counts the pledges, entry by entry.
pub struct PledgeRecount<'a> {
    campaign: &'a Campaign,
    issuances: &'a [IssuanceRecord],
    walk: LogWalk,
    witnessed: Option<u64>,
    nonces: Distinct,
    /// Index of the pledge with each nonce.
    indices: Vec<u64>,
    withdrawn: Distinct,
    /// Index of the first entry of the open batch.
    batch_begins: u64,
    tally: Tally,
    reached: Reached,
    statements: Statements,
    issuers: Vec<Issued>,
    batches: Vec<BatchCount>,
    findings: Vec<Finding>,
}

/// What is known of an issuer's issuances at a place of the pledge log.
#[derive(Clone, Default)]
struct Issued {
    /// Issuances that count in the last checkpoint that is a state of its log.
    counted: u64,
    /// The largest number that may count, once the issuer is frozen.
    frozen: Option<u64>,
    /// Size of the last seal's checkpoint.
    sealed_size: u64,
}

impl Issued {
    fn bound(&self) -> u64 {
        self.frozen.map_or(self.counted, |frozen| frozen.min(self.counted))
    }
}

impl<'a> PledgeRecount<'a> {
    /// Starts at index 0; `issuances` are the recounted issuance logs in the manifest's order,
    /// `witnessed` is the largest witnessed checkpoint of the pledge log.
    ///
    /// # Panics
    /// If there is not one record for each issuer.
    #[must_use]
    pub fn new(
        campaign: &'a Campaign,
        issuances: &'a [IssuanceRecord],
        earlier: Option<EarlierAudit>,
        witnessed: Option<Checkpoint>,
    ) -> Self {
        let issuers = campaign.manifest.issuers.len();
        assert_eq!(issuances.len(), issuers, "one record for each issuer");
        let looked = witnessed.as_ref().map_or(0, Checkpoint::size);
        Self {
            campaign,
            issuances,
            walk: LogWalk::new(LogName::Pledges, campaign.id, earlier, witnessed),
            witnessed: campaign.has_witnesses().then_some(looked),
            nonces: Distinct::default(),
            indices: Vec::new(),
            withdrawn: Distinct::default(),
            batch_begins: 0,
            tally: Tally::new(campaign.manifest.classes.len()),
            reached: Reached::new(&campaign.manifest.threshold),
            statements: Statements::new(issuers),
            issuers: vec![Issued::default(); issuers],
            batches: Vec::new(),
            findings: Vec::new(),
        }
    }

    /// Asks for another note of the log to be found again on the way [REC-37].
    pub fn expect(&mut self, note: Checkpoint) {
        self.walk.expect(note);
    }

    /// The walk, for the tiles at its edge.
    #[must_use]
    pub const fn walk(&self) -> &LogWalk {
        &self.walk
    }

    /// Takes the next entry, checked by [`super::check_entry`]; returns the hash tiles it completes.
    ///
    /// # Errors
    /// A [`Refusal`] with a rule about the entries before it ([spec: recount §3]), or one of
    /// [`LogWalk::place`] and [`LogWalk::push`].
    pub fn push(&mut self, checked: &CheckedEntry) -> Result<Vec<HashTile>, Refusal> {
        let index = self.walk.size();
        let refuse = |rule| Refusal { log: LogName::Pledges, index: Some(index), rule };
        self.take(&checked.entry, index).map_err(refuse)?;
        self.walk.place(&checked.entry)?;
        match &checked.entry {
            Entry::Seal(seal) => self.seal(seal).map_err(refuse)?,
            Entry::Closing(closing) => self.statements.close(closing, self.walk.batch()),
            _ => {}
        }
        self.walk.push(&checked.bytes)
    }

    /// What the entry says, and whether those before it allow that.
    fn take(&mut self, entry: &Entry, index: u64) -> Result<(), Rule> {
        let batch = self.walk.batch();
        match entry {
            Entry::Pledge(pledge) => self.pledge(pledge, index),
            Entry::Withdrawal(withdrawal) => self.withdraw(withdrawal),
            Entry::Announcement(announcement) => {
                self.statements.announce(announcement, batch, index)
            }
            Entry::Amendment(amendment) => {
                let sealed = |issuer: u16| self.issuers[usize::from(issuer)].sealed_size;
                let place = (batch, index);
                let revoked = self.statements.amend(self.campaign, amendment, place, sealed)?;
                if let Some((issuer, checkpoint)) = revoked {
                    let last = self.issuers[usize::from(issuer)].counted;
                    let frozen = self.issued(batch, issuer, &checkpoint).unwrap_or(last);
                    self.issuers[usize::from(issuer)].frozen = Some(frozen);
                }
                Ok(())
            }
            Entry::Campaign(_) | Entry::Issuance(_) | Entry::Closing(_) | Entry::Seal(_) => Ok(()),
        }
    }

    fn pledge(&mut self, pledge: &Pledge, index: u64) -> Result<(), Rule> {
        match self.nonces.insert(*pledge.nonce(&self.campaign.id).as_bytes()) {
            Ok(_) => self.indices.push(index),
            Err(first) => return Err(Rule::NonceRepeated { first: self.indices[first] }),
        }
        self.tally.pledge(&pledge.opening);
        Ok(())
    }

    fn withdraw(&mut self, withdrawal: &Withdrawal) -> Result<(), Rule> {
        let nonce = *withdrawal.nonce(&self.campaign.id).as_bytes();
        let pledged = self.nonces.find(&nonce).map(|at| self.indices[at]);
        if pledged.is_none_or(|index| index >= self.batch_begins) {
            return Err(Rule::WithdrawalUnknown);
        }
        self.withdrawn.insert(nonce).map_err(|_| Rule::WithdrawnTwice)?;
        self.tally.withdraw(&withdrawal.opening);
        Ok(())
    }

    /// Counts at the end of a batch: each class is bounded by what its issuers had published.
    fn seal(&mut self, seal: &Seal) -> Result<(), Rule> {
        for (issuer, note) in self.campaign.issuer_indices().zip(&seal.issuance_checkpoints) {
            self.sealed_issuances(seal.batch, issuer, note)?;
        }
        for issuer in self.campaign.issuer_indices() {
            let gross = self.tally.gross[usize::from(self.campaign.class_of(issuer))];
            let issued = self.issuers[usize::from(issuer)].bound();
            if gross > issued {
                let (batch, excess) = (seal.batch, gross - issued);
                let read = self.issuances[usize::from(issuer)].counted;
                let frozen = self.issuers[usize::from(issuer)].frozen;
                let covered = frozen.map_or(read, |frozen| frozen.min(read)) >= gross;
                self.findings.push(Finding::Excess { issuer, batch, excess, covered });
            }
        }
        let issued = |issuer: u16| self.issuers[usize::from(issuer)].bound();
        let classes = self.tally.counted(self.campaign, issued);
        let threshold = &self.campaign.manifest.threshold;
        self.reached.seal(threshold, seal.batch, &classes, &self.tally);
        let size = self.walk.size() + 1;
        self.batch_begins = size;
        self.batches.push(BatchCount { batch: seal.batch, size, count: seal.count, classes });
        Ok(())
    }

    fn sealed_issuances(&mut self, batch: u64, issuer: u16, note: &[u8]) -> Result<(), Rule> {
        let at = usize::from(issuer);
        let size = if note.is_empty() {
            0
        } else {
            let checkpoint = self
                .campaign
                .sealed_checkpoint(issuer, note)
                .map_err(|error| Rule::IssuanceCheckpoint { issuer, error })?;
            if let Some(counted) = self.issued(batch, issuer, &checkpoint) {
                self.issuers[at].counted = counted;
            }
            checkpoint.size()
        };
        if size < self.issuers[at].sealed_size {
            return Err(Rule::IssuanceShrank { issuer });
        }
        self.issuers[at].sealed_size = size;
        Ok(())
    }

    /// Looks up in the issuance log's own recount what a checkpoint stands for; a finding if it
    /// stands for nothing.
    fn issued(&mut self, batch: u64, issuer: u16, checkpoint: &Checkpoint) -> Option<u64> {
        let (size, record) = (checkpoint.size(), &self.issuances[usize::from(issuer)]);
        match record.boundaries.get(&size) {
            Some(boundary) if boundary.root == *checkpoint.root() => return Some(boundary.counted),
            // Nothing is known of what is not read, and nobody is to blame for it.
            _ if size > record.checkpoint.size() => {
                self.findings.push(Finding::IssuanceBehind { issuer, batch, size });
            }
            // The issuer signed what it must not. The other classes are not to suffer for it.
            _ => self.findings.push(Finding::IssuanceFork { issuer, batch, size }),
        }
        None
    }

    /// Ends the recount at the size of `checkpoint`.
    ///
    /// # Errors
    /// A [`Refusal`] as of [`LogWalk::finish`].
    pub fn finish(mut self, checkpoint: &Checkpoint) -> Result<Report, Refusal> {
        self.walk.finish(checkpoint)?;
        let mut findings: Vec<_> =
            self.issuances.iter().flat_map(|record| record.findings.clone()).collect();
        findings.append(&mut self.findings);
        let issuers = self.campaign.issuer_indices().zip(&self.issuers);
        let frozen =
            issuers.map(|(issuer, issued)| self.statements.frozen(issuer).zip(issued.frozen));
        let frozen = frozen.collect();
        let Self { witnessed, issuances, tally, reached, statements, batches, .. } = self;
        Ok(Report::new(
            self.campaign,
            Counted {
                checkpoint,
                witnessed,
                issuances,
                tally,
                reached,
                statements,
                frozen,
                batches,
                findings,
            },
        ))
    }
}
