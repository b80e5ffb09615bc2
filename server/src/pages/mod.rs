//! The pages people see. They work without JavaScript and load nothing from elsewhere.

pub mod feed;
pub mod mailbox;

use axum::http::header;
use axum::response::IntoResponse;
use headcount_protocol::campaign::Campaign;
use headcount_protocol::statement::Announcement;
use jiff::Timestamp;
use maud::{DOCTYPE, Markup, html};

use crate::counter::index::{Stated, Statements, Tally};

/// What a page may load: its own style sheet ([HTTP-25]).
const POLICY: &str = "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; \
                      frame-ancestors 'none'";

/// The style sheet of all pages.
pub const STYLE: &str = include_str!("style.css");

/// A page as a response.
pub fn html(markup: Markup) -> impl IntoResponse {
    let headers = [
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::CONTENT_TYPE, "text/html; charset=utf-8"),
    ];
    (headers, markup.into_string())
}

/// The style sheet as a response.
pub async fn style() -> impl IntoResponse {
    let headers = [(header::CONTENT_TYPE, "text/css"), (header::CACHE_CONTROL, "max-age=300")];
    (headers, STYLE)
}

/// The first language of an `Accept-Language` header in which the campaign has a title; without
/// one, English or the first there is.
#[must_use]
pub fn language(campaign: &Campaign, accepted: &str) -> String {
    let titles = &campaign.manifest.title;
    let known = |tag: &str| titles.iter().any(|(language, _)| language == tag);
    let wanted = accepted.split(',').filter_map(|range| range.split([';', '-']).next());
    let wanted = wanted.map(str::trim).find(|tag| known(tag));
    let first = || titles.iter().map(|(language, _)| language).next().unwrap_or("en");
    let fallback = || if known("en") { "en" } else { first() };
    wanted.unwrap_or_else(fallback).to_owned()
}

/// Words of the campaign page.
struct Words {
    pledged: &'static str,
    of: &'static str,
    join: &'static str,
    verify: &'static str,
    named: &'static str,
    unwitnessed: &'static str,
    announcements: &'static str,
    announcement: &'static str,
    batch: &'static str,
    organisers: &'static str,
    closed: &'static str,
}

const ENGLISH: Words = Words {
    pledged: "people have pledged",
    of: "of",
    join: "To pledge, run",
    verify: "To recount everything yourself, run",
    named: "People per class",
    unwitnessed: "No witnesses cosign this campaign's logs: the count is as the counter states it \
                  until you recount.",
    announcements: "Announcements",
    announcement: "Announcement",
    batch: "batch",
    organisers: "The organisers",
    closed: "The campaign is over: nothing more is counted.",
};

const RUSSIAN: Words = Words {
    pledged: "человек подтвердили участие",
    of: "из",
    join: "Чтобы подтвердить участие, выполните",
    verify: "Чтобы пересчитать всё самостоятельно, выполните",
    named: "Люди по классам",
    unwitnessed: "Журналы кампании никто не заверяет: до вашего пересчёта число таково, каким \
                  его называет счётчик.",
    announcements: "Объявления",
    announcement: "Объявление",
    batch: "партия",
    organisers: "Организаторы",
    closed: "Кампания завершена: больше ничего не считается.",
};

fn words(language: &str) -> &'static Words {
    if language == "ru" { &RUSSIAN } else { &ENGLISH }
}

/// The hour that the organisers state, in Unix seconds; the last one that can be written for one
/// that lies behind the year 9999.
fn hour(announcement: &Announcement) -> Timestamp {
    let seconds = i64::try_from(announcement.time).unwrap_or(i64::MAX);
    Timestamp::from_second(seconds).unwrap_or(Timestamp::MAX)
}

/// The text in a language, else in English, else in the first there is; and which that is.
fn text<'a>(announcement: &'a Announcement, language: &'a str) -> (&'a str, &'a str) {
    let texts = || announcement.texts.iter().map(|(tag, text)| (tag.as_str(), text.as_str()));
    let find = |language: &str| texts().find(|(tag, _)| *tag == language);
    find(language).or_else(|| find("en")).or_else(|| texts().next()).unwrap_or((language, ""))
}

/// The campaign page: title, text, count and threshold, and the announcements.
#[must_use]
pub fn campaign(
    campaign: &Campaign,
    tally: &Tally,
    announcements: &Statements<Announcement>,
    language: &str,
) -> Markup {
    let manifest = &campaign.manifest;
    let words = words(language);
    let title = manifest.title.get(language);
    let threshold = manifest.threshold.count;
    let current = manifest.threshold.of.of(&tally.current());
    let base = manifest.counter.url.path();
    let style = format!("{base}/style.css");
    let feed = html! {
        link rel="alternate" type="application/atom+xml" href={ (base) "/feed.atom" };
    };
    page(
        language,
        title,
        &style,
        feed,
        html! {
            h1 { (title) }
            p.count {
                strong { (grouped(current)) } " " (words.of) " " (grouped(threshold)) " "
                (words.pledged)
            }
            progress value=(current.min(threshold)) max=(threshold) aria-label=(words.pledged) {}
            @for paragraph in manifest.text.get(language).split("\n\n") {
                p { (paragraph) }
            }
            @if manifest.classes.len() > 1 {
                table {
                    caption { (words.named) }
                    @for (class, pledges) in manifest.classes.iter().zip(tally.current()) {
                        tr { th scope="row" { (class.name) } td { (grouped(pledges)) } }
                    }
                }
            }
            @if !announcements.is_empty() {
                h2 { (words.announcements) }
                @for stated in announcements.iter().rev() { (announced(stated, words, language)) }
            }
            @if tally.closed {
                p { (words.closed) }
            } @else {
                p { (words.join) ":" }
                pre { code { "headcount join " (campaign.link()) } }
            }
            p { (words.verify) ":" }
            pre { code { "headcount audit " (campaign.link()) } }
            @if !campaign.has_witnesses() {
                p.note { (words.unwitnessed) }
            }
        },
    )
}

/// An announcement with its hour and its batch.
fn announced(stated: &Stated<Announcement>, words: &Words, language: &str) -> Markup {
    let hour = hour(&stated.statement);
    let (spoken, text) = text(&stated.statement, language);
    html! {
        article {
            h3 {
                time datetime=(hour) { (hour.strftime("%Y-%m-%d %H:%M UTC")) }
                " · " (words.batch) " " (stated.place.batch)
            }
            div lang=(spoken) {
                @for paragraph in text.split("\n\n") { p { (paragraph) } }
            }
        }
    }
}

/// A page with a body, and what more stands in its head.
fn page(language: &str, title: &str, style: &str, head: Markup, body: Markup) -> Markup {
    html! {
        (DOCTYPE)
        html lang=(language) {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { (title) }
                link rel="stylesheet" href=(style);
                (head)
            }
            body { main { (body) } }
        }
    }
}

/// A number with a thin space between groups of three digits.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut grouped = String::with_capacity(digits.len() * 2);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            grouped.push('\u{202f}');
        }
        grouped.push(digit);
    }
    grouped
}

#[cfg(test)]
mod tests {
    use super::grouped;

    #[test]
    fn numbers_are_grouped_by_three() {
        assert_eq!(grouped(7), "7");
        assert_eq!(grouped(1_000), "1\u{202f}000");
        assert_eq!(grouped(500_000), "500\u{202f}000");
    }
}
