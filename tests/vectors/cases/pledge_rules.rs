//! Every rule of a pledge, and which is named first ([spec: pledge §3]).

use data_encoding::HEXLOWER;
use headcount_protocol::campaign::Campaign;
use headcount_protocol::ed25519::{PublicKey, SecretSeed};
use headcount_protocol::pledge::{Opening, Pledge};
use headcount_protocol::token::{Token, TokenChallenge, TokenInput};
use serde_json::{Value, json};

use super::token::{plus_modulus, sign};
use crate::campaign::{Keys, issue, issue_to, joint, seed, small};
use crate::vectors::operations::pledge::pledge;
use crate::vectors::{Case, Group};

/// The cases of `pledge`.
pub(super) fn group() -> Group {
    let cases = [honest(), openings(), counts(), nonces(), challenges(), keys(), signatures()];
    let cases = [cases.concat(), orders()].concat();
    Group { operation: "pledge", section: "pledge §3", run: pledge, cases }
}

fn input(manifest: &str, pledge: &Pledge) -> Value {
    json!({ "manifest": manifest, "pledge": HEXLOWER.encode(&pledge.encode()) })
}

/// A pledge in the campaign of two classes that breaks a rule.
fn refused(comment: &'static str, pledge: &Pledge, rule: &'static str) -> Case {
    Case::invalid(comment, input("small", pledge), rule)
}

/// A pledge in the campaign of one class of both issuers that breaks a rule.
fn refused_jointly(comment: &'static str, pledge: &Pledge, rule: &'static str) -> Case {
    Case::invalid(comment, input("joint", pledge), rule)
}

/// A pledge with a genuine token of the first issuer for any opening.
fn with_opening(opening: Opening) -> Pledge {
    let campaign = small();
    let tokens = vec![sign(0, campaign.token_input(0, opening.nonce(&campaign.id)))];
    Pledge { opening, tokens }
}

fn opening(campaign: &Campaign, class: u16, region: u16) -> Opening {
    Opening::derive(&seed(1), &campaign.id, class, region)
}

/// An honest pledge of both issuers, altered.
fn joint_with(alter: impl Fn(&mut Vec<Token>)) -> Pledge {
    let mut pledge = issue(&joint(), 1, 0, 0).pledge;
    alter(&mut pledge.tokens);
    pledge
}

/// An honest pledge of the first class, its token altered.
fn small_with(alter: impl Fn(&mut Token)) -> Pledge {
    let mut pledge = issue(&small(), 1, 0, 1).pledge;
    alter(&mut pledge.tokens[0]);
    pledge
}

fn honest() -> Vec<Case> {
    let of = |comment, class, region| {
        Case::valid(comment, input("small", &issue(&small(), 1, class, region).pledge))
    };
    vec![
        of("no region", 0, 0),
        of("a region", 0, 1),
        of("the other region", 0, 2),
        of("the other class", 1, 0),
        Case::valid("a class of two issuers", input("joint", &joint_with(|_| {}))),
        Case::valid("another person", input("small", &issue(&small(), 2, 0, 0).pledge)),
    ]
}

fn openings() -> Vec<Case> {
    let campaign = small();
    let of = |class, region| with_opening(opening(&campaign, class, region));
    let keyed = |comment, key: &str| {
        let bytes = HEXLOWER.decode(key.as_bytes()).expect("hex");
        let public_key = PublicKey::from(<[u8; 32]>::try_from(bytes).expect("32 bytes"));
        let pledge = issue_to(&campaign, 1, &Opening { class: 0, region: 0, public_key }).pledge;
        refused(comment, &pledge, "PLG-9").flags(&["key"])
    };
    vec![
        refused("class 2 of two", &of(2, 0), "PLG-7"),
        refused("the last class there is", &of(u16::MAX, 0), "PLG-7"),
        refused("region 3 of two", &of(0, 3), "PLG-8"),
        refused("the last region there is", &of(0, u16::MAX), "PLG-8"),
        keyed("the identity", "0100000000000000000000000000000000000000000000000000000000000000"),
        keyed("order 2", "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"),
        keyed("order 4", "0000000000000000000000000000000000000000000000000000000000000000"),
        keyed("order 4", "0000000000000000000000000000000000000000000000000000000000000080"),
        keyed("order 8", "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05"),
        keyed("order 8", "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a"),
        keyed("p + 1", "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"),
        keyed("−0", "0100000000000000000000000000000000000000000000000000000000000080"),
        keyed("no point", "0200000000000000000000000000000000000000000000000000000000000000"),
    ]
}

