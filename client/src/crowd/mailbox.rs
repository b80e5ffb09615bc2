//! Reads codes out of a directory of messages, as a supporter reads a mailbox.

use std::collections::{HashMap, HashSet};
use std::ffi::OsString;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use data_encoding::BASE64_MIME;

use super::queue::Queue;
use crate::chance::Clock;
use crate::files;
use crate::wallet::SecretText;

/// Most bytes of a message that is read.
const MAX_MESSAGE: usize = 262_144;

/// Codes by address, from messages that arrived after the mailbox was opened.
pub struct Mailbox {
    directory: PathBuf,
    read: Mutex<HashSet<OsString>>,
    codes: Mutex<HashMap<String, SecretText>>,
    arrived: Condvar,
}

impl Mailbox {
    /// Opens the mailbox; the messages that are there already are nobody's.
    ///
    /// # Errors
    /// Whatever the file system answers.
    pub fn open(directory: &Path) -> io::Result<Self> {
        std::fs::create_dir_all(directory)?;
        let names = std::fs::read_dir(directory)?;
        let read = names.map(|entry| Ok(entry?.file_name())).collect::<io::Result<_>>()?;
        Ok(Self {
            directory: directory.to_owned(),
            read: Mutex::new(read),
            codes: Mutex::default(),
            arrived: Condvar::new(),
        })
    }

    /// The code sent to an address; waits up to `patience` for it.
    pub fn take(&self, address: &str, patience: Duration) -> Option<SecretText> {
        let codes = lock(&self.codes);
        let waiting = |codes: &mut HashMap<_, _>| !codes.contains_key(address);
        let waited = self.arrived.wait_timeout_while(codes, patience, waiting);
        waited.unwrap_or_else(PoisonError::into_inner).0.remove(address)
    }

    /// Reads new messages until everybody is done.
    pub(super) fn scan_until(&self, queue: &Queue) {
        while !queue.is_done() {
            let started = Instant::now();
            // A directory that cannot be read now is read the next time.
            let _ = self.scan();
            let pause =
                (10 * started.elapsed()).clamp(Duration::from_millis(25), Duration::from_secs(1));
            Clock.sleep(pause);
        }
    }

    /// Reads the messages that are new. One that is not complete is read again the next time.
    ///
    /// # Errors
    /// Whatever the file system answers.
    pub fn scan(&self) -> io::Result<()> {
        let mut found = Vec::new();
        let mut read = lock(&self.read);
        for entry in std::fs::read_dir(&self.directory)? {
            let name = entry?.file_name();
            let path = self.directory.join(&name);
            let is_message = path.extension().is_some_and(|extension| extension == "eml");
            if !is_message || read.contains(&name) {
                continue;
            }
            let Ok(bytes) = files::read_bounded(&path, MAX_MESSAGE) else { continue };
            if let Some(message) = parse(&String::from_utf8_lossy(&bytes)) {
                found.push(message);
                read.insert(name);
            }
        }
        drop(read);
        if !found.is_empty() {
            lock(&self.codes).extend(found);
            self.arrived.notify_all();
        }
        Ok(())
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Addressee and code of a message.
fn parse(message: &str) -> Option<(String, SecretText)> {
    let message = message.replace("\r\n", "\n");
    let (head, body) = message.split_once("\n\n")?;
    let head = head.replace("\n ", " ").replace("\n\t", " ");
    let header = |name: &str| {
        let mut lines = head.lines().filter_map(|line| line.split_once(':'));
        lines.find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.trim())
    };
    let to = header("to")?;
    let to = to.rsplit_once('<').map_or(to, |(_, rest)| rest.trim_end_matches('>'));
    let encoding = header("content-transfer-encoding").unwrap_or("7bit").to_ascii_lowercase();
    let body = match encoding.as_str() {
        "base64" => {
            let bytes = BASE64_MIME.decode(body.trim_end().as_bytes()).ok()?;
            String::from_utf8_lossy(&bytes).into_owned()
        }
        "quoted-printable" => unquote(body),
        _ => body.to_owned(),
    };
    let code = body.lines().map(str::trim).find(|line| is_code(line))?;
    Some((to.trim().to_owned(), SecretText::new(code.to_owned())))
}

/// Four groups of four characters of Crockford's base32.
fn is_code(line: &str) -> bool {
    let symbol = |b: u8| b.is_ascii_digit() || (b.is_ascii_uppercase() && !b"ILOU".contains(&b));
    let mut groups = 0;
    let all = line.split('-').all(|group| {
        groups += 1;
        group.len() == 4 && group.bytes().all(symbol)
    });
    all && groups == 4
}

/// Decodes quoted-printable (RFC 2045 §6.7) as far as a code needs it.
fn unquote(body: &str) -> String {
    let body = body.replace("=\n", "");
    let mut parts = body.split('=');
    let mut bytes = parts.next().unwrap_or_default().as_bytes().to_vec();
    for part in parts {
        let decoded = part.get(..2).and_then(|hex| u8::from_str_radix(hex, 16).ok());
        match decoded {
            Some(byte) => {
                bytes.push(byte);
                bytes.extend_from_slice(&part.as_bytes()[2..]);
            }
            None => bytes.extend_from_slice(part.as_bytes()),
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}
