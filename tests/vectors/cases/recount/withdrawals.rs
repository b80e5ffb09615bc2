//! Withdrawals that are refused, and what those that are not change ([spec: pledge §5]).

use data_encoding::HEXLOWER;
use headcount_protocol::ed25519::{PublicKey, Signature};
use headcount_protocol::entry::Entry;
use headcount_protocol::pledge::Opening;
use headcount_protocol::withdrawal::Withdrawal;

use super::world::{World, push_batch};
use crate::campaign::{issue, seed};
use crate::logs::{LogBuilder, Logs};
use crate::vectors::Case;
use crate::vectors::cases::points::{plus_l, small_order, y_plus};
use crate::vectors::cases::said::{announce, withdraw};

pub(super) fn cases() -> Vec<Case> {
    [counted(), signatures(), unknown(), twice(), order()].concat()
}

fn of(person: u64, class: u16, region: u16) -> Vec<u8> {
    withdraw(&World::small().campaign, person, class, region).encode()
}

/// A case with these entries as the second batch, from 4 on.
fn second(comment: &'static str, rule: &'static str, index: u64, entries: &[Vec<u8>]) -> Case {
    let small = World::small();
    small.pledges(comment, rule, index, |log| {
        log.keep_batches(1);
        push_batch(log, 1, entries, small.logs.notes());
    })
}

fn counted() -> Vec<Case> {
    let small = World::small();
    let campaign = &small.campaign;
    let and = |batches: &[Vec<Entry>]| {
        small.with_logs(|logs| {
            let notes = logs.notes();
            for batch in batches {
                logs.pledges.batch(campaign, batch.clone(), notes.clone());
            }
        })
    };
    let withdraw = |person, class, region| withdraw(campaign, person, class, region);
    vec![
        Case::valid("one of four: the threshold stays reached", and(&[vec![withdraw(1, 0, 0)]])),
        Case::valid(
            "all of four, in two batches: no region is left",
            and(&[
                vec![withdraw(1, 0, 0), withdraw(2, 0, 1)],
                vec![withdraw(3, 0, 1), withdraw(4, 1, 2)],
            ]),
        ),
        Case::valid(
            "a pledge and, in its batch, the withdrawal of an earlier one",
            small.with_logs(|logs| {
                logs.pledges.keep_batches(1);
                let notes = logs.notes();
                let pledge = Entry::Pledge(small.people[2].pledge.clone());
                logs.pledges.batch(campaign, vec![pledge, withdraw(2, 0, 1)], notes);
            }),
        ),
        Case::valid(
            "withdrawn before it was covered: not below 0",
            small.with_logs(|logs| {
                *logs = Logs::new(campaign);
                logs.publish_issuances(campaign, &small.people[..1]);
                logs.publish_pledges(campaign, &small.people[..2]);
                let (notes, both) = (logs.notes(), vec![withdraw(1, 0, 0), withdraw(2, 0, 1)]);
                logs.pledges.batch(campaign, both, notes);
            }),
        ),
    ]
}

fn signatures() -> Vec<Case> {
    let small = World::small();
    let opening = small.people[0].pledge.opening;
    let own =
        Withdrawal::sign(&small.campaign.id, opening, &seed(1).pledge_key(&small.campaign.id, 0));
    let case = |comment, it: &Withdrawal| {
        second(comment, "REC-28", 4, &[Entry::Withdrawal(it.clone()).encode()])
    };
    let with =
        |signature: [u8; 64]| Withdrawal { signature: Signature::from(signature), ..own.clone() };
    let bytes = *own.signature.as_bytes();
    let s = <[u8; 32]>::try_from(&bytes[32..]).expect("32 bytes");
    let large = [&bytes[..32], &plus_l(s, 1)].concat().try_into().expect("64 bytes");
    let stolen =
        Withdrawal::sign(&small.campaign.id, opening, &seed(2).pledge_key(&small.campaign.id, 0));
    let joint = World::joint().campaign.id;
    let elsewhere = Withdrawal::sign(&joint, opening, &seed(1).pledge_key(&small.campaign.id, 0));
    let keyed = |key: [u8; 32]| Withdrawal {
        opening: Opening { public_key: PublicKey::from(key), ..opening },
        ..own.clone()
    };
    vec![
        case("signed by another key", &stolen),
        case("signed for another campaign", &elsewhere),
        case("of another region than was signed", &{
            Withdrawal { opening: Opening { region: 2, ..opening }, ..own.clone() }
        }),
        case("s + L", &with(large)).flags(&["s-out-of-range"]),
        case("a signature of zeros", &with([0; 64])),
        case("a key of small order", &keyed(small_order()[1])).flags(&["small-order"]),
        case("a key that is not canonical", &keyed(y_plus(3, 0, true))).flags(&["non-canonical"]),
    ]
}

