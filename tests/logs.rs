//! Logs made by hand, honest or not, and their recount.

use std::collections::BTreeMap;

use headcount_protocol::campaign::Campaign;
use headcount_protocol::entry::{Entry, Seal};
use headcount_protocol::log::{Checkpoint, Edge, Hash, Level, NoteSigner, Tile, bundle, leaf_hash};
use headcount_protocol::recount::{
    EarlierAudit, IssuanceRecord, IssuanceRecount, PledgeRecount, Refusal, Report, check_entry,
};

use crate::campaign::{Keys, Supporter};

/// A log, entry by entry.
#[derive(Clone, Debug)]
pub struct LogBuilder {
    signer: NoteSigner,
    /// The entries so far, encoded.
    pub entries: Vec<Vec<u8>>,
    /// What the witnesses have cosigned.
    pub witnessed: Option<Checkpoint>,
    batches: u64,
}

impl LogBuilder {
    /// A log that begins with the campaign's id.
    #[must_use]
    pub fn new(campaign: &Campaign, signer: &NoteSigner) -> Self {
        let first = Entry::Campaign(campaign.id).encode();
        Self { signer: signer.clone(), entries: vec![first], witnessed: None, batches: 0 }
    }

    /// The pledge log.
    #[must_use]
    pub fn pledges(campaign: &Campaign) -> Self {
        Self::new(campaign, &Keys::shared().pledge_log)
    }

    /// The log of an issuer.
    #[must_use]
    pub fn issuances(campaign: &Campaign, issuer: usize) -> Self {
        Self::new(campaign, &Keys::shared().issuance_logs[issuer])
    }

    /// Appends an entry as it is.
    pub fn push(&mut self, entry: &Entry) {
        self.entries.push(entry.encode());
    }

    /// Appends a batch: sorted, and closed by a seal with these checkpoints.
    ///
    /// # Panics
    /// If there are more entries than a seal can count.
    pub fn batch(&mut self, campaign: &Campaign, mut entries: Vec<Entry>, seal: Vec<Vec<u8>>) {
        entries.sort_by_key(|entry| entry.sort_key(&campaign.id));
        let count = entries.len().try_into().expect("a small batch");
        entries.push(Entry::Seal(Seal { batch: self.batches, count, issuance_checkpoints: seal }));
        entries.iter().for_each(|entry| self.push(entry));
        self.batches += 1;
    }

    /// Drops everything behind the first `batches` batches.
    ///
    /// # Panics
    /// If there are fewer.
    pub fn keep_batches(&mut self, batches: u64) {
        let sizes = (1..).zip(&self.entries).filter(|(_, entry)| entry.first() == Some(&0xff));
        let mut ends = std::iter::once(1).chain(sizes.map(|(size, _)| size));
        let at = usize::try_from(batches).expect("batches are in memory");
        let size = ends.nth(at).expect("the log has so many batches");
        self.entries.truncate(size);
        self.batches = batches;
    }

    /// Entries so far.
    ///
    /// # Panics
    /// Never: memory holds less than 2^64 entries.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.entries.len().try_into().expect("entries are in memory")
    }

    /// The root over the entries.
    #[must_use]
    pub fn root(&self) -> Hash {
        self.edge(|_, _| ()).root()
    }

    /// What an audit of the present state would remember.
    #[must_use]
    pub fn seen(&self) -> EarlierAudit {
        EarlierAudit { size: self.size(), root: self.root() }
    }

    /// The checkpoint of the present size.
    ///
    /// # Panics
    /// Never: the log is not empty.
    #[must_use]
    pub fn checkpoint(&self) -> Checkpoint {
        let name = self.signer.verifier_key().name().clone();
        Checkpoint::new(name, self.size(), self.root()).expect("the log is not empty")
    }

    /// The same, signed.
    ///
    /// # Panics
    /// Never: the log signs under its own name.
    #[must_use]
    pub fn note(&self) -> Vec<u8> {
        self.checkpoint().sign(&self.signer).expect("the log's own name").into_bytes()
    }

    /// The same, cosigned by the first `count` witnesses, whatever they have seen.
    ///
    /// # Panics
    /// Never: the log signs under its own name.
    #[must_use]
    pub fn cosigned_note(&self, count: usize) -> Vec<u8> {
        let text = self.checkpoint().to_string();
        let witnesses = Keys::shared().witnesses.iter().take(count);
        let lines = witnesses.map(|witness| format!("{}\n", witness.cosign(&text, 1_800_000_000)));
        [self.note(), lines.collect::<String>().into_bytes()].concat()
    }

    /// Takes the present state for witnessed.
    pub fn witness(&mut self) {
        self.witnessed = Some(self.checkpoint());
    }

    /// What a web server would serve, by path: checkpoint, tiles and bundles.
    ///
    /// # Panics
    /// If an entry is longer than a bundle can hold.
    #[must_use]
    pub fn files(&self) -> BTreeMap<String, Vec<u8>> {
        let mut files = BTreeMap::from([("checkpoint".to_owned(), self.note())]);
        let edge = self.edge(|path, bytes| {
            files.insert(path, bytes);
        });
        for tile in edge.partials() {
            files.insert(tile.tile().to_string(), tile.to_bytes());
        }
        for (index, entries) in (0..).zip(self.entries.chunks(256)) {
            let tile = Tile::of(Level::Entries, index, self.size()).expect("the log has it");
            files.insert(tile.to_string(), bundle::encode(entries).expect("short entries"));
        }
        files
    }

    fn edge(&self, mut full: impl FnMut(String, Vec<u8>)) -> Edge {
        let mut edge = Edge::new();
        for entry in &self.entries {
            for tile in edge.push(leaf_hash(entry)) {
                full(tile.tile().to_string(), tile.to_bytes());
            }
        }
        edge
    }
}