fn counts() -> Vec<Case> {
    let campaign = small();
    let mut doubled = issue(&campaign, 1, 0, 0).pledge;
    doubled.tokens.push(doubled.tokens[0].clone());
    vec![
        refused("two tokens for one issuer", &doubled, "PLG-10"),
        refused_jointly("one token for two issuers", &joint_with(|it| it.truncate(1)), "PLG-10"),
        refused_jointly(
            "the second token alone",
            &joint_with(|it| *it = it.split_off(1)),
            "PLG-10",
        ),
        refused_jointly("three tokens", &joint_with(|it| it.push(it[0].clone())), "PLG-10"),
    ]
}

fn nonces() -> Vec<Case> {
    let campaign = small();
    let honest = issue(&campaign, 1, 0, 1).pledge;
    let altered = |alter: fn(&mut Opening)| {
        let mut pledge = honest.clone();
        alter(&mut pledge.opening);
        pledge
    };
    let foreign = issue(&joint(), 1, 0, 1).pledge.tokens[0].clone();
    // A token of the first issuer that was signed for the second class.
    let mut stripped = with_opening(opening(&campaign, 1, 0));
    stripped.opening.class = 0;
    let other = issue(&campaign, 2, 0, 1).pledge.tokens[0].clone();
    vec![
        refused("the region altered", &altered(|it| it.region = 2), "PLG-11"),
        refused("the region taken away", &altered(|it| it.region = 0), "PLG-11"),
        refused("the class altered", &altered(|it| it.class = 1), "PLG-11"),
        refused(
            "the key altered",
            &altered(|it| it.public_key = SecretSeed::from([9; 32]).public_key()),
            "PLG-11",
        ),
        refused("a token that was signed for another class", &stripped, "PLG-11"),
        refused("another person's token", &small_with(|it| *it = other.clone()), "PLG-11"),
        refused("another campaign's token", &small_with(|it| *it = foreign.clone()), "PLG-11"),
        refused("a nonce of zeros", &small_with(|it| it.input.nonce = [0; 32].into()), "PLG-11"),
        refused_jointly(
            "the second token of another pledge",
            &joint_with(|it| it[1] = issue(&joint(), 2, 0, 0).pledge.tokens.remove(1)),
            "PLG-11",
        ),
    ]
}

fn challenges() -> Vec<Case> {
    let campaign = small();
    let id = *campaign.id.as_bytes();
    let with = |comment, issuer: &str, id: [u8; 32], counter: &str| {
        let digest = TokenChallenge::new(issuer, id, counter).digest();
        let pledge = small_with(|it| {
            *it = sign(0, TokenInput { challenge_digest: digest, ..it.input });
        });
        refused(comment, &pledge, "PLG-12")
    };
    let (issuer, counter) = ("issuer-a.example", "counter.example");
    // The second issuer's token in a class of the first.
    let opening = opening(&campaign, 0, 1);
    let token = sign(1, campaign.token_input(1, opening.nonce(&campaign.id)));
    vec![
        with("the challenge of another issuer", "issuer-b.example", id, counter),
        with("the challenge of another counter", issuer, id, "another.example"),
        with("the challenge of another campaign", issuer, [0; 32], counter),
        refused("another issuer's token", &Pledge { opening, tokens: vec![token] }, "PLG-12"),
        refused_jointly("two tokens exchanged", &joint_with(|it| it.swap(0, 1)), "PLG-12"),
        refused_jointly("the first token twice", &joint_with(|it| it[1] = it[0].clone()), "PLG-12"),
        refused_jointly(
            "the second token twice",
            &joint_with(|it| it[0] = it[1].clone()),
            "PLG-12",
        ),
    ]
}

