//! What is done otherwise than specified.

use super::{Job, Stage, Write};

/// How redeeming and sealing go.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Variant {
    /// As specified.
    Faithful,
    /// The lock is let go between looking a pledge up and inserting it.
    LookupApart,
    /// A pledge is looked up in the open batch alone.
    LogNotLookedUp,
    /// A pledge whose nonce is pending takes the place of the first.
    LastStays,
    /// Once redeeming is over, even what was redeemed is refused.
    ReplaysEnd,
    /// A receipt is sent before the entry is stored.
    ReceiptFirst,
    /// A receipt names the batch after the open one.
    LaterBatch,
    /// A pledge is taken without finishing what another process committed.
    NoCatchUp,
    /// Pledges are inserted without waiting for a seal to end.
    InsertWhileSealing,
    /// Likewise, and of the open batch only what was sealed is deleted.
    CarefulForget,
    /// Each process has a lock of its own.
    LockOfItsOwn,
    /// The row is written whatever it has become.
    NoCompareAndSwap,
    /// Both at once.
    NeitherLockNorSwap,
    /// Files and checkpoint are written, then committed.
    PublishFirst,
    /// The checkpoint is written before the files it stands for.
    CheckpointFirst,
    /// The open batch is deleted before it is written to files.
    ForgetFirst,
    /// The closing entry is made anew by the process that finishes a publication.
    NewSeal,
    /// Checkpoints of the issuance logs are read before the lock is taken.
    StaleIssuances,
}

impl Variant {
    /// Whether a job waits for whoever has the lock, and then holds it.
    pub(super) const fn locks(self, job: Job) -> bool {
        match self {
            Self::LockOfItsOwn | Self::NeitherLockNorSwap => false,
            Self::InsertWhileSealing | Self::CarefulForget => !matches!(job, Job::Redeem { .. }),
            _ => true,
        }
    }

    pub(super) fn holds_lock(self, stage: &Stage) -> bool {
        match stage {
            Stage::Ready(job) => self.locks(*job),
            Stage::Publish(_) => true,
            Stage::Insert(_) => self != Self::LookupApart,
            Stage::Idle | Stage::Waiting(_) | Stage::Answer { .. } => false,
        }
    }

    /// Whether a job first finishes what another process committed, and reads what is published.
    pub(super) const fn catches_up(self, job: Job) -> bool {
        let hasty =
            matches!(self, Self::NoCatchUp | Self::InsertWhileSealing | Self::CarefulForget);
        !(hasty && matches!(job, Job::Redeem { .. }))
    }

    /// Whether the row is written only if it is as it was read.
    pub(super) const fn swaps(self) -> bool {
        !matches!(self, Self::NoCompareAndSwap | Self::NeitherLockNorSwap)
    }

    pub(super) const fn order(self) -> &'static [Write] {
        use Write::{Checkpoint, Commit, Files, Forget};
        match self {
            Self::PublishFirst => &[Files, Checkpoint, Commit, Forget],
            Self::CheckpointFirst => &[Commit, Checkpoint, Files, Forget],
            Self::ForgetFirst => &[Commit, Forget, Files, Checkpoint],
            _ => &[Commit, Files, Checkpoint, Forget],
        }
    }
}
