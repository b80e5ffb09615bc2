//! `headcountd init`: from a draft to keys, manifest and configuration, in a new directory.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use data_encoding::HEXLOWER;
use headcount_protocol::attestation::CommitmentSecret;
use headcount_protocol::campaign::manifest::{
    Attester, Class, Counter, Issuer, Manifest, Oprf, Threshold, Witnesses,
};
use headcount_protocol::campaign::rules::MAX_ISSUERS;
use headcount_protocol::campaign::values::{BaseUrl, LogKey, UrlError};
use headcount_protocol::campaign::{Campaign, ManifestError};
use headcount_protocol::ed25519::{PublicKey, SecretSeed};
use headcount_protocol::guardians::KeyShare;
use headcount_protocol::identifier::Method;
use headcount_protocol::identifier::email::Version;
use headcount_protocol::log::{KeyName, NameError, VerifierKey};
use headcount_protocol::rsa::BlindSigner;
use rand_core::Rng as _;
use zeroize::Zeroizing;

use crate::attester::mail::{MailConfig, MailError};
use crate::config::{
    self, AttesterConfig, Config, CounterConfig, GuardianConfig, IssuerConfig, WitnessConfig,
};
use crate::draft::{Draft, DraftWitness, DraftWitnesses};
use crate::keys::{self, KeyFileError};
use crate::random;

