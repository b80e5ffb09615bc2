//! [spec: pledge]: the rules, each broken, and the receipt.

use headcount_protocol::codec::DecodeError;
use headcount_protocol::ed25519::{KeyError, PublicKey, SecretSeed, SignatureError};
use headcount_protocol::pledge::{NO_REGION, Opening, Pledge, PledgeError};
use headcount_protocol::receipt::{EntryHash, Receipt};
use headcount_protocol::token::Token;
use headcount_tests::campaign::{
    Keys, campaign, draft_manifest, issue, issue_one, issue_to, joint, seed, small,
};
use serde_json::json;

#[test]
fn an_honest_pledge_verifies() {
    let campaign = small();
    for (class, region) in [(0, NO_REGION), (0, 2), (1, 1)] {
        let pledge = issue(&campaign, 1, class, region).pledge;
        assert_eq!(pledge.verify(&campaign), Ok(()));
        assert_eq!(pledge.encode().len(), 391);
        assert_eq!(Pledge::decode(&pledge.encode()).as_ref(), Ok(&pledge));
        let body = pledge.redemption_body();
        assert_eq!(body.len(), Opening::LEN);
        let redeemed = Pledge::from_redemption(pledge.tokens[0].clone(), &body);
        assert_eq!(redeemed.as_ref(), Ok(&pledge));
    }
    let campaign = joint();
    let pledge = issue(&campaign, 1, 0, 0).pledge;
    assert_eq!(pledge.verify(&campaign), Ok(()));
    assert_eq!(pledge.encode().len(), 391 + Token::LEN);
    let body = pledge.redemption_body();
    assert_eq!(body.len(), Opening::LEN + Token::LEN);
    assert_eq!(Pledge::from_redemption(pledge.tokens[0].clone(), &body).as_ref(), Ok(&pledge));
}

/// [PLG-7, PLG-8]
#[test]
fn what_the_campaign_does_not_have_is_refused() {
    let campaign = small();
    let honest = issue(&campaign, 1, 0, 0).pledge;
    let altered = |alter: fn(&mut Opening)| {
        let mut pledge = honest.clone();
        alter(&mut pledge.opening);
        pledge.verify(&campaign)
    };
    assert_eq!(altered(|it| it.class = 2), Err(PledgeError::UnknownClass(2)));
    assert_eq!(altered(|it| it.region = 3), Err(PledgeError::UnknownRegion(3)));
    assert_eq!(altered(|it| it.region = u16::MAX), Err(PledgeError::UnknownRegion(u16::MAX)));
    let unknown = issue(&campaign, 1, 0, 9).pledge;
    assert_eq!(unknown.verify(&campaign), Err(PledgeError::UnknownRegion(9)));
}

/// [PLG-9, OVR-5, OVR-6]
#[test]
fn a_weak_public_key_is_refused() {
    let campaign = small();
    let mut identity = [0; 32];
    identity[0] = 1;
    // y = -1: the point of order two; and y = p + 1, the identity again.
    let mut order_two = [0xff; 32];
    (order_two[0], order_two[31]) = (0xec, 0x7f);
    let mut twin = order_two;
    twin[0] = 0xee;
    let cases = [
        (identity, KeyError::SmallOrder),
        (order_two, KeyError::SmallOrder),
        ([0; 32], KeyError::SmallOrder),
        (twin, KeyError::NotCanonical),
        ([0xff; 32], KeyError::NotCanonical),
    ];
    for (key, error) in cases {
        // Even where every token is genuine.
        let opening = Opening { class: 0, region: 0, public_key: PublicKey::from(key) };
        let pledge = issue_to(&campaign, 1, &opening).pledge;
        assert_eq!(pledge.verify(&campaign), Err(PledgeError::PublicKey(error)));
    }
}

/// [PLG-10]
#[test]
fn a_class_takes_one_token_of_each_issuer() {
    let campaign = joint();
    let honest = issue(&campaign, 1, 0, 0).pledge;
    let with = |tokens: Vec<Token>| {
        Pledge { opening: honest.opening, tokens }.verify(&campaign).unwrap_err()
    };
    let [first, second] = [honest.tokens[0].clone(), honest.tokens[1].clone()];
    let count = |found| PledgeError::TokenCount { expected: 2, found };
    assert_eq!(with(vec![]), count(0));
    assert_eq!(with(vec![first.clone()]), count(1));
    assert_eq!(with(vec![first.clone(), second.clone(), second.clone()]), count(3));
    assert_eq!(with(vec![second, first.clone()]), PledgeError::Challenge(0));
    assert_eq!(with(vec![first.clone(), first]), PledgeError::Challenge(1));
}

/// [PLG-11, PLG-12]
#[test]
fn a_pledge_of_two_is_not_a_pledge_of_one() {
    // The same issuers, once joint and once alone: the nonce fixes the class.
    let mut manifest = draft_manifest();
    manifest["classes"] = json!([
        { "name": "email", "issuers": [0] },
        { "name": "invitation", "issuers": [1] },
    ]);
    let campaign = campaign(&manifest);
    let opening = Opening::derive(&seed(1), &campaign.id, 1, 0);
    let (token, _) = issue_one(&campaign, 1, 0, &opening);
    let stripped = Pledge { opening: Opening { class: 0, ..opening }, tokens: vec![token.clone()] };
    assert_eq!(stripped.verify(&campaign), Err(PledgeError::Nonce(0)));
    let kept = Pledge { opening, tokens: vec![token] };
    assert_eq!(kept.verify(&campaign), Err(PledgeError::Challenge(0)));
}

