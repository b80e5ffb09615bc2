//! State models of issuing and of redeeming, searched to their last state
//! ([spec: models/states]).
//!
//! A model has a `Variant`: `Faithful` does what the specification says, and each of the others
//! breaks one rule of it. A property that holds of the first is worth something because it fails
//! for one of the others.

mod issuance;
mod redemption;

use std::fmt::Debug;
use std::hash::Hash;

use stateright::{Checker, Expectation, HasDiscoveries, Model};

/// A model that can be searched and whose states can be shown.
trait Searchable:
    Model<State: Clone + Debug + Hash + PartialEq + Send + Sync, Action: Clone + Debug + PartialEq>
    + Send
    + Sync
    + 'static
{
}

/// Searches every state: each property holds, and what must be possible is.
fn holds(model: impl Searchable, states: usize) {
    let found = search(model);
    found.assert_properties();
    assert_states(&found, states);
}

/// Searches every state: no property is broken, though not everything need be possible.
fn holds_promises(model: impl Searchable, states: usize) {
    let found = search(model);
    for property in found.model().properties() {
        if property.expectation == Expectation::Always {
            found.assert_no_discovery(property.name);
        }
    }
    assert_states(&found, states);
}

/// Searches every state: this property holds, whatever becomes of the others.
fn holds_one(model: impl Searchable, property: &'static str, states: usize) {
    let found = search(model);
    found.assert_no_discovery(property);
    assert_states(&found, states);
}

/// Searches until a state breaks the property, and tells how it was reached. The processes of a
/// state are sorted, so a number among the steps is no name.
fn breaks(model: impl Searchable, property: &'static str) {
    let enough = HasDiscoveries::AllOf([property].into());
    let found = model.checker().finish_when(enough).spawn_bfs().join();
    let holds = found.model().property(property).condition;
    let path = found.assert_any_discovery(property).into_vec();
    let before = path.into_iter().take_while(|(state, _)| holds(found.model(), state));
    let steps: Vec<_> = before.filter_map(|(_, action)| action).collect();
    tell(&format!("\"{property}\" is broken in {} steps: {steps:?}", steps.len()));
}

/// The search ends when no state is left. It has no limit of its own, and what would end it is to
/// decide every property, which one that holds never is.
fn search<M: Searchable>(model: M) -> impl Checker<M> {
    model.checker().spawn_bfs().join()
}

fn assert_states<M: Searchable>(found: &impl Checker<M>, states: usize) {
    tell(&format!("{} states, {} deep", found.unique_state_count(), found.max_depth()));
    assert_eq!(found.unique_state_count(), states, "say so in spec/models/states.md too");
}

#[expect(clippy::print_stderr, reason = "what a search found belongs on the record")]
fn tell(what: &str) {
    eprintln!("{what}");
}
