//! `attestation.json`: codes, commitments, attestations ([spec: attestation]).

use data_encoding::{BASE64URL_NOPAD, HEXLOWER};
use headcount_protocol::attestation::{Attestation, CommitmentSecret};
use headcount_protocol::campaign::CampaignId;
use headcount_protocol::ed25519::SecretSeed;
use headcount_protocol::tag::Tag;
use headcount_protocol::token::TokenRequest;
use serde_json::{Value, json};

use super::{attestation_codes, attestation_forged};
use crate::vectors::operations::Bases;
use crate::vectors::operations::attestation::{attest, attestation, commitment};
use crate::vectors::{Case, File, Group};

/// Index of the issuer.
pub(super) const ISSUER: u16 = 1;

/// The file.
pub(super) fn file() -> File {
    let groups = vec![
        attestation_codes::texts(),
        attestation_codes::digests(),
        attestation_codes::invitations(),
        attestation_codes::checks(),
        commitments(),
        attests(),
        Group {
            operation: "attestation",
            section: "attestation §3",
            run: attestation,
            cases: [honest(), malformed(), attestation_forged::cases()].concat(),
        },
    ];
    File { name: "attestation", bases: Bases::default(), groups }
}

/// A campaign.
pub(super) fn campaign_id() -> CampaignId {
    CampaignId::from([0xca; 32])
}

/// The attester's key.
pub(super) fn attester() -> SecretSeed {
    SecretSeed::from([11; 32])
}

/// The request that is attested.
pub(super) fn request() -> TokenRequest {
    TokenRequest { truncated_key_id: 7, blinded_message: [9; 256] }
}

/// An honest attestation, 162 bytes.
pub(super) fn signed(tag: u8, secret: u8) -> Vec<u8> {
    let (tag, secret) = (Tag::from([tag; 32]), CommitmentSecret::from([secret; 32]));
    let digest = request().digest();
    let word = Attestation::sign(&campaign_id(), ISSUER, digest, tag, &secret, &attester());
    BASE64URL_NOPAD.decode(word.to_text().as_bytes()).expect("base64url")
}

/// What an issuer is given.
pub(super) fn input(bytes: &[u8]) -> Value {
    text_input(&BASE64URL_NOPAD.encode(bytes))
}

fn text_input(text: &str) -> Value {
    json!({
        "text": text,
        "campaign_id": campaign_id(),
        "issuer": ISSUER,
        "request": HEXLOWER.encode(&request().encode()),
        "attester_key": attester().public_key(),
    })
}

fn of_tag(secret: u8, campaign: CampaignId, issuer: u16, tag: u8) -> Value {
    json!({
        "secret": HEXLOWER.encode(&[secret; 32]),
        "campaign_id": campaign,
        "issuer": issuer,
        "tag": HEXLOWER.encode(&[tag; 32]),
    })
}

fn commitments() -> Group {
    let other = CampaignId::from([0xcb; 32]);
    let cases = vec![
        Case::valid("a tag", of_tag(21, campaign_id(), ISSUER, 5)),
        Case::valid("another tag", of_tag(21, campaign_id(), ISSUER, 6)),
        Case::valid("another secret", of_tag(22, campaign_id(), ISSUER, 5)),
        Case::valid("another campaign", of_tag(21, other, ISSUER, 5)),
        Case::valid("another issuer", of_tag(21, campaign_id(), 0, 5)),
        Case::valid("the last issuer index", of_tag(21, campaign_id(), u16::MAX, 5)),
        Case::valid("a secret and a tag of zeros", of_tag(0, campaign_id(), 0, 0)),
    ];
    Group { operation: "commitment", section: "attestation §2", run: commitment, cases }
}

fn attests() -> Group {
    let of = |seed: u8, digest: u8, tag: Value| {
        let mut input = tag;
        input["attester_seed"] = json!(HEXLOWER.encode(&[seed; 32]));
        input["request_digest"] = json!(HEXLOWER.encode(&[digest; 32]));
        input
    };
    let tag = || of_tag(21, campaign_id(), ISSUER, 5);
    let cases = vec![
        Case::valid("an attestation", of(11, 1, tag())),
        Case::valid("another request of the same person", of(11, 2, tag())),
        Case::valid("another attester", of(12, 1, tag())),
        Case::valid("another person", of(11, 1, of_tag(21, campaign_id(), ISSUER, 6))),
        Case::valid("another issuer", of(11, 1, of_tag(21, campaign_id(), 0, 5))),
    ];
    Group { operation: "attest", section: "attestation §3", run: attest, cases }
}

fn honest() -> Vec<Case> {
    vec![
        Case::valid("an attestation", input(&signed(5, 21))),
        Case::valid("another person", input(&signed(6, 21))),
        Case::valid("another secret of the attester", input(&signed(5, 22))),
    ]
}

/// Texts that are not 162 bytes of base64url in their one form.
fn malformed() -> Vec<Case> {
    let whole = signed(5, 21);
    let text = BASE64URL_NOPAD.encode(&whole);
    // One byte less leaves two unused bits in the last character; `B` for `A` sets one of them.
    let short = BASE64URL_NOPAD.encode(&[&whole[..160], &[0]].concat());
    let unused = short.strip_suffix('A').expect("unused bits of zero").to_owned() + "B";
    let (digits, one) =
        (text.replace(['-', '_'], ""), text.len() - text.replace(['-', '_'], "").len());
    assert!(one > 0 && !digits.is_empty(), "no character tells base64url from base64");
    let refused = |comment, text: &str| Case::invalid(comment, text_input(text), "ATT-11");
    vec![
        refused("nothing", ""),
        refused("161 bytes", &BASE64URL_NOPAD.encode(&whole[..161])),
        refused("163 bytes", &BASE64URL_NOPAD.encode(&[&whole[..], &[0]].concat())),
        refused("161 bytes with unused bits that are set", &unused),
        refused("213 characters, which no bytes have", &text[..213]),
        refused("a character left over", &format!("{text}A")),
        refused("padding where none is due", &format!("{text}=")),
        refused("four characters of padding", &format!("{text}====")),
        refused("161 bytes and padding", &format!("{}=", &BASE64URL_NOPAD.encode(&whole[..161]))),
        refused("the alphabet of base64", &text.replace('-', "+").replace('_', "/")),
        refused("a line feed at the end", &format!("{text}\n")),
        refused("a space at the start", &format!(" {text}")),
        refused("a line feed inside", &format!("{}\n{}", &text[..76], &text[76..])),
        refused("hex", &HEXLOWER.encode(&whole)),
        refused("a letter beyond ASCII", &text.replacen('A', "\u{410}", 1)),
    ]
}
