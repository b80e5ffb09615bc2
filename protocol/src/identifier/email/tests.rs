use proptest::prelude::*;

use super::*;

fn normalise(text: &str) -> Result<String, EmailError> {
    Address::parse(Version::V1, text).map(|address| address.identifier.expose().to_owned())
}

/// [TAG-4]
#[test]
fn spellings_of_one_mailbox_become_one() {
    for (typed, expected) in [
        (" Ann.Lee@Example.ORG\n", "ann.lee@example.org"),
        ("ann+rally+2@example.org", "ann@example.org"),
        ("A.n.n.Lee+x@GoogleMail.com", "annlee@gmail.com"),
        ("ann.lee+x@ya.ru", "ann-lee@yandex.ru"),
        ("ann-lee@yandex.kz", "ann-lee@yandex.ru"),
        ("Ann_L-e.e@pm.me", "annlee@proton.me"),
        ("ann.lee@mac.com", "ann.lee@icloud.com"),
        ("почта@Почта.РФ", "почта@xn--80a1acny.xn--p1ai"),
        ("JOSE\u{301}@example.org", "jos\u{e9}@example.org"),
        // Only the lower case composes with this mark.
        ("H\u{331}@example.org", "\u{1e96}@example.org"),
        ("\u{212a}im@example.org", "kim@example.org"),
        ("o'neil/x=y@example.org", "o'neil/x=y@example.org"),
        ("ann@ex\u{ff41}mple。org", "ann@example.org"),
    ] {
        assert_eq!(normalise(typed).as_deref(), Ok(expected), "{typed:?}");
    }
}

#[test]
fn mailboxes_that_may_differ_stay_apart() {
    for (one, other) in [
        ("a.b@example.org", "ab@example.org"),
        ("a.b@outlook.com", "ab@outlook.com"),
        ("ann@outlook.com", "ann@hotmail.com"),
        ("ann@mail.ru", "ann@inbox.ru"),
        ("a.b@icloud.com", "ab@icloud.com"),
        ("a-b@gmail.com", "ab@gmail.com"),
        ("ann@yandex.ru", "ann@example.yandex.ru"),
        ("ann-x@yahoo.com", "ann@yahoo.com"),
        ("стас@example.org", "cтac@example.org"),
    ] {
        assert_ne!(normalise(one).unwrap(), normalise(other).unwrap());
    }
}

/// [TAG-7]
#[test]
fn mail_goes_to_the_address_as_typed() {
    let address = Address::parse(Version::V1, " A.Nn+x@GMail.com ").unwrap();
    assert_eq!(address.mailbox.expose(), "A.Nn+x@gmail.com");
    assert_eq!(address.identifier.expose(), "ann@gmail.com");
    assert_eq!(
        format!("{address:?}"),
        "Address { mailbox: Identifier(redacted), identifier: Identifier(redacted) }"
    );
}

#[test]
fn every_rule_has_its_error() {
    let long_label = format!("a@{}.org", "b".repeat(64));
    let long_local = format!("{}@example.org", "a".repeat(65));
    let long_address = format!("a@{}org", "b234567.".repeat(32));
    // 63 octets as typed, 84 once composed.
    let grows = format!("{}@example.org", "\u{fb1d}".repeat(21));
    for (typed, error) in [
        (&*long_local, EmailError::LocalTooLong),
        (&*long_address, EmailError::TooLong),
        (&*grows, EmailError::LocalTooLong),
        ("", EmailError::At),
        ("example.org", EmailError::At),
        ("a@b@example.org", EmailError::At),
        ("@example.org", EmailError::EmptyLocal),
        ("+x@example.org", EmailError::EmptyLocal),
        ("-_-@proton.me", EmailError::NothingLeft),
        ("\"a b\"@example.org", EmailError::Character),
        ("a b@example.org", EmailError::Character),
        ("a\r\nBcc:x@example.org", EmailError::Character),
        ("a\0@example.org", EmailError::Character),
        ("a\u{a0}b@example.org", EmailError::Character),
        ("a\u{200b}b@example.org", EmailError::Character),
        ("a\u{fe0f}@example.org", EmailError::Character),
        ("a\u{202e}b@example.org", EmailError::Character),
        ("=\u{338}@example.org", EmailError::Character),
        ("<a@example.org>", EmailError::Domain),
        (".a@example.org", EmailError::Dot),
        ("a..b@example.org", EmailError::Dot),
        ("a.+x@gmail.com", EmailError::Dot),
        ("a@", EmailError::Domain),
        ("a@example..org", EmailError::Domain),
        ("a@.example.org", EmailError::Domain),
        ("a@example.org.", EmailError::Domain),
        ("a@-example.org", EmailError::Domain),
        ("a@exa mple.org", EmailError::Domain),
        ("a@exa_mple.org", EmailError::Domain),
        ("a@xn--a.org", EmailError::Domain),
        ("a@[192.0.2.1]", EmailError::Domain),
        ("a@[IPv6:2001:db8::1]", EmailError::Domain),
        (&*long_label, EmailError::Domain),
        ("a@localhost", EmailError::NoDot),
        ("a@192.0.2.1", EmailError::IpAddress),
    ] {
        assert_eq!(normalise(typed), Err(error), "{typed:?}");
    }
}

