//! Types and forms of values: [CAM-7], [TAG-3], [LOG-14]; and which rule comes first.

use data_encoding::BASE64URL;
use serde_json::{Value, json};

use super::base::{edited, log_key, modulus, seed, set, token_key, witness_key};
use crate::campaign::{Keys, draft_manifest};
use crate::vectors::Case;
use crate::vectors::cases::points::{small_order, y_plus};
use crate::vectors::cases::verifier_keys::verifier_key;

pub(super) fn cases() -> Vec<Case> {
    [types(), surrogates(), words(), token_keys(), log_keys()].concat()
}

fn bad(comment: &'static str, at: &str, value: Value) -> Case {
    Case::invalid(comment, set(&[(at, value)]), "CAM-7")
}

fn types() -> Vec<Case> {
    let hex = |comment, hex: &str| Case::invalid(comment, json!({ "manifest_hex": hex }), "CAM-7");
    let array = edited(&[("{", "[{"), ("\"quorum\":0}}", "\"quorum\":0}}]")]);
    vec![
        Case::invalid("an array around it", array, "CAM-7").flags(&["type"]),
        hex("an array", "5b5d").flags(&["type"]),
        hex("a string", "227822").flags(&["type"]),
        hex("a number", "31").flags(&["type"]),
        hex("a word", "6e756c6c").flags(&["type"]),
        bad("a number in text", "/schedule/opens", json!("1800000000")).flags(&["type"]),
        bad("a number in an array", "/schedule/opens", json!([1_800_000_000_u64])).flags(&["type"]),
        bad("a word for a number", "/delay/minimum", json!(false)).flags(&["type"]),
        bad("a number for a text", "/title/en", json!(1)).flags(&["type"]),
        bad("a text for an object of texts", "/title", json!("A rally")).flags(&["type"]),
        bad("an array of texts", "/title", json!(["A rally"])).flags(&["type"]),
        bad("no text at all", "/title", json!({})).flags(&["empty"]),
        bad("no name of a region at all", "/regions/0/names", json!({})).flags(&["empty"]),
        bad("an array of values for an object", "/threshold", json!([3, "sum"])).flags(&["type"]),
        bad("numbers for an object", "/delay", json!([0, 3_600])).flags(&["type"]),
        bad("an object for an array", "/regions", json!({})).flags(&["type"]),
        bad("an object for a word", "/issuers/0/method", json!({ "email": null })).flags(&["type"]),
        bad("an array for a word", "/threshold/of", json!(["sum"])).flags(&["type"]),
        bad("a number for a measure", "/threshold/of", json!(0)).flags(&["type"]),
        bad("a text for an index", "/classes/0/issuers", json!(["0"])).flags(&["type"]),
        bad("an index for an array of them", "/classes/0/issuers", json!(0)).flags(&["type"]),
        bad("a number as a name", "/classes/0/name", json!(0)).flags(&["type"]),
        bad("a number as a key", "/organiser_key", json!(0)).flags(&["type"]),
        bad("null as a witness", "/witnesses/keys", json!([null])).flags(&["null", "type"]),
    ]
}

fn surrogates() -> Vec<Case> {
    let bad = |comment, old: &str, new: &str| {
        Case::invalid(comment, edited(&[(old, new)]), "CAM-7").flags(&["surrogate", "escape"])
    };
    vec![
        bad("a high surrogate alone", "A rally", "A rally \\ud83d"),
        bad("a high surrogate before a letter", "A rally", "\\ud83dA"),
        bad("a low surrogate alone", "A rally", "\\ude00 rally"),
        bad("low before high", "A rally", "\\ude00\\ud83d"),
        bad("two high ones and a low one", "A rally", "\\ud83d\\ud83d\\ude00"),
        bad("a high one before another escape", "A rally", "\\ud83d\\n"),
        bad("in a name", "\"name\":\"email\"", "\"name\":\"\\ud800\""),
        Case::invalid("in a key", edited(&[("{", "{\"\\ud800\":1,")]), "CAM-5").flags(&[
            "surrogate",
            "escape",
            "unknown-key",
        ]),
        Case::invalid("in a language tag", edited(&[("\"en\"", "\"\\ud800\"")]), "CAM-25")
            .flags(&["surrogate", "escape"]),
        Case::valid("a pair, capital and small digits", edited(&[("A rally", "\\uD83D\\ude00")]))
            .flags(&["surrogate", "escape"]),
    ]
}

