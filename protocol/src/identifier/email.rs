//! E-mail addresses: which are taken, and which are the same mailbox ([spec: tag §1.2]).

use std::borrow::Cow;

use idna::uts46::{AsciiDenyList, DnsLength, Hyphens, Uts46};
use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;
use zeroize::Zeroizing;

use super::Identifier;

/// Octets of an address at most, as typed and as normalised (RFC 5321 §4.5.3.1.3).
const MAX_ADDRESS: usize = 254;
/// Octets of a local part at most (RFC 5321 §4.5.3.1.1).
const MAX_LOCAL: usize = 64;
/// More than NFC and lower case can make of [`MAX_ADDRESS`] octets: no copy is left behind by a
/// string that had to grow.
const CAPACITY: usize = 8 * MAX_ADDRESS;

/// Letters and marks that show nothing, by which one mailbox would be spelled in many ways.
const INVISIBLE: [std::ops::RangeInclusive<char>; 8] = [
    '\u{34f}'..='\u{34f}',     // combining grapheme joiner
    '\u{115f}'..='\u{1160}',   // Hangul fillers
    '\u{17b4}'..='\u{17b5}',   // Khmer inherent vowels
    '\u{180b}'..='\u{180f}',   // Mongolian variation selectors
    '\u{3164}'..='\u{3164}',   // Hangul filler
    '\u{fe00}'..='\u{fe0f}',   // variation selectors
    '\u{ffa0}'..='\u{ffa0}',   // half-width Hangul filler
    '\u{e0000}'..='\u{e0fff}', // tags and further variation selectors
];

/// Providers that deliver several spellings to one mailbox; the first domain stands for all.
const PROVIDERS: [(&[&str], Spelling); 4] = [
    (&["gmail.com", "googlemail.com"], Spelling::Ignores(&['.'])),
    (
        &["yandex.ru", "yandex.com", "yandex.by", "yandex.kz", "yandex.ua", "ya.ru"],
        Spelling::DotIsHyphen,
    ),
    (
        &["proton.me", "protonmail.com", "protonmail.ch", "pm.me"],
        Spelling::Ignores(&['.', '-', '_']),
    ),
    (&["icloud.com", "me.com", "mac.com"], Spelling::Ignores(&[])),
];

/// How a provider reads the local part.
enum Spelling {
    /// These characters make no difference.
    Ignores(&'static [char]),
    /// `.` and `-` are the same.
    DotIsHyphen,
}

/// The version of the rules, a number in the manifest: a campaign never changes its own.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(try_from = "u16", into = "u16")]
pub enum Version {
    /// The rules of [spec: tag §1.2].
    V1,
}

/// The rules of this version are unknown [TAG-3].
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("version {0} of the e-mail rules is unknown")]
pub struct UnknownVersion(pub u16);

impl TryFrom<u16> for Version {
    type Error = UnknownVersion;

    fn try_from(number: u16) -> Result<Self, UnknownVersion> {
        if number == 1 { Ok(Self::V1) } else { Err(UnknownVersion(number)) }
    }
}

impl From<Version> for u16 {
    fn from(version: Version) -> Self {
        match version {
            Version::V1 => 1,
        }
    }
}

/// Why text is no address that can take part: the step of [spec: tag §1.2] that refuses it. No
/// variant holds any of the text [TAG-6].
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum EmailError {
    /// Step 1: the text has more than 254 octets.
    #[error("the address is too long")]
    TooLong,
    /// Step 2: there is no `@`, or more than one.
    #[error("the address does not have exactly one @")]
    At,
    /// Step 3: what follows the `@` is no host name (UTS 46, letters, digits and inner hyphens
    /// only).
    #[error("the address has no valid domain")]
    Domain,
    /// Step 3: the domain is a single label, such as `localhost`.
    #[error("the domain of the address has no dot")]
    NoDot,
    /// Step 3: the domain ends in a number: an IP address.
    #[error("the domain of the address is an IP address")]
    IpAddress,
    /// Step 4: the local part has a character that is taken in no mailbox here: a space, a
    /// control, a quote, a bracket, something invisible.
    #[error("the address has a character that is not accepted before the @")]
    Character,
    /// Step 6: the local part has more than 64 octets, or the address, with its domain in ASCII,
    /// more than 254.
    #[error("the address is too long, before the @ or in all")]
    LocalTooLong,
    /// Step 8: nothing stands before the `@` or a `+`.
    #[error("the address has nothing before the @, or before the +")]
    EmptyLocal,
    /// Step 8: a dot begins or ends the local part, or follows a dot.
    #[error("the address has a dot out of place before the @")]
    Dot,
    /// Step 9: the local part has only characters that the provider ignores.
    #[error("the address has nothing before the @ but characters that its provider ignores")]
    NothingLeft,
}

