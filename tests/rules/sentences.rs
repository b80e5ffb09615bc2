//! The sentences of a file of the specification that carry an id.

use super::Id;

/// A file's paragraphs, list items and rows of tables, each on one line.
fn blocks(text: &str) -> Vec<String> {
    let mut blocks: Vec<String> = Vec::new();
    let mut open = false;
    for line in text.lines() {
        let trimmed = line.trim_start();
        let item = trimmed.starts_with("- ")
            || trimmed.starts_with("* ")
            || trimmed.split_once(". ").is_some_and(|(n, _)| n.parse::<u8>().is_ok());
        let alone =
            trimmed.starts_with('|') || trimmed.starts_with('#') || line.starts_with("    ");
        if trimmed.is_empty() {
            open = false;
        } else if open && !item && !trimmed.starts_with('|') && !prefixed(trimmed) {
            let last = blocks.last_mut().expect("a block is open");
            last.push(' ');
            last.push_str(trimmed);
        } else {
            blocks.push(trimmed.to_owned());
            open = !alone;
        }
    }
    blocks
}

/// Whether an id stands before its sentence.
fn prefixed(block: &str) -> bool {
    id_at(block).is_some_and(|(_, rest)| rest.starts_with(' '))
}

/// The id that a text begins with, and what follows its bracket.
fn id_at(text: &str) -> Option<(Id, &str)> {
    let inside = text.strip_prefix('[')?;
    let end = inside.find([']', ':'])?;
    let id = Id::parse(&inside[..end])?;
    let close = inside.find(']')?;
    Some((id, &inside[close + 1..]))
}

/// The ids of a block, each with the place of its bracket, but those that are only referred to.
fn marks(block: &str) -> Vec<(usize, Id)> {
    let brackets = block.match_indices('[').map(|(at, _)| at);
    let marks = brackets.filter_map(|at| id_at(&block[at..]).map(|(id, _)| (at, id)));
    marks.filter(|(at, _)| !is_reference(&block[..*at])).collect()
}

/// Whether an id behind this text is a reference to a rule and not the id of what is said.
fn is_reference(before: &str) -> bool {
    let before = before.trim_end();
    let last = before.rsplit([' ', '(']).next().unwrap_or_default();
    let in_parentheses = before.rfind('(') > before.rfind(')');
    in_parentheses || before.ends_with("],") || REFERRING.contains(&last)
}

/// Words behind which an id is a reference.
const REFERRING: [&str; 9] = ["to", "and", "or", "of", "by", "in", "with", "under", "order,"];

/// The sentences with an id, in the file's order.
pub(super) fn of(text: &str) -> Vec<(Id, String)> {
    let mut found = Vec::new();
    for block in blocks(text) {
        let marks = marks(&block);
        if let Some(row) = block.strip_prefix('|') {
            let cells: Vec<&str> = row.split('|').map(str::trim).collect();
            if let (Some((id, _)), Some(rule)) = (id_at(cells[0]), cells.get(1)) {
                found.push((id, (*rule).to_owned()));
                continue;
            }
        }
        for (place, (at, id)) in marks.iter().enumerate() {
            let sentence = if *at == 0 && prefixed(&block) {
                let end = marks.get(place + 1).map_or(block.len(), |(next, _)| *next);
                block[block.find(']').map_or(0, |close| close + 1)..end].to_owned()
            } else {
                block[start_of_sentence(&block, *at)..*at].to_owned()
            };
            let sentence = sentence.trim().trim_start_matches(['-', '*', ' ', ';', '.']);
            found.push((id.clone(), sentence.trim().replace('|', "\\|")));
        }
    }
    found
}

/// Where the sentence begins that an id ends.
fn start_of_sentence(block: &str, at: usize) -> usize {
    let before = block[..at].trim_end_matches([' ', '.']);
    let ends = [". ", "]; ", ".* ", "]. "];
    let last = ends.iter().filter_map(|end| before.rfind(end).map(|found| found + end.len()));
    last.max().unwrap_or(0)
}

/// Blocks that say MUST, carry no id, and do not introduce a list or table of what does.
#[must_use]
pub fn unnumbered(text: &str) -> Vec<String> {
    let blocks = blocks(text);
    let words =
        |block: &str| block.split(|c: char| !c.is_ascii_alphabetic()).any(|it| it == "MUST");
    let introduces = |at: usize| {
        let is_head = |block: &&String| block.starts_with("| id |") || block.starts_with("| --- |");
        let next = blocks[at + 1..].iter().find(|block| !is_head(block));
        next.is_some_and(|block| !marks(block).is_empty())
    };
    let found = (0..blocks.len()).filter(|&at| words(&blocks[at]) && marks(&blocks[at]).is_empty());
    found.filter(|&at| !introduces(at)).map(|at| blocks[at].clone()).collect()
}
