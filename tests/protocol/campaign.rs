//! [spec: campaign §1] and [spec: campaign §2]: one file, one id, one meaning.

use headcount_protocol::campaign::manifest::Measure;
use headcount_protocol::campaign::{Campaign, CampaignId, ManifestError};
use headcount_tests::campaign::{campaign, draft_manifest, small};
use serde_json::{Value, json};

fn text() -> String {
    draft_manifest().to_string()
}

/// The manifest's text with the first `from` replaced.
fn replaced(from: &str, to: &str) -> String {
    let text = text();
    assert!(text.contains(from), "{from} is not in the manifest");
    text.replacen(from, to, 1)
}

fn refusal(text: &str) -> String {
    match Campaign::parse(text.as_bytes()) {
        Err(ManifestError::Rule(rule)) => panic!("expected a refusal of the JSON, got {rule}"),
        Err(error) => error.to_string(),
        Ok(_) => panic!("the JSON is taken"),
    }
}

#[test]
fn a_manifest_is_read_and_kept_verbatim() {
    let campaign = small();
    assert_eq!(campaign.bytes(), text().as_bytes());
    assert_eq!(campaign.id, CampaignId::of(text().as_bytes()));
    assert_eq!(campaign.link(), format!("https://counter.example/c/{}", campaign.id));
    assert_eq!(campaign.pledge_log_url(), "https://counter.example/pledges");
    assert_eq!(campaign.issuance_log_url(1), "https://issuer-b.example/issuances");
    assert_eq!((campaign.class_of(0), campaign.class_of(1)), (0, 1));
    assert!(campaign.region(1).is_some() && campaign.region(3).is_none());
    assert!(campaign.class(2).is_none() && campaign.find_issuer(2).is_none());
}

#[test]
fn white_space_changes_the_id_and_nothing_else() {
    let pretty = format!(" {:#}\n", draft_manifest());
    let other = Campaign::parse(pretty.as_bytes()).unwrap();
    assert_ne!(other.id, small().id);
    let read = |campaign: &Campaign| serde_json::to_value(&campaign.manifest).unwrap();
    assert_eq!(read(&other), read(&small()));
    assert_eq!(read(&other), draft_manifest());
}

/// [CAM-5]
#[test]
fn every_key_is_required_and_no_other_is_allowed() {
    fn visit(value: &Value, path: &str, paths: &mut Vec<String>) {
        match value {
            Value::Object(map) => {
                for (key, value) in map {
                    let path = format!("{path}/{key}");
                    paths.push(path.clone());
                    visit(value, &path, paths);
                }
            }
            Value::Array(items) => {
                for (at, value) in items.iter().enumerate() {
                    visit(value, &format!("{path}/{at}"), paths);
                }
            }
            _ => {}
        }
    }
    let draft = draft_manifest();
    let mut paths = Vec::new();
    visit(&draft, "", &mut paths);
    for path in paths {
        let (parent, key) = path.rsplit_once('/').unwrap();
        let texts = ["title", "text", "names"].iter().any(|texts| parent.ends_with(texts));
        if texts {
            continue;
        }
        let mut without = draft.clone();
        without.pointer_mut(parent).unwrap().as_object_mut().unwrap().remove(key);
        let why = refusal(&without.to_string());
        assert!(why.ends_with(&format!("the key \"{key}\" is missing")), "{path}: {why}");

        let mut with = draft.clone();
        with.pointer_mut(parent).unwrap()["surplus"] = json!(1);
        let why = refusal(&with.to_string());
        assert!(why.ends_with("there is no key \"surplus\""), "{path}: {why}");

        let mut null = draft.clone();
        *null.pointer_mut(&path).unwrap() = Value::Null;
        refusal(&null.to_string());
    }
}

/// [CAM-4, CAM-5, CAM-6, CAM-7]
#[test]
fn json_that_two_parsers_could_read_differently_is_refused() {
    let opens = "\"opens\":1800000000";
    for (what, text, reason) in [
        (
            "a duplicate key",
            replaced("{", "{\"headcount\":1,"),
            "the key \"headcount\" stands twice",
        ),
        (
            "a key escaped",
            replaced("\"delay\":", "\"del\\u0061y\":{},\"delay\":"),
            "the key \"delay\" stands twice",
        ),
        (
            "a duplicate in depth",
            replaced("\"minimum\":0", "\"minimum\":0,\"minimum\":0"),
            "the key \"minimum\" stands twice",
        ),
        (
            "a duplicate language",
            replaced("\"en\":\"A rally\"", "\"en\":\"A rally\",\"en\":\"A rally\""),
            "the key \"en\" stands twice",
        ),
        ("a float", replaced(opens, "\"opens\":1800000000.0"), "opens: the number"),
        ("an exponent", replaced(opens, "\"opens\":18e8"), "opens: the number"),
        ("a minus zero", replaced("\"minimum\":0", "\"minimum\":-0"), "minimum: the number"),
        ("a negative number", replaced("\"minimum\":0", "\"minimum\":-1"), "minimum: the number"),
        ("a plus", replaced("\"minimum\":0", "\"minimum\":+0"), "expected value"),
        ("a leading zero", replaced("\"minimum\":0", "\"minimum\":00"), "invalid number"),
        (
            "a number in text",
            replaced(opens, "\"opens\":\"1800000000\""),
            "opens: a number must stand here",
        ),
        (
            "an integer of 65 bits",
            replaced(opens, "\"opens\":18446744073709551616"),
            "opens: the number",
        ),
        ("NaN", replaced("\"minimum\":0", "\"minimum\":NaN"), "expected value"),
        ("a comment", replaced("{", "{/**/"), "key must be a string"),
        ("a trailing comma", replaced("\"faulty\":0,", "\"faulty\":0,,"), "key must be a string"),
        (
            "a lone surrogate",
            replaced("A rally", "\\ud83d"),
            "title.en: the text has a lone surrogate",
        ),
        ("a lone low surrogate", replaced("A rally", "\\ude00"), "lone surrogate"),
        ("a control character", replaced("A rally", "A\u{7}rally"), "control character"),
        ("an escaped one", replaced("A rally", "A\\u0000rally"), "control character"),
        ("a second value", text() + "{}", "trailing characters"),
        ("a NUL at the end", text() + "\0", "trailing characters"),
        ("half a manifest", text()[..text().len() / 2].to_owned(), "EOF"),
        ("nothing", String::new(), "EOF"),
        ("a number", "1".to_owned(), "manifest: an object must stand here"),
        ("an open end in depth", "[".repeat(100_000), "EOF"),
        ("depth", "[".repeat(100_000) + &"]".repeat(100_000), "nested too deep"),
        ("less depth", "[".repeat(16) + &"]".repeat(16), "an object must stand here"),
        ("brackets in text", replaced("A rally", &"[\\\"".repeat(17)) + "}", "trailing"),
    ] {
        let why = refusal(&text);
        assert!(why.contains(reason), "{what} is refused for another reason: {why}");
    }
}

