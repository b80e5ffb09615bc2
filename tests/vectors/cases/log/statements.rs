//! Entries that an office or a supporter signs for all to read: their bytes, and what orders them.
//! Whether they are true, `statements.json` and `pledge.json` ask.

use data_encoding::HEXLOWER;
use serde_json::json;

use super::entries::{bad, input, lengths};
use crate::vectors::Case;

pub(super) fn cases() -> Vec<Case> {
    [withdrawals(), amendments(), announcements(), closings()].concat()
}

fn valid(comment: &'static str, bytes: &str) -> Case {
    Case::valid(comment, input(bytes))
}

/// A withdrawal of class 1 and this region; neither key nor signature are looked at.
fn withdrawal(region: &str) -> String {
    format!("020001{region}{}{}", "b1".repeat(32), signature())
}

fn signature() -> String {
    "c3".repeat(64)
}

fn withdrawals() -> Vec<Case> {
    let entry = withdrawal("0002");
    let mut cases = vec![
        valid("a withdrawal", &entry),
        valid("the last class and region", &format!("02ffffffff{}", &entry[10..])),
        bad("an opening without its signature", &entry[..2 * 37]).flags(&["length"]),
        bad("a withdrawal and a token's number", &format!("{}01{}", &entry[..2 * 37], signature()))
            .flags(&["length"]),
    ];
    cases.extend(lengths(&entry));
    cases
}

/// An amendment of this kind and body, which says how long it is.
fn amendment(number: &str, kind: &str, body: &str) -> String {
    format!("04{number}{kind}{:04x}{body}{}", body.len() / 2, signature())
}

/// Commitments of one kind of byte each; they need be no points here.
fn shares(epoch: &str, count: u8, there: u8) -> String {
    let points: String = (1..=there).map(|at| format!("{at:02x}").repeat(32)).collect();
    format!("{epoch}{count:02x}{points}")
}

fn amendments() -> Vec<Case> {
    let two = amendment("00000000", "01", &shares("00000001", 2, 2));
    let revocation = |length: &str, note: &str| {
        amendment("00000007", "02", &format!("0001{length}{}", HEXLOWER.encode(note.as_bytes())))
    };
    let one = revocation("0005", "note\n");
    let malformed = |comment, kind, body: &str| bad(comment, &amendment("00000000", kind, body));
    let mut longer = two.clone();
    longer.replace_range(12..16, "0046");
    let mut shorter = two.clone();
    shorter.replace_range(12..16, "0044");
    let mut cases = vec![
        valid("new shares with two commitments", &two),
        valid("the last number and epoch", &amendment("ffffffff", "01", &shares("ffffffff", 1, 1))),
        valid(
            "new shares with no commitment, which STA-8 refuses",
            &amendment("00000000", "01", &shares("00000001", 0, 0)),
        ),
        valid(
            "255 commitments, which STA-8 refuses",
            &amendment("00000000", "01", &shares("00000001", 255, 255)),
        ),
        valid("a revocation", &one),
        valid("a revocation without a checkpoint, which REC-17 refuses", &revocation("0000", "")),
        malformed("kind 0", "00", &shares("00000001", 1, 1)).flags(&["amendment-kind"]),
        malformed("kind 3", "03", &shares("00000001", 1, 1)).flags(&["amendment-kind"]),
        malformed("kind 255, and no body", "ff", "").flags(&["amendment-kind"]),
        malformed("new shares as a revocation", "02", &shares("00000001", 2, 2))
            .flags(&["amendment-kind"]),
        malformed("a revocation as new shares", "01", "000100056e6f74650a")
            .flags(&["amendment-kind"]),
        malformed("no body", "01", "").flags(&["length"]),
        malformed("an epoch alone", "01", "00000001").flags(&["length"]),
        malformed("two commitments of which one is there", "01", &shares("00000001", 2, 1))
            .flags(&["length"]),
        malformed("one commitment of which two are there", "01", &shares("00000001", 1, 2))
            .flags(&["length"]),
        malformed("an issuer alone", "02", "0001").flags(&["length"]),
        bad("a checkpoint longer than its body", &revocation("0006", "note\n")).flags(&["length"]),
        bad("a checkpoint shorter than its body", &revocation("0004", "note\n")).flags(&["length"]),
        bad("a body that takes a byte of the signature", &longer).flags(&["length"]),
        bad("a body that leaves a byte to the signature", &shorter).flags(&["length"]),
    ];
    cases.extend(lengths(&two));
    cases
}

/// Texts after their number, and a tag and text by their bytes.
fn announcement(count: u8, texts: &[(&[u8], &[u8])]) -> String {
    let listed = texts.iter().map(|(tag, text)| {
        let (tags, bytes) = (HEXLOWER.encode(tag), HEXLOWER.encode(text));
        format!("{:02x}{tags}{:04x}{bytes}", tag.len(), text.len())
    });
    let list: String = listed.collect();
    format!("0500000003000000006b49e010{count:02x}{list}{}", signature())
}

