//! The pledge: an opening, and one token of each issuer of a class ([spec: pledge]).

pub use crate::campaign::manifest::NO_REGION;

use crate::campaign::Campaign;
use crate::campaign::rules::MAX_CLASS;
use crate::campaign_id::CampaignId;
use crate::codec::{DecodeError, Reader, Transcript, Writer};
use crate::ed25519::PublicKey;
use crate::secrets::Seed;
use crate::token::{Nonce, Token, TokenInput};

/// What the nonce commits to ([spec: pledge §1]). Chosen by the supporter before anything is
/// signed, published with the pledge.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Opening {
    /// Index of the class in the manifest.
    pub class: u16,
    /// Region id in the manifest, or [`NO_REGION`].
    pub region: u16,
    /// The key that may withdraw the pledge.
    pub public_key: PublicKey,
}

impl Opening {
    /// Length in bytes: class, region and key.
    pub const LEN: usize = 36;

    /// The opening of the supporter with this seed.
    #[must_use]
    pub fn derive(seed: &Seed, campaign: &CampaignId, class: u16, region: u16) -> Self {
        Self { class, region, public_key: seed.pledge_key(campaign, class).public_key() }
    }

    /// The nonce every token of the pledge carries ([spec: pledge §1]).
    #[must_use]
    pub fn nonce(&self, campaign: &CampaignId) -> Nonce {
        let transcript = Transcript::new("headcount/v1 pledge nonce", campaign)
            .field_u16(self.class)
            .field(self.public_key.as_bytes())
            .field_u16(self.region);
        Nonce::from(transcript.sha256())
    }

    /// Reads an opening of exactly 36 bytes.
    ///
    /// # Errors
    /// [`DecodeError::Truncated`], [`DecodeError::TrailingBytes`].
    pub fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        let mut reader = Reader::new(bytes);
        let opening = Self::read(&mut reader)?;
        reader.finish()?;
        Ok(opening)
    }

    pub(crate) fn write(&self, writer: Writer) -> Writer {
        writer.u16(self.class).u16(self.region).bytes(self.public_key.as_bytes())
    }

    pub(crate) fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            class: reader.u16()?,
            region: reader.u16()?,
            public_key: PublicKey::from(reader.array()?),
        })
    }
}

/// Which rule of [spec: pledge §3] a pledge breaks.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum PledgeError {
    /// [PLG-2] Not the structure of a pledge.
    #[error("not a pledge: {0}")]
    Encoding(#[from] DecodeError),
    /// [PLG-2] A token that is not of type 0x0002 and 354 bytes.
    #[error("a token is not of type 0x0002")]
    TokenType,
    /// [PLG-7] The manifest has no class with this index.
    #[error("the campaign has no class {0}")]
    UnknownClass(u16),
    /// [PLG-8] The manifest has no region with this id.
    #[error("the campaign has no region {0}")]
    UnknownRegion(u16),
    /// [PLG-9] The public key is not canonical or has small order.
    #[error("the pledge's public key is refused: {0}")]
    PublicKey(#[from] crate::ed25519::KeyError),
    /// [PLG-10] The pledge has another number of tokens than its class has issuers.
    #[error("the class has {expected} issuers, the pledge {found} tokens")]
    TokenCount {
        /// Issuers of the class.
        expected: usize,
        /// Tokens of the pledge.
        found: usize,
    },
    /// [PLG-11] A token's nonce is not the one the opening gives.
    #[error("token {0} of the pledge does not carry the nonce of its opening")]
    Nonce(usize),
    /// [PLG-12] A token was made for another campaign, issuer or counter.
    #[error("token {0} of the pledge answers another challenge")]
    Challenge(usize),
    /// [PLG-13] A token names another key than its issuer's.
    #[error("token {0} of the pledge is of another key")]
    KeyId(usize),
    /// [PLG-14] A token's signature does not verify.
    #[error("the signature of token {0} of the pledge does not verify")]
    Signature(usize),
}

/// A pledge as it is redeemed and as it stands in the log. Whoever holds it can deliver it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Pledge {
    /// Class, region and key.
    pub opening: Opening,
    /// One token of each issuer of the class, in the manifest's order.
    pub tokens: Vec<Token>,
}

impl Pledge {
    /// Most tokens a pledge can carry: the most issuers a class can have.
    pub const MAX_TOKENS: usize = MAX_CLASS;

