//! What attester and guardian say to each other ([spec: tag §3.3]).

use data_encoding::HEXLOWER;
use headcount_protocol::codec::Writer;
use serde_json::{Value, json};

use super::tag::worked_request;
use super::tag_elements::{IDENTITY, NEGATIVE};
use super::tag_sharing::{Sharing, campaign_id, elements, nonce, request, secret};
use crate::vectors::operations::tag_guardians::{evaluate, evaluation, evaluation_request};
use crate::vectors::{Case, Group};

/// `q`, little-endian.
const ORDER: &str = "edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010";

/// The cases of `evaluation-request`.
pub(super) fn requests() -> Group {
    let head = || Writer::new().bytes(campaign_id().as_bytes()).u32(0);
    let bytes = |count, length| written(head(), &listed(count), length, &[]);
    let with = |last: &str| written(head(), &replaced(last), 64, &[]);
    let whole = request(0, elements(1)).encode();
    let refused = |comment, bytes: &[u8]| Case::invalid(comment, input(bytes), "TAG-18");
    let cases = vec![
        Case::valid("one element: tag §4.3", input(&worked_request().encode()))
            .flags(&["worked-example"]),
        Case::valid("two elements", input(&request(0, elements(2)).encode())),
        Case::valid("64 elements", input(&request(1, elements(64)).encode())),
        Case::valid("the last epoch", input(&request(u32::MAX, elements(1)).encode())),
        Case::valid(
            "one element twice",
            input(&request(0, [elements(1), elements(1)].concat()).encode()),
        ),
        refused("nothing", &[]),
        refused("no epoch", &whole[..32]),
        refused("no length", &whole[..36]),
        refused("half a length", &whole[..37]),
        refused("no element, length 0", &bytes(0, 0)),
        refused("a length without elements", &bytes(0, 32)),
        refused("a byte too few", &whole[..69]),
        refused("a byte left over", &[&whole[..], &[0]].concat()),
        refused("an element left over", &bytes(2, 32)),
        refused("a length that is no multiple of 32", &bytes(2, 63)),
        refused("65 elements", &bytes(65, 65 * 32)),
        refused(
            "an element that is none, first",
            &written(head(), &[hex(NEGATIVE)].concat(), 32, &[]),
        ),
        refused("an element that is none, last", &with(NEGATIVE)),
        refused("the identity, first", &written(head(), &[hex(IDENTITY)].concat(), 32, &[])),
        refused("the identity, last", &with(IDENTITY)),
    ];
    let run = evaluation_request;
    Group { operation: "evaluation-request", section: "tag §3.3", run, cases }
}

/// The cases of `evaluate`.
pub(super) fn evaluates() -> Group {
    let sharing = Sharing::named(&["a0", "a1"], 3);
    let input = |index: u8, request: &[u8]| {
        json!({
            "share": secret(&sharing.share(index)),
            "index": index,
            "nonce": secret(&nonce(index)),
            "request": HEXLOWER.encode(request),
        })
    };
    let worked = worked_request().encode();
    let cases = vec![
        Case::valid("guardian 1: tag §4.3", input(1, &worked)).flags(&["worked-example"]),
        Case::valid("guardian 3: tag §4.3", input(3, &worked)).flags(&["worked-example"]),
        Case::valid("two elements, one proof", input(2, &request(0, elements(2)).encode())),
        Case::valid("64 elements, one proof", input(1, &request(7, elements(64)).encode())),
    ];
    Group { operation: "evaluate", section: "tag §3.3", run: evaluate, cases }
}

/// The cases of `evaluation`.
pub(super) fn evaluations() -> Group {
    let sharing = Sharing::named(&["a0", "a1"], 3);
    let answer = |count| sharing.answer(1, &request(0, elements(count))).encode();
    let head = |index: u16| Writer::new().u16(index).u32(0);
    let (one, two) = (answer(1), answer(2));
    let proof = &one[one.len() - 64..];
    let bytes = |count, length| written(head(1), &listed(count), length, proof);
    let halves = |c: &[u8], s: &[u8]| written(head(1), &listed(1), 32, &[c, s].concat());
    let (zero, order) = ([0; 32], hex(ORDER));
    let worked = sharing.answer(1, &worked_request()).encode();
    let refused = |comment, bytes: &[u8]| Case::invalid(comment, input(bytes), "TAG-18");
    let cases = vec![
        Case::valid("one element: tag §4.3", input(&worked)).flags(&["worked-example"]),
        Case::valid("two elements", input(&two)),
        Case::valid("64 elements", input(&answer(64))),
        Case::valid("the last index", input(&written(head(u16::MAX), &listed(1), 32, proof))),
        Case::valid("a proof of zeros is one, and proves nothing", input(&halves(&zero, &zero))),
        refused("nothing", &[]),
        refused("index 0", &written(head(0), &listed(1), 32, proof)),
        refused("no epoch", &one[..2]),
        refused("no element, length 0", &bytes(0, 0)),
        refused("no proof", &one[..one.len() - 64]),
        refused("half a proof", &one[..one.len() - 32]),
        refused("a byte too few", &one[..one.len() - 1]),
        refused("a byte left over", &[&one[..], &[0]].concat()),
        refused("the length of one element more", &bytes(1, 64)),
        refused("the length of one element fewer", &bytes(2, 32)),
        refused("a length that is no multiple of 32", &bytes(2, 65)),
        refused("65 elements", &bytes(65, 65 * 32)),
        refused("an element that is none", &written(head(1), &replaced(NEGATIVE), 64, proof)),
        refused("the identity", &written(head(1), &replaced(IDENTITY), 64, proof)),
        refused("the proof's challenge is q", &halves(&order, &proof[32..])),
        refused("the proof's response is q", &halves(&proof[..32], &order)),
        refused("the proof's response has its highest bit", &halves(&proof[..32], &[0x80; 32])),
    ];
    Group { operation: "evaluation", section: "tag §3.3", run: evaluation, cases }
}

fn input(bytes: &[u8]) -> Value {
    json!({ "bytes": HEXLOWER.encode(bytes) })
}

/// So many elements in a row; beyond 64 they repeat.
fn listed(count: usize) -> Vec<u8> {
    let elements = elements(64);
    let bytes = elements.iter().cycle().take(count).map(|element| *element.as_bytes());
    bytes.collect::<Vec<_>>().concat()
}

/// Two elements, the second replaced.
fn replaced(last: &str) -> Vec<u8> {
    [listed(1), hex(last)].concat()
}

fn written(head: Writer, elements: &[u8], length: u16, rest: &[u8]) -> Vec<u8> {
    head.u16(length).bytes(elements).bytes(rest).finish()
}

fn hex(text: &str) -> Vec<u8> {
    HEXLOWER.decode(text.as_bytes()).expect("hex")
}
