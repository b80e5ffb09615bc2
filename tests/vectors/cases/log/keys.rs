//! Verifier keys: [LOG-14].

use data_encoding::{BASE64, BASE64URL, HEXLOWER};
use headcount_protocol::ed25519::SecretSeed;
use serde_json::json;
use sha2::{Digest as _, Sha256};

use crate::vectors::Case;
use crate::vectors::cases::points::{mixed_key, small_order, small_order_otherwise, y_plus};
use crate::vectors::cases::verifier_keys::{key_id, verifier_key};

const NAME: &str = "example.com/foo";
const KEY: &str = "AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k";

pub(super) fn cases() -> Vec<Case> {
    [valid(), forms(), names(), ids(), keys()].concat()
}

fn good(comment: &'static str, text: &str) -> Case {
    Case::valid(comment, json!({ "text": text }))
}

fn bad(comment: &'static str, text: &str) -> Case {
    Case::invalid(comment, json!({ "text": text }), "LOG-14")
}

/// Any key, and the verifier key of a name with it.
fn public() -> [u8; 32] {
    *SecretSeed::from([1; 32]).public_key().as_bytes()
}

fn named(name: &str) -> String {
    verifier_key(name, 1, &public())
}

fn valid() -> Vec<Case> {
    let mixed = mixed_key().compress().to_bytes();
    vec![
        good("the worked example", &format!("{NAME}+530d903a+{KEY}")),
        good("the key of the worked checkpoint", &named("example.org/pledge/test")),
        good("a name of one character", &named("x")),
        good("letters beyond ASCII", &named("пример.example/1")).flags(&["unicode"]),
        good("a name that ends like an id", &named("x-530d903a")),
        good("a name with delete (U+007F)", &named("a\u{7f}b")).flags(&["unicode"]),
        good("a name with a zero-width space", &named("a\u{200b}b")).flags(&["unicode"]),
        good("a name with a byte-order mark", &named("\u{feff}a")).flags(&["byte-order-mark"]),
        good("a name with an em dash", &named("—")).flags(&["unicode"]),
        good("a key of mixed order", &verifier_key(NAME, 1, &mixed)).flags(&["mixed-order"]),
    ]
}

fn forms() -> Vec<Case> {
    vec![
        bad("nothing", ""),
        bad("a name alone", NAME),
        bad("a name and an id", &format!("{NAME}+530d903a")),
        bad("a name and a key", &format!("{NAME}+{KEY}")),
        bad("two signs alone", "++"),
        bad("a space for a sign", &format!("{NAME} 530d903a {KEY}")),
    ]
}

fn names() -> Vec<Case> {
    let bad = |comment, name: &str| bad(comment, &named(name)).flags(&["name"]);
    vec![
        bad("an empty name", ""),
        bad("a space in the name", "example.com /foo"),
        bad("a space before the name", " foo"),
        bad("a space behind the name", "foo "),
        bad("a tab", "a\tb"),
        bad("a line feed", "a\nb"),
        bad("a NUL", "a\0b"),
        bad("U+001F", "a\u{1f}b"),
        bad("a next line", "a\u{85}b"),
        bad("a no-break space", "a\u{a0}b"),
        bad("an Ogham space", "a\u{1680}b"),
        bad("an em space", "a\u{2003}b"),
        bad("a line separator", "a\u{2028}b"),
        bad("a narrow no-break space", "a\u{202f}b"),
        bad("an ideographic space", "a\u{3000}b"),
    ]
}

fn ids() -> Vec<Case> {
    let with = |comment, id: &str| bad(comment, &format!("{NAME}+{id}+{KEY}")).flags(&["key-id"]);
    let text = BASE64.encode(&[&[1], &public()[..]].concat());
    let other = |comment, id: &str| bad(comment, &format!("{NAME}+{id}+{text}")).flags(&["key-id"]);
    let untyped = Sha256::digest([NAME.as_bytes(), b"\n", &public()].concat());
    vec![
        with("an id in capitals", "530D903A"),
        with("an empty id", ""),
        with("seven digits", "530d903"),
        with("nine digits", "530d903a0"),
        with("a zero before it", "0530d903a"),
        with("a bit of the id", "530d903b"),
        with("with 0x before it", "0x530d903a"),
        with("the bytes from the last to the first", "3a900d53"),
        with("zeros", "00000000"),
        other("the id without the type", &HEXLOWER.encode(&untyped[..4])),
        other("the id of another name", &key_id("example.com/fo", 1, &public())),
        other("the id of another type", &key_id(NAME, 4, &public())),
    ]
}

fn keys() -> Vec<Case> {
    let with = |kind, key: &[u8]| verifier_key(NAME, kind, key);
    let base64 =
        |comment, text: &str| bad(comment, &format!("{NAME}+530d903a+{text}")).flags(&["base64"]);
    let key = public();
    let point = |comment, key: [u8; 32]| bad(comment, &with(1, &key));
    let url_safe = {
        let text = BASE64URL.encode(&[[1; 1].as_slice(), &[0xff; 32]].concat());
        format!("{NAME}+{}+{text}", key_id(NAME, 1, &[0xff; 32]))
    };
    let parts = BASE64.encode(&[1; 32]) + &BASE64.encode(&[1]);
    let mut cases = vec![
        base64("a character less", &KEY[..43]),
        base64("padding behind it", &format!("{KEY}====")),
        base64("padding within it", &parts),
        base64("a line feed behind it", &format!("{KEY}\n")),
        base64("a space behind it", &format!("{KEY} ")),
        base64("a third sign and more", &format!("{KEY}+=")),
        bad("base64url", &url_safe).flags(&["base64"]),
        bad("no type and no key", &format!("{NAME}+530d903a+")).flags(&["length"]),
        bad("a type and no key", &with(1, &[])).flags(&["length"]),
        bad("31 bytes", &with(1, &key[..31])).flags(&["length"]),
        bad("33 bytes", &with(1, &[&key[..], &[0]].concat())).flags(&["length"]),
        bad("type 0", &with(0, &key)).flags(&["key-type"]),
        bad("type 2", &with(2, &key)).flags(&["key-type"]),
        bad("the type of cosignatures", &with(4, &key)).flags(&["key-type"]),
        bad("type 255", &with(255, &key)).flags(&["key-type"]),
        point("a key that is no point", y_plus(2, 0, false)).flags(&["no-point"]),
        point("y + p, of large order", y_plus(3, 0, true)).flags(&["non-canonical"]),
    ];
    for key in small_order() {
        cases.push(point("a key of small order", key).flags(&["small-order"]));
    }
    for (comment, key) in small_order_otherwise() {
        cases.push(point(comment, key).flags(&["small-order", "non-canonical"]));
    }
    cases
}
