//! Addresses as they are typed: white space, length, the local part ([spec: tag §1.2]).

use serde_json::json;

use super::email_domain;
use crate::vectors::operations::email::email;
use crate::vectors::{Case, Group};

/// What a case is about, and the text.
pub(super) type Row = (&'static str, &'static str);

/// The cases of `email`.
pub(super) fn group() -> Group {
    let mut cases: Vec<Case> = accepted(&ORDINARY, &[]).collect();
    cases.extend(accepted(&WORKED, &["worked-example"]));
    cases.extend(accepted(&PROVIDERS, &["provider"]));
    cases.extend(accepted(&APART, &["kept-apart"]));
    cases.extend(accepted(&SCRIPTS, &["unicode"]));
    cases.extend(accepted(&NEIGHBOURS, &["unicode", "next-to-invisible"]));
    cases.extend(lengths());
    cases.extend(refused(&AT, &[], "tag §1.2 step 2"));
    cases.extend(email_domain::cases());
    cases.extend(refused(&ASCII, &[], "tag §1.2 step 4"));
    cases.extend(refused(&CHARACTERS, &["unicode"], "tag §1.2 step 4"));
    cases.extend(refused(&INVISIBLE, &["unicode", "invisible"], "tag §1.2 step 4"));
    cases.extend(refused(&DOTS, &[], "tag §1.2 step 8"));
    cases.extend(refused(&IGNORED, &["provider"], "tag §1.2 step 9"));
    cases.extend(orders());
    Group { operation: "email", section: "tag §1.2", run: email, cases }
}

/// Cases that are accepted.
pub(super) fn accepted(
    rows: &'static [Row],
    flags: &'static [&'static str],
) -> impl Iterator<Item = Case> {
    let case = |&(comment, text): &Row| Case::valid(comment, json!({ "text": text }));
    rows.iter().map(case).map(move |case| case.flags(flags))
}

/// Cases that a step refuses.
pub(super) fn refused(
    rows: &'static [Row],
    flags: &'static [&'static str],
    step: &'static str,
) -> impl Iterator<Item = Case> {
    let case = move |&(comment, text): &Row| Case::invalid(comment, json!({ "text": text }), step);
    rows.iter().map(case).map(move |case| case.flags(flags))
}

const ORDINARY: [Row; 17] = [
    ("an address", "ann@example.org"),
    ("capitals", "Ann.Lee@Example.ORG"),
    ("white space at both ends", " \t ann@example.org\r\n"),
    (
        "every white space there is, at both ends",
        "\t\n\u{b}\u{c}\r \u{85}\u{a0}\u{1680}\u{2000}\u{2001}\u{2002}\u{2003}ann@example.org\u{2004}\
         \u{2005}\u{2006}\u{2007}\u{2008}\u{2009}\u{200a}\u{2028}\u{2029}\u{202f}\u{205f}\u{3000}",
    ),
    ("a character that UTS 46 ignores, at the end of the domain", "ann@example.org\u{200b}"),
    ("a sub-address", "ann+rally@example.org"),
    ("a sub-address with a plus in it", "ann+rally+2@example.org"),
    ("an empty sub-address", "ann+@example.org"),
    ("dots in a sub-address do not matter", "ann+..@example.org"),
    ("dots stay", "a.b.c@example.org"),
    ("all that ASCII allows before the @", "!#$%&'*-/=?^_`{|}~@example.org"),
    ("a slash and an apostrophe", "o'neil/x=y@example.org"),
    ("digits alone", "0123456789@example.org"),
    ("a single character", "a@example.org"),
    ("a hyphen at each end of the local part", "-ann-@example.org"),
    ("the shortest address", "a@b.c"),
    ("the mailbox keeps what was typed", "A.n.n+x@GoogleMail.com"),
];

const WORKED: [Row; 1] = [("the address of tag §4.3", "Ann.Lee+rally@GoogleMail.com")];

