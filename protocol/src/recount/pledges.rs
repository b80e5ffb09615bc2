//! The recount of the pledge log ([spec: recount §5]).

use std::collections::{BTreeMap, HashMap};

use super::finding::Finding;
use super::issuances::IssuanceRecord;
use super::report::{BatchCount, ClassCount, Report};
use super::walk::{EarlierAudit, LogWalk};
use super::{LogName, Refusal, Rule};
use crate::campaign::Campaign;
use crate::campaign::manifest::Class;
use crate::entry::{Entry, Seal};
use crate::log::Checkpoint;
use crate::log::HashTile;
use crate::token::Nonce;

/// An entry whose own rules hold: the costly part of the recount, done in any order and on any
/// number of threads.
#[derive(Debug)]
pub struct CheckedEntry {
    bytes: Vec<u8>,
    entry: Entry,
}

/// Decodes an entry of the pledge log and verifies its tokens.
///
/// # Errors
/// A [`Refusal`] at `index` with [`Rule::Entry`], [`Rule::EntryKind`], [`Rule::Pledge`] or
/// [`Rule::SealCheckpoints`].
pub fn check_entry(campaign: &Campaign, index: u64, bytes: &[u8]) -> Result<CheckedEntry, Refusal> {
    let refuse = |rule| Refusal { log: LogName::Pledges, index: Some(index), rule };
    let entry = Entry::decode(bytes).map_err(|error| refuse(Rule::Entry(error)))?;
    match &entry {
        Entry::Campaign(_) => {}
        Entry::Issuance(_) => return Err(refuse(Rule::EntryKind)),
        Entry::Pledge(pledge) => {
            pledge.verify(campaign).map_err(|error| refuse(Rule::Pledge(error)))?;
        }
        Entry::Seal(seal) => {
            if seal.issuance_checkpoints.len() != campaign.manifest.issuers.len() {
                return Err(refuse(Rule::SealCheckpoints));
            }
        }
    }
    Ok(CheckedEntry { bytes: bytes.to_vec(), entry })
}

/// Counts the pledges, entry by entry.
pub struct PledgeRecount<'a> {
    campaign: &'a Campaign,
    issuances: &'a [IssuanceRecord],
    walk: LogWalk,
    nonces: HashMap<Nonce, u64>,
    gross: Vec<u64>,
    regions: BTreeMap<u16, u64>,
    issued: Vec<u64>,
    sealed_issuance_sizes: Vec<u64>,
    batches: Vec<BatchCount>,
    findings: Vec<Finding>,
}

impl<'a> PledgeRecount<'a> {
    /// Starts at index 0; `issuances` are the recounted issuance logs in the manifest's order.
    ///
    /// # Panics
    /// If there is not one record for each issuer.
    #[must_use]
    pub fn new(
        campaign: &'a Campaign,
        issuances: &'a [IssuanceRecord],
        earlier: Option<EarlierAudit>,
    ) -> Self {
        let issuers = campaign.manifest.issuers.len();
        assert_eq!(issuances.len(), issuers, "one record for each issuer");
        Self {
            campaign,
            issuances,
            walk: LogWalk::new(LogName::Pledges, campaign.id, earlier),
            nonces: HashMap::new(),
            gross: vec![0; campaign.manifest.classes.len()],
            regions: BTreeMap::new(),
            issued: vec![0; issuers],
            sealed_issuance_sizes: vec![0; issuers],
            batches: Vec::new(),
            findings: Vec::new(),
        }
    }

    /// The walk, for the tiles at its edge.
    #[must_use]
    pub const fn walk(&self) -> &LogWalk {
        &self.walk
    }

