//! The specification and the code name each other's parts: what is cited exists.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use headcount_protocol::campaign::{Campaign, CampaignId};
use headcount_protocol::codec::Transcript;
use headcount_protocol::entry::{Entry, Seal};
use headcount_protocol::token::TokenChallenge;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn files(dir: &Path, extension: &str, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path, extension, found);
        } else if path.extension().is_some_and(|it| it == extension) {
            found.push(path);
        }
    }
}

/// The files of the specification by name; a folder's README has the folder's.
fn specification() -> BTreeMap<String, String> {
    let mut found = Vec::new();
    files(&root().join("spec"), "md", &mut found);
    let name = |path: &Path| {
        let path = if path.ends_with("README.md") { path.parent().unwrap() } else { path };
        path.file_stem().unwrap().to_str().unwrap().to_owned()
    };
    found.iter().map(|path| (name(path), fs::read_to_string(path).unwrap())).collect()
}

fn sources() -> Vec<(PathBuf, String)> {
    let mut found = Vec::new();
    for part in ["protocol/src", "server/src", "client/src"] {
        files(&root().join(part), "rs", &mut found);
    }
    found.into_iter().map(|path| (path.clone(), fs::read_to_string(path).unwrap())).collect()
}

/// The numbers of a file's headings: `3` and `3.1` of `## 3. Notes` and `### §3.1 Names`.
fn sections(text: &str) -> BTreeSet<String> {
    let headings = text.lines().filter_map(|line| line.strip_prefix("##"));
    let numbers = headings.map(|line| {
        let line = line.trim_start_matches(['#', ' ', '§']);
        let end = line.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(line.len());
        line[..end].trim_end_matches('.').to_owned()
    });
    numbers.collect()
}

/// What stands between each `from` and the next `to`.
fn between<'a>(text: &'a str, from: &str, to: char) -> Vec<&'a str> {
    let parts = text.split(from).skip(1);
    parts.filter_map(|part| part.split_once(to).map(|(inside, _)| inside)).collect()
}

#[test]
fn every_cited_section_exists() {
    let specification = specification();
    let mut cited = 0;
    for (path, text) in sources() {
        for citation in between(&text, "[spec: ", ']') {
            cited += 1;
            let (name, section) = citation.split_once(" §").unwrap_or((citation, ""));
            let file = specification.get(name);
            let file = file.unwrap_or_else(|| panic!("{}: no {name}.md", path.display()));
            let exists = section.is_empty() || sections(file).contains(section);
            assert!(exists, "{}: {name} has no §{section}", path.display());
        }
    }
    assert!(cited > 100, "only {cited} citations were found");
    for (name, text) in &specification {
        for link in between(text, "](", ')').into_iter().filter(|link| link.ends_with(".md")) {
            let folder = root().join("spec");
            let exists = folder.join(link).exists() || folder.join(name).join(link).exists();
            assert!(exists, "{name} links to {link}");
        }
    }
    // `[tag §4.1](tag.md)`, also where the link has no target.
    for (name, text) in &specification {
        for inside in between(text, "[", ']') {
            let Some((other, section)) = inside.split_once(" §") else { continue };
            let Some(other) = specification.get(other) else { continue };
            assert!(sections(other).contains(section), "{name}.md: [{inside}]");
        }
    }
}

/// [OVR-4]
#[test]
fn every_label_is_in_the_table() {
    let overview = &specification()["overview"];
    for (path, text) in sources() {
        for label in between(&text, "\"headcount/v1 ", '"') {
            let row = format!("`headcount/v1 {label}`");
            assert!(overview.contains(&row), "{}: {row} is in no row", path.display());
        }
    }
}

/// The lengths of [spec: overview §2.1].
#[test]
fn the_lengths_are_those_of_the_table() {
    use headcount_protocol::attestation::{Attestation, Vouching};
    use headcount_protocol::pledge::Opening;
    use headcount_protocol::token::{Token, TokenInput, TokenRequest, TokenResponse};
    assert_eq!((Attestation::LEN, Vouching::LEN, Opening::LEN), (162, 130, 36));
    assert_eq!((TokenInput::LEN, TokenRequest::LEN), (98, 259));
    assert_eq!((TokenResponse::LEN, Token::LEN), (256, 354));
}

#[test]
fn the_worked_numbers_are_what_the_code_computes() {
    let hex = |bytes: &[u8]| data_encoding::HEXLOWER.encode(bytes);
    let id = CampaignId::from([7; 32]);
    let salt = Transcript::new("headcount/v1 salt", &id).field_u16(3).field(b"ab").finish();
    assert_eq!(salt.len(), 59);
    assert!(hex(&salt).ends_with("0002000300026162"));
    let challenge = TokenChallenge::new("issuer.example", [7; 32], "counter.example").encode();
    assert_eq!(challenge.len(), 68);
    assert!(hex(&challenge).starts_with("0002000e6973737565722e6578616d706c6520"));
    let seal = Seal { batch: 2, count: 3, issuance_checkpoints: Vec::new() };
    assert_eq!(hex(&Entry::Seal(seal).encode()), "ff00000000000000020000000300");
    let full = Seal { batch: 0, count: 1, issuance_checkpoints: vec![vec![0; 1_021]; 64] };
    assert!(Entry::Seal(full).encode().len() <= Entry::MAX_LEN);
}

#[test]
fn the_example_is_a_campaign() {
    let path = root().join("spec/examples/half-million.manifest.json");
    let campaign = Campaign::parse(&fs::read(path).unwrap()).unwrap();
    assert_eq!(campaign.manifest.threshold.count, 500_000);
}
