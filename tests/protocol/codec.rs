//! What is written is what is read, and nothing else is: entries of every type, cut and extended.

use headcount_protocol::attestation::Vouching;
use headcount_protocol::campaign::CampaignId;
use headcount_protocol::ed25519::PublicKey;
use headcount_protocol::entry::{Entry, EntryError, Seal};
use headcount_protocol::pledge::{Opening, Pledge};
use headcount_protocol::token::{Token, TokenInput};
use proptest::array::uniform32;
use proptest::collection::vec;
use proptest::prelude::*;

fn token() -> impl Strategy<Value = Token> {
    let bytes = vec(any::<u8>(), 256).prop_map(|bytes| <[u8; 256]>::try_from(bytes).unwrap());
    let hash = || uniform32(any::<u8>());
    (hash(), hash(), hash(), bytes).prop_map(|(nonce, challenge, key, authenticator)| Token {
        input: TokenInput {
            nonce: nonce.into(),
            challenge_digest: challenge.into(),
            key_id: key.into(),
        },
        authenticator,
    })
}

fn pledge() -> impl Strategy<Value = Pledge> {
    let opening =
        (any::<u16>(), any::<u16>(), uniform32(any::<u8>())).prop_map(|(class, region, key)| {
            Opening { class, region, public_key: PublicKey::from(key) }
        });
    (opening, vec(token(), 1..=8)).prop_map(|(opening, tokens)| Pledge { opening, tokens })
}

fn vouching() -> impl Strategy<Value = Vouching> {
    let hash = || uniform32(any::<u8>());
    (any::<u16>(), hash(), hash(), hash(), hash()).prop_map(
        |(issuer, digest, commitment, left, right)| Vouching {
            issuer,
            request_digest: digest.into(),
            commitment: commitment.into(),
            signature: <[u8; 64]>::try_from([left, right].concat()).unwrap().into(),
        },
    )
}

fn seal() -> impl Strategy<Value = Seal> {
    let notes = vec(vec(any::<u8>(), 0..300), 0..=64);
    (any::<u64>(), any::<u32>(), notes).prop_map(|(batch, count, issuance_checkpoints)| Seal {
        batch,
        count,
        issuance_checkpoints,
    })
}

fn entry() -> impl Strategy<Value = Entry> {
    prop_oneof![
        uniform32(any::<u8>()).prop_map(|id| Entry::Campaign(CampaignId::from(id))),
        pledge().prop_map(Entry::Pledge),
        vouching().prop_map(Entry::Issuance),
        seal().prop_map(Entry::Seal),
    ]
}

proptest! {
    /// [LOG-23, OVR-1]
    #[test]
    fn an_entry_survives_and_nothing_shorter_or_longer_does(
        entry in entry(), cut in any::<prop::sample::Index>(), tail in vec(any::<u8>(), 1..4),
    ) {
        let bytes = entry.encode();
        let read = Entry::decode(&bytes);
        prop_assert_eq!(read.as_ref(), Ok(&entry));
        prop_assert!(Entry::decode(&bytes[..cut.index(bytes.len())]).is_err());
        prop_assert!(Entry::decode(&[&bytes[..], &tail].concat()).is_err());
    }

    #[test]
    fn whatever_is_read_is_written_again(bytes in vec(any::<u8>(), 0..600)) {
        for kind in [0x00, 0x01, 0x03, 0xff] {
            let bytes = [&[kind], &bytes[..]].concat();
            if let Ok(entry) = Entry::decode(&bytes) {
                prop_assert_eq!(entry.encode(), bytes);
            }
        }
    }

    #[test]
    fn a_pledge_travels_by_redemption(pledge in pledge()) {
        let body = pledge.redemption_body();
        let arrived = Pledge::from_redemption(pledge.tokens[0].clone(), &body);
        prop_assert_eq!(arrived, Ok(pledge));
    }
}

/// [LOG-23, LOG-29]
#[test]
fn entries_have_the_lengths_of_the_specification() {
    let length = |entry: Entry| entry.encode().len();
    assert_eq!(length(Entry::Campaign(CampaignId::from([0; 32]))), 33);
    let seal = |notes| Seal { batch: 0, count: 1, issuance_checkpoints: notes };
    assert_eq!(length(Entry::Seal(seal(vec![]))), 14);
    assert_eq!(length(Entry::Seal(seal(vec![vec![7; 200], vec![]]))), 14 + 2 + 200 + 2);
    for issuers in 1..=64 {
        let longest = Seal::checkpoint_limit(issuers);
        let fits = |note: usize| length(Entry::Seal(seal(vec![vec![0; note]; issuers]))) <= 65_535;
        assert!(fits(longest) && !fits(longest + 1), "{issuers} issuers");
    }
    assert_eq!([1, 2, 64].map(Seal::checkpoint_limit), [65_519, 32_758, 1_021]);
    for unknown in 0x07..=0xfe {
        assert_eq!(Entry::decode(&[unknown; 99]), Err(EntryError::Type(unknown)));
    }
}
