//! The recount of one issuance log ([spec: recount §4]).

use std::collections::BTreeMap;

use super::distinct::Distinct;
use super::finding::{Finding, Repeated};
use super::walk::{EarlierAudit, LogWalk};
use super::{LogName, Refusal, Rule};
use crate::campaign::Campaign;
use crate::entry::Entry;
use crate::log::Checkpoint;
use crate::log::Hash;
use crate::log::HashTile;

/// Counts one issuer's issuances, entry by entry.
pub struct IssuanceRecount<'a> {
    campaign: &'a Campaign,
    issuer: u16,
    walk: LogWalk,
    commitments: Distinct,
    digests: Distinct,
    witnessed: Option<u64>,
    counted: u64,
    boundaries: BTreeMap<u64, Boundary>,
    findings: Vec<Finding>,
}

/// The state of an issuance log at the end of a batch.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Boundary {
    /// Root at that size.
    pub root: Hash,
    /// Issuances with a distinct commitment and request so far.
    pub counted: u64,
}

/// What the recount of an issuance log found.
#[derive(Clone, Debug)]
pub struct IssuanceRecord {
    /// The issuer.
    pub issuer: u16,
    /// The checkpoint the log was read at.
    pub checkpoint: Checkpoint,
    /// Entries that were witnessed; nothing where the manifest names no witnesses.
    pub witnessed: Option<u64>,
    /// Issuances with a distinct commitment and request.
    pub counted: u64,
    /// Batches in the log.
    pub batches: u64,
    /// The log at the end of each batch, by size.
    pub boundaries: BTreeMap<u64, Boundary>,
    /// What is discounted.
    pub findings: Vec<Finding>,
}

impl<'a> IssuanceRecount<'a> {
    /// Starts at index 0 of the log of `issuer`; `witnessed` is its largest witnessed checkpoint.
    #[must_use]
    pub fn new(
        campaign: &'a Campaign,
        issuer: u16,
        earlier: Option<EarlierAudit>,
        witnessed: Option<Checkpoint>,
    ) -> Self {
        let looked = witnessed.as_ref().map_or(0, Checkpoint::size);
        Self {
            campaign,
            issuer,
            walk: LogWalk::new(LogName::Issuances(issuer), campaign.id, earlier, witnessed),
            commitments: Distinct::default(),
            digests: Distinct::default(),
            witnessed: campaign.has_witnesses().then_some(looked),
            counted: 0,
            boundaries: BTreeMap::new(),
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

    /// Takes the next entry; returns the hash tiles it completes.
    ///
    /// # Errors
    /// A [`Refusal`] with [`Rule::Entry`], [`Rule::EntryKind`], [`Rule::Issuance`],
    /// [`Rule::SealCheckpoints`], or one of [`LogWalk::place`] and [`LogWalk::push`].
    pub fn push(&mut self, bytes: &[u8]) -> Result<Vec<HashTile>, Refusal> {
        let index = self.walk.size();
        let entry = Entry::decode(bytes).map_err(|error| self.walk.refuse(Rule::Entry(error)))?;
        self.check(&entry).map_err(|rule| self.walk.refuse(rule))?;
        self.walk.place(&entry)?;
        let full = self.walk.push(bytes)?;
        match entry {
            Entry::Issuance(vouching) => {
                let fresh_commitment = self.commitments.insert(*vouching.commitment.as_bytes());
                let fresh_digest = self.digests.insert(*vouching.request_digest.as_bytes());
                let repeated = match (fresh_commitment, fresh_digest) {
                    (Ok(_), Ok(_)) => None,
                    (Err(_), _) => Some(Repeated::Commitment),
                    (Ok(_), Err(_)) => Some(Repeated::RequestDigest),
                };
                match repeated {
                    None => self.counted += 1,
                    Some(what) => {
                        let issuer = self.issuer;
                        self.findings.push(Finding::RepeatedIssuance { issuer, index, what });
                    }
                }
            }
            Entry::Campaign(_) | Entry::Seal(_) => {
                let boundary = Boundary { root: self.walk.edge().root(), counted: self.counted };
                self.boundaries.insert(self.walk.size(), boundary);
            }
            _ => {}
        }
        Ok(full)
    }

    fn check(&self, entry: &Entry) -> Result<(), Rule> {
        match entry {
            Entry::Issuance(vouching) if vouching.issuer != self.issuer => Err(Rule::EntryKind),
            Entry::Issuance(vouching) => {
                let key = &self.campaign.issuer(self.issuer).attester.key;
                vouching.verify(&self.campaign.id, key).map_err(Rule::Issuance)
            }
            Entry::Seal(seal) if !seal.issuance_checkpoints.is_empty() => {
                Err(Rule::SealCheckpoints)
            }
            Entry::Campaign(_) | Entry::Seal(_) => Ok(()),
            _ => Err(Rule::EntryKind),
        }
    }

    /// Ends the recount at the size of `checkpoint`.
    ///
    /// # Errors
    /// A [`Refusal`] as of [`LogWalk::finish`].
    pub fn finish(self, checkpoint: Checkpoint) -> Result<IssuanceRecord, Refusal> {
        self.walk.finish(&checkpoint)?;
        Ok(IssuanceRecord {
            issuer: self.issuer,
            checkpoint,
            witnessed: self.witnessed,
            counted: self.counted,
            batches: self.walk.batch(),
            boundaries: self.boundaries,
            findings: self.findings,
        })
    }
}
