//! Checks a certificate, from its bytes alone ([spec: certificate §5]).

use super::bound::{Bound, BoundError};
use super::file::{self, Head, MAX_LEN, Sample};
use super::open_checkpoint;
use super::sample::Claim;
use super::shape::{Part, fold};
use super::sorted::{Descent, Listed, Span};
use crate::campaign::{Campaign, CampaignId, ManifestError};
use crate::codec::{DecodeError, Reader};
use crate::entry::Entry;
use crate::log::{Checkpoint, CheckpointError, Hash, leaf_hash, node_hash};
use crate::pledge::{Pledge, PledgeError};

/// Which rule of [spec: certificate §5] a certificate breaks.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum CheckError {
    /// [CER-1] Bytes that are no certificate; [CER-7] a node that is missing or left over.
    #[error("not a certificate: {0}")]
    Encoding(#[from] DecodeError),
    /// [CER-2]
    #[error(transparent)]
    Bound(#[from] BoundError),
    /// [CAM-1]
    #[error("the certificate is of another campaign")]
    AnotherCampaign,
    /// The manifest is none ([spec: campaign §2]).
    #[error(transparent)]
    Manifest(#[from] ManifestError),
    /// [CER-4]
    #[error("the checkpoint is refused: {0}")]
    Checkpoint(#[from] CheckpointError),
    /// [CER-3]
    #[error("{listed} pledges cannot stand in a log of {size} entries")]
    Listed {
        /// Pledges that are listed.
        listed: u64,
        /// Entries of the log.
        size: u64,
    },
    /// [CER-8]
    #[error("the log index {0} is shown twice, or is not below the size of the log")]
    Index(u64),
    /// [CER-9]
    #[error("the entry at log index {0} is no pledge")]
    Entry(u64),
    /// [CER-10]
    #[error("a node of the list has a least nonce above its greatest")]
    Descending,
    /// [CER-11]
    #[error("two neighbours in the list do not ascend: a pledge may be listed twice")]
    Order,
    /// [CER-12]
    #[error("the pledges do not lead to the root of the list")]
    Root,
    /// [CER-13]
    #[error("the entries do not lead to the root that the checkpoint signs")]
    LogRoot,
    /// [CER-14]
    #[error("the pledge at log index {index} is refused: {error}")]
    Pledge {
        /// Its index in the log.
        index: u64,
        /// Why.
        error: PledgeError,
    },
}

impl CheckError {
    /// The rule's id in the spec; `manifest` for a manifest that is none.
    #[must_use]
    pub const fn rule(&self) -> &'static str {
        match self {
            Self::Encoding(_) => "CER-1",
            Self::Bound(_) => "CER-2",
            Self::AnotherCampaign => "CAM-1",
            Self::Manifest(_) => "manifest",
            Self::Checkpoint(_) => "CER-4",
            Self::Listed { .. } => "CER-3",
            Self::Index(_) => "CER-8",
            Self::Entry(_) => "CER-9",
            Self::Descending => "CER-10",
            Self::Order => "CER-11",
            Self::Root => "CER-12",
            Self::LogRoot => "CER-13",
            Self::Pledge { .. } => "CER-14",
        }
    }
}

impl From<Descent> for CheckError {
    fn from(descent: Descent) -> Self {
        match descent {
            Descent::Inside => Self::Descending,
            Descent::Between => Self::Order,
        }
    }
}

/// What a certificate shows ([spec: certificate §6]).
#[derive(Clone, Debug)]
pub struct Shown {
    /// The campaign, as the certificate's manifest has it.
    pub campaign: Campaign,
    /// The pledge log it speaks of.
    pub checkpoint: Checkpoint,
    /// The share in doubt.
    pub bound: Bound,
    /// Pledges that are listed, `N`.
    pub listed: u64,
    /// The challenge, from which the samples follow.
    pub challenge: [u8; 32],
    /// Different places of the list that were drawn and checked, ascending.
    pub positions: Vec<u64>,
}

impl Shown {
    /// Distinct signed pledges that stand in the log, at least.
    #[must_use]
    pub fn pledges(&self) -> u64 {
        self.bound.at_least(self.listed)
    }

    /// Pledges that are not withdrawn, at least: every entry that is not shown to be a pledge may
    /// be a withdrawal.
    #[must_use]
    pub fn net(&self) -> u64 {
        let pledges = self.pledges();
        pledges.saturating_sub(self.checkpoint.size() - pledges)
    }
}

/// Checks a certificate; with `campaign`, that it is of that one.
///
/// Costs one RSA verification for each token of each pledge that is shown, some 4,400 at 2 %.
///
/// # Errors
/// The variant of [`CheckError`] of the first rule that is broken.
pub fn check(bytes: &[u8], campaign: Option<CampaignId>) -> Result<Shown, CheckError> {
    if bytes.len() > MAX_LEN {
        return Err(DecodeError::OutOfRange("the length").into());
    }
    let mut reader = Reader::new(bytes);
    let head = Head::read(&mut reader)?;
    if campaign.is_some_and(|id| id != CampaignId::of(head.manifest)) {
        return Err(CheckError::AnotherCampaign);
    }
    let campaign = Campaign::parse(head.manifest)?;
    let checkpoint = open_checkpoint(&campaign, head.note)?;
    let (listed, size) = (head.listed, checkpoint.size());
    // Index 0 is the campaign entry.
    if listed == 0 || listed >= size {
        return Err(CheckError::Listed { listed, size });
    }
    let Head { bound, root, note, .. } = head;
    let claim = Claim { campaign: &campaign.id, bound, listed, root: &root, note };
    let (challenge, positions) = (claim.challenge(), claim.positions());
    let samples = file::samples(&mut reader, positions.len())?;
    let spans = file::spans(&mut reader, listed, &positions)?;
    let indices = indices(&samples, size)?;
    let hashes = file::hashes(reader, size, &indices)?;
    let pledges = pledges(&samples)?;

    check_list(&claim, &positions, &samples, &pledges, &spans)?;
    check_log(&checkpoint, &indices, &samples, &hashes)?;
    for ((index, _), pledge) in samples.iter().zip(&pledges) {
        let index = *index;
        pledge.verify(&campaign).map_err(|error| CheckError::Pledge { index, error })?;
    }
    Ok(Shown { bound, listed, challenge, positions, checkpoint, campaign })
}

/// The log indices of the samples, ascending: each once, as else only one entry of two that are
/// shown for an index would be compared with the log.
fn indices(samples: &[Sample<'_>], size: u64) -> Result<Vec<u64>, CheckError> {
    let mut indices: Vec<u64> = samples.iter().map(|(index, _)| *index).collect();
    indices.sort_unstable();
    if let Some(pair) = indices.windows(2).find(|pair| pair[0] == pair[1]) {
        return Err(CheckError::Index(pair[0]));
    }
    match indices.last() {
        Some(last) if *last >= size => Err(CheckError::Index(*last)),
        _ => Ok(indices),
    }
}

fn pledges(samples: &[Sample<'_>]) -> Result<Vec<Pledge>, CheckError> {
    let pledge = |(index, bytes): &Sample<'_>| match Entry::decode(bytes) {
        Ok(Entry::Pledge(pledge)) => Ok(pledge),
        _ => Err(CheckError::Entry(*index)),
    };
    samples.iter().map(pledge).collect()
}

/// Puts the list's tree together from the pledges that are shown and the nodes beside their paths.
fn check_list(
    claim: &Claim<'_>,
    positions: &[u64],
    samples: &[Sample<'_>],
    pledges: &[Pledge],
    spans: &[Span],
) -> Result<(), CheckError> {
    let mut spans = spans.iter();
    let mut part = |part| match part {
        Part::Known(at) => {
            let (index, bytes) = samples[at];
            let nonce = pledges[at].nonce(claim.campaign);
            Ok(Span::leaf(claim.campaign, &Listed { nonce, index, leaf: leaf_hash(bytes) }))
        }
        Part::Rest(_) => spans.next().expect("as many were read").given(),
    };
    let mut join = |left: Span, right: Span| Span::ascending(claim.campaign, &left, &right);
    let root = fold(0..claim.listed, positions, &mut part, &mut join)?;
    if root.hash == *claim.root { Ok(()) } else { Err(CheckError::Root) }
}

/// The same for the log's tree.
fn check_log(
    checkpoint: &Checkpoint,
    indices: &[u64],
    samples: &[Sample<'_>],
    hashes: &[Hash],
) -> Result<(), CheckError> {
    let mut by_index = samples.to_vec();
    by_index.sort_unstable_by_key(|(index, _)| *index);
    let mut hashes = hashes.iter();
    let mut part = |part| match part {
        Part::Known(at) => Ok::<_, CheckError>(leaf_hash(by_index[at].1)),
        Part::Rest(_) => Ok(*hashes.next().expect("as many were read")),
    };
    let mut join = |left: Hash, right: Hash| Ok(node_hash(&left, &right));
    let root = fold(0..checkpoint.size(), indices, &mut part, &mut join)?;
    if root == *checkpoint.root() { Ok(()) } else { Err(CheckError::LogRoot) }
}
