//! What an earlier audit saw.

use headcount_protocol::recount::LogName;
use serde_json::{Value, json};

use super::world::{World, after};
use crate::logs::Logs;
use crate::vectors::Case;

pub(super) fn cases() -> Vec<Case> {
    [grown(), shrunk(), forked()].concat()
}

fn grown() -> Vec<Case> {
    let (small, long) = (World::small(), World::long());
    let honest = small.with_logs(|_| ());
    let earlier = |pledges: usize, issuances: usize| {
        let mut logs = small.logs.clone();
        logs.pledges.entries.truncate(pledges);
        logs.issuances[0].entries.truncate(issuances);
        small.seen(&logs)
    };
    let mut tile = long.logs.clone();
    tile.issuances[0].entries.truncate(256);
    vec![
        Case::valid("all logs are as they were", after(honest.clone(), &earlier(7, 5))),
        Case::valid("the pledge log has grown by a batch", after(honest.clone(), &earlier(4, 5))),
        Case::valid(
            "an audit of the campaign's first day",
            after(honest.clone(), &small.seen(&Logs::new(&small.campaign))),
        ),
        Case::valid("an audit that saw half a batch", after(honest, &earlier(5, 2)))
            .flags(&["unsealed"]),
        Case::valid("an audit at a full tile", after(long.with_logs(|_| ()), &long.seen(&tile)))
            .flags(&["full-tile"]),
    ]
}

fn shrunk() -> Vec<Case> {
    let small = World::small();
    let seen = small.seen(&small.logs);
    let sized = |pointer: &str, size: u64| {
        let mut seen = seen.clone();
        *seen.pointer_mut(pointer).expect("an earlier audit") = size.into();
        after(small.with_logs(|_| ()), &seen)
    };
    vec![
        Case::invalid(
            "7 entries then, 4 now",
            after(small.with_logs(|logs| logs.pledges.entries.truncate(4)), &seen),
            "REC-6",
        )
        .at(&LogName::Pledges, None),
        Case::invalid(
            "5 issuances and seals then, 1 entry now",
            after(small.with_logs(|logs| logs.issuances[0].entries.truncate(1)), &seen),
            "REC-6",
        )
        .at(&LogName::Issuances(0), None),
        Case::invalid("an audit that saw one entry more", sized("/pledges/size", 8), "REC-6")
            .at(&LogName::Pledges, None),
        Case::invalid(
            "an audit that saw 2^64 - 1 issuances",
            sized("/issuances/1/size", u64::MAX),
            "REC-6",
        )
        .at(&LogName::Issuances(1), None)
        .flags(&["large-number"]),
    ]
}

fn forked() -> Vec<Case> {
    let (small, long) = (World::small(), World::long());
    let mut first_batch = small.logs.clone();
    first_batch.pledges.entries.truncate(4);
    let mut exchanged = small.logs.clone();
    exchanged.pledges = crate::logs::LogBuilder::pledges(&small.campaign);
    exchanged.publish_pledges(&small.campaign, &small.people[2..]);
    exchanged.publish_pledges(&small.campaign, &small.people[..2]);
    let exchanged = small.input(&small.mirror(&exchanged));
    // An honest log, of which an audit says that it saw another root.
    let rooted = |world: &World, pointer: &str, size: u64| {
        let mut seen = world.seen(&world.logs);
        let log: &mut Value = seen.pointer_mut(pointer).expect("an earlier audit");
        *log = json!({ "size": size, "root": "00".repeat(32) });
        after(world.with_logs(|_| ()), &seen)
    };
    let case = |comment, input, log| Case::invalid(comment, input, "REC-7").at(&log, None);
    let pledges = LogName::Pledges;
    vec![
        case("two batches exchanged", after(exchanged.clone(), &small.seen(&small.logs)), pledges),
        case(
            "another first batch than an audit of the first batch saw",
            after(exchanged, &small.seen(&first_batch)),
            pledges,
        ),
        case("another root at size 1", rooted(small, "/pledges", 1), pledges),
        case("another root inside of a batch", rooted(small, "/pledges", 5), pledges)
            .flags(&["unsealed"]),
        case(
            "another root of an issuance log",
            rooted(small, "/issuances/1", 3),
            LogName::Issuances(1),
        ),
        case(
            "another root at a full tile",
            rooted(long, "/issuances/0", 256),
            LogName::Issuances(0),
        )
        .flags(&["full-tile"]),
    ]
}
