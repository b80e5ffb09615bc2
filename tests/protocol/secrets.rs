//! [spec: token §3]: the same seed and region make the same request, and nothing else does.

use std::collections::HashSet;

use headcount_protocol::campaign::CampaignId;
use headcount_protocol::issuance::PendingToken;
use headcount_protocol::pledge::Opening;
use headcount_protocol::secrets::Seed;
use headcount_protocol::token::TokenInput;
use headcount_tests::campaign::{Keys, SeededRng, joint, seed, small};
use proptest::prelude::*;

#[test]
fn the_same_seed_and_region_make_the_same_request() {
    let campaign = small();
    let request = |person, region| {
        let opening = Opening::derive(&seed(person), &campaign.id, 0, region);
        let pending = PendingToken::derive(&seed(person), &campaign, 0, &opening).unwrap();
        pending.request().clone()
    };
    assert_eq!(request(1, 1), request(1, 1));
    assert_ne!(request(1, 1), request(1, 2));
    assert_ne!(request(1, 1), request(2, 1));
    assert_eq!(request(1, 1).encode().len(), 259);
    let shown = format!(
        "{:?}",
        PendingToken::derive(
            &seed(1),
            &campaign,
            0,
            &Opening::derive(&seed(1), &campaign.id, 0, 1)
        )
        .unwrap()
    );
    assert_eq!(shown, format!("PendingToken({})", request(1, 1).digest()));
}

#[test]
fn the_pledge_key_is_of_seed_campaign_and_class() {
    let (one, two) = (CampaignId::from([1; 32]), CampaignId::from([2; 32]));
    let keys = [
        seed(1).pledge_key(&one, 0),
        seed(1).pledge_key(&one, 1),
        seed(1).pledge_key(&two, 0),
        seed(2).pledge_key(&one, 0),
    ];
    let distinct: HashSet<_> = keys.iter().map(|key| key.public_key()).collect();
    assert_eq!(distinct.len(), keys.len());
    // A restored wallet that names another region keeps its key: the nonce differs, not the key.
    let opening = |region| Opening::derive(&seed(1), &one, 0, region);
    assert_eq!(opening(0).public_key, opening(7).public_key);
    assert_ne!(opening(0).nonce(&one), opening(7).nonce(&one));
}

#[test]
fn a_seed_is_drawn_and_not_shown() {
    let drawn = Seed::generate(&mut SeededRng::new(7));
    assert!(drawn == Seed::generate(&mut SeededRng::new(7)));
    assert!(drawn != Seed::generate(&mut SeededRng::new(8)));
    assert_eq!(format!("{drawn:?}"), "Seed(redacted)");
}

/// What a request is made from: seed, campaign (0 or 1), issuer, class, region.
type Origin = (u8, usize, u16, u16, u16);

fn origins() -> impl Strategy<Value = Vec<Origin>> {
    let origin = (0_u8..4, 0_usize..2, 0_u16..2, 0_u16..2, 0_u16..4);
    proptest::collection::hash_set(origin, 1..40).prop_map(|set| set.into_iter().collect())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    /// [TOK-11]
    #[test]
    fn no_two_token_inputs_share_a_salt_or_a_factor(origins in origins()) {
        let campaigns = [small(), joint()];
        let (mut salts, mut factors) = (HashSet::new(), HashSet::new());
        for &(byte, at, issuer, class, region) in &origins {
            let (seed, campaign) = (Seed::from([byte; 32]), &campaigns[at]);
            let nonce = Opening::derive(&seed, &campaign.id, class, region).nonce(&campaign.id);
            let input = campaign.token_input(issuer, nonce);
            let key = Keys::shared().tokens[usize::from(issuer)].public_key();
            let blinding = seed.blinding(&campaign.id, issuer, &input, &key);
            prop_assert!(blinding == seed.blinding(&campaign.id, issuer, &input, &key));
            prop_assert!(blinding.factor.expose()[..] < key.modulus()[..]);
            prop_assert!(salts.insert(*blinding.salt.expose()));
            prop_assert!(factors.insert(*blinding.factor.expose()));
        }
    }

    /// [TOK-11]
    #[test]
    fn every_bit_of_a_token_input_counts(bit in 0_usize..96 * 8) {
        let campaign = small();
        let key = Keys::shared().tokens[0].public_key();
        let input = campaign.token_input(0, [7; 32].into());
        let mut bytes = [*input.nonce.as_bytes(), *input.challenge_digest.as_bytes(),
            *input.key_id.as_bytes()];
        bytes[bit / 256][bit % 256 / 8] ^= 1 << (bit % 8);
        let [nonce, challenge, id] = bytes;
        let other = TokenInput { nonce: nonce.into(), challenge_digest: challenge.into(),
            key_id: id.into() };
        let [one, two] = [input, other].map(|it| seed(1).blinding(&campaign.id, 0, &it, &key));
        prop_assert!(one.salt != two.salt);
        prop_assert!(one.factor != two.factor);
    }
}
