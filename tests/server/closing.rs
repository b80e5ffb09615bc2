//! The end of a log ([spec: statements §4]).

use headcount_protocol::entry::Entry;
use headcount_protocol::log::Checkpoint;
use headcount_protocol::statement::{Closing, Office};
use headcount_server::clock::Clock;
use headcount_server::config::Config;
use headcount_server::counter::close::CloseError;
use headcount_server::office::close::{EndError, close};
use headcount_tests::remote::{EMAIL, Supporter};
use headcount_tests::served::{OPENS, Served};
use headcount_tests::traces::contains;
use serde_json::json;

use crate::statements::{amendment, announcement, revocation};
use crate::withdrawals::withdrawal;
use headcount_tests::outsider::{is_kept, pledge_log, receipt, recount};

/// Runs `headcountd close` at a time, on a directory that is not served.
fn close_at(served: &Served, now: u64, confirm: bool) -> Result<String, EndError> {
    let config = Config::load(&served.dir).unwrap();
    let (clock, _) = Clock::manual(now);
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let closed = runtime.block_on(close(&config, clock, |campaign, plan| {
        assert!(plan.contains(&campaign.id.to_string()) && plan.contains("guardian 1"), "{plan}");
        confirm
    }));
    runtime.shutdown_timeout(std::time::Duration::from_secs(5));
    closed
}

fn closes(served: &Served) -> u64 {
    served.campaign.manifest.schedule.redemption_closes
}

/// [STA-13, STA-14, STA-15, STA-16]
#[test]
fn a_closed_log_is_complete_and_served_on() {
    let mut served = Served::new();
    let (sealed, _) = served.pledge_by_email(1, "ada@example.org");
    served.seal();
    let (waiting, promise) = served.pledge_by_email(2, "grace@example.org");
    let news = announcement(&served, 0, "It is over.");
    let news_promise = served.deliver("/announcement", &news.encode());
    // Somebody who comes too late, with a token.
    let late = Supporter::new(&served.campaign, 3, EMAIL, 0);
    let attestation = served.attest_email(&late, "lin@example.org");
    let late = headcount_protocol::pledge::Pledge {
        opening: late.opening,
        tokens: vec![served.token(&late, &attestation)],
    };
    assert!(
        matches!(close_at(&served, closes(&served), true), Err(EndError::Start(_))),
        "a server runs on the directory"
    );

    served.halt();
    let files = served.files();
    let early = close_at(&served, closes(&served) - 1, true);
    assert!(matches!(early, Err(EndError::Close(CloseError::Early(_)))), "{early:?}");
    let not_confirmed = close_at(&served, closes(&served), false);
    assert!(matches!(not_confirmed, Err(EndError::NotConfirmed)));
    let logs = |files: Vec<(std::path::PathBuf, Vec<u8>)>| {
        let public = files.into_iter().filter(|(path, _)| path.iter().any(|part| part == "log"));
        public.collect::<Vec<_>>()
    };
    assert!(logs(served.files()) == logs(files), "nothing was sealed");

    let note = close_at(&served, closes(&served), true).unwrap();
    let key = &served.campaign.manifest.counter.log.0;
    let last = Checkpoint::open(note.as_bytes(), key).unwrap();
    // 0 campaign; 1 pledge, 2 seal; 3 pledge, 4 announcement, 5 closing, 6 seal.
    assert_eq!(last.size(), 7);
    let secrets = ["share.key", "signing.key", "commitment.key", "invitation.key", "token.der"];
    for (path, _) in served.files() {
        assert!(!secrets.iter().any(|secret| path.ends_with(secret)), "{}", path.display());
    }
    // Again: nothing changes, and nobody is asked.
    assert_eq!(close_at(&served, closes(&served), false).unwrap(), note);

    // The clock goes back: the log is closed all the same.
    served.set_time(closes(&served));
    served.start();
    for now in [closes(&served), OPENS] {
        served.set_time(now);
        assert_eq!(served.redeem(&late).word(), "closed");
        assert_eq!(
            served.deliver("/withdrawal", &withdrawal(&served, 1).encode()).word(),
            "closed"
        );
        let more = announcement(&served, 1, "More.");
        assert_eq!(served.deliver("/announcement", &more.encode()).word(), "closed");
        let freeze = amendment(&served, 0, revocation(&served, EMAIL));
        assert_eq!(served.deliver("/amendment", &freeze.encode()).word(), "closed");
        // Receipts of what stands there.
        assert_eq!(served.redeem(&sealed).status, 200);
        assert_eq!(receipt(&served, &served.redeem(&waiting)), promise);
        assert_eq!(served.deliver("/announcement", &news.encode()).body, news_promise.body);
        served.seal();
        assert_eq!(pledge_log(&served).0, last);
    }
    is_kept(&served, &promise);
    assert_eq!(served.get("/count.json").json()["closed"], json!(true));
    let report = recount(&served);
    assert_eq!(report["threshold"]["current"], json!(2), "{report}");
    let named = report["closing"]["destroyed"].as_array().unwrap().len();
    assert_eq!(named, 5, "two attesters, a guardian, two issuers: {report}");
    let page = served.get(&format!("/c/{}", served.campaign.id)).body;
    assert!(contains(&page, b"nothing more is counted") && !contains(&page, b"headcount join"));
}

/// [STA-15] A process that dies between the closing statement and its seal: nothing is taken
/// between them, and the seal follows.
#[test]
fn a_closing_statement_that_waits_is_sealed_later() {
    let mut served = Served::new();
    let (pledge, promise) = served.pledge_by_email(1, "ada@example.org");
    served.seal();
    served.halt();
    // What the command leaves if it is killed at the worst moment.
    let store =
        headcount_server::store::log::LogStore::open(&served.dir.join("counter/counter.sqlite"));
    let key = served.key("counter/receipt.key");
    let closing = Entry::Closing(Closing::sign(&served.campaign.id, vec![Office::Issuer(0)], &key));
    store.unwrap().lock().insert(&Entry::CLOSING_KEY, &closing.encode()).unwrap();

    served.start();
    assert_eq!(served.deliver("/withdrawal", &withdrawal(&served, 1).encode()).word(), "closed");
    let news = announcement(&served, 0, "News.");
    assert_eq!(served.deliver("/announcement", &news.encode()).word(), "closed");
    assert_eq!(receipt(&served, &served.redeem(&pledge)), promise);
    served.halt();
    served.set_time(closes(&served));
    close_at(&served, closes(&served), true).unwrap();
    served.start();
    let report = recount(&served);
    assert_eq!(report["closing"]["destroyed"].as_array().unwrap().len(), 1, "the first stays");
    assert_eq!(pledge_log(&served).0.size(), 1 + 2 + 2);
}

/// What cannot be destroyed keeps the log open: a closing statement is for ever.
#[test]
fn a_log_is_not_closed_while_secrets_are_left() {
    let mut served = Served::new();
    served.halt();
    let share = served.dir.join("guardian-1/share.key");
    std::fs::remove_file(&share).unwrap();
    std::fs::create_dir(&share).unwrap();
    let kept = close_at(&served, closes(&served), true);
    assert!(matches!(kept, Err(EndError::Destroy(_) | EndError::Start(_))), "{kept:?}");
    std::fs::remove_dir(&share).unwrap();
    close_at(&served, closes(&served), true).unwrap();
}