/// [CAM-7]
#[test]
fn an_object_has_one_form() {
    let pairs = [
        // What some libraries take for an object or a word.
        (r#""spread":{"pledges":0,"regions":0}"#, r#""spread":[0,0]"#, "an object must stand here"),
        (r#"{"maximum":3600,"minimum":0}"#, "[0,3600]", "an object must stand here"),
        (r#""of":"sum""#, r#""of":{"sum":null}"#, "there is no key \"sum\""),
        (r#""method":"email""#, r#""method":{"email":null}"#, "a string must stand here"),
    ];
    for (from, to, reason) in pairs {
        let why = refusal(&replaced(from, to));
        assert!(why.ends_with(reason), "{to}: {why}");
    }
}

/// [CAM-3]
#[test]
fn bytes_that_are_no_text_are_refused() {
    let parse = |bytes: &[u8]| Campaign::parse(bytes).unwrap_err();
    let text = text();
    let marked = [b"\xef\xbb\xbf", text.as_bytes()].concat();
    assert_eq!(parse(&marked), ManifestError::ByteOrderMark);
    let wide: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    assert!(matches!(parse(&wide), ManifestError::Json(_)), "UTF-16 of this text is UTF-8");
    for bad in [&b"\xff"[..], b"\xc0\xaf", b"\xed\xa0\x80", b"\xf4\x90\x80\x80"] {
        let at = text.find("A rally").unwrap();
        let bytes = [&text.as_bytes()[..at], bad, &text.as_bytes()[at..]].concat();
        assert_eq!(parse(&bytes), ManifestError::NotUtf8);
    }
}

/// [CAM-2]
#[test]
fn a_manifest_has_a_longest() {
    let padded = |length: usize| text() + &" ".repeat(length - text().len());
    assert!(Campaign::parse(padded(Campaign::MAX_MANIFEST).as_bytes()).is_ok());
    let long = Campaign::parse(padded(Campaign::MAX_MANIFEST + 1).as_bytes());
    assert_eq!(long.unwrap_err(), ManifestError::TooLong);
}

/// [CAM-6, CAM-7, CAM-25, CAM-26, CAM-27, CAM-29, LOG-14, OVR-2, OVR-3, TAG-3]
#[test]
fn every_value_is_strict() {
    let spki = draft_manifest()["issuers"][0]["token_key"].as_str().unwrap().to_owned();
    let log = draft_manifest()["counter"]["log"].as_str().unwrap().to_owned();
    let key = draft_manifest()["organiser_key"].as_str().unwrap().to_owned();
    for (path, value) in [
        ("/title", json!({})),
        ("/title", json!({ "english": "A rally" })),
        ("/title/en", json!(" \n")),
        ("/title/en", json!("x".repeat(16_385))),
        ("/issuers/0/token_key", json!(format!("{spki}===="))),
        ("/issuers/0/token_key", json!(spki.replacen("MIIBUj", "MIIBUz", 1))),
        ("/issuers/0/method", json!("post")),
        ("/issuers/0/url", json!("https://issuer-a.example/")),
        ("/issuers/0/attester/url", json!("http://issuer-a.example")),
        ("/counter/log", json!(log.replacen('+', "+0", 1))),
        ("/counter/log", json!(log.replacen("counter", "counted", 1))),
        ("/organiser_key", json!(key.to_uppercase())),
        ("/organiser_key", json!(key[..62])),
        ("/email_rules", json!(2)),
        ("/oprf/commitments/0", json!(key[..62])),
        ("/threshold/of", json!("most")),
        ("/threshold/of", json!({ "class": -1 })),
        ("/regions/0/id", json!(65_536)),
        ("/batch/minimum_size", json!(4_294_967_296_u64)),
    ] {
        let mut manifest = draft_manifest();
        let place = manifest.pointer_mut(path).unwrap_or_else(|| panic!("{path} is none"));
        assert_ne!(*place, value, "{path} is not altered");
        *place = value;
        refusal(&manifest.to_string());
    }
}

#[test]
fn a_threshold_may_name_a_class() {
    let mut manifest = draft_manifest();
    manifest["threshold"]["of"] = json!({ "class": 1 });
    let campaign = campaign(&manifest);
    assert_eq!(campaign.manifest.threshold.of, Measure::Class(1));
}
