//! RSA keys of issuers: RSABSSA-SHA384-PSS-Deterministic (RFC 9474) with 2048 bits, as RFC 9578
//! §6 fixes it ([spec: token §1]).

use std::str::FromStr;

use blind_rsa_signatures::{
    BlindMessage, BlindSignature, BlindingResult, KeyPairSha384PSSDeterministic,
    PublicKeySha384PSSDeterministic, SecretKeySha384PSSDeterministic,
};
use data_encoding::BASE64URL;
use rand_core::CryptoRng;
use rsa::hazmat::rsa_encrypt;
use rsa::{BoxedUint, RsaPublicKey};
use serde::{Serialize, Serializer};
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use crate::bytes::public_bytes;

/// Bytes of the modulus, and of every blinded message and signature.
pub const MODULUS_LEN: usize = 256;

/// Bytes of the public key as RFC 9578 encodes it (SPKI, id-RSASSA-PSS).
pub const SPKI_LEN: usize = 342;

const PUBLIC_EXPONENT: [u8; 3] = [1, 0, 1];

/// What stands before the modulus in an SPKI, and what between modulus and exponent.
const SPKI_START: [u8; 81] = *b"\x30\x82\x01\x52\x30\x3d\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01\
    \x0a\x30\x30\xa0\x0d\x30\x0b\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x02\xa1\x1a\x30\x18\
    \x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01\x08\x30\x0b\x06\x09\x60\x86\x48\x01\x65\x03\x04\
    \x02\x02\xa2\x03\x02\x01\x30\x03\x82\x01\x0f\x00\x30\x82\x01\x0a\x02\x82\x01\x01\x00";
const SPKI_MIDDLE: [u8; 2] = [2, 3];

public_bytes!(
    /// `SHA-256` of the public key's SPKI (RFC 9578 §6.5).
    TokenKeyId,
    32
);

impl TokenKeyId {
    /// The last byte, by which a token request names its key (RFC 9578 §6.1).
    #[must_use]
    pub const fn truncated(&self) -> u8 {
        self.as_bytes()[31]
    }
}

/// Why a public key is refused ([spec: token §1]).
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum TokenKeyError {
    /// [TOK-1] Not the one SPKI encoding of RFC 9578: other parameters, other length or not DER.
    #[error("the token key is not an RSASSA-PSS SPKI of 342 bytes")]
    Encoding,
    /// [TOK-2] The modulus has not exactly 2048 bits, or is even.
    #[error("the token key has not an odd modulus of exactly 2048 bits")]
    Modulus,
    /// [TOK-3] The public exponent is not 65537.
    #[error("the token key's exponent is not 65537")]
    Exponent,
}

/// The issuer refused or failed to sign.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum BlindSignError {
    /// The blinded message, as a number, is not below the modulus [TOK-14].
    #[error("the blinded message is not below the modulus")]
    MessageRange,
    /// The result did not verify: a fault in the computation; nothing was given out [TOK-15].
    #[error("the signature did not check against its own key")]
    Fault,
}

/// Why a signature is refused ([spec: token §4.3]).
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum TokenSignatureError {
    /// [TOK-7] The signature, as a number, is not below the modulus.
    #[error("the RSA signature is not below the modulus")]
    Range,
    /// [TOK-16] The signature does not verify.
    #[error("the RSA signature does not verify")]
    Invalid,
}

/// An issuer's public key, checked once and kept parsed.
#[derive(Clone)]
pub struct TokenKey {
    inner: PublicKeySha384PSSDeterministic,
    spki: Vec<u8>,
    id: TokenKeyId,
}

impl TokenKey {
    /// Parses an SPKI; every other encoding of the same key is refused.
    ///
    /// # Errors
    /// The variant of [`TokenKeyError`] of the first rule of [spec: token §1] that is broken.
    pub fn from_spki(spki: &[u8]) -> Result<Self, TokenKeyError> {
        // Compared and not parsed: DER has more forms than the one that is meant.
        let (modulus, exponent) = spki
            .strip_prefix(&SPKI_START)
            .and_then(|rest| rest.split_first_chunk::<MODULUS_LEN>())
            .and_then(|(n, rest)| Some((n, rest.strip_prefix(&SPKI_MIDDLE)?)))
            .filter(|(_, e)| e.len() == PUBLIC_EXPONENT.len())
            .ok_or(TokenKeyError::Encoding)?;
        if modulus[0] < 0x80 || modulus[MODULUS_LEN - 1].is_multiple_of(2) {
            return Err(TokenKeyError::Modulus);
        }
        if exponent != PUBLIC_EXPONENT {
            return Err(TokenKeyError::Exponent);
        }
        let inner = PublicKeySha384PSSDeterministic::from_spki(spki)
            .map_err(|_| TokenKeyError::Encoding)?;
        Ok(Self { inner, spki: spki.to_vec(), id: TokenKeyId::from(sha256(spki)) })
    }

