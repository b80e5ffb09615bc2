//! Issuances whose attester signature does not verify.

use headcount_protocol::attestation::{Attestation, Vouching};
use headcount_protocol::ed25519::{SecretSeed, Signature};
use headcount_protocol::entry::Entry;

use super::world::{World, vouching};
use crate::campaign::{Keys, tag};
use crate::vectors::Case;

/// The order of the group, little-endian.
const ORDER: [u8; 32] = [
    0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14,
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x10,
];

pub(super) fn cases() -> Vec<Case> {
    let small = World::small();
    let genuine = vouching(&small.campaign, 0, 5, 11);
    let altered = |alter: fn(&mut Vouching)| {
        let mut vouching = genuine;
        alter(&mut vouching);
        vouching
    };
    let case = |comment, vouching| {
        small.issuances(comment, "REC-20", 5, |log| {
            log.batch(&small.campaign, vec![Entry::Issuance(vouching)], Vec::new());
        })
    };
    let mut of_other_issuer = vouching(&small.campaign, 1, 5, 11);
    of_other_issuer.issuer = 0;
    vec![
        case("signed for another campaign", vouching(&World::joint().campaign, 0, 5, 11)),
        case("signed for another issuer", of_other_issuer),
        case("signed by another attester", by_another_attester()),
        case(
            "another request digest than was signed",
            altered(|it| it.request_digest = [7; 32].into()),
        ),
        case("another commitment than was signed", altered(|it| it.commitment = [7; 32].into())),
        case("a flipped bit in R", altered(|it| it.signature = flipped(it.signature, 3))),
        case("a flipped bit in s", altered(|it| it.signature = flipped(it.signature, 40))),
        case("s + L in the place of s", altered(|it| it.signature = with_order(it.signature)))
            .flags(&["non-canonical"]),
        case(
            "R of small order",
            altered(|it| {
                let mut bytes = *it.signature.as_bytes();
                bytes[..32].fill(0);
                bytes[0] = 1;
                it.signature = Signature::from(bytes);
            }),
        )
        .flags(&["small-order"]),
    ]
}

fn by_another_attester() -> Vouching {
    let (small, stranger) = (World::small(), SecretSeed::from([99; 32]));
    let digest = [7; 32].into();
    let secret = &Keys::shared().commitments[0];
    Attestation::sign(&small.campaign.id, 0, digest, tag(5), secret, &stranger)
        .verify(&small.campaign.id, 0, &digest, &stranger.public_key())
        .expect("its own key")
        .1
}

fn flipped(signature: Signature, at: usize) -> Signature {
    let mut bytes = *signature.as_bytes();
    bytes[at] ^= 1;
    Signature::from(bytes)
}

fn with_order(signature: Signature) -> Signature {
    let mut bytes = *signature.as_bytes();
    let mut carry = 0;
    for (byte, order) in bytes[32..].iter_mut().zip(ORDER) {
        let sum = u16::from(*byte) + u16::from(order) + carry;
        [_, *byte] = sum.to_be_bytes();
        carry = sum >> 8;
    }
    assert_eq!(carry, 0, "s + L has 32 bytes");
    Signature::from(bytes)
}
