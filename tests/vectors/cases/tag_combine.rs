//! What an attester makes of the answers ([spec: tag §3.4]).

use curve25519_dalek::ristretto::CompressedRistretto;
use data_encoding::HEXLOWER;
use headcount_protocol::guardians::{Evaluation, EvaluationRequest, ShareIndex};
use headcount_protocol::oprf::{Batch, Element};
use serde_json::{Value, json};

use super::tag::worked_request;
use super::tag_elements::IDENTITY;
use super::tag_sharing::{Sharing, elements, hex, join, request};
use crate::vectors::operations::tag_guardians::combine;
use crate::vectors::{Case, Group};

const STEP: &str = "tag §3.4 step 1";

/// The cases of `combine`.
pub(super) fn group() -> Group {
    let mut cases = honest();
    cases.extend(misfits());
    cases.extend(lies());
    cases.extend(malformed());
    Group { operation: "combine", section: "tag §3.4", run: combine, cases }
}

fn two_of_three() -> Sharing {
    Sharing::named(&["a0", "a1"], 3)
}

fn three_of_five() -> Sharing {
    Sharing::named(&["a0", "a1", "a2"], 5)
}

fn input(sharing: &Sharing, request: &EvaluationRequest, answers: &[String]) -> Value {
    let request = HEXLOWER.encode(&request.encode());
    join(sharing.parameters(), &json!({ "request": request, "evaluations": answers }))
}

fn honest() -> Vec<Case> {
    let (one, two) = (request(0, elements(1)), request(0, elements(2)));
    let of = |sharing: &Sharing, request: &EvaluationRequest, indices: &[u8]| {
        input(sharing, request, &sharing.answers(indices, request))
    };
    let lone = Sharing::named(&["a0"], 1);
    let (few, many) = (two_of_three(), three_of_five());
    vec![
        Case::valid("1 of 1", of(&lone, &one, &[1])),
        Case::valid("2 of 3: tag §4.3", of(&few, &worked_request(), &[1, 3]))
            .flags(&["worked-example"]),
        Case::valid("2 of 3: the first and the second", of(&few, &one, &[1, 2])),
        Case::valid("2 of 3: the first and the third", of(&few, &one, &[1, 3])),
        Case::valid("2 of 3: the second and the third", of(&few, &one, &[2, 3])),
        Case::valid("2 of 3: in the other order", of(&few, &one, &[3, 1])),
        Case::valid("2 of 3: one more than is needed", of(&few, &one, &[1, 2, 3])),
        Case::valid("2 of 3: two elements", of(&few, &two, &[2, 3])),
        Case::valid("3 of 5", of(&many, &one, &[1, 2, 3])),
        Case::valid("3 of 5: three others", of(&many, &one, &[5, 2, 4])),
        Case::valid("1 of 64: the last", of(&Sharing::named(&["a0"], 64), &one, &[64])),
        Case::valid("f = 5 + 3x: 8 and 14 make 5", of(&Sharing::small(&[5, 3], 3), &one, &[1, 3])),
    ]
}

/// Sets of answers that step 1 refuses.
fn misfits() -> Vec<Case> {
    let (few, many) = (two_of_three(), three_of_five());
    let (one, two) = (request(0, elements(1)), request(0, elements(2)));
    let of = |indices: &[u8]| few.answers(indices, &one);
    let refused =
        |comment, answers: &[String]| Case::invalid(comment, input(&few, &one, answers), STEP);
    let twice =
        |comment, answers: &[String]| Case::invalid(comment, input(&few, &one, answers), "TAG-20");
    let mut renamed = few.answer(3, &one);
    renamed.index = index(1);
    let later = request(1, elements(1));
    // The guardian did evaluate, but for the epoch it names.
    let outdated = few.answer(3, &later);
    let mut lie = few.answer(1, &one);
    lie.elements = Batch::from(elements(2)[1]);
    let mut unknown = lie.clone();
    unknown.index = index(4);
    vec![
        refused("none", &[]),
        refused("one where two are needed", &of(&[1])),
        Case::invalid(
            "two where three are needed",
            input(&many, &one, &many.answers(&[1, 2], &one)),
            STEP,
        ),
        refused("an index above n", &[of(&[1]), of(&[4])].concat()),
        refused("the last index there is", &[of(&[1, 2]), vec![hex(&last(&few, &one))]].concat()),
        refused("another epoch", &[of(&[1]), vec![hex(&outdated)]].concat()),
        refused(
            "another epoch in one that is not needed",
            &[of(&[1, 2]), vec![hex(&outdated)]].concat(),
        ),
        refused("an element too many", &[of(&[1]), few.answers(&[3], &two)].concat()),
        Case::invalid("an element too few", input(&few, &two, &few.answers(&[1, 3], &one)), STEP),
        twice("one answer twice", &of(&[1, 1])),
        twice("one answer twice, the third in between", &of(&[2, 3, 2])),
        twice("two answers with one index", &[of(&[1]), vec![hex(&renamed)]].concat()),
        Case::invalid(
            "one answer twice where three are needed",
            input(&many, &one, &many.answers(&[1, 1], &one)),
            "TAG-20",
        )
        .flags(&["two-faults"]),
        twice("an index above n, twice", &of(&[4, 4])).flags(&["two-faults"]),
        refused("a single false one where two are needed", &[hex(&lie)]).flags(&["two-faults"]),
        refused("a false one, then another epoch", &[hex(&lie), hex(&outdated)])
            .flags(&["two-faults"]),
        refused("a false one with an index above n", &[of(&[1]), vec![hex(&unknown)]].concat())
            .flags(&["two-faults"]),
    ]
}

