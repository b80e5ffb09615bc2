//! What a counter or an issuer can do that is not honest, and what convicts it: each mirror goes to
//! both programs, and what is kept as evidence is a file that anyone can check again.

use std::path::Path;

use headcount_protocol::attestation::Attestation;
use headcount_protocol::campaign::Campaign;
use headcount_protocol::campaign::values::Texts;
use headcount_protocol::entry::Entry;
use headcount_protocol::evidence::{Base64Url, Complaint, HiddenIssuance};
use headcount_protocol::issuance::PendingToken;
use headcount_protocol::pledge::Opening;
use headcount_protocol::statement::Announcement;
use headcount_protocol::token::RequestDigest;
use headcount_tests::campaign::{
    Keys, SeededRng, Supporter, issue, issue_to, joint, seed, small, tag,
};
use headcount_tests::logs::Logs;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::programs::recounters;

fn people(campaign: &Campaign, persons: std::ops::Range<u64>) -> Vec<Supporter> {
    persons.map(|person| issue(campaign, person, 0, 0)).collect()
}

/// The mirror of these logs.
fn mirror(campaign: &Campaign, logs: &Logs) -> TempDir {
    let dir = tempfile::tempdir().unwrap();
    let write = |path: &Path, bytes: &[u8]| {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, bytes).unwrap();
    };
    write(&dir.path().join("manifest.json"), campaign.bytes());
    let issuances = logs.issuances.iter().enumerate();
    let issuances = issuances.map(|(issuer, log)| (format!("issuances/{issuer}"), log));
    for (folder, log) in issuances.chain([("pledges".to_owned(), &logs.pledges)]) {
        for (path, bytes) in log.files() {
            write(&dir.path().join(&folder).join(path), &bytes);
        }
    }
    dir
}

/// What both programs say of a mirror, after an earlier audit if there was one: the same.
fn verdict(mirror: &TempDir, earlier: Option<&TempDir>) -> Value {
    let mut verdicts = recounters().into_iter().map(|recounter| {
        let state = mirror.path().join("state");
        let _ = std::fs::remove_file(&state);
        let options = ["--state".as_ref(), state.as_os_str()];
        if let Some(earlier) = earlier {
            assert_eq!(recounter.audit(earlier.path(), &options).code, 0, "{}", recounter.name);
        }
        let mut report = recounter.audit(mirror.path(), &options).report;
        if let Some(report) = report.as_object_mut() {
            report.remove("reason");
        }
        report
    });
    let first = verdicts.next().unwrap();
    verdicts.for_each(|other| assert_eq!(first, other));
    first
}

fn refused(verdict: &Value) -> (&str, &str) {
    (verdict["verdict"].as_str().unwrap(), verdict["rule"].as_str().unwrap_or_default())
}

/// What both programs say of a complaint, alone or with a mirror.
fn complaint(complaint: &Complaint, mirror: Option<&TempDir>) -> Value {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("complaint.json");
    std::fs::write(&file, complaint.to_json()).unwrap();
    let mut verdicts = recounters().into_iter().map(|recounter| match mirror {
        Some(mirror) => {
            recounter.audit(mirror.path(), &["--complaint".as_ref(), file.as_os_str()]).report
        }
        None => {
            let mut option = std::ffi::OsString::from("--complaint=");
            option.push(&file);
            recounter.audit(option, &[]).report
        }
    });
    let first = verdicts.next().unwrap();
    verdicts.for_each(|other| assert_eq!(first, other));
    first
}

