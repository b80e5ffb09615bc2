//! [spec: evidence]: what convicts a counter or an issuer, and what does not.

use headcount_protocol::attestation::Attestation;
use headcount_protocol::campaign::{Campaign, CampaignId};
use headcount_protocol::entry::Entry;
use headcount_protocol::evidence::{
    Base64Url, BrokenPromise, BrokenPromiseError, Complaint, ComplaintError, HiddenIssuance,
    HiddenIssuanceError, Kept,
};
use headcount_protocol::issuance::PendingToken;
use headcount_protocol::pledge::Opening;
use headcount_protocol::receipt::{EntryHash, Receipt};
use headcount_tests::campaign::{Keys, SeededRng, joint, seed, small, tag};
use headcount_tests::logs::LogBuilder;
use headcount_tests::promises::{Cheat, proved};

/// [EVI-1, EVI-2]
#[test]
fn a_complaint_is_read_in_one_form() {
    let cheat = Cheat::new(true);
    let complaint = Complaint::Promise(Box::new(cheat.complaint()));
    let json = complaint.to_json();
    assert_eq!(Complaint::from_json(&json), Ok(complaint.clone()));
    assert_eq!(complaint.campaign(None).unwrap().id, cheat.campaign.id);
    assert_eq!(complaint.campaign(Some(cheat.campaign.id)).unwrap().id, cheat.campaign.id);
    let other = Err(ComplaintError::AnotherCampaign(cheat.campaign.id));
    assert_eq!(complaint.campaign(Some(CampaignId::from([1; 32]))).map(|it| it.id), other);

    let text = String::from_utf8(json).unwrap();
    for (from, to) in [
        ("{\n  \"complaint\": \"promise\"", "{\n  \"complaint\": \"issuance\""),
        ("\"batch\": 1", "\"batch\": 1.0"),
        ("\"batch\": 1", "\"batch\": 1, \"batch\": 1"),
        ("\"checkpoint\"", "\"more\": 0, \"checkpoint\""),
        ("\"manifest\": \"", "\"manifest\": \"="),
    ] {
        assert!(text.contains(from), "{from}");
        let altered = text.replacen(from, to, 1);
        assert_eq!(Complaint::from_json(altered.as_bytes()), Err(ComplaintError::Form), "{to}");
    }
    let long = text + &" ".repeat(Complaint::MAX_LEN);
    assert_eq!(Complaint::from_json(long.as_bytes()), Err(ComplaintError::Form));
}

/// [EVI-6, EVI-7]
#[test]
fn absent_and_late_are_told_apart() {
    for (late, kept) in [(false, Kept::Absent), (true, Kept::Late)] {
        let cheat = Cheat::new(late);
        let (found, cosigned) = cheat.complaint().check(&cheat.campaign).unwrap();
        assert_eq!(found, kept);
        assert_eq!(cosigned.checkpoint, cheat.logs.pledges.checkpoint());
    }
}

/// [EVI-3, EVI-4, EVI-5, EVI-6, EVI-7]
#[test]
fn every_step_can_fail() {
    use BrokenPromiseError as Error;
    let cheat = Cheat::new(true);
    let log = &cheat.logs.pledges;
    let check = |alter: &dyn Fn(&mut BrokenPromise)| {
        let mut complaint = cheat.complaint();
        alter(&mut complaint);
        complaint.check(&cheat.campaign).map(|(kept, _)| kept).unwrap_err()
    };
    assert!(matches!(check(&|it| it.receipt.batch = 2), Error::Receipt(_)));
    assert!(matches!(check(&|it| it.entry.0[5] ^= 1), Error::Receipt(_)));
    let other_log = String::from_utf8(cheat.logs.issuances[0].note()).unwrap();
    assert!(matches!(check(&|it| it.checkpoint.clone_from(&other_log)), Error::Checkpoint(_)));
    let forged = |it: &mut BrokenPromise| {
        it.low.proof.pop();
    };
    assert!(matches!(check(&forged), Error::Inclusion { .. }));
    assert!(matches!(check(&|it| it.end.entry.0[9] ^= 1), Error::Inclusion { index: 6, .. }));
    // Another batch's seals, and an entry in the place of one.
    assert_eq!(check(&|it| it.begin = proved(log, 0)), Error::Batch);
    assert_eq!(check(&|it| it.begin = proved(log, 4)), Error::Batch);
    assert_eq!(check(&|it| it.end = proved(log, 10)), Error::Batch);
    assert_eq!(check(&|it| it.end = proved(log, 5)), Error::Batch);
    // Neighbours that are none, or between which it does not sort.
    assert_eq!(check(&|it| it.high = proved(log, it.high.index + 1)), Error::Neighbours);
    let wrong = |it: &mut BrokenPromise| {
        let low = if it.low.index == 5 { 4 } else { it.low.index + 1 };
        (it.low, it.high) = (proved(log, low), proved(log, low + 1));
    };
    assert_eq!(check(&wrong), Error::Neighbours);
    let outside = |it: &mut BrokenPromise| (it.low, it.high) = (proved(log, 6), proved(log, 7));
    assert_eq!(check(&outside), Error::Neighbours);
    assert_eq!(check(&|it| it.elsewhere = Some(proved(log, 1))), Error::Elsewhere);
    let none = |it: &mut BrokenPromise| {
        it.entry = Base64Url(vec![0x77]);
        let hash = EntryHash::of(&it.entry.0);
        it.receipt = Receipt::sign(cheat.campaign.id, hash, 1, &Keys::shared().receipts);
    };
    assert_eq!(check(&none), Error::Neighbours);
}