    /// Takes the next entry, checked by [`check_entry`]; returns the hash tiles it completes.
    ///
    /// # Errors
    /// A [`Refusal`] with [`Rule::NonceRepeated`], [`Rule::IssuanceCheckpoint`],
    /// [`Rule::IssuanceShrank`], or one of [`LogWalk::place`] and [`LogWalk::push`].
    pub fn push(&mut self, checked: &CheckedEntry) -> Result<Vec<HashTile>, Refusal> {
        let index = self.walk.size();
        let refuse = |rule| Refusal { log: LogName::Pledges, index: Some(index), rule };
        if let Entry::Pledge(pledge) = &checked.entry {
            let nonce = pledge.nonce(&self.campaign.id);
            if let Some(&first) = self.nonces.get(&nonce) {
                return Err(refuse(Rule::NonceRepeated { first }));
            }
            self.nonces.insert(nonce, index);
            self.gross[usize::from(pledge.opening.class)] += 1;
            *self.regions.entry(pledge.opening.region).or_default() += 1;
        }
        self.walk.place(&checked.entry)?;
        if let Entry::Seal(seal) = &checked.entry {
            self.seal(seal).map_err(refuse)?;
        }
        self.walk.push(&checked.bytes)
    }

    /// Counts at the end of a batch: each class is bounded by what its issuers had published.
    fn seal(&mut self, seal: &Seal) -> Result<(), Rule> {
        for (issuer, note) in self.campaign.issuer_indices().zip(&seal.issuance_checkpoints) {
            self.sealed_issuances(seal.batch, issuer, note)?;
        }
        for issuer in self.campaign.issuer_indices() {
            let gross = self.gross[usize::from(self.campaign.class_of(issuer))];
            let issued = self.issued[usize::from(issuer)];
            if gross > issued {
                let (batch, excess) = (seal.batch, gross - issued);
                let covered = self.issuances[usize::from(issuer)].counted >= gross;
                self.findings.push(Finding::Excess { issuer, batch, excess, covered });
            }
        }
        let classes = self.campaign.manifest.classes.iter().zip(&self.gross);
        let issued = |issuer: &u16| self.issued[usize::from(*issuer)];
        let counted = |(class, &gross): (&Class, &u64)| {
            class.issuers.iter().map(issued).fold(gross, u64::min)
        };
        let classes = classes.map(counted).collect();
        let size = self.walk.size() + 1;
        self.batches.push(BatchCount { batch: seal.batch, size, count: seal.count, classes });
        Ok(())
    }

    /// Looks up in the issuance log's own recount what a seal's checkpoint stands for.
    fn sealed_issuances(&mut self, batch: u64, issuer: u16, note: &[u8]) -> Result<(), Rule> {
        let at = usize::from(issuer);
        let size = if note.is_empty() {
            0
        } else {
            let key = &self.campaign.issuer(issuer).log.0;
            let checkpoint = Checkpoint::open(note, key)
                .map_err(|error| Rule::IssuanceCheckpoint { issuer, error })?;
            let size = checkpoint.size();
            match self.issuances[at].boundaries.get(&size) {
                Some(boundary) if boundary.root == *checkpoint.root() => {
                    self.issued[at] = boundary.counted;
                }
                // Nothing is known of what is not read, and nobody is to blame for it.
                _ if size > self.issuances[at].checkpoint.size() => {
                    self.findings.push(Finding::IssuanceBehind { issuer, batch, size });
                }
                // The issuer signed what it must not. The other classes are not to suffer for it.
                _ => self.findings.push(Finding::IssuanceFork { issuer, batch, size }),
            }
            size
        };
        if size < self.sealed_issuance_sizes[at] {
            return Err(Rule::IssuanceShrank { issuer });
        }
        self.sealed_issuance_sizes[at] = size;
        Ok(())
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
        let last = self.batches.last();
        let counted = |index: usize| last.map_or(0, |batch| batch.classes[index]);
        let classes = self.campaign.manifest.classes.iter().zip(&self.gross).enumerate();
        let classes = classes
            .map(|(index, (class, &pledges))| ClassCount {
                class: class.name.clone(),
                pledges,
                counted: counted(index),
            })
            .collect();
        Ok(Report::new(
            self.campaign,
            checkpoint,
            self.issuances,
            classes,
            self.regions,
            self.batches,
            findings,
        ))
    }
}
