//! `tag.json`: from an address to a tag ([spec: tag]).

use headcount_protocol::codec::Transcript;
use headcount_protocol::guardians::EvaluationRequest;
use headcount_protocol::oprf::{SecretScalar, blind, derive_key};
use serde_json::{Value, json};

use super::tag_sharing::{SEED, Sharing, campaign_id, join, request, secret};
use super::{email, tag_combine, tag_elements, tag_guardians};
use crate::vectors::operations::Bases;
use crate::vectors::operations::tag::{tag, tag_input};
use crate::vectors::{Case, File, Group, input};

/// The file.
pub(super) fn file() -> File {
    let groups = vec![
        email::group(),
        tag_elements::elements(),
        tag_elements::scalars(),
        tag_elements::commitment_lists(),
        tag_inputs(),
        tag_guardians::requests(),
        tag_guardians::evaluates(),
        tag_guardians::evaluations(),
        tag_combine::group(),
        tags(),
    ];
    File { name: "tag", bases: Bases::default(), groups }
}

/// The request of [spec: tag §4.3].
pub(super) fn worked_request() -> EvaluationRequest {
    request_for(&worked(), &derive_key(&SEED, b"blind"), 1)
}

fn worked() -> Value {
    of(2, "email", "annlee@gmail.com")
}

fn of(issuer: u16, method: &str, identifier: &str) -> Value {
    json!({
        "campaign_id": campaign_id(),
        "issuer": issuer,
        "method": method,
        "identifier": identifier,
    })
}

fn tag_inputs() -> Group {
    let longest = "x".repeat(255);
    let cases = vec![
        Case::valid("an address: tag §4.3", worked()).flags(&["worked-example"]),
        Case::valid(
            "an address with letters beyond ASCII",
            of(0, "email", "почта@xn--80a1acny.xn--p1ai"),
        ),
        Case::valid("an invitation", of(1, "invitation", "7")),
        Case::valid("the last invitation", of(1, "invitation", "4294967295")),
        Case::valid("a login", of(3, "oidc", "248289761001")),
        Case::valid("a login with a space", of(3, "oidc", " a|b ~")),
        Case::valid("the longest identifier", of(65_535, "oidc", &longest)),
        Case::valid("the same text by another method", of(1, "oidc", "7")),
    ];
    Group { operation: "tag-input", section: "tag §4.1", run: tag_input, cases }
}

fn tags() -> Group {
    let few = Sharing::named(&["a0", "a1"], 3);
    let many = Sharing::named(&["a0", "a1", "a2"], 5);
    let lone = Sharing::named(&["a0"], 1);
    let first = |input, sharing, indices: &[u8]| asked(input, sharing, indices, b"blind", 1);
    let mut elsewhere = worked();
    elsewhere["campaign_id"] = json!("f0".repeat(32));
    let cases = vec![
        Case::valid("tag §4.3: guardians 1 and 3", first(worked(), &few, &[1, 3]))
            .flags(&["worked-example"]),
        Case::valid("guardians 1 and 2: the same tag", first(worked(), &few, &[1, 2])),
        Case::valid("guardians 2 and 3: the same tag", first(worked(), &few, &[2, 3])),
        Case::valid("all three: the same tag", first(worked(), &few, &[3, 2, 1])),
        Case::valid("another blind: the same tag", asked(worked(), &few, &[1, 3], b"other", 1)),
        Case::valid("another epoch: the same tag", asked(worked(), &few, &[1, 3], b"blind", 0)),
        Case::valid("1 of 1 with the same key: the same tag", first(worked(), &lone, &[1])),
        Case::valid("3 of 5 with the same key: the same tag", first(worked(), &many, &[1, 2, 3])),
        Case::valid("3 of 5, three others: the same tag", first(worked(), &many, &[2, 4, 5])),
        Case::valid(
            "another issuer: another tag",
            first(of(1, "email", "annlee@gmail.com"), &few, &[1, 3]),
        ),
        Case::valid(
            "another method: another tag",
            first(of(2, "oidc", "annlee@gmail.com"), &few, &[1, 3]),
        ),
        Case::valid(
            "another address: another tag",
            first(of(2, "email", "ann@gmail.com"), &few, &[1, 3]),
        ),
        Case::valid("another campaign: another tag", first(elsewhere, &few, &[1, 3])),
        Case::valid("an invitation", first(of(1, "invitation", "7"), &few, &[1, 3])),
    ];
    Group { operation: "tag", section: "tag §4.2", run: tag, cases }
}

/// An identifier, and what the guardians answer to it.
fn asked(input: Value, sharing: &Sharing, indices: &[u8], info: &[u8], epoch: u32) -> Value {
    let blind = derive_key(&SEED, info);
    let request = request_for(&input, &blind, epoch);
    let answers = json!({
        "blind": secret(&blind),
        "epoch": epoch,
        "evaluations": sharing.answers(indices, &request),
    });
    join(join(input, &sharing.parameters()), &answers)
}

fn request_for(tag_input: &Value, secret: &SecretScalar, epoch: u32) -> EvaluationRequest {
    let campaign = input::campaign_id(tag_input);
    let transcript = Transcript::new("headcount/v1 tag input", &campaign)
        .field_u16(input::number(tag_input, "issuer"))
        .field(input::text(tag_input, "method").as_bytes())
        .field(input::text(tag_input, "identifier").as_bytes())
        .finish();
    let element = blind(&transcript, secret).expect("an input that does not hash to the identity");
    let mut request = request(epoch, vec![element]);
    request.campaign_id = campaign;
    request
}
