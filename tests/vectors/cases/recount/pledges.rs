//! Pledges that are none of this campaign, and pledges that stand in the log before.

use headcount_protocol::campaign::Campaign;
use headcount_protocol::ed25519::PublicKey;
use headcount_protocol::entry::Entry;
use headcount_protocol::issuance::PendingToken;
use headcount_protocol::pledge::{Opening, Pledge};
use headcount_protocol::token::{Token, TokenInput, TokenResponse};

use super::world::World;
use crate::campaign::{Keys, SeededRng, issue, seed};
use crate::vectors::Case;

pub(super) fn cases() -> Vec<Case> {
    [openings(), tokens(), signatures(), again()].concat()
}

/// A case whose pledge log is the campaign, one pledge, and a seal.
fn alone(world: &World, comment: &'static str, pledge: Pledge) -> Case {
    let notes = world.logs.notes();
    world.pledges(comment, "REC-21", 1, |log| {
        log.keep_batches(0);
        log.batch(&world.campaign, vec![Entry::Pledge(pledge)], notes);
    })
}

/// A pledge of person 1 in which something is altered afterwards.
fn altered(alter: impl FnOnce(&mut Pledge)) -> Pledge {
    let mut pledge = World::small().people[0].pledge.clone();
    alter(&mut pledge);
    pledge
}

fn openings() -> Vec<Case> {
    let small = World::small();
    let genuine = small.people[0].pledge.opening;
    // Tokens that the issuer has signed for an opening that is none.
    let signed = |opening: Opening| {
        let token = token(&small.campaign, 1, 0, |input| {
            input.nonce = opening.nonce(&small.campaign.id);
        });
        Pledge { opening, tokens: vec![token] }
    };
    let with_key =
        |bytes: [u8; 32]| signed(Opening { public_key: PublicKey::from(bytes), ..genuine });
    let mut identity = [0; 32];
    identity[0] = 1;
    // y = p + 1, a second encoding of the identity.
    let mut second = [0xff; 32];
    (second[0], second[31]) = (0xee, 0x7f);
    vec![
        alone(
            small,
            "a class that the campaign does not have",
            signed(Opening { class: 2, ..genuine }),
        ),
        alone(
            small,
            "a region that the campaign does not have",
            signed(Opening { region: 3, ..genuine }),
        ),
        alone(small, "the identity as key", with_key(identity)).flags(&["small-order"]),
        alone(small, "a second encoding of the identity as key", with_key(second))
            .flags(&["non-canonical"]),
        alone(small, "another region than was signed", altered(|it| it.opening.region = 2)),
        alone(small, "the token of another class", altered(|it| it.opening.class = 1)),
        alone(
            small,
            "another key than was signed",
            altered(|it| {
                it.opening.public_key = small.people[1].pledge.opening.public_key;
            }),
        ),
    ]
}

fn tokens() -> Vec<Case> {
    let (small, joint) = (World::small(), World::joint());
    let genuine = small.people[0].pledge.opening;
    let signed = |alter: fn(&mut TokenInput)| {
        let token = token(&small.campaign, 1, 0, |input| {
            input.nonce = genuine.nonce(&small.campaign.id);
            alter(input);
        });
        Pledge { opening: genuine, tokens: vec![token] }
    };
    let both = |alter: fn(&mut Vec<Token>)| {
        let mut pledge = joint.people[0].pledge.clone();
        alter(&mut pledge.tokens);
        pledge
    };
    let mut foreign = joint.people[0].pledge.clone();
    foreign.tokens.truncate(1);
    vec![
        alone(small, "a pledge of another campaign", foreign),
        alone(small, "two tokens for a class of one issuer", {
            altered(|it| it.tokens.push(it.tokens[0].clone()))
        }),
        alone(joint, "one token for a class of two issuers", both(|tokens| tokens.truncate(1))),
        alone(joint, "the tokens of two issuers exchanged", both(|tokens| tokens.swap(0, 1))),
        alone(joint, "one token twice", both(|tokens| tokens[1] = tokens[0].clone())),
        alone(small, "a token with another challenge, signed", {
            signed(|input| input.challenge_digest = [7; 32].into())
        }),
        alone(small, "a token with another key id, signed", {
            signed(|input| input.key_id = [7; 32].into())
        }),
    ]
}

