//! The cases of `campaign.json`.

mod base;
mod classes;
mod encoding;
mod form;
mod guardians;
mod keys;
mod link;
mod numbers;
mod rules;
mod signers;
mod syntax;
mod texts;
mod threshold;
mod urls;

use std::collections::BTreeMap;

use crate::vectors::operations::{Bases, campaign};
use crate::vectors::{Case, File, Group};

/// The file.
pub(super) fn file() -> File {
    let group = |section, cases: Vec<Case>| Group {
        operation: "manifest",
        section,
        run: campaign::manifest,
        cases,
    };
    let link = Group {
        operation: "manifest-of-link",
        section: "campaign §1",
        run: campaign::manifest_of_link,
        cases: link::cases(),
    };
    let groups = vec![
        link,
        group("campaign §2", [encoding::cases(), syntax::cases()].concat()),
        group("campaign §2", [keys::cases(), numbers::cases()].concat()),
        group("campaign §3", [form::cases(), form::order()].concat()),
        group("campaign §3.1", texts::cases()),
        group("campaign §3.2", urls::cases()),
        group("campaign §4", [rules::cases(), classes::cases()].concat()),
        group("campaign §4", [signers::cases(), guardians::cases(), threshold::cases()].concat()),
    ];
    let manifests = BTreeMap::from([("large", base::large()), ("small", base::small().to_owned())]);
    File { name: "campaign", bases: Bases { manifests, ..Bases::default() }, groups }
}
