//! What takes minutes and a large log: `synthetic-log` writes one.
//!
//! ```text
//! HEADCOUNT_MIRROR=DIR cargo test --release -p headcount-tests --no-default-features \
//!     --test certificate -- --ignored --nocapture
//! ```

use std::io::Write as _;
use std::path::PathBuf;
use std::time::Duration;

use headcount_protocol::campaign::Campaign;
use headcount_protocol::certificate::{Bound, Listing, check};
use headcount_protocol::entry::Entry;
use headcount_protocol::log::{HashTile, Level, Tile, bundle, tree_root};
use headcount_tests::campaign::SeededRng;

use crate::crowd::{Crowd, Fraud};
use crate::detection::Rate;

/// A mirror in a directory.
struct Mirror {
    folder: PathBuf,
    campaign: Campaign,
    note: Vec<u8>,
}

impl Mirror {
    fn open() -> Self {
        let folder = PathBuf::from(std::env::var_os("HEADCOUNT_MIRROR").expect("HEADCOUNT_MIRROR"));
        let campaign = Campaign::parse(&std::fs::read(folder.join("manifest.json")).unwrap());
        let note = std::fs::read(folder.join("pledges/checkpoint")).unwrap();
        Self { folder, campaign: campaign.unwrap(), note }
    }

    fn read(&self, tile: Tile) -> Vec<u8> {
        std::fs::read(self.folder.join("pledges").join(tile.to_string())).unwrap()
    }

    fn entries(&self, size: u64) -> impl Iterator<Item = (u64, Vec<u8>)> {
        let tiles = (0..).map_while(move |index| Tile::of(Level::Entries, index, size));
        tiles.flat_map(|tile| {
            let bytes = self.read(tile);
            let entries: Vec<Vec<u8>> = bundle::decode(&bytes, tile.width())
                .unwrap()
                .into_iter()
                .map(<[u8]>::to_vec)
                .collect();
            (tile.first_entry()..).zip(entries)
        })
    }
}

/// How long this thread has been at work: other programs do not count.
fn on_cpu() -> Duration {
    let times = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap();
    Duration::from_nanos(times.split(' ').next().unwrap().parse().unwrap())
}

fn say(text: &str) {
    writeln!(std::io::stdout().lock(), "{text}").unwrap();
}

#[test]
#[ignore = "needs a mirror, named by HEADCOUNT_MIRROR"]
fn the_cost_of_a_certificate() {
    let mirror = Mirror::open();
    let start = on_cpu();
    let mut listing = Listing::new(&mirror.campaign, &mirror.note).unwrap();
    let size = listing.checkpoint().size();
    mirror.entries(size).for_each(|(index, entry)| listing.push(index, &entry));
    let read = on_cpu() - start;
    let draft = listing.draw(Bound::DEFAULT).unwrap();
    let drawn = on_cpu() - start;
    let wanted: std::collections::BTreeSet<u64> = draft.indices().collect();
    let entries: std::collections::BTreeMap<u64, Vec<u8>> =
        mirror.entries(size).filter(|(index, _)| wanted.contains(index)).collect();
    let mut last: Option<HashTile> = None;
    let bytes = draft.write(
        |index| Ok::<_, ()>(entries[&index].clone()),
        |height, index| {
            let (tile, run) = Tile::holding(height, index, size).unwrap();
            if last.as_ref().is_none_or(|held| held.tile() != tile) {
                last = HashTile::parse(tile, &mirror.read(tile)).ok();
            }
            Ok(tree_root(&last.as_ref().unwrap().hashes()[run]))
        },
    );
    let (bytes, made) = (bytes.unwrap(), on_cpu() - start);
    let mut fastest = Duration::MAX;
    for _ in 0..5 {
        let start = on_cpu();
        let shown = check(&bytes, Some(mirror.campaign.id)).unwrap();
        fastest = fastest.min(on_cpu() - start);
        assert_eq!(shown.pledges(), Bound::DEFAULT.at_least(draft.listed()));
    }
    say(&format!(
        "{} pledges, {size} entries: {} bytes; read {read:.1?}, drawn {drawn:.1?}, made {made:.1?}; \
         checked {fastest:.1?} (best of 5); all by the processor's time on one thread",
        draft.listed(),
        bytes.len(),
    ));
    assert!(cfg!(debug_assertions) || fastest < Duration::from_millis(500));
}

#[test]
#[ignore = "needs a mirror, named by HEADCOUNT_MIRROR"]
fn detection_at_the_usual_bound() {
    let mirror = Mirror::open();
    let size = Listing::new(&mirror.campaign, &mirror.note).unwrap().checkpoint().size();
    let pledges = mirror.entries(size).filter_map(|(_, bytes)| match Entry::decode(&bytes) {
        Ok(Entry::Pledge(pledge)) => Some(pledge),
        _ => None,
    });
    let crowd = Crowd::new(mirror.campaign.clone(), pledges.collect());
    let mut rng = SeededRng::new(6);
    for (thousandths, places) in [(20, 1), (20, 2), (20, 4), (100, 5), (100, 20), (999, 500)] {
        let bound = Bound::new(thousandths).unwrap();
        for fraud in [Fraud::Signature, Fraud::Duplicate] {
            let trials = if thousandths == 20 { 200 } else { 500 };
            let Rate { caught, expected, deviation } =
                Rate::measure(&crowd, fraud, places, bound, trials, &mut rng);
            say(&format!(
                "{fraud:?}: {places} of {} bad, {} samples: caught {caught:.3}, expected \
                 {expected:.3} ± {deviation:.3} ({trials} tries)",
                crowd.len(),
                bound.samples(),
            ));
            assert!((caught - expected).abs() <= 4.0 * deviation);
        }
    }
}
