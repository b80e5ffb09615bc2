use std::fs;
use std::path::Path;

use headcount_protocol::attestation::Vouching;
use headcount_protocol::campaign::{CampaignId, ManifestError};
use headcount_protocol::entry::{Entry, Seal};
use headcount_protocol::log::new_tiles;
use headcount_protocol::recount::Finding;

use super::*;
use crate::exit::{Exit, Failure};
use crate::transport::Channels;
use crate::world::World;
use crate::world::logs::TestLogs;
use crate::world::server::Server;

struct Mirror {
    world: World,
    logs: TestLogs,
    dir: tempfile::TempDir,
}

impl Mirror {
    fn new() -> Self {
        let world = World::new("http://127.0.0.1:1", 0);
        let (logs, _) = TestLogs::with_pledges(&world);
        let dir = tempfile::tempdir().unwrap();
        let mirror = Self { world, logs, dir };
        mirror.write();
        mirror
    }

    fn write(&self) {
        self.logs.write(&self.world, self.dir.path());
    }

    fn audit(&self) -> Result<Report, AuditError> {
        self.audit_after(None)
    }

    fn audit_after(&self, earlier: Option<&Earlier>) -> Result<Report, AuditError> {
        let channels = Channels::new(1).unwrap();
        let target = Target::Directory(self.dir.path().to_owned(), None);
        let campaign = target.campaign(&channels).unwrap();
        let sources = target.sources(&campaign, &channels, None).unwrap();
        audit(&campaign, &sources, earlier)
    }

    fn rule(&self) -> (&'static str, LogName, Option<u64>) {
        match self.audit() {
            Err(AuditError::Refused(refusal)) => (refusal.rule.id(), refusal.log, refusal.index),
            other => panic!("not refused: {other:?}"),
        }
    }

    fn flip(&self, path: &str, at: usize) {
        let path = self.dir.path().join(path);
        let mut bytes = fs::read(&path).unwrap();
        bytes[at] ^= 1;
        fs::write(path, bytes).unwrap();
    }

    fn path(&self) -> &Path {
        self.dir.path()
    }
}

#[test]
fn an_honest_mirror_agrees() {
    let mirror = Mirror::new();
    let report = mirror.audit().unwrap();
    assert_eq!((report.sum, report.threshold.reached_in_batch), (4, Some(1)));
    assert_eq!((report.issuance_logs[0].issued, report.issuance_logs[0].slack), (300, 296));
    assert!(report.findings.is_empty());
    let text = crate::report::agrees(&mirror.world.campaign, &report);
    assert!(text.contains("unwitnessed") && text.contains("AGREES"), "{text}");
}

/// [LOG-9]
#[test]
fn a_full_tile_stands_in_for_a_partial_one() {
    let mut mirror = Mirror::new();
    let issuances = mirror.path().join("issuances/0");
    let before = fs::read(issuances.join("checkpoint")).unwrap();
    // The log grows by 300, the partial tiles of the old size vanish, the old checkpoint stays.
    for person in 1000..1300 {
        let digest = [u8::try_from(person % 256).unwrap(), 1, u8::try_from(person / 256).unwrap()];
        let mut bytes = [9; 32];
        bytes[..3].copy_from_slice(&digest);
        let attestation = mirror.world.attest(0, bytes.into(), person);
        let key = mirror.world.attester[0].public_key();
        let id = mirror.world.campaign.id;
        let (_, vouching) = attestation.verify(&id, 0, &bytes.into(), &key).unwrap();
        mirror.logs.issuances[0].batch(&mirror.world, vec![Entry::Issuance(vouching)], vec![]);
    }
    for gone in ["tile/0/001.p", "tile/entries/001.p"] {
        fs::remove_dir_all(issuances.join(gone)).unwrap();
    }
    mirror.write();
    fs::write(issuances.join("checkpoint"), before).unwrap();
    assert_eq!(mirror.audit().unwrap().issuance_logs[0].log.size, 302);
}

