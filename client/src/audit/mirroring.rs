//! Mirrors: kept, gone on with, mended.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use headcount_protocol::entry::Entry;
use headcount_protocol::log::new_tiles;
use headcount_protocol::pledge::Pledge;
use headcount_protocol::secrets::Seed;

use super::*;
use crate::transport::Channels;
use crate::world::World;
use crate::world::server::Server;

/// Issues to these people in one batch, and lets them pledge in another.
fn grow(server: &Server, people: std::ops::Range<u64>) {
    let world = &server.world;
    let of = |person: u64| {
        let mut seed = [5; 32];
        seed[..8].copy_from_slice(&person.to_be_bytes());
        world.pledge(&Seed::from(seed), person)
    };
    // Two at a time: blind signatures take a while.
    let middle = people.start.midpoint(people.end);
    let (first, second) = std::thread::scope(|scope| {
        let first = scope.spawn(|| (people.start..middle).map(of).collect::<Vec<_>>());
        (first.join(), (middle..people.end).map(of).collect::<Vec<_>>())
    });
    let made: Vec<(Entry, Pledge)> = first.unwrap().into_iter().chain(second).collect();
    let (issued, pledged): (Vec<_>, Vec<_>) =
        made.into_iter().map(|(entry, pledge)| (entry, Entry::Pledge(pledge))).unzip();
    let mut state = server.state.lock().unwrap();
    state.logs.issuances[0].batch(world, issued, Vec::new());
    let notes = state.logs.notes();
    state.logs.pledges.batch(world, pledged, notes);
}

fn audit_into(server: &Server, mirror: &Path) -> Result<Report, AuditError> {
    let mut state = server.state.lock().unwrap();
    state.asked.clear();
    state.sent = 0;
    drop(state);
    let channels = Channels::new(2).unwrap();
    let campaign = &server.world.campaign;
    let target = Target::Http(server.link());
    let sources = target.sources(campaign, &channels, Some(mirror)).unwrap();
    audit(campaign, &sources, None)
}

/// The tiles that were asked for, as `LOG/TILE`.
fn tiles(server: &Server) -> Vec<String> {
    let state = server.state.lock().unwrap();
    let mut tiles: Vec<_> =
        state.asked.iter().filter(|path| path.contains("/tile/")).cloned().collect();
    tiles.sort_unstable();
    tiles
}

/// What a log of `new` entries has that one of `old` has not, as `LOG/TILE`.
fn implied(log: &str, old: u64, new: u64) -> Vec<String> {
    new_tiles(old, new).map(|tile| format!("{log}/{tile}")).collect()
}

fn offline(world: &World, mirror: &Path) -> Result<Report, AuditError> {
    let channels = Channels::new(1).unwrap();
    let target = Target::Directory(mirror.to_owned(), Some(world.campaign.id));
    let sources = target.sources(&world.campaign, &channels, None).unwrap();
    audit(&target.campaign(&channels).unwrap(), &sources, None)
}

fn started(people: u64) -> (Arc<Server>, tempfile::TempDir) {
    let server = Server::start(0);
    grow(&server, 0..people);
    (server, tempfile::tempdir().unwrap())
}

#[test]
fn a_second_audit_downloads_only_what_is_new() {
    let (server, dir) = started(300);
    assert_eq!(audit_into(&server, dir.path()).unwrap().sum, 300);

    grow(&server, 300..1_300);
    assert_eq!(audit_into(&server, dir.path()).unwrap().sum, 1_300);
    // 302 entries were read before: one full bundle of each log, kept.
    let mut expected =
        [implied("pledges", 302, 1_303), implied("issuances-0", 302, 1_303)].concat();
    expected.extend(["issuances-1", "issuances-2"].iter().flat_map(|log| implied(log, 0, 1)));
    expected.sort_unstable();
    assert_eq!(tiles(&server), expected);
    // Not a byte more than these files and the notes have.
    let state = server.state.lock().unwrap();
    let logs = [&state.logs.pledges].into_iter().chain(&state.logs.issuances);
    let names = ["pledges", "issuances-0", "issuances-1", "issuances-2"];
    let sizes = logs.zip(names).map(|(log, name)| {
        let files = log.files().into_iter();
        let new = files.filter(|(path, _)| {
            path == "checkpoint" || expected.contains(&format!("{name}/{path}"))
        });
        new.map(|(_, bytes)| bytes.len()).sum::<usize>()
    });
    assert_eq!(state.sent, sizes.sum::<usize>());
    drop(state);

    // Nothing is new: the partial tiles and the notes.
    audit_into(&server, dir.path()).unwrap();
    let last = new_tiles(0, 1_303).filter(|tile| !tile.is_full()).map(|tile| tile.to_string());
    let last: Vec<_> = last.collect();
    let asked = tiles(&server);
    let of_pledges: Vec<_> =
        asked.iter().filter_map(|path| path.strip_prefix("pledges/")).collect();
    assert_eq!(of_pledges.len(), last.len());
    assert!(last.iter().all(|tile| of_pledges.contains(&tile.as_str())), "{of_pledges:?}");
    assert_eq!(offline(&server.world, dir.path()).unwrap().sum, 1_300);
}

