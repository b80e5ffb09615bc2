//! `headcountd announce` and `headcountd amend`, run as the organisers run them, in a directory with
//! nothing but the manifest and the key.

use std::path::Path;
use std::process::{Command, Output};

use headcount_protocol::receipt::Receipt;
use headcount_tests::programs::program;
use headcount_tests::remote::EMAIL;
use headcount_tests::served::Served;
use serde_json::json;
use tempfile::TempDir;

use headcount_tests::outsider::recount;

/// A directory as it lies on the organisers' machine.
fn desk(served: &Served) -> TempDir {
    let desk = tempfile::tempdir().unwrap();
    for name in ["manifest.json", "organiser.key", "amendment.key"] {
        std::fs::copy(served.dir.join(name), desk.path().join(name)).unwrap();
    }
    desk
}

fn headcountd(arguments: &[&str], desk: &Path) -> Output {
    let (command, rest) = arguments.split_first().unwrap();
    let mut program = Command::new(program("headcountd"));
    program.arg(command).arg(desk).args(rest).output().unwrap()
}

#[track_caller]
fn succeeds(output: &Output) -> String {
    let (out, error) =
        [&output.stdout, &output.stderr].map(|it| String::from_utf8_lossy(it)).into();
    assert!(output.status.success(), "{out}{error}");
    out.into_owned()
}

#[track_caller]
fn fails(output: &Output, why: &str) {
    let error = String::from_utf8_lossy(&output.stderr);
    assert!(!output.status.success() && error.contains(why), "{error}");
}

fn receipt(desk: &Path, name: &str) -> Receipt {
    let path = desk.join("statements").join(format!("{name}.receipt"));
    Receipt::from_json(&std::fs::read(path).unwrap()).unwrap()
}

/// [STA-1, STA-3] From the command line to the log.
#[test]
fn announcements_from_the_command_line() {
    let served = Served::new();
    let (first, second) = (desk(&served), desk(&served));
    std::fs::write(first.path().join("ru.txt"), "Первая новость.\r\n\r\nИ ещё.\n").unwrap();
    let file = format!("ru={}", first.path().join("ru.txt").display());
    let options = ["announce", "--text", "en=The first news.", "--file", &file];
    let shown = succeeds(&headcountd(&[&options[..], &["--dry-run"]].concat(), first.path()));
    assert!(shown.contains("Announcement 0 of 20") && shown.contains("Первая"), "{shown}");
    assert!(shown.contains(":00:00Z"), "a full hour: {shown}");
    succeeds(&headcountd(&options, first.path()));
    assert_eq!(receipt(first.path(), "announcement-0").batch, 0);
    // Another machine of the organisers, which has no record of the first: its number is not
    // sealed yet, so the next one is found by trying.
    succeeds(&headcountd(&["announce", "--text", "en=Of another desk."], second.path()));
    assert!(second.path().join("statements/announcement-0.taken").exists());
    assert_eq!(receipt(second.path(), "announcement-1").batch, 0);
    served.seal();
    succeeds(&headcountd(&["announce", "--text", "en=The third."], first.path()));
    served.seal();
    let report = recount(&served);
    let texts: Vec<_> = report["announcements"].as_array().unwrap().iter().collect();
    assert_eq!(texts[0]["texts"]["ru"], json!("Первая новость.\n\nИ ещё."), "{report}");
    assert_eq!(texts[2]["texts"], json!({ "en": "The third." }));
}

/// [STA-2] A lost answer: the same bytes are sent, and nothing is signed twice.
#[test]
fn a_lost_answer_is_asked_for_again() {
    let mut served = Served::new();
    let desk = desk(&served);
    let announce = || headcountd(&["announce", "--text", "en=News."], desk.path());
    succeeds(&announce());
    let statements = desk.path().join("statements");
    let signed = std::fs::read(statements.join("announcement-0")).unwrap();
    let promise = receipt(desk.path(), "announcement-0");
    // As if the process had died before the answer came.
    std::fs::remove_file(statements.join("announcement-0.receipt")).unwrap();
    served.halt();
    fails(&announce(), "the same bytes");
    served.start();
    succeeds(&announce());
    assert_eq!(std::fs::read(statements.join("announcement-0")).unwrap(), signed);
    assert_eq!(receipt(desk.path(), "announcement-0"), promise);
    assert_eq!(std::fs::read_dir(&statements).unwrap().count(), 2);
    // Said again on purpose, once the first has its receipt.
    succeeds(&announce());
    assert!(statements.join("announcement-1.receipt").exists());
}

/// [STA-8, STA-10, STA-11]
#[test]
fn amendments_from_the_command_line() {
    let served = Served::new();
    let desk = desk(&served);
    let _ = served.pledge_by_email(1, "ada@example.org");
    served.seal();
    let issuer = EMAIL.to_string();
    let revoke = ["amend", "revoke", &issuer];
    let shown = succeeds(&headcountd(&[&revoke[..], &["--dry-run"]].concat(), desk.path()));
    assert!(shown.contains("frozen at 3 entries") && shown.contains("Amendment 0"), "{shown}");
    assert_eq!(served.get("/count.json").json()["amendments"], json!(0));
    succeeds(&headcountd(&revoke, desk.path()));
    fails(&headcountd(&revoke, desk.path()), "put aside");
    fails(&headcountd(&["amend", "revoke", "9"], desk.path()), "no issuer 9");

    let commitments = &served.campaign.manifest.oprf.commitments;
    let hex = data_encoding::HEXLOWER.encode(&commitments[0]);
    let file = desk.path().join("shares.json");
    std::fs::write(&file, json!({ "epoch": 1, "commitments": [hex] }).to_string()).unwrap();
    succeeds(&headcountd(&["amend", "shares", file.to_str().unwrap()], desk.path()));
    std::fs::write(&file, json!({ "epoch": 2, "commitments": ["00".repeat(32)] }).to_string())
        .unwrap();
    fails(&headcountd(&["amend", "shares", file.to_str().unwrap()], desk.path()), "refused");
    served.seal();
    let report = recount(&served);
    assert_eq!(report["amendments"].as_array().unwrap().len(), 2, "{report}");
}

/// What is refused before anything is signed.
#[test]
fn bad_statements_are_not_signed() {
    let served = Served::new();
    let desk = desk(&served);
    for (options, why) in [
        (&["announce", "--text", "no language"][..], "name the language"),
        (&["announce", "--text", "EN=x"], "no language tag"),
        (&["announce", "--text", "en="], "empty"),
        (&["announce", "--text", "en=a", "--text", "en=b"], "two texts"),
        (&["announce", "--file", "en=/nowhere"], "/nowhere"),
    ] {
        fails(&headcountd(options, desk.path()), why);
    }
    std::fs::copy(served.dir.join("amendment.key"), desk.path().join("organiser.key")).unwrap();
    fails(&headcountd(&["announce", "--text", "en=x"], desk.path()), "not the key");
    assert!(!desk.path().join("statements/announcement-0").exists());
    // Closing asks for the id, and for the time.
    let mut served = served;
    served.halt();
    let id = served.campaign.id.to_string();
    fails(&headcountd(&["close", "--yes", &id], &served.dir), "takes pledges until");
}