const PROVIDERS: [Row; 22] = [
    ("Google ignores dots", "a.n.n.lee@gmail.com"),
    ("Google under its other name", "annlee@googlemail.com"),
    ("Google counts hyphens", "ann-lee@gmail.com"),
    ("Google, the domain in full-width letters", "ann.lee@ｇｍａｉｌ．ｃｏｍ"),
    ("below a provider's domain is another", "ann.lee@mail.gmail.com"),
    ("Yandex takes dots for hyphens", "ann.lee@yandex.ru"),
    ("Yandex, a hyphen", "ann-lee@yandex.ru"),
    ("Yandex, yandex.com", "ann.lee@yandex.com"),
    ("Yandex, yandex.by", "ann.lee@yandex.by"),
    ("Yandex, yandex.kz", "ann.lee@yandex.kz"),
    ("Yandex, yandex.ua", "ann.lee@yandex.ua"),
    ("Yandex, ya.ru", "ann.lee+x@ya.ru"),
    ("Yandex, a Cyrillic local part", "Анна.Ли@yandex.ru"),
    ("Proton ignores dots, hyphens and underscores", "Ann_L-e.e@proton.me"),
    ("Proton, protonmail.com", "ann.lee@protonmail.com"),
    ("Proton, protonmail.ch", "ann_lee@protonmail.ch"),
    ("Proton, pm.me", "ann-lee+x@pm.me"),
    ("Proton, a hyphen alone before the plus is dropped with the rest", "a-+b@pm.me"),
    ("Apple counts dots", "ann.lee@icloud.com"),
    ("Apple, me.com", "ann.lee@me.com"),
    ("Apple, mac.com", "ann.lee@mac.com"),
    ("no provider's row: example.yandex.ru", "ann.lee@example.yandex.ru"),
];

const APART: [Row; 14] = [
    ("dots count at Outlook", "ann.lee@outlook.com"),
    ("dots count at Outlook", "annlee@outlook.com"),
    ("hotmail.com is not outlook.com", "annlee@hotmail.com"),
    ("live.com is not outlook.com", "annlee@live.com"),
    ("mail.ru", "ann@mail.ru"),
    ("inbox.ru is not mail.ru", "ann@inbox.ru"),
    ("list.ru is not mail.ru", "ann@list.ru"),
    ("bk.ru is not mail.ru", "ann@bk.ru"),
    ("the words after a hyphen are kept at Yahoo", "ann-x@yahoo.com"),
    ("Cyrillic letters", "стас@example.org"),
    ("Latin letters that look like them", "cтac@example.org"),
    ("full-width letters before the @ stay what they are", "ＡＮＮ@example.org"),
    ("a ligature stays one", "ﬁnn@example.org"),
    ("Greek capital alpha looks like A", "Αnn@example.org"),
];

const SCRIPTS: [Row; 29] = [
    ("Cyrillic, with capitals", "Анна.Ли@example.org"),
    ("composed (NFC)", "jos\u{e9}@example.org"),
    ("decomposed (NFD)", "JOSE\u{301}@example.org"),
    ("only the lower case composes with this mark", "H\u{331}@example.org"),
    ("two marks in the other order", "a\u{301}\u{323}@example.org"),
    ("a mark that begins the local part", "\u{301}a@example.org"),
    ("an enclosing mark", "a\u{20dd}@example.org"),
    ("Kelvin sign", "\u{212a}im@example.org"),
    ("Ohm sign", "\u{2126}@example.org"),
    ("Angstrom sign", "\u{212b}@example.org"),
    ("Hangul syllable in three letters", "\u{1112}\u{1161}\u{11ab}@example.org"),
    ("a letter that NFC takes apart", "\u{fb1d}@example.org"),
    ("a compatibility ideograph", "\u{f900}@example.org"),
    ("a capital sigma at the end of a word", "ΟΔΟΣ@example.org"),
    ("a final sigma stays one", "οδος@example.org"),
    ("sharp s", "straße@example.org"),
    ("capital sharp s", "STRA\u{1e9e}E@example.org"),
    ("capital I with a dot", "\u{130}nan@example.org"),
    ("dotless i", "\u{131}nan@example.org"),
    ("capital I without a dot", "Inan@example.org"),
    ("a title-case letter", "\u{1c5}en@example.org"),
    ("a Cherokee capital", "\u{13a0}@example.org"),
    ("Arabic letters and digits", "علي٣@example.org"),
    ("Devanagari with vowel signs", "अनीता@example.org"),
    ("Chinese", "安娜@example.org"),
    ("a fraction and a superscript are numeric", "½²@example.org"),
    ("a Roman numeral", "Ⅷ@example.org"),
    ("a letter in a circle", "Ⓐ@example.org"),
    ("a letter in a square", "\u{1f130}@example.org"),
];

/// The characters beside [`INVISIBLE`]'s that show something.
const NEIGHBOURS: [Row; 11] = [
    ("U+034E", "a\u{34e}@example.org"),
    ("U+0350", "a\u{350}@example.org"),
    ("U+115E", "a\u{115e}@example.org"),
    ("U+1161", "a\u{1161}@example.org"),
    ("U+17B3", "a\u{17b3}@example.org"),
    ("U+17B6", "a\u{17b6}@example.org"),
    ("U+1810", "a\u{1810}@example.org"),
    ("U+3163", "a\u{3163}@example.org"),
    ("U+3165", "a\u{3165}@example.org"),
    ("U+FF9F", "a\u{ff9f}@example.org"),
    ("U+FFA1", "a\u{ffa1}@example.org"),
];