    /// The SPKI, 342 bytes.
    #[must_use]
    pub fn spki(&self) -> &[u8] {
        &self.spki
    }

    /// The key's id.
    #[must_use]
    pub const fn id(&self) -> TokenKeyId {
        self.id
    }

    /// The modulus, 256 bytes, big-endian.
    #[must_use]
    pub fn modulus(&self) -> Vec<u8> {
        self.inner.components().n()
    }

    /// Verifies a 256-byte signature over `message` (RFC 9578 §6.4).
    ///
    /// # Errors
    /// [`TokenSignatureError::Range`] if it is not below the modulus,
    /// [`TokenSignatureError::Invalid`] if it does not verify.
    pub fn verify(
        &self,
        message: &[u8],
        signature: &[u8; MODULUS_LEN],
    ) -> Result<(), TokenSignatureError> {
        if signature[..] >= self.modulus()[..] {
            return Err(TokenSignatureError::Range);
        }
        let signature = blind_rsa_signatures::Signature(signature.to_vec());
        let verified = self.inner.verify(&signature, None, message);
        verified.map_err(|_| TokenSignatureError::Invalid)
    }

    /// Whether a blind signer's answer is the signature of this blinded message: as numbers, it is
    /// below the modulus and its power to `e` is the message ([spec: evidence §3]).
    #[must_use]
    pub fn is_blind_signature(
        &self,
        blinded_message: &[u8; MODULUS_LEN],
        response: &[u8; MODULUS_LEN],
    ) -> bool {
        let number = |bytes: &[u8]| BoxedUint::from_be_slice(bytes, 2048).ok();
        let (Some(modulus), Some(response)) = (number(&self.modulus()), number(response)) else {
            return false;
        };
        if response >= modulus {
            return false;
        }
        let key = RsaPublicKey::new(modulus, BoxedUint::from(65_537_u64));
        let power = key.and_then(|key| rsa_encrypt(&key, &response));
        power.is_ok_and(|power| number(blinded_message).is_some_and(|message| message == power))
    }

    /// Blinds `message` with this salt and factor (RFC 9474 §4.2); `None` for a factor that is 0,
    /// not below the modulus or not prime to it, and for an encoded message that is not prime
    /// to it.
    pub(crate) fn blind(
        &self,
        message: &[u8],
        salt: &[u8; 48],
        factor: &[u8; MODULUS_LEN],
    ) -> Option<BlindingResult> {
        // For 0 the library would not blind at all; above the modulus it would draw again [TOK-13].
        if *factor == [0; MODULUS_LEN] || factor[..] >= self.modulus()[..] {
            return None;
        }
        // The library draws the salt, then the factor as a little-endian number below n.
        let mut script = Zeroizing::new([0; 48 + MODULUS_LEN]);
        script[..48].copy_from_slice(salt);
        script[48..].copy_from_slice(factor);
        script[48..].reverse();
        let mut rng = Scripted { bytes: &script[..], overdrawn: false };
        let result = self.inner.blind(&mut rng, message).ok()?;
        (rng.bytes.is_empty() && !rng.overdrawn).then_some(result)
    }

    /// Unblinds the issuer's answer and verifies the signature (RFC 9474 §4.4).
    pub(crate) fn finalize(
        &self,
        message: &[u8],
        blinding: &BlindingResult,
        answer: &[u8; MODULUS_LEN],
    ) -> Result<[u8; MODULUS_LEN], TokenSignatureError> {
        // The library would reduce it, and an answer would have two forms.
        if answer[..] >= self.modulus()[..] {
            return Err(TokenSignatureError::Range);
        }
        let answer = BlindSignature(answer.to_vec());
        let signature = self.inner.finalize(&answer, blinding, message);
        let signature = signature.map_err(|_| TokenSignatureError::Invalid)?;
        signature.0.try_into().map_err(|_| TokenSignatureError::Invalid)
    }
}

impl PartialEq for TokenKey {
    fn eq(&self, other: &Self) -> bool {
        self.spki == other.spki
    }
}

impl Eq for TokenKey {}

impl std::fmt::Debug for TokenKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "TokenKey({})", self.id)
    }
}

impl Serialize for TokenKey {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(&BASE64URL.encode(&self.spki))
    }
}

impl FromStr for TokenKey {
    type Err = TokenKeyError;