#[test]
fn an_audit_that_was_cut_off_goes_on() {
    let (server, dir) = started(600);
    // The server is gone for the last bundle, as it is when one of the two is killed.
    let lost = "pledges/tile/entries/002.p/90";
    server.state.lock().unwrap().altered.insert(lost.to_owned(), None);
    assert!(audit_into(&server, dir.path()).is_err());
    // What a killed process leaves half written beside.
    let half = dir.path().join("pledges/tile/entries/001.new");
    fs::write(&half, b"half").unwrap();
    fs::remove_file(dir.path().join("pledges/tile/entries/001")).unwrap();

    server.state.lock().unwrap().altered.clear();
    assert_eq!(audit_into(&server, dir.path()).unwrap().sum, 600);
    assert!(!half.exists());
    let asked = tiles(&server);
    let full: Vec<_> = asked.iter().filter(|path| !path.contains(".p/")).collect();
    assert_eq!(full, ["pledges/tile/entries/001"]);
}

/// [REC-24]
#[test]
fn a_damaged_mirror_is_mended_from_the_server() {
    let (server, dir) = started(260);
    audit_into(&server, dir.path()).unwrap();
    for (path, at) in [
        ("pledges/tile/entries/000", 50),
        ("pledges/tile/entries/000", 0),
        ("pledges/tile/0/000", 0),
        ("issuances/0/tile/0/000", 8_191),
    ] {
        let file = dir.path().join(path);
        let honest = fs::read(&file).unwrap();
        let mut bytes = honest.clone();
        bytes[at] ^= 1;
        fs::write(&file, bytes).unwrap();
        assert!(matches!(offline(&server.world, dir.path()), Err(AuditError::Refused(_))));
        assert_eq!(audit_into(&server, dir.path()).unwrap().sum, 260, "{path}");
        assert_eq!(fs::read(&file).unwrap(), honest);
    }
    // What the server itself has wrong stays wrong.
    let mut state = server.state.lock().unwrap();
    state.altered.insert("pledges/tile/0/000".to_owned(), Some(vec![0; 8_192]));
    drop(state);
    fs::remove_file(dir.path().join("pledges/tile/0/000")).unwrap();
    let Err(AuditError::Refused(refusal)) = audit_into(&server, dir.path()) else { panic!() };
    assert_eq!(refusal.rule.id(), "REC-4");
}

/// A mirror keeps what was served: another history is refused, and takes nothing's place.
#[test]
fn another_history_takes_nothings_place() {
    let (server, dir) = started(300);
    audit_into(&server, dir.path()).unwrap();
    let path = dir.path().join("pledges/tile/entries/000");
    let seen = fs::read(&path).unwrap();
    // Two pledges less, and everything else made to fit.
    let mut state = server.state.lock().unwrap();
    let mut forked = crate::world::logs::TestLog::new(&server.world, &server.world.pledge_log);
    let honest = state.logs.pledges.entries.clone();
    let kept = honest.iter().skip(3).filter_map(|entry| match Entry::decode(entry) {
        Ok(entry @ Entry::Pledge(_)) => Some(entry),
        _ => None,
    });
    forked.batch(&server.world, kept.collect(), state.logs.notes());
    state.logs.pledges = forked;
    drop(state);
    assert!(matches!(audit_into(&server, dir.path()), Err(AuditError::Refused(_))));
    assert_eq!(fs::read(&path).unwrap(), seen);
}
