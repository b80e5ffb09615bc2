use std::fs;
use std::sync::Arc;
use std::time::{Duration, Instant};

use headcount_protocol::identifier::Method;

use super::*;
use crate::journey::prepare::{begin, choose_class, choose_region};
use crate::log::{Inclusion, LogSource, inclusion};
use crate::wallet::Store;
use crate::world::server::{CODE, Server};

mod keeping;

struct Script(Vec<&'static str>, Vec<News>);

impl Person for Script {
    fn code(&mut self) -> Result<Answer, JourneyError> {
        Ok(match self.0.pop() {
            None => Answer::Later,
            Some("") => Answer::SendAnother,
            Some(code) => Answer::Code(SecretText::new(code.to_owned())),
        })
    }

    /// Only where another answer is there.
    fn mistyped(&mut self) -> bool {
        self.0.len() > 1
    }

    fn address(&mut self) -> Option<SecretText> {
        None
    }

    fn tell(&mut self, news: News) {
        self.1.push(news);
    }
}

/// One supporter, whose wallet is opened again for every step.
struct Supporter {
    server: Arc<Server>,
    dir: tempfile::TempDir,
    channels: Channels,
    logs: IssuanceLogs,
    proofs: Proofs,
    person: Script,
    patience: Patience,
}

impl Supporter {
    fn new(server: &Arc<Server>, address: &str, class: u16) -> Self {
        let supporter = Self {
            server: Arc::clone(server),
            dir: tempfile::tempdir().unwrap(),
            channels: Channels::new(1).unwrap(),
            logs: IssuanceLogs::new(
                &server.world.campaign,
                crate::transport::Transport::new(1).unwrap(),
            ),
            proofs: Proofs {
                address: Some(SecretText::new(address.to_owned())),
                invitation: Some(SecretText::new(format!("invitation of {address}"))),
                language: "en".to_owned(),
            },
            person: Script(vec![CODE; 9], Vec::new()),
            patience: Patience::default(),
        };
        let campaign = &server.world.campaign;
        drop(begin(&supporter.store(), campaign, Choice { class, region: 7 }).unwrap());
        supporter
    }

    fn store(&self) -> Store {
        Store::new(self.dir.path().to_owned())
    }

    fn open(&self) -> Wallet {
        self.store().open(&self.server.world.campaign.id).unwrap()
    }

    fn step(&mut self) -> Result<&'static str, JourneyError> {
        let mut wallet = self.open();
        let mut journey = Journey {
            campaign: &self.server.world.campaign,
            wallet: &mut wallet,
            channels: &self.channels,
            logs: &self.logs,
            person: &mut self.person,
            proofs: &self.proofs,
            patience: self.patience,
        };
        journey.step()?;
        Ok(wallet.state().name())
    }

    fn walk(&mut self) -> Vec<&'static str> {
        let mut names = Vec::new();
        while names.last() != Some(&"redeemed") {
            names.push(self.step().unwrap());
        }
        names
    }

    fn wallet_file(&self) -> std::path::PathBuf {
        self.dir.path().join(self.server.world.campaign.id.to_string()).join("wallet.json")
    }

    fn pledges(&self) -> usize {
        self.server.state.lock().unwrap().logs.pledges.sizes.len()
    }

    fn inclusion(&self, hint: &[u64]) -> Inclusion {
        let campaign = &self.server.world.campaign;
        let url = campaign.pledge_log_url();
        let source = LogSource::Http { transport: &self.channels.pledge_log, url, mirror: None };
        let receipt = *self.open().state().receipt().unwrap();
        inclusion::find(campaign, &source, &receipt, hint).unwrap()
    }
}

#[test]
fn each_step_is_taken_from_disk() {
    let mut supporter = Supporter::new(&Server::start(0), "a@b.example", 0);
    let states = ["code-sent", "attested", "requested", "issued", "waiting", "redeemed"];
    assert_eq!(supporter.walk(), states);
    assert_eq!(supporter.pledges(), 1);
    assert!(matches!(supporter.inclusion(&[3]), Inclusion::Included(_)));
    let wallet = fs::read_to_string(supporter.wallet_file()).unwrap();
    for gone in ["a@b.example", CODE, "attestation"] {
        assert!(!wallet.contains(gone), "{gone} is in the wallet");
    }
}

