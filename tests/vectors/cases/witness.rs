//! `witness.json`: cosignatures, and when a witness cosigns ([spec: witness]).

use data_encoding::BASE64;
use headcount_protocol::ed25519::SecretSeed;
use headcount_protocol::log::{CosignatureSigner, Hash, NoteSigner};
use serde_json::{Value, json};

use super::points::{mixed_key, plus_l, small_order, small_order_otherwise, y_plus};
use super::verifier_keys::{key_id, verifier_key};
use super::witness_requests;
use crate::vectors::operations::{Bases, witness};
use crate::vectors::{Case, File, Group};

/// The file.
pub(super) fn file() -> File {
    let group = |operation, section, run, cases| Group { operation, section, run, cases };
    let notes = [counts(), lines(), forgeries(), of_the_log()].concat();
    let groups = vec![
        group("cosignature-key", "witness §1.1", witness::cosignature_key, keys()),
        group("cosigned", "witness §2", witness::cosigned, notes),
        group("add-checkpoint", "witness §3", witness::add_checkpoint, witness_requests::cases()),
    ];
    File { name: "witness", bases: Bases::default(), groups }
}

fn keys() -> Vec<Case> {
    const NAME: &str = "witness.example.org/w1";
    let public = *SecretSeed::from([2; 32]).public_key().as_bytes();
    let good = verifier_key(NAME, 4, &public);
    let input = |text: &str| json!({ "text": text });
    let bad = |comment, text: &str| Case::invalid(comment, input(text), "LOG-14");
    let of = |comment, key: &[u8]| bad(comment, &verifier_key(NAME, 4, key));
    let typed = |comment, kind| bad(comment, &verifier_key(NAME, kind, &public));
    let encoded = BASE64.encode(&[&[4], &public[..]].concat());
    let with_id = |id: &str| format!("{NAME}+{id}+{encoded}");
    let mixed = mixed_key().compress().to_bytes();
    let mut cases = vec![
        Case::valid("the worked example", input(&good)),
        Case::valid("a key of mixed order", input(&verifier_key(NAME, 4, &mixed)))
            .flags(&["mixed-order"]),
        Case::valid("letters beyond ASCII", input(&verifier_key("свидетель", 4, &public)))
            .flags(&["unicode"]),
        typed("the type of a log's key", 1).flags(&["key-type"]),
        typed("type 0", 0).flags(&["key-type"]),
        typed("type 2", 2).flags(&["key-type"]),
        typed("type 5", 5).flags(&["key-type"]),
        bad("the id of a log's key", &with_id(&key_id(NAME, 1, &public))).flags(&["key-id"]),
        bad("the id of another name", &with_id(&key_id("w", 4, &public))).flags(&["key-id"]),
        bad("an id in capitals", &with_id(&key_id(NAME, 4, &public).to_uppercase()))
            .flags(&["key-id"]),
        bad("no id", &format!("{NAME}+{encoded}")),
        bad("a name with a space", &verifier_key("w 1", 4, &public)).flags(&["name"]),
        bad("no name", &verifier_key("", 4, &public)).flags(&["name"]),
        bad("a character less", &good[..good.len() - 1]).flags(&["base64"]),
        bad("a space behind it", &format!("{good} ")).flags(&["white-space"]),
        of("31 bytes", &public[..31]).flags(&["length"]),
        of("33 bytes", &[&public[..], &[0]].concat()).flags(&["length"]),
        of("a key that is no point", &y_plus(2, 0, false)).flags(&["no-point"]),
        of("y + p, of large order", &y_plus(3, 0, true)).flags(&["non-canonical"]),
    ];
    for key in small_order() {
        cases.push(of("a key of small order", &key).flags(&["small-order"]));
    }
    for (comment, key) in small_order_otherwise() {
        cases.push(of(comment, &key).flags(&["small-order", "non-canonical"]));
    }
    cases
}

/// A log's checkpoint of four leaves, and its witnesses.
struct Log {
    signer: NoteSigner,
    text: String,
    witnesses: Vec<CosignatureSigner>,
}

const TIME: u64 = 1_700_000_000;

fn log() -> Log {
    let name = |name: &str| name.parse().expect("a key name");
    let signer = NoteSigner::new(name("log.example/pledges"), SecretSeed::from([1; 32]));
    let root = Hash::from([7; 32]).to_base64();
    let witness = |at: u8| {
        CosignatureSigner::new(name(&format!("w{at}.example")), SecretSeed::from([10 + at; 32]))
    };
    Log {
        text: format!("log.example/pledges\n4\n{root}\n"),
        signer,
        witnesses: (1..=4).map(witness).collect(),
    }
}

impl Log {
    fn note(&self) -> String {
        let note = headcount_protocol::log::Note::sign(&self.text, &self.signer);
        note.expect("text of a note").to_string()
    }

    fn line(&self, witness: usize, time: u64) -> String {
        format!("{}\n", self.witnesses[witness].cosign(&self.text, time))
    }

