//! [spec: recount §4] and [spec: recount §5]: what is named and does not count.

use headcount_protocol::attestation::{Attestation, Vouching};
use headcount_protocol::campaign::Campaign;
use headcount_protocol::entry::Entry;
use headcount_protocol::recount::Repeated;
use headcount_protocol::recount::{Finding, LogName, Refusal, Rule};
use headcount_protocol::token::RequestDigest;
use headcount_tests::campaign::{Keys, campaign, draft_manifest, issue, joint, small, tag};
use headcount_tests::logs::{LogBuilder, Logs, recount_issuances};

use crate::recount::{honest, with_seal};

/// What the attester of issuer 0 signs for this person and request.
fn vouching(campaign: &Campaign, person: u64, digest: u8) -> Vouching {
    let keys = Keys::shared();
    let (secret, key) = (&keys.commitments[0], &keys.attesters[0]);
    let digest = RequestDigest::from([digest; 32]);
    Attestation::sign(&campaign.id, 0, digest, tag(person), secret, key)
        .verify(&campaign.id, 0, &digest, &key.public_key())
        .unwrap()
        .1
}

/// The recount of these batches of issuances: how many count, and where which value is repeated.
fn issued(batches: &[&[(u64, u8)]]) -> (u64, Vec<(u64, Repeated)>) {
    let campaign = small();
    let mut log = LogBuilder::issuances(&campaign, 0);
    for batch in batches {
        let entry =
            |&(person, digest): &(u64, u8)| Entry::Issuance(vouching(&campaign, person, digest));
        log.batch(&campaign, batch.iter().map(entry).collect(), Vec::new());
    }
    let record = recount_issuances(&campaign, 0, &log, None).unwrap();
    let named = record.findings.iter().map(|finding| match finding {
        Finding::RepeatedIssuance { issuer: 0, index, what } => (*index, *what),
        other => panic!("{other}"),
    });
    (record.counted, named.collect())
}

#[test]
fn a_repeated_commitment_counts_once() {
    use Repeated::Commitment;
    assert_eq!(issued(&[&[(1, 1), (2, 2)]]), (2, vec![]));
    assert_eq!(issued(&[&[(1, 1), (1, 2)]]), (1, vec![(2, Commitment)]));
    assert_eq!(issued(&[&[(1, 1)], &[(1, 2)]]), (1, vec![(3, Commitment)]));
    let thousandfold = [(1, 1), (1, 2), (1, 3), (2, 4)];
    assert_eq!(issued(&[&thousandfold]), (2, vec![(2, Commitment), (3, Commitment)]));
}

#[test]
fn a_repeated_request_counts_once() {
    use Repeated::{Commitment, RequestDigest};
    assert_eq!(issued(&[&[(1, 1), (2, 1)]]), (1, vec![(2, RequestDigest)]));
    assert_eq!(issued(&[&[(1, 1)], &[(2, 1)]]), (1, vec![(3, RequestDigest)]));
    // The very same entry repeats both; one finding names it.
    assert_eq!(issued(&[&[(1, 1), (1, 1)]]), (1, vec![(2, Commitment)]));
    // What does not count uses up its other value all the same.
    let chain = [(1, 1), (1, 2), (2, 2)];
    assert_eq!(issued(&[&chain[..1], &chain[1..2], &chain[2..]]).0, 1);
}

#[test]
fn pledges_beyond_issuances_do_not_count() {
    let campaign = small();
    let people = [1, 2, 3].map(|person| issue(&campaign, person, 0, 0));
    let mut logs = Logs::new(&campaign);
    // One published, three pledged.
    logs.publish_issuances(&campaign, &people[..1]);
    logs.publish_pledges(&campaign, &people);
    let report = logs.recount(&campaign).unwrap();
    let excess = |batch, excess, covered| Finding::Excess { issuer: 0, batch, excess, covered };
    assert_eq!(report.findings, [excess(0, 2, false)]);
    assert_eq!((report.classes[0].pledges, report.classes[0].counted, report.sum), (3, 1, 1));
    assert_eq!((report.threshold.current, report.threshold.reached_in_batch), (1, None));
    assert_eq!(report.issuance_logs[0].slack, 0);
}

#[test]
fn an_excess_that_is_covered_later_stays_named() {
    let campaign = small();
    let people = [1, 2, 3, 4].map(|person| issue(&campaign, person, 0, 0));
    let mut logs = Logs::new(&campaign);
    logs.publish_issuances(&campaign, &people[..1]);
    logs.publish_pledges(&campaign, &people[..3]);
    logs.publish_issuances(&campaign, &people[1..2]);
    logs.publish_pledges(&campaign, &people[3..]);
    logs.publish_issuances(&campaign, &people[2..]);
    let mut covered = logs.clone();
    let last = issue(&campaign, 5, 0, 0);
    covered.publish_issuances(&campaign, std::slice::from_ref(&last));
    covered.publish_pledges(&campaign, &[last]);

    let excess = |batch, excess, covered| Finding::Excess { issuer: 0, batch, excess, covered };
    let report = logs.recount(&campaign).unwrap();
    // The last issuances are in no seal yet: they cover nothing.
    assert_eq!(report.findings, [excess(0, 2, true), excess(1, 2, true)]);
    assert_eq!((report.classes[0].pledges, report.sum), (4, 2));
    assert_eq!(report.batches.iter().map(|it| it.classes[0]).collect::<Vec<_>>(), [1, 2]);
    assert_eq!(report.issuance_logs[0].issued, 4);

    let report = covered.recount(&campaign).unwrap();
    assert_eq!(report.findings, [excess(0, 2, true), excess(1, 2, true)]);
    assert_eq!((report.sum, report.threshold.reached_in_batch), (5, Some(2)));
    assert_eq!(report.batches.iter().map(|it| it.classes[0]).collect::<Vec<_>>(), [1, 2, 5]);
}

