//! `pledge.json`: nonces, pledges, receipts, withdrawals ([spec: pledge]).

use data_encoding::{BASE64, BASE64URL, BASE64URL_NOPAD, HEXLOWER};
use headcount_protocol::campaign::{Campaign, CampaignId};
use headcount_protocol::pledge::{Opening, Pledge};
use headcount_protocol::token::Token;
use serde_json::{Value, json};

use super::{pledge_receipts, pledge_rules, pledge_withdrawals};
use crate::campaign::{issue, joint, seed, small};
use crate::vectors::operations::Bases;
use crate::vectors::operations::pledge::{nonce, pledge_bytes, redemption};
use crate::vectors::{Case, File, Group};

/// Length of a pledge before its tokens: the opening and their number.
const HEAD: usize = Opening::LEN + 1;

/// The file.
pub(super) fn file() -> File {
    let text = |campaign: &Campaign| String::from_utf8(campaign.bytes().to_vec()).expect("UTF-8");
    let manifests = [("small", text(&small())), ("joint", text(&joint()))];
    let bases = Bases { manifests: manifests.into(), ..Bases::default() };
    let groups = vec![
        nonces(),
        structures(),
        redemptions(),
        pledge_rules::group(),
        pledge_receipts::signatures(),
        pledge_receipts::receipts(),
        pledge_withdrawals::group(),
    ];
    File { name: "pledge", bases, groups }
}

/// A pledge for the class of both issuers.
fn pair() -> Pledge {
    issue(&joint(), 1, 0, 2).pledge
}

/// The same with its first token so many times.
fn repeated(count: usize) -> Pledge {
    let Pledge { opening, tokens } = pair();
    Pledge { opening, tokens: vec![tokens[0].clone(); count] }
}

fn nonces() -> Group {
    let campaign = small().id;
    let input = |opening: &[u8], campaign: CampaignId| json!({ "campaign_id": campaign, "opening": HEXLOWER.encode(opening) });
    let key = Opening::derive(&seed(1), &campaign, 0, 0).public_key;
    let opening = |class: u16, region: u16| {
        [&class.to_be_bytes()[..], &region.to_be_bytes(), key.as_bytes()].concat()
    };
    let whole = opening(0, 1);
    let refused =
        |comment, opening: &[u8]| Case::invalid(comment, input(opening, campaign), "OVR-1");
    let cases = vec![
        Case::valid("an opening", input(&whole, campaign)),
        Case::valid("no region", input(&opening(0, 0), campaign)),
        Case::valid("class and region exchanged", input(&opening(1, 0), campaign)),
        Case::valid("the last class and region", input(&opening(u16::MAX, u16::MAX), campaign)),
        Case::valid("another campaign", input(&whole, joint().id)),
        Case::valid("a key that is none is judged elsewhere", input(&[0; 36], campaign)),
        refused("nothing", &[]),
        refused("a byte too few", &whole[..35]),
        refused("a byte left over", &[&whole[..], &[0]].concat()),
        refused("a pledge for an opening", &pair().encode()),
    ];
    Group { operation: "nonce", section: "pledge §1", run: nonce, cases }
}