/// [TAG-6]
#[test]
fn a_refusal_shows_nothing_of_the_text() {
    let long = format!("{}@zebra.org", "zebra".repeat(13));
    for typed in [
        "zebra",
        "zebra@zebra@example.org",
        "ze bra@zebra.org",
        "zebra.@zebra.org",
        "+zebra@zebra.org",
        "zebra@-zebra.org",
        "zebra@zebra",
        "zebra@192.0.2.1",
        &long,
    ] {
        let error = normalise(typed).unwrap_err();
        let shown = format!("{error} {error:?}");
        assert!(!shown.contains("zebra") && !shown.contains("192"), "{shown}");
    }
}

#[test]
fn limits_are_reached() {
    assert!(normalise(&format!("{}@example.org", "a".repeat(64))).is_ok());
    let domain = format!("{}.{}.{}.org", "b".repeat(63), "c".repeat(63), "d".repeat(57));
    let longest = format!("{}@{domain}", "a".repeat(64));
    assert_eq!((longest.len(), normalise(&longest)), (254, Ok(longest.clone())));
}

/// [TAG-3]
#[test]
fn only_version_1_is_known() {
    assert_eq!(serde_json::from_str::<Version>("1").unwrap(), Version::V1);
    assert_eq!(serde_json::to_string(&Version::V1).unwrap(), "1");
    assert_eq!(Version::try_from(2), Err(UnknownVersion(2)));
}

/// [TAG-5]
#[test]
fn every_character_normalises_once() {
    for c in '\0'..=char::MAX {
        // Alone, and before a mark that may compose with it or with its lower case.
        for text in [format!("{c}@example.org"), format!("{c}\u{331}@example.org")] {
            if let Ok(once) = normalise(&text) {
                assert_eq!(normalise(&once), Ok(once.clone()), "{c:?}");
            }
        }
    }
}

fn any_domain() -> impl Strategy<Value = String> {
    prop_oneof![
        prop::sample::select(
            PROVIDERS.iter().flat_map(|(domains, _)| *domains).collect::<Vec<_>>()
        )
        .prop_map(|domain| (*domain).to_owned()),
        "[a-z]{1,8}\\.(org|рф|com)",
        "\\PC{1,8}\\.org",
    ]
}

proptest! {
    /// [TAG-5]
    #[test]
    fn normalising_twice_changes_nothing(local in "(\\PC|[a-zA-Z.+_-]){1,12}", domain in any_domain()) {
        if let Ok(once) = normalise(&format!("{local}@{domain}")) {
            prop_assert_eq!(normalise(&once), Ok(once));
        }
    }

    /// [TAG-5]
    #[test]
    fn letters_of_all_scripts_normalise_once(local in "[\\p{L}\\p{M}\\p{N}]{1,8}") {
        if let Ok(once) = normalise(&format!("{local}@example.org")) {
            prop_assert_eq!(normalise(&once), Ok(once));
        }
    }

    /// [TAG-4]
    #[test]
    fn case_and_sub_address_make_no_difference(
        local in "[a-z0-9]{1,8}(\\.[a-z0-9]{1,8}){0,2}", tag in "[a-z.]{0,6}", domain in any_domain(),
    ) {
        if let Ok(plain) = normalise(&format!("{local}@{domain}")) {
            let other = format!("{}+{tag}@{}", local.to_uppercase(), domain);
            prop_assert_eq!(normalise(&other), Ok(plain));
        }
    }

    #[test]
    fn distinct_mailboxes_stay_distinct(
        one in "[a-z0-9_-]{1,8}", other in "[a-z0-9_-]{1,8}", domain in "[a-z]{1,8}\\.org",
    ) {
        let same = normalise(&format!("{one}@{domain}")) == normalise(&format!("{other}@{domain}"));
        prop_assert_eq!(same, one == other);
    }

    #[test]
    fn no_text_makes_it_panic(text in "\\PC{0,40}") {
        let _ = normalise(&text);
        let _ = normalise(&format!("{text}@example.org"));
    }
}
