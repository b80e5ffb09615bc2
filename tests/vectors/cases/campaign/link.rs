//! The manifest of a link: [CAM-1].

use headcount_protocol::campaign::CampaignId;
use serde_json::{Value, json};

use super::base::{large, small};
use crate::campaign::draft_manifest;
use crate::vectors::Case;

pub(super) fn cases() -> Vec<Case> {
    let id = CampaignId::of(small().as_bytes());
    let mut other = *id.as_bytes();
    other[31] ^= 1;
    let with = |mut input: Value, id: CampaignId| {
        input["campaign_id"] = json!(id);
        input
    };
    let replaced = |pairs: &[(&str, &str)]| json!({ "manifest": "small", "replace": pairs });
    let end = "\"quorum\":0}}";
    let pretty = format!("{:#}", draft_manifest());
    let bad = |comment, input| Case::invalid(comment, input, "CAM-1");
    vec![
        Case::valid("the manifest of the link", with(json!({ "manifest": "small" }), id)),
        Case::valid(
            "another one",
            with(json!({ "manifest": "large" }), CampaignId::of(large().as_bytes())),
        ),
        bad("the manifest of another link", with(json!({ "manifest": "large" }), id)),
        bad("a bit of the id", with(json!({ "manifest": "small" }), CampaignId::from(other))),
        bad("a line feed behind it", with(replaced(&[(end, "\"quorum\":0}}\n")]), id))
            .flags(&["white-space"]),
        bad("a space within it", with(replaced(&[("{", "{ ")]), id)).flags(&["white-space"]),
        bad("a text with an escape", with(replaced(&[("A rally", "\\u0041 rally")]), id))
            .flags(&["escape"]),
        bad("the id of the same content, laid out for people", {
            with(json!({ "manifest": "small" }), CampaignId::of(pretty.as_bytes()))
        })
        .flags(&["white-space"]),
    ]
}