/// [REC-1, REC-3, REC-4, REC-24, LOG-13, CAM-1]
#[test]
fn a_flipped_byte_is_refused_wherever_it_is() {
    let mirror = Mirror::new();
    let refused = |path: &str, at: usize| {
        mirror.flip(path, at);
        let (rule, log, index) = mirror.rule();
        mirror.flip(path, at);
        (rule, log, index)
    };
    let (pledges, issuances) = (LogName::Pledges, LogName::Issuances(0));
    assert_eq!(refused("pledges/checkpoint", 30), ("REC-1", pledges, None));
    assert_eq!(refused("issuances/0/checkpoint", 30), ("REC-1", issuances, None));
    assert_eq!(refused("pledges/tile/0/000.p/7", 33), ("REC-4", pledges, Some(0)));
    assert_eq!(refused("issuances/0/tile/0/000", 40), ("REC-4", issuances, Some(0)));
    assert_eq!(refused("issuances/0/tile/0/001.p/46", 40), ("REC-4", issuances, Some(256)));
    assert_eq!(refused("issuances/0/tile/1/000.p/1", 3), ("REC-4", issuances, Some(0)));
    // The length of an entry, its type, its campaign, a signature.
    assert_eq!(refused("pledges/tile/entries/000.p/7", 0), ("REC-3", pledges, Some(0)));
    assert_eq!(refused("pledges/tile/entries/000.p/7", 2), ("REC-8", pledges, Some(0)));
    assert_eq!(refused("pledges/tile/entries/000.p/7", 20), ("REC-9", pledges, Some(0)));
    assert_eq!(refused("pledges/tile/entries/000.p/7", 400), ("REC-21", pledges, Some(1)));
    assert_eq!(refused("issuances/0/tile/entries/000", 100), ("REC-20", issuances, Some(1)));
    mirror.flip("manifest.json", 30);
    let channels = Channels::new(1).unwrap();
    let target = Target::Directory(mirror.path().to_owned(), Some(mirror.world.campaign.id));
    assert!(matches!(target.campaign(&channels), Err(TargetError::Manifest(_))));
}

#[test]
fn a_file_that_a_copy_lacks_convicts_nobody() {
    let mirror = Mirror::new();
    for path in [
        "pledges/tile/entries/000.p/7",
        "pledges/tile/0/000.p/7",
        "issuances/0/tile/1/000.p/1",
        "issuances/0/checkpoint",
        "pledges/checkpoint",
    ] {
        let file = mirror.path().join(path);
        let bytes = fs::read(&file).unwrap();
        fs::remove_file(&file).unwrap();
        let error = mirror.audit().unwrap_err();
        assert!(matches!(error, AuditError::Lacks { .. }), "{path}: {error}");
        assert!(error.to_string().starts_with(&format!("the mirror lacks {path};")), "{error}");
        assert_eq!(Failure::from(error).exit, Exit::File);
        fs::write(&file, bytes).unwrap();
    }
    let gone = mirror.path().join("gone");
    let target = Target::Directory(gone, None);
    let error = target.campaign(&Channels::new(1).unwrap()).unwrap_err();
    assert!(error.to_string().ends_with("gone/manifest.json is missing"), "{error}");
    assert_eq!(Failure::from(error).exit, Exit::File);
}

#[test]
fn a_file_that_the_server_of_the_checkpoint_lacks_convicts_it() {
    let server = Server::start(0);
    let (logs, _) = TestLogs::with_pledges(&server.world);
    server.state.lock().unwrap().logs = logs;
    let campaign = &server.world.campaign;
    let audit_with = |path: &str, bytes: Option<Vec<u8>>| {
        server.state.lock().unwrap().altered = [(path.to_owned(), bytes)].into();
        let channels = Channels::new(1).unwrap();
        let sources = Target::Http(server.link()).sources(campaign, &channels, None).unwrap();
        audit(campaign, &sources, None)
    };
    let audit_without = |path: &str| audit_with(path, None);
    assert!(audit_without("nothing").is_ok());
    for (path, rule) in [
        ("pledges/tile/entries/000.p/7", "REC-3"),
        ("pledges/tile/0/000.p/7", "REC-4"),
        ("issuances-0/tile/1/000.p/1", "REC-4"),
    ] {
        // Nothing, and more than any tree of this size has.
        for bytes in [None, Some(vec![0; 16_777_473])] {
            let error = audit_with(path, bytes).unwrap_err();
            let AuditError::Refused(refusal) = error else { panic!("{path}: {error}") };
            assert_eq!(refusal.rule.id(), rule);
        }
    }
    for (path, log) in [
        ("pledges/checkpoint", LogName::Pledges),
        ("issuances-1/checkpoint", LogName::Issuances(1)),
    ] {
        let error = audit_without(path).unwrap_err();
        assert_eq!(error, AuditError::NoCheckpoint(log));
        assert_eq!(Failure::from(error).exit, Exit::TryAgain);
    }
}

