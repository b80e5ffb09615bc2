//! Signs tokens without blinding them.

use headcount_protocol::campaign::Campaign;
use headcount_protocol::rsa::{BlindSigner, MODULUS_LEN};
use headcount_protocol::token::{Nonce, Token};
use rsa::RsaPrivateKey;
use rsa::pkcs8::DecodePrivateKey as _;
use rsa::pss::SigningKey;
use rsa::signature::{RandomizedSigner as _, SignatureEncoding as _};
use sha2::Sha384;

use crate::campaign::SeededRng;

/// An issuer's key that signs a token's input itself: one exponentiation, and half of the time
/// that blind issuance takes. What comes out is a token like every other.
#[derive(Debug)]
pub struct DirectSigner(SigningKey<Sha384>);

impl DirectSigner {
    /// The same key, to sign with.
    ///
    /// # Panics
    /// Never: the key was made by the same library.
    #[must_use]
    pub fn new(signer: &BlindSigner) -> Self {
        let key = RsaPrivateKey::from_pkcs8_der(&signer.to_der()).expect("a key in PKCS #8");
        Self(SigningKey::new(key))
    }

    /// The token of an issuer for this nonce; `salt` is the seed of its salt.
    ///
    /// # Panics
    /// If the computation fails.
    #[must_use]
    pub fn token(&self, campaign: &Campaign, issuer: u16, nonce: Nonce, salt: u64) -> Token {
        let input = campaign.token_input(issuer, nonce);
        let mut rng = SeededRng::new(salt);
        let bytes = self.0.sign_with_rng(&mut rng, &input.encode()).to_bytes();
        let authenticator: [u8; MODULUS_LEN] = bytes[..].try_into().expect("2048 bits");
        Token { input, authenticator }
    }
}
