//! [spec: pledge §5]: a pledge counts once, and is taken back once, by who made it.

use headcount_protocol::campaign::Campaign;
use headcount_protocol::ed25519::SignatureError;
use headcount_protocol::entry::Entry;
use headcount_protocol::pledge::Opening;
use headcount_protocol::recount::{LogName, Refusal, Rule};
use headcount_protocol::withdrawal::Withdrawal;
use headcount_tests::campaign::{campaign, draft_manifest, issue, seed, small};
use headcount_tests::logs::Logs;
use serde_json::json;

use crate::recount::honest;

pub(crate) fn withdraw(campaign: &Campaign, person: u64, class: u16, region: u16) -> Entry {
    let opening = Opening::derive(&seed(person), &campaign.id, class, region);
    let key = seed(person).pledge_key(&campaign.id, class);
    Entry::Withdrawal(Withdrawal::sign(&campaign.id, opening, &key))
}

/// The honest campaign of four, and one more batch of these.
pub(crate) fn with_batch(campaign: &Campaign, entries: Vec<Entry>) -> Logs {
    let mut logs = honest(campaign);
    let notes = logs.notes();
    logs.pledges.batch(campaign, entries, notes);
    logs
}

fn refusal(campaign: &Campaign, logs: &Logs) -> Refusal {
    logs.recount(campaign).map(|report| panic!("not refused: {report:?}")).unwrap_err()
}

fn at(index: u64, rule: Rule) -> Refusal {
    Refusal { log: LogName::Pledges, index: Some(index), rule }
}

/// [PLG-19]
#[test]
fn only_who_pledged_can_withdraw() {
    let campaign = small();
    let Entry::Withdrawal(own) = withdraw(&campaign, 1, 0, 0) else { panic!() };
    assert_eq!(own.verify(&campaign.id), Ok(()));
    assert_eq!(own.encode().len(), Withdrawal::LEN);
    assert_eq!(Withdrawal::decode(&own.encode()), Ok(own.clone()));
    let other_key = seed(2).pledge_key(&campaign.id, 0);
    let stolen = Withdrawal::sign(&campaign.id, own.opening, &other_key);
    assert_eq!(stolen.verify(&campaign.id), Err(SignatureError::Equation));
    // Neither does it hold elsewhere, nor for another pledge of the same key.
    let elsewhere = headcount_protocol::campaign::CampaignId::from([9; 32]);
    assert_eq!(own.verify(&elsewhere), Err(SignatureError::Equation));
    let moved = Withdrawal { opening: Opening { region: 1, ..own.opening }, ..own };
    assert_eq!(moved.verify(&campaign.id), Err(SignatureError::Equation));
}

/// [PLG-20, PLG-21]
#[test]
fn a_withdrawal_lowers_the_count_and_undoes_no_threshold() {
    let campaign = small();
    let of = [(1, 0, 0), (2, 0, 1), (4, 1, 2)];
    let entries = of.map(|(person, class, region)| withdraw(&campaign, person, class, region));
    let report = with_batch(&campaign, entries.into()).recount(&campaign).unwrap();
    let report = serde_json::to_value(report).unwrap();
    assert_eq!(
        report["classes"],
        json!([
            { "class": "email", "pledges": 3, "withdrawn": 2, "counted": 1 },
            { "class": "invitation", "pledges": 1, "withdrawn": 1, "counted": 0 },
        ])
    );
    assert_eq!((&report["sum"], &report["maximum"]), (&json!(1), &json!(1)));
    assert_eq!(report["regions"], json!({ "1": 1 }));
    let threshold = &report["threshold"];
    assert_eq!((&threshold["current"], &threshold["reached_in_batch"]), (&json!(1), &json!(1)));
    let counts: Vec<_> =
        report["batches"].as_array().unwrap().iter().map(|it| it["classes"].clone()).collect();
    assert_eq!(counts, [json!([2, 0]), json!([3, 1]), json!([1, 0])]);
}

#[test]
fn what_was_beyond_the_issuances_is_not_taken_off_twice() {
    let campaign = small();
    let people = [1, 2, 3].map(|person| issue(&campaign, person, 0, 0));
    let mut logs = Logs::new(&campaign);
    logs.publish_issuances(&campaign, &people[..1]);
    logs.publish_pledges(&campaign, &people);
    let notes = logs.notes();
    let both = vec![withdraw(&campaign, 1, 0, 0), withdraw(&campaign, 2, 0, 0)];
    logs.pledges.batch(&campaign, both, notes);
    let report = logs.recount(&campaign).unwrap();
    // min(3, 1) - 2 is not below zero.
    assert_eq!((report.classes[0].withdrawn, report.sum), (2, 0));
}

