use clap::Parser as _;
use headcount_protocol::entry::Entry;

use super::*;
use crate::cli::{Cli, Command, join, verify, withdraw};
use crate::problem::Word;
use crate::wallet::Store;
use crate::world::server::{CODE, Server};

fn run_command(words: &[&str], phrase: Option<SecretText>) -> Done {
    match Cli::try_parse_from([&["headcount"], words].concat()).unwrap().command {
        Command::Join(args) => join::run(args),
        Command::Restore(args) => restore(&args, || phrase),
        Command::Verify(args) => verify::run(args),
        Command::Withdraw(args) => withdraw::run(&args),
        _ => unreachable!("no other command is tested here"),
    }
}

/// Joins as `address` with further options, once for the message and once with its code.
fn join_twice(server: &Server, wallet: &str, address: &str, more: &[&str]) -> Done {
    let link = server.world.campaign.link();
    let join = ["join", &link, "--wallet", wallet, "--json"];
    let first = run_command(&[&join[..], &["--email", address], more].concat(), None);
    assert_eq!(first, Ok(Exit::NotFinished));
    run_command(&[&join[..], &["--code", CODE], more].concat(), None)
}

fn phrase_of(server: &Server, wallet: &str) -> (Record, SecretText) {
    let record = Store::new(wallet.into()).peek(&server.world.campaign.id).unwrap();
    let phrase = phrase::words(&record.seed);
    (record, phrase)
}

#[test]
fn a_pledge_is_found_in_the_log_by_its_phrase() {
    let server = Server::start(0);
    let dir = tempfile::tempdir().unwrap();
    let [old, new] = ["old", "new"].map(|name| dir.path().join(name).display().to_string());
    let link = server.world.campaign.link();
    assert_eq!(join_twice(&server, &old, "a@b.example", &["--region", "7"]), Ok(Exit::Done));
    assert_eq!(join_twice(&server, &format!("{old}2"), "c@d.example", &[]), Ok(Exit::Done));
    let (record, phrase) = phrase_of(&server, &old);
    let restore = ["restore", &link, "--wallet", &new, "--json"];
    server.state.lock().unwrap().asked.clear();
    assert_eq!(run_command(&restore, Some(phrase.clone())), Ok(Exit::Done));
    let asked = std::mem::take(&mut server.state.lock().unwrap().asked);
    let files =
        ["manifest.json", "count.json", "pledges/checkpoint", "pledges/tile/entries/000.p/5"];
    assert_eq!(asked, files, "the whole log, and nothing that tells which entry is looked for");
    let (restored, _) = phrase_of(&server, &new);
    assert_eq!(restored, Record { state: State::Included { receipt: None }, ..record });

    let verify = ["verify", &link, "--wallet", &new, "--json"];
    assert_eq!(run_command(&verify, None), Ok(Exit::Done));
    let join = ["join", &link, "--wallet", &new, "--json"];
    assert_eq!(run_command(&join, None), Ok(Exit::Done));
    // Withdrawn from the first device, it is found so from here on.
    let withdraw = ["withdraw", &link, "--wallet", &new, "--yes"];
    assert_eq!(run_command(&withdraw, None), Ok(Exit::Done));
    let newer = format!("{new}2");
    let again = ["restore", &link, "--wallet", &newer];
    assert_eq!(run_command(&again, Some(phrase.clone())), Ok(Exit::Done));
    let state = State::WithdrawalIncluded { receipt: None };
    assert_eq!(phrase_of(&server, &newer).0.state, state);
    let verify_newer = ["verify", &link, "--wallet", &newer];
    assert_eq!(run_command(&verify_newer, None), Ok(Exit::Done));
    assert_eq!(run_command(&["withdraw", &link, "--wallet", &newer], None), Ok(Exit::Done));
    // What is there is not written over.
    let failure = run_command(&restore, Some(phrase)).unwrap_err();
    assert_eq!(failure.exit, Exit::File);
    // A log that lost it is told.
    server.state.lock().unwrap().logs.pledges.entries.truncate(1);
    assert_eq!(run_command(&verify_newer, None), Ok(Exit::LogRefused));
}

