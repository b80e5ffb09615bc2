//! Bytes in, bytes out: the presentation of TLS (RFC 8446 §3), which every structure and every
//! hash of the protocol uses ([spec: overview §2]).
//!
//! [`Reader`] takes a structure apart and refuses what is missing or left over; [`Writer`] puts
//! one together; [`Transcript`] is the only way a structure becomes the input of a hash, a
//! signature or a key derivation.

use sha2::{Digest, Sha256};

use crate::campaign_id::CampaignId;

/// Why bytes are not the structure they should be [OVR-1].
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum DecodeError {
    /// The bytes end before the structure does.
    #[error("the data ends too early")]
    Truncated,
    /// Bytes follow the end of the structure.
    #[error("the data has bytes left over")]
    TrailingBytes,
    /// A length, tag or number is outside of what the structure allows.
    #[error("{0} is out of range")]
    OutOfRange(&'static str),
}

/// Reads big-endian integers and byte strings from the front of a slice.
#[derive(Clone)]
pub struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    /// Starts at the front of `bytes`.
    #[must_use]
    pub fn new(bytes: &'a [u8]) -> Self {
        Self(bytes)
    }

    /// The next `n` bytes.
    ///
    /// # Errors
    /// [`DecodeError::Truncated`] if fewer are left.
    pub fn take(&mut self, n: usize) -> Result<&'a [u8], DecodeError> {
        let (head, rest) = self.0.split_at_checked(n).ok_or(DecodeError::Truncated)?;
        self.0 = rest;
        Ok(head)
    }

    /// The next `N` bytes.
    ///
    /// # Errors
    /// [`DecodeError::Truncated`] if fewer are left.
    pub fn array<const N: usize>(&mut self) -> Result<[u8; N], DecodeError> {
        let (head, rest) = self.0.split_first_chunk().ok_or(DecodeError::Truncated)?;
        self.0 = rest;
        Ok(*head)
    }

    /// One byte.
    ///
    /// # Errors
    /// [`DecodeError::Truncated`] if none is left.
    pub fn u8(&mut self) -> Result<u8, DecodeError> {
        self.array().map(u8::from_be_bytes)
    }

    /// A big-endian `u16`.
    ///
    /// # Errors
    /// [`DecodeError::Truncated`] if fewer than 2 bytes are left.
    pub fn u16(&mut self) -> Result<u16, DecodeError> {
        self.array().map(u16::from_be_bytes)
    }

    /// A big-endian `u32`.
    ///
    /// # Errors
    /// [`DecodeError::Truncated`] if fewer than 4 bytes are left.
    pub fn u32(&mut self) -> Result<u32, DecodeError> {
        self.array().map(u32::from_be_bytes)
    }

    /// A big-endian `u64`.
    ///
    /// # Errors
    /// [`DecodeError::Truncated`] if fewer than 8 bytes are left.
    pub fn u64(&mut self) -> Result<u64, DecodeError> {
        self.array().map(u64::from_be_bytes)
    }

    /// A byte string after its `u8` length.
    ///
    /// # Errors
    /// [`DecodeError::Truncated`] if the length or the string is cut off.
    pub fn vec8(&mut self) -> Result<&'a [u8], DecodeError> {
        let n = self.u8()?;
        self.take(usize::from(n))
    }

    /// A byte string after its `u16` length.
    ///
    /// # Errors
    /// [`DecodeError::Truncated`] if the length or the string is cut off.
    pub fn vec16(&mut self) -> Result<&'a [u8], DecodeError> {
        let n = self.u16()?;
        self.take(usize::from(n))
    }

    /// Whether everything has been read.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Ends the structure.
    ///
    /// # Errors
    /// [`DecodeError::TrailingBytes`] if anything is left.
    pub fn finish(self) -> Result<(), DecodeError> {
        if self.0.is_empty() { Ok(()) } else { Err(DecodeError::TrailingBytes) }
    }
}

/// Appends big-endian integers and byte strings.
#[derive(Clone, Default)]
pub struct Writer(Vec<u8>);

impl Writer {
    /// An empty writer.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Appends bytes as they are.
    #[must_use]
    pub fn bytes(mut self, bytes: &[u8]) -> Self {
        self.0.extend_from_slice(bytes);
        self
    }

    /// Appends one byte.
    #[must_use]
    pub fn u8(self, value: u8) -> Self {
        self.bytes(&[value])
    }

    /// Appends a big-endian `u16`.
    #[must_use]
    pub fn u16(self, value: u16) -> Self {
        self.bytes(&value.to_be_bytes())
    }

    /// Appends a big-endian `u32`.
    #[must_use]
    pub fn u32(self, value: u32) -> Self {
        self.bytes(&value.to_be_bytes())
    }