/// [PLG-11]
#[test]
fn a_token_belongs_to_its_opening() {
    let campaign = small();
    let honest = issue(&campaign, 1, 0, 1).pledge;
    let mut moved = honest.clone();
    moved.opening.region = 2;
    assert_eq!(moved.verify(&campaign), Err(PledgeError::Nonce(0)));
    let mut stolen = honest;
    stolen.opening.public_key = SecretSeed::from([9; 32]).public_key();
    assert_eq!(stolen.verify(&campaign), Err(PledgeError::Nonce(0)));
}

/// [PLG-12, PLG-13, PLG-14]
#[test]
fn a_token_of_another_campaign_issuer_or_key_is_refused() {
    let campaign = small();
    let honest = issue(&campaign, 1, 0, 0).pledge;
    let foreign = issue(&joint(), 1, 0, 0).pledge;
    let lone = Pledge { opening: foreign.opening, tokens: vec![foreign.tokens[0].clone()] };
    // Its nonce is of the other campaign; and with the nonce of this one, its challenge.
    assert_eq!(lone.verify(&campaign), Err(PledgeError::Nonce(0)));
    let altered = |alter: &dyn Fn(&mut Token)| {
        let mut pledge = honest.clone();
        alter(&mut pledge.tokens[0]);
        pledge.verify(&campaign).unwrap_err()
    };
    let other = joint().token_input(0, honest.nonce(&campaign.id)).challenge_digest;
    assert_ne!(other, honest.tokens[0].input.challenge_digest);
    assert_eq!(altered(&|it| it.input.challenge_digest = other), PledgeError::Challenge(0));
    let other = Keys::shared().tokens[1].public_key().id();
    assert_eq!(altered(&|it| it.input.key_id = other), PledgeError::KeyId(0));
    assert_eq!(altered(&|it| it.input.nonce = [0; 32].into()), PledgeError::Nonce(0));
    assert_eq!(altered(&|it| it.authenticator[0] ^= 1), PledgeError::Signature(0));
    let another = issue(&campaign, 2, 0, 0).pledge.tokens.remove(0).authenticator;
    assert_eq!(altered(&|it| it.authenticator = another), PledgeError::Signature(0));
}

/// [PLG-2]
#[test]
fn a_pledge_has_one_encoding() {
    let pledge = issue(&joint(), 1, 0, 0).pledge;
    let (bytes, body) = (pledge.encode(), pledge.redemption_body());
    let first = || pledge.tokens[0].clone();
    for cut in 0..bytes.len() {
        let refused = Pledge::decode(&bytes[..cut]);
        assert_eq!(refused, Err(DecodeError::Truncated.into()), "cut at {cut}");
    }
    for cut in (0..body.len()).filter(|&cut| cut != Opening::LEN) {
        let refused = Pledge::from_redemption(first(), &body[..cut]);
        assert_eq!(refused, Err(DecodeError::Truncated.into()), "cut at {cut}");
    }
    let long = [&bytes[..], &[0]].concat();
    assert_eq!(Pledge::decode(&long), Err(DecodeError::TrailingBytes.into()));
    let long = [&body[..], &[0]].concat();
    assert_eq!(Pledge::from_redemption(first(), &long), Err(DecodeError::Truncated.into()));
    let number = Err(DecodeError::OutOfRange("the number of tokens").into());
    for count in [0, 9, 255] {
        let mut bytes = bytes.clone();
        bytes[Opening::LEN] = count;
        assert_eq!(Pledge::decode(&bytes), number);
    }
    let eight = [&body[..], &first().encode().repeat(7)].concat();
    assert_eq!(Pledge::from_redemption(first(), &eight), number);
    let mut retyped = bytes;
    retyped[Opening::LEN + 2] ^= 1;
    assert_eq!(Pledge::decode(&retyped), Err(PledgeError::TokenType));
}

#[test]
fn a_receipt_is_of_one_entry_batch_and_campaign() {
    let campaign = small();
    let key = &Keys::shared().receipts;
    let hash = EntryHash::of(b"entry");
    let receipt = Receipt::sign(campaign.id, hash, 3, key);
    assert_eq!(receipt, Receipt::sign(campaign.id, hash, 3, key));
    assert_eq!(receipt.verify(&key.public_key()), Ok(()));
    let mut flipped = *receipt.signature.as_bytes();
    flipped[5] ^= 4;
    for false_one in [
        Receipt { campaign: joint().id, ..receipt },
        Receipt { entry_hash: EntryHash::of(b"other"), ..receipt },
        Receipt { batch: 4, ..receipt },
        Receipt { signature: flipped.into(), ..receipt },
    ] {
        assert_eq!(false_one.verify(&key.public_key()), Err(SignatureError::Equation));
    }
    let other = SecretSeed::from([9; 32]).public_key();
    assert_eq!(receipt.verify(&other), Err(SignatureError::Equation));

    let text = serde_json::to_string(&receipt).unwrap();
    assert_eq!(serde_json::from_str::<Receipt>(&text).unwrap(), receipt);
    let more = text.replacen('{', r#"{"more":1,"#, 1);
    assert!(serde_json::from_str::<Receipt>(&more).is_err());
}
