use headcount_protocol::campaign::values::Texts;
use headcount_protocol::ed25519::SecretSeed;
use headcount_protocol::statement::{Announcement, Closing};

use super::*;
use crate::world::World;
use crate::world::logs::{TestLog, TestLogs};

struct Scene {
    world: World,
    logs: TestLogs,
    dir: tempfile::TempDir,
    seen: Seen,
}

impl Scene {
    fn new() -> Self {
        let world = World::new("http://127.0.0.1:1", 0);
        let logs = TestLogs::with_pledges(&world).0;
        let seen = Seen::nothing(&world.campaign);
        Self { world, logs, dir: tempfile::tempdir().unwrap(), seen }
    }

    fn announce(&mut self, number: u32, text: &str, key: u8) {
        let texts = Texts::single("en", text);
        let key = SecretSeed::from([key; 32]);
        let id = self.world.campaign.id;
        let entry = Announcement::sign(&id, number, 7_200, &texts, &key).unwrap();
        let notes = self.logs.notes();
        self.logs.pledges.batch(&self.world, vec![Entry::Announcement(entry)], notes);
    }

    fn look(&mut self) -> Result<Look, WatchError> {
        let path = self.dir.path().join("pledges");
        let _ = std::fs::remove_dir_all(&path);
        self.logs.pledges.write(&path);
        // As a restart does.
        let state = self.dir.path().join("state.json");
        self.seen.write(&state).unwrap();
        self.seen = Seen::read(&state, &self.world.campaign).unwrap();
        let source = LogSource::Directory(path);
        look(&self.world.campaign, &source, &mut self.seen, Duration::ZERO)
    }

    fn news(&mut self) -> Vec<String> {
        match self.look().unwrap() {
            Look::News(events) => events.iter().map(Event::text).collect(),
            Look::Forked(fork) => panic!("{fork:?}"),
        }
    }

    fn fork(&mut self) -> (ForkKind, u64, u64) {
        let before = self.seen.clone();
        match self.look().unwrap() {
            Look::Forked(fork) => {
                assert_eq!(self.seen, before, "nothing of a fork is remembered");
                let key = &self.world.campaign.manifest.counter.log.0;
                for (size, note) in [&fork.seen, &fork.now] {
                    let opened = Checkpoint::open(note.as_bytes(), key).unwrap();
                    assert_eq!(opened.size(), *size);
                }
                (fork.kind, fork.seen.0, fork.now.0)
            }
            Look::News(events) => panic!("{events:?}"),
        }
    }
}

#[test]
fn what_is_new_is_told_once() {
    let mut scene = Scene::new();
    assert_eq!(
        scene.news(),
        [
            "THRESHOLD 3 reached in batch 1, as logged",
            "count 4, as logged: 7 entries in 2 batches, unwitnessed"
        ]
    );
    assert!(scene.news().is_empty());
    scene.announce(0, "We meet\nat\u{202e} noon", 40);
    let closing = Closing::sign(&scene.world.campaign.id, Vec::new(), &scene.world.receipts);
    let notes = scene.logs.notes();
    scene.logs.pledges.batch(&scene.world, vec![Entry::Closing(closing)], notes);
    assert_eq!(
        scene.news(),
        [
            "announcement 0 in batch 2: We meet at noon",
            "closed in batch 3: nothing follows",
            "count 4, as logged: 11 entries in 4 batches, unwitnessed"
        ]
    );
}

/// [STA-1, STA-5]
#[test]
fn an_announcement_that_may_not_stand_there_is_refused() {
    for (number, key) in [(0, 41), (1, 40)] {
        let mut scene = Scene::new();
        scene.news();
        scene.announce(number, "News", key);
        assert!(matches!(scene.look(), Err(WatchError::Entry { index: 7, .. })), "{number}");
    }
}

/// [LOG-4]
#[test]
fn a_fork_is_noticed_whatever_its_size() {
    let mut scene = Scene::new();
    scene.announce(0, "We meet at noon", 40);
    scene.news();
    // The same log, as others see it.
    let honest = scene.logs.pledges.clone();
    scene.logs.pledges = TestLog { entries: honest.entries[..7].to_vec(), ..honest.clone() };
    assert_eq!(scene.fork(), (ForkKind::Smaller, 9, 7));
    scene.logs.pledges.sizes.truncate(2);
    scene.announce(0, "We meet at midnight", 40);
    assert_eq!(scene.fork(), (ForkKind::SameSize, 9, 9));
    scene.announce(1, "Stay at home", 40);
    assert_eq!(scene.fork(), (ForkKind::NotContinued, 9, 11));
    scene.logs.pledges = honest;
    assert!(scene.news().is_empty());
}

/// Over several bundles, also where what was seen fills one [LOG-10].
#[test]
fn a_long_log_is_gone_on_with_from_any_size() {
    for first in [126, 127, 128, 200] {
        let mut scene = Scene::new();
        scene.logs = TestLogs::new(&scene.world);
        for number in 0..first {
            scene.announce(number, "News", 40);
        }
        // One that names its size: 253, 255, 257 and 401 entries.
        assert_eq!(scene.news().len(), usize::try_from(first).unwrap() + 1);
        scene.announce(first, "More", 40);
        assert_eq!(scene.news().len(), 2);
    }
}

#[test]
fn files_of_another_campaign_are_refused() {
    let mut scene = Scene::new();
    scene.news();
    let state = scene.dir.path().join("state.json");
    let other = World::new("http://127.0.0.1:2", 0).campaign;
    assert_eq!(Seen::read(&state, &other).unwrap_err(), WatchError::State);
    std::fs::write(&state, "[]").unwrap();
    assert_eq!(Seen::read(&state, &scene.world.campaign).unwrap_err(), WatchError::State);
}
