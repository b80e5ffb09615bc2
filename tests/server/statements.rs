//! What the organisers and the holder of the amendment key state ([spec: statements]).

use headcount_protocol::campaign::values::Texts;
use headcount_protocol::guardians::KeyShare;
use headcount_protocol::statement::{Amendment, Announcement, Change};
use headcount_tests::campaign::SeededRng;
use headcount_tests::remote::{Answer, EMAIL, INVITATION, Remote, Supporter};
use headcount_tests::served::{OPENS, Served};
use serde_json::json;

use headcount_tests::outsider::{is_kept, receipt, recount};

pub(crate) fn announcement(remote: &Remote, number: u32, text: &str) -> Announcement {
    let (texts, key) = (Texts::single("en", text), remote.key("organiser.key"));
    Announcement::sign(&remote.campaign.id, number, OPENS, &texts, &key).unwrap()
}

pub(crate) fn amendment(remote: &Remote, number: u32, change: Change) -> Amendment {
    Amendment::sign(&remote.campaign.id, number, change, &remote.key("amendment.key"))
}

/// New shares of the key; with one guardian, its commitment is all there is.
fn shares(remote: &Remote, epoch: u32) -> Change {
    Change::Shares { epoch, commitments: remote.campaign.manifest.oprf.commitments.clone() }
}

/// The revocation of an issuer at the checkpoint its log has now.
pub(crate) fn revocation(remote: &Remote, issuer: u16) -> Change {
    let log = remote.campaign.issuance_log_url(issuer).replace(&remote.url, "");
    Change::Revocation { issuer, checkpoint: remote.get(&format!("{log}/checkpoint")).body }
}

fn announce(remote: &Remote, announcement: &Announcement) -> Answer {
    remote.deliver("/announcement", &announcement.encode())
}

fn amend(remote: &Remote, number: u32, change: Change) -> Answer {
    remote.deliver("/amendment", &amendment(remote, number, change).encode())
}

/// [STA-1, STA-2]
#[test]
fn announcements_are_numbered_and_each_has_one_receipt() {
    let mut served = Served::new();
    let [zero, one, other, two] = [(0, "a"), (1, "b"), (1, "c"), (2, "d")]
        .map(|(number, text)| announcement(&served, number, text));
    assert_eq!(announce(&served, &one).word(), "wrong-number", "one before it is missing");
    let first = announce(&served, &zero);
    let promise = receipt(&served, &first);
    let second = announce(&served, &one);
    assert_eq!(second.status, 200, "the open batch counts");
    assert_eq!(announce(&served, &other).word(), "wrong-number", "taken in the open batch");
    served.seal();
    assert_eq!(announce(&served, &other).word(), "wrong-number", "taken in the log");
    for round in ["sealed", "after a restart"] {
        assert_eq!(announce(&served, &zero).body, first.body, "{round}");
        assert_eq!(announce(&served, &one).body, second.body, "{round}");
        served.halt();
        served.start();
    }
    assert_eq!(announce(&served, &two).status, 200);
    served.seal();
    is_kept(&served, &promise);
    let report = recount(&served);
    let batches: Vec<_> =
        report["announcements"].as_array().unwrap().iter().map(|it| it["batch"].clone()).collect();
    assert_eq!(batches, [0, 0, 1], "{report}");
}

/// [STA-2] Of many that race for one number, one has it.
#[test]
fn one_number_is_given_once() {
    let served = Served::new();
    let texts: Vec<String> = (0..16).map(|number| format!("news {number}")).collect();
    let mut statuses = std::thread::scope(|scope| {
        let threads = texts.iter().map(|text| {
            let announcement = announcement(&served, 0, text);
            let served = &served;
            scope.spawn(move || announce(served, &announcement).status)
        });
        let threads: Vec<_> = threads.collect();
        threads.into_iter().map(|it| it.join().unwrap()).collect::<Vec<_>>()
    });
    statuses.sort_unstable();
    assert_eq!((statuses[0], &statuses[1..]), (200, &[409; 15][..]));
    served.seal();
    assert_eq!(served.get("/count.json").json()["announcements"], json!(1));
}