fn structures() -> Group {
    let input = |bytes: &[u8]| json!({ "pledge": HEXLOWER.encode(bytes) });
    let refused = |comment, bytes: &[u8]| Case::invalid(comment, input(bytes), "PLG-2");
    let (one, two) = (repeated(1).encode(), pair().encode());
    let counted = |count: u8| {
        let mut bytes = one.clone();
        bytes[HEAD - 1] = count;
        bytes
    };
    let retyped = |at: usize, kind: [u8; 2]| {
        let mut bytes = two.clone();
        bytes[at..at + 2].copy_from_slice(&kind);
        bytes
    };
    let mut unknown = repeated(1);
    (unknown.opening.class, unknown.opening.region) = (u16::MAX, u16::MAX);
    let cases = vec![
        Case::valid("one token", input(&one)),
        Case::valid("two tokens", input(&two)),
        Case::valid("eight tokens", input(&repeated(8).encode())),
        Case::valid("the last class and region", input(&unknown.encode())),
        refused("nothing", &[]),
        refused("an opening alone", &one[..HEAD - 1]),
        refused("part of an opening", &one[..20]),
        refused("no token, count 0", &counted(0)[..HEAD]),
        refused("a token, count 0", &counted(0)),
        refused("no token, count 1", &one[..HEAD]),
        refused("a token, count 2", &counted(2)),
        refused("a token, count 9", &counted(9)),
        refused("nine tokens", &repeated(9).encode()),
        refused("a token, count 255", &counted(255)),
        refused("a byte too few", &one[..one.len() - 1]),
        refused("a byte left over", &[&one[..], &[0]].concat()),
        refused("a token left over", &[&one[..], &one[HEAD..]].concat()),
        refused("the first token of type 0x0001", &retyped(HEAD, [0, 1])),
        refused("the second token of type 0xda7a", &retyped(HEAD + Token::LEN, [0xda, 0x7a])),
    ];
    Group { operation: "pledge-bytes", section: "pledge §2", run: pledge_bytes, cases }
}

fn redemptions() -> Group {
    let one = repeated(1);
    let (token, body) = (one.tokens[0].encode(), one.redemption_body());
    let (text, pair) = (one.tokens[0].to_text(), pair());
    let input = |token: &str, body: &[u8]| -> Value {
        json!({ "token": token, "body": HEXLOWER.encode(body) })
    };
    let of = |pledge: &Pledge| input(&pledge.tokens[0].to_text(), &pledge.redemption_body());
    let other = |comment, token: &str| Case::invalid(comment, input(token, &body), "OVR-3");
    let sized = |comment, token: &[u8]| {
        Case::invalid(comment, input(&BASE64URL.encode(token), &body), "PLG-2")
    };
    let refused = |comment, body: &[u8]| Case::invalid(comment, input(&text, body), "PLG-2");
    let short = BASE64URL.encode(&[&token[..352], &[0]].concat());
    let second = pair.redemption_body();
    let retyped = |at: usize| {
        let mut bytes = second.clone();
        bytes[at] ^= 1;
        bytes
    };
    let two_texts = [&token[..1], &token[1..]].map(|part| BASE64URL.encode(part)).concat();
    let cases = vec![
        Case::valid("one token", of(&one)),
        Case::valid("two tokens", of(&pair)),
        Case::valid("eight tokens", of(&repeated(8))),
        other("padding where none is due", &format!("{}=", *text)),
        other("four characters of padding", &format!("{}====", *text)),
        other("padding inside: two texts in one", &two_texts),
        other("the alphabet of base64", &BASE64.encode(&token)),
        other("a character too few", &text[1..]),
        other("a character left over", &format!("{}A", *text)),
        other("353 bytes without padding", &BASE64URL_NOPAD.encode(&token[..353])),
        other("353 bytes, an unused bit set", &short.replace("A=", "B=")),
        other("a line feed at the end", &format!("{}\n", *text)),
        other("a space inside", &format!("{} {}", &text[..236], &text[236..])),
        other("in quotation marks", &format!("\"{}\"", *text)),
        sized("no token", &[]),
        sized("a token of 353 bytes", &token[..353]),
        sized("a token of 355 bytes", &[&token[..], &[0]].concat()),
        sized("a token of type 0x0001", &[&[0, 1], &token[2..]].concat()),
        sized("two tokens in the header", &[&token[..], &token].concat()),
        refused("no body", &[]),
        refused("a body with a byte too few", &body[..35]),
        refused("a body with a byte left over", &[&body[..], &[0]].concat()),
        refused("a body of a whole pledge", &one.encode()),
        refused("a second token with a byte too few", &second[..389]),
        refused("a second token with a byte left over", &[&second[..], &[0]].concat()),
        refused("a second token of another type", &retyped(37)),
        refused("nine tokens", &repeated(9).redemption_body()),
        Case::invalid("a text that is none, and no body", input("!", &[]), "OVR-3")
            .flags(&["two-faults"]),
    ];
    Group { operation: "redemption", section: "pledge §2", run: redemption, cases }
}
