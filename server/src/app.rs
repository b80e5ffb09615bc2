//! Puts the configured roles together: reads their keys, connects them, mounts their routers.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use axum::Router;
use axum::routing::get;
use headcount_protocol::attestation::CommitmentSecret;
use headcount_protocol::campaign::{Campaign, ManifestError};
use headcount_protocol::ed25519::SecretSeed;
use headcount_protocol::guardians::{KeyShare, ShareIndex};
use headcount_protocol::identifier::Method;
use headcount_protocol::invitation::InvitationSecret;
use headcount_protocol::log::{NoteSigner, VerifierKey};
use headcount_protocol::rsa::{BlindSigner, TokenKeyError};
use tokio::task::JoinHandle;

use crate::attester::mail::{MailError, Outgoing};
use crate::attester::{Attester, Secrets};
use crate::clock::Clock;
use crate::config::{AttesterConfig, Config, CounterConfig, GuardianConfig, IssuerConfig};
use crate::counter::Counter;
use crate::counter::index::Index;
use crate::destruction;
use crate::guardian::Guardian;
use crate::issuer::Issuer;
use crate::keys::{self, Held, KeyFileError};
use crate::peer::Peer;
use crate::sequencer::{Log, LogError, Observer};
use crate::store::StoreError;
use crate::store::guardian::GuardianStore;
use crate::store::log::LogStore;
use crate::witnessing::{self, WitnessesError, Witnessing};
use crate::{attester, counter, guardian, issuer, pages, sequencer, store};

