//! [spec: statements]: who may say what, and where it may stand.

use headcount_protocol::campaign::Campaign;
use headcount_protocol::campaign::values::Texts;
use headcount_protocol::ed25519::{SecretSeed, SignatureError};
use headcount_protocol::entry::Entry;
use headcount_protocol::guardians::CommitmentsError;
use headcount_protocol::log::CheckpointError;
use headcount_protocol::recount::{Finding, LogName, Placed, Refusal, Rule};
use headcount_protocol::statement::{
    Amendment, AmendmentError, Announcement, AnnouncementError, Change, Closing, ClosingError,
    Office,
};
use headcount_tests::campaign::{Keys, issue, small};
use headcount_tests::logs::Logs;

use crate::recount::honest;
use crate::withdrawals::with_batch;

const HOUR: u64 = 1_800_003_600;

fn announcement(campaign: &Campaign, number: u32) -> Announcement {
    let texts = Texts::single("en", "The rally is on Sunday.");
    let key = &Keys::shared().organiser;
    Announcement::sign(&campaign.id, number, HOUR, &texts, key).unwrap()
}

fn announce(campaign: &Campaign, number: u32) -> Entry {
    Entry::Announcement(announcement(campaign, number))
}

fn amend(campaign: &Campaign, number: u32, change: Change) -> Entry {
    let key = &Keys::shared().amendments;
    Entry::Amendment(Amendment::sign(&campaign.id, number, change, key))
}

fn shares(campaign: &Campaign, epoch: u32) -> Change {
    Change::Shares { epoch, commitments: campaign.manifest.oprf.commitments.clone() }
}

fn close(campaign: &Campaign) -> Entry {
    let destroyed = vec![Office::Attester(0), Office::Guardian(1), Office::Issuer(1)];
    Entry::Closing(Closing::sign(&campaign.id, destroyed, &Keys::shared().receipts))
}

fn refusal(campaign: &Campaign, logs: &Logs) -> Refusal {
    logs.recount(campaign).map(|report| panic!("not refused: {report:?}")).unwrap_err()
}

fn refused(campaign: &Campaign, entries: Vec<Entry>) -> (u64, Rule) {
    let Refusal { log, index, rule } = refusal(campaign, &with_batch(campaign, entries));
    assert_eq!(log, LogName::Pledges);
    (index.unwrap(), rule)
}

#[test]
fn announcements_are_placed_by_the_threshold() {
    let campaign = small();
    let people: Vec<_> = (1..=3).map(|person| issue(&campaign, person, 0, 0)).collect();
    let mut logs = Logs::new(&campaign);
    logs.publish_issuances(&campaign, &people);
    let notes = logs.notes();
    let pledge = |at: usize| Entry::Pledge(people[at].pledge.clone());
    let batches = [
        vec![pledge(0), announce(&campaign, 0)],
        vec![pledge(1), pledge(2), announce(&campaign, 1), announce(&campaign, 2)],
        vec![announce(&campaign, 3)],
    ];
    for batch in batches {
        logs.pledges.batch(&campaign, batch, notes.clone());
    }
    let report = logs.recount(&campaign).unwrap();
    let placed: Vec<_> = report.announcements.iter().map(|it| (it.batch, it.placed)).collect();
    use Placed::{After, Before, With};
    assert_eq!(placed, [(0, Before), (1, With), (1, With), (2, After)]);
    assert_eq!(report.announcements[3].texts.get("en"), "The rally is on Sunday.");
    assert_eq!((report.announcements[3].index, report.announcements[3].time), (9, HOUR));
    // Until it is reached, all are before it.
    logs.pledges.keep_batches(1);
    assert_eq!(logs.recount(&campaign).unwrap().announcements[0].placed, Before);
}

/// [STA-3, STA-4, STA-5, REC-31]
#[test]
fn rec_31_an_announcement_is_the_organisers() {
    let campaign = small();
    let good = announcement(&campaign, 0);
    let verify = |it: &Announcement| it.verify(&campaign.id, &campaign.manifest.organiser_key);
    assert_eq!(verify(&good), Ok(()));
    let with = |texts: &[(&str, &str)], time: u64| {
        let texts = texts.iter().map(|(tag, text)| ((*tag).into(), (*text).into())).collect();
        verify(&Announcement { texts, time, ..good.clone() }).unwrap_err()
    };
    assert_eq!(with(&[("en", "x")], HOUR + 1), AnnouncementError::Time);
    assert_eq!(with(&[], HOUR), AnnouncementError::Languages);
    assert_eq!(with(&[("ru", "x"), ("en", "x")], HOUR), AnnouncementError::Languages);
    assert_eq!(with(&[("en", "x"), ("en", "y")], HOUR), AnnouncementError::Languages);
    assert!(matches!(with(&[("EN", "x")], HOUR), AnnouncementError::Text(_)));
    assert!(matches!(with(&[("en", " ")], HOUR), AnnouncementError::Text(_)));
    assert!(matches!(with(&[("en", "x")], HOUR), AnnouncementError::Signature(_)));
    assert!(matches!(with(&[("en", "x")], 0), AnnouncementError::Signature(_)));
    let forged = Announcement { number: 1, ..good.clone() };
    assert!(matches!(verify(&forged), Err(AnnouncementError::Signature(_))));

    let rule = Rule::Announcement(AnnouncementError::Time);
    let late = Entry::Announcement(Announcement { time: HOUR + 1, ..good });
    assert_eq!(refused(&campaign, vec![late]), (7, rule));
}

