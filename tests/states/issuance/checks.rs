//! The faithful model holds; each of the others breaks the property it should.

use super::properties::{
    NO_LOCKOUT, ONE_ENTRY, ONE_TOKEN, REGISTERED_IS_LOGGED, SAME_ANSWER, SIGNED_IS_LOGGED,
};
use super::{Issuance, Variant, WALLETS};
use crate::{breaks, holds, holds_promises};

fn issuance(variant: Variant) -> Issuance {
    Issuance { variant, processes: 2, wallets: WALLETS.len() }
}

/// [ATT-16], [ATT-17], [ATT-20]: one tag never has two tokens, one request never stands in the log
/// twice, and who tries again gets the same answer, whoever dies at whatever step.
#[test]
fn issuing_keeps_its_promises() {
    holds(issuance(Variant::Faithful), 289_057);
}

/// The same, with more processes and fewer wallets.
#[test]
fn three_processes_keep_the_promises_of_issuing() {
    let model = Issuance { variant: Variant::Faithful, processes: 3, wallets: 3 };
    holds_promises(model, 271_714);
}

/// [ATT-16]: the lookup belongs into the transaction.
#[test]
fn a_lookup_of_its_own_gives_one_tag_two_tokens() {
    breaks(issuance(Variant::LookupApart), ONE_TOKEN);
}

/// [ATT-20]: a request digest is looked up under every tag.
#[test]
fn a_digest_that_is_not_looked_up_is_published_twice() {
    breaks(issuance(Variant::DigestNotLookedUp), ONE_ENTRY);
}

/// [ATT-16]: durable before anything is signed.
#[test]
fn signing_first_leaves_a_token_that_is_not_logged() {
    breaks(issuance(Variant::SignFirst), SIGNED_IS_LOGGED);
    breaks(issuance(Variant::SignFirst), ONE_TOKEN);
}

/// [ATT-16]: both rows in one transaction.
#[test]
fn two_transactions_leave_a_token_that_is_not_logged() {
    breaks(issuance(Variant::TwoTransactions), SIGNED_IS_LOGGED);
    breaks(issuance(Variant::TwoTransactions), REGISTERED_IS_LOGGED);
}

/// [ATT-17]: the same request again is answered.
#[test]
fn refusing_replays_locks_out_who_lost_the_answer() {
    breaks(issuance(Variant::ReplaysRefused), NO_LOCKOUT);
    breaks(issuance(Variant::ReplaysRefused), SAME_ANSWER);
}

/// [ATT-17]: also after `issuance_closes`.
#[test]
fn refusing_late_replays_changes_the_answer() {
    breaks(issuance(Variant::ReplaysEnd), SAME_ANSWER);
    breaks(issuance(Variant::ReplaysEnd), NO_LOCKOUT);
}

/// [ATT-17]: the same 256 bytes, for which nothing is kept.
#[test]
fn random_signatures_change_the_answer() {
    breaks(issuance(Variant::RandomSignatures), SAME_ANSWER);
}
