//! Invitation codes: a serial number and its MAC, so that no list of codes exists
//! ([spec: attestation §1.2]).

use headcount_protocol::campaign::CampaignId;
use headcount_protocol::codec::{Reader, Transcript};
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;
use subtle::ConstantTimeEq as _;
use zeroize::Zeroizing;

use super::attempt::{decode_groups, encode_groups};

/// Bytes of the MAC in a code: 88 bits [ATT-7].
const MAC_LEN: usize = 11;

/// The code is no invitation of this issuer.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("this is no invitation to this campaign")]
pub struct InvitationError;

/// Authenticates an attester's invitation codes.
pub struct InvitationSecret(Zeroizing<[u8; 32]>);

impl InvitationSecret {
    /// The secret with these bytes.
    #[must_use]
    pub const fn new(bytes: Zeroizing<[u8; 32]>) -> Self {
        Self(bytes)
    }

    /// The code with this serial number: six groups of four characters.
    #[must_use]
    pub fn code(&self, campaign: &CampaignId, issuer: u16, serial: u32) -> Zeroizing<String> {
        let mut bytes = Zeroizing::new(serial.to_be_bytes().to_vec());
        bytes.extend_from_slice(&self.mac(campaign, issuer, serial));
        encode_groups(&bytes)
    }

    /// The serial number of a code.
    ///
    /// # Errors
    /// [`InvitationError`] if the code is malformed or its MAC does not verify.
    pub fn verify(
        &self,
        campaign: &CampaignId,
        issuer: u16,
        code: &str,
    ) -> Result<u32, InvitationError> {
        let bytes = decode_groups(code).ok_or(InvitationError)?;
        let mut reader = Reader::new(&bytes);
        let serial = reader.u32().map_err(|_| InvitationError)?;
        let mac: [u8; MAC_LEN] = reader.array().map_err(|_| InvitationError)?;
        // No other length is a code [ATT-8].
        reader.finish().map_err(|_| InvitationError)?;
        let genuine = self.mac(campaign, issuer, serial).ct_eq(&mac);
        if bool::from(genuine) { Ok(serial) } else { Err(InvitationError) }
    }

    fn mac(&self, campaign: &CampaignId, issuer: u16, serial: u32) -> [u8; MAC_LEN] {
        let transcript = Transcript::new("headcount/v1 invitation", campaign)
            .field_u16(issuer)
            .field(&serial.to_be_bytes());
        let mut mac =
            Hmac::<Sha256>::new_from_slice(&self.0[..]).expect("HMAC takes any key length");
        mac.update(&transcript.finish());
        let mut short = [0; MAC_LEN];
        short.copy_from_slice(&mac.finalize().into_bytes()[..MAC_LEN]);
        short
    }
}
