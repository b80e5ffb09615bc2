//! A certificate rests on a witnessed checkpoint where the campaign has witnesses.

use headcount_protocol::certificate::{Bound, CheckError, Listing, check};
use headcount_protocol::ed25519::SecretSeed;
use headcount_protocol::entry::Entry;
use headcount_protocol::log::{CheckpointError, CosignatureSigner};
use headcount_tests::campaign::{campaign, draft_manifest, issue};
use headcount_tests::certificates::Lister;
use headcount_tests::logs::LogBuilder;
use serde_json::json;

/// [CER-4]
#[test]
fn the_checkpoint_has_the_quorum_of_the_witnesses() {
    let witnesses = [1_u8, 2, 3].map(|byte| {
        let name = format!("witness-{byte}").parse().unwrap();
        CosignatureSigner::new(name, SecretSeed::from([100 + byte; 32]))
    });
    let keys: Vec<_> = witnesses.iter().map(|one| one.key().to_string()).collect();
    let mut manifest = draft_manifest();
    manifest["witnesses"] = json!({ "quorum": 2, "faulty": 0, "keys": keys });
    let campaign = campaign(&manifest);
    let mut log = LogBuilder::pledges(&campaign);
    let pledges = (0..3).map(|person| Entry::Pledge(issue(&campaign, person, 0, 0).pledge));
    log.batch(&campaign, pledges.collect(), vec![Vec::new(); 2]);
    let mut lister = Lister::new(&campaign, &log);
    let note = String::from_utf8(lister.note.clone()).unwrap();
    let (text, _) = note.split_once("\n\n").unwrap();
    for cosigned in 0..=3 {
        let lines = witnesses.iter().take(cosigned).map(|one| one.cosign(&format!("{text}\n"), 1));
        lister.note = lines.fold(note.clone(), |note, line| format!("{note}{line}\n")).into_bytes();
        let listing = Listing::new(&campaign, &lister.note).map(|_| ());
        let checked = check(&lister.certificate(lister.all(), Bound::DEFAULT), None).map(|_| ());
        if cosigned < 2 {
            assert_eq!(listing, Err(CheckpointError::Unwitnessed));
            assert_eq!(checked, Err(CheckError::Checkpoint(CheckpointError::Unwitnessed)));
        } else {
            assert_eq!((listing, checked), (Ok(()), Ok(())));
        }
    }
}
