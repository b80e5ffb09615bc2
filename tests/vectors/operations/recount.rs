//! `recount`: the walk of [spec: recount §3] over the files of a mirror, with the types that
//! `headcount audit` uses; that the program itself gives the same verdicts, `verifiers` tests.

use std::collections::BTreeMap;

use headcount_protocol::campaign::{Campaign, CampaignId};
use headcount_protocol::entry::Entry;
use headcount_protocol::log::{
    Checkpoint, CheckpointError, Cosigned, HashTile, Level, Tile, bundle,
};
use headcount_protocol::recount::{
    EarlierAudit, IssuanceRecord, IssuanceRecount, LogName, LogWalk, PledgeRecount, Refusal,
    Report, Rule, check_entry,
};
use serde_json::{Value, json};

use super::Bases;
use crate::vectors::input;

/// Recounts a mirror.
///
/// # Errors
/// What the refusal names: rule, log and index.
///
/// # Panics
/// If the mirror lacks a file, which is no verdict.
pub fn recount(bases: &Bases, input: &Value) -> Result<Value, Value> {
    let files = mirror(bases, input);
    let manifest = &files["manifest.json"];
    let refuse = |rule| json!({ "rule": rule, "log": null, "index": null });
    let fits = manifest.len() <= Campaign::MAX_MANIFEST;
    if fits && CampaignId::of(manifest) != input::campaign_id(input) {
        return Err(refuse("CAM-1"));
    }
    let campaign = Campaign::parse(manifest).map_err(|_| refuse("manifest"))?;
    let mirror = Mirror { files: &files, campaign: &campaign, earlier: &input["earlier"] };
    let report = mirror.recount().map_err(
        |refusal| json!({ "rule": refusal.rule.id(), "log": refusal.log, "index": refusal.index }),
    )?;
    let mut report = serde_json::to_value(report).expect("a report is JSON");
    report["verdict"] = "agrees".into();
    Ok(json!({ "report": report }))
}

/// The files of a mirror by path: those of a base, and what a case alters.
pub(super) fn mirror(bases: &Bases, input: &Value) -> BTreeMap<String, Vec<u8>> {
    let hex = |text: &str| data_encoding::HEXLOWER.decode(text.as_bytes()).expect("lowercase hex");
    let base = &bases.mirrors[input::text(input, "mirror")];
    let mut files: BTreeMap<_, _> =
        base.iter().map(|(path, text)| (path.clone(), hex(text))).collect();
    for (path, altered) in input["files"].as_object().into_iter().flatten() {
        match altered.as_str() {
            Some(text) => files.insert(path.clone(), hex(text)),
            None => files.remove(path),
        };
    }
    files
}

/// A mirror, and what an earlier audit saw of it.
pub(super) struct Mirror<'a> {
    pub(super) files: &'a BTreeMap<String, Vec<u8>>,
    pub(super) campaign: &'a Campaign,
    pub(super) earlier: &'a Value,
}

impl<'a> Mirror<'a> {
    fn recount(&self) -> Result<Report, Refusal> {
        let pledges = self.open(LogName::Pledges)?;
        let issuers = self.campaign.issuer_indices();
        let opened = issuers.map(|issuer| self.open(LogName::Issuances(issuer)));
        let opened = opened.collect::<Result<Vec<_>, _>>()?;
        let records = opened.iter().map(|log| self.issuances(log));
        let records = records.collect::<Result<Vec<_>, _>>()?;

        let earlier = self.earlier(&self.earlier["pledges"]);
        let witnessed = pledges.witnessed.clone();
        let mut recount = PledgeRecount::new(self.campaign, &records, earlier, witnessed);
        pledges.older.iter().for_each(|note| recount.expect(note.clone()));
        for (index, entry) in pledges.entries() {
            let checked = check_entry(self.campaign, index, entry?)?;
            pledges.compare(&recount.push(&checked)?)?;
        }
        let partials = recount.walk().edge().partials();
        let report = recount.finish(&pledges.checkpoint)?;
        pledges.compare(&partials)?;
        Ok(report)
    }

    /// The entries of a log that keeps the rules that every log keeps.
    pub(super) fn entries_of(&self, name: LogName) -> Result<Vec<Vec<u8>>, Refusal> {
        let log = self.open(name)?;
        let entries: Vec<_> =
            log.entries().map(|(_, entry)| entry.map(<[u8]>::to_vec)).collect::<Result<_, _>>()?;
        let mut walk = LogWalk::new(name, self.campaign.id, None, log.witnessed.clone());
        log.older.iter().for_each(|note| walk.expect(note.clone()));
        for bytes in &entries {
            let entry = Entry::decode(bytes).map_err(|error| walk.refuse(Rule::Entry(error)))?;
            walk.place(&entry)?;
            log.compare(&walk.push(bytes)?)?;
        }
        let partials = walk.edge().partials();
        walk.finish(&log.checkpoint)?;
        log.compare(&partials)?;
        Ok(entries)
    }