fn words() -> Vec<Case> {
    let key = draft_manifest()["organiser_key"].as_str().expect("text").to_owned();
    let hex = |comment, value: &str| bad(comment, "/organiser_key", json!(value)).flags(&["hex"]);
    let commitment =
        |comment, value: &str| bad(comment, "/oprf/commitments/0", json!(value)).flags(&["hex"]);
    let version = |comment, number: u16| {
        Case::invalid(comment, set(&[("/email_rules", json!(number))]), "TAG-3")
    };
    vec![
        bad("no method", "/issuers/0/method", json!("post")),
        bad("a method in capitals", "/issuers/0/method", json!("Email")),
        bad("a method with a space", "/issuers/0/method", json!("email ")),
        Case::valid("a third method", set(&[("/issuers/0/method", json!("oidc"))])),
        bad("no measure", "/threshold/of", json!("most")),
        bad("a measure in capitals", "/threshold/of", json!("Sum")),
        bad("a variant without its value", "/threshold/of", json!("class")),
        hex("a key in capitals", &key.to_uppercase()),
        hex("a key of 31 bytes", &key[2..]),
        hex("a key of 33 bytes", &format!("{key}00")),
        hex("a key of half a byte more", &format!("{key}0")),
        hex("a key with a space", &format!(" {}", &key[1..])),
        hex("a key with a line feed behind it", &format!("{key}\n")),
        hex("an empty key", ""),
        commitment("a commitment of 31 bytes", &"0a".repeat(31)),
        commitment("a commitment in capitals", &"0A".repeat(32)),
        version("no version 0", 0),
        version("no version 2", 2),
    ]
}

fn token_keys() -> Vec<Case> {
    let text = draft_manifest()["issuers"][0]["token_key"].as_str().expect("text").to_owned();
    let spki = BASE64URL.decode(text.as_bytes()).expect("base64url");
    let bad = |comment, value: &str| bad(comment, "/issuers/0/token_key", json!(value));
    let altered = |alter: &dyn Fn(&mut Vec<u8>)| {
        let mut spki = spki.clone();
        alter(&mut spki);
        BASE64URL.encode(&spki)
    };
    let mut even = modulus("even");
    even[255] &= 0xfe;
    let mut low = modulus("low");
    low[0] &= 0x7f;
    let standard = text.replace('-', "+").replace('_', "/");
    assert_ne!(text, standard, "the key has a character of base64url");
    // Three bytes of the modulus as one and two, each with padding: as many bytes, other text.
    let parts = [&spki[..99], &spki[99..100], &spki[100..102], &spki[102..]]
        .map(|part| BASE64URL.encode(part));
    vec![
        bad("the alphabet of base64", &standard).flags(&["base64"]),
        bad("padding behind it", &format!("{text}====")).flags(&["base64", "padding"]),
        bad("padding within it", &parts.concat()).flags(&["base64", "padding"]),
        bad("a byte less, and no padding", &text[..455]).flags(&["length", "padding"]),
        bad("a line feed behind it", &format!("{text}\n")).flags(&["base64", "white-space"]),
        bad("no key", "").flags(&["length"]),
        bad("a byte less", &BASE64URL.encode(&spki[..341])).flags(&["length"]),
        bad("a byte more", &altered(&|it| it.push(0))).flags(&["length"]),
        bad("another object identifier", &altered(&|it| it[16] ^= 1)).flags(&["der"]),
        bad("another salt length", &altered(&|it| it[66] ^= 1)).flags(&["der"]),
        bad("the exponent 65539", &altered(&|it| it[341] = 3)).flags(&["modulus"]),
        bad("an even modulus", &token_key(&even)).flags(&["modulus"]),
        bad("a modulus of 2047 bits", &token_key(&low)).flags(&["modulus"]),
    ]
}

fn log_keys() -> Vec<Case> {
    let draft = draft_manifest();
    let log = draft["counter"]["log"].as_str().expect("text").to_owned();
    let bad = |comment, value: &str| {
        Case::invalid(comment, set(&[("/counter/log", json!(value))]), "LOG-14")
    };
    let witness = json!([witness_key("witness.example", "witness").replacen('+', "++", 1)]);
    let signer = json!([log_key("witness.example", "witness")]);
    let (name, rest) = log.split_once('+').expect("a name");
    let (id, key) = rest.split_once('+').expect("an id");
    let with = |kind, key: &[u8]| verifier_key(name, kind, key);
    let public = seed("log").public_key();
    let plain = public.as_bytes();
    vec![
        bad("a key of small order", &with(1, &small_order()[1])).flags(&["small-order"]),
        bad("a key that is not canonical", &with(1, &y_plus(3, 0, true))).flags(&["non-canonical"]),
        bad("a key of another type, with its id", &with(4, plain)),
        bad("a key of 31 bytes, with its id", &with(1, &plain[..31])).flags(&["length"]),
        bad("a key of 33 bytes, with its id", &with(1, &[plain, &[0][..]].concat()))
            .flags(&["length"]),
        bad("a name alone", name),
        bad("no id", &format!("{name}+{key}")),
        bad("another id", &format!("{name}+{}+{key}", "0".repeat(8))),
        bad("an id in capitals", &format!("{name}+{}+{key}", id.to_uppercase())),
        bad("another name", &format!("other.example/pledges+{id}+{key}")),
        bad("a name with a space", &format!("counter example/pledges+{id}+{key}")),
        bad("a key of another type", &format!("{name}+{id}+{}", key.replacen('A', "B", 1))),
        bad("a space behind it", &format!("{log} ")),
        Case::invalid("a witness with an empty id", set(&[("/witnesses/keys", witness)]), "LOG-14"),
        Case::invalid("a log's key as a witness", set(&[("/witnesses/keys", signer)]), "LOG-14"),
    ]
}