/// Why the roles could not be started.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The manifest cannot be read.
    #[error("{}: {source}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// The manifest is refused.
    #[error(transparent)]
    Manifest(#[from] ManifestError),
    /// A key cannot be read.
    #[error(transparent)]
    Key(#[from] KeyFileError),
    /// A token key is none.
    #[error("{}: {source}", path.display())]
    TokenKey {
        /// The file.
        path: PathBuf,
        /// Why.
        source: TokenKeyError,
    },
    /// A key is not the one of the manifest.
    #[error("{}: not the key the manifest names", .0.display())]
    OtherKey(PathBuf),
    /// The configuration names an issuer or guardian the manifest does not have.
    #[error("the configuration names {0}, which the manifest does not have")]
    Unknown(String),
    /// A guardian would answer others than this machine.
    #[error("guardians listen on loopback addresses only; nobody is authenticated there yet")]
    GuardianAddress,
    /// Mail cannot be sent as configured.
    #[error(transparent)]
    Mail(#[from] MailError),
    /// The configured witnesses are not those of the manifest.
    #[error(transparent)]
    Witnesses(#[from] WitnessesError),
    /// A log cannot be opened.
    #[error(transparent)]
    Log(#[from] LogError),
    /// A database cannot be opened.
    #[error("{source} (is another headcountd running on this directory?)")]
    Store {
        /// Why.
        #[from]
        source: StoreError,
    },
}

/// The roles of a process, ready to be served.
pub struct App {
    /// The campaign.
    pub campaign: Arc<Campaign>,
    /// Everything that is answered on the configured address, still without bounds.
    pub router: Router,
    /// The routers of guardians that listen on addresses of their own, likewise.
    pub guardian_routers: Vec<(std::net::SocketAddr, Router)>,
    /// The guardians the process runs.
    pub guardians: Vec<Arc<Guardian>>,
    /// The counter, if the process runs it.
    pub counter: Option<Arc<Counter>>,
    /// The issuers the process runs.
    pub issuers: Vec<Arc<Issuer>>,
    /// The attesters the process runs.
    pub attesters: Vec<Arc<Attester>>,
    /// The tasks that send mail; they end when the router is dropped and the queue is empty.
    pub mailers: Vec<JoinHandle<()>>,
    /// What submits each of the process's logs to the witnesses.
    pub witnessing: Vec<Witnessing>,
    /// The clock.
    pub clock: Clock,
}

impl App {
    /// Starts every role of the configuration. Must be called inside a Tokio runtime.
    ///
    /// # Errors
    /// One variant of [`StartError`] for each way in which it fails.
    pub fn start(config: &Config, clock: Clock) -> Result<Self, StartError> {
        let path = &config.manifest;
        let manifest = std::fs::read(path)
            .map_err(|source| StartError::Read { path: path.clone(), source })?;
        let campaign = Arc::new(Campaign::parse(&manifest)?);
        witnessing::check(&campaign, &config.witness)?;
        let builder = Builder { campaign: campaign.clone(), clock: clock.clone() };

        let mut local_guardians = Vec::new();
        let (mut guardians, mut guardian_routers) = (Vec::new(), Vec::new());
        for config in &config.guardian {
            let guardian = builder.guardian(config)?;
            let router = guardian::routes::router(guardian.clone());
            guardians.push(guardian);
            local_guardians.push(Peer::Local(router.clone()));
            if let Some(address) = config.listen {
                // [HTTP-22]
                if !address.ip().is_loopback() {
                    return Err(StartError::GuardianAddress);
                }
                guardian_routers.push((address, router));
            }
        }
        let (mut attesters, mut mailers) = (Vec::new(), Vec::new());
        for config in &config.attester {
            let peers = config.guardians.iter().map(|url| Peer::remote(url));
            let peers = local_guardians.iter().cloned().chain(peers).collect();
            attesters.push(builder.attester(config, peers, &mut mailers)?);
        }
        let issuers = config
            .issuer
            .iter()
            .map(|config| builder.issuer(config))
            .collect::<Result<Vec<_>, _>>()?;
        let counter = config.counter.as_ref();
        let counter = counter.map(|config| builder.counter(config, &issuers)).transpose()?;

        let logs = issuers.iter().map(|issuer| issuer.log());
        let logs = logs.chain(counter.iter().map(|counter| counter.log()));
        let witness =
            |log: &Arc<Log>| Witnessing::new(campaign.clone(), log.clone(), &config.witness);
        let witnessing: Vec<_> = logs.map(witness).collect();
        if !witnessing.is_empty() {
            witnessing::warn_of_missing(&campaign, &config.witness);
        }
        let router = mount(&campaign, attesters.clone(), &issuers, counter.as_ref());
        Ok(Self {
            campaign,
            router,
            guardian_routers,
            guardians,
            counter,
            issuers,
            attesters,
            mailers,
            witnessing,
            clock,
        })
    }
}

struct Builder {
    campaign: Arc<Campaign>,
    clock: Clock,
}

impl Builder {
    fn guardian(&self, config: &GuardianConfig) -> Result<Arc<Guardian>, StartError> {
        let path = config.dir.join("share.key");
        let index = ShareIndex::new(config.index);
        let index = index.ok_or_else(|| StartError::Unknown("guardian 0".to_owned()))?;
        let expected = self.campaign.commitments.share_key(index);
        let expected =
            expected.ok_or_else(|| StartError::Unknown(format!("guardian {}", config.index)))?;
        let share = self.held(&[&path], || {
            let share = KeyShare::parse(index, &*keys::read_hex(&path)?)
                .map_err(|_| KeyFileError::Content(path.clone()))?;
            let same = *expected == share.public_key();
            if same { Ok(share) } else { Err(StartError::OtherKey(path.clone())) }
        })?;
        let store = GuardianStore::open(&config.dir.join("guardian.sqlite"))?;
        Ok(Arc::new(Guardian::new(self.campaign.id, share, store)))
    }

    fn attester(
        &self,
        config: &AttesterConfig,
        guardians: Vec<Peer>,
        mailers: &mut Vec<JoinHandle<()>>,
    ) -> Result<Arc<Attester>, StartError> {
        let issuer = self.known_issuer(config.issuer)?;
        let expected = self.campaign.issuer(issuer).attester.key;
        let files = ["signing.key", "commitment.key", "invitation.key"];
        let [signing, commitment, invitation] = &files.map(|name| config.dir.join(name));
        let secrets = self.held(&[signing, commitment, invitation], || {
            let secrets = Secrets {
                signing: SecretSeed::from(*keys::read_hex(signing)?),
                commitment: CommitmentSecret::from(*keys::read_hex(commitment)?),
                invitation: InvitationSecret::new(keys::read_hex(invitation)?),
            };
            let same = secrets.signing.public_key() == expected;
            if same { Ok(secrets) } else { Err(StartError::OtherKey(signing.clone())) }
        })?;
        let mut outgoing = None;
        if self.campaign.issuer(issuer).method == Method::Email && config.mail.is_none() {
            return Err(MailError::NotConfigured.into());
        }
        if let Some(mail) = &config.mail {
            mail.check(&self.campaign.issuer(issuer).attester.url)?;
            if let Some(outbox) = &mail.outbox {
                keys::private_dir(outbox)?;
            }
            let (queue, mailer) = Outgoing::start(mail)?;
            outgoing = Some(queue);
            mailers.push(mailer);
        }
        let (campaign, clock) = (self.campaign.clone(), self.clock.clone());
        Ok(Arc::new(Attester::new(campaign, issuer, secrets, guardians, outgoing, clock)))
    }

    fn issuer(&self, config: &IssuerConfig) -> Result<Arc<Issuer>, StartError> {
        let index = self.known_issuer(config.index)?;
        let public = self.campaign.issuer(index);
        let path = config.dir.join("token.der");
        let signer = self.held(&[&path], || {
            let signer = BlindSigner::from_der(&keys::read(&path)?)
                .map_err(|source| StartError::TokenKey { path: path.clone(), source })?;
            let same = signer.public_key() == public.token_key;
            if same { Ok(signer) } else { Err(StartError::OtherKey(path.clone())) }
        })?;
        let store = Arc::new(store::issuer::open(&config.dir.join("issuer.sqlite"))?);
        let log = self.log(&config.dir, &public.log.0, store.clone(), Box::new(|_| ()))?;
        let (campaign, clock) = (self.campaign.clone(), self.clock.clone());
        Ok(Arc::new(Issuer::new(campaign, index, signer, store, log, clock)))
    }

    fn counter(
        &self,
        config: &CounterConfig,
        issuers: &[Arc<Issuer>],
    ) -> Result<Arc<Counter>, StartError> {
        let public = &self.campaign.manifest.counter;
        let path = config.dir.join("receipt.key");
        let receipt_key = SecretSeed::from(*keys::read_hex(&path)?);
        if receipt_key.public_key() != public.receipt_key {
            return Err(StartError::OtherKey(path));
        }
        let index = Arc::new(Index::new(&self.campaign));
        let observer: Observer = {
            let index = index.clone();
            Box::new(move |published| index.observe(published))
        };
        let store = Arc::new(LogStore::open(&config.dir.join("counter.sqlite"))?);
        let log = self.log(&config.dir, &public.log.0, store, observer)?;
        let issuance_logs = self.campaign.issuer_indices().map(|issuer| {
            let local = issuers.iter().find(|local| local.index() == issuer);
            local.map_or_else(
                || Peer::remote(&self.campaign.issuance_log_url(issuer)),
                |local| Peer::Local(sequencer::routes::router(local.log().clone())),
            )
        });
        let issuance_logs = issuance_logs.collect();
        let (campaign, clock) = (self.campaign.clone(), self.clock.clone());
        Ok(Arc::new(Counter::new(campaign, receipt_key, log, index, issuance_logs, clock)))
    }

    fn log(
        &self,
        dir: &Path,
        public: &VerifierKey,
        store: Arc<LogStore>,
        observer: Observer,
    ) -> Result<Arc<Log>, StartError> {
        let path = dir.join("log.key");
        let signer =
            NoteSigner::new(public.name().clone(), SecretSeed::from(*keys::read_hex(&path)?));
        if signer.verifier_key() != public {
            return Err(StartError::OtherKey(path));
        }
        let (id, files) = (&self.campaign.id, dir.join("log"));
        Ok(Arc::new(Log::open(id, &files, store, signer, observer)?))
    }

    /// A secret of these files; nobody is answered with it once its time is over.
    fn held<T>(
        &self,
        files: &[&PathBuf],
        read: impl FnOnce() -> Result<T, StartError>,
    ) -> Result<Held<T>, StartError> {
        let over = self.clock.now() >= destruction::due(&self.campaign);
        // What is about to be destroyed must be this campaign's, unless that has begun.
        let begun = over && files.iter().any(|file| keys::is_destroyed(file));
        let secret = if begun { None } else { Some(read()?).filter(|_| !over) };
        Ok(Held::new(secret, files.iter().map(|&file| file.clone()).collect()))
    }

    fn known_issuer(&self, index: u16) -> Result<u16, StartError> {
        let known = self.campaign.find_issuer(index).is_some();
        if known { Ok(index) } else { Err(StartError::Unknown(format!("issuer {index}"))) }
    }
}

/// Each role at the path of its URL in the manifest; each log at the path of its name.
fn mount(
    campaign: &Campaign,
    attesters: Vec<Arc<Attester>>,
    issuers: &[Arc<Issuer>],
    counter: Option<&Arc<Counter>>,
) -> Router {
    let mut router = Router::new();
    let mut at = |path: &str, role: Router| {
        let mounted = std::mem::take(&mut router);
        router = if path.is_empty() { mounted.merge(role) } else { mounted.nest(path, role) };
    };
    let log_path = |name: &VerifierKey| {
        let name = name.name().as_str();
        name.find('/').map_or(String::new(), |slash| name[slash..].to_owned())
    };
    for (path, group) in
        by_path(attesters, |it| campaign.issuer(it.issuer()).attester.url.path().to_owned())
    {
        at(&path, attester::routes::router(group));
    }
    let groups =
        by_path(issuers.to_vec(), |issuer| campaign.issuer(issuer.index()).url.path().to_owned());
    for (path, group) in groups {
        at("", issuer::routes::directory(&group, &path));
        at(&path, issuer::routes::router(group));
    }
    for issuer in issuers {
        let path = log_path(&campaign.issuer(issuer.index()).log.0);
        at(&path, sequencer::routes::router(issuer.log().clone()));
    }
    if let Some(counter) = counter {
        let public = &campaign.manifest.counter;
        at(public.url.path(), counter::routes::router(counter.clone()));
        at(public.url.path(), Router::new().route("/style.css", get(pages::style)));
        at(&log_path(&public.log.0), sequencer::routes::router(counter.log().clone()));
    }
    router
}

fn by_path<T>(all: Vec<T>, path: impl Fn(&T) -> String) -> Vec<(String, Vec<T>)> {
    let mut groups: Vec<(String, Vec<T>)> = Vec::new();
    for one in all {
        let path = path(&one);
        match groups.iter_mut().find(|(there, _)| *there == path) {
            Some((_, group)) => group.push(one),
            None => groups.push((path, vec![one])),
        }
    }
    groups
}
