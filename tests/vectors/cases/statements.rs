//! `statements.json`: what an office says, judged without the log ([spec: statements]).

use curve25519_dalek::ristretto::RistrettoPoint;
use curve25519_dalek::scalar::Scalar;
use curve25519_dalek::traits::Identity as _;
use data_encoding::HEXLOWER;
use headcount_protocol::campaign::Campaign;
use headcount_protocol::ed25519::SecretSeed;
use serde_json::{Value, json};

use super::points::{plus_l, signature, small_order};
use super::said::{HOUR, amendment, announcement, closing, revocation, shares, signed};
use super::statement_texts;
use crate::campaign::{Keys, campaign, draft_manifest, joint, small};
use crate::vectors::operations::{Bases, statements::statement};
use crate::vectors::{Case, File, Group};

/// The file.
pub(super) fn file() -> File {
    let text = |campaign: &Campaign| String::from_utf8(campaign.bytes().to_vec()).expect("UTF-8");
    let manifests = [("small", text(&small())), ("shared", text(&shared()))];
    let bases = Bases { manifests: manifests.into(), ..Bases::default() };
    let group = |section, cases| Group { operation: "statement", section, run: statement, cases };
    let groups = vec![
        group("statements §2", [announcements(), statement_texts::cases()].concat()),
        group("statements §3", [amendments(), commitments(), revocations()].concat()),
        group("statements §4", [closings(), offices()].concat()),
    ];
    File { name: "statements", bases, groups }
}

/// The polynomial `3 + 5x`, and its commitments.
fn polynomial(constant: u64, slope: Scalar) -> [[u8; 32]; 2] {
    [Scalar::from(constant), slope].map(|it| RistrettoPoint::mul_base(&it).compress().to_bytes())
}

/// Three guardians, of whom two are needed.
fn shared() -> Campaign {
    let commitments = polynomial(3, Scalar::from(5_u64)).map(|it| HEXLOWER.encode(&it));
    let mut manifest = draft_manifest();
    manifest["oprf"] = json!({ "guardians": 3, "threshold": 2, "commitments": commitments });
    campaign(&manifest)
}

/// The entry of the small campaign.
pub(super) fn input(entry: &[u8]) -> Value {
    json!({ "manifest": "small", "entry": HEXLOWER.encode(entry) })
}

pub(super) fn by(unsigned: &[u8], key: &SecretSeed) -> Vec<u8> {
    signed(&small().id, unsigned, key)
}

fn announcements() -> Vec<Case> {
    let keys = Keys::shared();
    let one: &[(&[u8], &[u8])] = &[(b"en", b"The rally is on.")];
    let at = |time| by(&announcement(0, time, one), &keys.organiser);
    let worked = announcement(0, HOUR, one);
    let good = by(&worked, &keys.organiser);
    let valid = |comment, entry: &[u8]| Case::valid(comment, input(entry));
    let no_hour = |comment, time| Case::invalid(comment, input(&at(time)), "STA-3");
    let forged = |comment, entry: &[u8]| Case::invalid(comment, input(entry), "STA-5");
    let mut cases = vec![
        valid("an announcement", &good),
        valid("the last number", &by(&announcement(u32::MAX, HOUR, one), &keys.organiser)),
        valid("at the beginning of time", &at(0)),
        valid("the last full hour of a u64", &at(u64::MAX - u64::MAX % 3_600)).flags(&["range"]),
        no_hour("a second past the hour", HOUR + 1),
        no_hour("a second before it", HOUR - 1),
        no_hour("half past", HOUR + 1_800),
        no_hour("2^64 - 1", u64::MAX).flags(&["range"]),
        forged("by the amendment key", &by(&worked, &keys.amendments)),
        forged("by the counter's receipt key", &by(&worked, &keys.receipts)),
        forged("in another campaign", &signed(&joint().id, &worked, &keys.organiser)),
        forged("of another number", &moved(&good, &announcement(1, HOUR, one))),
        forged("of another hour", &moved(&good, &announcement(0, HOUR + 3_600, one))),
        forged("of another text", &moved(&good, &announcement(0, HOUR, &[(b"en", b"No rally.")]))),
        forged("of another language", &moved(&good, &announcement(0, HOUR, &[(b"de", one[0].1)]))),
        Case::invalid(
            "past the hour, and no text (STA-4)",
            input(&by(&announcement(0, 1, &[]), &keys.organiser)),
            "STA-3",
        )
        .flags(&["order"]),
        Case::invalid(
            "no text, and not signed (STA-5)",
            input(&by(&announcement(0, HOUR, &[]), &keys.receipts)),
            "STA-4",
        )
        .flags(&["order"]),
        Case::invalid("a byte left over", input(&[&good[..], &[0]].concat()), "LOG-23"),
    ];
    cases.extend(signatures(&good, "STA-5"));
    cases
}

