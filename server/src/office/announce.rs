//! `headcountd announce`: the organisers' news ([spec: statements §2]).

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use headcount_protocol::campaign::values::Texts;
use headcount_protocol::statement::Announcement;
use jiff::Timestamp;

use super::{Desk, Kind, StateError, read, say, say_delivered, wait};
use crate::clock::Clock;

/// What to announce.
#[derive(Clone, Debug, clap::Args)]
pub struct AnnounceArgs {
    /// A directory with manifest.json and organiser.key.
    dir: PathBuf,
    /// A text in a language: en="We meet at noon."
    #[arg(long, value_name = "LANGUAGE=TEXT", required_unless_present = "file")]
    text: Vec<String>,
    /// The same with the text in a file: en=news.txt
    #[arg(long, value_name = "LANGUAGE=PATH")]
    file: Vec<String>,
    /// Show what would be signed, and sign nothing.
    #[arg(long)]
    dry_run: bool,
}

/// Announces, and waits for the counter's promise.
///
/// # Errors
/// [`StateError`].
pub fn run(args: &AnnounceArgs) -> Result<(), Box<dyn std::error::Error>> {
    let texts = texts(&args.text, &args.file)?;
    let now = Clock::System.now();
    let desk = Desk::open(&args.dir, Kind::Announcement)?;
    if args.dry_run {
        say(&preview(wait(desk.next())??, now, &texts));
        return Ok(());
    }
    let manifest = &desk.campaign.manifest;
    let key = desk.key("organiser.key", &manifest.organiser_key)?;
    let sign = |number| {
        let refused = |error| StateError::Content(format!("{error}"));
        let signed = Announcement::sign(&desk.campaign.id, number, now, &texts, &key);
        let signed = signed.map_err(refused)?;
        signed.verify(&desk.campaign.id, &manifest.organiser_key).map_err(refused)?;
        Ok(signed.encode())
    };
    // The same news, whatever the hour: an answer was lost.
    let same = |body: &[u8]| {
        Announcement::decode(body).is_ok_and(|there| there.texts().as_ref() == Some(&texts))
    };
    say_delivered(&wait(desk.state(same, sign))??);
    Ok(())
}

/// The texts of the options, as a manifest's are read.
fn texts(texts: &[String], files: &[String]) -> Result<Texts, StateError> {
    let mut all = BTreeMap::new();
    let mut add = |language: &str, text: String| {
        let twice = || StateError::Content(format!("two texts in {language}"));
        all.insert(language.to_owned(), text).map_or(Ok(()), |_| Err(twice()))
    };
    for option in texts {
        let (language, text) = split(option)?;
        add(language, text.to_owned())?;
    }
    for option in files {
        let (language, path) = split(option)?;
        let text = String::from_utf8(read(Path::new(path))?);
        let text = text.map_err(|_| StateError::Content(format!("{path}: not UTF-8")))?;
        add(language, text.replace("\r\n", "\n").trim_end().to_owned())?;
    }
    let json = serde_json::to_value(all).unwrap_or_default();
    serde_json::from_value(json).map_err(|error| StateError::Content(error.to_string()))
}

fn split(option: &str) -> Result<(&str, &str), StateError> {
    let missing = || StateError::Content(format!("{option}: name the language, as in en=…"));
    option.split_once('=').ok_or_else(missing)
}

fn preview(number: u32, now: u64, texts: &Texts) -> String {
    let hour = i64::try_from(now - now % Announcement::HOUR).unwrap_or(i64::MAX);
    let hour = Timestamp::from_second(hour).unwrap_or(Timestamp::MAX);
    let mut shown = format!("Announcement {number} of {hour} would be signed:");
    for (language, text) in texts.iter() {
        shown += &format!("\n\n{language}: {text}");
    }
    shown
}
