//! The cases of `log.json`.

mod checkpoints;
mod consistency;
mod entries;
mod files;
mod inclusion;
mod keys;
mod notes;
mod paths;
mod signed;
mod statements;
mod text;
mod trees;

use crate::vectors::operations::{Bases, log, log_notes};
use crate::vectors::{File, Group};

/// The file.
pub(super) fn file() -> File {
    let group = |operation, section, run, cases| Group { operation, section, run, cases };
    let groups = vec![
        group("base64", "log §1", log::base64, text::base64()),
        group("number", "log §1", log::number, text::numbers()),
        group("root", "log §1.2", log::root, trees::roots()),
        group("inclusion", "log §1.3", log::inclusion, inclusion::cases()),
        group("consistency", "log §1.4", log::consistency, consistency::cases()),
        group("tiles", "log §2.3", log::tiles, files::growth()),
        group("path", "log §2.2", log::path, paths::cases()),
        group("tile", "log §2.2", log::tile, files::tiles()),
        group("bundle", "log §2.5", log::bundle, files::bundles()),
        group("verifier-key", "log §3.1", log_notes::verifier_key, keys::cases()),
        group("note", "log §3.2", log_notes::note, notes::cases()),
        group("checkpoint", "log §3.3", log_notes::checkpoint, checkpoints::cases()),
        group("checkpoint-sign", "log §3.3", log_notes::checkpoint_sign, checkpoints::signers()),
        group(
            "entry",
            "log §4",
            log_notes::entry,
            [entries::cases(), statements::cases()].concat(),
        ),
        group(
            "sort-key",
            "log §5",
            log_notes::sort_key,
            [entries::sort_keys(), statements::sort_keys()].concat(),
        ),
    ];
    File { name: "log", bases: Bases::default(), groups }
}