/// The signature of one statement behind another.
fn moved(signed: &[u8], unsigned: &[u8]) -> Vec<u8> {
    [unsigned, &signed[signed.len() - 64..]].concat()
}

/// What two libraries could make of a statement's signature.
fn signatures(good: &[u8], rule: &'static str) -> Vec<Case> {
    let (unsigned, bytes) = good.split_at(good.len() - 64);
    let (point, s): ([u8; 32], [u8; 32]) =
        (bytes[..32].try_into().expect("32"), bytes[32..].try_into().expect("32"));
    let with = |comment, signature: [u8; 64]| {
        Case::invalid(comment, input(&[unsigned, &signature].concat()), rule)
    };
    vec![
        with("zeros for a signature", [0; 64]),
        with("s + L", signature(point, plus_l(s, 1))).flags(&["s-out-of-range"]),
        with("s + 7 L", signature(point, plus_l(s, 7))).flags(&["s-out-of-range"]),
        with("R of small order", signature(small_order()[0], s)).flags(&["small-order"]),
    ]
}

fn amendments() -> Vec<Case> {
    let keys = Keys::shared();
    let key = small().manifest.oprf.commitments[0];
    let unsigned = amendment(0, 1, &shares(1, &[key]));
    let good = by(&unsigned, &keys.amendments);
    let valid = |comment, entry: &[u8]| Case::valid(comment, input(entry));
    let forged = |comment, entry: &[u8]| Case::invalid(comment, input(entry), "STA-7");
    let of = |number, epoch| by(&amendment(number, 1, &shares(epoch, &[key])), &keys.amendments);
    let malformed = |comment, entry: &[u8]| Case::invalid(comment, input(entry), "LOG-23");
    let longer = amendment(0, 1, &[&shares(1, &[key])[..], &[0]].concat());
    let mut cases = vec![
        valid("new shares", &good),
        valid(
            "the last number and epoch, which the log must have reached",
            &of(u32::MAX, u32::MAX),
        ),
        valid("epoch 0, which no log may have", &of(0, 0)),
        forged("by the organisers", &by(&unsigned, &keys.organiser)),
        forged("by the counter", &by(&unsigned, &keys.receipts)),
        forged("in another campaign", &signed(&joint().id, &unsigned, &keys.amendments)),
        forged("of another number", &moved(&good, &amendment(1, 1, &shares(1, &[key])))),
        forged("of another epoch", &moved(&good, &amendment(0, 1, &shares(2, &[key])))),
        forged(
            "of shares, as a revocation",
            &moved(&good, &amendment(0, 2, &revocation(0, &[7; 33]))),
        ),
        malformed("kind 0, signed", &by(&amendment(0, 0, &shares(1, &[key])), &keys.amendments)),
        malformed("kind 3, signed", &by(&amendment(0, 3, &[]), &keys.amendments)),
        malformed("a byte left over in the body, signed", &by(&longer, &keys.amendments)),
        Case::invalid(
            "no commitment, and not signed (STA-8)",
            input(&by(&amendment(0, 1, &shares(1, &[])), &keys.organiser)),
            "STA-7",
        )
        .flags(&["order"]),
        Case::invalid(
            "no such issuer, and not signed (STA-10)",
            input(&by(&amendment(0, 2, &revocation(9, b"")), &keys.organiser)),
            "STA-7",
        )
        .flags(&["order"]),
    ];
    cases.extend(signatures(&good, "STA-7"));
    cases
}

