//! Attempts: what the attester would have to remember, sealed and held by the client
//! ([spec: attestation §1]).

use std::sync::{Mutex, PoisonError};

use chacha20poly1305::aead::Aead as _;
use chacha20poly1305::{KeyInit as _, XChaCha20Poly1305, XNonce};
use headcount_protocol::campaign::CampaignId;
use headcount_protocol::code::Code;
use headcount_protocol::codec::{DecodeError, Reader, Writer};
use headcount_protocol::identifier::Identifier;
use headcount_protocol::token::RequestDigest;
use rand_core::Rng as _;
use subtle::ConstantTimeEq as _;
use zeroize::Zeroizing;

use super::Claim;
use crate::random;

/// Seconds for which a code can be used.
pub const LIFETIME: u64 = 15 * 60;

/// Seconds after which the sealing key is replaced; its predecessor still opens [ATT-4].
const KEY_LIFETIME: u64 = 15 * 60;

const PREFIX_LEN: usize = 4;
const NONCE_LEN: usize = 24;

/// Why an attempt proves nothing.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum AttemptError {
    /// Not sealed by this process, sealed too long ago, or altered.
    #[error("the attempt cannot be read any more; ask for a new code")]
    Unreadable,
    /// The code's time is over.
    #[error("the code has expired; ask for a new one")]
    Expired,
    /// Made for another campaign, issuer or token request.
    #[error("the attempt belongs to another request")]
    Mismatch,
    /// Not the code that was sent.
    #[error("this is not the code that was sent")]
    Code,
}

/// An attempt to prove an address.
pub struct Attempt {
    claim: Claim,
    identifier: Identifier,
    code_digest: [u8; 32],
    expires: u64,
}

impl Attempt {
    /// The attempt in which this code was sent to a mailbox.
    #[must_use]
    pub fn new(claim: Claim, identifier: Identifier, code: &Code, now: u64) -> Self {
        Self {
            claim,
            identifier,
            code_digest: code.digest(&claim.campaign),
            expires: now + LIFETIME,
        }
    }

    /// Gives the identifier to whoever knows the code, for the same request.
    ///
    /// # Errors
    /// [`AttemptError::Mismatch`], [`AttemptError::Expired`], [`AttemptError::Code`].
    pub fn prove(self, claim: &Claim, code: &str, now: u64) -> Result<Identifier, AttemptError> {
        let same = self.claim.campaign == claim.campaign
            && self.claim.issuer == claim.issuer
            && self.claim.request_digest == claim.request_digest;
        if !same {
            return Err(AttemptError::Mismatch);
        }
        if now >= self.expires {
            return Err(AttemptError::Expired);
        }
        let code = Code::parse(code).ok_or(AttemptError::Code)?;
        if !bool::from(code.digest(&claim.campaign).ct_eq(&self.code_digest)) {
            return Err(AttemptError::Code);
        }
        Ok(self.identifier)
    }

    fn encode(&self) -> Zeroizing<Vec<u8>> {
        let writer = Writer::new()
            .bytes(self.claim.campaign.as_bytes())
            .u16(self.claim.issuer)
            .bytes(self.claim.request_digest.as_bytes())
            .bytes(&self.code_digest)
            .u64(self.expires)
            .vec16(self.identifier.expose().as_bytes());
        Zeroizing::new(writer.finish())
    }

    fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        let mut reader = Reader::new(bytes);
        let claim = Claim {
            campaign: CampaignId::from(reader.array()?),
            issuer: reader.u16()?,
            request_digest: RequestDigest::from(reader.array()?),
        };
        let (code_digest, expires) = (reader.array()?, reader.u64()?);
        let identifier = Identifier::from_sealed(reader.vec16()?)
            .ok_or(DecodeError::OutOfRange("the identifier"))?;
        reader.finish()?;
        Ok(Self { claim, identifier, code_digest, expires })
    }
}

/// The keys attempts are sealed under: they live in memory, and not for long [ATT-4].
pub struct AttemptKeys(Mutex<Keys>);

/// Boxed, so that a key which is dropped leaves no copy where it lay.
struct Keys {
    current: Box<Key>,
    previous: Option<Box<Key>>,
    replace_at: u64,
}

struct Key {
    prefix: [u8; PREFIX_LEN],
    cipher: XChaCha20Poly1305,
}

impl AttemptKeys {
    /// Draws the first key.
    #[must_use]
    pub fn new(now: u64) -> Self {
        let replace_at = now + KEY_LIFETIME;
        Self(Mutex::new(Keys { current: Box::new(Key::generate()), previous: None, replace_at }))
    }

    /// Seals an attempt: key prefix, nonce, ciphertext.
    ///
    /// # Panics
    /// Never: an attempt is shorter than the cipher's limit.
    #[must_use]
    pub fn seal(&self, attempt: &Attempt, now: u64) -> Vec<u8> {
        let keys = self.keys(now);
        let mut nonce = [0; NONCE_LEN];
        random::system().fill_bytes(&mut nonce);
        let sealed = keys.current.cipher.encrypt(&XNonce::from(nonce), &attempt.encode()[..]);
        let sealed = sealed.expect("an attempt is shorter than the cipher's limit");
        [&keys.current.prefix[..], &nonce, &sealed].concat()
    }

    /// Opens what [`AttemptKeys::seal`] sealed.
    ///
    /// # Errors
    /// [`AttemptError::Unreadable`].
    pub fn open(&self, sealed: &[u8], now: u64) -> Result<Attempt, AttemptError> {
        let keys = self.keys(now);
        let mut reader = Reader::new(sealed);
        let unreadable = |_| AttemptError::Unreadable;
        let prefix: [u8; PREFIX_LEN] = reader.array().map_err(unreadable)?;
        let nonce: [u8; NONCE_LEN] = reader.array().map_err(unreadable)?;
        let text = &sealed[PREFIX_LEN + NONCE_LEN..];
        let key = [Some(&*keys.current), keys.previous.as_deref()];
        let key = key.into_iter().flatten().find(|key| key.prefix == prefix);
        let key = key.ok_or(AttemptError::Unreadable)?;
        let opened = key.cipher.decrypt(&XNonce::from(nonce), text);
        let opened = opened.map(Zeroizing::new).map_err(|_| AttemptError::Unreadable)?;
        Attempt::decode(&opened).map_err(unreadable)
    }

    /// Replaces the keys whose time is over; called again and again, so that they do not stay
    /// while nobody comes.
    pub fn forget(&self, now: u64) {
        drop(self.keys(now));
    }

    /// The keys of this time: replaced when their time is over, both if it is over twice.
    fn keys(&self, now: u64) -> std::sync::MutexGuard<'_, Keys> {
        let mut keys = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        // A clock that was ahead and is put right must not lengthen a key's life.
        let back = now + KEY_LIFETIME < keys.replace_at;
        if now >= keys.replace_at || back {
            let late = back || now >= keys.replace_at + KEY_LIFETIME;
            let old = std::mem::replace(&mut keys.current, Box::new(Key::generate()));
            keys.previous = (!late).then_some(old);
            keys.replace_at = now + KEY_LIFETIME;
        }
        keys
    }
}

impl Key {
    fn generate() -> Self {
        let mut key = Zeroizing::new([0; 32]);
        let mut prefix = [0; PREFIX_LEN];
        let mut rng = random::system();
        rng.fill_bytes(&mut key[..]);
        rng.fill_bytes(&mut prefix);
        Self { prefix, cipher: XChaCha20Poly1305::new((&*key).into()) }
    }
}