/// Answers that fit and are not proven.
fn lies() -> Vec<Case> {
    let few = two_of_three();
    let (one, two) = (request(0, elements(1)), request(0, elements(2)));
    let refused = |comment, request: &EvaluationRequest, answers: &[Evaluation]| {
        let answers: Vec<_> = answers.iter().map(hex).collect();
        Case::invalid(comment, input(&few, request, &answers), "TAG-21")
    };
    let [first, third] = [1, 3].map(|index| few.answer(index, &one));
    let altered = |alter: &dyn Fn(&mut Evaluation)| {
        let mut answer = third.clone();
        alter(&mut answer);
        answer
    };
    let [mut swapped_first, mut swapped_third] = [first.clone(), third.clone()];
    (swapped_first.index, swapped_third.index) = (third.index, first.index);
    let other = Sharing::named(&["b0", "b1"], 3).answer(3, &one);
    let refreshed = Sharing::named(&["a0", "b1"], 3).answer(3, &one);
    let elsewhere = few.answer(3, &request(0, elements(2)[1..].to_vec()));
    let pair = few.answer(3, &two);
    let reversed = with_elements(&pair, |elements| vec![elements[1], elements[0]]);
    let cancelling = with_elements(&pair, |elements| {
        let [point, other] = [0, 1].map(|at| point(&elements[at]));
        let delta = point - other;
        // The second becomes the first plus the difference, so that the sum stays.
        vec![element(point + delta), element(other - delta)]
    });
    let proof = |at: usize| {
        let mut bytes = third.proof.to_bytes();
        bytes[at] ^= 1;
        altered(&|it| it.proof = headcount_protocol::oprf::Proof::parse(&bytes).expect("a proof"))
    };
    vec![
        refused("the proof's challenge altered", &one, &[first.clone(), proof(0)]),
        refused("the proof's response altered", &one, &[first.clone(), proof(32)]),
        refused("the first one false", &one, &[proof(0), few.answer(2, &one)]),
        refused(
            "a false one that is not needed",
            &one,
            &[first.clone(), few.answer(2, &one), proof(1)],
        ),
        refused("two indices exchanged", &one, &[swapped_first, swapped_third]),
        refused(
            "the index of the guardian that is silent",
            &one,
            &[first.clone(), altered(&|it| it.index = index(2))],
        ),
        refused("the share of another key", &one, &[first.clone(), other]),
        refused("a share of the same key after a refresh", &one, &[first.clone(), refreshed]),
        refused("an answer to another request", &one, &[first.clone(), elsewhere]),
        refused(
            "the element of the request for an answer",
            &one,
            &[first, altered(&|it| it.elements = one.elements.clone())],
        ),
        refused("two elements exchanged", &two, &[few.answer(1, &two), reversed]),
        refused(
            "two false elements with the sum of the true ones",
            &two,
            &[few.answer(1, &two), cancelling],
        ),
    ]
}

/// Answers that are none.
fn malformed() -> Vec<Case> {
    let few = two_of_three();
    let one = request(0, elements(1));
    let [first, third] = [1, 3].map(|index| hex(&few.answer(index, &one)));
    let refused = |comment, other: String| {
        Case::invalid(comment, input(&few, &one, &[first.clone(), other]), "TAG-18")
    };
    vec![
        refused("a byte left over", format!("{third}00")),
        refused("a byte too few", third[..third.len() - 2].to_owned()),
        refused("index 0", format!("0000{}", &third[4..])),
        refused("the identity", format!("{}{IDENTITY}{}", &third[..16], &third[80..])),
    ]
}

fn index(index: u16) -> ShareIndex {
    ShareIndex::new(index).expect("an index from 1")
}

/// An answer under the last index that can be written.
fn last(sharing: &Sharing, request: &EvaluationRequest) -> Evaluation {
    let mut answer = sharing.answer(3, request);
    answer.index = index(u16::MAX);
    answer
}

fn with_elements(answer: &Evaluation, alter: impl Fn(&[Element]) -> Vec<Element>) -> Evaluation {
    let elements = Batch::new(alter(answer.elements.elements())).expect("as many elements");
    Evaluation { elements, ..answer.clone() }
}

fn point(element: &Element) -> curve25519_dalek::RistrettoPoint {
    CompressedRistretto(*element.as_bytes()).decompress().expect("an element")
}

fn element(point: curve25519_dalek::RistrettoPoint) -> Element {
    Element::parse(point.compress().to_bytes()).expect("an element")
}
