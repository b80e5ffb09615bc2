//! The operations of `log.json` on trees and their files.

use data_encoding::HEXLOWER;
use headcount_protocol::bytes::{Base64Error, from_base64};
use headcount_protocol::log::bundle::{self, BundleError};
use headcount_protocol::log::{
    Checkpoint, CheckpointError, ConsistencyError, Hash, HashTile, HashTileError, InclusionError,
    Level, Tile, TileError, leaf_hash, new_tiles, tree_root, verify_consistency, verify_inclusion,
};
use serde_json::{Value, json};

use super::{Bases, broken};
use crate::vectors::input::{array, bytes, list, number as integer, text};

/// With more entries the hashes of the leaves are left out.
const SHOWN_LEAVES: usize = 8;

/// `base64`
///
/// # Errors
/// The rule that is broken.
pub fn base64(_: &Bases, input: &Value) -> Result<Value, Value> {
    let bytes = from_base64(text(input, "text")).map_err(|Base64Error| broken("LOG-1"))?;
    Ok(json!({ "bytes": HEXLOWER.encode(&bytes) }))
}

/// `number`: read where a checkpoint has one.
///
/// # Errors
/// The rule that is broken.
pub fn number(_: &Bases, input: &Value) -> Result<Value, Value> {
    let text = format!("o\n{}\n{}\n", text(input, "text"), Hash::EMPTY_ROOT.to_base64());
    match text.parse::<Checkpoint>() {
        Ok(checkpoint) => Ok(json!({ "number": checkpoint.size().to_string() })),
        // A line feed makes a line more.
        Err(CheckpointError::Size | CheckpointError::Extension) => Err(broken("LOG-2")),
        Err(
            CheckpointError::Note(_)
            | CheckpointError::Verify(_)
            | CheckpointError::Lines
            | CheckpointError::Name(_)
            | CheckpointError::Root
            | CheckpointError::EmptyRoot
            | CheckpointError::Origin
            | CheckpointError::Unwitnessed,
        ) => unreachable!("all but the number is good"),
    }
}

/// `root`
///
/// # Errors
/// None.
pub fn root(_: &Bases, input: &Value) -> Result<Value, Value> {
    let leaves: Vec<_> = list(input, "entries").iter().map(|entry| leaf_hash(entry)).collect();
    let root = tree_root(&leaves);
    if leaves.len() > SHOWN_LEAVES {
        return Ok(json!({ "root": root }));
    }
    Ok(json!({ "leaves": leaves, "root": root }))
}

/// `inclusion`
///
/// # Errors
/// The rule that is broken.
pub fn inclusion(_: &Bases, input: &Value) -> Result<Value, Value> {
    let (index, size) = (integer(input, "index"), integer(input, "size"));
    let leaf = Hash::from(array(input, "leaf"));
    let root = Hash::from(array(input, "root"));
    let rule = |error| match error {
        InclusionError::Index => "log §1.3 step 1",
        InclusionError::Length => "LOG-3",
        InclusionError::Root => "log §1.3 step 3",
    };
    let verified = verify_inclusion(index, size, &leaf, &proof(input), &root);
    verified.map_err(|error| broken(rule(error)))?;
    Ok(json!({ "accepted": true }))
}

/// `consistency`
///
/// # Errors
/// The rule that is broken.
pub fn consistency(_: &Bases, input: &Value) -> Result<Value, Value> {
    let (old, new): (u64, u64) = (integer(input, "old_size"), integer(input, "new_size"));
    let roots = ["old_root", "new_root"].map(|name| Hash::from(array(input, name)));
    let rule = |error| match error {
        ConsistencyError::Shrunk => "log §1.4 step 1",
        ConsistencyError::Length => "LOG-3",
        ConsistencyError::OldRoot | ConsistencyError::NewRoot => {
            if old == 0 || old == new {
                "log §1.4 step 1"
            } else {
                "log §1.4 step 5"
            }
        }
    };
    let verified = verify_consistency(old, new, &roots[0], &roots[1], &proof(input));
    verified.map_err(|error| broken(rule(error)))?;
    Ok(json!({ "accepted": true }))
}

fn proof(input: &Value) -> Vec<Hash> {
    let hash = |bytes: Vec<u8>| <[u8; 32]>::try_from(bytes).expect("a hash has 32 bytes").into();
    list(input, "proof").into_iter().map(hash).collect()
}

/// `tiles`
///
/// # Errors
/// None.
pub fn tiles(_: &Bases, input: &Value) -> Result<Value, Value> {
    let tiles = new_tiles(integer(input, "old_size"), integer(input, "size"));
    let mut paths: Vec<_> = tiles.map(|tile| tile.to_string()).collect();
    paths.sort_unstable();
    Ok(json!({ "files": paths }))
}

/// `path`
///
/// # Errors
/// The rule that is broken.
pub fn path(_: &Bases, input: &Value) -> Result<Value, Value> {
    let tile = text(input, "text").parse::<Tile>().map_err(|error| match error {
        TileError::Path | TileError::Width | TileError::OutOfRange => broken("LOG-5"),
    })?;
    let level = match tile.level() {
        Level::Entries => json!("entries"),
        Level::Hashes(level) => json!(level),
    };
    Ok(json!({ "level": level, "index": tile.index(), "width": tile.width() }))
}

/// `tile`
///
/// # Errors
/// The rule that is broken.
///
/// # Panics
/// If the path of the case is that of no hash tile.
pub fn tile(_: &Bases, input: &Value) -> Result<Value, Value> {
    let tile = text(input, "path").parse().expect("the path of a tile");
    match HashTile::parse(tile, &bytes(input, "bytes")) {
        Ok(tile) => Ok(json!({ "hashes": tile.hashes() })),
        Err(HashTileError::Length) => Err(broken("LOG-6")),
        Err(HashTileError::Entries) => unreachable!("the path is that of a hash tile"),
    }
}

/// `bundle`
///
/// # Errors
/// The rule that is broken.
pub fn bundle(_: &Bases, input: &Value) -> Result<Value, Value> {
    let bytes = bytes(input, "bytes");
    match bundle::decode(&bytes, integer(input, "width")) {
        Ok(entries) => {
            let entries: Vec<_> = entries.iter().map(|entry| HEXLOWER.encode(entry)).collect();
            Ok(json!({ "entries": entries }))
        }
        Err(BundleError::Truncated | BundleError::TrailingBytes) => Err(broken("LOG-12")),
        Err(BundleError::Width | BundleError::EntryTooLong(_)) => {
            unreachable!("the width is one, and no entry is written")
        }
    }
}