    fn issuances(&self, log: &Log<'a>) -> Result<IssuanceRecord, Refusal> {
        let LogName::Issuances(issuer) = log.name else { unreachable!("the caller asks for one") };
        let earlier = self.earlier(&self.earlier["issuances"][usize::from(issuer)]);
        let witnessed = log.witnessed.clone();
        let mut recount = IssuanceRecount::new(self.campaign, issuer, earlier, witnessed);
        log.older.iter().for_each(|note| recount.expect(note.clone()));
        for (_, entry) in log.entries() {
            log.compare(&recount.push(entry?)?)?;
        }
        let partials = recount.walk().edge().partials();
        let record = recount.finish(log.checkpoint.clone())?;
        log.compare(&partials)?;
        Ok(record)
    }

    fn earlier(&self, seen: &Value) -> Option<EarlierAudit> {
        let seen = Some(seen).filter(|seen| !seen.is_null())?;
        assert_eq!(self.earlier["campaign"], json!(self.campaign.id), "of this campaign");
        Some(serde_json::from_value(seen.clone()).expect("size and root"))
    }

    /// Reads the notes of a log: what is witnessed, then the latest ([spec: recount §1]).
    fn open(&self, name: LogName) -> Result<Log<'a>, Refusal> {
        let folder = match name {
            LogName::Pledges => "pledges".to_owned(),
            LogName::Issuances(issuer) => format!("issuances/{issuer}"),
        };
        let refuse = |error| Refusal { log: name, index: None, rule: Rule::Checkpoint(error) };
        let file = |file: &str| self.files.get(&format!("{folder}/{file}"));
        let note = file("witnessed").filter(|_| self.campaign.has_witnesses());
        let witnessed = note.map(|note| self.witnessed(name, note)).transpose().map_err(refuse)?;
        let note = file("checkpoint").expect("a mirror without a checkpoint has no verdict");
        let latest = self.note(name, note).map_err(refuse)?.checkpoint;
        let newer = witnessed.clone().filter(|it| it.size() > latest.size());
        let (checkpoint, older) = match newer {
            Some(newer) => (newer, Some(latest)),
            None => (latest, None),
        };
        Ok(Log { name, folder, files: self.files, checkpoint, witnessed, older })
    }

    fn note(&self, log: LogName, note: &[u8]) -> Result<Cosigned, CheckpointError> {
        match log {
            LogName::Pledges => self.campaign.open_pledge_checkpoint(note),
            LogName::Issuances(issuer) => self.campaign.open_issuance_checkpoint(issuer, note),
        }
    }

    fn witnessed(&self, log: LogName, note: &[u8]) -> Result<Checkpoint, CheckpointError> {
        let cosigned = self.note(log, note)?;
        let enough = self.campaign.is_witnessed(&cosigned);
        if enough { Ok(cosigned.checkpoint) } else { Err(CheckpointError::Unwitnessed) }
    }
}

struct Log<'a> {
    name: LogName,
    folder: String,
    files: &'a BTreeMap<String, Vec<u8>>,
    checkpoint: Checkpoint,
    witnessed: Option<Checkpoint>,
    /// The latest note, where that is the smaller one.
    older: Option<Checkpoint>,
}

impl<'a> Log<'a> {
    /// All entries with their indices, up to a bundle that is none.
    fn entries(&self) -> impl Iterator<Item = (u64, Result<&'a [u8], Refusal>)> {
        let size = self.checkpoint.size();
        let bundles = (0..).map_while(move |index| Tile::of(Level::Entries, index, size));
        bundles.flat_map(|tile| {
            let (found, bytes) = self.file(tile);
            let entries = match bundle::decode(bytes, found.width()) {
                Ok(entries) => entries.into_iter().take(tile.width().into()).map(Ok).collect(),
                Err(_) => vec![Err(Refusal::of_file(self.name, tile))],
            };
            (tile.first_entry()..).zip(entries)
        })
    }

    /// Compares tiles that follow from the entries with those of the mirror.
    fn compare(&self, recounted: &[HashTile]) -> Result<(), Refusal> {
        for recounted in recounted {
            let (found, bytes) = self.file(recounted.tile());
            let read = HashTile::parse(found, bytes).ok();
            let width = usize::from(recounted.tile().width());
            if read.is_none_or(|read| read.hashes()[..width] != *recounted.hashes()) {
                return Err(Refusal::of_file(self.name, recounted.tile()));
            }
        }
        Ok(())
    }

    /// The bytes of a tile, or of the full one in its place.
    fn file(&self, tile: Tile) -> (Tile, &'a [u8]) {
        let full = tile.full().expect("small logs");
        let found = [tile, full].into_iter().find_map(|tile| {
            let bytes = self.files.get(&format!("{}/{tile}", self.folder))?;
            Some((tile, &bytes[..]))
        });
        found.unwrap_or_else(|| unreachable!("a case whose mirror lacks {tile} has no verdict"))
    }
}