#[test]
fn a_manifest_that_is_too_long_is_none() {
    let mirror = Mirror::new();
    let long = vec![b' '; Campaign::MAX_MANIFEST + 1];
    fs::write(mirror.path().join("manifest.json"), &long).unwrap();
    let server = Server::start(0);
    server.state.lock().unwrap().altered = [("manifest.json".to_owned(), Some(long))].into();
    let directory = Target::Directory(mirror.path().to_owned(), None);
    for target in [directory, Target::Http(server.link())] {
        let error = target.campaign(&Channels::new(1).unwrap()).unwrap_err();
        assert_eq!(error, TargetError::Manifest(ManifestError::TooLong.into()));
    }
}

#[test]
fn a_refusal_names_the_first_rule_that_is_broken() {
    let mut mirror = Mirror::new();
    // [REC-27]: a tile that cannot be one is named when it is compared, a partial one at the end.
    let alter = |path: &str, alter: fn(&mut Vec<u8>)| {
        let path = mirror.path().join(path);
        let mut bytes = fs::read(&path).unwrap();
        alter(&mut bytes);
        fs::write(path, bytes).unwrap();
    };
    alter("issuances/0/tile/0/000", |bytes| bytes.truncate(8_000));
    alter("issuances/0/tile/entries/000", |bytes| bytes[100] ^= 1);
    assert_eq!(mirror.rule().0, "REC-20");
    mirror.write();
    alter("pledges/tile/0/000.p/7", |bytes| bytes.truncate(200));
    assert_eq!(mirror.rule().0, "REC-4");
    mirror.logs.pledges.entries.pop();
    mirror.write();
    mirror.flip("pledges/tile/0/000.p/6", 0);
    assert_eq!(mirror.rule().0, "REC-15");
}

#[test]
fn false_batches_are_refused() {
    let mut mirror = Mirror::new();
    let honest = mirror.logs.pledges.clone();
    let seal = |batch, count, notes| {
        Entry::Seal(Seal { batch, count, issuance_checkpoints: notes }).encode()
    };
    let notes = mirror.logs.notes();
    for (last, rule) in [
        (seal(2, 2, notes.clone()), "REC-12"),
        (seal(1, 3, notes.clone()), "REC-13"),
        (seal(1, 2, notes[..2].to_vec()), "REC-16"),
        (seal(1, 2, vec![notes[1].clone(), notes[1].clone(), vec![]]), "REC-17"),
        // A nonce that stands in an earlier batch.
        (honest.entries[1].clone(), "REC-22"),
    ] {
        mirror.logs.pledges.entries[6] = last;
        fs::remove_dir_all(mirror.path().join("pledges")).unwrap();
        mirror.write();
        assert_eq!(mirror.rule().0, rule);
    }
    mirror.logs.pledges.entries.pop();
    fs::remove_dir_all(mirror.path().join("pledges")).unwrap();
    mirror.write();
    assert_eq!(mirror.rule().0, "REC-15");
}

