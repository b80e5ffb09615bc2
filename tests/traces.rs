//! Looking for what must not be there.

use data_encoding::{BASE64, BASE64_NOPAD, HEXLOWER, HEXUPPER};
use sha2::{Digest as _, Sha256, Sha512};

/// Every form in which an address could have been written down carelessly: plain and as a plain
/// hash, of the whole and of what precedes the `@`, in the usual encodings.
///
/// # Panics
/// Never: what is split has a first part.
#[must_use]
pub fn traces(address: &str) -> Vec<Vec<u8>> {
    let plain = [address.to_owned(), address.split('@').next().expect("a first part").to_owned()];
    let mut traces: Vec<Vec<u8>> = Vec::new();
    for text in plain {
        let bytes = text.as_bytes();
        let digests: [Vec<u8>; 4] = [
            Sha256::digest(bytes).to_vec(),
            Sha512::digest(bytes).to_vec(),
            sha1_smol::Sha1::from(bytes).digest().bytes().to_vec(),
            md5::compute(bytes).to_vec(),
        ];
        for digest in digests {
            traces.push(HEXLOWER.encode(&digest).into_bytes());
            traces.push(HEXUPPER.encode(&digest).into_bytes());
            traces.push(BASE64.encode(&digest).into_bytes());
            traces.push(digest);
        }
        traces.push(HEXLOWER.encode(bytes).into_bytes());
        traces.push(BASE64_NOPAD.encode(bytes).into_bytes());
        traces.push(bytes.to_vec());
    }
    traces
}

/// Whether bytes occur in others.
#[must_use]
pub fn contains(haystack: &[u8], needle: &[u8]) -> bool {
    haystack.windows(needle.len()).any(|window| window == needle)
}