/// [STA-1, REC-33]
#[test]
fn rec_33_no_statement_is_withheld() {
    let campaign = small();
    let number = |entries, at: u64, expected: u32| {
        assert_eq!(refused(&campaign, entries), (at, Rule::Number { expected }));
    };
    number(vec![announce(&campaign, 1)], 7, 0);
    number(vec![announce(&campaign, 0), announce(&campaign, 2)], 8, 1);
    number(vec![announce(&campaign, 0), announce(&campaign, 0)], 8, 1);
    number(vec![amend(&campaign, 1, shares(&campaign, 1))], 7, 0);
    // Each kind has numbers of its own.
    let both = vec![announce(&campaign, 0), amend(&campaign, 0, shares(&campaign, 1))];
    assert!(with_batch(&campaign, both).recount(&campaign).is_ok());
}

/// [STA-7, STA-8, STA-10, REC-32]
#[test]
fn rec_32_an_amendment_changes_what_may_change() {
    let campaign = small();
    let of = |change: Change| {
        let entry = amend(&campaign, 0, change);
        let (7, Rule::Amendment(error)) = refused(&campaign, vec![entry]) else { panic!() };
        error
    };
    let commitments = |commitments| of(Change::Shares { epoch: 1, commitments });
    let count = CommitmentsError::Count { threshold: 1, found: 2 };
    let key = campaign.manifest.oprf.commitments[0];
    assert_eq!(commitments(vec![key, key]), AmendmentError::Commitments(count));
    let other = SecretSeed::from([3; 32]);
    assert!(matches!(
        commitments(vec![*other.public_key().as_bytes()]),
        AmendmentError::Commitments(CommitmentsError::Element { .. })
    ));
    let point = headcount_protocol::guardians::KeyShare::generate(
        &mut headcount_tests::campaign::SeededRng::new(99),
    );
    let point = headcount_protocol::bytes::from_hex(&point.public_key().to_string()).unwrap();
    assert_eq!(commitments(vec![point]), AmendmentError::PublicKey);
    let unknown = Change::Revocation { issuer: 2, checkpoint: Vec::new() };
    assert_eq!(of(unknown), AmendmentError::UnknownIssuer(2));

    let organiser = &Keys::shared().organiser;
    let wrong = Amendment::sign(&campaign.id, 0, shares(&campaign, 1), organiser);
    let rule = Rule::Amendment(AmendmentError::Signature(SignatureError::Equation));
    assert_eq!(refused(&campaign, vec![Entry::Amendment(wrong)]), (7, rule));
}

/// [STA-9, REC-34]
#[test]
fn rec_34_shares_are_refreshed_in_their_order() {
    let campaign = small();
    let epoch = |number, epoch| amend(&campaign, number, shares(&campaign, epoch));
    let expected = |expected| Rule::Epoch { expected };
    assert_eq!(refused(&campaign, vec![epoch(0, 0)]), (7, expected(1)));
    assert_eq!(refused(&campaign, vec![epoch(0, 2)]), (7, expected(1)));
    assert_eq!(refused(&campaign, vec![epoch(0, 1), epoch(1, 1)]), (8, expected(2)));
    let report = with_batch(&campaign, vec![epoch(0, 1), epoch(1, 2)]).recount(&campaign);
    let report = serde_json::to_value(report.unwrap()).unwrap();
    let second = serde_json::json!(
        { "number": 1, "batch": 2, "index": 8, "change": "shares", "epoch": 2 }
    );
    assert_eq!(report["amendments"][1], second);
}

