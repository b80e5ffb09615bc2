//! The demonstration's mailbox: shows the messages of the outbox, so that a newcomer can read
//! the code that would come by mail. It exists in the demonstration only.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::SystemTime;

use axum::Router;
use axum::extract::State;
use axum::response::IntoResponse;
use axum::routing::get;
use data_encoding::BASE64;
use maud::{Markup, html};

use super::page;
use crate::limits::blocking;
use crate::problem::Problem;

/// Messages shown.
const LATEST: usize = 20;

/// The router of the mailbox over an outbox.
pub fn router(outbox: PathBuf, style: String) -> Router {
    Router::new().route("/mail", get(mailbox)).with_state(Arc::new((outbox, style)))
}

async fn mailbox(
    State(state): State<Arc<(PathBuf, String)>>,
) -> Result<impl IntoResponse, Problem> {
    let (shown, messages) = (state.clone(), blocking(move || Ok::<_, Problem>(latest(&state.0))));
    let messages = messages.await?;
    Ok(super::html(render(&shown.1, &messages)))
}

/// A message as it is shown.
struct Shown {
    to: String,
    text: String,
}

/// The latest messages, newest first.
fn latest(outbox: &Path) -> Vec<Shown> {
    let mut files: Vec<(SystemTime, PathBuf)> = std::fs::read_dir(outbox)
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|file| Some((file.metadata().ok()?.modified().ok()?, file.path())))
        .collect();
    files.sort();
    let newest = files.into_iter().rev().take(LATEST);
    newest.filter_map(|(_, path)| show(&std::fs::read_to_string(path).ok()?)).collect()
}

/// Reads the recipient and the text of a message that an attester has composed.
fn show(message: &str) -> Option<Shown> {
    let message = message.replace("\r\n", "\n");
    let (headers, body) = message.split_once("\n\n")?;
    let to = headers.lines().find_map(|line| line.strip_prefix("To: "))?.to_owned();
    let text = if headers.contains("Content-Transfer-Encoding: base64") {
        let body: String = body.split_whitespace().collect();
        String::from_utf8(BASE64.decode(body.as_bytes()).ok()?).ok()?
    } else {
        body.to_owned()
    };
    Some(Shown { to, text })
}

fn render(style: &str, messages: &[Shown]) -> Markup {
    page(
        "en",
        "Mail of the demonstration",
        style,
        html! {},
        html! {
            h1 { "Mail of the demonstration" }
            p.note {
                "These messages would go to their recipients' mailboxes. Only a demonstration shows \
                 them. Reload the page after asking for a code."
            }
            @if messages.is_empty() { p { "No messages yet." } }
            @for message in messages {
                h2 { "To " (message.to) }
                pre { (message.text) }
            }
        },
    )
}
