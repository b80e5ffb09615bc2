//! What lies on the disk after a campaign: nothing of a person, nothing of an order.

use data_encoding::{BASE64, BASE64URL_NOPAD, HEXLOWER};
use headcount_protocol::attestation::Attestation;
use headcount_protocol::pledge::Pledge;
use headcount_protocol::token::{Token, TokenRequest, TokenResponse};
use headcount_tests::remote::{EMAIL, Supporter};
use headcount_tests::served::{OPENS, Served};
use headcount_tests::traces::{contains, traces};
use sha2::{Digest as _, Sha256};

/// The files that hold a value, in any of the usual forms.
fn holders(served: &Served, value: &[u8]) -> Vec<String> {
    let forms = [
        value.to_vec(),
        HEXLOWER.encode(value).into_bytes(),
        BASE64.encode(value).into_bytes(),
        BASE64URL_NOPAD.encode(value).into_bytes(),
    ];
    let files = served.files().into_iter();
    let holders = files.filter(|(_, bytes)| forms.iter().any(|form| contains(bytes, form)));
    let name = |path: std::path::PathBuf| path.strip_prefix(&served.dir).unwrap().to_owned();
    holders.map(|(path, _)| name(path).display().to_string()).collect()
}

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

/// [ATT-15]
#[test]
fn a_tag_is_in_the_issuers_table_and_its_opening_nowhere() {
    let mut served = Served::new();
    let supporter = Supporter::new(&served.campaign, 1, EMAIL, 0);
    let attestation = served.attest_email(&supporter, "ada@example.org");
    let tokens = vec![served.token(&supporter, &attestation)];
    let pledge = Pledge { opening: supporter.opening, tokens };
    assert_eq!(served.redeem(&pledge).status, 200);
    served.seal();
    served.halt();
    let bytes = BASE64URL_NOPAD.decode(attestation.as_bytes()).unwrap();
    // issuer ‖ request_digest ‖ tag ‖ r ‖ signature
    let (digest, tag, opening) = (&bytes[2..34], &bytes[34..66], &bytes[66..98]);
    assert_eq!(holders(&served, tag), ["issuer-0/issuer.sqlite"]);
    assert_eq!(holders(&served, opening), [""; 0]);
    assert!(holders(&served, digest).len() > 1, "the search does not find what is there");
}

/// [ATT-19, LOG-24]
#[test]
fn nothing_of_a_request_but_its_digest_is_on_the_disk() {
    let mut served = Served::new();
    let came_from = "203.0.113.7";
    let times = [OPENS + 12_345, OPENS + 67_890];
    for (number, now) in (1..).zip(times) {
        served.set_time(now);
        let supporter = Supporter::new(&served.campaign, number, EMAIL, 0);
        let attestation = served.attest_email(&supporter, &format!("p{number}@example.org"));
        let pending = supporter.pending(&served.campaign);
        let request = pending.request().encode();
        let headers = [
            ("content-type", TokenRequest::MEDIA_TYPE),
            (Attestation::HEADER, &*attestation),
            ("x-forwarded-for", came_from),
        ];
        let answer = served.send("POST", "/token-request", &headers, &request);
        let digest = pending.request().digest();
        let token: Token = pending.finish(&TokenResponse::decode(&answer.body).unwrap()).unwrap();
        let pledge = Pledge { opening: supporter.opening, tokens: vec![token] };
        assert_eq!(served.redeem(&pledge).status, 200);
        for sealing in [false, true] {
            assert!(!holders(&served, digest.as_bytes()).is_empty());
            assert_eq!(holders(&served, &request[3..]), [""; 0]);
            assert_eq!(holders(&served, &request[3..99]), [""; 0]);
            if !sealing {
                served.seal();
            }
        }
    }
    served.halt();
    assert_eq!(holders(&served, came_from.as_bytes()), [""; 0]);
    // Four bytes are found by chance now and then, but not both times in one file.
    for form in [u32::to_be_bytes, u32::to_le_bytes] {
        let [first, second] = times.map(|now| holders(&served, &form(u32::try_from(now).unwrap())));
        assert!(first.iter().all(|file| !second.contains(file)), "{first:?} hold times");
    }
    for now in times {
        assert_eq!(holders(&served, now.to_string().as_bytes()), [""; 0]);
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