    /// What is to be known of a note, by who knows the log and its witnesses.
    fn input(&self, note: &str, quorum: u16) -> Value {
        let keys: Vec<_> = self.witnesses.iter().map(|it| it.key().to_string()).collect();
        json!({
            "note": note,
            "log": self.signer.verifier_key().to_string(),
            "witnesses": keys,
            "quorum": quorum,
        })
    }

    /// The log's line, and these.
    fn with(&self, lines: &[String]) -> Value {
        self.input(&format!("{}{}", self.note(), lines.concat()), 3)
    }
}

/// A signature line of any content.
fn line(name: &str, id: &[u8], signature: &[u8]) -> String {
    format!("— {name} {}\n", BASE64.encode(&[id, signature].concat()))
}

fn counts() -> Vec<Case> {
    let log = log();
    let of = |witnesses: &[usize]| {
        let lines: Vec<_> = witnesses.iter().map(|&at| log.line(at, TIME)).collect();
        log.with(&lines)
    };
    let mut none = log.input(&log.note(), 0);
    none["witnesses"] = json!([]);
    let mut one = log.input(&format!("{}{}", log.note(), log.line(0, TIME)), 1);
    one["witnesses"] = json!([log.witnesses[0].key().to_string()]);
    vec![
        Case::valid("no witness", of(&[])),
        Case::valid("two of three that are needed", of(&[0, 1])),
        Case::valid("three", of(&[0, 1, 2])),
        Case::valid("the same in another order", of(&[2, 0, 1])),
        Case::valid("four", of(&[3, 2, 1, 0])),
        Case::valid("three lines, two of them of one witness", of(&[0, 1, 1]))
            .flags(&["repeated-line"]),
        Case::valid("two times of one witness, which counts once", {
            log.with(&[log.line(0, TIME), log.line(0, TIME + 1), log.line(1, TIME)])
        })
        .flags(&["repeated-line"]),
        Case::valid("one of one", one),
        Case::valid("no witnesses, and none are needed: unwitnessed", none.clone()),
        Case::valid("a line of a witness that nobody knows", {
            none["note"] = json!(format!("{}{}", log.note(), log.line(0, TIME)));
            none
        })
        .flags(&["unknown-line"]),
    ]
}

fn lines() -> Vec<Case> {
    let log = log();
    let [one, two] = [0, 1].map(|at| log.line(at, TIME));
    let stranger = CosignatureSigner::new(
        "w1.example".parse().expect("a key name"),
        SecretSeed::from([99; 32]),
    );
    let unknown = format!("{}\n", stranger.cosign(&log.text, TIME));
    let key = log.witnesses[0].key();
    // The log's own key as one of a witness: another id, and so another key.
    let own =
        CosignatureSigner::new(log.signer.verifier_key().name().clone(), SecretSeed::from([1; 32]));
    let plain = SecretSeed::from([11; 32]).sign(log.text.as_bytes());
    let of_type_1 = key_id("w1.example", 1, key.key().as_bytes());
    let id = data_encoding::HEXLOWER.decode(of_type_1.as_bytes()).expect("hex");
    vec![
        Case::valid("a witness before the log", {
            let (text, of_log) = log.note().rsplit_once("\n\n").map_or_else(
                || unreachable!("a note has an empty line"),
                |(text, line)| (text.to_owned(), line.to_owned()),
            );
            log.input(&format!("{text}\n\n{one}{of_log}{two}"), 3)
        }),
        Case::valid("a witness's name with another key", log.with(&[unknown, two.clone()]))
            .flags(&["unknown-line"]),
        Case::valid("at the beginning of time", log.with(&[log.line(0, 0)])),
        Case::valid("at 2^64 - 1", log.with(&[log.line(0, u64::MAX)])).flags(&["range"]),
        Case::valid("the log cosigns itself", {
            log.with(&[format!("{}\n", own.cosign(&log.text, TIME)), two])
        })
        .flags(&["unknown-line"]),
        Case::valid("a witness's key signs like a log", {
            log.with(&[line("w1.example", &id, plain.as_bytes())])
        })
        .flags(&["unknown-line"]),
        Case::valid("an unknown line of one byte", log.with(&[one, line("x", &[0; 4], &[0])]))
            .flags(&["unknown-line"]),
    ]
}