/// [STA-10, STA-11, REC-17, REC-18, REC-34]
#[test]
fn a_revoked_issuer_counts_up_to_its_checkpoint() {
    let campaign = small();
    let people: Vec<_> = (1..=3).map(|person| issue(&campaign, person, 0, 0)).collect();
    let pledge = |at: usize| Entry::Pledge(people[at].pledge.clone());
    let mut logs = Logs::new(&campaign);
    logs.publish_issuances(&campaign, &people[..1]);
    let first = logs.notes();
    logs.publish_issuances(&campaign, &people[1..2]);
    let second = logs.notes();
    logs.publish_issuances(&campaign, &people[2..]);
    let third = logs.notes();
    let revoke = |number, checkpoint: &[Vec<u8>]| {
        let checkpoint = checkpoint[0].clone();
        amend(&campaign, number, Change::Revocation { issuer: 0, checkpoint })
    };
    let with = |second_batch: Vec<Entry>| {
        let mut logs = logs.clone();
        logs.pledges.batch(&campaign, vec![pledge(0)], second.clone());
        logs.pledges.batch(&campaign, second_batch, third.clone());
        logs
    };
    // Three issued, two before the revocation, three pledged: one does not count.
    let all = vec![pledge(1), pledge(2), revoke(0, &second)];
    let report = with(all).recount(&campaign).unwrap();
    let excess = Finding::Excess { issuer: 0, batch: 1, excess: 1, covered: false };
    assert_eq!((report.sum, &report.findings[..]), (2, &[excess][..]));
    let issuer = &report.issuance_logs[0];
    assert_eq!((issuer.issued, issuer.frozen, issuer.slack), (3, Some(logs_size(&second)), 0));
    // One pledged less: what is left is no slack beyond the frozen two.
    let report = with(vec![pledge(1), revoke(0, &second)]).recount(&campaign).unwrap();
    assert_eq!((report.sum, report.issuance_logs[0].slack, report.findings.len()), (2, 0, 0));

    let rule = |entries| refusal(&campaign, &with(entries)).rule;
    assert_eq!(rule(vec![revoke(0, &first)]), Rule::IssuanceShrank { issuer: 0 });
    let twice = vec![revoke(0, &second), revoke(1, &third)];
    assert_eq!(rule(twice), Rule::RevokedTwice { issuer: 0 });
    let forged = vec![logs.issuances[1].note()];
    assert!(matches!(
        rule(vec![revoke(0, &forged)]),
        Rule::IssuanceCheckpoint { issuer: 0, error: CheckpointError::Verify(_) }
    ));
}

fn logs_size(notes: &[Vec<u8>]) -> u64 {
    let text = String::from_utf8(notes[0].clone()).unwrap();
    text.lines().nth(1).unwrap().parse().unwrap()
}

/// [STA-13, STA-14, REC-35]
#[test]
fn rec_35_a_closing_statement_is_the_counters() {
    let campaign = small();
    let signed = |offices: &[Office], key| {
        let mut closing = Closing::sign(&campaign.id, offices.to_vec(), key);
        closing.destroyed = offices.to_vec();
        closing.verify(&campaign)
    };
    let receipts = &Keys::shared().receipts;
    use Office::{Attester, Guardian, Issuer};
    assert_eq!(signed(&[], receipts), Ok(()));
    assert_eq!(signed(&[Attester(0), Attester(1), Guardian(1), Issuer(1)], receipts), Ok(()));
    assert_eq!(signed(&[Issuer(0), Attester(0)], receipts), Err(ClosingError::Order));
    assert_eq!(signed(&[Issuer(0), Issuer(0)], receipts), Err(ClosingError::Order));
    for unknown in [Attester(2), Issuer(2), Guardian(0), Guardian(2)] {
        assert_eq!(signed(&[unknown], receipts), Err(ClosingError::Unknown));
    }
    let organiser = &Keys::shared().organiser;
    let forged = ClosingError::Signature(SignatureError::Equation);
    assert_eq!(signed(&[Issuer(0)], organiser), Err(forged));
    let forged_entry = Entry::Closing(Closing::sign(&campaign.id, Vec::new(), organiser));
    assert_eq!(refused(&campaign, vec![forged_entry]), (7, Rule::Closing(forged)));
}

/// [STA-15, REC-36]
#[test]
fn rec_36_nothing_follows_the_closing_statement() {
    let campaign = small();
    let closed = with_batch(&campaign, vec![announce(&campaign, 0), close(&campaign)]);
    let report = serde_json::to_value(closed.recount(&campaign).unwrap()).unwrap();
    let destroyed = serde_json::json!([{ "attester": 0 }, { "guardian": 1 }, { "issuer": 1 }]);
    let closing = serde_json::json!({ "batch": 2, "destroyed": destroyed });
    assert_eq!(report["closing"], closing);

    let twice = refused(&campaign, vec![close(&campaign), close(&campaign)]);
    assert_eq!(twice, (8, Rule::Closed));
    let mut longer = closed.clone();
    let notes = longer.notes();
    longer.pledges.batch(&campaign, vec![announce(&campaign, 1)], notes.clone());
    assert_eq!(refusal(&campaign, &longer).rule, Rule::Closed);
    // Nor a seal of nothing.
    let mut sealed = closed;
    sealed.pledges.batch(&campaign, Vec::new(), notes);
    assert_eq!(refusal(&campaign, &sealed).rule, Rule::Closed);
    // Before it in its batch, what sorts before it; behind it, nothing.
    let mut unsorted = honest(&campaign);
    unsorted.pledges.push(&close(&campaign));
    unsorted.pledges.push(&announce(&campaign, 0));
    assert_eq!(refusal(&campaign, &unsorted).rule, Rule::Closed);
}
