//! Bundles that are none, and tiles that do not hold the hashes of the entries.

use headcount_protocol::recount::LogName;

use super::world::{Files, World};
use crate::vectors::Case;

const BUNDLE: &str = "pledges/tile/entries/000.p/7";
const TILE: &str = "pledges/tile/0/000.p/7";

pub(super) fn cases() -> Vec<Case> {
    [bundles(), long_bundles(), tiles(), long_tiles(), full_ones()].concat()
}

fn bundles() -> Vec<Case> {
    let small = World::small();
    let case = |comment, alter: fn(&mut Vec<u8>)| {
        let input = small.with_file(BUNDLE, alter);
        Case::invalid(comment, input, "REC-3").at(&LogName::Pledges, Some(0))
    };
    let issuances = |comment, alter: fn(&mut Vec<u8>)| {
        let input = small.with_file("issuances/1/tile/entries/000.p/3", alter);
        Case::invalid(comment, input, "REC-3").at(&LogName::Issuances(1), Some(0))
    };
    vec![
        case("an empty bundle", Vec::clear),
        case("a bundle without its last byte", |bytes| bytes.truncate(bytes.len() - 1)),
        case("a bundle with one byte more", |bytes| bytes.push(0)),
        case("the length of the first entry is one less", |bytes| bytes[1] -= 1),
        case("the length of an entry is larger than the bundle", |bytes| bytes[35] = 0xff),
        case("a bundle with an empty entry more", |bytes| bytes.extend([0, 0])),
        issuances("a bundle without its last entry", |bytes| {
            // The seal: a length, then 14 bytes.
            bytes.truncate(bytes.len() - 16);
        }),
        issuances("half a length behind the last entry", |bytes| bytes.push(0)),
    ]
}

fn long_bundles() -> Vec<Case> {
    let long = World::long();
    let case = |comment, path: &str, index, alter: fn(&mut Vec<u8>)| {
        let input = long.with_file(&format!("issuances/0/tile/entries/{path}"), alter);
        Case::invalid(comment, input, "REC-3").at(&LogName::Issuances(0), Some(index))
    };
    vec![
        case("a full bundle that ends within its first entry", "000", 0, |bytes| {
            bytes.truncate(20);
        })
        .flags(&["full-tile"]),
        case("the second bundle without its last byte", "001.p/5", 256, |bytes| {
            bytes.truncate(bytes.len() - 1);
        }),
        case("the second bundle is that of 4 entries", "001.p/5", 256, |bytes| {
            bytes.truncate(bytes.len() - 16);
        }),
    ]
}

fn tiles() -> Vec<Case> {
    let small = World::small();
    let case = |comment, alter: fn(&mut Vec<u8>)| {
        let input = small.with_file(TILE, alter);
        Case::invalid(comment, input, "REC-4").at(&LogName::Pledges, Some(0))
    };
    let of_issuer = |comment, issuer: u16, alter: fn(&mut Files)| {
        let input = small.with_files(alter);
        Case::invalid(comment, input, "REC-4").at(&LogName::Issuances(issuer), Some(0))
    };
    vec![
        case("an empty tile", Vec::clear),
        case("a flipped bit in the first hash", |bytes| bytes[0] ^= 1),
        case("a flipped bit in the last hash", |bytes| bytes[32 * 7 - 1] ^= 0x80),
        case("a tile without its last hash", |bytes| bytes.truncate(32 * 6)),
        case("a tile without its last byte", |bytes| bytes.truncate(32 * 7 - 1)),
        case("a tile with a hash more", |bytes| bytes.extend([0; 32])),
        case("a tile with a byte more", |bytes| bytes.push(0)),
        case("two hashes exchanged", |bytes| bytes[32..96].rotate_left(32)),
        of_issuer("the tile of another log", 1, |files| {
            let other = files[TILE][..96].to_vec();
            files.insert("issuances/1/tile/0/000.p/3".to_owned(), other);
        }),
        of_issuer("a tile of zeros", 0, |files| {
            files.insert("issuances/0/tile/0/000.p/5".to_owned(), vec![0; 160]);
        }),
    ]
}

fn long_tiles() -> Vec<Case> {
    let long = World::long();
    let case = |comment, path: &str, index, alter: fn(&mut Vec<u8>)| {
        let input = long.with_file(&format!("issuances/0/tile/{path}"), alter);
        Case::invalid(comment, input, "REC-4").at(&LogName::Issuances(0), Some(index))
    };
    vec![
        case("a flipped bit in a full tile", "0/000", 0, |bytes| bytes[8000] ^= 1)
            .flags(&["full-tile"]),
        case("a flipped bit in the second tile", "0/001.p/5", 256, |bytes| bytes[40] ^= 1),
        case("a flipped bit on level 1", "1/000.p/1", 0, |bytes| bytes[31] ^= 1),
        case("half a hash on level 1", "1/000.p/1", 0, |bytes| bytes.truncate(16)),
        case("a second hash on level 1", "1/000.p/1", 0, |bytes| bytes.extend([0; 32])),
    ]
}

fn full_ones() -> Vec<Case> {
    let small = World::small();
    // The partial file is gone; a full one with these bytes behind the honest ones stands there.
    let full = |level: &str, rest: Vec<u8>| {
        small.with_files(|files| {
            let path = format!("pledges/tile/{level}/000");
            let honest = files.remove(&format!("{path}.p/7")).expect("the log has 7 entries");
            files.insert(path, [honest, rest].concat());
        })
    };
    let case = |comment, input, rule| {
        Case::invalid(comment, input, rule).at(&LogName::Pledges, Some(0)).flags(&["full-tile"])
    };
    vec![
        case(
            "a full bundle in the place of a partial one, of 255 entries",
            full("entries", vec![0; 2 * 248]),
            "REC-3",
        ),
        case(
            "a full bundle in the place of a partial one, of 257 entries",
            full("entries", vec![0; 2 * 250]),
            "REC-3",
        ),
        case(
            "a full tile in the place of a partial one, of 7 hashes",
            full("0", Vec::new()),
            "REC-4",
        ),
    ]
}