/// [REC-28]
#[test]
fn rec_28_a_withdrawal_is_signed_by_who_pledged() {
    let campaign = small();
    let opening = Opening::derive(&seed(1), &campaign.id, 0, 0);
    let key = seed(2).pledge_key(&campaign.id, 0);
    let stolen = Entry::Withdrawal(Withdrawal::sign(&campaign.id, opening, &key));
    let logs = with_batch(&campaign, vec![stolen]);
    let rule = Rule::Withdrawal(SignatureError::Equation);
    assert_eq!(refusal(&campaign, &logs), at(7, rule));
}

/// [REC-29, PLG-20]
#[test]
fn rec_29_a_withdrawal_is_of_a_pledge_of_an_earlier_batch() {
    let campaign = small();
    let none = with_batch(&campaign, vec![withdraw(&campaign, 9, 0, 0)]);
    assert_eq!(refusal(&campaign, &none), at(7, Rule::WithdrawalUnknown));
    // Another region is another nonce.
    let other = with_batch(&campaign, vec![withdraw(&campaign, 1, 0, 1)]);
    assert_eq!(refusal(&campaign, &other), at(7, Rule::WithdrawalUnknown));
    // In the same batch: the pledge sorts first.
    let person = issue(&campaign, 9, 0, 0);
    let mut logs = honest(&campaign);
    logs.publish_issuances(&campaign, std::slice::from_ref(&person));
    let notes = logs.notes();
    let both = vec![Entry::Pledge(person.pledge), withdraw(&campaign, 9, 0, 0)];
    logs.pledges.batch(&campaign, both.clone(), notes.clone());
    assert_eq!(refusal(&campaign, &logs), at(8, Rule::WithdrawalUnknown));
    // A batch later it counts.
    logs.pledges.keep_batches(2);
    for entry in both {
        logs.pledges.batch(&campaign, vec![entry], notes.clone());
    }
    assert_eq!(logs.recount(&campaign).unwrap().classes[0].withdrawn, 1);
}

/// [REC-30, PLG-21]
#[test]
fn rec_30_a_pledge_is_withdrawn_once() {
    let campaign = small();
    let one = withdraw(&campaign, 1, 0, 0);
    let mut logs = with_batch(&campaign, vec![one.clone()]);
    let notes = logs.notes();
    logs.pledges.batch(&campaign, vec![one.clone()], notes);
    assert_eq!(refusal(&campaign, &logs), at(9, Rule::WithdrawnTwice));
    let logs = with_batch(&campaign, vec![one.clone(), one]);
    assert_eq!(refusal(&campaign, &logs), at(8, Rule::WithdrawnTwice));
}

#[test]
fn milestones_and_the_spread_are_reached_in_their_batches() {
    let mut manifest = draft_manifest();
    manifest["threshold"]["count"] = json!(2);
    manifest["threshold"]["milestones"] = json!([1, 4, 5]);
    manifest["threshold"]["spread"] = json!({ "regions": 2, "pledges": 1 });
    let campaign = campaign(&manifest);
    // Batch 0: persons 1 (no region) and 2 (region 1). Batch 1: regions 1 and 2.
    let report = with_batch(&campaign, vec![withdraw(&campaign, 4, 1, 2)]);
    let report = serde_json::to_value(report.recount(&campaign).unwrap()).unwrap();
    assert_eq!(
        report["threshold"],
        json!({
            "count": 2,
            "of": "sum",
            "current": 3,
            "witnessed": null,
            "count_reached_in_batch": 0,
            "milestones": [
                { "count": 1, "reached_in_batch": 0 },
                { "count": 4, "reached_in_batch": 1 },
                { "count": 5, "reached_in_batch": null },
            ],
            "spread": { "regions": 2, "pledges": 1, "current": 1, "reached_in_batch": 1 },
            "reached_in_batch": 1,
        })
    );
}

/// [REC-22]
#[test]
fn rec_22_a_nonce_counts_once() {
    let campaign = small();
    let people = crate::recount::supporters(&campaign);
    let mut logs = honest(&campaign);
    let twice = people[..1].to_vec();
    logs.publish_pledges(&campaign, &twice);
    let first = (0..)
        .zip(&logs.pledges.entries)
        .find(|(_, bytes)| **bytes == Entry::Pledge(people[0].pledge.clone()).encode());
    let first = first.unwrap().0;
    assert_eq!(refusal(&campaign, &logs), at(7, Rule::NonceRepeated { first }));

    let mut logs = Logs::new(&campaign);
    logs.publish_issuances(&campaign, &people);
    logs.publish_pledges(&campaign, &[people[0].clone(), people[0].clone()]);
    assert_eq!(refusal(&campaign, &logs), at(2, Rule::NonceRepeated { first: 1 }));
}
