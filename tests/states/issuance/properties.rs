//! What issuing promises, and what must happen somewhere for the promises to mean anything.

use std::collections::BTreeSet;

use stateright::Property;

use super::{Answer, Issuance, State, Step, WALLETS};

/// No tag has signatures for two requests.
pub(super) const ONE_TOKEN: &str = "one tag, one token";
/// No digest, and no commitment, is published twice.
pub(super) const ONE_ENTRY: &str = "one request, one entry";
/// Whatever was signed stands in the log or in the open batch.
pub(super) const SIGNED_IS_LOGGED: &str = "what is signed is logged";
/// The rows of a tag and of its entry are there together.
pub(super) const REGISTERED_IS_LOGGED: &str = "what is registered is logged";
/// Nothing follows a signature but the same one.
pub(super) const SAME_ANSWER: &str = "the same request, the same answer";
/// Whose request is registered is not refused, nor registered after another was.
pub(super) const NO_LOCKOUT: &str = "the registered request is not refused";

pub(super) fn all() -> Vec<Property<Issuance>> {
    vec![
        Property::always(ONE_TOKEN, |_, state: &State| {
            unique(state.signatures.keys().map(|request| request.tag))
        }),
        Property::always(ONE_ENTRY, |_, state: &State| {
            unique(state.store.entries().map(|entry| entry.digest))
                && unique(state.store.entries().map(|entry| entry.tag))
        }),
        Property::always(SIGNED_IS_LOGGED, |_, state: &State| {
            state.signatures.keys().all(|request| state.store.entries().any(|it| it == request))
        }),
        Property::always(REGISTERED_IS_LOGGED, |_, state: &State| {
            let logged: BTreeSet<_> = state.store.entries().map(|it| (it.tag, it.digest)).collect();
            logged == state.store.tags.iter().map(|(tag, digest)| (*tag, *digest)).collect()
        }),
        Property::always(SAME_ANSWER, |_, state: &State| {
            let is_signature = |answer: &Answer| matches!(answer, Answer::Signature(_));
            state.told.iter().all(|told| {
                told.iter().position(is_signature).is_none_or(|first| first + 1 == told.len())
            })
        }),
        Property::always(NO_LOCKOUT, |_, state: &State| {
            told(state, Answer::Denied).next().is_none()
                && told(state, Answer::TagUsed).all(|wallet| !state.store.has(WALLETS[wallet]))
        }),
        Property::sometimes("two requests for a tag are decided at once", |_, state: &State| {
            let deciding = |wallet| {
                let mut work = state.processes.iter().flatten();
                work.any(|it| it.wallet == wallet && matches!(it.left, [Step::Decide { .. }]))
            };
            state.store.tags.is_empty() && deciding(0) && deciding(1)
        }),
        Property::sometimes("a process dies between storing and signing", |_, state: &State| {
            !state.interrupted.is_empty() && state.signatures.is_empty()
        }),
        Property::sometimes("a process dies between signing and answering", |_, state: &State| {
            let silent = state.told.iter().all(Vec::is_empty);
            let idle = state.processes.iter().all(Option::is_none);
            silent && idle && !state.signatures.is_empty()
        }),
        Property::sometimes("who tries again gets the token", |_, state: &State| {
            state.interrupted.iter().any(|wallet| state.told[*wallet] == [Answer::Signature(1)])
        }),
        Property::sometimes("who got no answer tries again after the end", |_, state: &State| {
            state.processes.iter().flatten().any(|work| {
                matches!(work.left, [Step::Decide { in_time: false }])
                    && state.told[work.wallet].is_empty()
                    && state.store.has(WALLETS[work.wallet])
            })
        }),
        Property::sometimes("a request in time is decided after the end", |_, state: &State| {
            let mut work = state.processes.iter().flatten();
            state.over && work.any(|it| matches!(it.left, [Step::Decide { in_time: true }]))
        }),
        Property::sometimes("each person has one token in the log", |_, state: &State| {
            let [first, second, borrowed, own] = &state.told;
            [first, own].iter().all(|told| told[..] == [Answer::Signature(1)])
                && [second, borrowed].iter().all(|told| told[..] == [Answer::TagUsed])
                && state.store.log.len() == 2
        }),
    ]
}

fn unique(mut values: impl Iterator<Item = u8>) -> bool {
    let mut seen = BTreeSet::new();
    values.all(|value| seen.insert(value))
}

/// The wallets that were given this answer.
fn told(state: &State, answer: Answer) -> impl Iterator<Item = usize> {
    (0..WALLETS.len()).filter(move |wallet| state.told[*wallet].contains(&answer))
}
