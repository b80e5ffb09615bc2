//! [spec: campaign §4]: every rule between the fields, broken one at a time.

use headcount_protocol::campaign::rules::Rule;
use headcount_protocol::campaign::{Campaign, ManifestError};
use headcount_protocol::ed25519::SecretSeed;
use headcount_protocol::guardians::CommitmentsError;
use headcount_protocol::log::{CosignatureSigner, NoteSigner};
use headcount_tests::campaign::{Keys, campaign, draft_manifest};
use serde_json::{Value, json};

/// The draft with these values put in their places.
fn altered(changes: &[(&str, Value)]) -> Value {
    let mut manifest = draft_manifest();
    for (path, value) in changes {
        let place = manifest.pointer_mut(path).unwrap_or_else(|| panic!("{path} is none"));
        assert_ne!(*place, *value, "{path} is not altered");
        *place = value.clone();
    }
    manifest
}

fn broken(changes: &[(&str, Value)]) -> Rule {
    match Campaign::parse(altered(changes).to_string().as_bytes()) {
        Err(ManifestError::Rule(rule)) => rule,
        other => panic!("{changes:?}: expected a broken rule, got {:?}", other.err()),
    }
}

fn holds(changes: &[(&str, Value)]) {
    let _ = campaign(&altered(changes));
}

fn log_key(name: &str, byte: u8) -> Value {
    let signer = NoteSigner::new(name.parse().unwrap(), SecretSeed::from([byte; 32]));
    json!(signer.verifier_key().to_string())
}

fn witness_key(name: &str, byte: u8) -> Value {
    let signer = CosignatureSigner::new(name.parse().unwrap(), SecretSeed::from([byte; 32]));
    json!(signer.key())
}

fn public(byte: u8) -> Value {
    json!(SecretSeed::from([byte; 32]).public_key())
}

/// [CAM-8]
#[test]
fn cam_8_version() {
    assert_eq!(broken(&[("/headcount", json!(2))]), Rule::Version);
    assert_eq!(broken(&[("/headcount", json!(0))]), Rule::Version);
}

/// [CAM-9]
#[test]
fn cam_9_integers() {
    let large = 1_u64 << 53;
    for path in [
        "/threshold/count",
        "/schedule/opens",
        "/schedule/issuance_closes",
        "/schedule/redemption_closes",
        "/delay/minimum",
        "/delay/maximum",
        "/batch/interval",
        "/batch/maximum_wait",
    ] {
        assert_eq!(broken(&[(path, json!(large))]), Rule::Integer, "{path}");
        assert_eq!(broken(&[(path, json!(u64::MAX))]), Rule::Integer, "{path}");
    }
    holds(&[("/threshold/count", json!(large - 1))]);
}

/// [CAM-10]
#[test]
fn cam_10_threshold() {
    assert_eq!(broken(&[("/threshold/count", json!(0))]), Rule::Threshold);
    assert_eq!(broken(&[("/threshold/of", json!({ "class": 2 }))]), Rule::Threshold);
    holds(&[("/threshold/of", json!("maximum"))]);
}

/// [CAM-11]
#[test]
fn cam_11_opening() {
    let closes = draft_manifest()["schedule"]["issuance_closes"].clone();
    assert_eq!(broken(&[("/schedule/opens", closes)]), Rule::Opening);
}

/// [CAM-12]
#[test]
fn cam_12_redemption() {
    let closes = draft_manifest()["schedule"]["redemption_closes"].as_u64().unwrap();
    let early = [("/schedule/redemption_closes", json!(closes - 1))];
    assert_eq!(broken(&early), Rule::Redemption);
    assert_eq!(broken(&[("/delay/maximum", json!(3_601))]), Rule::Redemption);
    assert_eq!(broken(&[("/batch/maximum_wait", json!(660))]), Rule::Redemption);
}

/// [CAM-13]
#[test]
fn cam_13_issuers() {
    assert_eq!(broken(&[("/issuers", json!([]))]), Rule::IssuerCount);
    let draft = draft_manifest();
    let issuers = vec![draft["issuers"][0].clone(); 65];
    assert_eq!(broken(&[("/issuers", json!(issuers))]), Rule::IssuerCount);
    let classes = vec![draft["classes"][0].clone(); 65];
    assert_eq!(broken(&[("/classes", json!(classes))]), Rule::IssuerCount);
}

