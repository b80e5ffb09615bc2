//! Paths of tiles and bundles: [LOG-5].

use serde_json::json;

use crate::vectors::Case;

pub(super) fn cases() -> Vec<Case> {
    [valid(), spellings(), reach()].concat()
}

fn input(path: &str) -> serde_json::Value {
    json!({ "text": path })
}

fn valid() -> Vec<Case> {
    let valid = |comment, path| Case::valid(comment, input(path));
    vec![
        valid("the first tile", "tile/0/000"),
        valid("the first tile, partial", "tile/0/000.p/1"),
        valid("as wide as a partial tile can be", "tile/0/000.p/255"),
        valid("the worked example", "tile/0/x001/x234/067"),
        valid("the last index of one group", "tile/0/999"),
        valid("the first index of two groups", "tile/1/x001/000.p/1"),
        valid("a group of zeros", "tile/entries/x001/x000/000"),
        valid("a bundle", "tile/entries/273.p/112"),
        valid("a full bundle", "tile/entries/x999/999"),
        valid("the highest level", "tile/7/000.p/255"),
        valid("the last index of level 1", "tile/1/x281/x474/x976/x710/655.p/255"),
        valid("the last full tile of level 1", "tile/1/x281/x474/x976/x710/654"),
    ]
}

fn spellings() -> Vec<Case> {
    let paths = [
        ("nothing", ""),
        ("the folder", "tile"),
        ("the folder and a slash", "tile/"),
        ("no index", "tile/0"),
        ("an empty index", "tile/0/"),
        ("a slash before it", "/tile/0/000"),
        ("a slash behind it", "tile/0/000/"),
        ("two slashes", "tile//0/000"),
        ("a folder in capitals", "Tile/0/000"),
        ("another folder", "tiles/0/000"),
        ("a level with a zero before it", "tile/00/000"),
        ("a level with a sign", "tile/+0/000"),
        ("a level below zero", "tile/-1/000"),
        ("an empty level", "tile//000"),
        ("a level of Arabic digits", "tile/٠/000"),
        ("a level of two parts", "tile/8/8/000"),
        ("another word for the entries", "tile/data/000"),
        ("entries in capitals", "tile/Entries/000"),
        ("an index of one digit", "tile/0/0"),
        ("an index of four digits", "tile/0/0000"),
        ("an index of four digits that has no group", "tile/0/1000"),
        ("an index with a sign", "tile/0/+00"),
        ("an index of Arabic digits", "tile/0/٠٠٠"),
        ("an x before the last group", "tile/0/x000"),
        ("a group of two digits", "tile/0/x00"),
        ("a group of zeros at the beginning", "tile/0/x000/000"),
        ("two such groups", "tile/0/x000/x000/000"),
        ("no x before the first group", "tile/0/001/000"),
        ("an x before every group", "tile/0/x001/x000"),
        ("an x in capitals", "tile/0/X001/000"),
        ("a first group of one digit", "tile/0/x1/000"),
        ("a first group of four digits", "tile/0/x0010/00"),
        ("a partial tile without its width", "tile/0/000.p"),
        ("a partial tile with an empty width", "tile/0/000.p/"),
        ("a full tile as a partial one", "tile/0/000.p/256"),
        ("a width of zero", "tile/0/000.p/0"),
        ("a width above 256", "tile/0/000.p/257"),
        ("a width that 16 bits do not hold", "tile/0/000.p/65537"),
        ("a width with a zero before it", "tile/0/000.p/01"),
        ("a width with a sign", "tile/0/000.p/+1"),
        ("a slash behind the width", "tile/0/000.p/1/"),
        ("two widths", "tile/0/000.p/1.p/1"),
        ("a capital before the width", "tile/0/000.P/1"),
        ("no slash before the width", "tile/0/000.p1"),
        ("a space behind it", "tile/0/000 "),
        ("a line feed behind it", "tile/0/000\n"),
        ("a NUL behind it", "tile/0/000\0"),
        ("points that lead elsewhere", "tile/0/../0/000"),
        ("an encoded slash", "tile%2F0/000"),
        ("a backslash", "tile\\0\\000"),
        ("a query", "tile/0/000?"),
    ];
    let bad = |(comment, path)| Case::invalid(comment, input(path), "LOG-5");
    paths.into_iter().map(bad).collect()
}

fn reach() -> Vec<Case> {
    let paths = [
        ("a level above the highest", "tile/8/000.p/1"),
        ("the highest level that has a path elsewhere", "tile/63/000"),
        ("a level that eight bits do not hold", "tile/256/000"),
        ("a full tile of the highest level", "tile/7/000"),
        ("a second tile of the highest level", "tile/7/001.p/1"),
        ("one hash more than level 1 has", "tile/1/x281/x474/x976/x710/655"),
        ("a tile behind the last of level 1", "tile/1/x281/x474/x976/x710/656.p/1"),
        ("one hash more than level 0 has", "tile/0/x072/x057/x594/x037/x927/935"),
        ("one entry more than a log has", "tile/entries/x072/x057/x594/x037/x927/935"),
        ("an index of 2^56", "tile/entries/x072/x057/x594/x037/x927/936.p/1"),
        ("an index of 2^64 - 1", "tile/0/x018/x446/x744/x073/x709/x551/615"),
        ("an index of 2^64", "tile/0/x018/x446/x744/x073/x709/x551/616"),
        (
            "an index of twelve groups",
            "tile/0/x001/x000/x000/x000/x000/x000/x000/x000/x000/x000/x000/000",
        ),
    ];
    let bad = |(comment, path)| Case::invalid(comment, input(path), "LOG-5").flags(&["range"]);
    paths.into_iter().map(bad).collect()
}
