//! Codes and invitations ([spec: attestation §1]).

use data_encoding::HEXLOWER;
use headcount_protocol::campaign::CampaignId;
use headcount_protocol::code;
use headcount_protocol::invitation::InvitationSecret;
use serde_json::{Value, json};

use super::attestation::{ISSUER, campaign_id};
use crate::vectors::operations::attestation_codes::{
    code_digest, code_text, invitation, invitation_check,
};
use crate::vectors::{Case, Group};

/// What a case is about, and the text.
type Row = (&'static str, &'static str);

/// The cases of `code-text`.
pub(super) fn texts() -> Group {
    let input = |text: &str, length: usize| json!({ "text": text, "length": length });
    let refused = |comment, text: &str, length| {
        Case::invalid(comment, input(text, length), "attestation §1.1")
    };
    let mut cases: Vec<Case> =
        ACCEPTED.iter().map(|(comment, text)| Case::valid(comment, input(text, 10))).collect();
    let spread = format!("{}{}", "-".repeat(112), "000G40R40M30E209");
    let invitation = code::encode(&[0xa5; 15]);
    cases.extend([
        Case::valid("128 octets", input(&spread, 10)),
        Case::valid("128 octets and white space", input(&format!("\n{spread} \t"), 10)),
        Case::valid("15 bytes", input(&invitation, 15)),
        Case::valid("11 bytes, two bits to spare", input("000G-40R4-0M30-E209-18", 11)),
    ]);
    cases.extend(REFUSED.iter().map(|(comment, text)| refused(comment, text, 10)));
    cases.extend([
        refused("129 octets", &format!("-{spread}"), 10),
        refused("15 bytes where 10 are due", &invitation, 10),
        refused("10 bytes where 15 are due", "000G-40R4-0M30-E209", 15),
        refused("11 bytes, a bit set behind the last", "000G-40R4-0M30-E209-19", 11),
        refused("11 bytes, another bit set behind the last", "000G-40R4-0M30-E209-1A", 11),
    ]);
    Group { operation: "code-text", section: "attestation §1.1", run: code_text, cases }
}

const ACCEPTED: [Row; 17] = [
    ("as it is shown", "000G-40R4-0M30-E209"),
    ("every letter of the alphabet, first half", "0123-4567-89AB-CDEF"),
    ("every letter of the alphabet, second half", "GHJK-MNPQ-RSTV-WXYZ"),
    ("lowercase", "ghjk-mnpq-rstv-wxyz"),
    ("both cases", "gHjK-mNpQ-RsTv-wXyZ"),
    ("zeros", "0000-0000-0000-0000"),
    ("ones", "ZZZZ-ZZZZ-ZZZZ-ZZZZ"),
    ("O for 0", "OOOG-4OR4-OM3O-E2O9"),
    ("o for 0", "oooG-4oR4-oM3o-E2o9"),
    ("I and L for 1", "IL11-1111-1111-1111"),
    ("i and l for 1", "11il-1111-1111-1111"),
    ("without hyphens", "000G40R40M30E209"),
    ("spaces for hyphens", "000G 40R4 0M30 E209"),
    ("hyphens anywhere", "-0-00G4--0R40M30E20-9-"),
    ("spaces and hyphens", "000G - 40R4 - 0M30 - E209"),
    ("white space at both ends", "\t000G-40R4-0M30-E209\r\n"),
    ("other white space at both ends", "\u{2003}000G-40R4-0M30-E209\u{a0}"),
];

const REFUSED: [Row; 18] = [
    ("nothing", ""),
    ("hyphens alone", "----"),
    ("15 letters", "000G-40R4-0M30-E20"),
    ("17 letters", "000G-40R4-0M30-E209-0"),
    ("18 letters", "000G-40R4-0M30-E209-00"),
    ("a U", "U00G-40R4-0M30-E209"),
    ("a u", "u00G-40R4-0M30-E209"),
    ("the check symbol *", "000G-40R4-0M30-E20*"),
    ("the check symbol =", "000G-40R4-0M30-E209="),
    ("an underscore", "000G_40R4_0M30_E209"),
    ("a full stop", "000G.40R4.0M30.E209"),
    ("a tab inside", "000G\t40R4-0M30-E209"),
    ("a line feed inside", "000G-40R4\n0M30-E209"),
    ("a no-break space inside", "000G\u{a0}40R4-0M30-E209"),
    ("an en dash", "000G\u{2013}40R4\u{2013}0M30\u{2013}E209"),
    ("a full-width digit", "\u{ff10}00G-40R4-0M30-E209"),
    ("a Cyrillic letter", "000G-40R4-0M30-\u{415}209"),
    ("a zero-width space at the end", "000G-40R4-0M30-E209\u{200b}"),
];

