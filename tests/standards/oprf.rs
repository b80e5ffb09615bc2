//! The VOPRF against RFC 9497's vectors, a threshold vector and a second implementation.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use getrandom::SysRng;
use headcount_protocol::bytes::from_hex;
use headcount_protocol::campaign::CampaignId;
use headcount_protocol::codec::Transcript;
use headcount_protocol::guardians::{
    Commitments, Evaluation, EvaluationRequest, KeyShare, ShareIndex,
};
use headcount_protocol::identifier::{Identifier, Method};
use headcount_protocol::oprf::{
    Batch, Element, Proof, SecretScalar, blind, derive_key, evaluate, evaluate_with_nonce, finalize,
};
use headcount_protocol::tag::{TagBlinding, TagInput};
use headcount_tests::standards_vectors;
use proptest::prelude::*;
use rand_core::UnwrapErr;
use serde_json::Value;
use voprf_ng::{BlindedElement, EvaluationElement, Ristretto255, VoprfClient, VoprfServer};

/// A value of a vector: one hex string, or several after commas.
fn texts<'a>(value: &'a Value, key: &str) -> Vec<&'a str> {
    value[key].as_str().unwrap_or_else(|| panic!("{key} is text")).split(',').collect()
}

fn bytes(text: &str) -> Vec<u8> {
    data_encoding::HEXLOWER.decode(text.as_bytes()).unwrap()
}

fn scalar(text: &str) -> SecretScalar {
    SecretScalar::parse(&from_hex(text).unwrap()).unwrap()
}

fn batch(texts: &[&str]) -> Batch {
    Batch::new(texts.iter().map(|text| text.parse().unwrap()).collect()).unwrap()
}

fn number(value: &Value) -> u16 {
    value.as_u64().unwrap().try_into().unwrap()
}

fn array(value: &Value) -> &[Value] {
    value.as_array().unwrap()
}

#[test]
fn rfc9497_voprf() {
    let Some(suites) = standards_vectors("oprf/rfc9497-ristretto255-sha512.json") else { return };
    let mut cases = 0;
    for suite in array(&suites).iter().filter(|suite| suite["mode"] == 1) {
        let key = scalar(texts(suite, "skSm")[0]);
        let public: Element = texts(suite, "pkSm")[0].parse().unwrap();
        let seed = from_hex(texts(suite, "seed")[0]).unwrap();
        let derived = derive_key(&seed, &bytes(texts(suite, "keyInfo")[0]));
        assert_eq!(derived.to_bytes(), key.to_bytes());
        assert_eq!(key.public_key(), public);

        for case in array(&suite["vectors"]) {
            cases += 1;
            let (inputs, blinds) = (texts(case, "Input"), texts(case, "Blind"));
            let blinded = batch(&texts(case, "BlindedElement"));
            for (i, expected) in blinded.elements().iter().enumerate() {
                assert_eq!(blind(&bytes(inputs[i]), &scalar(blinds[i])).as_ref(), Ok(expected));
            }
            let nonce = scalar(texts(&case["Proof"], "r")[0]);
            let (evaluated, proof) = evaluate_with_nonce(&key, &blinded, &nonce);
            assert_eq!(evaluated, batch(&texts(case, "EvaluationElement")));
            let expected = from_hex(texts(&case["Proof"], "proof")[0]).unwrap();
            assert_eq!(proof.to_bytes(), expected);
            let parsed = Proof::parse(&expected).unwrap();
            assert_eq!(parsed.verify(&public, &blinded, &evaluated), Ok(()));
            for (i, output) in texts(case, "Output").into_iter().enumerate() {
                let element = &evaluated.elements()[i];
                let computed = finalize(&bytes(inputs[i]), &scalar(blinds[i]), element);
                assert_eq!(computed.as_slice(), bytes(output));
            }
        }
    }
    assert_eq!(cases, 3);
}