const AT: [Row; 8] = [
    ("nothing", ""),
    ("white space alone", " \n"),
    ("no @", "ann.example.org"),
    ("two @", "ann@lee@example.org"),
    ("two @ in a row", "ann@@example.org"),
    ("an @ at the end", "ann@example.org@"),
    ("a full-width @ is none", "ann\u{ff20}example.org"),
    ("a quoted @", "\"ann@lee\"@example.org"),
];

const ASCII: [Row; 22] = [
    ("a space", "a b@example.org"),
    ("a space before the @", "ann @example.org"),
    ("a quoted local part", "\"ann\"@example.org"),
    ("a quoted local part with a space", "\"ann lee\"@example.org"),
    ("a comment", "ann(lee)@example.org"),
    ("an angle bracket", "<ann@example.org"),
    ("another angle bracket", "ann>@example.org"),
    ("a name and an address", "Ann <ann@example.org"),
    ("a square bracket", "a[b@example.org"),
    ("another square bracket", "a]b@example.org"),
    ("a comma", "a,b@example.org"),
    ("a colon", "mailto:ann@example.org"),
    ("a semicolon", "a;b@example.org"),
    ("a backslash", "a\\b@example.org"),
    ("a tab", "a\tb@example.org"),
    ("a header after a line feed", "a\r\nBcc:x@example.org"),
    ("a zero byte", "a\0@example.org"),
    ("a control that is no white space, at the start", "\u{1c}ann@example.org"),
    ("U+001F", "a\u{1f}@example.org"),
    ("U+007F", "a\u{7f}@example.org"),
    ("a Greek question mark is a semicolon", "a\u{37e}b@example.org"),
    ("in the sub-address", "ann+(x)@example.org"),
];

const CHARACTERS: [Row; 27] = [
    ("U+0080", "a\u{80}@example.org"),
    ("a no-break space", "a\u{a0}b@example.org"),
    ("an ideographic space", "a\u{3000}b@example.org"),
    ("a zero-width space", "a\u{200b}b@example.org"),
    ("a zero-width space at the start", "\u{200b}ann@example.org"),
    ("a zero-width non-joiner", "a\u{200c}b@example.org"),
    ("a zero-width joiner", "a\u{200d}b@example.org"),
    ("a word joiner", "a\u{2060}b@example.org"),
    ("a byte-order mark at the start", "\u{feff}ann@example.org"),
    ("a Mongolian vowel separator at the start", "\u{180e}ann@example.org"),
    ("a soft hyphen", "a\u{ad}b@example.org"),
    ("a left-to-right mark", "a\u{200e}b@example.org"),
    ("a right-to-left override", "a\u{202e}b@example.org"),
    ("a pop directional isolate", "a\u{2069}b@example.org"),
    ("an emoji", "\u{1f600}@example.org"),
    ("a regional indicator", "\u{1f1e6}@example.org"),
    ("a not-equal sign in two characters", "=\u{338}@example.org"),
    ("a middle dot", "a\u{b7}b@example.org"),
    ("a Greek ano teleia is a middle dot", "a\u{387}b@example.org"),
    ("a curly apostrophe", "o\u{2019}neil@example.org"),
    ("an en dash", "ann\u{2013}lee@example.org"),
    ("a full-width plus", "ann\u{ff0b}x@example.org"),
    ("a full-width full stop", "ann\u{ff0e}lee@example.org"),
    ("a full-width @ before the @", "ann\u{ff20}lee@example.org"),
    ("a currency sign", "ann\u{20ac}@example.org"),
    ("a private-use character", "a\u{e000}@example.org"),
    ("the replacement character", "a\u{fffd}@example.org"),
];

/// Both ends of every range that shows nothing, and what lies in the last one.
const INVISIBLE: [Row; 16] = [
    ("U+034F", "a\u{34f}@example.org"),
    ("U+115F", "a\u{115f}@example.org"),
    ("U+1160", "a\u{1160}@example.org"),
    ("U+17B4", "a\u{17b4}@example.org"),
    ("U+17B5", "a\u{17b5}@example.org"),
    ("U+180B", "a\u{180b}@example.org"),
    ("U+180F", "a\u{180f}@example.org"),
    ("U+3164", "a\u{3164}@example.org"),
    ("U+FE00", "a\u{fe00}@example.org"),
    ("U+FE0F", "a\u{fe0f}@example.org"),
    ("U+FFA0", "a\u{ffa0}@example.org"),
    ("U+E0000", "a\u{e0000}@example.org"),
    ("U+E0001", "a\u{e0001}@example.org"),
    ("U+E0100", "a\u{e0100}@example.org"),
    ("U+E01EF", "a\u{e01ef}@example.org"),
    ("U+E0FFF", "a\u{e0fff}@example.org"),
];