#[test]
fn a_class_of_two_collects_a_token_of_each() {
    let mut supporter = Supporter::new(&Server::start(0), "a@b.example", 1);
    let first = ["attested", "requested", "prepared"];
    let second = ["code-sent", "attested", "requested", "issued", "waiting", "redeemed"];
    assert_eq!(supporter.walk(), [&first[..], &second[..]].concat());
}

/// [ATT-14, TOK-10]
#[test]
fn a_step_killed_before_or_after_its_answer_is_taken_again() {
    let mut supporter = Supporter::new(&Server::start(0), "a@b.example", 0);
    loop {
        let before = fs::read(supporter.wallet_file()).unwrap();
        // The answer is lost every time: the server has done its part, the client knows nothing.
        supporter.server.state.lock().unwrap().swallow = 100;
        let lost = supporter.step();
        supporter.server.state.lock().unwrap().swallow = 0;
        if lost.is_err() {
            assert_eq!(fs::read(supporter.wallet_file()).unwrap(), before);
        } else {
            fs::write(supporter.wallet_file(), &before).unwrap();
        }
        // The answer came, but the wallet was not written.
        supporter.step().unwrap();
        fs::write(supporter.wallet_file(), &before).unwrap();
        if supporter.step().unwrap() == "redeemed" {
            break;
        }
    }
    assert_eq!(supporter.pledges(), 1);
    assert_eq!(supporter.server.state.lock().unwrap().logs.issuances[0].sizes.len(), 1);
}

#[test]
fn a_wrong_code_leaves_the_attempt_and_an_old_one_makes_place() {
    let mut supporter = Supporter::new(&Server::start(0), "a@b.example", 0);
    supporter.person.0 = vec![CODE, "0000-0000-0000-0000"];
    assert_eq!(supporter.step(), Ok("code-sent"));
    let wrong = supporter.step().unwrap_err();
    assert_eq!(wrong.word(), Some(Word::CodeWrong));
    assert!(!wrong.to_string().contains("0000"));
    assert_eq!(supporter.step(), Ok("attested"));

    let mut again = Supporter::new(&supporter.server, "e@f.example", 0);
    again.person.0 = vec![CODE, "", "0000-0000-0000-0000"];
    assert_eq!(again.step(), Ok("code-sent"));
    assert_eq!(again.step(), Ok("code-sent"), "a wrong code is asked for again");
    assert_eq!(again.step(), Ok("prepared"), "another is sent");
    assert_eq!(again.step(), Ok("code-sent"));
    assert_eq!(again.step(), Ok("attested"));

    let mut late = Supporter::new(&supporter.server, "c@d.example", 0);
    late.server.state.lock().unwrap().expires_in = 0;
    assert_eq!(late.step(), Ok("code-sent"));
    late.server.state.lock().unwrap().expires_in = 900;
    assert_eq!(late.step(), Ok("prepared"));
    assert_eq!(late.person.1, [News::CodeSent, News::CodeExpired]);
    late.person.0.clear();
    assert_eq!(late.step(), Ok("code-sent"));
    assert_eq!(late.step(), Err(JourneyError::Paused(Pause::Code)));
}

#[test]
fn one_person_is_issued_one_token() {
    let server = Server::start(0);
    Supporter::new(&server, "a@b.example", 0).walk();
    let mut again = Supporter::new(&server, "a@b.example", 0);
    let refused = loop {
        if let Err(error) = again.step() {
            break error;
        }
    };
    assert_eq!(refused.word(), Some(Word::TagUsed));
    assert!(refused.to_string().contains("already been issued a token"));
    assert!(refused.to_string().contains("to another wallet"));

    Supporter::new(&server, "g@h.example", 1).walk();
    let mut again = Supporter::new(&server, "g@h.example", 1);
    let refused = loop {
        if let Err(error) = again.step() {
            break error;
        }
    };
    assert_eq!(refused, JourneyError::Used(Method::Invitation));
    assert!(refused.to_string().contains("this invitation was used"));
}

#[test]
fn an_unknown_invitation_is_called_one() {
    let mut supporter = Supporter::new(&Server::start(0), "a@b.example", 1);
    supporter.proofs.invitation = Some(SecretText::new("unknown".to_owned()));
    let refused = supporter.step().unwrap_err();
    assert_eq!(refused, JourneyError::InvitationUnknown);
    assert_eq!(refused.word(), Some(Word::CodeWrong));
}

