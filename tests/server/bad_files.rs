//! Bad files: the programs say what is wrong with which file, and end; nothing is changed.

use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Command, Output};

use headcount_tests::programs::program;
use headcount_tests::served::Served;

/// Alters a file, runs a program that must refuse it, and puts the file back.
fn with(path: &Path, bytes: &[u8], run: impl FnOnce() -> Output) -> String {
    let before = std::fs::read(path).unwrap();
    let mode = std::fs::metadata(path).unwrap().permissions();
    std::fs::write(path, bytes).unwrap();
    let output = run();
    assert_eq!(std::fs::read(path).unwrap(), bytes, "{} was changed", path.display());
    std::fs::write(path, before).unwrap();
    std::fs::set_permissions(path, mode).unwrap();
    refusal(path, &output)
}

fn refusal(path: &Path, output: &Output) -> String {
    let said = [&output.stderr[..], &output.stdout].concat();
    let said = String::from_utf8_lossy(&said).into_owned();
    assert!(!output.status.success(), "{} was taken", path.display());
    assert!(!said.contains("panicked"), "{said}");
    assert!(!said.trim().is_empty(), "{} is refused without a word", path.display());
    said
}

fn serve(dir: &Path) -> Output {
    // A server that starts all the same would never end.
    let mut command = Command::new("timeout");
    command.arg("10").arg(program("headcountd")).arg("serve").arg(dir).output().unwrap()
}

fn manifests(good: &str) -> Vec<(Vec<u8>, &'static str)> {
    let bytes = |text: String| text.into_bytes();
    vec![
        (
            bytes(good.replacen("\"headcount\": 1", "\"headcount\": 1, \"headcount\": 1", 1)),
            "stands twice",
        ),
        (bytes(good.replacen("\"headcount\": 1", "\"headcount\": 1.0", 1)), "is not an integer"),
        (bytes(good.replacen("\"headcount\": 1", "\"headcount\": 1e0", 1)), "is not an integer"),
        (bytes(good.replacen("\"headcount\": 1", "\"headcount\": 2", 1)), "version"),
        (
            bytes(good.replacen("\"headcount\": 1", "\"headcount\": 1, \"more\": 1", 1)),
            "there is no key",
        ),
        (bytes(format!("\u{feff}{good}")), "byte-order mark"),
        (bytes(format!("{good}x")), "trailing"),
        (good.as_bytes()[..good.len() / 2].to_vec(), "EOF"),
        ([good.as_bytes(), &[0xff]].concat(), "UTF-8"),
        (vec![b' '; 300_000], "longer"),
        (Vec::new(), "EOF"),
    ]
}

/// [LOG-36]
#[test]
fn a_second_server_on_the_directory_is_refused() {
    let served = Served::new();
    let refused = serve(&served.dir);
    let said = refusal(&served.dir, &refused);
    assert!(said.contains("another headcountd"), "{said}");
}

#[test]
fn a_bad_manifest_is_refused_by_server_and_auditor() {
    let mut served = Served::new();
    served.halt();
    let path = served.dir.join("manifest.json");
    let good = std::fs::read_to_string(&path).unwrap();
    for (bytes, reason) in manifests(&good) {
        let said = with(&path, &bytes, || serve(&served.dir));
        assert!(said.contains(reason), "{reason}: {said}");
        let audit = || {
            let mut command = Command::new(program("headcount"));
            command.arg("audit").arg(&served.dir).output().unwrap()
        };
        let said = with(&path, &bytes, audit);
        // The auditor does not even read what is longer.
        let refused = said.contains(reason) || said.contains("too large");
        assert!(refused, "{reason}: {said}");
    }
}

#[test]
fn a_bad_key_is_refused() {
    let mut served = Served::new();
    served.halt();
    let keys = [
        "attester-0/signing.key",
        "attester-0/commitment.key",
        "guardian-1/share.key",
        "issuer-0/token.der",
        "issuer-0/log.key",
        "counter/log.key",
        "counter/receipt.key",
    ];
    let zero = [&[b'0'; 64][..], b"\n"].concat();
    let other = [&[b'1'; 62][..], b"00\n"].concat();
    for key in keys {
        let path = served.dir.join(key);
        let good = std::fs::read(&path).unwrap();
        let mut bad =
            vec![Vec::new(), good[..good.len() / 2].to_vec(), [&good[..], b"00"].concat()];
        if key != "attester-0/commitment.key" {
            // Well formed, and not the manifest's.
            bad.extend([zero.clone(), other.clone()]);
        }
        for bytes in bad {
            let said = with(&path, &bytes, || serve(&served.dir));
            assert!(said.contains(key), "{key}: {said}");
        }
        let exposed = || {
            std::fs::set_permissions(&path, PermissionsExt::from_mode(0o644)).unwrap();
            serve(&served.dir)
        };
        let said = with(&path, &good, exposed);
        assert!(said.contains("chmod 600"), "{said}");
    }
    // Every file is as it was.
    served.start();
    assert_eq!(served.get("/count.json").status, 200);
}

/// [LOG-34]
#[test]
fn bad_configurations_logs_and_databases_are_refused() {
    let mut served = Served::new();
    let _ = served.pledge_by_email(1, "ada@example.org");
    served.seal();
    served.halt();
    let config = served.dir.join("headcount.toml");
    let good = std::fs::read_to_string(&config).unwrap();
    for bad in [
        good.replace("listen", "lisent"),
        good[..40].to_owned(),
        good.replace("index = 1", "index = 9"),
    ] {
        let said = with(&config, bad.as_bytes(), || serve(&served.dir));
        assert!(said.contains("headcount.toml") || said.contains("guardian 9"), "{said}");
    }
    let bundle = served.dir.join("counter/log/tile/entries/000.p/3");
    let bytes = std::fs::read(&bundle).unwrap();
    let mut flipped = bytes.clone();
    flipped[60] ^= 1;
    for bad in [flipped, bytes[..100].to_vec(), Vec::new()] {
        let said = with(&bundle, &bad, || serve(&served.dir));
        assert!(
            said.contains("log") && (said.contains("root") || said.contains("bundle")),
            "{said}"
        );
    }
    let database = served.dir.join("issuer-0/issuer.sqlite");
    let said = with(&database, b"not a database, but long enough to look like one ......", || {
        serve(&served.dir)
    });
    assert!(said.contains("database"), "{said}");
    served.start();
    assert_eq!(served.get("/count.json").json()["current"], 1);
}
