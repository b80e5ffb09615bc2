use super::*;
use crate::campaign::values::Texts;
use crate::campaign_id::CampaignId;
use crate::ed25519::SecretSeed;
use crate::entry::Entry;

fn id() -> CampaignId {
    CampaignId::from([7; 32])
}

/// [LOG-23]
#[test]
fn statements_survive_a_round_trip() {
    let key = SecretSeed::from([1; 32]);
    let texts = Texts::single("en", "We meet at noon.");
    let announcement = Announcement::sign(&id(), 3, 7_201, &texts, &key).unwrap();
    assert_eq!((announcement.number, announcement.time), (3, 7_200));
    assert_eq!(announcement.texts(), Some(texts));
    let shares = Change::Shares { epoch: 1, commitments: vec![[1; 32], [2; 32]] };
    let revocation = Change::Revocation { issuer: 2, checkpoint: b"note".to_vec() };
    let destroyed = vec![Office::Issuer(1), Office::Attester(0), Office::Issuer(1)];
    let closing = Closing::sign(&id(), destroyed, &key);
    assert_eq!(closing.destroyed, [Office::Attester(0), Office::Issuer(1)]);
    for (entry, length) in [
        (Entry::Announcement(announcement), 1 + 4 + 8 + 1 + 3 + 18 + 64),
        (Entry::Amendment(Amendment::sign(&id(), 0, shares, &key)), 1 + 4 + 1 + 2 + 69 + 64),
        (Entry::Amendment(Amendment::sign(&id(), 1, revocation, &key)), 1 + 4 + 1 + 2 + 8 + 64),
        (Entry::Closing(closing), 1 + 1 + 6 + 64),
    ] {
        let bytes = entry.encode();
        assert_eq!(bytes.len(), length);
        assert_eq!(Entry::decode(&bytes), Ok(entry));
        assert!(Entry::decode(&bytes[..length - 1]).is_err());
        assert!(Entry::decode(&[&bytes[..], &[0]].concat()).is_err());
    }
}

/// [STA-4]
#[test]
fn texts_that_do_not_fit_are_not_signed() {
    let key = SecretSeed::from([1; 32]);
    let long = "x".repeat(16_000);
    let tags = ["aa", "bb", "cc", "dd"];
    let texts = |n: usize| {
        let all = tags.iter().take(n).map(|tag| ((*tag).to_owned(), long.clone()));
        Texts::new(all.collect()).unwrap()
    };
    assert!(Announcement::sign(&id(), 0, 0, &texts(4), &key).is_ok());
    let longest = Announcement::MAX_TEXTS - 1 - 4 * 5;
    let all = tags.iter().enumerate().map(|(at, tag)| {
        let length = if at == 0 { longest - 3 * 16_000 } else { 16_000 };
        ((*tag).to_owned(), "x".repeat(length))
    });
    let texts: std::collections::BTreeMap<_, _> = all.collect();
    let fits = Texts::new(texts.clone()).unwrap();
    let entry = Announcement::sign(&id(), 0, 0, &fits, &key).map(Entry::Announcement).unwrap();
    assert_eq!(entry.encode().len(), Entry::MAX_LEN);
    let more = texts.into_iter().map(|(tag, text)| (tag, text + "x"));
    let more = Texts::new(more.collect()).unwrap();
    let refused = Announcement::sign(&id(), 0, 0, &more, &key);
    assert_eq!(refused, Err(AnnouncementError::TooLong));
}