fn announcements() -> Vec<Case> {
    let one: &[(&[u8], &[u8])] = &[(b"en", b"The rally is on.")];
    let two = [one, &[("ru".as_bytes(), "Митинг.".as_bytes())]].concat();
    let whole = announcement(1, one);
    let utf8 = |comment, tag: &[u8], text: &[u8]| {
        bad(comment, &announcement(1, &[(tag, text)])).flags(&["utf-8"])
    };
    let reversed = [two[1], two[0]];
    let mut cases = vec![
        valid("the worked example", &whole),
        valid("two texts", &announcement(2, &two)),
        valid("no text, which STA-4 refuses", &announcement(0, &[])),
        valid("languages that descend, which STA-4 refuses", &announcement(2, &reversed)),
        valid("a language twice, which STA-4 refuses", &announcement(2, &[two[0], two[0]])),
        valid("an empty tag and text, which STA-4 refuses", &announcement(1, &[(b"", b"")])),
        valid(
            "a NUL and a byte-order mark, which STA-4 refuses",
            &announcement(1, &[(b"e\0", "\u{feff}x".as_bytes())]),
        )
        .flags(&["byte-order-mark", "nul"]),
        valid("U+10FFFF", &announcement(1, &[(b"en", "\u{10ffff}".as_bytes())]))
            .flags(&["unicode"]),
        utf8("a text with the byte ff", b"en", b"\xff"),
        utf8("a text with a slash in two bytes", b"en", b"\xc0\xaf"),
        utf8("a text with a surrogate in three bytes", b"en", b"\xed\xa0\x80"),
        utf8("a text beyond U+10FFFF", b"en", b"\xf4\x90\x80\x80"),
        utf8("a text whose last character is cut off", b"en", b"\xd0"),
        utf8("a tag with the byte ff", b"e\xff", b"x"),
        bad(
            "a character that two texts share",
            &announcement(2, &[(b"en", b"\xd0"), (b"\x9c", b"x")]),
        )
        .flags(&["utf-8"]),
        bad("two texts of which one is there", &announcement(2, one)).flags(&["length"]),
        bad("one text of which two are there", &announcement(1, &two)).flags(&["length"]),
        bad("no text, and one is there", &announcement(0, one)).flags(&["length"]),
        bad("a text longer than the entry", &whole.replacen("656e0010", "656eff10", 1))
            .flags(&["length"]),
        bad("a text of a byte less than it says", &whole.replacen("6c6c79", "6c79", 1))
            .flags(&["length"]),
    ];
    cases.extend(lengths(&whole));
    cases
}

/// Offices by role and index.
fn closing(count: &str, offices: &[(u8, u16)]) -> String {
    let listed = offices.iter().map(|(role, index)| format!("{role:02x}{index:04x}"));
    format!("06{count}{}{}", listed.collect::<String>(), signature())
}

fn closings() -> Vec<Case> {
    let two = closing("02", &[(0, 0), (2, 0)]);
    let role = |comment, role: u8| bad(comment, &closing("01", &[(role, 0)])).flags(&["office"]);
    let many: Vec<_> = (0..255).map(|index| (1, index)).collect();
    let mut cases = vec![
        valid("the worked example", &two),
        valid("nobody's secrets", &closing("00", &[])),
        valid("offices that descend, which STA-13 refuses", &closing("02", &[(2, 0), (0, 0)])),
        valid("an office twice, which STA-13 refuses", &closing("02", &[(1, 1), (1, 1)])),
        valid("255 guardians, which STA-13 refuses", &closing("ff", &many)),
        role("role 3", 3),
        role("role 255", 255),
        bad("a role that is none behind one that is", &closing("02", &[(0, 0), (4, 0)]))
            .flags(&["office"]),
        bad("two offices of which one is there", &closing("02", &[(0, 0)])).flags(&["length"]),
        bad("one office of which two are there", &closing("01", &[(0, 0), (2, 0)]))
            .flags(&["length"]),
        bad("no number of offices", &closing("", &[])).flags(&["length"]),
    ];
    cases.extend(lengths(&two));
    cases
}

pub(super) fn sort_keys() -> Vec<Case> {
    let case = |comment, campaign: &str, bytes: &str| {
        Case::valid(comment, json!({ "campaign_id": campaign.repeat(32), "bytes": bytes }))
    };
    let shares = shares("00000001", 1, 1);
    vec![
        case(
            "a withdrawal of the pledge above: another type, its nonce",
            "07",
            &withdrawal("0002"),
        ),
        case("the same of another campaign", "08", &withdrawal("0002")),
        case("a withdrawal of another region", "07", &withdrawal("0003")),
        case("an amendment: its number", "07", &amendment("00000102", "01", &shares)),
        case(
            "the same of another campaign: the same key",
            "08",
            &amendment("00000102", "01", &shares),
        ),
        case(
            "an amendment of another kind: the same key",
            "07",
            &amendment("00000102", "02", "00010000"),
        ),
        case("the last amendment", "07", &amendment("ffffffff", "01", &shares)),
        case("an announcement", "07", &announcement(0, &[])),
        case("a closing statement", "07", &closing("00", &[])),
        case("the same with offices: the same key", "07", &closing("01", &[(0, 0)])),
        case("a campaign", "07", &format!("00{}", "07".repeat(32))),
        case("a seal", "07", "ff00000000000000020000000300"),
    ]
}
