//! The supporter's secrets, all derived from one seed ([spec: token §3]).
//!
//! Same seed, same region: same key, same request. Two different token inputs never share a
//! salt or a blinding factor, because both are derived from the whole input.

use hkdf::Hkdf;
use rand_core::CryptoRng;
use sha2::Sha512;
use zeroize::Zeroizing;

use crate::bytes::secret_bytes;
use crate::campaign_id::CampaignId;
use crate::codec::Transcript;
use crate::ed25519::SecretSeed;
use crate::rsa::{MODULUS_LEN, TokenKey};
use crate::token::TokenInput;

secret_bytes!(
    /// The one secret a wallet keeps for a campaign.
    Seed,
    32
);
secret_bytes!(
    /// The salt of the PSS encoding (RFC 9474 §4.2).
    Salt,
    48
);
secret_bytes!(
    /// The factor `r` that blinds a message, big-endian, `0 < r < n` (RFC 9474 §4.2).
    BlindingFactor,
    256
);

/// Salt and blinding factor of one token request.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Blinding {
    /// Salt of the PSS encoding.
    pub salt: Salt,
    /// Blinding factor.
    pub factor: BlindingFactor,
}

impl Seed {
    /// Draws a seed.
    #[must_use]
    pub fn generate(rng: &mut impl CryptoRng) -> Self {
        let mut bytes = Zeroizing::new([0; Self::LEN]);
        rng.fill_bytes(&mut bytes[..]);
        Self::from(*bytes)
    }

    /// The key that pledges in a class, and later withdraws ([spec: token §3.1]).
    #[must_use]
    pub fn pledge_key(&self, campaign: &CampaignId, class: u16) -> SecretSeed {
        let info = Transcript::new("headcount/v1 pledge key", campaign).field_u16(class);
        let mut okm = Zeroizing::new([0; 32]);
        self.expand(info, &mut okm[..]);
        SecretSeed::from(*okm)
    }

    /// Salt and blinding factor of one issuer's request, from the whole token input
    /// ([spec: token §3.2], [TOK-11]).
    #[must_use]
    pub fn blinding(
        &self,
        campaign: &CampaignId,
        issuer: u16,
        input: &TokenInput,
        key: &TokenKey,
    ) -> Blinding {
        let input = input.encode();
        let transcript = |label| Transcript::new(label, campaign).field_u16(issuer).field(&input);
        let mut salt = Zeroizing::new([0; Salt::LEN]);
        self.expand(transcript("headcount/v1 salt"), &mut salt[..]);

        let modulus = key.modulus();
        let mut factor = Zeroizing::new([0; MODULUS_LEN]);
        // By rejection [TOK-12]: n has its top bit set, so each candidate is below it with
        // probability over one half.
        let mut attempt = 0;
        while factor[..] == [0; MODULUS_LEN] || factor[..] >= modulus[..] {
            let info = transcript("headcount/v1 blinding factor").field_u16(attempt);
            self.expand(info, &mut factor[..]);
            attempt = attempt.wrapping_add(1);
        }
        Blinding { salt: Salt::from(*salt), factor: BlindingFactor::from(*factor) }
    }

    /// HKDF-SHA-512 (RFC 5869) of the seed, the transcript as info.
    fn expand(&self, info: Transcript, out: &mut [u8]) {
        Hkdf::<Sha512>::new(Some(b"headcount/v1 seed"), &self.0)
            .expand(&info.finish(), out)
            .expect("at most 256 bytes are asked for, and HKDF-SHA-512 gives 16,320");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::oprf::TestRng;
    use crate::rsa::BlindSigner;

    /// [TOK-12]
    #[test]
    fn a_factor_above_the_modulus_is_passed_over_and_not_reduced() {
        let key = BlindSigner::generate(&mut TestRng(1)).public_key();
        let campaign = CampaignId::from([7; 32]);
        let (nonce, challenge_digest) = ([1; 32].into(), [2; 32].into());
        let input = TokenInput { nonce, challenge_digest, key_id: key.id() };
        let candidate = |seed: u8, attempt: u16| {
            let info = Transcript::new("headcount/v1 blinding factor", &campaign)
                .field_u16(3)
                .field(&input.encode())
                .field_u16(attempt);
            let mut factor = [0; MODULUS_LEN];
            let extracted = Hkdf::<Sha512>::new(Some(b"headcount/v1 seed"), &[seed; 32]);
            extracted.expand(&info.finish(), &mut factor).unwrap();
            factor
        };
        let mut passed_over = 0;
        for seed in 0..64 {
            let mut candidates = (0..).map(|attempt| candidate(seed, attempt));
            let first = candidates.find(|factor| factor[..] < key.modulus()[..]).unwrap();
            let blinding = Seed::from([seed; 32]).blinding(&campaign, 3, &input, &key);
            assert_eq!(*blinding.factor.expose(), first);
            passed_over += u32::from(first != candidate(seed, 0));
        }
        assert!(passed_over > 0, "no candidate was above the modulus");
    }
}
