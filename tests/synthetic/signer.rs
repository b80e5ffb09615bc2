//! Signs tokens without blinding them.

use headcount_protocol::campaign::Campaign;
use headcount_protocol::rsa::{BlindSigner, MODULUS_LEN};
use headcount_protocol::token::{Nonce, Token};
use ring::rand::SystemRandom;
use ring::signature::{RSA_PSS_SHA384, RsaKeyPair};

/// An issuer's key that signs a token's input itself, in a third of the time that blind issuance
/// takes. What comes out is a token like every other: RFC 9474's signature, salt of 48 bytes.
#[derive(Debug)]
pub struct DirectSigner(RsaKeyPair);

impl DirectSigner {
    /// The same key, to sign with.
    ///
    /// # Panics
    /// Never: the key has 2048 bits.
    #[must_use]
    pub fn new(signer: &BlindSigner) -> Self {
        Self(RsaKeyPair::from_pkcs8(&signer.to_der()).expect("a key in PKCS #8"))
    }

    /// The token of an issuer for this nonce.
    ///
    /// # Panics
    /// If the computation fails.
    #[must_use]
    pub fn token(&self, campaign: &Campaign, issuer: u16, nonce: Nonce) -> Token {
        let input = campaign.token_input(issuer, nonce);
        let mut authenticator = [0; MODULUS_LEN];
        self.0
            .sign(&RSA_PSS_SHA384, &SystemRandom::new(), &input.encode(), &mut authenticator)
            .expect("a valid key signs");
        Token { input, authenticator }
    }
}