    /// Appends a big-endian `u64`.
    #[must_use]
    pub fn u64(self, value: u64) -> Self {
        self.bytes(&value.to_be_bytes())
    }

    /// Appends a byte string after its `u8` length.
    ///
    /// # Panics
    /// If the string is longer than 255 bytes, which callers rule out.
    #[must_use]
    pub fn vec8(self, bytes: &[u8]) -> Self {
        let n = u8::try_from(bytes.len()).expect("callers bound their fields to 255 bytes");
        self.u8(n).bytes(bytes)
    }

    /// Appends a byte string after its `u16` length.
    ///
    /// # Panics
    /// If the string is longer than 65,535 bytes, which callers rule out.
    #[must_use]
    pub fn vec16(self, bytes: &[u8]) -> Self {
        let n = u16::try_from(bytes.len()).expect("callers bound their fields to 65,535 bytes");
        self.u16(n).bytes(bytes)
    }

    /// The bytes written.
    #[must_use]
    pub fn finish(self) -> Vec<u8> {
        self.0
    }
}

/// The input of a hash, a signature or a derivation ([spec: overview §2.2]):
/// `u16 ‖ label ‖ campaign id (32 bytes) ‖ (u16 ‖ field)*`.
///
/// The label says what the bytes are for, the campaign id where, so that bytes made for one
/// purpose or campaign mean nothing in another.
#[derive(Clone)]
pub struct Transcript(Writer);

impl Transcript {
    /// Starts a transcript; `label` is one of the table in [spec: overview §2.2], used for its row
    /// alone [OVR-4].
    #[must_use]
    pub fn new(label: &str, campaign: &CampaignId) -> Self {
        Self(Writer::new().vec16(label.as_bytes()).bytes(campaign.as_bytes()))
    }

    /// Appends one field after its `u16` length.
    ///
    /// # Panics
    /// If the field is longer than 65,535 bytes, which callers rule out.
    #[must_use]
    pub fn field(self, bytes: &[u8]) -> Self {
        Self(self.0.vec16(bytes))
    }

    /// Appends a `u8` as a field of one byte.
    #[must_use]
    pub fn field_u8(self, value: u8) -> Self {
        self.field(&[value])
    }

    /// Appends a `u16` as a field of two bytes.
    #[must_use]
    pub fn field_u16(self, value: u16) -> Self {
        self.field(&value.to_be_bytes())
    }

    /// Appends a `u32` as a field of four bytes.
    #[must_use]
    pub fn field_u32(self, value: u32) -> Self {
        self.field(&value.to_be_bytes())
    }

    /// Appends a `u64` as a field of eight bytes.
    #[must_use]
    pub fn field_u64(self, value: u64) -> Self {
        self.field(&value.to_be_bytes())
    }

    /// SHA-256 of the transcript, 32 bytes.
    #[must_use]
    pub fn sha256(self) -> [u8; 32] {
        Sha256::digest(self.finish()).into()
    }

    /// The transcript's bytes.
    #[must_use]
    pub fn finish(self) -> Vec<u8> {
        self.0.finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// [OVR-1]
    #[test]
    fn a_reader_refuses_missing_and_leftover_bytes() {
        let mut reader = Reader::new(&[0, 2, 7]);
        assert_eq!(reader.clone().vec16(), Err(DecodeError::Truncated));
        assert_eq!(reader.u16(), Ok(2));
        assert_eq!(reader.clone().finish(), Err(DecodeError::TrailingBytes));
        assert_eq!(reader.u8(), Ok(7));
        assert_eq!(reader.finish(), Ok(()));
    }

    #[test]
    fn a_writer_is_what_a_reader_reads() {
        let bytes = Writer::new().u8(1).u16(2).u32(3).u64(4).vec16(b"five").vec8(b"6").finish();
        let mut reader = Reader::new(&bytes);
        assert_eq!(reader.u8(), Ok(1));
        assert_eq!(reader.u16(), Ok(2));
        assert_eq!(reader.u32(), Ok(3));
        assert_eq!(reader.u64(), Ok(4));
        assert_eq!(reader.vec16(), Ok(&b"five"[..]));
        assert_eq!(reader.vec8(), Ok(&b"6"[..]));
        assert!(reader.is_empty());
    }

    #[test]
    fn a_transcript_separates_its_fields() {
        let id = CampaignId::from([7; 32]);
        let one = Transcript::new("label", &id).field(b"ab").field(b"c").finish();
        let other = Transcript::new("label", &id).field(b"a").field(b"bc").finish();
        assert_ne!(one, other);
        assert_eq!(one.len(), 2 + 5 + 32 + 2 + 2 + 2 + 1);
    }
}
