//! The test vector of [spec: tag §4.3], recomputed with every intermediate.

use curve25519_dalek::Scalar;
use data_encoding::HEXLOWER;
use serde_json::{Value, json};

use super::*;
use crate::guardians::{EvaluationRequest, ShareIndex};
use crate::identifier::email::{Address, Version};
use crate::oprf::{derive_key, evaluate_with_nonce};

const EPOCH: u32 = 1;
const TYPED: &str = "Ann.Lee+rally@GoogleMail.com";
/// Guardians whose answers are combined.
const CHOSEN: [u8; 2] = [1, 3];

fn hex(bytes: impl AsRef<[u8]>) -> String {
    HEXLOWER.encode(bytes.as_ref())
}

fn secret(name: &[u8]) -> SecretScalar {
    derive_key(&[0; 32], name)
}

fn scalar(secret: &SecretScalar) -> Scalar {
    Scalar::from_canonical_bytes(*secret.to_bytes()).unwrap()
}

fn compute() -> Value {
    let campaign_id = CampaignId::from(std::array::from_fn(|i| u8::try_from(i).unwrap()));
    let identifier = Address::parse(Version::V1, TYPED).unwrap().identifier;
    let input = TagInput::new(&campaign_id, 2, Method::Email, &identifier);

    let coefficients = [secret(b"a0"), secret(b"a1")];
    let points = coefficients.each_ref().map(|a| *a.public_key().as_bytes());
    let commitments = Commitments::parse(2, 3, &points).unwrap();

    let blind = secret(b"blind");
    let input_hex = hex(&*input.0);
    let (blinding, blinded) = TagBlinding::with_blind(input, blind.clone()).unwrap();
    let request = EvaluationRequest { campaign_id, epoch: EPOCH, elements: Batch::from(blinded) };

    let [a0, a1] = coefficients.each_ref().map(scalar);
    let (answers, guardians): (Vec<_>, Vec<_>) = CHOSEN
        .map(|i| {
            let share = SecretScalar::from_scalar(a0 + a1 * Scalar::from(i)).unwrap();
            let nonce = secret(&[b'n', i]);
            let (elements, proof) = evaluate_with_nonce(&share, &request.elements, &nonce);
            let index = ShareIndex::new(i.into()).unwrap();
            let answer = Evaluation { index, epoch: EPOCH, elements, proof };
            let values = json!({
                "index": i,
                "share": hex(*share.to_bytes()),
                "share_key": commitments.share_key(index).unwrap(),
                "nonce": hex(*nonce.to_bytes()),
                "evaluation": hex(answer.encode()),
            });
            (answer, values)
        })
        .into_iter()
        .unzip();

    let combined = commitments.combine(EPOCH, &request.elements, &answers).unwrap();
    let evaluated = *combined.evaluated(&blinded).unwrap();
    let output = oprf::finalize(&blinding.input.0, &blind, &evaluated);
    let tag = blinding.finalize(&commitments, EPOCH, &answers).unwrap();
    json!({
        "campaign_id": campaign_id,
        "issuer_index": 2,
        "method": Method::Email,
        "typed": TYPED,
        "identifier": identifier.expose(),
        "input": input_hex,
        "coefficients": coefficients.map(|a| hex(*a.to_bytes())),
        "commitments": points.map(hex),
        "blind": hex(*blind.to_bytes()),
        "blinded": blinded,
        "request": hex(request.encode()),
        "guardians": guardians,
        "evaluated": evaluated,
        "output": hex(*output),
        "tag": hex(tag.expose()),
    })
}

#[test]
fn the_vector_is_what_the_code_computes() {
    let vector: Value =
        serde_json::from_str(include_str!("../../../spec/vectors/tag.json")).unwrap();
    let computed = compute();
    assert_eq!(vector, computed, "{computed:#}");
}

#[test]
fn the_specification_prints_the_vector() {
    fn texts(value: &Value) -> Vec<&str> {
        match value {
            Value::String(text) => vec![text],
            Value::Array(values) => values.iter().flat_map(texts).collect(),
            Value::Object(values) => values.values().flat_map(texts).collect(),
            _ => vec![],
        }
    }
    let spec: String =
        include_str!("../../../spec/tag.md").chars().filter(|c| !c.is_whitespace()).collect();
    for text in texts(&compute()) {
        assert!(spec.contains(text), "{text} is not in spec/tag.md");
    }
}