/// A mailbox: where to write to, and who it is.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Address {
    /// Where mail goes: the local part as typed, the domain in its ASCII form [TAG-7].
    pub mailbox: Identifier,
    /// What the tag is made of: the same for all spellings of the mailbox [TAG-4].
    pub identifier: Identifier,
}

impl Address {
    /// Reads an address, white space around it aside.
    ///
    /// # Errors
    /// The variant of [`EmailError`] of the first step that refuses; they stand in the order of
    /// the steps.
    pub fn parse(version: Version, text: &str) -> Result<Self, EmailError> {
        let Version::V1 = version;
        let text = text.trim();
        if text.len() > MAX_ADDRESS {
            return Err(EmailError::TooLong);
        }
        let (typed, domain) = text.split_once('@').ok_or(EmailError::At)?;
        if domain.contains('@') {
            return Err(EmailError::At);
        }
        let domain = ascii_domain(domain)?;
        let folded = fold_local(typed)?;
        let (mailbox, whole) = (typed.len().max(folded.len()), domain.len() + 1);
        if mailbox > MAX_LOCAL || mailbox + whole > MAX_ADDRESS {
            return Err(EmailError::LocalTooLong);
        }
        let base = folded.split_once('+').map_or(&**folded, |(base, _)| base);
        if base.split('.').any(str::is_empty) {
            return Err(if base.is_empty() { EmailError::EmptyLocal } else { EmailError::Dot });
        }
        let identifier = canonical(base, &domain)?;
        Ok(Self { mailbox: Identifier::from_parts(typed, &domain), identifier })
    }
}

/// The domain in lower-case ASCII: internationalised labels as `xn--…`.
fn ascii_domain(domain: &str) -> Result<Zeroizing<String>, EmailError> {
    let ascii = Uts46::new()
        .to_ascii(
            domain.as_bytes(),
            AsciiDenyList::STD3,
            Hyphens::CheckFirstLast,
            DnsLength::Verify,
        )
        .map(Cow::into_owned)
        .map(Zeroizing::new)
        .map_err(|_| EmailError::Domain)?;
    let (_, last) = ascii.rsplit_once('.').ok_or(EmailError::NoDot)?;
    if last.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(EmailError::IpAddress);
    }
    Ok(ascii)
}

/// NFC, checked character by character, then simple lower case, then NFC again, so that nothing
/// is left to change a second time [TAG-5].
fn fold_local(typed: &str) -> Result<Zeroizing<String>, EmailError> {
    let composed = collect(typed.nfc());
    if !composed.chars().all(is_accepted) {
        return Err(EmailError::Character);
    }
    let lower = collect(composed.chars().flat_map(char::to_lowercase));
    Ok(collect(lower.nfc()))
}

fn collect(chars: impl Iterator<Item = char>) -> Zeroizing<String> {
    let mut text = Zeroizing::new(String::with_capacity(CAPACITY));
    text.extend(chars);
    text
}

/// The `atext` of RFC 5322 §3.2.3, the dot, and visible letters, digits and marks of any script.
fn is_accepted(c: char) -> bool {
    match c {
        '\0'..='\x7f' => c.is_ascii_alphanumeric() || ".!#$%&'*+-/=?^_`{|}~".contains(c),
        _ => {
            (c.is_alphanumeric() || is_combining_mark(c))
                && !INVISIBLE.iter().any(|range| range.contains(&c))
        }
    }
}

/// The one spelling that stands for the mailbox.
fn canonical(base: &str, domain: &str) -> Result<Identifier, EmailError> {
    let Some((domains, spelling)) = PROVIDERS.iter().find(|(domains, _)| domains.contains(&domain))
    else {
        return Ok(Identifier::from_parts(base, domain));
    };
    let local = match spelling {
        Spelling::Ignores(ignored) => collect(base.chars().filter(|c| !ignored.contains(c))),
        Spelling::DotIsHyphen => collect(base.chars().map(|c| if c == '.' { '-' } else { c })),
    };
    if local.is_empty() {
        return Err(EmailError::NothingLeft);
    }
    Ok(Identifier::from_parts(&local, domains[0]))
}

#[cfg(test)]
mod tests;