fn commitments() -> Vec<Case> {
    let campaign = shared();
    let input = |points: &[[u8; 32]]| {
        let unsigned = amendment(0, 1, &shares(1, points));
        let entry = signed(&campaign.id, &unsigned, &Keys::shared().amendments);
        json!({ "manifest": "shared", "entry": HEXLOWER.encode(&entry) })
    };
    let bad = |comment, points: &[[u8; 32]]| Case::invalid(comment, input(points), "STA-8");
    let [key, slope] = polynomial(3, Scalar::from(5_u64));
    let [_, other] = polynomial(3, Scalar::from(77_u64));
    let identity = RistrettoPoint::identity().compress().to_bytes();
    // 3 + a·2 = 0: guardian 2 has no share.
    let zero = polynomial(3, -Scalar::from(3_u64) * Scalar::from(2_u64).invert())[1];
    let mut odd = other;
    odd[0] |= 1;
    vec![
        Case::valid("another polynomial of the same key", input(&[key, other])),
        Case::valid("the same commitments again", input(&[key, slope])),
        bad("another key", &[other, slope]),
        bad("the key in the second place", &[slope, key]),
        bad("no commitment", &[]),
        bad("one of two", &[key]),
        bad("three of two", &[key, slope, other]),
        bad("the identity in the second place", &[key, identity]),
        bad("the identity for a key", &[identity, slope]),
        bad("a guardian whose share is zero", &[key, zero]),
        bad("an encoding that is odd", &[key, odd]).flags(&["non-canonical"]),
        bad("an encoding of ff", &[key, [0xff; 32]]).flags(&["non-canonical"]),
        bad("a key that is encoded otherwise", &[[0xff; 32], slope]).flags(&["non-canonical"]),
    ]
}

fn revocations() -> Vec<Case> {
    let keys = Keys::shared();
    let of = |issuer, checkpoint: &[u8]| {
        input(&by(&amendment(0, 2, &revocation(issuer, checkpoint)), &keys.amendments))
    };
    vec![
        Case::valid("a revocation of issuer 1", of(1, b"of this the log judges\n")),
        Case::valid("a revocation of issuer 0 without a checkpoint", of(0, b"")),
        Case::invalid("issuer 2 of two", of(2, b"note\n"), "STA-10"),
        Case::invalid("issuer 65,535", of(u16::MAX, b"note\n"), "STA-10"),
        Case::invalid("issuer 256, whose last byte is 0", of(256, b"note\n"), "STA-10"),
    ]
}

fn closings() -> Vec<Case> {
    let keys = Keys::shared();
    let unsigned = closing(&[(0, 0), (1, 1), (2, 1)]);
    let good = by(&unsigned, &keys.receipts);
    let forged = |comment, entry: &[u8]| Case::invalid(comment, input(entry), "STA-14");
    let mut cases = vec![
        Case::valid("three offices", input(&good)),
        Case::valid("nobody looked", input(&by(&closing(&[]), &keys.receipts))),
        Case::valid("all offices", {
            input(&by(&closing(&[(0, 0), (0, 1), (1, 1), (2, 0), (2, 1)]), &keys.receipts))
        }),
        forged("by the organisers", &by(&unsigned, &keys.organiser)),
        forged("by the amendment key", &by(&unsigned, &keys.amendments)),
        forged("in another campaign", &signed(&joint().id, &unsigned, &keys.receipts)),
        forged("of other offices", &moved(&good, &closing(&[(0, 0)]))),
        forged("of no offices", &moved(&good, &closing(&[]))),
    ];
    cases.extend(signatures(&good, "STA-14"));
    cases
}

fn offices() -> Vec<Case> {
    let keys = Keys::shared();
    let bad = |comment, offices: &[(u8, u16)]| {
        Case::invalid(comment, input(&by(&closing(offices), &keys.receipts)), "STA-13")
    };
    let three = |offices: &[(u8, u16)]| {
        let entry = signed(&shared().id, &closing(offices), &keys.receipts);
        json!({ "manifest": "shared", "entry": HEXLOWER.encode(&entry) })
    };
    vec![
        bad("roles that descend", &[(1, 1), (0, 0)]),
        bad("indices that descend", &[(0, 1), (0, 0)]),
        bad("an office twice", &[(2, 0), (2, 0)]),
        bad("the attester of issuer 2", &[(0, 2)]),
        bad("issuer 2", &[(2, 2)]),
        bad("guardian 0, where guardians begin with 1", &[(1, 0)]),
        bad("guardian 2 of one", &[(1, 2)]),
        bad("issuer 65,535 behind one that is", &[(2, 0), (2, u16::MAX)]),
        Case::valid("guardian 3 of three", three(&[(1, 1), (1, 2), (1, 3)])),
        Case::invalid("guardian 4 of three", three(&[(1, 4)]), "STA-13"),
        Case::invalid("role 3, signed", input(&by(&closing(&[(3, 0)]), &keys.receipts)), "LOG-23"),
        Case::invalid(
            "an office twice, and not signed (STA-14)",
            input(&by(&closing(&[(2, 0), (2, 0)]), &keys.organiser)),
            "STA-13",
        )
        .flags(&["order"]),
    ]
}