fn unknown() -> Vec<Case> {
    let small = World::small();
    let person = issue(&small.campaign, 3, 0, 1);
    let pledge = Entry::Pledge(person.pledge).encode();
    vec![
        second("of somebody who has not pledged", "REC-29", 4, &[of(9, 0, 0)]),
        second("of a pledge for another region", "REC-29", 4, &[of(1, 0, 2)]),
        second("of a pledge of the other class", "REC-29", 4, &[of(2, 1, 1)]),
        second("of a pledge of its own batch", "REC-29", 5, &[pledge, of(3, 0, 1)]),
        second("of a pledge of a later batch", "REC-29", 4, &[of(3, 0, 1)]),
        small.pledges("in the first batch", "REC-29", 1, |log| {
            log.keep_batches(0);
            push_batch(log, 0, &[of(1, 0, 0)], small.logs.notes());
        }),
    ]
}

fn twice() -> Vec<Case> {
    let small = World::small();
    // Signatures are a function of key and message: another one for the nonce takes a forger
    // who has the key, as here.
    let again = second_signature();
    vec![
        second("twice in a batch", "REC-30", 5, &[of(1, 0, 0), of(1, 0, 0)]),
        second("twice in a batch, with two signatures", "REC-30", 5, &[of(1, 0, 0), again.clone()]),
        small.pledges("again in a later batch", "REC-30", 6, |log| {
            log.keep_batches(1);
            push_batch(log, 1, &[of(1, 0, 0)], small.logs.notes());
            push_batch(log, 2, &[again], small.logs.notes());
        }),
    ]
}

/// Another signature of person 1 that verifies: `R` with another random scalar.
fn second_signature() -> Vec<u8> {
    use curve25519_dalek::{edwards::EdwardsPoint, scalar::Scalar};
    use sha2::{Digest as _, Sha512};
    let small = World::small();
    let key = seed(1).pledge_key(&small.campaign.id, 0);
    let opening = small.people[0].pledge.opening;
    let hash: [u8; 64] = Sha512::digest(key.expose()).into();
    let mut clamped: [u8; 32] = hash[..32].try_into().expect("32 bytes");
    clamped[0] &= 248;
    clamped[31] = clamped[31] & 127 | 64;
    let a = Scalar::from_bytes_mod_order(clamped);
    let r = Scalar::from(7_u64);
    let point = EdwardsPoint::mul_base(&r).compress().to_bytes();
    let message =
        headcount_protocol::codec::Transcript::new("headcount/v1 withdrawal", &small.campaign.id)
            .field(opening.nonce(&small.campaign.id).as_bytes())
            .finish();
    let hash = Sha512::new()
        .chain_update(point)
        .chain_update(opening.public_key.as_bytes())
        .chain_update(message);
    let k = Scalar::from_bytes_mod_order_wide(&hash.finalize().into());
    let bytes = [point, (r + k * a).to_bytes()].concat();
    let signature = Signature::from(<[u8; 64]>::try_from(bytes).expect("64 bytes"));
    let withdrawal = Withdrawal { opening, signature };
    assert_eq!(withdrawal.verify(&small.campaign.id), Ok(()), "{}", HEXLOWER.encode(&clamped));
    Entry::Withdrawal(withdrawal).encode()
}

fn order() -> Vec<Case> {
    let small = World::small();
    let unsigned = |mut bytes: Vec<u8>| {
        bytes[100] ^= 1;
        bytes
    };
    let issuances = |comment, entry: Vec<u8>| {
        small.issuances(comment, "REC-10", 5, |log: &mut LogBuilder| log.entries.push(entry))
    };
    vec![
        second("not signed, and of no pledge (REC-29)", "REC-28", 4, &[unsigned(of(9, 0, 0))]),
        second(
            "not signed, and withdrawn before (REC-30)",
            "REC-28",
            5,
            &[of(1, 0, 0), unsigned(of(1, 0, 0))],
        ),
        second(
            "of no pledge, and not sorted (REC-11)",
            "REC-29",
            5,
            &[announce(&small.campaign, 0).encode(), of(9, 0, 0)],
        ),
        second(
            "behind an announcement",
            "REC-11",
            5,
            &[announce(&small.campaign, 0).encode(), of(1, 0, 0)],
        ),
        small.pledges("of no pledge, and at index 0 (REC-9)", "REC-29", 0, |log| {
            log.entries[0] = of(1, 0, 0);
        }),
        issuances("in an issuance log", of(1, 0, 0)),
        issuances("in an issuance log, and not signed (REC-28)", unsigned(of(1, 0, 0))),
    ]
}