fn keys() -> Vec<Case> {
    let other = Keys::shared().tokens[1].public_key().id();
    let named = |signer: usize| {
        small_with(|it| *it = sign(signer, TokenInput { key_id: other, ..it.input }))
    };
    vec![
        refused("another key, which signed", &named(1), "PLG-13"),
        refused("another key, which did not sign", &named(0), "PLG-13"),
        refused(
            "a key that nobody has",
            &small_with(|it| it.input.key_id = [0; 32].into()),
            "PLG-13",
        ),
    ]
}

fn signatures() -> Vec<Case> {
    let other = issue(&small(), 2, 0, 1).pledge.tokens[0].authenticator;
    let unsigned = |authenticator: [u8; 256]| small_with(|it| it.authenticator = authenticator);
    // `sign` goes under the key that the token names; here it is another's.
    let imposed = small_with(|it| {
        let named = TokenInput { key_id: Keys::shared().tokens[1].public_key().id(), ..it.input };
        it.authenticator = sign(1, named).authenticator;
    });
    vec![
        refused("altered at its start", &small_with(|it| it.authenticator[0] ^= 1), "PLG-14"),
        refused("altered at its end", &small_with(|it| it.authenticator[255] ^= 1), "PLG-14"),
        refused("the signature of another pledge", &unsigned(other), "PLG-14"),
        refused("zeros", &unsigned([0; 256]), "PLG-14"),
        refused("not below the modulus", &unsigned([0xff; 256]), "PLG-14"),
        refused("s + n", &second_form(), "PLG-14").flags(&["above-modulus"]),
        refused("of another issuer's key", &imposed, "PLG-14"),
        refused_jointly(
            "the second of two altered",
            &joint_with(|it| it[1].authenticator[9] ^= 1),
            "PLG-14",
        ),
        refused_jointly(
            "the first of two altered",
            &joint_with(|it| it[0].authenticator[9] ^= 1),
            "PLG-14",
        ),
    ]
}

/// The pledge of the first person whose signature plus the modulus has 256 bytes too, with that.
fn second_form() -> Pledge {
    let larger = |person| {
        let mut pledge = issue(&small(), person, 0, 0).pledge;
        let sum = plus_modulus(&pledge.tokens[0].authenticator)?;
        pledge.tokens[0].authenticator.copy_from_slice(&sum.to_be_bytes());
        Some(pledge)
    };
    (0..1_000).find_map(larger).expect("one of a thousand people")
}

/// Pledges that break two rules: the first is named, and each rule is for all tokens.
fn orders() -> Vec<Case> {
    let campaign = small();
    let with = |class, region, key: [u8; 32]| {
        let public_key = PublicKey::from(key);
        with_opening(Opening { class, region, public_key })
    };
    let key = *opening(&campaign, 0, 0).public_key.as_bytes();
    let mut uncounted = with(0, 0, [0; 32]);
    uncounted.tokens.push(uncounted.tokens[0].clone());
    let mut moved = issue(&campaign, 1, 0, 1).pledge;
    moved.opening.region = 2;
    moved.tokens.push(moved.tokens[0].clone());
    let cases = vec![
        refused("class and region", &with(2, 3, key), "PLG-7"),
        refused("region and key", &with(0, 3, [0; 32]), "PLG-8"),
        refused("key and number of tokens", &uncounted, "PLG-9"),
        refused("number of tokens and nonce", &moved, "PLG-10"),
        refused_jointly(
            "the first token's signature, the second's nonce",
            &joint_with(|it| {
                it[0].authenticator[9] ^= 1;
                it[1].input.nonce = [0; 32].into();
            }),
            "PLG-11",
        ),
        refused_jointly(
            "the first token's challenge, the second's nonce",
            &joint_with(|it| {
                it[0].input.challenge_digest = [0; 32].into();
                it[1].input.nonce = [0; 32].into();
            }),
            "PLG-11",
        ),
        refused_jointly(
            "the first token's key, the second's challenge",
            &joint_with(|it| {
                it[0].input.key_id = [0; 32].into();
                it[1].input.challenge_digest = [0; 32].into();
            }),
            "PLG-12",
        ),
        refused_jointly(
            "the first token's signature, the second's key",
            &joint_with(|it| {
                it[0].authenticator[9] ^= 1;
                it[1].input.key_id = [0; 32].into();
            }),
            "PLG-13",
        ),
    ];
    cases.into_iter().map(|case| case.flags(&["two-faults"])).collect()
}
