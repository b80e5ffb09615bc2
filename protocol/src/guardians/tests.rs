use super::*;
use crate::oprf::{ElementError, TestRng};
use curve25519_dalek::Scalar;

const EPOCH: u32 = 4;

/// A polynomial of `threshold` coefficients, its commitments and its `guardians` shares.
fn deal(threshold: u16, guardians: u16) -> (Scalar, Vec<[u8; 32]>, Vec<KeyShare>) {
    let mut rng = TestRng(1000 * u64::from(threshold));
    let secrets: Vec<_> = (0..threshold).map(|_| SecretScalar::random(&mut rng)).collect();
    let points = secrets.iter().map(|secret| *secret.public_key().as_bytes()).collect();
    let polynomial: Vec<_> = secrets
        .iter()
        .map(|secret| Scalar::from_canonical_bytes(*secret.to_bytes()).unwrap())
        .collect();
    let shares = (1..=guardians)
        .map(|index| {
            let at = Scalar::from(index);
            let value = polynomial.iter().rev().fold(Scalar::ZERO, |sum, a| sum * at + a);
            KeyShare::parse(ShareIndex::new(index).unwrap(), &value.to_bytes()).unwrap()
        })
        .collect();
    (polynomial[0], points, shares)
}

fn request(count: usize) -> EvaluationRequest {
    let mut rng = TestRng(77);
    let elements = (0..count).map(|_| SecretScalar::random(&mut rng).public_key()).collect();
    let elements = Batch::new(elements).unwrap();
    EvaluationRequest { campaign_id: CampaignId::from([7; 32]), epoch: EPOCH, elements }
}

fn two_of_three() -> (Commitments, EvaluationRequest, Vec<Evaluation>) {
    let (_, points, shares) = deal(2, 3);
    let request = request(2);
    let answers = shares.iter().map(|share| share.evaluate(&request, &mut TestRng(5))).collect();
    (Commitments::parse(2, 3, &points).unwrap(), request, answers)
}

fn index(number: u16) -> ShareIndex {
    ShareIndex::new(number).unwrap()
}

/// [TAG-22]
#[test]
fn any_t_answers_give_the_whole_key() {
    for (t, n) in [(1, 1), (1, 3), (2, 3), (3, 5), (4, 4)] {
        let (key, points, shares) = deal(t, n);
        let key = SecretScalar::from_scalar(key).unwrap();
        let commitments = Commitments::parse(t, n, &points).unwrap();
        assert_eq!(*commitments.public_key(), key.public_key());
        assert_eq!((commitments.threshold(), commitments.guardians()), (t, n));
        let request = request(2);
        let answers: Vec<_> =
            shares.iter().map(|share| share.evaluate(&request, &mut TestRng(5))).collect();
        for subset in 0u32..1 << n {
            let chosen: Vec<_> = answers
                .iter()
                .filter(|a| subset >> (a.index.value() - 1) & 1 == 1)
                .cloned()
                .collect();
            let combined = commitments.combine(EPOCH, &request.elements, &chosen);
            if chosen.len() < usize::from(t) {
                let error = CombineError::TooFew { threshold: t, found: chosen.len() };
                assert_eq!(combined.err(), Some(error));
                continue;
            }
            let combined = combined.unwrap();
            for blinded in request.elements.elements() {
                assert_eq!(combined.evaluated(blinded), Some(&key.multiply(blinded)));
            }
            assert_eq!(combined.evaluated(&key.public_key()), None);
        }
    }
}

/// [TAG-10, TAG-16]
#[test]
fn a_share_belongs_to_its_commitments() {
    let (_, points, shares) = deal(3, 5);
    let commitments = Commitments::parse(3, 5, &points).unwrap();
    for share in &shares {
        assert_eq!(commitments.share_key(share.index()), Some(&share.public_key()));
    }
    assert_eq!(commitments.share_key(index(6)), None);
    let alone = KeyShare::generate(&mut TestRng(0));
    let commitments = Commitments::parse(1, 1, &[*alone.public_key().as_bytes()]).unwrap();
    assert_eq!(commitments.share_key(alone.index()), Some(commitments.public_key()));
    let copy = KeyShare::parse(alone.index(), &alone.to_bytes()).unwrap();
    assert_eq!(copy.public_key(), alone.public_key());
    assert_eq!(format!("{copy:?}"), "KeyShare(1, redacted)");
    assert_eq!(KeyShare::parse(index(1), &[0; 32]).err(), Some(ScalarError::Zero));
    assert_eq!(KeyShare::parse(index(1), &[255; 32]).err(), Some(ScalarError::NotCanonical));
}

/// [TAG-13, TAG-14, TAG-15]
#[test]
fn commitments_are_refused() {
    let (_, points, _) = deal(3, 5);
    let parse = |t, n, points: &[[u8; 32]]| Commitments::parse(t, n, points).err();
    assert_eq!(parse(1, 0, &points[..1]), Some(CommitmentsError::Guardians(0)));
    assert_eq!(parse(1, 65, &points[..1]), Some(CommitmentsError::Guardians(65)));
    for threshold in [0, 6] {
        let error = CommitmentsError::Threshold { threshold, guardians: 5 };
        assert_eq!(parse(threshold, 5, &points), Some(error));
    }
    for threshold in [2, 4] {
        let error = CommitmentsError::Count { threshold, found: 3 };
        assert_eq!(parse(threshold, 5, &points), Some(error));
    }
    for (bytes, error) in
        [([0; 32], ElementError::Identity), ([0xff; 32], ElementError::NotCanonical)]
    {
        for position in 0..3 {
            let mut bad = points.clone();
            bad[position] = bytes;
            assert_eq!(parse(3, 5, &bad), Some(CommitmentsError::Element { position, error }));
        }
    }
    // f(x) = 2 − x is zero at 2.
    let one = SecretScalar::from_scalar(Scalar::ONE).unwrap();
    let minus_one = SecretScalar::from_scalar(-Scalar::ONE).unwrap();
    let two = SecretScalar::from_scalar(Scalar::from(2u8)).unwrap();
    assert_ne!(one.public_key(), minus_one.public_key());
    let line = [*two.public_key().as_bytes(), *minus_one.public_key().as_bytes()];
    assert_eq!(parse(2, 3, &line), Some(CommitmentsError::ZeroShare(index(2))));
}