/// Mode 0 hashes inputs and derives keys under other labels; evaluation and output are the same.
#[test]
fn rfc9497_oprf_evaluation_and_output() {
    let Some(suites) = standards_vectors("oprf/rfc9497-ristretto255-sha512.json") else { return };
    let mut cases = 0;
    for suite in array(&suites).iter().filter(|suite| suite["mode"] == 0) {
        let key = scalar(texts(suite, "skSm")[0]);
        for case in array(&suite["vectors"]) {
            cases += 1;
            let blinded = batch(&texts(case, "BlindedElement"));
            let (evaluated, _) = evaluate(&key, &blinded, &mut UnwrapErr(SysRng));
            assert_eq!(evaluated, batch(&texts(case, "EvaluationElement")));
            let (input, secret) = (bytes(texts(case, "Input")[0]), scalar(texts(case, "Blind")[0]));
            let output = finalize(&input, &secret, &evaluated.elements()[0]);
            assert_eq!(output.as_slice(), bytes(texts(case, "Output")[0]));
        }
    }
    assert_eq!(cases, 2);
}

/// [TAG-22]
#[test]
fn threshold_vectors_of_every_subset() {
    let Some(cases) = standards_vectors("oprf/threshold-voprf-ristretto255.json") else { return };
    let mut combined_subsets = 0;
    for case in array(&cases) {
        let hex = |key| texts(case, key)[0];
        let points: Vec<[u8; 32]> = array(&case["commitments"])
            .iter()
            .map(|point| from_hex(point.as_str().unwrap()).unwrap())
            .collect();
        let commitments =
            Commitments::parse(number(&case["t"]), number(&case["n"]), &points).unwrap();
        let (input, secret) = (bytes(hex("input")), scalar(hex("blind")));
        let blinded = Batch::from(blind(&input, &secret).unwrap());
        assert_eq!(blinded, batch(&[hex("blinded")]));

        let nonce = scalar(hex("proof_r"));
        let answers: Vec<Evaluation> = array(&case["shares"])
            .iter()
            .zip(array(&case["partials"]))
            .map(|(share, partial)| {
                let index = ShareIndex::new(number(&share["index"])).unwrap();
                let secret = from_hex(texts(share, "share")[0]).unwrap();
                let key = KeyShare::parse(index, &secret).unwrap().public_key();
                assert_eq!(commitments.share_key(index), Some(&key));
                assert_eq!(key, texts(share, "public")[0].parse().unwrap());
                let (elements, proof) =
                    evaluate_with_nonce(&SecretScalar::parse(&secret).unwrap(), &blinded, &nonce);
                assert_eq!(elements, batch(&texts(partial, "element")));
                assert_eq!(proof.to_bytes(), from_hex(texts(partial, "proof")[0]).unwrap());
                Evaluation { index, epoch: 0, elements, proof }
            })
            .collect();
        for subset in array(&case["subsets"]) {
            let ids: Vec<u16> = array(&subset["ids"]).iter().map(number).collect();
            let chosen: Vec<_> =
                answers.iter().filter(|a| ids.contains(&a.index.value())).cloned().collect();
            let combined = commitments.combine(0, &blinded, &chosen).unwrap();
            let evaluated = combined.evaluated(&blinded.elements()[0]).unwrap();
            assert_eq!(*evaluated, hex("evaluation").parse().unwrap());
            assert_eq!(finalize(&input, &secret, evaluated).as_slice(), bytes(hex("output")));
            combined_subsets += 1;
        }
    }
    assert!(combined_subsets >= 3, "only {combined_subsets} subsets");
}

/// [TAG-23]
#[test]
fn a_tag_is_their_output_cut_in_half() {
    let mut rng = UnwrapErr(SysRng);
    let share = KeyShare::generate(&mut rng);
    let server = VoprfServer::<Ristretto255>::new_with_key(&*share.to_bytes()).unwrap();
    let commitments = Commitments::parse(1, 1, &[*share.public_key().as_bytes()]).unwrap();
    let campaign_id = CampaignId::from([7; 32]);
    for subject in ["7", "248289761001"] {
        let identifier = Identifier::from_subject(subject).unwrap();
        let input = TagInput::new(&campaign_id, 2, Method::Oidc, &identifier);
        let (blinding, element) = TagBlinding::new(input, &mut rng).unwrap();
        let request = EvaluationRequest { campaign_id, epoch: 0, elements: Batch::from(element) };
        let answer = share.evaluate(&request, &mut rng);
        let tag = blinding.finalize(&commitments, 0, &[answer]).unwrap();

        let input = Transcript::new("headcount/v1 tag input", &campaign_id)
            .field_u16(2)
            .field(b"oidc")
            .field(subject.as_bytes())
            .finish();
        assert_eq!(tag.expose()[..], server.evaluate(&input).unwrap()[..32]);
    }
}