fn forgeries() -> Vec<Case> {
    let log = log();
    let bad = |comment, forged: &str| {
        let lines = [log.line(1, TIME), forged.to_owned(), log.line(2, TIME), log.line(3, TIME)];
        Case::invalid(comment, log.with(&lines), "LOG-17").flags(&["forged"])
    };
    let id = log.witnesses[0].key().id().to_be_bytes();
    let good = log.witnesses[0].cosign(&log.text, TIME).signature().to_vec();
    let with = |signature: &[u8]| line("w1.example", &id, signature);
    let altered = |at: usize| {
        let mut bytes = good.clone();
        bytes[at] ^= 1;
        with(&bytes)
    };
    let seed = SecretSeed::from([11; 32]);
    let timed = |message: &str| {
        with(&[&TIME.to_be_bytes()[..], seed.sign(message.as_bytes()).as_bytes()].concat())
    };
    let text = &log.text;
    let honest = timed(&format!("cosignature/v1\ntime {TIME}\n{text}"));
    assert_eq!(honest, log.line(0, TIME));
    let s = <[u8; 32]>::try_from(&good[40..]).expect("32 bytes");
    let other = log.witnesses[0].cosign("log.example/pledges\n5\n", TIME);
    vec![
        bad("of another text", &format!("{other}\n")),
        bad("a bit of the time", &altered(7)),
        bad("a bit of R", &altered(8)),
        bad("a bit of s", &altered(71)),
        bad("no time", &with(&good[8..])).flags(&["forged", "length"]),
        bad("a time alone", &with(&good[..8])).flags(&["forged", "length"]),
        bad("71 bytes", &with(&good[..71])).flags(&["forged", "length"]),
        bad("73 bytes", &with(&[&good[..], &[0]].concat())).flags(&["forged", "length"]),
        bad("one byte", &with(&[0])).flags(&["forged", "length"]),
        bad("the text alone, signed like a log", &timed(text)),
        bad("without the time's line", &timed(&format!("cosignature/v1\n{text}"))),
        bad(
            "with an empty line at the end",
            &timed(&format!("cosignature/v1\ntime {TIME}\n{text}\n")),
        ),
        bad(
            "without the last line feed",
            &timed(format!("cosignature/v1\ntime {TIME}\n{text}").trim_end()),
        ),
        bad(
            "the time with a zero before it",
            &timed(&format!("cosignature/v1\ntime 0{TIME}\n{text}")),
        ),
        bad("another version", &timed(&format!("cosignature/v2\ntime {TIME}\n{text}"))),
        bad(
            "the cosignature of another witness",
            &with(log.witnesses[1].cosign(text, TIME).signature()),
        ),
        bad("s + L", &with(&[&good[..40], &plus_l(s, 1)].concat()))
            .flags(&["forged", "s-out-of-range"]),
        bad("R of small order", &with(&[&good[..8], &small_order()[0], &s[..]].concat()))
            .flags(&["forged", "small-order"]),
        bad("a good line, then a bad one of one witness", &format!("{honest}{}", altered(9)))
            .flags(&["forged", "repeated-line"]),
        bad("a bad line, then a good one of one witness", &format!("{}{honest}", altered(9)))
            .flags(&["forged", "repeated-line"]),
    ]
}

/// What the log itself has signed, or has not.
fn of_the_log() -> Vec<Case> {
    let log = log();
    let lines: String = (0..4).map(|at| log.line(at, TIME)).collect();
    let bad = |comment, note: &str, rule| Case::invalid(comment, log.input(note, 3), rule);
    let signed = |text: &str| {
        let note = headcount_protocol::log::Note::sign(text, &log.signer).expect("a note");
        let cosign = |it: &CosignatureSigner| format!("{}\n", it.cosign(text, TIME));
        format!("{note}{}", log.witnesses.iter().map(cosign).collect::<String>())
    };
    let forged = SecretSeed::from([99; 32]).sign(log.text.as_bytes());
    let id = log.signer.verifier_key().id().to_be_bytes();
    let by_id = line("log.example/pledges", &id, forged.as_bytes());
    let text = &log.text;
    let hex = [signed(text).as_bytes(), b"\xff"].concat();
    let mut bytes = log.input("", 3);
    bytes["note_hex"] = json!(data_encoding::HEXLOWER.encode(&hex));
    bytes.as_object_mut().expect("an object").remove("note");
    vec![
        bad("four witnesses, and no line of the log", &format!("{text}\n{lines}"), "LOG-17"),
        bad(
            "four witnesses, and a false line of the log",
            &format!("{text}\n{by_id}{lines}"),
            "LOG-17",
        )
        .flags(&["forged"]),
        bad(
            "a text that was altered",
            &format!("{}{lines}", log.note()).replacen("\n4\n", "\n5\n", 1),
            "LOG-17",
        )
        .flags(&["forged"]),
        bad("an extension line, cosigned", &signed(&format!("{text}more\n")), "LOG-20")
            .flags(&["extension-line"]),
        bad("another origin, cosigned", &signed(&text.replacen("log.", "l.", 1)), "LOG-19"),
        bad("a size of 04, cosigned", &signed(&text.replacen("\n4\n", "\n04\n", 1)), "LOG-2"),
        bad("size 0 with a root, cosigned", &signed(&text.replacen("\n4\n", "\n0\n", 1)), "LOG-21"),
        bad("no signature line", &format!("{text}\n"), "LOG-15"),
        bad(
            "a line that is none behind the witnesses",
            &format!("{}{lines}more\n", log.note()),
            "LOG-15",
        ),
        bad(
            "65 lines, four of them of witnesses",
            &format!("{}{lines}{}", log.note(), "— x AAAAAAA=\n".repeat(60)),
            "LOG-15",
        )
        .flags(&["length"]),
        Case::invalid("bytes that are no UTF-8", bytes, "LOG-15").flags(&["utf-8"]),
    ]
}