/// Why no campaign was set up. Nothing was written, unless the disk itself failed.
#[derive(Debug, thiserror::Error)]
pub enum InitError {
    /// The directory holds something.
    #[error("{}: not empty; name a new directory", .0.display())]
    NotEmpty(PathBuf),
    /// The URL is refused.
    #[error(transparent)]
    Url(#[from] UrlError),
    /// The URL makes no name for a log.
    #[error(transparent)]
    Name(#[from] NameError),
    /// Mail cannot be sent as asked for.
    #[error(transparent)]
    Mail(#[from] MailError),
    /// More issuers than a manifest can have.
    #[error("the draft has {0} issuers; a campaign can have 64")]
    Issuers(usize),
    /// The draft makes no valid manifest.
    #[error(transparent)]
    Manifest(#[from] ManifestError),
    /// A file could not be written.
    #[error(transparent)]
    Write(#[from] KeyFileError),
}

/// Where a campaign will be served.
#[derive(Clone, Debug)]
pub struct Place {
    /// Public base URL.
    pub url: String,
    /// Address to listen on.
    pub listen: SocketAddr,
    /// How codes are sent.
    pub mail: MailConfig,
}

/// Sets up a campaign with all roles in one process.
///
/// # Errors
/// One variant of [`InitError`] for each way in which it fails.
///
/// # Panics
/// Never: manifest and configuration are plain data.
pub fn init(dir: &Path, draft: &Draft, place: &Place, now: u64) -> Result<Campaign, InitError> {
    if std::fs::read_dir(dir).is_ok_and(|mut files| files.next().is_some()) {
        return Err(InitError::NotEmpty(dir.to_owned()));
    }
    let issuers = draft.classes.iter().map(|class| class.methods.len()).sum();
    if issuers > MAX_ISSUERS {
        return Err(InitError::Issuers(issuers));
    }
    let mut setup = Setup::new(place)?;
    let manifest = setup.manifest(draft, now)?;
    let mut json = serde_json::to_vec_pretty(&manifest).expect("a manifest is plain JSON");
    json.push(b'\n');
    let campaign = Campaign::parse(&json)?;
    let config = toml::to_string_pretty(&setup.config).expect("a configuration is plain TOML");

    keys::private_dir(dir)?;
    for (name, secret) in &setup.secrets {
        let path = dir.join(name);
        keys::private_dir(path.parent().unwrap_or(dir))?;
        keys::write(&path, secret)?;
    }
    keys::write(&dir.join("manifest.json"), &json)?;
    keys::write(&dir.join(config::FILE), config.as_bytes())?;
    Ok(campaign)
}

/// Everything is made in memory, checked, and then written.
struct Setup<'a> {
    place: &'a Place,
    url: BaseUrl,
    config: Config,
    secrets: Vec<(PathBuf, Zeroizing<Vec<u8>>)>,
}

impl<'a> Setup<'a> {
    fn new(place: &'a Place) -> Result<Self, InitError> {
        let config = Config {
            listen: place.listen,
            manifest: "manifest.json".into(),
            attester: Vec::new(),
            guardian: vec![GuardianConfig { index: 1, dir: "guardian-1".into(), listen: None }],
            issuer: Vec::new(),
            counter: Some(CounterConfig { dir: "counter".into() }),
            witness: Vec::new(),
        };
        Ok(Self { place, url: BaseUrl::parse(&place.url)?, config, secrets: Vec::new() })
    }

    /// Draws every key, writes the secret halves, and puts the public ones into the manifest.
    fn manifest(&mut self, draft: &Draft, now: u64) -> Result<Manifest, InitError> {
        let mut issuers: Vec<Issuer> = Vec::new();
        let mut classes = Vec::new();
        for class in &draft.classes {
            let first = u16::try_from(issuers.len()).unwrap_or(u16::MAX);
            for &method in &class.methods {
                issuers.push(self.issuer(method, &issuers)?);
            }
            let end = u16::try_from(issuers.len()).unwrap_or(u16::MAX);
            classes.push(Class { name: class.name.clone(), issuers: (first..end).collect() });
        }
        Ok(Manifest {
            headcount: 1,
            title: draft.title.clone(),
            text: draft.text.clone(),
            threshold: Threshold {
                count: draft.threshold,
                of: draft.threshold_of,
                milestones: draft.milestones.clone(),
                spread: draft.spread,
            },
            schedule: draft.unix_schedule(now),
            classes,
            issuers,
            email_rules: Version::V1,
            oprf: self.guardian(),
            counter: self.counter()?,
            witnesses: self.witnesses(draft)?,
            regions: draft.regions.clone(),
            delay: draft.delay,
            batch: draft.batch,
            organiser_key: self.signing_key("organiser.key"),
            amendment_key: self.signing_key("amendment.key"),
        })
    }

    /// The witnesses of the draft; those with an address are asked by this process.
    fn witnesses(&mut self, draft: &Draft) -> Result<Witnesses, InitError> {
        let DraftWitnesses { quorum, faulty, keys } = &draft.witnesses;
        for DraftWitness { key, url } in keys {
            if let Some(url) = url {
                BaseUrl::parse(url)?;
                self.config.witness.push(WitnessConfig { key: key.clone(), url: url.clone() });
            }
        }
        let keys = keys.iter().map(|witness| witness.key.clone()).collect();
        Ok(Witnesses { quorum: *quorum, faulty: *faulty, keys })
    }

    fn guardian(&mut self) -> Oprf {
        let share = KeyShare::generate(&mut random::system());
        self.keep("guardian-1/share.key", &share.to_bytes());
        let commitments = vec![*share.public_key().as_bytes()];
        Oprf { guardians: 1, threshold: 1, commitments }
    }

    fn issuer(&mut self, method: Method, others: &[Issuer]) -> Result<Issuer, InitError> {
        let index = u16::try_from(others.len()).unwrap_or(u16::MAX);
        let (name, attester) = (format!("issuer-{index}"), format!("attester-{index}"));
        let url = BaseUrl::parse(&self.url.join("attester"))?;
        let mail = (method == Method::Email).then(|| self.place.mail.clone());
        mail.iter().try_for_each(|mail| mail.check(&url))?;
        let signer = distinct_signer(others);
        self.secrets.push((format!("{name}/token.der").into(), signer.to_der()));
        let log = self.log_key(&name, &format!("issuances-{index}"))?;
        let commitment = CommitmentSecret::generate(&mut random::system());
        self.keep(&format!("{attester}/commitment.key"), commitment.expose());
        self.keep(&format!("{attester}/invitation.key"), &secret());
        let key = self.signing_key(&format!("{attester}/signing.key"));
        let guardians = Vec::new();
        let dir = attester.into();
        self.config.attester.push(AttesterConfig { issuer: index, dir, guardians, mail });
        self.config.issuer.push(IssuerConfig { index, dir: name.into() });
        Ok(Issuer {
            method,
            url: self.url.clone(),
            token_key: signer.public_key(),
            attester: Attester { url, key },
            log,
        })
    }

    fn counter(&mut self) -> Result<Counter, InitError> {
        let log = self.log_key("counter", "pledges")?;
        let receipt_key = self.signing_key("counter/receipt.key");
        Ok(Counter { url: self.url.clone(), log, receipt_key })
    }

    /// A log's key. Its name ends in random digits, because witnesses know a log by its name and
    /// a host may serve another campaign later.
    fn log_key(&mut self, role: &str, name: &str) -> Result<LogKey, InitError> {
        let key = self.signing_key(&format!("{role}/log.key"));
        let mut digits = [0; 4];
        random::system().fill_bytes(&mut digits);
        let name = format!("{}/{name}-{}", self.url.schemeless(), HEXLOWER.encode(&digits));
        Ok(LogKey(VerifierKey::new(name.parse::<KeyName>()?, key)))
    }

    fn signing_key(&mut self, file: &str) -> PublicKey {
        let secret = secret();
        self.keep(file, &secret);
        SecretSeed::from(*secret).public_key()
    }

    fn keep(&mut self, file: &str, secret: &[u8; 32]) {
        self.secrets.push((file.into(), keys::hex_line(secret)));
    }
}

/// A key of this campaign and issuer alone [TOK-4], whose truncated id no other issuer has: by it
/// a request names its key.
fn distinct_signer(others: &[Issuer]) -> BlindSigner {
    loop {
        let signer = BlindSigner::generate(&mut random::system());
        let id = signer.public_key().id().truncated();
        if others.iter().all(|other| other.token_key.id().truncated() != id) {
            return signer;
        }
    }
}

fn secret() -> Zeroizing<[u8; 32]> {
    let mut bytes = Zeroizing::new([0; 32]);
    random::system().fill_bytes(&mut bytes[..]);
    bytes
}
