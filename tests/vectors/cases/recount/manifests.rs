//! Manifests that are not that of the id, or none.

use headcount_protocol::campaign::CampaignId;
use serde_json::{Value, json};

use super::world::World;
use crate::vectors::Case;

pub(super) fn cases() -> Vec<Case> {
    let (small, joint) = (World::small(), World::joint());
    let case = |comment, input, rule| Case::invalid(comment, input, rule).at(&Value::Null, None);
    let other = |alter: fn(&mut Vec<u8>)| small.with_file("manifest.json", alter);
    let broken = |alter: &dyn Fn(&mut Vec<u8>)| {
        let mut manifest = small.campaign.bytes().to_vec();
        alter(&mut manifest);
        let mut input = small.with_file("manifest.json", |bytes| bytes.clone_from(&manifest));
        input["campaign_id"] = json!(CampaignId::of(&manifest));
        input
    };
    let replaced = |old: &'static str, new: &'static str| {
        broken(&|bytes| {
            let text = String::from_utf8(bytes.clone()).expect("a manifest is text");
            assert!(text.contains(old), "{old} is in the manifest");
            *bytes = text.replacen(old, new, 1).into_bytes();
        })
    };
    let mut elsewhere = small.with_logs(|_| ());
    elsewhere["campaign_id"] = json!(joint.campaign.id);
    vec![
        case("the id of another campaign", elsewhere, "CAM-1"),
        case("one more line feed at the end", other(|bytes| bytes.push(b'\n')), "CAM-1"),
        case("one space before it", other(|bytes| bytes.insert(0, b' ')), "CAM-1"),
        case("an empty file in the place of the manifest", other(Vec::clear), "CAM-1"),
        case("an empty file whose hash is the id", broken(&Vec::clear), "manifest"),
        case("two JSON texts", broken(&|bytes| bytes.extend(b" {}")), "manifest"),
        case("a key twice", replaced("{", "{\"headcount\":1,"), "manifest"),
        case("version 2", replaced("\"headcount\":1", "\"headcount\":2"), "manifest"),
    ]
}
