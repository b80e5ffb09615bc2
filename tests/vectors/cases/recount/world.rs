//! Honest campaigns, whose mirrors are the bases, and what a case alters in one.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use headcount_protocol::attestation::{Attestation, Vouching};
use headcount_protocol::campaign::Campaign;
use headcount_protocol::entry::{Entry, Seal};
use headcount_protocol::recount::{EarlierAudit, LogName};
use headcount_protocol::token::RequestDigest;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use crate::campaign::{
    Keys, Supporter, campaign, draft_manifest, issue, joint, small, tag, witnessed,
};
use crate::logs::{LogBuilder, Logs};
use crate::vectors::Case;
use crate::vectors::cases::said::{announce, close, refresh, revoke, withdraw};

/// Files of a mirror by path.
pub(super) type Files = BTreeMap<String, Vec<u8>>;

/// An honest campaign.
#[derive(Debug)]
pub(super) struct World {
    /// Name of the base.
    pub(super) base: &'static str,
    pub(super) campaign: Campaign,
    pub(super) people: Vec<Supporter>,
    pub(super) logs: Logs,
}

/// Two batches of two pledges: persons 1, 2 and 3 by e-mail, 4 by invitation. The pledges stand
/// at 1, 2, 4 and 5, the seals at 3 and 6; the issuances at 1, 2, 3 and 1, the seals at 4 and 2.
static SMALL: LazyLock<World> = LazyLock::new(|| {
    let people = [(1, 0, 0), (2, 0, 1), (3, 0, 1), (4, 1, 2)];
    let mut world = World::new("small", small(), &people);
    world.issued();
    world.pledged(0..2);
    world.pledged(2..4);
    world
});

/// One class of two issuers: two persons, one of whom has pledged.
static JOINT: LazyLock<World> = LazyLock::new(|| {
    let mut world = World::new("joint", joint(), &[(1, 0, 0), (2, 0, 2)]);
    world.issued();
    world.pledged(0..1);
    world
});

/// The threshold is of the largest class, and reached in the second batch.
static LARGEST: LazyLock<World> = LazyLock::new(|| {
    let campaign = with_manifest(&[("threshold", threshold(2, json!("maximum")))]);
    let mut world = World::new("largest", campaign, &[(1, 0, 0), (2, 1, 0), (3, 0, 2)]);
    world.issued();
    world.pledged(0..2);
    world.pledged(2..3);
    world
});

/// The threshold is of class 1, and the classes are not in the order of their issuers.
static CROSSED: LazyLock<World> = LazyLock::new(|| {
    let classes = json!([
        { "name": "invitation", "issuers": [1] },
        { "name": "email", "issuers": [0] },
    ]);
    let threshold = threshold(1, json!({ "class": 1 }));
    let campaign = with_manifest(&[("classes", classes), ("threshold", threshold)]);
    let mut world = World::new("crossed", campaign, &[(1, 0, 1), (2, 1, 2)]);
    world.issued();
    world.pledged(0..1);
    world.pledged(1..2);
    world
});

/// As `small`, with 261 entries in the first issuance log: a full tile, and partial ones on two
/// levels.
static LONG: LazyLock<World> = LazyLock::new(|| {
    let mut world = World { base: "long", logs: Logs::new(&SMALL.campaign), ..SMALL.copy() };
    world.issued();
    for person in 1000..1128 {
        let entry = Entry::Issuance(vouching(&world.campaign, 0, person, person));
        world.logs.issuances[0].batch(&world.campaign, vec![entry], Vec::new());
    }
    world.pledged(0..4);
    world
});

/// With milestones, and a spread over two regions: news in each batch, new shares, issuer 0 is
/// revoked, two withdraw, and the log is closed. The seals stand at 4, 9, 13 and 16.
static SAID: LazyLock<World> = LazyLock::new(|| {
    let mut threshold = threshold(3, json!("sum"));
    threshold["milestones"] = json!([1, 3, 5]);
    threshold["spread"] = json!({ "regions": 2, "pledges": 1 });
    let campaign = with_manifest(&[("threshold", threshold)]);
    let people = [(1, 0, 0), (2, 0, 1), (3, 0, 1), (4, 1, 2)];
    let mut world = World::new("said", campaign, &people);
    world.issued();
    let World { campaign, people, logs, .. } = &mut world;
    let notes = logs.notes();
    let pledge = |at: usize| Entry::Pledge(people[at].pledge.clone());
    let batches = [
        vec![pledge(0), pledge(1), announce(campaign, 0)],
        vec![pledge(2), pledge(3), refresh(campaign, 0, 1), announce(campaign, 1)],
        vec![withdraw(campaign, 4, 1, 2), revoke(campaign, 1, 0, &notes[0]), announce(campaign, 2)],
        vec![withdraw(campaign, 3, 0, 1), close(campaign, &[(0, 0), (2, 1)])],
    ];
    for batch in batches {
        logs.pledges.batch(campaign, batch, notes.clone());
    }
    world
});

