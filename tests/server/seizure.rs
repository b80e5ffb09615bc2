//! What lies on the disk after a campaign: nothing of a person, nothing of an order.

use headcount_tests::served::Served;
use headcount_tests::traces::{contains, traces};
use sha2::{Digest as _, Sha256};

/// [TAG-1]
#[test]
fn no_trace_of_an_address_is_on_the_disk() {
    let mut served = Served::new();
    let addresses: Vec<_> =
        (1..=6).map(|number| format!("supporter.number{number}@example.org")).collect();
    for (number, address) in (1..).zip(&addresses) {
        let _ = served.pledge_by_email(number, address);
        if number == 3 {
            served.seal();
        }
    }
    served.seal();
    served.halt();
    let files = served.files();
    assert!(files.iter().any(|(path, _)| path.ends_with("issuer.sqlite")));
    for (path, bytes) in &files {
        for trace in addresses.iter().flat_map(|address| traces(address)) {
            assert!(!contains(bytes, &trace), "{} holds a trace", path.display());
        }
    }
}

#[test]
fn the_search_for_traces_finds_them() {
    let stored = [b"x".as_slice(), &Sha256::digest(b"ada@example.org"), b"y"].concat();
    assert!(traces("ada@example.org").iter().any(|trace| contains(&stored, trace)));
}

/// [LOG-24]
#[test]
fn sealed_databases_depend_on_the_set_and_not_on_the_order() {
    use headcount_protocol::entry::SortKey;
    use headcount_protocol::tag::Tag;
    use headcount_protocol::token::RequestDigest;
    use headcount_server::store::issuer;

    let dir = tempfile::tempdir().unwrap();
    let write = |name: &str, order: &[u8]| {
        let path = dir.path().join(name);
        let store = issuer::open(&path).unwrap();
        for &number in order {
            let (tag, digest) = (Tag::from([number; 32]), RequestDigest::from([number; 32]));
            let key: SortKey = (3, [number; 32]);
            store.lock().register(&tag, &digest, &key, &[number; 131]).unwrap();
        }
        let mut open = store.lock();
        let pending = open.pending().unwrap();
        open.forget().unwrap();
        open.rewrite().unwrap();
        assert_eq!(std::fs::metadata(format!("{}-wal", path.display())).unwrap().len(), 0);
        (pending, std::fs::read(&path).unwrap())
    };
    let forwards: Vec<u8> = (0..200).collect();
    let mut backwards = forwards.clone();
    backwards.reverse();
    let mut shuffled: Vec<u8> = forwards.iter().map(|n| n.wrapping_mul(77)).collect();
    shuffled.sort_by_key(|n| n.wrapping_mul(13));
    shuffled.retain(|n| *n < 200);
    shuffled.extend(forwards.iter().filter(|n| !shuffled.contains(n)).copied().collect::<Vec<_>>());
    let (first_pending, first) = write("forwards", &forwards);
    for (name, order) in [("backwards", &backwards), ("shuffled", &shuffled)] {
        let (pending, bytes) = write(name, order);
        assert_eq!(pending, first_pending);
        assert!(bytes == first, "the order of arrival shows in the file's bytes");
    }
    // What was pending is gone from the file.
    assert!(!contains(&first, &[7; 131]));
}
