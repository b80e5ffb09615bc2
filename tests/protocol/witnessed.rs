//! [spec: recount §1] with witnesses: what is called witnessed, and which checkpoints seals carry.

use headcount_protocol::campaign::Campaign;
use headcount_protocol::entry::Entry;
use headcount_protocol::log::CheckpointError;
use headcount_protocol::recount::{LogName, Refusal, Rule};
use headcount_protocol::statement::{Amendment, Change};
use headcount_tests::campaign::{Keys, issue, small, witnessed};
use headcount_tests::logs::{LogBuilder, Logs};

/// Persons 1 to 3, pledged in two batches, with seals that so many witnesses cosigned.
fn logs(campaign: &Campaign, cosigned: usize) -> Logs {
    let people: Vec<_> = (1..=3).map(|person| issue(campaign, person, 0, 0)).collect();
    let mut logs = Logs::new(campaign);
    logs.publish_issuances(campaign, &people);
    let notes: Vec<_> = logs.issuances.iter().map(|log| log.cosigned_note(cosigned)).collect();
    for people in [&people[..2], &people[2..]] {
        let entries = people.iter().map(|it| Entry::Pledge(it.pledge.clone())).collect();
        logs.pledges.batch(campaign, entries, notes.clone());
    }
    logs
}

fn refusal(campaign: &Campaign, logs: &Logs) -> Refusal {
    logs.recount(campaign).map(|report| panic!("not refused: {report:?}")).unwrap_err()
}

/// [REC-38, WIT-5]
#[test]
fn what_is_witnessed_is_told_apart() {
    let campaign = witnessed();
    let mut logs = logs(&campaign, 3);
    let report = logs.recount(&campaign).unwrap();
    assert_eq!((report.witnessing, report.sum), ("witnessed", 3));
    assert_eq!((report.pledge_log.witnessed, report.threshold.witnessed), (Some(0), Some(0)));

    let mut first = logs.pledges.clone();
    first.keep_batches(1);
    logs.pledges.witnessed = Some(first.checkpoint());
    logs.issuances[0].witness();
    let report = logs.recount(&campaign).unwrap();
    assert_eq!((report.pledge_log.witnessed, report.threshold.witnessed), (Some(4), Some(2)));
    assert_eq!((report.threshold.current, report.pledge_log.size), (3, 6));
    assert_eq!(report.issuance_logs[0].log.witnessed, Some(5));
    assert_eq!(report.issuance_logs[1].log.witnessed, Some(0));

    let campaign = small();
    let report = crate::recount::honest(&campaign).recount(&campaign).unwrap();
    assert_eq!((report.witnessing, report.pledge_log.witnessed), ("unwitnessed", None));
}

/// [REC-37]
#[test]
fn rec_37_what_was_witnessed_is_in_the_log() {
    let campaign = witnessed();
    let mut logs = logs(&campaign, 3);
    let mut fork = LogBuilder::pledges(&campaign);
    fork.entries = logs.pledges.entries.clone();
    fork.entries.swap(1, 2);
    fork.entries.truncate(4);
    logs.pledges.witnessed = Some(fork.checkpoint());
    let refused = |log| Refusal { log, index: None, rule: Rule::Note { size: 4 } };
    assert_eq!(refusal(&campaign, &logs), refused(LogName::Pledges));
    // Its own entries, but inside of a batch.
    fork.entries = logs.pledges.entries[..3].to_vec();
    logs.pledges.witnessed = Some(fork.checkpoint());
    assert_eq!(refusal(&campaign, &logs).rule, Rule::Note { size: 3 });
    // The same holds for an issuance log.
    logs.pledges.witnessed = None;
    let mut fork = logs.issuances[0].clone();
    fork.entries.swap(1, 2);
    logs.issuances[0].witnessed = Some(fork.checkpoint());
    assert_eq!(refusal(&campaign, &logs).log, LogName::Issuances(0));
}

/// [REC-17, WIT-5, STA-11]
#[test]
fn seals_and_revocations_carry_witnessed_checkpoints() {
    let campaign = witnessed();
    let unwitnessed = Rule::IssuanceCheckpoint { issuer: 0, error: CheckpointError::Unwitnessed };
    let two = refusal(&campaign, &logs(&campaign, 2));
    let at = |index, rule| Refusal { log: LogName::Pledges, index: Some(index), rule };
    assert_eq!(two, at(3, unwitnessed.clone()));
    let mut logs = logs(&campaign, 4);
    assert_eq!(logs.recount(&campaign).unwrap().sum, 3);
    // One line of three is another witness's.
    let mut mixed = logs.issuances[0].cosigned_note(2);
    let lines = String::from_utf8(logs.issuances[1].cosigned_note(3)).unwrap();
    mixed.extend(format!("{}\n", lines.lines().last().unwrap()).bytes());
    let revoke = |checkpoint| {
        let change = Change::Revocation { issuer: 0, checkpoint };
        let key = &Keys::shared().amendments;
        Entry::Amendment(Amendment::sign(&campaign.id, 0, change, key))
    };
    let notes: Vec<_> = logs.issuances.iter().map(|log| log.cosigned_note(3)).collect();
    let mut with = |checkpoint| {
        logs.pledges.keep_batches(2);
        logs.pledges.batch(&campaign, vec![revoke(checkpoint)], notes.clone());
        logs.recount(&campaign).map(|report| report.sum).map_err(|refusal| refusal.rule)
    };
    assert_eq!(with(notes[0].clone()), Ok(3));
    let issuance_logs = crate::witnessed::logs(&campaign, 3).issuances;
    assert_eq!(with(issuance_logs[0].cosigned_note(2)), Err(unwitnessed));
    let forged = with(mixed);
    assert!(matches!(
        forged,
        Err(Rule::IssuanceCheckpoint { issuer: 0, error: CheckpointError::Verify(_) })
    ));
}