/// [STA-3, STA-4, STA-5] Whoever signs, and whatever is altered.
#[test]
fn only_the_organisers_announce() {
    let served = Served::new();
    let (id, texts) = (&served.campaign.id, Texts::single("en", "News."));
    let forged = Announcement::sign(id, 0, OPENS, &texts, &served.key("amendment.key")).unwrap();
    assert_eq!(announce(&served, &forged).word(), "announcement-refused");
    let good = announcement(&served, 0, "News.");
    for altered in [
        Announcement { time: good.time + 1, ..good.clone() },
        Announcement { time: good.time + 3_600, ..good.clone() },
        Announcement { texts: Vec::new(), ..good.clone() },
        Announcement { texts: vec![("en".to_owned(), "Other.".to_owned())], ..good },
    ] {
        assert_eq!(announce(&served, &altered).word(), "announcement-refused");
    }
    assert_eq!(announce(&served, &good).status, 200);
}

/// Announcements are longer than other bodies may be, and come at any time.
#[test]
fn long_news_is_taken_before_the_opening_and_after_the_close() {
    let served = Served::new();
    let tags = ["de", "en", "fr", "ru"];
    let long: serde_json::Map<_, _> =
        tags.iter().map(|tag| ((*tag).to_owned(), json!("x".repeat(16_350)))).collect();
    let texts: Texts = serde_json::from_value(long.into()).unwrap();
    let key = served.key("organiser.key");
    let news = Announcement::sign(&served.campaign.id, 0, OPENS, &texts, &key).unwrap();
    assert!((65_000..=65_534).contains(&news.encode().len()));
    served.set_time(OPENS - 1);
    assert_eq!(announce(&served, &news).status, 200);
    served.set_time(served.campaign.manifest.schedule.redemption_closes + 1);
    assert_eq!(announce(&served, &announcement(&served, 1, "Over.")).status, 200);
    served.seal();
    assert_eq!(recount(&served)["announcements"].as_array().unwrap().len(), 2);
    let long = vec![0; 65_535];
    assert_eq!(served.deliver("/announcement", &long).word(), "body-too-large");
    assert_eq!(served.deliver("/withdrawal", &long[..4_097]).word(), "body-too-large");
}

/// [STA-7, STA-8, STA-9] Counting the open batch.
#[test]
fn new_shares_are_of_the_same_key_and_the_next_epoch() {
    let served = Served::new();
    let is = |number, change, word: &str| {
        assert_eq!(amend(&served, number, change).word(), word);
    };
    let forged =
        Amendment::sign(&served.campaign.id, 0, shares(&served, 1), &served.key("organiser.key"));
    assert_eq!(served.deliver("/amendment", &forged.encode()).word(), "amendment-refused");
    let other = KeyShare::generate(&mut SeededRng::new(9)).public_key();
    let commitments = vec![*other.as_bytes()];
    is(0, Change::Shares { epoch: 1, commitments }, "amendment-refused");
    is(0, shares(&served, 0), "amendment-refused");
    is(0, shares(&served, 2), "amendment-refused");
    is(0, shares(&served, 1), "");
    is(1, shares(&served, 1), "amendment-refused");
    is(2, shares(&served, 2), "wrong-number");
    is(1, shares(&served, 2), "");
    served.seal();
    is(2, shares(&served, 2), "amendment-refused");
    is(2, shares(&served, 3), "");
    is(0, shares(&served, 1), "");
    served.seal();
    assert_eq!(recount(&served)["amendments"].as_array().unwrap().len(), 3);
}

