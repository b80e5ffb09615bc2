use headcount_protocol::certificate::Bound;
use headcount_protocol::entry::Entry;

use super::report::{Facts, percent, text};
use super::*;
use crate::world::World;
use crate::world::logs::TestLogs;

fn directory() -> (tempfile::TempDir, World, TestLogs) {
    let world = World::new("http://127.0.0.1:1", 0);
    let (logs, _) = TestLogs::with_pledges(&world);
    (tempfile::tempdir().unwrap(), world, logs)
}

fn make_at(world: &World, directory: &std::path::Path) -> Result<Made, MakeError> {
    let source = LogSource::Directory(directory.join("pledges"));
    make(&world.campaign, &source, Bound::DEFAULT)
}

/// [CER-5, CER-15]
#[test]
fn what_is_made_shows_the_pledges_of_the_log() {
    let (dir, world, logs) = directory();
    logs.write(&world, dir.path());
    let made = make_at(&world, dir.path()).unwrap();
    let facts = Facts::of(&made.shown);
    // Four pledges, two seals, the campaign.
    assert_eq!((facts.listed, facts.log_size, facts.checked), (4, 7, 4));
    assert_eq!((facts.pledges_at_least, facts.net_at_least), (4, 1));
    let words = text(&made.shown);
    for said in [
        &world.campaign.id.to_string(),
        "at least 4 distinct signed pledges",
        "At least 1 of them",
        "2 % of the list",
        "2^-128",
        "unwitnessed",
        "the exact count",
        "more tokens than it has published",
        "a person stands behind",
    ] {
        assert!(words.contains(said), "{said}: {words}");
    }
    let json = serde_json::to_value(&facts).unwrap();
    assert_eq!(json["forgery_log2"], -128);
    assert_eq!(json["not_shown"].as_array().unwrap().len(), 3);
}

#[test]
fn a_log_that_cannot_be_believed_makes_no_certificate() {
    let (dir, world, mut logs) = directory();
    let source = |dir: &tempfile::TempDir| dir.path().join("pledges");
    assert_eq!(make_at(&world, dir.path()).unwrap_err(), MakeError::Lacks("checkpoint".to_owned()));
    logs.write(&world, dir.path());
    std::fs::remove_file(source(&dir).join("tile/entries/000.p/7")).unwrap();
    let lacks = MakeError::Lacks("tile/entries/000.p/7".to_owned());
    assert_eq!(make_at(&world, dir.path()).unwrap_err(), lacks);

    let note = logs.pledges.checkpoint();
    logs.pledges.entries.swap(1, 2);
    logs.write(&world, dir.path());
    std::fs::write(source(&dir).join("checkpoint"), note).unwrap();
    assert_eq!(make_at(&world, dir.path()).unwrap_err(), LogError::Root.into());

    let mut empty = TestLogs::new(&world);
    empty.write(&world, dir.path());
    assert_eq!(make_at(&world, dir.path()).unwrap_err(), MakeError::NoPledges);

    let (_, pledges) = TestLogs::with_pledges(&world);
    let mut forged = pledges[0].clone();
    forged.tokens[0].authenticator[255] ^= 1;
    let entries = vec![Entry::Pledge(forged)];
    let notes = empty.notes();
    empty.pledges.batch(&world, entries, notes);
    empty.write(&world, dir.path());
    let refused = make_at(&world, dir.path()).unwrap_err();
    assert!(
        matches!(refused, MakeError::Refused(CheckError::Pledge { index: 1, .. })),
        "{refused}"
    );
}

#[test]
fn a_share_is_shown_in_per_cent() {
    let shares = [10, 20, 25, 999].map(|it| percent(Bound::new(it).unwrap()));
    assert_eq!(shares, ["1 %", "2 %", "2.5 %", "99.9 %"]);
}
