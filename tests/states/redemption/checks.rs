//! The faithful model holds; each of the others breaks the property it should.

use super::properties::{
    COMMITTED_FIRST, FILES_FIRST, GOES_ON, NEVER_LATE, NEVER_LOST, NO_FORK, NO_SHRINKING,
    ONE_COUNT, ONE_RECEIPT, OPEN_BATCH, SAME_BYTES, WELL_FORMED,
};
use super::variant::Variant;
use super::{Entry, Redemption};
use crate::{breaks, holds, holds_one, holds_promises};

const ADAS: Entry = Entry::Pledge { nonce: 0, copy: 0 };
/// Another signature of the same token.
const ADAS_COPY: Entry = Entry::Pledge { nonce: 0, copy: 1 };
const GRACES: Entry = Entry::Pledge { nonce: 1, copy: 0 };

fn redemption(variant: Variant) -> Redemption {
    Redemption { variant, processes: 2, pledges: &[ADAS, ADAS_COPY, GRACES] }
}

/// [PLG-3], [PLG-5], [PLG-6], [PLG-15], [PLG-16], [LOG-7], [LOG-22], [LOG-25], [LOG-26], [LOG-31],
/// [LOG-32], [LOG-33]: one token counts once, what was acknowledged is in the log by the seal that
/// was named, and readers see one log that grows, whoever dies at whatever step.
#[test]
fn redeeming_keeps_its_promises() {
    holds(redemption(Variant::Faithful), 502_640);
}

/// The same, with more processes and fewer pledges.
#[test]
fn three_processes_keep_the_promises_of_redeeming() {
    let model = Redemption { variant: Variant::Faithful, processes: 3, pledges: &[ADAS] };
    holds_promises(model, 25_542);
}

/// [PLG-3]: looking up and inserting are one.
#[test]
fn a_lookup_of_its_own_counts_one_token_twice() {
    breaks(redemption(Variant::LookupApart), ONE_COUNT);
}

/// [PLG-3]: the log is looked up as well as the open batch.
#[test]
fn a_log_that_is_not_looked_up_counts_one_token_twice() {
    breaks(redemption(Variant::LogNotLookedUp), ONE_COUNT);
}

/// [PLG-6]: the first of two signatures stays.
#[test]
fn a_copy_that_replaces_the_first_breaks_its_receipt() {
    breaks(redemption(Variant::LastStays), ONE_RECEIPT);
    breaks(redemption(Variant::LastStays), NEVER_LOST);
}

/// [PLG-5]: the same receipt for ever.
#[test]
fn refusing_late_replays_forgets_a_receipt() {
    breaks(redemption(Variant::ReplaysEnd), ONE_RECEIPT);
}

/// [PLG-15]: durable before it is acknowledged.
#[test]
fn a_receipt_before_the_entry_loses_a_pledge() {
    breaks(redemption(Variant::ReceiptFirst), NEVER_LOST);
}

/// [PLG-16]: the batch that is open at insertion.
#[test]
fn a_receipt_of_a_later_batch_is_seen() {
    breaks(redemption(Variant::LaterBatch), OPEN_BATCH);
}

/// [PLG-16], [LOG-33]: what is committed is published before anything else is done.
#[test]
fn not_finishing_a_publication_changes_receipts() {
    breaks(redemption(Variant::NoCatchUp), ONE_RECEIPT);
    breaks(redemption(Variant::NoCatchUp), GOES_ON);
}

/// [LOG-33]: nothing is added between reading the batch and deleting it.
#[test]
fn inserting_while_sealing_loses_a_pledge() {
    breaks(redemption(Variant::InsertWhileSealing), NEVER_LOST);
    breaks(redemption(Variant::InsertWhileSealing), GOES_ON);
}

/// [LOG-33]: not even if only what was sealed is deleted.
#[test]
fn inserting_while_sealing_makes_a_pledge_late() {
    breaks(redemption(Variant::CarefulForget), NEVER_LATE);
}

/// [LOG-22]: the row is written if nobody has moved the log on; without that and without a lock
/// the log forks, and with either it does not.
#[test]
fn neither_lock_nor_compare_and_swap_forks_the_log() {
    let model = |variant| Redemption { variant, processes: 2, pledges: &[ADAS] };
    breaks(model(Variant::NeitherLockNorSwap), NO_FORK);
    holds_one(model(Variant::LockOfItsOwn), NO_FORK, 623_002);
    holds_promises(model(Variant::NoCompareAndSwap), 6_092);
}

/// [LOG-33], [PLG-15]: the lock is one for all processes. What compare-and-swap saves without it
/// is only that nothing is signed that contradicts.
#[test]
fn a_lock_of_its_own_loses_a_pledge() {
    breaks(redemption(Variant::LockOfItsOwn), NEVER_LOST);
    breaks(redemption(Variant::LockOfItsOwn), NO_SHRINKING);
    breaks(redemption(Variant::LockOfItsOwn), ONE_COUNT);
}

/// [LOG-31]: nothing is seen before the commit.
#[test]
fn publishing_first_shows_what_is_not_committed() {
    breaks(redemption(Variant::PublishFirst), COMMITTED_FIRST);
    breaks(redemption(Variant::PublishFirst), NO_FORK);
    breaks(redemption(Variant::PublishFirst), SAME_BYTES);
}

/// [LOG-7]: files before the checkpoint.
#[test]
fn a_checkpoint_before_its_files_promises_too_much() {
    breaks(redemption(Variant::CheckpointFirst), FILES_FIRST);
}

/// [LOG-32]: the open batch is there until it can be read.
#[test]
fn forgetting_first_loses_the_batch() {
    breaks(redemption(Variant::ForgetFirst), NEVER_LOST);
    breaks(redemption(Variant::ForgetFirst), GOES_ON);
}

/// [LOG-32]: the closing entry is kept.
#[test]
fn a_seal_made_anew_changes_the_bytes() {
    breaks(redemption(Variant::NewSeal), SAME_BYTES);
    breaks(redemption(Variant::NewSeal), NO_FORK);
}

/// [LOG-28]: a seal's checkpoints are no smaller than those before.
#[test]
fn checkpoints_read_before_the_lock_may_shrink() {
    breaks(redemption(Variant::StaleIssuances), WELL_FORMED);
}