#[test]
fn a_counter_that_drops_an_accepted_pledge() {
    let case = headcount_tests::promises::Cheat::new(false);
    let file = Complaint::Promise(Box::new(case.complaint()));
    let expected = json!({
        "complaint": "promise",
        "campaign": case.campaign.id,
        "verdict": "upheld",
        "batch": 1,
        "found": "absent",
        "index": null,
    });
    assert_eq!(complaint(&file, None), expected);
    let dir = mirror(&case.campaign, &case.logs);
    assert_eq!(complaint(&file, Some(&dir)), expected);
    // The count alone says nothing: the log agrees with itself.
    assert_eq!(verdict(&dir, None)["verdict"], "agrees");
    // One that comes late is told apart.
    let late = headcount_tests::promises::Cheat::new(true);
    let found = complaint(&Complaint::Promise(Box::new(late.complaint())), None);
    assert_eq!((&found["found"], &found["verdict"]), (&json!("late"), &json!("upheld")));
}

#[test]
fn a_counter_that_strips_a_pledge_or_its_opening() {
    let campaign = joint();
    let person = issue(&campaign, 1, 0, 1);
    let with = |alter: &dyn Fn(&mut Supporter)| {
        let mut person = person.clone();
        let mut logs = Logs::new(&campaign);
        logs.publish_issuances(&campaign, std::slice::from_ref(&person));
        alter(&mut person);
        logs.publish_pledges(&campaign, &[person]);
        verdict(&mirror(&campaign, &logs), None)
    };
    assert_eq!(with(&|_| ())["verdict"], "agrees");
    let stripped = with(&|person| person.pledge.tokens.truncate(1));
    assert_eq!(refused(&stripped), ("refused", "REC-21"));
    let moved = with(&|person| person.pledge.opening.region = 2);
    assert_eq!(refused(&moved), ("refused", "REC-21"));
}

#[test]
fn a_counter_that_reorders_history() {
    let campaign = small();
    let people = people(&campaign, 1..5);
    let build = |first: &[Supporter], second: &[Supporter]| {
        let mut logs = Logs::new(&campaign);
        logs.publish_issuances(&campaign, &people);
        logs.publish_pledges(&campaign, first);
        logs.publish_pledges(&campaign, second);
        mirror(&campaign, &logs)
    };
    let was = build(&people[..2], &people[2..]);
    let is = build(&people[2..], &people[..2]);
    // Each agrees with itself; who has seen the one is not shown the other.
    assert_eq!(verdict(&was, None)["sum"], verdict(&is, None)["sum"]);
    assert_eq!(refused(&verdict(&is, Some(&was))), ("refused", "REC-7"));
}

#[test]
fn a_counter_that_shows_two_people_different_announcements() {
    let campaign = small();
    let people = people(&campaign, 1..3);
    let build = |text: &str| {
        let mut logs = Logs::new(&campaign);
        logs.publish_issuances(&campaign, &people);
        let texts = Texts::single("en", text);
        let key = &Keys::shared().organiser;
        let said = Announcement::sign(&campaign.id, 0, 1_800_003_600, &texts, key).unwrap();
        let pledges = people.iter().map(|it| Entry::Pledge(it.pledge.clone()));
        let notes = logs.notes();
        let entries = pledges.chain([Entry::Announcement(said)]).collect();
        logs.pledges.batch(&campaign, entries, notes);
        mirror(&campaign, &logs)
    };
    let [noon, never] = ["We meet at noon.", "We do not meet."].map(build);
    let note = |dir: &TempDir| std::fs::read(dir.path().join("pledges/checkpoint")).unwrap();
    // The evidence: two notes of one size, both signed by the log, of which one can be cosigned.
    let open = |dir| campaign.open_pledge_checkpoint(&note(dir)).unwrap().checkpoint;
    assert_eq!(open(&noon).size(), open(&never).size());
    assert_ne!(open(&noon).root(), open(&never).root());
    assert_eq!(refused(&verdict(&never, Some(&noon))), ("refused", "REC-7"));
}

#[test]
fn a_counter_that_inflates_by_unsigned_entries() {
    let campaign = small();
    let mut people = people(&campaign, 1..4);
    people[2].pledge.tokens[0].authenticator[255] ^= 1;
    let mut logs = Logs::new(&campaign);
    logs.publish_issuances(&campaign, &people);
    logs.publish_pledges(&campaign, &people);
    assert_eq!(refused(&verdict(&mirror(&campaign, &logs), None)), ("refused", "REC-21"));
}