/// [CAM-14]
#[test]
fn cam_14_class_names() {
    for name in ["", "E-mail", "e mail", "invitation", "почта", &"x".repeat(33)] {
        assert_eq!(broken(&[("/classes/0/name", json!(name))]), Rule::ClassName, "{name}");
    }
    holds(&[("/classes/0/name", json!("x".repeat(32)))]);
}

/// [CAM-15]
#[test]
fn cam_15_class_issuers() {
    for issuers in [json!([]), json!([0, 0]), json!([1, 0]), json!([0, 2]), json!([2])] {
        assert_eq!(broken(&[("/classes/0/issuers", issuers)]), Rule::ClassIssuers);
    }
    let nine: Vec<u16> = (0..9).collect();
    assert_eq!(broken(&[("/classes/0/issuers", json!(nine))]), Rule::ClassIssuers);
}

/// [CAM-16]
#[test]
fn cam_16_partition() {
    assert_eq!(broken(&[("/classes/0/issuers", json!([0, 1]))]), Rule::Partition(1));
    assert_eq!(broken(&[("/classes/0/issuers", json!([1]))]), Rule::Partition(0));
    assert_eq!(broken(&[("/classes", json!([]))]), Rule::Partition(0));
}

/// [CAM-17]
#[test]
fn cam_17_token_keys() {
    let key = draft_manifest()["issuers"][0]["token_key"].clone();
    assert_eq!(broken(&[("/issuers/1/token_key", key)]), Rule::TokenKeys);
}

/// [CAM-18]
#[test]
fn cam_18_keys() {
    let mut identity = [0; 32];
    identity[0] = 1;
    let weak = data_encoding::HEXLOWER.encode(&identity);
    let [_, second] = &Keys::shared().attesters;
    let log = *Keys::shared().pledge_log.verifier_key().key();
    for (path, key) in [
        ("/organiser_key", json!(weak)),
        ("/amendment_key", public(61)),
        ("/issuers/0/attester/key", json!(second.public_key())),
        ("/counter/receipt_key", json!(log)),
        ("/counter/log", log_key("counter.example/pledges", 31)),
    ] {
        assert_eq!(broken(&[(path, key)]), Rule::Keys, "{path}");
    }
    let keys = json!([witness_key("witness", 61)]);
    let witnesses = [("/witnesses/quorum", json!(1)), ("/witnesses/keys", keys)];
    assert_eq!(broken(&witnesses), Rule::Keys);
}

/// [CAM-19]
#[test]
fn cam_19_log_names() {
    for name in [
        "counter.example",
        "counter.example/",
        "counter.example/a/b",
        "counter.example/Pledges",
        "counter.examplepledges",
        "elsewhere.example/pledges",
    ] {
        assert_eq!(broken(&[("/counter/log", log_key(name, 33))]), Rule::LogName, "{name}");
    }
    let same = [
        ("/issuers/1/url", json!("https://issuer-a.example")),
        ("/issuers/1/log", log_key("issuer-a.example/issuances", 32)),
    ];
    assert_eq!(broken(&same), Rule::LogName);
    holds(&[
        ("/counter/url", json!("https://counter.example/base")),
        ("/counter/log", log_key("counter.example/base/log-1", 33)),
    ]);
}

/// [CAM-20]
#[test]
fn cam_20_commitments() {
    let none = Rule::Commitments(CommitmentsError::Guardians(0));
    assert_eq!(broken(&[("/oprf/guardians", json!(0))]), none);
    let none = Rule::Commitments(CommitmentsError::Count { threshold: 1, found: 0 });
    assert_eq!(broken(&[("/oprf/commitments", json!([]))]), none);
    let identity = json!("00".repeat(32));
    let refused = broken(&[("/oprf/commitments/0", identity)]);
    assert!(matches!(refused, Rule::Commitments(CommitmentsError::Element { position: 0, .. })));
}