    /// Reads padded base64url of the SPKI.
    fn from_str(text: &str) -> Result<Self, TokenKeyError> {
        let spki = BASE64URL.decode(text.as_bytes()).map_err(|_| TokenKeyError::Encoding)?;
        // The decoder also takes padding inside of the text, which is another spelling [OVR-3].
        if BASE64URL.encode(&spki) != text {
            return Err(TokenKeyError::Encoding);
        }
        Self::from_spki(&spki)
    }
}

/// An issuer's private key; wiped on drop by the library, redacted in `Debug`.
pub struct BlindSigner(SecretKeySha384PSSDeterministic);

impl BlindSigner {
    /// Draws a key pair of 2048 bits; takes 0.1 s, now and then four times that.
    ///
    /// # Panics
    /// Never: the parameters are constants the library accepts.
    #[must_use]
    pub fn generate(rng: &mut impl CryptoRng) -> Self {
        let pair = KeyPairSha384PSSDeterministic::generate(rng, 8 * MODULUS_LEN)
            .expect("2048 bits is a size the library accepts");
        Self(pair.sk)
    }

    /// Reads the private key from PKCS #8 DER, as [`Self::to_der`] wrote it.
    ///
    /// # Errors
    /// [`TokenKeyError`] if it is no RSA key, or one whose public half is refused.
    pub fn from_der(der: &[u8]) -> Result<Self, TokenKeyError> {
        let signer = Self(
            SecretKeySha384PSSDeterministic::from_der(der).map_err(|_| TokenKeyError::Encoding)?,
        );
        signer.try_public_key().map(|_| signer)
    }

    /// The private key as PKCS #8 DER, in memory that is wiped.
    ///
    /// # Panics
    /// Never: a key that was generated or parsed can be encoded.
    #[must_use]
    pub fn to_der(&self) -> Zeroizing<Vec<u8>> {
        Zeroizing::new(self.0.to_der().expect("a valid key can be encoded"))
    }

    /// The public half.
    ///
    /// # Panics
    /// Never: it was checked when the key was made or read.
    #[must_use]
    pub fn public_key(&self) -> TokenKey {
        self.try_public_key().expect("checked when the key was made or read")
    }

    fn try_public_key(&self) -> Result<TokenKey, TokenKeyError> {
        let inner = self.0.public_key().map_err(|_| TokenKeyError::Encoding)?;
        let components = inner.components();
        if components.n().len() != MODULUS_LEN {
            return Err(TokenKeyError::Modulus);
        }
        let spki = inner.to_spki().map_err(|_| TokenKeyError::Encoding)?;
        TokenKey::from_spki(&spki)
    }

    /// Signs a blinded message (RFC 9474 §4.3): the same message gives the same bytes. `rng`
    /// only hides the computation's timing.
    ///
    /// # Errors
    /// [`BlindSignError::MessageRange`] if the message is not below the modulus,
    /// [`BlindSignError::Fault`] if the result does not check.
    pub fn blind_sign(
        &self,
        blinded: &[u8; MODULUS_LEN],
        rng: &mut impl CryptoRng,
    ) -> Result<[u8; MODULUS_LEN], BlindSignError> {
        if blinded[..] >= self.0.components().n()[..] {
            return Err(BlindSignError::MessageRange);
        }
        // The library raises the result to the power of e again, and compares.
        let signature = self
            .0
            .blind_sign_with_rng(rng, BlindMessage(blinded.to_vec()))
            .map_err(|_| BlindSignError::Fault)?;
        signature.0.try_into().map_err(|_| BlindSignError::Fault)
    }
}

impl std::fmt::Debug for BlindSigner {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("BlindSigner(redacted)")
    }
}

/// Hands the library the bytes it would otherwise draw; what it draws beyond them is zero. It
/// does so where a factor has no inverse, and takes 1 in its place.
struct Scripted<'a> {
    bytes: &'a [u8],
    overdrawn: bool,
}

impl rand_core::TryRng for Scripted<'_> {
    type Error = std::convert::Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Self::Error> {
        let mut word = [0; 4];
        self.try_fill_bytes(&mut word)?;
        Ok(u32::from_le_bytes(word))
    }

    fn try_next_u64(&mut self) -> Result<u64, Self::Error> {
        let mut word = [0; 8];
        self.try_fill_bytes(&mut word)?;
        Ok(u64::from_le_bytes(word))
    }

    fn try_fill_bytes(&mut self, out: &mut [u8]) -> Result<(), Self::Error> {
        let Some((head, rest)) = self.bytes.split_at_checked(out.len()) else {
            out.fill(0);
            self.overdrawn = true;
            return Ok(());
        };
        out.copy_from_slice(head);
        self.bytes = rest;
        Ok(())
    }
}

impl rand_core::TryCryptoRng for Scripted<'_> {}

fn sha256(bytes: &[u8]) -> [u8; 32] {
    Sha256::digest(bytes).into()
}