/// The logs of a campaign.
#[derive(Clone, Debug)]
pub struct Logs {
    /// The pledge log.
    pub pledges: LogBuilder,
    /// The issuance logs, by issuer.
    pub issuances: [LogBuilder; 2],
}

impl Logs {
    /// Logs with nothing but the campaign's id.
    #[must_use]
    pub fn new(campaign: &Campaign) -> Self {
        Self {
            pledges: LogBuilder::pledges(campaign),
            issuances: [0, 1].map(|issuer| LogBuilder::issuances(campaign, issuer)),
        }
    }

    /// The issuance logs' latest checkpoints, as an honest seal carries them.
    #[must_use]
    pub fn notes(&self) -> Vec<Vec<u8>> {
        self.issuances.iter().map(LogBuilder::note).collect()
    }

    /// Publishes the issuances of these supporters, one batch an issuer.
    pub fn publish_issuances(&mut self, campaign: &Campaign, supporters: &[Supporter]) {
        for (issuer, log) in (0_u16..).zip(&mut self.issuances) {
            let vouchings = supporters.iter().flat_map(|it| &it.vouchings);
            let of_issuer = vouchings.filter(|it| it.issuer == issuer);
            let entries: Vec<_> = of_issuer.map(|it| Entry::Issuance(*it)).collect();
            if !entries.is_empty() {
                log.batch(campaign, entries, Vec::new());
            }
        }
    }

    /// Publishes the pledges of these supporters in one batch.
    pub fn publish_pledges(&mut self, campaign: &Campaign, supporters: &[Supporter]) {
        let entries = supporters.iter().map(|it| Entry::Pledge(it.pledge.clone())).collect();
        let notes = self.notes();
        self.pledges.batch(campaign, entries, notes);
    }

    /// Recounts everything.
    ///
    /// # Errors
    /// The first [`Refusal`].
    pub fn recount(&self, campaign: &Campaign) -> Result<Report, Refusal> {
        self.recount_after(campaign, None)
    }

    /// Recounts everything after an earlier audit of the pledge log.
    ///
    /// # Errors
    /// The first [`Refusal`].
    pub fn recount_after(
        &self,
        campaign: &Campaign,
        earlier: Option<EarlierAudit>,
    ) -> Result<Report, Refusal> {
        let records = (0..)
            .zip(&self.issuances)
            .map(|(issuer, log)| recount_issuances(campaign, issuer, log, None))
            .collect::<Result<Vec<_>, _>>()?;
        let mut recount =
            PledgeRecount::new(campaign, &records, earlier, self.pledges.witnessed.clone());
        for (index, entry) in (0..).zip(&self.pledges.entries) {
            recount.push(&check_entry(campaign, index, entry)?)?;
        }
        recount.finish(&self.pledges.checkpoint())
    }
}

/// Recounts one issuance log.
///
/// # Errors
/// The first [`Refusal`].
pub fn recount_issuances(
    campaign: &Campaign,
    issuer: u16,
    log: &LogBuilder,
    earlier: Option<EarlierAudit>,
) -> Result<IssuanceRecord, Refusal> {
    let mut recount = IssuanceRecount::new(campaign, issuer, earlier, log.witnessed.clone());
    for entry in &log.entries {
        recount.push(entry)?;
    }
    recount.finish(log.checkpoint())
}
