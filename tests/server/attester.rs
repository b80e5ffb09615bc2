//! What an attester tells and mails, and what it keeps.

use headcount_protocol::code::Code;
use headcount_tests::campaign::SeededRng;
use headcount_tests::remote::{Answer, EMAIL, Remote, Supporter};
use headcount_tests::served::{OPENS, Served};

/// What of an answer can be compared with another: values differ, their lengths must not.
#[derive(Debug, Eq, PartialEq)]
struct Shape {
    status: u16,
    headers: Vec<(String, String)>,
    members: Vec<(String, usize)>,
}

fn shape(answer: &Answer) -> Shape {
    let headers = answer.headers.iter().filter(|(name, _)| name != "date").cloned().collect();
    let body = answer.json();
    let members = body.as_object().unwrap().iter();
    let members = members.map(|(name, value)| (name.clone(), value.to_string().len()));
    Shape { status: answer.status, headers, members: members.collect() }
}

fn attempt(remote: &Remote, supporter: &Supporter, address: &str) -> (String, String) {
    let started = remote.start_attempt(supporter, address).json();
    let attempt = started["attempt"].as_str().unwrap().to_owned();
    (attempt, remote.mailed_code(address))
}

/// [ATT-2, HTTP-6]
#[test]
fn no_answer_tells_whether_an_address_was_used() {
    let served = Served::new();
    let _ = served.pledge_by_email(1, "used@example.org");
    served.seal();
    let answers = |number, address: &str| {
        let supporter = Supporter::new(&served.campaign, number, EMAIL, 0);
        let started = served.start_attempt(&supporter, address);
        let attempt = started.json()["attempt"].as_str().unwrap().to_owned();
        let wrong = served.prove_email(&supporter, &attempt, "0000-0000-0000-0000");
        let proved = served.prove_email(&supporter, &attempt, &served.mailed_code(address));
        assert_eq!([started.status, wrong.status, proved.status], [200, 403, 200]);
        [started, wrong, proved].map(|answer| shape(&answer))
    };
    assert_eq!(answers(2, "used@example.org"), answers(3, "free@example.org"));
}

/// [ATT-4]
#[test]
fn the_key_of_attempts_is_in_memory_alone() {
    let mut served = Served::new();
    let supporter = Supporter::new(&served.campaign, 1, EMAIL, 0);
    let (attempt, code) = attempt(&served, &supporter, "ada@example.org");
    served.halt();
    served.start();
    assert_eq!(served.prove_email(&supporter, &attempt, &code).word(), "attempt-unreadable");
}

/// [ATT-4]
#[test]
fn the_key_before_opens_attempts_as_long_as_they_last() {
    let served = Served::new();
    let supporter = Supporter::new(&served.campaign, 1, EMAIL, 0);
    served.set_time(OPENS + 600);
    let (attempt, code) = attempt(&served, &supporter, "ada@example.org");
    // Another key since 900.
    served.set_time(OPENS + 1_499);
    assert_eq!(served.prove_email(&supporter, &attempt, &code).status, 200);
    served.set_time(OPENS + 1_500);
    assert_eq!(served.prove_email(&supporter, &attempt, &code).word(), "attempt-expired");
}

/// [ATT-5]
#[test]
fn a_code_has_80_random_bits() {
    const SYMBOLS: &str = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    let all = (1_u128 << 80) - 1;
    let (mut ones, mut zeros) = (0, 0);
    for seed in 0..64 {
        let code = Code::generate(&mut SeededRng::new(seed)).to_text().replace('-', "");
        assert_eq!(code.len(), 16);
        let bits = code.chars().fold(0, |bits, symbol| {
            bits << 5 | u128::try_from(SYMBOLS.find(symbol).unwrap()).unwrap()
        });
        ones |= bits;
        zeros |= !bits & all;
    }
    assert_eq!((ones, zeros), (all, all), "a bit is the same in every code");
}

/// [ATT-6]
#[test]
fn a_message_says_nothing_of_the_campaign() {
    let served = Served::new();
    let supporter = Supporter::new(&served.campaign, 1, EMAIL, 0);
    assert_eq!(served.start_attempt(&supporter, "Ada+x@example.org").status, 200);
    let mail = (0..500).find_map(|_| {
        std::thread::sleep(std::time::Duration::from_millis(20));
        let files = std::fs::read_dir(served.dir.join("outbox")).unwrap().flatten();
        let mut mails = files.filter_map(|file| std::fs::read_to_string(file.path()).ok());
        mails.find(|mail| mail.ends_with(".\r\n"))
    });
    let mail = mail.expect("a message");
    let (headers, _) = mail.split_once("\r\n\r\n").unwrap();
    assert!(headers.contains("To: Ada+x@example.org"), "{mail}");
    for header in headers.lines() {
        let name = header.split(':').next().unwrap();
        let known = ["From", "To", "Subject", "MIME-Version", "Date", "Content-Type"];
        assert!(known.contains(&name) || name == "Content-Transfer-Encoding", "{header}");
    }
    // Title, text, region, class and place of the campaign.
    let mail = mail.to_lowercase();
    let id = served.campaign.id.to_string();
    let place = served.url.trim_start_matches("http://");
    for word in ["campaign", "together", "north", "pledge", &id, place] {
        assert!(!mail.contains(word), "{word}: {mail}");
    }
}