#[test]
fn a_token_that_was_not_redeemed_is_issued_again() {
    let server = Server::start(5_000);
    let dir = tempfile::tempdir().unwrap();
    let [old, new] = ["old", "new"].map(|name| dir.path().join(name).display().to_string());
    let file = dir.path().join("pledge").display().to_string();
    let link = server.world.campaign.link();
    let sealed = ["--region", "7", "--seal", &file];
    assert_eq!(join_twice(&server, &old, "a@b.example", &sealed), Ok(Exit::Done));
    let (before, phrase) = phrase_of(&server, &old);

    // Another region gives another request.
    let other = format!("{new}2");
    let restore = ["restore", &link, "--wallet", &other, "--class", "email"];
    assert_eq!(run_command(&restore, Some(phrase.clone())), Ok(Exit::Done));
    let failure = join_twice(&server, &other, "a@b.example", &["--now"]).unwrap_err();
    assert_eq!(failure.word, Some(Word::TagUsed));

    let restore = ["restore", &link, "--wallet", &new, "--class", "email", "--region", "Seven"];
    assert_eq!(run_command(&restore, Some(phrase)), Ok(Exit::Done));
    assert_eq!(phrase_of(&server, &new).0.state.name(), "prepared");
    assert_eq!(join_twice(&server, &new, "a@b.example", &["--seal", &file]), Ok(Exit::Done));
    assert_eq!(
        phrase_of(&server, &new).0.pledge(&server.world.campaign.id),
        before.pledge(&server.world.campaign.id)
    );
    // Somebody else delivers the pledge: the first wallet finds it without a receipt.
    let verify = ["verify", &link, "--wallet", &old];
    assert_eq!(run_command(&verify, None), Ok(Exit::NotFinished));
    let join = ["join", &link, "--wallet", &new, "--now", "--json"];
    assert_eq!(run_command(&join, None), Ok(Exit::Done));
    assert_eq!(run_command(&verify, None), Ok(Exit::Done));
    assert_eq!(phrase_of(&server, &old).0.state, State::Included { receipt: None });
    // A log that lost it since is told.
    server.state.lock().unwrap().logs.pledges.entries.truncate(1);
    assert_eq!(run_command(&verify, None), Ok(Exit::LogRefused));
}

#[test]
fn a_pledge_that_no_issuer_signed_is_not_found() {
    let server = Server::start(0);
    let dir = tempfile::tempdir().unwrap();
    let (_, mut pledge) = server.world.pledge(&Seed::from([9; 32]), 1);
    let (_, other) = server.world.pledge(&Seed::from([8; 32]), 2);
    pledge.tokens = other.tokens;
    let mut state = server.state.lock().unwrap();
    let notes = state.logs.notes();
    state.logs.pledges.batch(&server.world, vec![Entry::Pledge(pledge)], notes);
    drop(state);
    let (link, wallet) = (server.world.campaign.link(), dir.path().display().to_string());
    let restore = ["restore", &link, "--wallet", &wallet, "--class", "email"];
    let phrase = phrase::words(&Seed::from([9; 32]));
    assert_eq!(run_command(&restore, Some(phrase)), Ok(Exit::Done));
    assert_eq!(phrase_of(&server, &wallet).0.state.name(), "prepared");
}

#[test]
fn what_is_no_phrase_restores_nothing() {
    let server = Server::start(0);
    let dir = tempfile::tempdir().unwrap();
    let (link, wallet) = (server.world.campaign.link(), dir.path().display().to_string());
    let restore = ["restore", &link, "--wallet", &wallet, "--class", "email"];
    let phrase = Some(SecretText::new("abandon ".repeat(24)));
    for (phrase, more) in [
        (None, &[][..]),
        (phrase, &[]),
        (Some(phrase::words(&Seed::from([9; 32]))), &["--region", "9"]),
    ] {
        let failure = run_command(&[&restore, more].concat(), phrase).unwrap_err();
        assert_eq!(failure.exit, Exit::Usage);
    }
    assert!(Store::new(dir.path().to_owned()).campaigns().unwrap().is_empty());
    // A log that does not lead to its checkpoint is not believed.
    let phrase = phrase::words(&Seed::from([9; 32]));
    let bundle = "pledges/tile/entries/000.p/1";
    let served = server.state.lock().unwrap().logs.pledges.files()["tile/entries/000.p/1"].clone();
    let altered = served[..served.len() - 1].iter().chain(&[0x5a]).copied().collect();
    server.state.lock().unwrap().altered.insert(bundle.to_owned(), Some(altered));
    let failure = run_command(&restore, Some(phrase)).unwrap_err();
    assert_eq!(failure.exit, Exit::LogRefused);
    // Where no log is served yet, nobody has pledged.
    server.state.lock().unwrap().altered.insert("pledges/checkpoint".to_owned(), None);
    let phrase = phrase::words(&Seed::from([9; 32]));
    assert_eq!(run_command(&restore, Some(phrase)), Ok(Exit::Done));
    assert_eq!(phrase_of(&server, &wallet).0.state.name(), "prepared");
}
