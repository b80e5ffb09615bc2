//! Whoever takes the journey: a person at a terminal, or one that is played.

use std::path::PathBuf;
use std::time::Duration;

use crate::chance::Clock;
use crate::wallet::SecretText;

use super::{JourneyError, moment};

/// What has to be waited for.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Pause {
    /// The code that was sent has to be typed in.
    Code,
    /// The issuance has to stand in the issuance log.
    Issuance,
    /// The pledge is made at this Unix time.
    Delay(u64),
}

impl std::fmt::Display for Pause {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Code => f.write_str(
                "a code was sent; run the command again with --code CODE, or with --new-code",
            ),
            Self::Issuance => f.write_str(
                "the token was issued; the pledge waits until the issuer has published the \
                 issuance: run the command again in a while",
            ),
            Self::Delay(at) => {
                write!(f, "the pledge will be due at {}; run the command again then", moment(*at))
            }
        }
    }
}

/// What a person is told on the way.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum News {
    /// A message with a code is on its way.
    CodeSent,
    /// The code is of no more use; a new one is sent.
    CodeExpired,
    /// A token was issued and verified.
    Issued,
    /// The issuances stand in their logs.
    Published,
    /// An issuer did not publish the issuance in time; the pledge is made all the same. The files
    /// that show it.
    Unpublished(Vec<PathBuf>),
    /// The campaign closes before its shortest delay is over; so many seconds are the longest.
    DelayShort(u64),
    /// The delay was waived.
    DelayWaived,
    /// The counter signed a receipt for this batch.
    Redeemed(u64),
}

impl std::fmt::Display for News {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::CodeSent => f.write_str("A message with a code is on its way."),
            Self::CodeExpired => f.write_str("The code has expired; a new one is sent."),
            Self::Issued => f.write_str("The token was issued, and verifies."),
            Self::Published => f.write_str("The issuance stands in the public log."),
            Self::Unpublished(complaints) => {
                f.write_str(
                    "The issuer has not published the issuance; the campaign closes, so the \
                     pledge is made all the same. What shows that the issuer signed it:",
                )?;
                complaints.iter().try_for_each(|path| write!(f, " {}", path.display()))
            }
            Self::DelayShort(seconds) => write!(
                f,
                "Warning: the campaign closes soon. The delay is at most {} min, shorter than the \
                 campaign wants it: whoever watches both servers can tell more easily which token \
                 became this pledge.",
                seconds.div_ceil(60)
            ),
            Self::DelayWaived => f.write_str(
                "Warning: without the delay, whoever watches both servers can tell from the time \
                 which token became this pledge.",
            ),
            Self::Redeemed(batch) => {
                write!(f, "The pledge is made; the receipt promises it in batch {batch}.")
            }
        }
    }
}

/// What a person answers who is asked for the code of the message that was sent.
#[derive(Clone, Debug)]
pub enum Answer {
    /// The code.
    Code(SecretText),
    /// Another one is to be sent.
    SendAnother,
    /// There is none yet.
    Later,
}

/// Who is asked for what only a person knows, and does the waiting.
pub trait Person {
    /// The code of the message that was sent.
    ///
    /// # Errors
    /// A [`JourneyError`] that ends the journey.
    fn code(&mut self) -> Result<Answer, JourneyError>;

    /// Hears that the code was wrong; says whether to ask once more.
    fn mistyped(&mut self) -> bool {
        false
    }

    /// An address, if none was given.
    fn address(&mut self) -> Option<SecretText>;

    /// An invitation code, if none was given.
    fn invitation(&mut self) -> Option<SecretText> {
        None
    }

    /// Hears what happened.
    fn tell(&mut self, news: News);

    /// Waits for some time because of `pause`; a countdown may be shown.
    fn wait(&mut self, pause: Pause, time: Duration) {
        let _ = pause;
        Clock.sleep(time);
    }
}