#[test]
fn an_issuer_that_signs_one_tag_twice() {
    let campaign = small();
    let first = issue(&campaign, 1, 0, 0);
    // The same person again, from a fresh wallet: another key, another request, the same tag.
    let opening = Opening::derive(&seed(2), &campaign.id, 0, 0);
    let mut second = issue_to(&campaign, 2, &opening);
    let keys = Keys::shared();
    let digest: RequestDigest = second.vouchings[0].request_digest;
    let secret = &keys.commitments[0];
    let again = Attestation::sign(&campaign.id, 0, digest, tag(1), secret, &keys.attesters[0]);
    let key = keys.attesters[0].public_key();
    second.vouchings[0] = again.verify(&campaign.id, 0, &digest, &key).unwrap().1;
    let mut logs = Logs::new(&campaign);
    let both = [first, second];
    logs.publish_issuances(&campaign, &both);
    logs.publish_pledges(&campaign, &both);
    let report = verdict(&mirror(&campaign, &logs), None);
    assert_eq!(report["sum"], 1);
    let found = &report["findings"][0];
    assert_eq!(
        (&found["finding"], &found["what"]),
        (&json!("repeated-issuance"), &json!("commitment"))
    );
    let excess = &report["findings"][1];
    assert_eq!((&excess["finding"], &excess["excess"]), (&json!("excess"), &json!(1)));
}

#[test]
fn an_issuer_that_hides_an_issuance() {
    let campaign = small();
    let people = people(&campaign, 1..3);
    let mut logs = Logs::new(&campaign);
    logs.publish_issuances(&campaign, &people[..1]);
    logs.publish_pledges(&campaign, &people);
    let dir = mirror(&campaign, &logs);
    let report = verdict(&dir, None);
    assert_eq!((&report["sum"], &report["findings"][0]["finding"]), (&json!(1), &json!("excess")));
    // What the supporter holds convicts the issuer.
    let opening = &people[1].pledge.opening;
    let pending = PendingToken::derive(&seed(2), &campaign, 0, opening).unwrap();
    let message = &pending.request().blinded_message;
    let answer = Keys::shared().tokens[0].blind_sign(message, &mut SeededRng::new(2)).unwrap();
    let file = Complaint::Issuance(HiddenIssuance {
        manifest: Base64Url(campaign.bytes().to_vec()),
        issuer: 0,
        request: Base64Url(pending.request().encode()),
        vouching: Base64Url(people[1].vouchings[0].encode()),
        response: Base64Url(answer.to_vec()),
        checkpoint: String::from_utf8(logs.issuances[0].note()).ok(),
    });
    assert_eq!(complaint(&file, None)["verdict"], "open");
    assert_eq!(complaint(&file, Some(&dir))["verdict"], "upheld");
    logs.publish_issuances(&campaign, &people[1..]);
    let shown = mirror(&campaign, &logs);
    assert_eq!(complaint(&file, Some(&shown))["verdict"], "refuted");
}

#[test]
fn an_issuer_that_exceeds_its_slack() {
    let campaign = small();
    let people = people(&campaign, 1..5);
    let mut logs = Logs::new(&campaign);
    logs.publish_issuances(&campaign, &people[..2]);
    logs.publish_pledges(&campaign, &people[..1]);
    let report = verdict(&mirror(&campaign, &logs), None);
    assert_eq!(report["issuance_logs"][0]["slack"], 1);
    // Three pledges more, of which the slack covers one.
    logs.publish_pledges(&campaign, &people[1..]);
    let report = verdict(&mirror(&campaign, &logs), None);
    let finding = json!(
        { "finding": "excess", "issuer": 0, "batch": 1, "excess": 2, "covered": false }
    );
    assert_eq!((&report["sum"], &report["findings"]), (&json!(2), &json!([finding])));
    assert_eq!(report["issuance_logs"][0]["slack"], 0);
}
