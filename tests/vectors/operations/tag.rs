//! Elements, commitments and tags ([spec: tag §2.1], [spec: tag §3.2], [spec: tag §4]).

use data_encoding::HEXLOWER;
use headcount_protocol::codec::Transcript;
use headcount_protocol::guardians::{
    Commitments, CommitmentsError, Evaluation, EvaluationRequest, ShareIndex,
};
use headcount_protocol::identifier::{Identifier, Method};
use headcount_protocol::oprf::{
    self, Batch, Element, ElementError, ScalarError, SecretScalar, derive_key,
};
use headcount_protocol::tag::{TagBlinding, TagInput};
use serde_json::{Value, json};

use super::{Bases, broken};
use crate::vectors::input::{array, campaign_id, list, number, text};

/// `element`: 32 bytes that are one.
pub(crate) fn element(_: &Bases, input: &Value) -> Result<Value, Value> {
    let element = Element::parse(array(input, "element"));
    let element = element.map_err(|error| broken(element_rule(error)))?;
    Ok(json!({ "element": element }))
}

/// `scalar`: 32 bytes that are a key, a share or a blind.
pub(crate) fn scalar(_: &Bases, input: &Value) -> Result<Value, Value> {
    let scalar = SecretScalar::parse(&array(input, "scalar")).map_err(|error| match error {
        ScalarError::NotCanonical | ScalarError::Zero => broken("TAG-10"),
    })?;
    Ok(json!({ "scalar": HEXLOWER.encode(&scalar.to_bytes()[..]) }))
}

/// `commitments`: the public keys that follow from the manifest's commitments.
pub(crate) fn commitments(_: &Bases, input: &Value) -> Result<Value, Value> {
    let commitments = read_commitments(input).map_err(|error| {
        broken(match error {
            CommitmentsError::Guardians(_) | CommitmentsError::Threshold { .. } => "TAG-13",
            CommitmentsError::Count { .. } => "TAG-14",
            CommitmentsError::Element { error: ElementError::Identity, .. }
            | CommitmentsError::ZeroShare(_) => "TAG-15",
            CommitmentsError::Element { error, .. } => element_rule(error),
        })
    })?;
    let indices = (1..=commitments.guardians()).filter_map(ShareIndex::new);
    let keys: Vec<_> = indices.map(|index| commitments.share_key(index)).collect();
    Ok(json!({ "public_key": commitments.public_key(), "share_keys": keys }))
}

/// `tag-input`: what the VOPRF is asked for.
pub(crate) fn tag_input(_: &Bases, input: &Value) -> Result<Value, Value> {
    let transcript = transcript(input);
    // The input of `protocol` shows itself to nobody: equal inputs give equal elements.
    let blind = derive_key(&[0; 32], b"comparison");
    let (_, blinded) = TagBlinding::with_blind(read_input(input), blind.clone()).expect("an input");
    assert_eq!(oprf::blind(&transcript, &blind), Ok(blinded), "not the transcript of {input}");
    Ok(json!({ "input": HEXLOWER.encode(&transcript) }))
}

/// `tag`: from an identifier and the guardians' answers to the tag.
pub(crate) fn tag(bases: &Bases, input: &Value) -> Result<Value, Value> {
    let mut output = tag_input(bases, input)?;
    let blind = SecretScalar::parse(&array(input, "blind")).expect("a blind");
    let (blinding, blinded) =
        TagBlinding::with_blind(read_input(input), blind.clone()).expect("an input");
    let elements = Batch::from(blinded);
    let request = EvaluationRequest {
        campaign_id: campaign_id(input),
        epoch: number(input, "epoch"),
        elements,
    };
    let answers = list(input, "evaluations").into_iter();
    let answers: Vec<_> = answers.map(|it| Evaluation::decode(&it).expect("an answer")).collect();
    let commitments = read_commitments(input).expect("commitments");
    let combined = commitments.combine(request.epoch, &request.elements, &answers);
    let combined = combined.expect("answers that combine");
    let evaluated = combined.evaluated(&blinded).expect("the element was asked for");
    output["blinded"] = json!(blinded);
    output["request"] = json!(HEXLOWER.encode(&request.encode()));
    output["evaluated"] = json!(evaluated);
    let full = oprf::finalize(&transcript(input), &blind, evaluated);
    output["output"] = json!(HEXLOWER.encode(&full[..]));
    let tag = blinding.finalize_in(&combined).expect("the element was asked for");
    output["tag"] = json!(HEXLOWER.encode(tag.expose()));
    Ok(output)
}

const fn element_rule(error: ElementError) -> &'static str {
    match error {
        ElementError::Hex(_) => "OVR-2",
        ElementError::NotCanonical => "TAG-8",
        ElementError::Identity => "TAG-9",
    }
}

/// The manifest's commitments, of any number.
pub(super) fn read_commitments(input: &Value) -> Result<Commitments, CommitmentsError> {
    let points = list(input, "commitments").into_iter();
    let points: Vec<[u8; 32]> = points.map(|it| it.try_into().expect("32 bytes")).collect();
    Commitments::parse(number(input, "threshold"), number(input, "guardians"), &points)
}

fn method(input: &Value) -> Method {
    serde_json::from_value(input["method"].clone()).expect("a method")
}

fn read_input(input: &Value) -> TagInput {
    let identifier = Identifier::from_sealed(text(input, "identifier").as_bytes());
    let identifier = identifier.expect("1 to 255 bytes");
    TagInput::new(&campaign_id(input), number(input, "issuer"), method(input), &identifier)
}

fn transcript(input: &Value) -> Vec<u8> {
    Transcript::new("headcount/v1 tag input", &campaign_id(input))
        .field_u16(number(input, "issuer"))
        .field(method(input).name().as_bytes())
        .field(text(input, "identifier").as_bytes())
        .finish()
}