/// Four witnesses, of whom three are needed: two batches of pledges. The pledges stand at 1, 2
/// and 4, the seals at 3 and 5.
static WITNESSED: LazyLock<World> = LazyLock::new(|| {
    let mut world = World::new("witnessed", witnessed(), &[(1, 0, 0), (2, 0, 1), (4, 1, 2)]);
    world.issued();
    let World { campaign, people, logs, .. } = &mut world;
    let notes: Vec<_> = logs.issuances.iter().map(|log| log.cosigned_note(3)).collect();
    for people in [&people[..2], &people[2..]] {
        let entries = people.iter().map(|it| Entry::Pledge(it.pledge.clone())).collect();
        logs.pledges.batch(campaign, entries, notes.clone());
    }
    world
});

/// A threshold of a count alone.
fn threshold(count: u64, of: Value) -> Value {
    json!({ "count": count, "of": of, "milestones": [], "spread": { "regions": 0, "pledges": 0 } })
}

fn with_manifest(members: &[(&str, Value)]) -> Campaign {
    let mut manifest = draft_manifest();
    for (name, value) in members {
        manifest[name] = value.clone();
    }
    campaign(&manifest)
}

/// What the attester of an issuer signs for this person and a request with this number.
pub(super) fn vouching(campaign: &Campaign, issuer: u16, person: u64, request: u64) -> Vouching {
    let (keys, at) = (Keys::shared(), usize::from(issuer));
    let digest = RequestDigest::from(<[u8; 32]>::from(Sha256::digest(request.to_be_bytes())));
    let (secret, key) = (&keys.commitments[at], &keys.attesters[at]);
    Attestation::sign(&campaign.id, issuer, digest, tag(person), secret, key)
        .verify(&campaign.id, issuer, &digest, &key.public_key())
        .expect("an honest attestation")
        .1
}

/// Appends entries as they are, in this order, and the seal of the batch.
pub(super) fn push_batch(
    log: &mut LogBuilder,
    batch: u64,
    entries: &[Vec<u8>],
    seal: Vec<Vec<u8>>,
) {
    let count = entries.len().try_into().expect("a small batch");
    log.entries.extend_from_slice(entries);
    log.push(&Entry::Seal(Seal { batch, count, issuance_checkpoints: seal }));
}

/// Alters the seal at this index.
pub(super) fn seal_at(log: &mut LogBuilder, index: usize, alter: impl FnOnce(&mut Seal)) {
    let entry = Entry::decode(&log.entries[index]);
    let Ok(Entry::Seal(mut seal)) = entry else { unreachable!("there is a seal at {index}") };
    alter(&mut seal);
    log.entries[index] = Entry::Seal(seal).encode();
}

