//! What a wallet keeps, for how long, and what it does not take.

use data_encoding::{BASE64, BASE64URL_NOPAD, HEXLOWER};
use headcount_protocol::campaign::CampaignId;
use headcount_protocol::entry::Entry;
use headcount_protocol::pledge::Pledge;
use headcount_protocol::receipt::{EntryHash, Receipt};

use super::*;
use crate::wallet::Record;
use crate::world::World;

/// [PLG-17]
#[test]
fn a_receipt_for_something_else_is_refused() {
    let mut supporter = Supporter::new(&Server::start(0), "a@b.example", 0);
    while supporter.step().unwrap() != "waiting" {}
    let wallet = supporter.open();
    let State::Waiting { tokens, .. } = wallet.state().clone() else { panic!("not waiting") };
    let World { campaign, receipts, .. } = &supporter.server.world;
    let Record { seed, class, region, .. } = wallet.record();
    let opening = Opening::derive(seed, &campaign.id, *class, *region);
    let entry = EntryHash::of(&Entry::Pledge(Pledge { opening, tokens }).encode());
    drop(wallet);
    let genuine = Receipt::sign(campaign.id, entry, 0, receipts);
    let (other, elsewhere) = (EntryHash::from([0; 32]), CampaignId::from([0; 32]));
    for false_one in [
        Receipt::sign(campaign.id, other, 0, receipts),
        Receipt::sign(elsewhere, entry, 0, receipts),
        Receipt { batch: 1, ..genuine },
    ] {
        supporter.server.state.lock().unwrap().receipts.insert(entry, false_one);
        assert_eq!(supporter.step(), Err(JourneyError::Receipt));
    }
    supporter.server.state.lock().unwrap().receipts.insert(entry, genuine);
    assert_eq!(supporter.step(), Ok("redeemed"));
    assert_eq!(supporter.open().state().receipt(), Some(&genuine));
}

/// [ATT-14]
#[test]
fn tag_and_opening_are_stored_before_they_are_sent_and_gone_with_the_token() {
    let mut supporter = Supporter::new(&Server::start(0), "a@b.example", 0);
    while supporter.step().unwrap() != "attested" {}
    let State::Collecting { step: Step::Attested { attestation }, .. } =
        supporter.open().state().clone()
    else {
        panic!("not attested");
    };
    let text = attestation.to_text();
    let holds = |supporter: &Supporter, value: &[u8]| {
        let wallet = fs::read_to_string(supporter.wallet_file()).unwrap();
        let forms = [HEXLOWER.encode(value), BASE64.encode(value), BASE64URL_NOPAD.encode(value)];
        forms.iter().any(|form| wallet.contains(form))
    };
    let bytes = BASE64URL_NOPAD.decode(text.as_bytes()).unwrap();
    let sent = |supporter: &Supporter| {
        let state = supporter.server.state.lock().unwrap();
        state.posted.iter().any(|(path, _)| path == "token-request")
    };
    assert!(holds(&supporter, &bytes) && !sent(&supporter));
    assert_eq!(supporter.step(), Ok("requested"));
    assert!(holds(&supporter, &bytes) && !sent(&supporter));
    assert_eq!(supporter.step(), Ok("issued"));
    assert!(sent(&supporter));
    // The whole, the tag, its opening.
    for part in [&bytes[..], &bytes[34..66], &bytes[66..98]] {
        assert!(!holds(&supporter, part));
    }
}

/// [TOK-9]
#[test]
fn a_challenge_of_the_server_changes_nothing() {
    let server = Server::start(0);
    let mut supporter = Supporter::new(&server, "a@b.example", 0);
    for (before, after) in [("requested", "issued"), ("waiting", "redeemed")] {
        while supporter.step().unwrap() != before {}
        server.state.lock().unwrap().challenges = 1;
        assert_eq!(supporter.step().unwrap_err().word(), Some(Word::TokenRefused));
        assert_eq!(supporter.step(), Ok(after));
    }
    for path in ["token-request", "pledge"] {
        let posted = server.state.lock().unwrap().posted.clone();
        let bodies: Vec<_> = posted.iter().filter(|(there, _)| there == path).collect();
        assert_eq!(bodies.len(), 2);
        assert_eq!(bodies[0], bodies[1]);
    }
    let State::Redeemed { tokens, .. } = supporter.open().state().clone() else { panic!() };
    let expected = server.world.campaign.challenge(0).digest();
    assert_eq!(tokens[0].input.challenge_digest, expected);
}

/// [EVI-12, EVI-13]
#[test]
fn what_convicts_an_issuer_is_kept_and_not_sent() {
    let mut supporter = Supporter::new(&Server::start(0), "a@b.example", 0);
    while supporter.step().unwrap() != "issued" {}
    // The issuer has signed, and its log never says so.
    let signer = supporter.server.world.issuance_logs[0].clone();
    let hidden = crate::world::logs::TestLog::new(&supporter.server.world, &signer);
    supporter.server.state.lock().unwrap().logs.issuances[0] = hidden;
    let posted = supporter.server.state.lock().unwrap().posted.len();
    let mut wallet = supporter.open();
    let State::Issued { collected } = wallet.state().clone() else { panic!("not issued") };
    let campaign = &supporter.server.world.campaign;
    let journey = Journey {
        campaign,
        wallet: &mut wallet,
        channels: &supporter.channels,
        logs: &supporter.logs,
        person: &mut supporter.person,
        proofs: &supporter.proofs,
        patience: supporter.patience,
    };
    let kept = journey.complain(&collected).unwrap();
    let [file] = &kept[..] else { panic!("{kept:?}") };
    let (complaint, of) = crate::complaint::read(file, Some(campaign.id)).unwrap();
    assert_eq!(of.id, campaign.id);
    let confirmed = crate::complaint::confirm(&complaint, campaign, None).unwrap();
    assert_eq!(confirmed.verdict(), crate::complaint::Verdict::Open);
    assert_eq!(supporter.server.state.lock().unwrap().posted.len(), posted);
}
