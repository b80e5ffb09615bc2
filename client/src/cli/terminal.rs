//! A person at a terminal, or a script in their place.

use std::io::{BufRead as _, IsTerminal as _, Write as _};
use std::time::Duration;

use zeroize::Zeroizing;

use super::output::note;
use crate::chance::Clock;
use crate::exit::{Exit, Failure};
use crate::journey::{Answer, JourneyError, News, Pause, Person, moment};
use crate::progress::count_down;
use crate::wallet::SecretText;

/// Longest line that is read from stdin.
const MAX_LINE: u64 = 1_024;

/// How often a code is asked for that turns out wrong.
const TRIES: u8 = 3;

/// Asks on stdin, tells on stderr.
#[derive(Debug)]
pub(super) struct Terminal {
    code: Option<SecretText>,
    wrong: u8,
    maximum_wait: u64,
    told_of_issuance: bool,
}

impl Terminal {
    /// A person who has brought a code, or not; logs publish after `maximum_wait` seconds at most.
    pub(super) const fn new(code: Option<SecretText>, maximum_wait: u64) -> Self {
        Self { code, wrong: 0, maximum_wait, told_of_issuance: false }
    }
}

impl Person for Terminal {
    fn code(&mut self) -> Result<Answer, JourneyError> {
        if let Some(code) = self.code.take() {
            return Ok(Answer::Code(code));
        }
        Ok(match read_line("Code from the message (empty line: send a new one): ") {
            Some(code) if !code.expose().is_empty() => Answer::Code(code),
            Some(_) if is_terminal() => Answer::SendAnother,
            _ => Answer::Later,
        })
    }

    fn mistyped(&mut self) -> bool {
        self.wrong += 1;
        let again = is_terminal() && self.wrong < TRIES;
        if again {
            note("This is not the code that was sent. Look once more.");
        }
        again
    }

    fn address(&mut self) -> Option<SecretText> {
        if is_terminal() { ask("E-mail address: ") } else { None }
    }

    fn invitation(&mut self) -> Option<SecretText> {
        if is_terminal() { ask("Invitation code: ") } else { None }
    }

    fn tell(&mut self, news: News) {
        if news == News::CodeSent {
            // A code that was brought along belongs to an older message.
            self.code = None;
            self.wrong = 0;
        }
        // The result of the command says that the pledge is made.
        if !matches!(news, News::Redeemed(_)) {
            note(&news.to_string());
        }
    }

    fn wait(&mut self, pause: Pause, time: Duration) {
        match pause {
            Pause::Issuance => {
                if !self.told_of_issuance {
                    let latest = next_multiple(Clock.now(), self.maximum_wait);
                    note(&format!(
                        "Waiting until the issuance stands in the public log, at {} at the \
                         latest. Ctrl-C is safe: run the same command again.",
                        moment(latest)
                    ));
                    self.told_of_issuance = true;
                }
                Clock.sleep(time);
            }
            Pause::Delay(at) => {
                note(&format!(
                    "The pledge will be made at {}, after a random delay that hides which \
                     issuance was yours. Leave this running, or stop it with Ctrl-C, which is \
                     safe, and run the same command again later.",
                    moment(at)
                ));
                count_down("pledge in", time);
            }
            Pause::Code => Clock.sleep(time),
        }
    }
}

/// Whether somebody can be asked.
pub(super) fn is_terminal() -> bool {
    std::io::stdin().is_terminal()
}

/// Asks for one line; nothing if it is empty or stdin has ended.
pub(super) fn ask(question: &str) -> Option<SecretText> {
    read_line(question).filter(|line| !line.expose().is_empty())
}

/// Has a step confirmed that cannot be undone, unless `yes` says so: `word` must be typed.
pub(super) fn confirm(yes: bool, word: &str, meaning: &str) -> Result<(), Failure> {
    if yes {
        return Ok(());
    }
    if !is_terminal() {
        return Err(Failure::new(Exit::Usage, "nobody can be asked: --yes says that you are sure"));
    }
    note(meaning);
    match ask(&format!("Type {word} to go on: ")) {
        Some(answer) if answer.expose() == word => Ok(()),
        _ => Err(Failure::new(Exit::Usage, "nothing was done")),
    }
}

/// Asks for so many words, on one line or several, without showing what is typed where the
/// terminal can do that; nothing if there are none.
pub(super) fn ask_words(question: &str, count: usize) -> Option<SecretText> {
    let _hidden = Hidden::begin();
    let room = usize::try_from(MAX_LINE).unwrap_or(0);
    // Room for all of it, so that no copy stays where the buffer grew.
    let mut words = Zeroizing::new(String::with_capacity(2 * room));
    let mut question = question;
    while words.len() < room && words.split_whitespace().count() < count {
        let Some(line) = ask(question) else { break };
        words.push_str(line.expose());
        words.push(' ');
        question = "";
    }
    if is_terminal() {
        note("");
    }
    let words = SecretText::new(words.trim().to_owned());
    (!words.expose().is_empty()).then_some(words)
}

/// While it lives, the terminal does not show what is typed.
struct Hidden {
    #[cfg(unix)]
    before: Option<rustix::termios::Termios>,
}

impl Hidden {
    #[cfg(unix)]
    fn begin() -> Self {
        use rustix::termios::{LocalModes, OptionalActions, tcgetattr, tcsetattr};
        let stdin = std::io::stdin();
        let before = tcgetattr(&stdin).ok();
        if let Some(before) = &before {
            let mut quiet = before.clone();
            quiet.local_modes.remove(LocalModes::ECHO);
            let _ = tcsetattr(&stdin, OptionalActions::Flush, &quiet);
        }
        Self { before }
    }

    #[cfg(not(unix))]
    const fn begin() -> Self {
        Self {}
    }
}

#[cfg(unix)]
impl Drop for Hidden {
    fn drop(&mut self) {
        use rustix::termios::{OptionalActions, tcsetattr};
        if let Some(before) = &self.before {
            let _ = tcsetattr(std::io::stdin(), OptionalActions::Flush, before);
        }
    }
}

/// The first multiple of `step` after `now`: when a log seals whatever it has.
const fn next_multiple(now: u64, step: u64) -> u64 {
    match now.checked_div(step) {
        Some(times) => times.saturating_add(1).saturating_mul(step),
        None => now,
    }
}

/// Asks for one line, which may be empty; nothing if stdin has ended.
fn read_line(question: &str) -> Option<SecretText> {
    if is_terminal() {
        let mut stderr = std::io::stderr().lock();
        let _ = write!(stderr, "{question}");
        let _ = stderr.flush();
    }
    let mut line = String::with_capacity(usize::try_from(MAX_LINE).unwrap_or(0));
    let stdin = std::io::stdin().lock();
    let read = std::io::Read::take(stdin, MAX_LINE).read_line(&mut line);
    let ended = !read.is_ok_and(|read| read > 0);
    let line = SecretText::new(line).trimmed();
    (!ended).then_some(line)
}

#[cfg(test)]
mod tests {
    use super::next_multiple;

    #[test]
    fn a_log_publishes_at_the_next_multiple() {
        let times = [0, 1, 899, 900, 901].map(|now| next_multiple(now, 900));
        assert_eq!(times, [900, 900, 900, 1800, 1800]);
        assert_eq!(next_multiple(5, 0), 5);
    }
}
