//! Evaluation by guardians, and combination ([spec: tag §3.3], [spec: tag §3.4]).

use data_encoding::HEXLOWER;
use headcount_protocol::codec::DecodeError;
use headcount_protocol::guardians::{
    CombineError, Evaluation, EvaluationError, EvaluationRequest, ShareIndex,
};
use headcount_protocol::oprf::{SecretScalar, evaluate_with_nonce};
use serde_json::{Value, json};

use super::tag::read_commitments;
use super::{Bases, broken};
use crate::vectors::input::{array, bytes, list, number};

/// `evaluation-request`: what an attester asks a guardian.
pub(crate) fn evaluation_request(_: &Bases, input: &Value) -> Result<Value, Value> {
    let request = EvaluationRequest::decode(&bytes(input, "bytes")).map_err(malformed)?;
    Ok(json!({
        "campaign_id": request.campaign_id,
        "epoch": request.epoch,
        "elements": request.elements.elements(),
    }))
}

/// `evaluation`: what a guardian answers.
pub(crate) fn evaluation(_: &Bases, input: &Value) -> Result<Value, Value> {
    let answer = Evaluation::decode(&bytes(input, "bytes")).map_err(malformed)?;
    Ok(json!({
        "index": answer.index.value(),
        "epoch": answer.epoch,
        "elements": answer.elements.elements(),
        "proof": HEXLOWER.encode(&answer.proof.to_bytes()),
    }))
}

/// `evaluate`: a guardian's answer, the nonce of its proof being given.
pub(crate) fn evaluate(_: &Bases, input: &Value) -> Result<Value, Value> {
    let share = SecretScalar::parse(&array(input, "share")).expect("a share");
    let nonce = SecretScalar::parse(&array(input, "nonce")).expect("a nonce");
    let request = EvaluationRequest::decode(&bytes(input, "request")).expect("a request");
    let (elements, proof) = evaluate_with_nonce(&share, &request.elements, &nonce);
    let index = ShareIndex::new(number(input, "index")).expect("an index from 1");
    let answer = Evaluation { index, epoch: request.epoch, elements, proof };
    Ok(json!({
        "share_key": share.public_key(),
        "elements": answer.elements.elements(),
        "proof": HEXLOWER.encode(&answer.proof.to_bytes()),
        "evaluation": HEXLOWER.encode(&answer.encode()),
    }))
}

/// `combine`: the whole key times each element of a request.
pub(crate) fn combine(_: &Bases, input: &Value) -> Result<Value, Value> {
    let commitments = read_commitments(input).expect("commitments");
    let request = EvaluationRequest::decode(&bytes(input, "request")).map_err(malformed)?;
    let answers = list(input, "evaluations").into_iter().map(|it| Evaluation::decode(&it));
    let answers: Vec<_> = answers.collect::<Result<_, _>>().map_err(malformed)?;
    let combined = commitments.combine(request.epoch, &request.elements, &answers);
    let combined = combined.map_err(|error| {
        broken(match error {
            CombineError::Duplicate(_) => "TAG-20",
            CombineError::TooFew { .. }
            | CombineError::Evaluation(
                EvaluationError::UnknownIndex(_)
                | EvaluationError::Epoch { .. }
                | EvaluationError::Elements { .. },
            ) => "tag §3.4 step 1",
            CombineError::Evaluation(EvaluationError::Proof(_)) => "TAG-21",
        })
    })?;
    let evaluated = request.elements.elements().iter().map(|element| combined.evaluated(element));
    Ok(json!({ "evaluated": evaluated.collect::<Vec<_>>() }))
}

fn malformed(error: DecodeError) -> Value {
    match error {
        DecodeError::Truncated | DecodeError::TrailingBytes | DecodeError::OutOfRange(_) => {
            broken("TAG-18")
        }
    }
}
