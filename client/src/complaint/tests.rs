use headcount_protocol::entry::Entry;
use headcount_protocol::evidence::{Complaint, Kept};
use headcount_protocol::issuance::PendingToken;
use headcount_protocol::pledge::Opening;
use headcount_protocol::receipt::{EntryHash, Receipt};
use headcount_protocol::secrets::Seed;
use headcount_protocol::token::TokenResponse;

use super::*;
use crate::audit::Target;
use crate::log::{Inclusion, LogSource, inclusion};
use crate::transport::Channels;
use crate::wallet::Collected;
use crate::world::logs::TestLogs;
use crate::world::{World, signers};

/// A mirror of these logs.
fn mirror(world: &World, logs: &TestLogs) -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    logs.write(world, dir.path());
    dir
}

fn confirmed(
    complaint: &Complaint,
    world: &World,
    dir: Option<&tempfile::TempDir>,
) -> Result<Confirmed, ConfirmError> {
    let channels = Channels::new(1).unwrap();
    let target = dir.map(|dir| Target::parse(dir.path().to_str().unwrap(), None).unwrap());
    let sources = target.map(|it| it.sources(&world.campaign, &channels, None).unwrap());
    let read = Complaint::from_json(&complaint.to_json()).unwrap();
    confirm(&read, &world.campaign, sources.as_ref())
}

/// [EVI-11]
#[test]
fn a_dropped_pledge_convicts_the_counter() {
    let world = World::new("http://127.0.0.1:1", 0);
    let (mut logs, _) = TestLogs::with_pledges(&world);
    let promised = Entry::Pledge(world.pledge(&Seed::from([7; 32]), 900).1);
    let hash = EntryHash::of(&promised.encode());
    for batch in [0, 1] {
        let receipt = Receipt::sign(world.campaign.id, hash, batch, &world.receipts);
        let dir = mirror(&world, &logs);
        let source = LogSource::Directory(dir.path().join("pledges"));
        let found = inclusion::find(&world.campaign, &source, &receipt, &[]).unwrap();
        let Inclusion::Broken(missing) = found else { panic!("batch {batch}") };
        let complaint = broken(&world.campaign, &receipt, &promised, &missing).unwrap();
        let complaint = Complaint::Promise(Box::new(complaint));
        for dir in [None, Some(&dir)] {
            let confirmed = confirmed(&complaint, &world, dir).unwrap();
            let Confirmed::Promise { batch: of, found, verdict, .. } = confirmed else { panic!() };
            assert_eq!((verdict, found, of), (Verdict::Upheld, Kept::Absent, batch));
        }
        // It turns up later: the same complaint says so once it sees the log.
        let mut later = TestLogs::with_pledges(&world).0;
        let notes = later.notes();
        later.pledges.batch(&world, vec![promised.clone()], notes);
        let dir = mirror(&world, &later);
        let confirmed = confirmed(&complaint, &world, Some(&dir)).unwrap();
        let Confirmed::Promise { found, index, .. } = confirmed else { panic!() };
        assert_eq!(found, Kept::Late);
        // And a complaint made now carries the place itself.
        let source = LogSource::Directory(dir.path().join("pledges"));
        let found = inclusion::find(&world.campaign, &source, &receipt, &[]).unwrap();
        let Inclusion::Broken(missing) = found else { panic!("batch {batch}") };
        let late = broken(&world.campaign, &receipt, &promised, &missing).unwrap();
        assert_eq!(late.elsewhere.as_ref().map(|there| there.index), index);
    }
    // A promise that was kept leads to no complaint.
    let notes = logs.notes();
    logs.pledges.batch(&world, vec![promised.clone()], notes);
    let dir = mirror(&world, &logs);
    let source = LogSource::Directory(dir.path().join("pledges"));
    let receipt = Receipt::sign(world.campaign.id, hash, 2, &world.receipts);
    let found = inclusion::find(&world.campaign, &source, &receipt, &[]).unwrap();
    let Inclusion::Included(found) = found else { panic!("it is there") };
    assert_eq!(found.proof.verify(&promised.encode(), &found.log.checkpoint), Ok(()));
}

/// [EVI-12]
#[test]
fn a_hidden_issuance_convicts_the_issuer() {
    let world = World::new("http://127.0.0.1:1", 0);
    let seed = Seed::from([8; 32]);
    let opening = Opening::derive(&seed, &world.campaign.id, 0, 0);
    let pending = PendingToken::derive(&seed, &world.campaign, 0, &opening).unwrap();
    let request = pending.request().clone();
    let attestation = world.attest(0, request.digest(), 901);
    let key = world.attester[0].public_key();
    let (_, vouching) = attestation.verify(&world.campaign.id, 0, &request.digest(), &key).unwrap();
    let mut rng = crate::chance::rng();
    let response = signers()[0].blind_sign(&request.blinded_message, &mut rng).unwrap();
    let response = TokenResponse(response);
    let token = pending.finish(&response).unwrap();
    let collected = Collected { token, log_size: 1, vouching, response };
    let mut logs = TestLogs::new(&world);
    let note = String::from_utf8(logs.issuances[0].checkpoint()).ok();
    let complaint = hidden(&world.campaign, 0, request.encode(), &collected, note);
    // What could tell which pledge it became is not in the file.
    let json = String::from_utf8(complaint.to_json()).unwrap();
    let token = data_encoding::BASE64URL_NOPAD.encode(&collected.token.authenticator[..96]);
    assert!(!json.contains(&token));

    assert_eq!(confirmed(&complaint, &world, None).unwrap().verdict(), Verdict::Open);
    let in_log = |logs: &TestLogs| {
        let dir = mirror(&world, logs);
        confirmed(&complaint, &world, Some(&dir)).unwrap().verdict()
    };
    assert_eq!(in_log(&logs), Verdict::Upheld);
    logs.issuances[0].batch(&world, vec![Entry::Issuance(vouching)], Vec::new());
    assert_eq!(in_log(&logs), Verdict::Refuted);
}

#[test]
fn a_file_that_shows_nothing_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("complaint.json");
    assert!(matches!(read(&path, None), Err(ConfirmError::File(_))));
    std::fs::write(&path, b"{}").unwrap();
    assert!(matches!(read(&path, None), Err(ConfirmError::Complaint(_))));
}
