//! The announcements as an Atom feed (RFC 4287), for readers that poll.

use std::io;

use data_encoding::BASE64URL_NOPAD;
use headcount_protocol::campaign::Campaign;
use headcount_protocol::statement::Announcement;
use jiff::Timestamp;
use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesText, Event};

use super::{hour, text, words};
use crate::counter::index::{Stated, Statements};

/// Media type of the feed.
pub const MEDIA_TYPE: &str = "application/atom+xml";

/// The feed in a language, newest first. What it shows is named by hash (RFC 6920): itself by that of
/// the manifest, an announcement by that of its entry.
///
/// # Panics
/// Never: it is written into memory.
#[must_use]
pub fn feed(
    campaign: &Campaign,
    announcements: &Statements<Announcement>,
    language: &str,
) -> String {
    let mut xml = Writer::new(Vec::new());
    write(&mut xml, campaign, announcements, language).expect("memory takes every byte");
    String::from_utf8(xml.into_inner()).expect("it is made of texts")
}

type Xml = Writer<Vec<u8>>;

fn write(
    xml: &mut Xml,
    campaign: &Campaign,
    announcements: &Statements<Announcement>,
    language: &str,
) -> io::Result<()> {
    let manifest = &campaign.manifest;
    let opens = Timestamp::from_second(i64::try_from(manifest.schedule.opens).unwrap_or(i64::MAX));
    let hours = announcements.iter().map(|stated| hour(&stated.statement));
    let updated = hours.max().unwrap_or_else(|| opens.unwrap_or(Timestamp::MAX));
    let [page, this] = [campaign.link(), manifest.counter.url.join("feed.atom")];
    xml.write_event(Event::Decl(BytesDecl::new("1.0", Some("utf-8"), None)))?;
    let root = xml.create_element("feed");
    let root =
        root.with_attributes([("xmlns", "http://www.w3.org/2005/Atom"), ("xml:lang", language)]);
    root.write_inner_content(|xml| {
        element(xml, "id", &by_hash(campaign.id.as_bytes()))?;
        element(xml, "title", manifest.title.get(language))?;
        element(xml, "updated", &updated.to_string())?;
        let author = xml.create_element("author");
        author.write_inner_content(|xml| element(xml, "name", words(language).organisers))?;
        link(xml, &[("rel", "self"), ("type", MEDIA_TYPE), ("href", &this)])?;
        link(xml, &[("rel", "alternate"), ("type", "text/html"), ("href", &page)])?;
        for stated in announcements.iter().rev() {
            let entry = xml.create_element("entry");
            entry.write_inner_content(|xml| announcement(xml, stated, language))?;
        }
        Ok(())
    })?;
    Ok(())
}

fn announcement(xml: &mut Xml, stated: &Stated<Announcement>, language: &str) -> io::Result<()> {
    let words = words(language);
    let (spoken, text) = text(&stated.statement, language);
    let number = stated.statement.number;
    let title = format!("{} {number} · {} {}", words.announcement, words.batch, stated.place.batch);
    element(xml, "id", &by_hash(stated.place.entry_hash.as_bytes()))?;
    element(xml, "title", &title)?;
    element(xml, "updated", &hour(&stated.statement).to_string())?;
    let content = xml.create_element("content");
    let content = content.with_attributes([("type", "text"), ("xml:lang", spoken)]);
    content.write_text_content(BytesText::new(&readable(text)))?;
    Ok(())
}

fn element(xml: &mut Xml, name: &str, text: &str) -> io::Result<()> {
    xml.create_element(name).write_text_content(BytesText::new(&readable(text)))?;
    Ok(())
}

fn link(xml: &mut Xml, attributes: &[(&str, &str)]) -> io::Result<()> {
    xml.create_element("link").with_attributes(attributes.iter().copied()).write_empty()?;
    Ok(())
}

/// `ni:///sha-256;…`
fn by_hash(sha256: &[u8]) -> String {
    format!("ni:///sha-256;{}", BASE64URL_NOPAD.encode(sha256))
}

/// XML 1.0 has no place for two of the characters a text may have, not even escaped.
fn readable(text: &str) -> String {
    text.replace(['\u{fffe}', '\u{ffff}'], "\u{fffd}")
}