/// [CAM-21]
#[test]
fn cam_21_quorum() {
    let witnesses = |q: u16, f: u16, w: u8| {
        let keys: Vec<_> = (0..w).map(|at| witness_key("witness", 70 + at)).collect();
        let mut manifest = draft_manifest();
        manifest["witnesses"] = json!({ "quorum": q, "faulty": f, "keys": keys });
        match Campaign::parse(manifest.to_string().as_bytes()) {
            Ok(_) => true,
            Err(ManifestError::Rule(Rule::Quorum)) => false,
            Err(other) => panic!("{q} of {w} with {f}: {other}"),
        }
    };
    for (q, f, w) in [(0, 0, 0), (1, 0, 1), (2, 0, 3), (3, 1, 4), (5, 2, 7), (2, 0, 2), (17, 0, 32)]
    {
        assert!(witnesses(q, f, w), "{q} of {w} with {f} was refused");
    }
    // 1 of 2 lets two forks live; 3 of 3 with 1 can be blocked.
    for (q, f, w) in
        [(1, 0, 2), (3, 1, 3), (2, 1, 3), (1, 0, 0), (0, 1, 0), (0, 0, 1), (2, 0, 1), (17, 0, 33)]
    {
        assert!(!witnesses(q, f, w), "{q} of {w} with {f} was taken");
    }
}

/// [CAM-22]
#[test]
fn cam_22_regions() {
    for (path, value) in [
        ("/regions/0/id", json!(0)),
        ("/regions/0/id", json!(2)),
        ("/regions/0/latitude", json!(90_001)),
        ("/regions/0/latitude", json!(i32::MIN)),
        ("/regions/1/longitude", json!(-180_001)),
    ] {
        assert_eq!(broken(&[(path, value)]), Rule::Regions, "{path}");
    }
    let region =
        |id: u16| json!({ "id": id, "names": { "en": "x" }, "latitude": 0, "longitude": 0 });
    holds(&[("/regions", (1..=1024).map(region).collect())]);
    assert_eq!(broken(&[("/regions", (1..=1025).map(region).collect())]), Rule::Regions);
    holds(&[("/regions", json!([]))]);
}

/// [CAM-23]
#[test]
fn cam_23_delay() {
    assert_eq!(broken(&[("/delay/minimum", json!(3_601))]), Rule::Delay);
}

#[test]
fn the_first_broken_rule_is_named() {
    let commitments = ("/oprf/commitments", json!([]));
    let refused = broken(&[commitments, ("/batch/interval", json!(0))]);
    assert!(matches!(refused, Rule::Commitments(_)), "{refused}");
    let class = [("/classes/0/issuers", json!([])), ("/classes/1/name", json!(""))];
    assert_eq!(broken(&class), Rule::ClassName);
}

/// [CAM-30]
#[test]
fn cam_30_title() {
    assert_eq!(broken(&[("/title/ru", json!("Ми\nтинг"))]), Rule::Title);
    holds(&[("/text/ru", json!("Я\nприду."))]);
}

/// [CAM-24]
#[test]
fn cam_24_batches() {
    for (path, value) in [
        ("/batch/interval", json!(0)),
        ("/batch/minimum_size", json!(0)),
        ("/batch/maximum_wait", json!(0)),
        ("/batch/maximum_wait", json!(599)),
        ("/batch/interval", json!(1200)),
    ] {
        assert_eq!(broken(&[(path, value)]), Rule::Batch, "{path}");
    }
}

/// [CAM-31]
#[test]
fn cam_31_milestones() {
    let path = "/threshold/milestones";
    for bad in [json!([0]), json!([2, 1]), json!([1, 1]), json!((1..=65).collect::<Vec<u64>>())] {
        assert_eq!(broken(&[(path, bad.clone())]), Rule::Milestones, "{bad}");
    }
    holds(&[(path, json!([1, 5, 500_000]))]);
    holds(&[(path, json!((1..=64).collect::<Vec<u64>>()))]);
    assert_eq!(broken(&[(path, json!([1_u64 << 53]))]), Rule::Integer);
}

/// [CAM-32]
#[test]
fn cam_32_the_spread() {
    let spread = |regions: u16, pledges: u64| {
        [("/threshold/spread", json!({ "regions": regions, "pledges": pledges }))]
    };
    // The campaign has two regions.
    for (regions, pledges) in [(0, 1), (1, 0), (3, 1)] {
        assert_eq!(broken(&spread(regions, pledges)), Rule::Spread, "{regions} {pledges}");
    }
    for (regions, pledges) in [(1, 1), (2, 100)] {
        holds(&spread(regions, pledges));
    }
    assert_eq!(broken(&spread(1, 1 << 53)), Rule::Integer);
}
