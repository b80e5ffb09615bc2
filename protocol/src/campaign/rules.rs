//! What must hold between the fields of a manifest ([spec: campaign §4]).

use std::collections::BTreeSet;

use super::manifest::{Class, Manifest, Measure, NO_REGION, Spread};
use crate::ed25519::PublicKey;
use crate::guardians::{Commitments, CommitmentsError};

/// Seconds during which a request is answered again after issuance has closed.
pub const REPLAY_GRACE: u64 = 48 * 60 * 60;

/// Largest integer in a manifest: every JSON parser reads it exactly.
pub const MAX_INTEGER: u64 = (1 << 53) - 1;

/// Most issuers of a class.
pub const MAX_CLASS: usize = 8;

/// Most milestones of a threshold.
pub const MAX_MILESTONES: usize = 64;

/// Most classes, and most issuers.
pub const MAX_ISSUERS: usize = 64;

/// Most witnesses: with the log's line their lines fit into a note twice over.
pub const MAX_WITNESSES: usize = 32;

/// The rule a manifest breaks.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum Rule {
    /// [CAM-8]
    #[error("the format's version must be 1")]
    Version,
    /// [CAM-9]
    #[error("an integer is larger than 2^53 - 1")]
    Integer,
    /// [CAM-10]
    #[error("the threshold's count must be at least 1, and its class must exist")]
    Threshold,
    /// [CAM-11]
    #[error("issuance must close after the opening")]
    Opening,
    /// [CAM-12]
    #[error(
        "redemption must close at least 48 hours, one maximum wait and one maximum delay after \
         issuance"
    )]
    Redemption,
    /// [CAM-13]
    #[error("there must be 1 to 64 issuers and as many classes at most")]
    IssuerCount,
    /// [CAM-14]
    #[error("class names must be distinct and of 1 to 32 lowercase letters, digits and hyphens")]
    ClassName,
    /// [CAM-15]
    #[error("a class must name 1 to 8 issuers, ascending")]
    ClassIssuers,
    /// [CAM-16]
    #[error("issuer {0} must belong to exactly one class")]
    Partition(usize),
    /// [CAM-17]
    #[error("issuers at one URL must have distinct truncated key ids, and all keys be distinct")]
    TokenKeys,
    /// [CAM-18]
    #[error("the Ed25519 keys must be valid and all distinct")]
    Keys,
    /// [CAM-19]
    #[error("a log's name must lie below the URL of the role that keeps it, and be its only one")]
    LogName,
    /// [CAM-20]
    #[error("the guardians' commitments are refused: {0}")]
    Commitments(#[from] CommitmentsError),
    /// [CAM-21]
    #[error(
        "the quorum of at most 32 witnesses must satisfy 2q > w + f and q <= w - f, or be 0 of 0"
    )]
    Quorum,
    /// [CAM-22]
    #[error("region ids must be distinct and not 0, coordinates on the globe, at most 1,024")]
    Regions,
    /// [CAM-23]
    #[error("the maximum delay must be at least the minimum")]
    Delay,
    /// [CAM-24]
    #[error(
        "the batch interval and minimum size must be at least 1, the maximum wait a multiple of \
         the interval"
    )]
    Batch,
    /// [CAM-30]
    #[error("a title must be one line")]
    Title,
    /// [CAM-31]
    #[error("the milestones must be at most 64 counts from 1, ascending")]
    Milestones,
    /// [CAM-32]
    #[error(
        "a spread must name at least 1 pledge in each of at least 1 and at most all regions, or 0 of \
         both"
    )]
    Spread,
}

/// Checks every rule in the order of the table, and parses the commitments on the way.
pub(super) fn check(manifest: &Manifest) -> Result<Commitments, Rule> {
    let require = |holds: bool, rule: Rule| if holds { Ok(()) } else { Err(rule) };
    require(manifest.headcount == 1, Rule::Version)?;
    integers(manifest)?;
    threshold(manifest)?;
    let schedule = &manifest.schedule;
    require(schedule.opens < schedule.issuance_closes, Rule::Opening)?;
    let room = REPLAY_GRACE + manifest.batch.maximum_wait + manifest.delay.maximum;
    require(schedule.redemption_closes >= schedule.issuance_closes + room, Rule::Redemption)?;
    classes(manifest)?;
    token_keys(manifest)?;
    signing_keys(manifest)?;
    log_names(manifest)?;
    let oprf = &manifest.oprf;
    let commitments = Commitments::parse(oprf.threshold, oprf.guardians, &oprf.commitments)?;
    let witnesses = &manifest.witnesses;
    let [q, f] = [witnesses.quorum, witnesses.faulty].map(usize::from);
    let w = witnesses.keys.len();
    let unwitnessed = w == 0 && q == 0 && f == 0;
    let quorum = w <= MAX_WITNESSES && 2 * q > w + f && q + f <= w;
    require(unwitnessed || quorum, Rule::Quorum)?;
    regions(manifest)?;
    require(manifest.delay.minimum <= manifest.delay.maximum, Rule::Delay)?;
    let batch = &manifest.batch;
    let batch_holds = batch.interval >= 1
        && batch.minimum_size >= 1
        && batch.maximum_wait >= batch.interval
        && batch.maximum_wait.is_multiple_of(batch.interval);
    require(batch_holds, Rule::Batch)?;
    let one_line = manifest.title.iter().all(|(_, title)| !title.contains('\n'));
    require(one_line, Rule::Title)?;
    let milestones = &manifest.threshold.milestones;
    let ascend = milestones.is_sorted_by(|a, b| a < b) && milestones.first() != Some(&0);
    require(ascend && milestones.len() <= MAX_MILESTONES, Rule::Milestones)?;
    let Spread { regions, pledges } = manifest.threshold.spread;
    let none = regions == 0 && pledges == 0;
    let some = pledges >= 1 && (1..=manifest.regions.len()).contains(&usize::from(regions));
    require(none || some, Rule::Spread)?;
    Ok(commitments)
}

