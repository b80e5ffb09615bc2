//! The world of the tests: a campaign with all its keys, logs made by hand, and a small server.

pub(crate) mod logs;
pub(crate) mod server;

use std::sync::OnceLock;

use headcount_protocol::attestation::{Attestation, CommitmentSecret};
use headcount_protocol::campaign::Campaign;
use headcount_protocol::campaign::manifest::{
    Attester, BatchRule, Class, Counter, Delay, Issuer, Manifest, Measure, Oprf, Region, Schedule,
    Spread, Threshold, Witnesses,
};
use headcount_protocol::campaign::values::{BaseUrl, LogKey, Texts};
use headcount_protocol::ed25519::SecretSeed;
use headcount_protocol::guardians::KeyShare;
use headcount_protocol::identifier::Method;
use headcount_protocol::identifier::email::Version;
use headcount_protocol::log::NoteSigner;
use headcount_protocol::rsa::BlindSigner;
use headcount_protocol::tag::Tag;
use headcount_protocol::token::RequestDigest;

use crate::chance::{Clock, rng};

/// A campaign with two classes, `email` of issuer 0 and `both` of issuers 1 and 2, and all keys.
pub(crate) struct World {
    pub(crate) campaign: Campaign,
    pub(crate) attester: [SecretSeed; 3],
    pub(crate) secret: CommitmentSecret,
    pub(crate) issuance_logs: [NoteSigner; 3],
    pub(crate) pledge_log: NoteSigner,
    pub(crate) receipts: SecretSeed,
}

/// Keys of 2048 bits with distinct truncated ids, drawn once for all tests.
pub(crate) fn signers() -> &'static [BlindSigner; 3] {
    static SIGNERS: OnceLock<[BlindSigner; 3]> = OnceLock::new();
    SIGNERS.get_or_init(|| {
        loop {
            let signers = [(); 3].map(|()| BlindSigner::generate(&mut rng()));
            let mut ids = signers.each_ref().map(|one| one.public_key().id().truncated());
            ids.sort_unstable();
            if ids.is_sorted_by(|a, b| a < b) {
                return signers;
            }
        }
    })
}

impl World {
    /// A world whose roles all live at `base`.
    pub(crate) fn new(base: &str, delay: u64) -> Self {
        let url = BaseUrl::parse(base).unwrap();
        let name = |log: &str| format!("{}/{log}", url.schemeless()).parse().unwrap();
        let seed = |byte: u8| SecretSeed::from([byte; 32]);
        let attester = [seed(1), seed(2), seed(3)];
        let issuance_logs =
            [0, 1, 2].map(|i| NoteSigner::new(name(&format!("issuances-{i}")), seed(10 + i)));
        let pledge_log = NoteSigner::new(name("pledges"), seed(20));
        let receipts = seed(30);
        let key = |signer: &NoteSigner| LogKey(signer.verifier_key().clone());
        let issuer = |i: usize| Issuer {
            method: [Method::Email, Method::Invitation, Method::Email][i],
            url: url.clone(),
            token_key: signers()[i].public_key(),
            attester: Attester { url: url.clone(), key: attester[i].public_key() },
            log: key(&issuance_logs[i]),
        };
        let guardian = KeyShare::generate(&mut rng());
        let now = Clock.now();
        let manifest = Manifest {
            headcount: 1,
            title: Texts::single("en", "A test"),
            text: Texts::single("en", "We test."),
            threshold: Threshold {
                count: 3,
                of: Measure::Sum,
                milestones: Vec::new(),
                spread: Spread::default(),
            },
            schedule: Schedule {
                opens: now - 10,
                issuance_closes: now + 100_000,
                redemption_closes: now + 1_000_000,
            },
            classes: vec![
                Class { name: "email".to_owned(), issuers: vec![0] },
                Class { name: "both".to_owned(), issuers: vec![1, 2] },
            ],
            issuers: (0..3).map(issuer).collect(),
            email_rules: Version::V1,
            oprf: Oprf {
                guardians: 1,
                threshold: 1,
                commitments: vec![*guardian.public_key().as_bytes()],
            },
            counter: Counter {
                url: url.clone(),
                log: key(&pledge_log),
                receipt_key: receipts.public_key(),
            },
            witnesses: Witnesses { quorum: 0, faulty: 0, keys: Vec::new() },
            regions: vec![Region {
                id: 7,
                names: Texts::single("en", "Seven"),
                latitude: 0,
                longitude: 0,
            }],
            delay: Delay { minimum: delay, maximum: delay },
            batch: BatchRule { interval: 1, minimum_size: 1, maximum_wait: 1 },
            organiser_key: seed(40).public_key(),
            amendment_key: seed(41).public_key(),
        };
        let campaign = Campaign::parse(&serde_json::to_vec(&manifest).unwrap()).unwrap();
        let secret = CommitmentSecret::generate(&mut rng());
        Self { campaign, attester, secret, issuance_logs, pledge_log, receipts }
    }

    /// The attestation for the person with this number.
    pub(crate) fn attest(&self, issuer: u16, digest: RequestDigest, person: u64) -> Attestation {
        let mut tag = [0; 32];
        tag[..8].copy_from_slice(&person.to_be_bytes());
        let key = &self.attester[usize::from(issuer)];
        Attestation::sign(&self.campaign.id, issuer, digest, Tag::from(tag), &self.secret, key)
    }
}