/// [STA-10, STA-11]
#[test]
fn an_issuer_is_revoked_once_and_not_behind_what_was_sealed() {
    let served = Served::new();
    let early = revocation(&served, EMAIL);
    let (_, _) = served.pledge_by_email(1, "ada@example.org");
    served.seal();
    let is = |number, change, word: &str| {
        assert_eq!(amend(&served, number, change).word(), word);
    };
    is(0, early, "amendment-refused");
    let Change::Revocation { checkpoint, .. } = revocation(&served, EMAIL) else { panic!() };
    let of_another = Change::Revocation { issuer: INVITATION, checkpoint: checkpoint.clone() };
    is(0, of_another, "amendment-refused");
    is(0, Change::Revocation { issuer: 7, checkpoint }, "amendment-refused");
    is(0, Change::Revocation { issuer: EMAIL, checkpoint: Vec::new() }, "amendment-refused");
    is(0, revocation(&served, EMAIL), "");
    is(1, revocation(&served, EMAIL), "amendment-refused");
    served.seal();
    is(1, revocation(&served, EMAIL), "amendment-refused");
    // What was issued beyond the checkpoint redeems, and does not count.
    let (_, promise) = served.pledge_by_email(2, "grace@example.org");
    served.seal();
    is_kept(&served, &promise);
    let report = recount(&served);
    assert_eq!(report["issuance_logs"][0]["frozen"], json!(3), "{report}");
    assert_eq!(report["threshold"]["current"], json!(1), "{report}");
    let replay = Supporter::new(&served.campaign, 2, EMAIL, 0);
    let attestation = served.attest_email(&replay, "grace@example.org");
    let request = replay.pending(&served.campaign).request().encode();
    assert_eq!(served.request_token(&request, &attestation).status, 200, "it may go on");
}

/// The feed and the page, newest first, in the reader's language.
#[test]
fn announcements_are_shown_to_readers() {
    let served = Served::new();
    let feed = |language: &str| {
        let answer = served.send("GET", "/feed.atom", &[("accept-language", language)], &[]);
        assert_eq!(answer.header("cache-control"), Some("max-age=300"));
        assert_eq!(answer.header("vary"), Some("accept-language"));
        String::from_utf8(answer.body).unwrap()
    };
    assert!(feed("en").contains("<updated>2027-01-15T08:00:00Z</updated>"), "{}", feed("en"));
    let texts = json!({ "en": "a < b & \"c\"\n\nd \u{ffff}", "ru": "Новость" });
    let texts: Texts = serde_json::from_value(texts).unwrap();
    let key = served.key("organiser.key");
    let hour = OPENS + 3_600;
    let news = Announcement::sign(&served.campaign.id, 0, hour, &texts, &key).unwrap();
    assert_eq!(announce(&served, &news).status, 200);
    assert_eq!(announce(&served, &announcement(&served, 1, "The second.")).status, 200);
    let far = Announcement::sign(&served.campaign.id, 2, u64::MAX, &texts, &key).unwrap();
    assert_eq!(announce(&served, &far).status, 200);
    served.seal();

    let text = feed("en");
    let document = roxmltree::Document::parse(&text).unwrap();
    let atom = "http://www.w3.org/2005/Atom";
    let root = document.root_element();
    assert!(root.has_tag_name((atom, "feed")));
    let child = |node: roxmltree::Node<'_, '_>, name: &str| {
        let found: Vec<_> = node.children().filter(|it| it.has_tag_name((atom, name))).collect();
        assert_eq!(found.len(), 1, "RFC 4287 wants one {name}");
        found[0].text().unwrap_or_default().to_owned()
    };
    for name in ["id", "title", "updated", "author"] {
        let _ = child(root, name);
    }
    let links: Vec<_> = root.children().filter(|it| it.has_tag_name((atom, "link"))).collect();
    let link = |at: usize, name: &str| links[at].attribute(name).unwrap().to_owned();
    assert_eq!(
        (link(0, "rel"), link(0, "href")),
        ("self".into(), format!("{}/feed.atom", served.url))
    );
    assert_eq!((link(1, "rel"), link(1, "href")), ("alternate".into(), served.campaign.link()));
    let entries: Vec<_> = root.children().filter(|it| it.has_tag_name((atom, "entry"))).collect();
    let contents: Vec<_> = entries.iter().map(|entry| child(*entry, "content")).collect();
    assert_eq!(contents[1..], ["The second.", "a < b & \"c\"\n\nd \u{fffd}"]);
    assert_eq!(child(entries[2], "updated"), "2027-01-15T09:00:00Z");
    let mut ids: Vec<_> = entries.iter().map(|entry| child(*entry, "id")).collect();
    assert!(ids.iter().all(|id| id.starts_with("ni:///sha-256;") && id.len() == 14 + 43));
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), 3);

    let page = String::from_utf8(served.get(&format!("/c/{}", served.campaign.id)).body).unwrap();
    assert!(page.contains("2027-01-15 09:00 UTC") && page.contains("a &lt; b &amp; "), "{page}");
    assert!(page.find("The second.") < page.rfind("a &lt; b"), "newest first");
}