/// Manifests that break two rules, of which the first counts.
pub(super) fn order() -> Vec<Case> {
    let token = Keys::shared().tokens[0].public_key();
    let both = |comment, pairs: &[(&str, &str)], rule| {
        Case::invalid(comment, edited(pairs), rule).flags(&["order"])
    };
    let later = ("\"quorum\":0", "\"quorum\":1");
    vec![
        both("a key too many, and a comma", &[("{", "{\"x\":1,"), ("0}}", "0,}}")], "CAM-4"),
        both("a fraction under an unknown key", &[("{", "{\"x\":1.0,")], "CAM-5"),
        both("a lone surrogate under an unknown key", &[("{", "{\"x\":\"\\ud800\",")], "CAM-5"),
        both("a fraction in the place of a text", &[("\"A rally\"", "1.0")], "CAM-7"),
        both(
            "a fraction, then a key is missing in the object around it",
            &[
                ("\"minimum\":0", "\"minimum\":0.0"),
                ("\"interval\":60", "\"interval\":60.0"),
                ("\"amendment_key\"", "\"amended_key\""),
            ],
            "CAM-5",
        ),
        both(
            "a text with a lone surrogate in the place of a number",
            &[("\"minimum\":0", "\"minimum\":\"\\ud800\"")],
            "CAM-7",
        ),
        both(
            "another version of the format and of the e-mail rules",
            &[("\"email_rules\":1", "\"email_rules\":2"), ("\"headcount\":1", "\"headcount\":2")],
            "TAG-3",
        ),
        both(
            "a text of no language that is no text",
            &[("\"en\":\"A rally\"", "\"EN\":1")],
            "CAM-25",
        ),
        both("an empty text of no language", &[("\"en\":\"A rally\"", "\"EN\":\"\"")], "CAM-25"),
        both(
            "the title comes before the schedule, wherever it stands",
            &[("\"opens\":1800000000", "\"opens\":1.0"), ("\"A rally\"", "\"\"")],
            "CAM-26",
        ),
        both(
            "the form of a class comes before that of an issuer",
            &[
                ("\"name\":\"email\"", "\"name\":1"),
                ("https://issuer-a.example/attester", "ftp://issuer-a.example"),
            ],
            "CAM-7",
        ),
        both(
            "a late field before the first rule of §4",
            &[
                ("\"headcount\":1", "\"headcount\":2"),
                ("\"minimum_size\":2", "\"minimum_size\":-2"),
            ],
            "CAM-6",
        ),
        both(
            "commitments before witnesses and batches",
            &[("\"guardians\":1", "\"guardians\":0"), later, ("\"interval\":60", "\"interval\":0")],
            "TAG-13",
        ),
        both(
            "all class names before the issuers of any class",
            &[("\"issuers\":[0]", "\"issuers\":[]"), ("\"name\":\"invitation\"", "\"name\":\"\"")],
            "CAM-14",
        ),
        both(
            "a log's name before the witnesses",
            &[("\"https://counter.example\"", "\"https://other.example\""), later],
            "CAM-19",
        ),
        both(
            "token keys before signing keys",
            &[(&modulus_key(1), &token_key_of(&token)), (&public(62), &public(61))],
            "CAM-17",
        ),
    ]
}

fn token_key_of(key: &headcount_protocol::rsa::TokenKey) -> String {
    BASE64URL.encode(key.spki())
}

fn modulus_key(issuer: usize) -> String {
    token_key_of(&Keys::shared().tokens[issuer].public_key())
}

fn public(byte: u8) -> String {
    headcount_protocol::ed25519::SecretSeed::from([byte; 32]).public_key().to_string()
}