/// [EVI-5, EVI-6]: a promise that was kept cannot be complained about.
#[test]
fn a_kept_promise_convicts_nobody() {
    let mut cheat = Cheat::new(true);
    let log = cheat.logs.pledges.clone();
    // The promise is for batch 2 then, whose entries are 7, 8 and 9.
    let receipt = cheat.receipt(2);
    for low in 6..=9 {
        let mut complaint = cheat.complaint();
        complaint.receipt = receipt;
        (complaint.begin, complaint.end) = (proved(&log, 6), proved(&log, 10));
        (complaint.low, complaint.high) = (proved(&log, low), proved(&log, low + 1));
        complaint.elsewhere = None;
        let refused = complaint.check(&cheat.campaign).unwrap_err();
        assert_eq!(refused, BrokenPromiseError::Neighbours, "{low}");
    }
    // Other bytes under the same nonce are no excuse.
    let Entry::Pledge(mut pledge) = cheat.promised.clone() else { panic!() };
    pledge.tokens[0].authenticator[0] ^= 1;
    cheat.promised = Entry::Pledge(pledge);
    let at = (7..10).find(|&at| {
        let there = Entry::decode(&log.entries[at]).unwrap();
        there.sort_key(&cheat.campaign.id) == cheat.promised.sort_key(&cheat.campaign.id)
    });
    let low = at.unwrap().try_into().unwrap();
    let mut complaint = cheat.complaint();
    complaint.receipt = cheat.receipt(2);
    (complaint.begin, complaint.end) = (proved(&log, 6), proved(&log, 10));
    (complaint.low, complaint.high) = (proved(&log, low), proved(&log, low + 1));
    complaint.elsewhere = None;
    assert_eq!(complaint.check(&cheat.campaign).unwrap().0, Kept::Absent);
}

fn hidden(campaign: &Campaign) -> HiddenIssuance {
    let keys = Keys::shared();
    let opening = Opening::derive(&seed(1), &campaign.id, 0, 0);
    let pending = PendingToken::derive(&seed(1), campaign, 0, &opening).unwrap();
    let (digest, key) = (pending.request().digest(), &keys.attesters[0]);
    let secret = &keys.commitments[0];
    let attestation = Attestation::sign(&campaign.id, 0, digest, tag(1), secret, key);
    let opened = attestation.verify(&campaign.id, 0, &digest, &key.public_key()).unwrap();
    let message = &pending.request().blinded_message;
    let response = keys.tokens[0].blind_sign(message, &mut SeededRng::new(1)).unwrap();
    HiddenIssuance {
        manifest: Base64Url(campaign.bytes().to_vec()),
        issuer: 0,
        request: Base64Url(pending.request().encode()),
        vouching: Base64Url(opened.1.encode()),
        response: Base64Url(response.to_vec()),
        checkpoint: String::from_utf8(LogBuilder::issuances(campaign, 0).note()).ok(),
    }
}

/// [EVI-8, EVI-9, EVI-10]
#[test]
fn a_hidden_issuance_is_what_the_issuer_signed() {
    use HiddenIssuanceError as Error;
    let campaign = small();
    let complaint = hidden(&campaign);
    let request = complaint.request.0.clone();
    let (digest, _) = complaint.check(&campaign).unwrap();
    let expected = headcount_protocol::token::TokenRequest::decode(&request).unwrap().digest();
    assert_eq!(digest, expected);
    let whole = Complaint::Issuance(complaint.clone());
    assert_eq!(Complaint::from_json(&whole.to_json()), Ok(whole));

    let check = |alter: &dyn Fn(&mut HiddenIssuance)| {
        let mut altered = complaint.clone();
        alter(&mut altered);
        altered.check(&campaign).map(|_| ()).unwrap_err()
    };
    assert_eq!(check(&|it| it.issuer = 2), Error::UnknownIssuer(2));
    assert_eq!(check(&|it| it.issuer = 1), Error::Vouching);
    assert_eq!(check(&|it| it.request.0[9] ^= 1), Error::Vouching);
    assert_eq!(check(&|it| it.request.0.truncate(258)), Error::Vouching);
    assert_eq!(check(&|it| it.vouching.0.push(0)), Error::Vouching);
    assert!(matches!(check(&|it| it.vouching.0[129] ^= 1), Error::Attester(_)));
    assert_eq!(check(&|it| it.response.0[255] ^= 1), Error::Response);
    assert_eq!(check(&|it| it.response.0.truncate(255)), Error::Response);
    let other = String::from_utf8(LogBuilder::issuances(&campaign, 1).note()).unwrap();
    assert!(matches!(check(&|it| it.checkpoint = Some(other.clone())), Error::Checkpoint(_)));
    assert!(HiddenIssuance { checkpoint: None, ..complaint.clone() }.check(&campaign).is_ok());
    // s + n is no second answer.
    let modulus = campaign.issuer(0).token_key.modulus();
    let more = |it: &mut HiddenIssuance| {
        let mut carry = 0u16;
        for (byte, add) in it.response.0.iter_mut().zip(&modulus).rev() {
            let sum = u16::from(*byte) + u16::from(*add) + carry;
            (*byte, carry) = (sum.to_be_bytes()[1], sum >> 8);
        }
    };
    assert_eq!(check(&more), Error::Response);
    // Nor does it convict in another campaign.
    assert!(matches!(complaint.check(&joint()), Err(Error::Attester(_))));
}