#[test]
fn a_pledge_before_any_checkpoint_does_not_count() {
    let campaign = small();
    let people = [issue(&campaign, 1, 0, 0)];
    let mut logs = Logs::new(&campaign);
    let entries = vec![Entry::Pledge(people[0].pledge.clone())];
    logs.pledges.batch(&campaign, entries, vec![Vec::new(); 2]);
    let report = logs.recount(&campaign).unwrap();
    assert_eq!(
        report.findings,
        [Finding::Excess { issuer: 0, batch: 0, excess: 1, covered: false }]
    );
    assert_eq!(report.sum, 0);
}

#[test]
fn one_dishonest_issuer_of_two_is_named_alone() {
    let campaign = joint();
    let people = [1, 2].map(|person| issue(&campaign, person, 0, 0));
    let mut logs = Logs::new(&campaign);
    let publish = |issuer: usize, vouchings: &[Vouching], log: &mut LogBuilder| {
        assert!(vouchings.iter().all(|it| usize::from(it.issuer) == issuer));
        let entries = vouchings.iter().map(|it| Entry::Issuance(*it)).collect();
        log.batch(&campaign, entries, Vec::new());
    };
    publish(0, &[people[0].vouchings[0], people[1].vouchings[0]], &mut logs.issuances[0]);
    publish(1, &[people[0].vouchings[1]], &mut logs.issuances[1]);
    logs.publish_pledges(&campaign, &people);
    let report = logs.recount(&campaign).unwrap();
    assert_eq!(
        report.findings,
        [Finding::Excess { issuer: 1, batch: 0, excess: 1, covered: false }]
    );
    assert_eq!((report.classes[0].pledges, report.classes[0].counted), (2, 1));
}

#[test]
fn findings_of_one_seal_stand_by_issuer() {
    let mut manifest = draft_manifest();
    manifest["classes"] = serde_json::json!([
        { "name": "invitation", "issuers": [1] },
        { "name": "email", "issuers": [0] },
    ]);
    let campaign = campaign(&manifest);
    let pledges = [(1, 0), (2, 1)].map(|(person, class)| issue(&campaign, person, class, 0).pledge);
    let mut logs = Logs::new(&campaign);
    let mut other = logs.issuances[1].clone();
    other.entries[0][1] ^= 1;
    let seal = vec![Vec::new(), other.note()];
    logs.pledges.batch(&campaign, pledges.map(Entry::Pledge).into(), seal);
    let (batch, excess, covered) = (0, 1, false);
    assert_eq!(
        logs.recount(&campaign).unwrap().findings,
        [
            Finding::IssuanceFork { issuer: 1, batch, size: 1 },
            Finding::Excess { issuer: 0, batch, excess, covered },
            Finding::Excess { issuer: 1, batch, excess, covered },
        ]
    );
}

#[test]
fn a_finding_says_what_it_names() {
    let finding = Finding::Excess { issuer: 1, batch: 3, excess: 2, covered: false };
    let json = serde_json::json!({ "finding": "excess", "issuer": 1, "batch": 3, "excess": 2, "covered": false });
    assert_eq!(serde_json::to_value(&finding).unwrap(), json);
    let what = Repeated::RequestDigest;
    let finding = Finding::RepeatedIssuance { issuer: 0, index: 9, what };
    let json = serde_json::json!({
        "finding": "repeated-issuance", "issuer": 0, "index": 9, "what": "request-digest",
    });
    assert_eq!(serde_json::to_value(&finding).unwrap(), json);
    let text = "issuer 0 published the same request digest again at index 9; it counts once";
    assert_eq!(finding.to_string(), text);
}

#[test]
fn a_refusal_names_log_place_and_rule() {
    let rule = Rule::NonceRepeated { first: 1 };
    let refusal = Refusal { log: LogName::Pledges, index: Some(7), rule };
    assert_eq!(refusal.rule.id(), "REC-22");
    let text = "the pledge log at index 7: the nonce was counted before, at index 1";
    assert_eq!(refusal.to_string(), text);
    let refusal = Refusal { log: LogName::Issuances(3), index: None, rule: Rule::Root };
    let text = "the issuance log of issuer 3: the entries do not have the root that the \
                checkpoint signs";
    assert_eq!(refusal.to_string(), text);
}

/// [REC-19]
#[test]
fn rec_19_an_issuer_with_two_histories_is_named() {
    let campaign = small();
    let honest = honest(&campaign);
    let vouching = issue(&campaign, 9, 0, 0).vouchings[0];
    let mut longer = honest.issuances[0].clone();
    longer.batch(&campaign, vec![Entry::Issuance(vouching)], Vec::new());
    let mut other = honest.issuances[0].clone();
    other.entries[1][9] ^= 1;
    let expected = honest.recount(&campaign).unwrap();
    let sealed = |log: &LogBuilder| {
        let logs = with_seal(&honest, 6, |seal| seal.issuance_checkpoints[0] = log.note());
        let report = logs.recount(&campaign).unwrap();
        // What the issuer had published before still counts, nothing since does.
        assert_eq!(report.sum, expected.sum);
        report.findings
    };
    let size = |log: &LogBuilder| u64::try_from(log.entries.len()).unwrap();
    let (issuer, batch) = (0, 1);
    let fork = Finding::IssuanceFork { issuer, batch, size: size(&other) };
    assert_eq!(sealed(&other), [fork]);
    // A longer log than was read convicts nobody.
    let behind = Finding::IssuanceBehind { issuer, batch, size: size(&longer) };
    assert_eq!(sealed(&longer), [behind]);
}
