//! What is named and does not count.

use headcount_protocol::entry::Entry;

use super::world::{World, seal_at, vouching};
use crate::logs::{LogBuilder, Logs};
use crate::vectors::Case;

/// [spec: recount §4].
pub(super) fn of_issuances() -> Vec<Case> {
    let small = World::small();
    // Batches behind the honest ones, each of some persons' requests.
    let and = |batches: &[&[(u64, u64)]]| {
        small.with_logs(|logs| {
            for batch in batches {
                let entry = |&(person, request): &(u64, u64)| {
                    Entry::Issuance(vouching(&small.campaign, 0, person, request))
                };
                let entries = batch.iter().map(entry).collect();
                logs.issuances[0].batch(&small.campaign, entries, Vec::new());
            }
        })
    };
    vec![
        Case::valid("a commitment of an earlier batch again", and(&[&[(1, 11)]])),
        Case::valid("one commitment with two requests in a batch", and(&[&[(5, 11), (5, 12)]])),
        Case::valid("one request for two commitments in a batch", and(&[&[(5, 11), (6, 11)]])),
        Case::valid("a request of an earlier batch again", and(&[&[(5, 11)], &[(6, 11)]])),
        Case::valid(
            "an entry twice in a batch: the commitment is named",
            and(&[&[(5, 11), (5, 11)]]),
        ),
        Case::valid(
            "an issuance that does not count uses up its other value",
            and(&[&[(5, 11)], &[(5, 12)], &[(6, 12)]]),
        ),
    ]
}

/// [spec: recount §5].
pub(super) fn of_seals() -> Vec<Case> {
    let (small, joint, crossed) = (World::small(), World::joint(), World::crossed());
    // The honest logs with another checkpoint of issuer 0 in the seal at this index.
    let sealed = |index: usize, other: &LogBuilder| {
        small.with_logs(|logs| {
            seal_at(&mut logs.pledges, index, |seal| seal.issuance_checkpoints[0] = other.note());
            if index == 3 {
                logs.pledges.keep_batches(1);
            }
        })
    };
    let issued = |alter: fn(&mut LogBuilder)| {
        let mut log = small.logs.issuances[0].clone();
        alter(&mut log);
        log
    };
    let longer = || {
        let mut log = small.logs.issuances[0].clone();
        let entry = Entry::Issuance(vouching(&small.campaign, 0, 5, 11));
        log.batch(&small.campaign, vec![entry], Vec::new());
        log
    };
    // Logs from their beginning.
    let anew = |world: &World, publish: fn(&World, &mut Logs)| {
        let mut logs = Logs::new(&world.campaign);
        publish(world, &mut logs);
        world.input(&world.mirror(&logs))
    };
    vec![
        Case::valid(
            "an issuer that has signed two histories: what it published before counts",
            sealed(6, &issued(|log| log.entries[1][9] ^= 1)),
        ),
        Case::valid(
            "an issuer that has signed inside of a batch",
            sealed(3, &issued(|log| log.entries.truncate(3))),
        ),
        Case::valid(
            "an issuer that has signed the empty log",
            sealed(3, &issued(|log| log.entries.clear())),
        )
        .flags(&["size-0"]),
        Case::valid("a checkpoint of more entries than were read", sealed(6, &longer())),
        Case::valid(
            "three pledges and one issuance",
            anew(small, |world, logs| {
                logs.publish_issuances(&world.campaign, &world.people[..1]);
                logs.publish_pledges(&world.campaign, &world.people[..3]);
            }),
        ),
        Case::valid(
            "a pledge before any checkpoint was to be had",
            anew(small, |world, logs| {
                let entry = Entry::Pledge(world.people[0].pledge.clone());
                logs.pledges.batch(&world.campaign, vec![entry], vec![Vec::new(); 2]);
            }),
        ),
        Case::valid(
            "an excess that a later seal covers stays named",
            anew(small, |world, logs| {
                logs.publish_issuances(&world.campaign, &world.people[..1]);
                logs.publish_pledges(&world.campaign, &world.people[..2]);
                logs.publish_issuances(&world.campaign, &world.people[1..]);
                logs.publish_pledges(&world.campaign, &world.people[2..]);
            }),
        ),
        Case::valid(
            "an excess that is covered by issuances in no seal",
            anew(small, |world, logs| {
                logs.publish_issuances(&world.campaign, &world.people[..1]);
                logs.publish_pledges(&world.campaign, &world.people[..2]);
                logs.publish_issuances(&world.campaign, &world.people[1..]);
            }),
        ),
        Case::valid(
            "one of the two issuers of a class has published too few",
            anew(joint, |world, logs| {
                logs.publish_issuances(&world.campaign, &world.people[..1]);
                let entry = Entry::Issuance(world.people[1].vouchings[0]);
                logs.issuances[0].batch(&world.campaign, vec![entry], Vec::new());
                logs.publish_pledges(&world.campaign, &world.people);
            }),
        ),
        Case::valid(
            "findings of one seal: those of checkpoints, then each excess, by issuer",
            anew(crossed, |world, logs| {
                let pledge = |at: usize| Entry::Pledge(world.people[at].pledge.clone());
                let mut other = logs.issuances[1].clone();
                other.entries[0][1] ^= 1;
                let seal = vec![Vec::new(), other.note()];
                logs.pledges.batch(&world.campaign, vec![pledge(0), pledge(1)], seal);
            }),
        ),
        Case::valid(
            "a checkpoint that stays as it was after a fork, which is named again",
            small.with_logs(|logs| {
                let other = issued(|log| log.entries[1][9] ^= 1);
                for index in [3, 6] {
                    let alter = |seal: &mut headcount_protocol::entry::Seal| {
                        seal.issuance_checkpoints[0] = other.note();
                    };
                    seal_at(&mut logs.pledges, index, alter);
                }
            }),
        ),
    ]
}
