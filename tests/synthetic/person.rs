//! One person: a pledge, and what the issuer publishes.

use headcount_protocol::attestation::{Attestation, Vouching};
use headcount_protocol::campaign::Campaign;
use headcount_protocol::entry::Entry;
use headcount_protocol::pledge::{NO_REGION, Opening, Pledge};
use headcount_protocol::token::RequestDigest;
use sha2::{Digest as _, Sha256};

use super::signer::DirectSigner;
use crate::campaign::{Keys, seed, tag};

/// Class, and issuer, of a person: one in ten has an invitation.
#[must_use]
pub const fn class_of(person: u64) -> u16 {
    if person % 10 == 9 { 1 } else { 0 }
}

/// What becomes public of a person.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Person {
    /// In the pledge log.
    pub pledge: Pledge,
    /// In the issuance log.
    pub vouching: Vouching,
}

impl Person {
    /// Bytes of pledge and issuance entry.
    pub const LEN: usize = 392 + 131;

    /// The person with this number.
    ///
    /// # Panics
    /// If a step fails.
    #[must_use]
    pub fn make(campaign: &Campaign, signers: &[DirectSigner; 2], person: u64) -> Self {
        let class = class_of(person);
        let region = match person % 40 {
            0 => 1,
            1 => 2,
            _ => NO_REGION,
        };
        let opening = Opening::derive(&seed(person), &campaign.id, class, region);
        let signer = &signers[usize::from(class)];
        let token = signer.token(campaign, class, opening.nonce(&campaign.id));
        // Of the request nothing but the digest is ever published.
        let digest: [u8; 32] = Sha256::digest(format!("request {person}")).into();
        let vouching = vouch(campaign, class, person, digest.into());
        Self { pledge: Pledge { opening, tokens: vec![token] }, vouching }
    }

    /// Both entries, one after the other.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let pledge = Entry::Pledge(self.pledge.clone()).encode();
        [pledge, Entry::Issuance(self.vouching).encode()].concat()
    }

    /// Reads [`Self::encode`]; nothing if these are other bytes.
    #[must_use]
    pub fn decode(bytes: &[u8]) -> Option<Self> {
        let (pledge, issuance) = bytes.split_at_checked(392)?;
        match (Entry::decode(pledge).ok()?, Entry::decode(issuance).ok()?) {
            (Entry::Pledge(pledge), Entry::Issuance(vouching)) => Some(Self { pledge, vouching }),
            _ => None,
        }
    }
}

fn vouch(campaign: &Campaign, issuer: u16, person: u64, digest: RequestDigest) -> Vouching {
    let (keys, at) = (Keys::shared(), usize::from(issuer));
    let (secret, key) = (&keys.commitments[at], &keys.attesters[at]);
    Attestation::sign(&campaign.id, issuer, digest, tag(person), secret, key)
        .verify(&campaign.id, issuer, &digest, &key.public_key())
        .expect("an honest attestation")
        .1
}
