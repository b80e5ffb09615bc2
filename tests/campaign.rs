//! A small campaign that is the same at every run: two issuers, each a class of its own unless a
//! test says otherwise, and everything they sign with.

use std::convert::Infallible;
use std::sync::LazyLock;

use headcount_protocol::attestation::{Attestation, CommitmentSecret, Vouching};
use headcount_protocol::campaign::Campaign;
use headcount_protocol::ed25519::SecretSeed;
use headcount_protocol::guardians::KeyShare;
use headcount_protocol::issuance::PendingToken;
use headcount_protocol::log::{CosignatureSigner, NoteSigner};
use headcount_protocol::pledge::{Opening, Pledge};
use headcount_protocol::rsa::BlindSigner;
use headcount_protocol::secrets::Seed;
use headcount_protocol::tag::Tag;
use headcount_protocol::token::{Token, TokenResponse};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

/// Random bytes that are the same for the same seed.
#[derive(Clone, Debug)]
pub struct SeededRng {
    seed: u64,
    drawn: u64,
}

impl SeededRng {
    /// Starts the stream of this seed.
    #[must_use]
    pub const fn new(seed: u64) -> Self {
        Self { seed, drawn: 0 }
    }

    fn fill(&mut self, out: &mut [u8]) {
        for chunk in out.chunks_mut(32) {
            let block = [self.seed.to_be_bytes(), self.drawn.to_be_bytes()].concat();
            chunk.copy_from_slice(&Sha256::digest(block)[..chunk.len()]);
            self.drawn += 1;
        }
    }
}

impl rand_core::TryRng for SeededRng {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        let mut word = [0; 4];
        self.fill(&mut word);
        Ok(u32::from_be_bytes(word))
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        let mut word = [0; 8];
        self.fill(&mut word);
        Ok(u64::from_be_bytes(word))
    }

    fn try_fill_bytes(&mut self, out: &mut [u8]) -> Result<(), Infallible> {
        self.fill(out);
        Ok(())
    }
}

impl rand_core::TryCryptoRng for SeededRng {}

/// What the roles of the test campaign sign with, by issuer where there are two.
#[derive(Debug)]
pub struct Keys {
    /// The issuers' RSA keys.
    pub tokens: [BlindSigner; 2],
    /// The attesters' keys.
    pub attesters: [SecretSeed; 2],
    /// The attesters' secrets `s`.
    pub commitments: [CommitmentSecret; 2],
    /// The keys of the issuance logs.
    pub issuance_logs: [NoteSigner; 2],
    /// The key of the pledge log.
    pub pledge_log: NoteSigner,
    /// Signs receipts.
    pub receipts: SecretSeed,
    /// Signs announcements.
    pub organiser: SecretSeed,
    /// Signs amendments.
    pub amendments: SecretSeed,
    /// The witnesses' keys, for a campaign that has them.
    pub witnesses: [CosignatureSigner; 4],
    /// The only guardian's share.
    pub guardian: KeyShare,
}

static KEYS: LazyLock<Keys> = LazyLock::new(|| Keys {
    tokens: [1, 2].map(|seed| BlindSigner::generate(&mut SeededRng::new(seed))),
    attesters: [11, 12].map(|byte| SecretSeed::from([byte; 32])),
    commitments: [21, 22].map(|byte| CommitmentSecret::from([byte; 32])),
    issuance_logs: [
        signer("issuer-a.example/issuances", 31),
        signer("issuer-b.example/issuances", 32),
    ],
    pledge_log: signer("counter.example/pledges", 33),
    receipts: SecretSeed::from([41; 32]),
    organiser: SecretSeed::from([61; 32]),
    amendments: SecretSeed::from([62; 32]),
    witnesses: [71, 72, 73, 74].map(|byte| {
        let name = format!("witness-{byte}.example");
        CosignatureSigner::new(name.parse().expect("a key name"), SecretSeed::from([byte; 32]))
    }),
    guardian: KeyShare::generate(&mut SeededRng::new(51)),
});

fn signer(name: &str, byte: u8) -> NoteSigner {
    NoteSigner::new(name.parse().expect("a key name"), SecretSeed::from([byte; 32]))
}

impl Keys {
    /// The keys, drawn once a process: two RSA keys take a moment.
    #[must_use]
    pub fn shared() -> &'static Self {
        &KEYS
    }
}