impl World {
    pub(super) fn small() -> &'static Self {
        &SMALL
    }

    pub(super) fn joint() -> &'static Self {
        &JOINT
    }

    pub(super) fn largest() -> &'static Self {
        &LARGEST
    }

    pub(super) fn crossed() -> &'static Self {
        &CROSSED
    }

    pub(super) fn long() -> &'static Self {
        &LONG
    }

    pub(super) fn said() -> &'static Self {
        &SAID
    }

    pub(super) fn witnessed() -> &'static Self {
        &WITNESSED
    }

    /// Each world whose mirror is a base.
    pub(super) fn all() -> [&'static Self; 7] {
        [&SMALL, &JOINT, &LARGEST, &CROSSED, &LONG, &SAID, &WITNESSED]
    }

    fn new(base: &'static str, campaign: Campaign, people: &[(u64, u16, u16)]) -> Self {
        let issue = |&(person, class, region)| issue(&campaign, person, class, region);
        let people = people.iter().map(issue).collect();
        let logs = Logs::new(&campaign);
        Self { base, campaign, people, logs }
    }

    fn copy(&self) -> Self {
        let Self { base, campaign, people, logs } = self;
        let (campaign, people, logs) = (campaign.clone(), people.clone(), logs.clone());
        Self { base, campaign, people, logs }
    }

    fn issued(&mut self) {
        self.logs.publish_issuances(&self.campaign, &self.people);
    }

    fn pledged(&mut self, people: std::ops::Range<usize>) {
        self.logs.publish_pledges(&self.campaign, &self.people[people]);
    }

    /// The mirror of these logs.
    pub(super) fn mirror(&self, logs: &Logs) -> Files {
        let mut files = Files::from([("manifest.json".to_owned(), self.campaign.bytes().to_vec())]);
        let folders = ["pledges", "issuances/0", "issuances/1"];
        for (folder, log) in folders.iter().zip([&logs.pledges].into_iter().chain(&logs.issuances))
        {
            let below = log.files().into_iter();
            files.extend(below.map(|(path, bytes)| (format!("{folder}/{path}"), bytes)));
            if self.campaign.has_witnesses() {
                files.insert(format!("{folder}/witnessed"), log.cosigned_note(3));
            }
        }
        files
    }

    /// The mirror of the honest logs, in hex.
    pub(super) fn base_files(&self) -> BTreeMap<String, String> {
        let files = self.mirror(&self.logs).into_iter();
        files.map(|(path, bytes)| (path, data_encoding::HEXLOWER.encode(&bytes))).collect()
    }

    /// The input whose mirror has these files: the base, and what differs from it.
    pub(super) fn input(&self, files: &Files) -> Value {
        let mut input = json!({ "mirror": self.base, "campaign_id": self.campaign.id });
        let base = self.mirror(&self.logs);
        let gone = base.keys().filter(|path| !files.contains_key(*path));
        let mut differences: BTreeMap<_, _> = gone.map(|path| (path, Value::Null)).collect();
        for (path, bytes) in files.iter().filter(|(path, bytes)| base.get(*path) != Some(bytes)) {
            differences.insert(path, data_encoding::HEXLOWER.encode(bytes).into());
        }
        if !differences.is_empty() {
            input["files"] = json!(differences);
        }
        input
    }

    /// The input with logs that differ from the honest ones.
    pub(super) fn with_logs(&self, alter: impl FnOnce(&mut Logs)) -> Value {
        let mut logs = self.logs.clone();
        alter(&mut logs);
        self.input(&self.mirror(&logs))
    }

    /// The input with files that nobody has signed anew.
    pub(super) fn with_files(&self, alter: impl FnOnce(&mut Files)) -> Value {
        let mut files = self.mirror(&self.logs);
        alter(&mut files);
        self.input(&files)
    }

    /// The input with one other file.
    pub(super) fn with_file(&self, path: &str, alter: impl FnOnce(&mut Vec<u8>)) -> Value {
        self.with_files(|files| alter(files.get_mut(path).expect("the mirror has the file")))
    }

    /// A case whose pledge log is refused at this index.
    pub(super) fn pledges(
        &self,
        comment: &'static str,
        rule: &'static str,
        index: impl Into<Option<u64>>,
        alter: impl FnOnce(&mut LogBuilder),
    ) -> Case {
        self.refused(comment, rule, (LogName::Pledges, index.into()), alter)
    }

    /// A case whose first issuance log is refused at this index.
    pub(super) fn issuances(
        &self,
        comment: &'static str,
        rule: &'static str,
        index: impl Into<Option<u64>>,
        alter: impl FnOnce(&mut LogBuilder),
    ) -> Case {
        self.refused(comment, rule, (LogName::Issuances(0), index.into()), alter)
    }

    fn refused(
        &self,
        comment: &'static str,
        rule: &'static str,
        (name, index): (LogName, Option<u64>),
        alter: impl FnOnce(&mut LogBuilder),
    ) -> Case {
        let input = self.with_logs(|logs| {
            let log = match name {
                LogName::Pledges => &mut logs.pledges,
                LogName::Issuances(issuer) => &mut logs.issuances[usize::from(issuer)],
            };
            alter(log);
            end_behind(log, index);
        });
        Case::invalid(comment, input, rule).at(&name, index)
    }

    /// What an audit of these logs remembers.
    pub(super) fn seen(&self, logs: &Logs) -> Value {
        let issuances: Vec<EarlierAudit> = logs.issuances.iter().map(LogBuilder::seen).collect();
        json!({
            "campaign": self.campaign.id,
            "pledges": logs.pledges.seen(),
            "issuances": issuances,
        })
    }
}

/// Ends a log with the batch of the entry at this index: the batches behind it only take room.
fn end_behind(log: &mut LogBuilder, index: Option<u64>) {
    let index = index.map_or(usize::MAX, |at| usize::try_from(at).expect("a small index"));
    let mut batch = log.entries.iter().enumerate().skip(index);
    if let Some((seal, _)) = batch.find(|(_, entry)| entry.first() == Some(&0xff)) {
        log.entries.truncate(seal + 1);
    }
}

/// The same input after an earlier audit.
pub(super) fn after(mut input: Value, earlier: &Value) -> Value {
    input["earlier"] = earlier.clone();
    input
}
