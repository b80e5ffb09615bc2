//! Invitation codes: a serial number and its MAC, so that no list of codes exists
//! ([spec: attestation §1.2]).

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;
use subtle::ConstantTimeEq as _;
use zeroize::Zeroizing;

use crate::campaign_id::CampaignId;
use crate::code;
use crate::codec::Transcript;

/// Bytes of the serial number in a code.
const SERIAL_LEN: usize = 4;
/// Bytes of the MAC in a code: 88 bits [ATT-7].
const MAC_LEN: usize = 11;

/// Why a code is no invitation of this issuer.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum InvitationError {
    /// [ATT-8] The text is no code of 15 bytes.
    #[error("this is no invitation to this campaign: it is too short, too long or mistyped")]
    Form,
    /// [ATT-7] The MAC is not that of the serial number.
    #[error("this is no invitation to this campaign")]
    Mac,
}

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
        let mut bytes = Zeroizing::new([0; SERIAL_LEN + MAC_LEN]);
        bytes[..SERIAL_LEN].copy_from_slice(&serial.to_be_bytes());
        bytes[SERIAL_LEN..].copy_from_slice(&self.mac(campaign, issuer, serial));
        code::encode(&bytes[..])
    }

    /// The serial number of a code.
    ///
    /// # Errors
    /// [`InvitationError::Form`] if the text is no code of this length, [`InvitationError::Mac`]
    /// if its MAC does not verify.
    pub fn verify(
        &self,
        campaign: &CampaignId,
        issuer: u16,
        text: &str,
    ) -> Result<u32, InvitationError> {
        // No other length is a code [ATT-8].
        let bytes = code::decode(text, SERIAL_LEN + MAC_LEN).ok_or(InvitationError::Form)?;
        let (serial, mac) = bytes.split_first_chunk().ok_or(InvitationError::Form)?;
        let serial = u32::from_be_bytes(*serial);
        let genuine = self.mac(campaign, issuer, serial).ct_eq(mac);
        if bool::from(genuine) { Ok(serial) } else { Err(InvitationError::Mac) }
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
