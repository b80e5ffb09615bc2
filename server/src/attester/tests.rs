use std::io::Write;
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use headcount_protocol::guardians::{KeyShare, ShareIndex};

use super::*;
use crate::draft::Draft;
use crate::guardian::Guardian;
use crate::guardian::routes::router;
use crate::init::{Place, init};
use crate::keys;
use crate::store::guardian::GuardianStore;

const OPENS: u64 = 1_800_000_000;

/// A campaign with one guardian, in a directory.
fn campaign(dir: &Path) -> Arc<Campaign> {
    let mail = mail::MailConfig {
        from: "Code <code@host.example>".to_owned(),
        outbox: Some("outbox".into()),
        ..mail::MailConfig::default()
    };
    let listen = ([127, 0, 0, 1], 1).into();
    let place = Place { url: "http://127.0.0.1:1".to_owned(), listen, mail };
    Arc::new(init(dir, &Draft::plain("A rally", 1), &place, OPENS).unwrap())
}

fn attester(campaign: &Arc<Campaign>, guardians: Vec<Peer>) -> Attester {
    let secrets = Secrets {
        signing: SecretSeed::from([1; 32]),
        commitment: CommitmentSecret::from([2; 32]),
        invitation: InvitationSecret::new([3; 32].into()),
    };
    let (clock, _) = Clock::manual(OPENS);
    let secrets = Held::new(Some(secrets), Vec::new());
    Attester::new(campaign.clone(), 0, secrets, guardians, None, clock)
}

fn guardian(campaign: &Campaign, share: KeyShare, store: &Path) -> Peer {
    let store = GuardianStore::open(store).unwrap();
    let share = Held::new(Some(share), Vec::new());
    Peer::Local(router(Arc::new(Guardian::new(campaign.id, share, store))))
}

/// What the operator reads.
#[derive(Default)]
struct Log(Mutex<Vec<u8>>);

impl Log {
    fn text(&self) -> String {
        let bytes = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        String::from_utf8_lossy(&bytes).into_owned()
    }
}

impl Write for &Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// [TAG-16, TAG-17, TAG-21]
#[test]
fn a_guardian_with_a_key_of_its_own_is_named_and_not_believed() {
    let keep = tempfile::tempdir().unwrap();
    let dir = keep.path().join("campaign");
    let campaign = campaign(&dir);
    let share = keys::read_hex(&dir.join("guardian-1/share.key")).unwrap();
    let share = KeyShare::parse(ShareIndex::FIRST, &share).unwrap();
    let other = KeyShare::generate(&mut random::system());
    let honest = guardian(&campaign, share, &keep.path().join("honest.sqlite"));
    // Its proof holds, under a key that the manifest does not have.
    let liar = guardian(&campaign, other, &keep.path().join("liar.sqlite"));

    let log = Arc::new(Log::default());
    let printed = tracing_subscriber::fmt().with_writer(log.clone()).finish();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.unwrap();
    let identifier = Identifier::from_serial(7);
    let tag = |guardians: Vec<Peer>| {
        let attester = attester(&campaign, guardians);
        runtime.block_on(attester.tag(Method::Invitation, &identifier))
    };
    let expected = tag(vec![honest.clone()]).unwrap();
    tracing::subscriber::with_default(printed, || {
        let found = tag(vec![liar.clone(), honest]).unwrap();
        assert!(found == expected);
        assert!(log.text().contains("the proof of guardian 1 does not verify"), "{}", log.text());
        assert!(matches!(tag(vec![liar]), Err(AttestError::Guardians(_))));
    });
}