/// [PLG-17]
#[test]
fn a_false_receipt_is_refused() {
    let mut supporter = Supporter::new(&Server::start(0), "a@b.example", 0);
    supporter.server.state.lock().unwrap().false_receipts = true;
    let refused = loop {
        if let Err(error) = supporter.step() {
            break error;
        }
    };
    assert_eq!(refused, JourneyError::Receipt);
    assert_eq!(supporter.open().state().name(), "waiting");
}

#[test]
fn the_delay_is_waited_for_or_waived() {
    let mut supporter = Supporter::new(&Server::start(5_000), "a@b.example", 0);
    supporter.patience.no_wait = true;
    while supporter.step().unwrap() != "waiting" {}
    let State::Waiting { redeem_at, .. } = *supporter.open().state() else { panic!() };
    assert!((Clock.now() + 4_900..=Clock.now() + 5_000).contains(&redeem_at));
    assert_eq!(supporter.step(), Err(JourneyError::Paused(Pause::Delay(redeem_at))));
    assert_eq!(supporter.pledges(), 0);
    supporter.patience.now = true;
    assert_eq!(supporter.step(), Ok("redeemed"));
    assert!(supporter.person.1.contains(&News::DelayWaived));
}

#[test]
fn a_broken_promise_is_seen_only_when_it_is_one() {
    let server = Server::start(0);
    let mut first = Supporter::new(&server, "a@b.example", 0);
    let mut second = Supporter::new(&server, "c@d.example", 0);
    first.walk();
    second.walk();
    // Hints that are missing or false change nothing.
    for hint in [&[3, 5][..], &[], &[3], &[5, 3], &[4, 5], &[0, 0], &[u64::MAX; 2]] {
        assert!(matches!(first.inclusion(hint), Inclusion::Included(_)), "{hint:?}");
        assert!(matches!(second.inclusion(hint), Inclusion::Included(_)), "{hint:?}");
    }
    let entries = server.state.lock().unwrap().logs.pledges.entries.clone();
    server.state.lock().unwrap().logs.pledges.entries.truncate(3);
    assert!(matches!(second.inclusion(&[3, 5]), Inclusion::NotYet));
    let mut other = entries;
    other[3] = other[1].clone();
    server.state.lock().unwrap().logs.pledges.entries = other;
    assert!(matches!(second.inclusion(&[3, 5]), Inclusion::Broken(_)));
}

/// [PLG-18]
#[test]
fn a_promise_of_a_batch_that_is_not_open_is_broken() {
    let server = Server::start(0);
    for (address, later) in [("a@b.example", 2), ("c@d.example", 1 << 60)] {
        server.state.lock().unwrap().promise_later = later;
        let mut supporter = Supporter::new(&server, address, 0);
        supporter.walk();
        // The log is read again, as the checkpoint may have come out of a cache.
        server.state.lock().unwrap().asked.clear();
        let began = Instant::now();
        assert!(matches!(supporter.inclusion(&[]), Inclusion::Impossible(_)), "{later}");
        assert!(began.elapsed() >= Duration::from_secs(6));
        let asked = &server.state.lock().unwrap().asked;
        assert_eq!(asked.iter().filter(|path| path.ends_with("checkpoint")).count(), 2);
    }
    // One later is open: it is the number of seals.
    server.state.lock().unwrap().promise_later = 1;
    let mut supporter = Supporter::new(&server, "e@f.example", 0);
    supporter.walk();
    assert!(matches!(supporter.inclusion(&[]), Inclusion::NotYet));
}

/// [PLG-1]
#[test]
fn classes_and_regions_are_found_by_name() {
    let server = Server::start(0);
    let campaign = &server.world.campaign;
    assert_eq!(choose_class(campaign, Some("both"), None), Ok(1));
    assert_eq!(choose_class(campaign, None, Some(Method::Email)), Ok(0));
    let none = choose_class(campaign, None, None);
    assert_eq!(none, Err(ChoiceError::Class("email, both".to_owned())));
    for text in ["7", "seven", " SEVEN "] {
        assert_eq!(choose_region(campaign, Some(text), "en"), Ok(7));
    }
    assert_eq!(choose_region(campaign, None, "en"), Ok(0));
    assert!(choose_region(campaign, Some("8"), "en").is_err());
}
