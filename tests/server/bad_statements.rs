//! Bad withdrawals and statements: a clear refusal, no panic, nothing changed on the disk.

use headcount_protocol::statement::Change;
use headcount_tests::served::Served;

use crate::bad_input::{Disk, refused};
use crate::statements::{amendment, announcement};
use crate::withdrawals::withdrawal;

/// The bytes cut off at several places, and longer by one.
fn misshapen(good: &[u8]) -> Vec<Vec<u8>> {
    let cuts = [0, 1, 4, good.len() / 2, good.len() - 64, good.len() - 1];
    let mut all: Vec<_> = cuts.iter().map(|at| good[..*at].to_vec()).collect();
    all.push([good, &[0]].concat());
    all
}

fn altered(good: &[u8], at: usize, change: u8) -> Vec<u8> {
    let mut altered = good.to_vec();
    altered[at] ^= change;
    altered
}

/// [PLG-19, PLG-20]
#[test]
fn withdrawals() {
    let served = Served::new();
    let _ = served.pledge_by_email(1, "ada@example.org");
    served.seal();
    let good = withdrawal(&served, 1).encode();
    let disk = Disk::of(&served);
    for bad in misshapen(&good) {
        refused(&served.deliver("/withdrawal", &bad), 400, "malformed-body");
    }
    // Class, region, key, both halves of the signature; then a key of small order.
    for at in [1, 3, 4, 36, 68, 99] {
        let bad = altered(&good, at, 1);
        refused(&served.deliver("/withdrawal", &bad), 422, "withdrawal-refused");
    }
    let identity = [&good[..4], &[1], &[0; 31], &[1], &[0; 31], &[0; 32]].concat();
    refused(&served.deliver("/withdrawal", &identity), 422, "withdrawal-refused");
    let unknown = withdrawal(&served, 2).encode();
    refused(&served.deliver("/withdrawal", &unknown), 404, "unknown-pledge");
    disk.is_unchanged();
    assert_eq!(served.deliver("/withdrawal", &good).status, 200);
}

/// [STA-3, STA-4, STA-5]
#[test]
fn announcements() {
    let served = Served::new();
    let good = announcement(&served, 0, "News.").encode();
    let disk = Disk::of(&served);
    for bad in misshapen(&good) {
        refused(&served.deliver("/announcement", &bad), 400, "malformed-body");
    }
    // number ‖ time ‖ count ‖ length ‖ "en" ‖ length ‖ "News." ‖ signature
    for (at, change) in [(12, 2), (13, 1), (17, 4), (18, 0xff)] {
        let bad = altered(&good, at, change);
        refused(&served.deliver("/announcement", &bad), 400, "malformed-body");
    }
    for (at, change) in [(3, 1), (11, 1), (14, 0x20), (18, 1), (18, b'N' ^ 7), (23, 1), (86, 1)] {
        let bad = altered(&good, at, change);
        refused(&served.deliver("/announcement", &bad), 422, "announcement-refused");
    }
    refused(&served.deliver("/announcement", &[0xff; 65_534]), 400, "malformed-body");
    refused(&served.deliver("/announcement", &[0xff; 65_535]), 413, "body-too-large");
    let later = announcement(&served, 1, "News.").encode();
    refused(&served.deliver("/announcement", &later), 409, "wrong-number");
    let last = announcement(&served, u32::MAX, "News.").encode();
    refused(&served.deliver("/announcement", &last), 409, "wrong-number");
    disk.is_unchanged();
    assert_eq!(served.deliver("/announcement", &good).status, 200);
}

/// [STA-6, STA-7, STA-8, STA-9, STA-10, STA-11]
#[test]
fn amendments() {
    let served = Served::new();
    let commitments = served.campaign.manifest.oprf.commitments.clone();
    let shares = |epoch, commitments| Change::Shares { epoch, commitments };
    let signed = |number, change| amendment(&served, number, change).encode();
    let good = signed(0, shares(1, commitments.clone()));
    let disk = Disk::of(&served);
    for bad in misshapen(&good) {
        refused(&served.deliver("/amendment", &bad), 400, "malformed-body");
    }
    // number ‖ kind ‖ length ‖ epoch ‖ count ‖ commitment ‖ signature
    for (at, change) in [(4, 1), (4, 2), (6, 1), (11, 1), (11, 2)] {
        let bad = altered(&good, at, change);
        refused(&served.deliver("/amendment", &bad), 400, "malformed-body");
    }
    for at in [3, 10, 12, 43, 44, 107] {
        let bad = altered(&good, at, 1);
        refused(&served.deliver("/amendment", &bad), 422, "amendment-refused");
    }
    let twice = vec![commitments[0]; 2];
    for change in [
        shares(1, Vec::new()),
        shares(1, vec![[0xff; 32]]),
        shares(1, twice),
        shares(0, commitments.clone()),
        shares(u32::MAX, commitments.clone()),
        Change::Revocation { issuer: 2, checkpoint: Vec::new() },
        Change::Revocation { issuer: 0, checkpoint: Vec::new() },
        Change::Revocation { issuer: 0, checkpoint: b"no note".to_vec() },
        Change::Revocation { issuer: 0, checkpoint: vec![b'\n'; Change::MAX_CHECKPOINT] },
    ] {
        refused(&served.deliver("/amendment", &signed(0, change)), 422, "amendment-refused");
    }
    let later = signed(1, shares(1, commitments));
    refused(&served.deliver("/amendment", &later), 409, "wrong-number");
    disk.is_unchanged();
    assert_eq!(served.deliver("/amendment", &good).status, 200);
}
