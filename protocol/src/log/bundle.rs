//! Entry bundles: the entries behind one tile of level 0 ([spec: log §2.5]).
//!
//! A bundle is `u16 length ‖ entry`, 1 to 256 times; an entry has at most 65,535 bytes.

use super::tile::Tile;
use crate::codec::{DecodeError, Reader, Writer};

/// Why entries do not make a bundle, or bytes are not one.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum BundleError {
    /// There are no entries, or more than 256.
    #[error("a bundle has 1 to 256 entries")]
    Width,
    /// An entry is longer than 65,535 bytes [LOG-11].
    #[error("entry {0} of the bundle is longer than 65,535 bytes")]
    EntryTooLong(usize),
    /// The bytes end before the last entry does [LOG-12].
    #[error("the bundle ends too early")]
    Truncated,
    /// Bytes follow the last entry [LOG-12].
    #[error("the bundle has bytes left over")]
    TrailingBytes,
}

/// The bytes of the bundle of these entries; at most 16,777,472.
///
/// # Errors
/// [`BundleError::Width`] if there are none or more than 256; [`BundleError::EntryTooLong`] with
/// the first entry above 65,535 bytes.
pub fn encode(entries: &[impl AsRef<[u8]>]) -> Result<Vec<u8>, BundleError> {
    if entries.is_empty() || entries.len() > usize::from(Tile::FULL) {
        return Err(BundleError::Width);
    }
    let mut writer = Writer::new();
    for (i, entry) in entries.iter().map(AsRef::as_ref).enumerate() {
        if u16::try_from(entry.len()).is_err() {
            return Err(BundleError::EntryTooLong(i));
        }
        writer = writer.vec16(entry);
    }
    Ok(writer.finish())
}

/// The `width` entries of a bundle; `width` is that of its tile.
///
/// # Errors
/// [`BundleError::Width`] if `width` is not 1 to 256; [`BundleError::Truncated`] and
/// [`BundleError::TrailingBytes`] if the bundle holds less or more than that.
pub fn decode(bytes: &[u8], width: u16) -> Result<Vec<&[u8]>, BundleError> {
    if width == 0 || width > Tile::FULL {
        return Err(BundleError::Width);
    }
    let mut reader = Reader::new(bytes);
    let entries = (0..width).map(|_| reader.vec16()).collect::<Result<_, DecodeError>>();
    let entries = entries.map_err(|_| BundleError::Truncated)?;
    reader.finish().map_err(|_| BundleError::TrailingBytes)?;
    Ok(entries)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// [LOG-12]
    #[test]
    fn a_bundle_is_lengths_and_entries() {
        let bytes = encode(&[&b"one"[..], b""]).unwrap();
        assert_eq!(bytes, b"\x00\x03one\x00\x00");
        assert_eq!(decode(&bytes, 2), Ok(vec![&b"one"[..], b""]));
        assert_eq!(decode(&bytes, 1), Err(BundleError::TrailingBytes));
        for cut in 0..bytes.len() {
            assert_eq!(decode(&bytes[..cut], 2), Err(BundleError::Truncated));
        }
        assert_eq!(decode(&bytes, 3), Err(BundleError::Truncated));
    }

    #[test]
    fn a_bundle_is_as_wide_as_a_tile() {
        let full = encode(&[b"x"; 256]).unwrap();
        assert_eq!(decode(&full, 256).map(|entries| entries.len()), Ok(256));
        assert_eq!(encode(&[b"x"; 257]), Err(BundleError::Width));
        assert_eq!(encode(&[b"x"; 0]), Err(BundleError::Width));
        assert_eq!(decode(b"", 0), Err(BundleError::Width));
        assert_eq!(decode(&[0; 514], 257), Err(BundleError::Width));
    }

    /// [LOG-11]
    #[test]
    fn an_entry_has_a_longest() {
        let longest = encode(&[vec![0; 65_535]]).unwrap();
        assert_eq!(longest.len(), 2 + 65_535);
        assert_eq!(encode(&[vec![], vec![0; 65_536]]), Err(BundleError::EntryTooLong(1)));
    }
}
