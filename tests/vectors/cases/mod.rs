//! The cases, one module a file.

mod attestation;
mod attestation_codes;
mod attestation_forged;
mod campaign;
mod certificate;
mod certificate_forged;
mod email;
mod email_domain;
mod evidence;
mod evidence_forms;
mod evidence_issuances;
mod evidence_promises;
mod log;
mod long_notes;
mod overview;
mod pledge;
mod pledge_receipts;
mod pledge_rules;
mod pledge_withdrawals;
mod points;
pub mod recount;
mod said;
mod statement_texts;
mod statements;
mod tag;
mod tag_combine;
mod tag_elements;
mod tag_guardians;
mod tag_sharing;
mod token;
mod token_issuance;
mod token_keys;
mod token_signatures;
mod verifier_keys;
mod witness;
mod witness_requests;

use super::File;

/// All files.
#[must_use]
pub fn all() -> Vec<File> {
    vec![
        attestation::file(),
        campaign::file(),
        certificate::file(),
        evidence::file(),
        log::file(),
        overview::file(),
        pledge::file(),
        recount::file(),
        statements::file(),
        tag::file(),
        token::file(),
        witness::file(),
    ]
}