fn theirs(element: &Element) -> [u8; 32] {
    *element.as_bytes()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn our_client_with_their_server(
        seed in any::<[u8; 32]>(),
        inputs in prop::collection::vec(prop::collection::vec(any::<u8>(), 1..80), 1..6),
    ) {
        let mut rng = UnwrapErr(SysRng);
        let server = VoprfServer::<Ristretto255>::new_from_seed(&seed, b"key info").unwrap();
        let public = server.get_public_key().compress().to_bytes();
        prop_assert_eq!(public, *derive_key(&seed, b"key info").public_key().as_bytes());

        let secrets: Vec<_> = inputs.iter().map(|_| SecretScalar::random(&mut rng)).collect();
        let blinded: Vec<_> =
            inputs.iter().zip(&secrets).map(|(input, secret)| blind(input, secret).unwrap()).collect();
        let asked: Vec<_> =
            blinded.iter().map(|e| BlindedElement::deserialize(&theirs(e)).unwrap()).collect();
        let answer = server.batch_blind_evaluate(&mut rng, &asked).unwrap();

        let evaluated = answer.messages.iter().map(|message| {
            Element::parse(message.serialize().as_slice().try_into().unwrap()).unwrap()
        });
        let evaluated = Batch::new(evaluated.collect()).unwrap();
        let proof = Proof::parse(answer.proof.serialize().as_slice().try_into().unwrap()).unwrap();
        let public = Element::parse(public).unwrap();
        prop_assert_eq!(proof.verify(&public, &Batch::new(blinded).unwrap(), &evaluated), Ok(()));
        for (i, input) in inputs.iter().enumerate() {
            let output = finalize(input, &secrets[i], &evaluated.elements()[i]);
            let expected = server.evaluate(input).unwrap();
            prop_assert_eq!(output.as_slice(), expected.as_slice());
        }
    }

    #[test]
    fn their_client_with_our_server(
        seed in any::<[u8; 32]>(),
        inputs in prop::collection::vec(prop::collection::vec(any::<u8>(), 1..80), 1..6),
    ) {
        let mut rng = UnwrapErr(SysRng);
        let key = derive_key(&seed, b"");
        let (clients, blinded): (Vec<_>, Vec<_>) = inputs
            .iter()
            .map(|input| {
                let result = VoprfClient::<Ristretto255>::blind(input, &mut rng).unwrap();
                let message = result.message.serialize();
                (result.state, Element::parse(message.as_slice().try_into().unwrap()).unwrap())
            })
            .unzip();
        let (evaluated, proof) = evaluate(&key, &Batch::new(blinded).unwrap(), &mut rng);

        let messages: Vec<_> = evaluated
            .elements()
            .iter()
            .map(|element| EvaluationElement::deserialize(&theirs(element)).unwrap())
            .collect();
        let their_proof = voprf_ng::Proof::deserialize(&proof.to_bytes()).unwrap();
        let server = VoprfServer::<Ristretto255>::new_with_key(&*key.to_bytes()).unwrap();
        let refs: Vec<&[u8]> = inputs.iter().map(Vec::as_slice).collect();
        let outputs: Vec<_> = VoprfClient::batch_finalize(
            &refs, &clients, &messages, &their_proof, server.get_public_key(),
        )
        .unwrap()
        .collect();
        for (input, output) in inputs.iter().zip(outputs) {
            prop_assert_eq!(output.unwrap(), server.evaluate(input).unwrap());
        }
        // A proof they refuse when one of its bits is wrong.
        let mut bad = proof.to_bytes();
        bad[33] ^= 1;
        let bad = voprf_ng::Proof::deserialize(&bad).unwrap();
        let refused = VoprfClient::batch_finalize(
            &refs, &clients, &messages, &bad, server.get_public_key(),
        );
        prop_assert!(refused.is_err());
    }
}
