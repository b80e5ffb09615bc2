//! A person at a terminal, or a script in their place.

use std::io::{BufRead as _, IsTerminal as _, Write as _};
use std::time::Duration;

use super::output::note;
use crate::journey::{JourneyError, News, Pause, Person, moment};
use crate::progress::count_down;
use crate::wallet::SecretText;

/// Longest line that is read from stdin.
const MAX_LINE: u64 = 1_024;

/// Asks on stdin, tells on stderr.
#[derive(Debug, Default)]
pub(super) struct Terminal {
    code: Option<SecretText>,
    told_of_issuance: bool,
}

impl Terminal {
    /// A person who has brought a code, or not.
    pub(super) const fn new(code: Option<SecretText>) -> Self {
        Self { code, told_of_issuance: false }
    }
}

impl Person for Terminal {
    fn code(&mut self) -> Result<Option<SecretText>, JourneyError> {
        Ok(self.code.take().or_else(|| ask("Code: ")))
    }

    fn address(&mut self) -> Option<SecretText> {
        if is_terminal() { ask("E-mail address: ") } else { None }
    }

    fn tell(&mut self, news: News) {
        if news == News::CodeSent {
            // A code that was brought along belongs to an older message.
            self.code = None;
        }
        note(&news.to_string());
    }

    fn wait(&mut self, pause: Pause, time: Duration) {
        match pause {
            Pause::Issuance => {
                if !self.told_of_issuance {
                    note("Waiting until the issuance stands in the public log …");
                    self.told_of_issuance = true;
                }
                crate::chance::Clock.sleep(time);
            }
            Pause::Delay(at) => {
                note(&format!(
                    "The pledge is made at {}, after a random delay that hides which issuance \
                     was yours. Leave this running, or run the same command again later.",
                    moment(at)
                ));
                count_down("pledge in", time);
            }
            Pause::Code => crate::chance::Clock.sleep(time),
        }
    }
}

/// Whether somebody can be asked.
pub(super) fn is_terminal() -> bool {
    std::io::stdin().is_terminal()
}

/// Asks for one line; nothing if it is empty or stdin has ended.
pub(super) fn ask(question: &str) -> Option<SecretText> {
    if is_terminal() {
        let mut stderr = std::io::stderr().lock();
        let _ = write!(stderr, "{question}");
        let _ = stderr.flush();
    }
    let mut line = String::with_capacity(usize::try_from(MAX_LINE).unwrap_or(0));
    let stdin = std::io::stdin().lock();
    let read = std::io::Read::take(stdin, MAX_LINE).read_line(&mut line);
    let line = SecretText::new(line).trimmed();
    (read.is_ok() && !line.expose().is_empty()).then_some(line)
}