fn integers(manifest: &Manifest) -> Result<(), Rule> {
    let Manifest { threshold, schedule, delay, batch, .. } = manifest;
    let all = [
        threshold.count,
        schedule.opens,
        schedule.issuance_closes,
        schedule.redemption_closes,
        delay.minimum,
        delay.maximum,
        batch.interval,
        batch.maximum_wait,
        threshold.spread.pledges,
    ];
    let all = all.iter().chain(&threshold.milestones);
    if all.into_iter().all(|&value| value <= MAX_INTEGER) { Ok(()) } else { Err(Rule::Integer) }
}

fn threshold(manifest: &Manifest) -> Result<(), Rule> {
    let named = match manifest.threshold.of {
        Measure::Class(index) => usize::from(index) < manifest.classes.len(),
        Measure::Sum | Measure::Maximum => true,
    };
    if manifest.threshold.count >= 1 && named { Ok(()) } else { Err(Rule::Threshold) }
}

fn classes(manifest: &Manifest) -> Result<(), Rule> {
    let issuers = manifest.issuers.len();
    if !(1..=MAX_ISSUERS).contains(&issuers) || manifest.classes.len() > MAX_ISSUERS {
        return Err(Rule::IssuerCount);
    }
    let mut names = BTreeSet::new();
    for Class { name, .. } in &manifest.classes {
        let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
        let named = (1..=32).contains(&name.len()) && name.bytes().all(plain);
        if !named || !names.insert(name) {
            return Err(Rule::ClassName);
        }
    }
    let mut memberships = vec![0; issuers];
    for Class { issuers, .. } in &manifest.classes {
        if !(1..=MAX_CLASS).contains(&issuers.len()) || !issuers.is_sorted_by(|a, b| a < b) {
            return Err(Rule::ClassIssuers);
        }
        for &issuer in issuers {
            *memberships.get_mut(usize::from(issuer)).ok_or(Rule::ClassIssuers)? += 1;
        }
    }
    memberships.iter().position(|&n| n != 1).map_or(Ok(()), |at| Err(Rule::Partition(at)))
}

fn token_keys(manifest: &Manifest) -> Result<(), Rule> {
    let mut ids = BTreeSet::new();
    let mut truncated = BTreeSet::new();
    let distinct = manifest.issuers.iter().all(|issuer| {
        let id = issuer.token_key.id();
        ids.insert(id) && truncated.insert((&issuer.url, id.truncated()))
    });
    if distinct { Ok(()) } else { Err(Rule::TokenKeys) }
}

fn signing_keys(manifest: &Manifest) -> Result<(), Rule> {
    let counter = &manifest.counter;
    let own = [manifest.organiser_key, manifest.amendment_key, counter.receipt_key];
    let issuers = manifest.issuers.iter();
    let mut keys = issuers.clone().map(|issuer| issuer.attester.key).chain(own);
    let logs = issuers.map(|issuer| &issuer.log).chain([&counter.log]).map(|log| *log.0.key());
    let mut log_keys = logs.chain(manifest.witnesses.keys.iter().map(|witness| *witness.key()));

    let mut seen = BTreeSet::new();
    let valid = |key: &PublicKey| PublicKey::parse(*key.as_bytes()).is_ok();
    let distinct =
        keys.all(|key| valid(&key) && seen.insert(key)) && log_keys.all(|key| seen.insert(key));
    if distinct { Ok(()) } else { Err(Rule::Keys) }
}

fn log_names(manifest: &Manifest) -> Result<(), Rule> {
    let issuers = manifest.issuers.iter().map(|issuer| (&issuer.url, &issuer.log));
    let counter = (&manifest.counter.url, &manifest.counter.log);
    let mut names = BTreeSet::new();
    let below = issuers.chain([counter]).all(|(url, log)| {
        let rest = log.0.name().as_str().strip_prefix(url.schemeless());
        let segment = rest.and_then(|rest| rest.strip_prefix('/')).unwrap_or_default();
        let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
        !segment.is_empty() && segment.bytes().all(plain) && names.insert(log.0.name())
    });
    if below { Ok(()) } else { Err(Rule::LogName) }
}

fn regions(manifest: &Manifest) -> Result<(), Rule> {
    let mut ids = BTreeSet::new();
    let hold = manifest.regions.iter().all(|region| {
        region.id != NO_REGION
            && ids.insert(region.id)
            && (-90_000..=90_000).contains(&region.latitude)
            && (-180_000..=180_000).contains(&region.longitude)
    });
    if hold && manifest.regions.len() <= 1024 { Ok(()) } else { Err(Rule::Regions) }
}