/// [REC-6, REC-7, LOG-4]
#[test]
fn a_log_that_shrank_or_forked_is_refused() {
    let mut mirror = Mirror::new();
    let report = mirror.audit().unwrap();
    let file = mirror.path().join("state.json");
    let campaign = &mirror.world.campaign;
    assert_eq!(Earlier::read(&file, campaign), Ok(None));
    Earlier::of(&report).write(&file).unwrap();
    let earlier = Earlier::read(&file, campaign).unwrap().unwrap();
    assert!(mirror.audit_after(Some(&earlier)).is_ok());

    let rule = |mirror: &Mirror| match mirror.audit_after(Some(&earlier)) {
        Err(AuditError::Refused(refusal)) => refusal.rule.id(),
        other => panic!("not refused: {other:?}"),
    };
    let honest = mirror.logs.pledges.clone();
    mirror.logs.pledges.entries.truncate(4);
    mirror.write();
    assert_eq!(rule(&mirror), "REC-6");
    mirror.logs.pledges = honest;
    mirror.logs.pledges.entries.swap(1, 4);
    mirror.logs.pledges.entries.swap(2, 5);
    for run in [1..3, 4..6] {
        let id = mirror.world.campaign.id;
        mirror.logs.pledges.entries[run]
            .sort_by_key(|entry| Entry::decode(entry).unwrap().sort_key(&id));
    }
    mirror.write();
    assert!(mirror.audit().is_ok());
    assert_eq!(rule(&mirror), "REC-7");

    fs::write(&file, r#"{"campaign":"00"}"#).unwrap();
    assert_eq!(Earlier::read(&file, &mirror.world.campaign), Err(EarlierError::Malformed));
    let other = Earlier { campaign: CampaignId::from([0; 32]), ..earlier };
    other.write(&file).unwrap();
    assert_eq!(Earlier::read(&file, &mirror.world.campaign), Err(EarlierError::AnotherCampaign));
}

#[test]
fn repeated_commitments_and_excess_pledges_are_named() {
    let mut mirror = Mirror::new();
    let world = &mirror.world;
    let vouch = |person: u64, byte: u8| -> Vouching {
        let digest = [byte; 32].into();
        let attestation = world.attest(0, digest, person);
        let key = world.attester[0].public_key();
        attestation.verify(&world.campaign.id, 0, &digest, &key).unwrap().1
    };
    let mut logs = TestLogs::new(world);
    let issued = [vouch(1, 1), vouch(1, 2), vouch(2, 3)].map(Entry::Issuance).to_vec();
    logs.issuances[0].batch(world, issued, vec![]);
    let notes = logs.notes();
    let pledges = [1, 2, 4, 5].map(|at| mirror.logs.pledges.entries[at].clone());
    let pledges = pledges.iter().map(|entry| Entry::decode(entry).unwrap()).collect();
    logs.pledges.batch(world, pledges, notes);
    mirror.logs = logs;
    fs::remove_dir_all(mirror.path().join("pledges")).unwrap();
    fs::remove_dir_all(mirror.path().join("issuances")).unwrap();
    mirror.write();
    let report = mirror.audit().unwrap();
    assert_eq!((report.classes[0].pledges, report.sum), (4, 2));
    assert!(matches!(report.findings[0], Finding::RepeatedIssuance { issuer: 0, index: 2, .. }));
    assert!(matches!(report.findings[1], Finding::Excess { issuer: 0, batch: 0, excess: 2, .. }));
}

/// [LOG-9, REC-23]
#[test]
fn the_pledge_log_is_asked_first_and_nobody_for_what_is_not_implied() {
    let server = Server::start(0);
    let (logs, _) = TestLogs::with_pledges(&server.world);
    server.state.lock().unwrap().logs = logs.clone();
    let campaign = &server.world.campaign;
    let channels = Channels::new(1).unwrap();
    let sources = Target::Http(server.link()).sources(campaign, &channels, None).unwrap();
    audit(campaign, &sources, None).unwrap();

    let asked = server.state.lock().unwrap().asked.clone();
    let checkpoints = asked.iter().filter(|path| path.ends_with("/checkpoint"));
    let expected = ["pledges", "issuances-0", "issuances-1", "issuances-2"];
    assert!(checkpoints.eq(expected.map(|log| format!("{log}/checkpoint")).iter()), "{asked:?}");
    let logs = [&logs.pledges].into_iter().chain(&logs.issuances);
    for (log, name) in logs.zip(expected) {
        let size = log.entries.len().try_into().unwrap();
        let mut implied: Vec<_> = new_tiles(0, size).map(|tile| format!("{name}/{tile}")).collect();
        let of_log = asked.iter().filter(|path| path.starts_with(&format!("{name}/tile/")));
        let mut of_log: Vec<_> = of_log.cloned().collect();
        implied.sort_unstable();
        of_log.sort_unstable();
        assert_eq!(of_log, implied);
    }
}

/// [REC-25]
#[test]
fn a_mirror_is_of_the_campaign_that_is_asked_for_or_says_which_it_is() {
    let mirror = Mirror::new();
    let manifest = fs::read(mirror.path().join("manifest.json")).unwrap();
    assert_eq!(mirror.audit().unwrap().campaign, CampaignId::of(&manifest));
    let other = World::new("http://127.0.0.1:2", 0).campaign.id;
    let campaign = |id| {
        let target = Target::Directory(mirror.path().to_owned(), Some(id));
        target.campaign(&Channels::new(1).unwrap()).map(|campaign| campaign.id)
    };
    assert_eq!(campaign(mirror.world.campaign.id), Ok(mirror.world.campaign.id));
    let refused = TargetError::Manifest(crate::link::FetchError::AnotherCampaign);
    assert_eq!(campaign(other), Err(refused));
}