/// The cases of `code-digest`.
pub(super) fn digests() -> Group {
    let input = |code: [u8; 10], campaign: CampaignId| json!({ "campaign_id": campaign, "code": HEXLOWER.encode(&code) });
    let counted = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9];
    let cases = vec![
        Case::valid("a code", input(counted, campaign_id())),
        Case::valid("another campaign", input(counted, CampaignId::from([0xcb; 32]))),
        Case::valid("another code", input([0xff; 10], campaign_id())),
    ];
    Group { operation: "code-digest", section: "attestation §1.1", run: code_digest, cases }
}

/// The attester's secret for invitations.
const SECRET: u8 = 31;

/// The cases of `invitation`.
pub(super) fn invitations() -> Group {
    let input = |secret: u8, campaign: CampaignId, issuer: u16, serial: u32| {
        json!({
            "secret": HEXLOWER.encode(&[secret; 32]),
            "campaign_id": campaign,
            "issuer": issuer,
            "serial": serial,
        })
    };
    let (id, other) = (campaign_id(), CampaignId::from([0xcb; 32]));
    let cases = vec![
        Case::valid("serial 7", input(SECRET, id, ISSUER, 7)),
        Case::valid("serial 0", input(SECRET, id, ISSUER, 0)),
        Case::valid("the last serial", input(SECRET, id, ISSUER, u32::MAX)),
        Case::valid("another issuer", input(SECRET, id, 0, 7)),
        Case::valid("another campaign", input(SECRET, other, ISSUER, 7)),
        Case::valid("another secret", input(32, id, ISSUER, 7)),
    ];
    Group { operation: "invitation", section: "attestation §1.2", run: invitation, cases }
}

/// The cases of `invitation-check`.
pub(super) fn checks() -> Group {
    let code = |secret: u8, campaign: &CampaignId, issuer| {
        InvitationSecret::new([secret; 32].into()).code(campaign, issuer, 7).to_string()
    };
    let genuine = code(SECRET, &campaign_id(), ISSUER);
    let bytes = code::decode(&genuine, 15).expect("15 bytes");
    let flipped = |at: usize, bit: u8| {
        let mut bytes = bytes.clone();
        bytes[at] ^= bit;
        code::encode(&bytes).to_string()
    };
    let input = |text: &str| -> Value {
        json!({
            "secret": HEXLOWER.encode(&[SECRET; 32]),
            "campaign_id": campaign_id(),
            "issuer": ISSUER,
            "text": text,
        })
    };
    let wrong = |comment, text: &str| Case::invalid(comment, input(text), "ATT-7");
    let none = |comment, text: &str| Case::invalid(comment, input(text), "ATT-8");
    let cases = vec![
        Case::valid("as it is shown", input(&genuine)),
        Case::valid(
            "in lowercase, without hyphens",
            input(&genuine.to_lowercase().replace('-', "")),
        ),
        Case::valid("with letters for digits", input(&genuine.replace('0', "o").replace('1', "l"))),
        wrong("of another campaign", &code(SECRET, &CampaignId::from([0xcb; 32]), ISSUER)),
        wrong("of another issuer", &code(SECRET, &campaign_id(), 0)),
        wrong("of another secret", &code(32, &campaign_id(), ISSUER)),
        wrong("the first bit of the serial altered", &flipped(0, 0x80)),
        wrong("the last bit of the serial altered", &flipped(3, 1)),
        wrong("the first bit of the MAC altered", &flipped(4, 0x80)),
        wrong("the last bit of the MAC altered", &flipped(14, 1)),
        wrong("zeros", &code::encode(&[0; 15])),
        none("nothing", ""),
        none("a letter too few", &genuine[..genuine.len() - 1]),
        none("a letter too many", &format!("{genuine}0")),
        none("14 bytes", &code::encode(&bytes[..14])),
        none("16 bytes", &code::encode(&[&bytes[..], &[0]].concat())),
        none("a code sent by mail", "000G-40R4-0M30-E209"),
        none("a letter that is none of the alphabet's", &genuine.replacen('-', "U", 1)),
        none("a character that is none of the alphabet's", &genuine.replacen('-', "_", 1)),
    ];
    Group {
        operation: "invitation-check",
        section: "attestation §1.2",
        run: invitation_check,
        cases,
    }
}