/// [TAG-21]
#[test]
fn a_liar_is_named() {
    let (commitments, request, mut answers) = two_of_three();
    let honest = answers.clone();
    answers[1].elements = honest[0].elements.clone();
    let error = EvaluationError::Proof(index(2));
    assert_eq!(commitments.verify(EPOCH, &request.elements, &answers[1]), Err(error));
    let combined = commitments.combine(EPOCH, &request.elements, &answers);
    assert_eq!(combined.err(), Some(error.into()));
    answers.remove(1);
    assert!(commitments.combine(EPOCH, &request.elements, &answers).is_ok());
    // Another's answer under one's own number, and an answer to part of the request.
    let mut borrowed = honest[0].clone();
    borrowed.index = index(3);
    let error = Err(EvaluationError::Proof(index(3)));
    assert_eq!(commitments.verify(EPOCH, &request.elements, &borrowed), error);
    let part = Batch::from(request.elements.elements()[0]);
    let found = request.elements.elements().len();
    let error = Err(EvaluationError::Elements { index: index(1), found });
    assert_eq!(commitments.verify(EPOCH, &part, &honest[0]), error);
}

/// [TAG-20]
#[test]
fn a_repeated_or_unknown_index_or_another_epoch_is_refused() {
    let (commitments, request, mut answers) = two_of_three();
    let combine =
        |answers: &[Evaluation]| commitments.combine(EPOCH, &request.elements, answers).err();
    let twice = [answers[0].clone(), answers[0].clone()];
    assert_eq!(combine(&twice), Some(CombineError::Duplicate(index(1))));
    answers[2].index = index(4);
    assert_eq!(combine(&answers), Some(EvaluationError::UnknownIndex(index(4)).into()));
    answers[1].epoch = EPOCH + 1;
    let error = EvaluationError::Epoch { index: index(2), found: EPOCH + 1 };
    assert_eq!(combine(&answers), Some(error.into()));
}

#[test]
fn messages_have_one_encoding() {
    for count in [1, 64] {
        let request = request(count);
        let bytes = request.encode();
        assert_eq!(bytes.len(), 38 + 32 * count);
        assert_eq!(EvaluationRequest::decode(&bytes), Ok(request.clone()));
        let answer = KeyShare::generate(&mut TestRng(0)).evaluate(&request, &mut TestRng(9));
        let bytes = answer.encode();
        assert_eq!(bytes.len(), 72 + 32 * count);
        assert_eq!(Evaluation::decode(&bytes), Ok(answer));
    }
}

/// [TAG-18]
#[test]
fn malformed_messages_are_refused() {
    let request = request(2);
    let good = request.encode();
    let decode = |bytes: &[u8]| EvaluationRequest::decode(bytes).err();
    for cut in 0..good.len() {
        assert_eq!(decode(&good[..cut]), Some(DecodeError::Truncated));
    }
    assert_eq!(decode(&[&good[..], &[0]].concat()), Some(DecodeError::TrailingBytes));
    let with = |count: usize, element: [u8; 32]| {
        let body: Vec<u8> = (0..count).flat_map(|_| element).collect();
        decode(&Writer::new().bytes(&good[..36]).vec16(&body).finish())
    };
    let element = *request.elements.elements()[0].as_bytes();
    assert_eq!(with(1, element), None);
    for count in [0, 65] {
        assert_eq!(with(count, element), Some(DecodeError::OutOfRange("number of elements")));
    }
    for bad in [[0; 32], [0xff; 32]] {
        assert_eq!(with(2, bad), Some(DecodeError::OutOfRange("element")));
    }
    let odd = Writer::new().bytes(&good[..36]).vec16(&[&element[..], &[0]].concat()).finish();
    assert_eq!(decode(&odd), Some(DecodeError::OutOfRange("number of elements")));

    let good = KeyShare::generate(&mut TestRng(0)).evaluate(&request, &mut TestRng(9)).encode();
    for cut in 0..good.len() {
        assert_eq!(Evaluation::decode(&good[..cut]), Err(DecodeError::Truncated));
    }
    let longer = [&good[..], &[0]].concat();
    assert_eq!(Evaluation::decode(&longer), Err(DecodeError::TrailingBytes));
    let mut bad = good.clone();
    bad[..2].fill(0);
    assert_eq!(Evaluation::decode(&bad), Err(DecodeError::OutOfRange("share index")));
    let mut bad = good.clone();
    bad[8..40].fill(0);
    assert_eq!(Evaluation::decode(&bad), Err(DecodeError::OutOfRange("element")));
    let mut bad = good;
    bad.last_mut().unwrap().clone_from(&0xff);
    assert_eq!(Evaluation::decode(&bad), Err(DecodeError::OutOfRange("proof")));
}
