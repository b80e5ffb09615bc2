//! The bytes of a certificate ([spec: certificate §3]).

use super::bound::Bound;
use super::check::CheckError;
use super::shape::rests;
use super::sorted::Span;
use crate::campaign::Campaign;
use crate::codec::{DecodeError, Reader, Writer};
use crate::log::{Hash, Note};
use crate::token::Nonce;

/// Longest certificate that is read, in bytes: no honest one is as long [CER-1].
pub const MAX_LEN: usize = 134_217_728;

const MAGIC: [u8; 16] = *b"headcount-cert/1";

/// What stands before the samples.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) struct Head<'a> {
    pub(super) bound: Bound,
    pub(super) listed: u64,
    pub(super) root: Hash,
    pub(super) manifest: &'a [u8],
    pub(super) note: &'a [u8],
}

/// A pledge that is shown: its index in the log, and its entry.
pub(super) type Sample<'a> = (u64, &'a [u8]);

impl<'a> Head<'a> {
    pub(super) fn write(&self) -> Writer {
        let long = |bytes: &[u8]| u32::try_from(bytes.len()).expect("bounded to 262,144 bytes");
        Writer::new()
            .bytes(&MAGIC)
            .u16(self.bound.thousandths())
            .u64(self.listed)
            .bytes(self.root.as_bytes())
            .u32(long(self.manifest))
            .bytes(self.manifest)
            .u32(long(self.note))
            .bytes(self.note)
    }

    /// Reads the head of a certificate of at most [`MAX_LEN`] bytes; the reader then stands at the
    /// samples.
    pub(super) fn read(reader: &mut Reader<'a>) -> Result<Self, CheckError> {
        if reader.array()? != MAGIC {
            return Err(DecodeError::OutOfRange("the first word").into());
        }
        let bound = reader.u16()?;
        let listed = reader.u64()?;
        let root = Hash::from(reader.array()?);
        let manifest = long(reader, Campaign::MAX_MANIFEST)?;
        let note = long(reader, Note::MAX_LEN)?;
        Ok(Self { bound: Bound::new(bound)?, listed, root, manifest, note })
    }
}

/// A byte string after its `u32` length, which is at most `limit`.
fn long<'a>(reader: &mut Reader<'a>, limit: usize) -> Result<&'a [u8], DecodeError> {
    let length = usize::try_from(reader.u32()?).ok().filter(|length| *length <= limit);
    reader.take(length.ok_or(DecodeError::OutOfRange("a length"))?)
}

pub(super) fn write_sample(writer: Writer, index: u64, entry: &[u8]) -> Writer {
    writer.u64(index).vec16(entry)
}

pub(super) fn write_span(writer: Writer, span: &Span) -> Writer {
    let writer = writer.bytes(span.least.as_bytes()).bytes(span.greatest.as_bytes());
    writer.bytes(span.hash.as_bytes())
}

/// Reads so many samples.
pub(super) fn samples<'a>(
    reader: &mut Reader<'a>,
    number: usize,
) -> Result<Vec<Sample<'a>>, DecodeError> {
    (0..number).map(|_| Ok((reader.u64()?, reader.vec16()?))).collect()
}

/// Reads the nodes of the list beside the paths of these positions [CER-7].
pub(super) fn spans(
    reader: &mut Reader<'_>,
    listed: u64,
    positions: &[u64],
) -> Result<Vec<Span>, DecodeError> {
    let number = rests(listed, positions);
    let bytes = reader.take(number.checked_mul(Span::LEN).ok_or(DecodeError::Truncated)?)?;
    let mut reader = Reader::new(bytes);
    let mut span = || {
        Ok(Span {
            least: Nonce::from(reader.array()?),
            greatest: Nonce::from(reader.array()?),
            hash: Hash::from(reader.array()?),
        })
    };
    (0..number).map(|_| span()).collect()
}

/// Reads the hashes of the log beside the paths of these indices, with which a certificate ends
/// [CER-7].
pub(super) fn hashes(
    mut reader: Reader<'_>,
    size: u64,
    indices: &[u64],
) -> Result<Vec<Hash>, DecodeError> {
    let number = rests(size, indices);
    let bytes = reader.take(number.checked_mul(Hash::LEN).ok_or(DecodeError::Truncated)?)?;
    reader.finish()?;
    let (hashes, _) = bytes.as_chunks::<{ Hash::LEN }>();
    Ok(hashes.iter().copied().map(Hash::from).collect())
}