    /// Opening, number of tokens, tokens: 391 bytes with one token.
    ///
    /// # Panics
    /// If there are more than 255 tokens; [`Pledge::decode`] and the client make at most 8.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let count = u8::try_from(self.tokens.len()).expect("a pledge has at most 8 tokens");
        let mut writer = self.opening.write(Writer::new()).u8(count);
        for token in &self.tokens {
            writer = writer.bytes(&token.encode());
        }
        writer.finish()
    }

    /// Reads a pledge; [`Pledge::verify`] then judges it.
    ///
    /// # Errors
    /// [`PledgeError::Encoding`] for missing or leftover bytes and for 0 or more than 8
    /// tokens, [`PledgeError::TokenType`].
    pub fn decode(bytes: &[u8]) -> Result<Self, PledgeError> {
        let mut reader = Reader::new(bytes);
        let opening = Opening::read(&mut reader)?;
        let count = usize::from(reader.u8()?);
        if count == 0 || count > Self::MAX_TOKENS {
            return Err(DecodeError::OutOfRange("the number of tokens").into());
        }
        let mut tokens = Vec::with_capacity(count);
        for _ in 0..count {
            let mut token = Reader::new(reader.take(Token::LEN)?);
            tokens.push(Token::read(&mut token).ok_or(PledgeError::TokenType)?);
        }
        reader.finish()?;
        Ok(Self { opening, tokens })
    }

    /// Puts a pledge together from a redemption: the body opens the nonce and carries the
    /// class's further tokens, `first` came in the `Authorization` header
    /// ([spec: pledge §2]).
    ///
    /// # Errors
    /// As [`Pledge::decode`].
    pub fn from_redemption(first: Token, body: &[u8]) -> Result<Self, PledgeError> {
        let mut reader = Reader::new(body);
        let opening = Opening::read(&mut reader)?;
        let mut tokens = vec![first];
        while !reader.is_empty() {
            if tokens.len() == Self::MAX_TOKENS {
                return Err(DecodeError::OutOfRange("the number of tokens").into());
            }
            let mut token = Reader::new(reader.take(Token::LEN)?);
            tokens.push(Token::read(&mut token).ok_or(PledgeError::TokenType)?);
        }
        Ok(Self { opening, tokens })
    }

    /// The body of the redemption: 36 bytes, and 354 for each further token.
    #[must_use]
    pub fn redemption_body(&self) -> Vec<u8> {
        let mut writer = self.opening.write(Writer::new());
        for token in self.tokens.iter().skip(1) {
            writer = writer.bytes(&token.encode());
        }
        writer.finish()
    }

    /// The nonce, which names the pledge: one is counted for each.
    #[must_use]
    pub fn nonce(&self, campaign: &CampaignId) -> Nonce {
        self.opening.nonce(campaign)
    }

    /// Checks every rule of [spec: pledge §3]: the class and region exist, each token is of
    /// its issuer and of this opening, each signature verifies. Costs one RSA verification a
    /// token.
    ///
    /// # Errors
    /// The variant of the first rule that is broken.
    pub fn verify(&self, campaign: &Campaign) -> Result<(), PledgeError> {
        let Opening { class, region, public_key } = self.opening;
        let issuers = &campaign.class(class).ok_or(PledgeError::UnknownClass(class))?.issuers;
        if region != NO_REGION && campaign.region(region).is_none() {
            return Err(PledgeError::UnknownRegion(region));
        }
        PublicKey::parse(*public_key.as_bytes())?;
        if self.tokens.len() != issuers.len() {
            let (expected, found) = (issuers.len(), self.tokens.len());
            return Err(PledgeError::TokenCount { expected, found });
        }
        // One rule after the other over all tokens: the costly one comes last.
        let nonce = self.nonce(&campaign.id);
        let expected = issuers.iter().map(|&issuer| campaign.token_input(issuer, nonce));
        let expected: Vec<_> = expected.collect();
        let inputs = self.tokens.iter().map(|token| token.input).zip(&expected);
        let first = |differs: fn(&TokenInput, &TokenInput) -> bool| {
            inputs.clone().position(|(input, expected)| differs(&input, expected))
        };
        if let Some(at) = first(|input, expected| input.nonce != expected.nonce) {
            return Err(PledgeError::Nonce(at));
        }
        if let Some(at) = first(|it, expected| it.challenge_digest != expected.challenge_digest) {
            return Err(PledgeError::Challenge(at));
        }
        if let Some(at) = first(|input, expected| input.key_id != expected.key_id) {
            return Err(PledgeError::KeyId(at));
        }
        for (at, (token, &issuer)) in self.tokens.iter().zip(issuers).enumerate() {
            // Not a key that the token or a server names [TOK-8].
            let key = &campaign.issuer(issuer).token_key;
            token.verify(key).map_err(|_| PledgeError::Signature(at))?;
        }
        Ok(())
    }
}