fn signatures() -> Vec<Case> {
    let (small, joint) = (World::small(), World::joint());
    let flipped = altered(|it| it.tokens[0].authenticator[77] ^= 1);
    let mut second = joint.people[0].pledge.clone();
    second.tokens[1].authenticator[255] ^= 1;
    vec![
        alone(small, "a flipped bit in the authenticator", flipped),
        alone(
            small,
            "an authenticator of zeros",
            altered(|it| it.tokens[0].authenticator = [0; 256]),
        ),
        alone(
            small,
            "the authenticator of another pledge",
            altered(|it| {
                it.tokens[0].authenticator = small.people[1].pledge.tokens[0].authenticator;
            }),
        ),
        alone(joint, "a flipped bit in the second authenticator", second),
        alone(small, "n added to the authenticator", with_modulus()).flags(&["non-canonical"]),
    ]
}

fn again() -> Vec<Case> {
    let small = World::small();
    let first = Entry::Pledge(small.people[0].pledge.clone());
    // Another salt, and so another valid signature for the nonce.
    let mut second = small.people[0].pledge.clone();
    second.tokens[0] = token(&small.campaign, 99, 0, |input| *input = second.tokens[0].input);
    assert_ne!(second, small.people[0].pledge);
    let second = Entry::Pledge(second);
    let later = |comment, entry: &Entry| {
        small.pledges(comment, "REC-22", 4, |log| {
            log.keep_batches(1);
            log.batch(&small.campaign, vec![entry.clone()], small.logs.notes());
        })
    };
    let twice = |comment, entry: &Entry| {
        small.pledges(comment, "REC-22", 2, |log| {
            log.keep_batches(0);
            log.batch(&small.campaign, vec![first.clone(), entry.clone()], small.logs.notes());
        })
    };
    vec![
        later("a pledge of an earlier batch again", &first),
        later("a nonce of an earlier batch with a second valid signature", &second),
        twice("a pledge twice in a batch", &first),
        twice("a nonce twice in a batch, with two valid signatures", &second),
    ]
}

/// What an issuer signs for a person with another input than the protocol's.
fn token(
    campaign: &Campaign,
    person: u64,
    issuer: u16,
    alter: impl FnOnce(&mut TokenInput),
) -> Token {
    let signer = &Keys::shared().tokens[usize::from(issuer)];
    let key = &campaign.issuer(issuer).token_key;
    let mut input = campaign.token_input(issuer, [0; 32].into());
    alter(&mut input);
    let blinding = seed(person).blinding(&campaign.id, issuer, &input, key);
    let pending = PendingToken::new(key, input, &blinding).expect("an honest key");
    let answer = signer.blind_sign(&pending.request().blinded_message, &mut SeededRng::new(person));
    pending.finish(&TokenResponse(answer.expect("a request"))).expect("an honest answer")
}

/// The first pledge whose authenticator has room for the modulus, with that added.
fn with_modulus() -> Pledge {
    let campaign = &World::small().campaign;
    let modulus = campaign.issuer(0).token_key.modulus();
    let added = (5..).find_map(|person| {
        let mut pledge = issue(campaign, person, 0, 0).pledge;
        let mut carry = 0;
        for (byte, n) in pledge.tokens[0].authenticator.iter_mut().zip(&modulus).rev() {
            let sum = u16::from(*byte) + u16::from(*n) + carry;
            [_, *byte] = sum.to_be_bytes();
            carry = sum >> 8;
        }
        (carry == 0).then_some(pledge)
    });
    added.expect("every second one has room")
}