/// The manifest of the test campaign, to be altered: classes `email` and `invitation`, regions 1
/// and 2, threshold 3 of the sum.
#[must_use]
pub fn draft_manifest() -> Value {
    let keys = Keys::shared();
    let issuer = |index: usize, method: &str, host: &str| {
        json!({
            "method": method,
            "url": format!("https://{host}"),
            "token_key": keys.tokens[index].public_key(),
            "attester": {
                "url": format!("https://{host}/attester"),
                "key": keys.attesters[index].public_key(),
            },
            "log": keys.issuance_logs[index].verifier_key().to_string(),
        })
    };
    json!({
        "headcount": 1,
        "title": { "en": "A rally", "ru": "Митинг" },
        "text": { "en": "I will come.", "ru": "Я приду." },
        "threshold": {
            "count": 3,
            "of": "sum",
            "milestones": [],
            "spread": { "regions": 0, "pledges": 0 },
        },
        "schedule": {
            "opens": 1_800_000_000_u64,
            "issuance_closes": 1_800_600_000_u64,
            "redemption_closes": 1_800_600_000_u64 + 172_800 + 600 + 3_600,
        },
        "classes": [
            { "name": "email", "issuers": [0] },
            { "name": "invitation", "issuers": [1] },
        ],
        "issuers": [
            issuer(0, "email", "issuer-a.example"),
            issuer(1, "invitation", "issuer-b.example"),
        ],
        "email_rules": 1,
        "oprf": {
            "guardians": 1,
            "threshold": 1,
            "commitments": [keys.guardian.public_key().to_string()],
        },
        "counter": {
            "url": "https://counter.example",
            "log": keys.pledge_log.verifier_key().to_string(),
            "receipt_key": keys.receipts.public_key(),
        },
        "witnesses": { "quorum": 0, "faulty": 0, "keys": [] },
        "regions": [
            {
                "id": 1,
                "names": { "en": "Moscow", "ru": "Москва" },
                "latitude": 55_751,
                "longitude": 37_618,
            },
            {
                "id": 2,
                "names": { "en": "Abroad", "ru": "За рубежом" },
                "latitude": -1,
                "longitude": -180_000,
            },
        ],
        "delay": { "minimum": 0, "maximum": 3_600 },
        "batch": { "interval": 60, "minimum_size": 2, "maximum_wait": 600 },
        "organiser_key": keys.organiser.public_key(),
        "amendment_key": keys.amendments.public_key(),
    })
}

/// The campaign of a manifest.
///
/// # Panics
/// If the manifest is refused.
#[must_use]
pub fn campaign(manifest: &Value) -> Campaign {
    Campaign::parse(manifest.to_string().as_bytes()).expect("a valid manifest")
}

/// The campaign of [`draft_manifest`].
#[must_use]
pub fn small() -> Campaign {
    campaign(&draft_manifest())
}

/// The same with four witnesses, of whom three are needed and one may be bad.
#[must_use]
pub fn witnessed() -> Campaign {
    let mut manifest = draft_manifest();
    let keys = Keys::shared().witnesses.iter().map(|signer| signer.key().to_string());
    let keys = keys.collect::<Vec<_>>();
    manifest["witnesses"] = json!({ "quorum": 3, "faulty": 1, "keys": keys });
    campaign(&manifest)
}

/// The same, but with one class `both` of the two issuers.
#[must_use]
pub fn joint() -> Campaign {
    let mut manifest = draft_manifest();
    manifest["classes"] = json!([{ "name": "both", "issuers": [0, 1] }]);
    campaign(&manifest)
}

/// The seed of a person.
#[must_use]
pub fn seed(person: u64) -> Seed {
    Seed::from(of_person("seed", person))
}

/// The tag of a person, the same at every issuer; no guardian is asked.
#[must_use]
pub fn tag(person: u64) -> Tag {
    Tag::from(of_person("tag", person))
}

fn of_person(what: &str, person: u64) -> [u8; 32] {
    Sha256::digest(format!("{what} {person}")).into()
}

/// What a person has after issuance.
#[derive(Clone, Debug)]
pub struct Supporter {
    /// The pledge, ready to be redeemed.
    pub pledge: Pledge,
    /// What each issuer of the class publishes.
    pub vouchings: Vec<Vouching>,
}

/// Takes a person through issuance, by every issuer of the class.
///
/// # Panics
/// If a step fails, or if the campaign has no such class.
#[must_use]
pub fn issue(campaign: &Campaign, person: u64, class: u16, region: u16) -> Supporter {
    let opening = Opening::derive(&seed(person), &campaign.id, class, region);
    issue_to(campaign, person, &opening)
}

/// The same for an opening that need not be of the campaign.
///
/// # Panics
/// If a step fails, or if the campaign has no such class.
#[must_use]
pub fn issue_to(campaign: &Campaign, person: u64, opening: &Opening) -> Supporter {
    let class = campaign.class(opening.class).expect("a class of the campaign");
    let one = |&issuer: &u16| issue_one(campaign, person, issuer, opening);
    let (tokens, vouchings) = class.issuers.iter().map(one).unzip();
    Supporter { pledge: Pledge { opening: *opening, tokens }, vouchings }
}

/// One issuer's token for an opening, and what the issuer publishes.
///
/// # Panics
/// If a step fails.
#[must_use]
pub fn issue_one(
    campaign: &Campaign,
    person: u64,
    issuer: u16,
    opening: &Opening,
) -> (Token, Vouching) {
    let (keys, at) = (Keys::shared(), usize::from(issuer));
    let pending =
        PendingToken::derive(&seed(person), campaign, issuer, opening).expect("a request");
    let digest = pending.request().digest();
    let attestation = Attestation::sign(
        &campaign.id,
        issuer,
        digest,
        tag(person),
        &keys.commitments[at],
        &keys.attesters[at],
    );
    let key = keys.attesters[at].public_key();
    let (_, vouching) =
        attestation.verify(&campaign.id, issuer, &digest, &key).expect("an honest attestation");
    let answer = keys.tokens[at]
        .blind_sign(&pending.request().blinded_message, &mut SeededRng::new(person))
        .expect("an honest request");
    (pending.finish(&TokenResponse(answer)).expect("an honest answer"), vouching)
}
