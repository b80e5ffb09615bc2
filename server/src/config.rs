//! `headcount.toml`: which roles a process runs, and with what.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use headcount_protocol::log::CosignatureKey;
use serde::{Deserialize, Serialize};

use crate::attester::mail::MailConfig;
use crate::toml_file::{self, TomlFileError};

/// Name of the configuration in a campaign's directory.
pub const FILE: &str = "headcount.toml";

/// The configuration of a process. Paths are relative to the file.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// Address the process listens on.
    pub listen: SocketAddr,
    /// The campaign's manifest.
    pub manifest: PathBuf,
    /// The attesters it runs, one for each issuer.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub attester: Vec<AttesterConfig>,
    /// The guardians it runs. They answer the attesters of this process.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub guardian: Vec<GuardianConfig>,
    /// The issuers it runs.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub issuer: Vec<IssuerConfig>,
    /// The counter, if it runs it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub counter: Option<CounterConfig>,
    /// Where the manifest's witnesses are asked to cosign the logs it keeps.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub witness: Vec<WitnessConfig>,
}

/// An attester.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct AttesterConfig {
    /// Index of the issuer it vouches for.
    pub issuer: u16,
    /// Directory of its keys.
    pub dir: PathBuf,
    /// URLs of guardians in other processes, beside those of this one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub guardians: Vec<String>,
    /// How it sends codes, if its method is by e-mail.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mail: Option<MailConfig>,
}

/// A guardian.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct GuardianConfig {
    /// Its index, from 1.
    pub index: u16,
    /// Directory of its share and count.
    pub dir: PathBuf,
    /// A loopback address for attesters in other processes of this machine. Nobody is
    /// authenticated there, so no other address is taken.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub listen: Option<SocketAddr>,
}

/// An issuer.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct IssuerConfig {
    /// Its index in the manifest.
    pub index: u16,
    /// Directory of its keys, database and log.
    pub dir: PathBuf,
}

/// The counter.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct CounterConfig {
    /// Directory of its keys, database and log.
    pub dir: PathBuf,
}

/// A witness of the manifest.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct WitnessConfig {
    /// Its verifier key, as in the manifest.
    pub key: CosignatureKey,
    /// URL below which it takes checkpoints: https, or http to a loopback or onion address.
    pub url: String,
}

impl Config {
    /// Reads the configuration of a campaign's directory; its paths become absolute or relative
    /// to the working directory.
    ///
    /// # Errors
    /// [`TomlFileError`].
    pub fn load(dir: &Path) -> Result<Self, TomlFileError> {
        let mut config: Self = toml_file::load(&dir.join(FILE))?;
        config.resolve(dir);
        Ok(config)
    }

    fn resolve(&mut self, base: &Path) {
        let resolve = |path: &mut PathBuf| *path = base.join(&*path);
        resolve(&mut self.manifest);
        for attester in &mut self.attester {
            resolve(&mut attester.dir);
            if let Some(mail) = &mut attester.mail {
                mail.outbox.iter_mut().for_each(resolve);
                mail.password_file.iter_mut().for_each(resolve);
            }
        }
        self.guardian.iter_mut().for_each(|guardian| resolve(&mut guardian.dir));
        self.issuer.iter_mut().for_each(|issuer| resolve(&mut issuer.dir));
        self.counter.iter_mut().for_each(|counter| resolve(&mut counter.dir));
    }
}