const DOTS: [Row; 9] = [
    ("nothing before the @", "@example.org"),
    ("nothing before the plus", "+x@example.org"),
    ("a plus alone", "+@example.org"),
    ("a dot at the start", ".ann@example.org"),
    ("a dot at the end", "ann.@example.org"),
    ("a dot before the plus", "ann.+x@example.org"),
    ("two dots", "ann..lee@example.org"),
    ("two dots at a provider that ignores them", "ann..lee@gmail.com"),
    ("dots alone at a provider that ignores them", ".@gmail.com"),
];

const IGNORED: [Row; 4] = [
    ("only what Proton ignores", "-_-@proton.me"),
    ("an underscore at Proton", "_@protonmail.com"),
    ("a hyphen at Proton, with a sub-address", "-+ann@pm.me"),
    ("two hyphens at Proton, with capitals in the domain", "--@PM.ME"),
];

/// A local part of so many octets, at a domain.
fn address(local: &str, times: usize, domain: &str) -> String {
    format!("{}@{domain}", local.repeat(times))
}

/// A domain of labels that have 2 octets as they are typed and 7 in ASCII.
fn short_labels(labels: usize) -> String {
    format!("{}org", "д.".repeat(labels))
}

fn lengths() -> [Case; 17] {
    let domain = |last: usize| {
        let [b, c, d] = [('b', 63), ('c', 63), ('d', last)].map(|(c, n)| c.to_string().repeat(n));
        format!("{b}.{c}.{d}.org")
    };
    let valid = |comment, text: String| Case::valid(comment, json!({ "text": text }));
    let long = |comment, text: String, step| {
        Case::invalid(comment, json!({ "text": text }), step).flags(&["length"])
    };
    let wide = format!("{}.{}.org", "ｃ".repeat(60), "ｄ".repeat(24));
    let (one, six) = ("tag §1.2 step 1", "tag §1.2 step 6");
    [
        valid("64 octets before the @", address("a", 64, "example.org")),
        valid("64 octets in two-byte letters", address("я", 32, "example.org")),
        valid("254 octets in all", address("a", 64, &domain(57))),
        valid("254 octets and white space", format!(" {}\n", address("z", 64, &domain(57)))),
        valid("64 octets with the sub-address", address("ann+", 16, "example.org")),
        long("255 octets", address("a", 64, &domain(58)), one),
        long("255 octets without an @", "a".repeat(255), one),
        long("260 octets as typed, far fewer in ASCII", address("aa", 1, &wide), one),
        long("65 octets before the @", address("a", 65, "example.org"), six),
        long("66 octets before the @, in two-byte letters", address("я", 33, "example.org"), six),
        long("65 octets, a sub-address most of them", address("ann+a", 13, "example.org"), six),
        long("72 octets as typed, 48 composed", address("e\u{301}", 24, "example.org"), six),
        long("63 octets as typed, 84 composed", address("\u{fb1d}", 21, "example.org"), six),
        long("64 octets as typed, 96 in lower case", address("\u{130}", 32, "example.org"), six),
        valid("254 octets with the domain in ASCII", address("a", 58, &short_labels(24))),
        long("260 octets with the domain in ASCII", address("a", 16, &short_labels(30)), six),
        long("255 octets with the domain in ASCII", address("a", 59, &short_labels(24)), six),
    ]
}

/// Texts that more than one step refuses: the first is named.
fn orders() -> [Case; 7] {
    let case = |comment, text: &str, step| {
        Case::invalid(comment, json!({ "text": text }), step).flags(&["two-faults"])
    };
    let long = "a".repeat(65);
    [
        case("two @ and 255 octets", &format!("a@{}@b", "c".repeat(251)), "tag §1.2 step 1"),
        case("two @ and no domain", "ann@lee@localhost", "tag §1.2 step 2"),
        case("no domain and a space", "ann lee@localhost", "tag §1.2 step 3"),
        case("no domain and nothing before the @", "@localhost", "tag §1.2 step 3"),
        case("a space and 65 octets", &format!("{long} @example.org"), "tag §1.2 step 4"),
        case("a dot and 65 octets", &format!(".{long}@example.org"), "tag §1.2 step 6"),
        case("a dot and only what Proton ignores", "-.@proton.me", "tag §1.2 step 8"),
    ]
}
