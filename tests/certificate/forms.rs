//! Certificates whose parts do not fit together.

use headcount_protocol::certificate::{Bound, CheckError, check};
use headcount_protocol::entry::Entry;
use headcount_tests::campaign::{issue, small};
use headcount_tests::certificates::{Lister, Parts};
use headcount_tests::logs::LogBuilder;

/// Why this certificate of five pledges is refused.
fn refused(alter: impl FnOnce(&mut Parts)) -> CheckError {
    let campaign = small();
    let mut log = LogBuilder::pledges(&campaign);
    let pledges = (0..5).map(|person| Entry::Pledge(issue(&campaign, person, 0, 0).pledge));
    log.batch(&campaign, pledges.collect(), vec![Vec::new(); 2]);
    let lister = Lister::new(&campaign, &log);
    let mut parts = lister.parts(lister.all(), Bound::DEFAULT);
    assert!(check(&parts.encode(), None).is_ok());
    alter(&mut parts);
    check(&parts.encode(), None).map(|_| ()).unwrap_err()
}

/// [CER-1]
#[test]
fn what_is_missing_or_left_over_is_refused() {
    assert!(matches!(refused(|parts| parts.magic[0] ^= 1), CheckError::Encoding(_)));
    assert!(matches!(refused(|parts| drop(parts.samples.pop())), CheckError::Encoding(_)));
    assert!(matches!(refused(|parts| parts.nodes.extend([0; 32])), CheckError::Encoding(_)));
    let longest = refused(|parts| parts.manifest.resize(262_145, b' '));
    assert!(matches!(longest, CheckError::Encoding(_)));
}

/// [CER-3]
#[test]
fn there_are_fewer_pledges_than_entries() {
    for listed in [0, 7, u64::MAX] {
        let error = refused(|parts| parts.listed = listed);
        assert_eq!(error, CheckError::Listed { listed, size: 7 });
    }
}

/// [CER-9]
#[test]
fn only_pledges_are_shown() {
    let id = small().id;
    let error = refused(|parts| parts.samples[0].1 = Entry::Campaign(id).encode());
    assert!(matches!(error, CheckError::Entry(_)));
}

/// [CER-13]
#[test]
fn the_entries_stand_in_the_log() {
    assert_eq!(refused(|parts| *parts.nodes.last_mut().unwrap() ^= 1), CheckError::LogRoot);
}
