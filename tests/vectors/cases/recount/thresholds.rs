//! When counts, milestones and the spread over the regions are reached ([spec: recount §5]).

use headcount_protocol::entry::Entry;

use super::world::World;
use crate::logs::LogBuilder;
use crate::vectors::Case;
use crate::vectors::cases::said::withdraw;

/// Three pledges, milestones of 1, 3 and 5, and one pledge in each of two regions: persons 1
/// (none), 2 and 3 (region 1), 4 (region 2).
pub(super) fn cases() -> Vec<Case> {
    let said = World::said();
    let pledge = |at: usize| Entry::Pledge(said.people[at].pledge.clone());
    let withdrawal = |person, class, region| withdraw(&said.campaign, person, class, region);
    let with = |batches: &[Vec<Entry>]| {
        said.with_logs(|logs| {
            logs.pledges = LogBuilder::pledges(&said.campaign);
            let notes = logs.notes();
            for batch in batches {
                logs.pledges.batch(&said.campaign, batch.clone(), notes.clone());
            }
        })
    };
    vec![
        Case::valid(
            "the count first, the spread a batch later",
            with(&[vec![pledge(0), pledge(1), pledge(2)], vec![pledge(3)]]),
        ),
        Case::valid(
            "the spread first, and no more when the count is reached",
            with(&[vec![pledge(1), pledge(3)], vec![pledge(0), pledge(2), withdrawal(4, 1, 2)]]),
        ),
        Case::valid(
            "the spread first, then never again, then again with the count",
            with(&[
                vec![pledge(1), pledge(3)],
                vec![withdrawal(2, 0, 1)],
                vec![pledge(0), pledge(2)],
            ]),
        ),
        Case::valid(
            "who names no region is in none",
            with(&[vec![pledge(0), pledge(1), pledge(2)]]),
        ),
        Case::valid(
            "a milestone that was reached and is no more",
            with(&[vec![pledge(0)], vec![withdrawal(1, 0, 0)]]),
        ),
        Case::valid(
            "a batch that reaches the count before it loses it does not reach it",
            with(&[vec![pledge(0), pledge(1)], vec![pledge(2), withdrawal(1, 0, 0)]]),
        ),
    ]
}
