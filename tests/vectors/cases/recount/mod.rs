//! `recount.json`: mirrors that agree, and mirrors with something wrong in them.

mod agrees;
mod amendments;
mod announcements;
mod checkpoints;
mod entries;
mod files;
mod findings;
mod history;
mod issuances;
mod manifests;
mod order;
mod pledges;
mod seals;
mod thresholds;
mod withdrawals;
mod witnessed;
mod witnessed_order;
mod world;

use crate::vectors::operations::{Bases, recount::recount};
use crate::vectors::{Case, File, Group};
use world::World;

/// The file.
#[must_use]
pub fn file() -> File {
    let group =
        |section, cases: Vec<Case>| Group { operation: "recount", section, run: recount, cases };
    let groups = vec![
        group("recount §6", [agrees::cases(), thresholds::cases()].concat()),
        group("recount §4", findings::of_issuances()),
        group("recount §5", findings::of_seals()),
        group("campaign §1", manifests::cases()),
        group("log §3.3", checkpoints::cases()),
        group("log §2.3", files::cases()),
        group("recount §8", history::cases()),
        group("log §4", entries::cases()),
        group("log §5", seals::cases()),
        group("attestation §3", issuances::cases()),
        group("pledge §3", pledges::cases()),
        group("pledge §5", withdrawals::cases()),
        group("statements §2", announcements::cases()),
        group("statements §3", amendments::cases()),
        group("witness §2", [witnessed::cases(), witnessed_order::cases()].concat()),
        group("recount §3", order::cases()),
    ];
    let mirrors = World::all().map(|world| (world.base, world.base_files()));
    let bases = Bases { mirrors: mirrors.into(), ..Bases::default() };
    File { name: "recount", bases, groups }
}
