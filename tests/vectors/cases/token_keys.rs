//! Public keys of issuers ([spec: token §1]).

use data_encoding::HEXLOWER;
use serde_json::{Value, json};

use super::token::{flip, spki};
use crate::vectors::operations::token::token_key;
use crate::vectors::{Case, Group};

/// Where the modulus stands, and the three bytes of the exponent.
const MODULUS: usize = 81;
const EXPONENT: usize = 339;

const F4: [u8; 3] = [1, 0, 1];

/// Contents of the algorithm: OID of RSASSA-PSS, SHA-384, MGF1 with SHA-384, 48 bytes of salt.
const PSS: &str = "06092a864886f70d01010a3030a00d300b0609608648016503040202a11a301806092a864886f70d\
                   010108300b0609608648016503040202a203020130";
const RSA_ENCRYPTION: &str = "06092a864886f70d0101010500";

/// The cases of `token-key`.
pub(super) fn group() -> Group {
    let cases = [honest(), altered(), rebuilt(), numbers()].concat();
    Group { operation: "token-key", section: "token §1", run: token_key, cases }
}

fn input(spki: &[u8]) -> Value {
    json!({ "spki": HEXLOWER.encode(spki) })
}

fn honest() -> Vec<Case> {
    vec![
        Case::valid("a key", input(&spki(0))),
        Case::valid("another key", input(&spki(1))),
        Case::valid("the largest n of 2048 bits", input(&with_modulus(|n| n.fill(0xff)))),
        Case::valid(
            "the smallest odd n of 2048 bits",
            input(&with_modulus(|n| {
                n.fill(0);
                (n[0], n[255]) = (0x80, 1);
            })),
        ),
    ]
}

/// Keys of 342 bytes, with one byte altered.
fn altered() -> Vec<Case> {
    let refused = |comment, at: usize, byte: u8| {
        let mut bytes = spki(0);
        bytes[at] = byte;
        Case::invalid(comment, input(&bytes), "TOK-1")
    };
    vec![
        refused("no sequence", 0, 0x31),
        refused("the length of the whole, one more", 3, 0x53),
        refused("the length of the algorithm, one less", 5, 0x3c),
        refused("the OID of rsaEncryption before the parameters of PSS", 16, 0x01),
        refused("SHA-256 for the message", 33, 0x01),
        refused("SHA-512 for the message", 33, 0x03),
        refused("another OID than MGF1's", 48, 0x09),
        refused("MGF1 with SHA-256", 61, 0x01),
        refused("a salt of 32 bytes", 66, 0x20),
        refused("a salt of 0 bytes", 66, 0),
        refused("an unused bit", 71, 0x01),
        refused("n of 2049 bits", 80, 0x01),
        refused("n below zero in its first byte", 80, 0xff),
        refused("e that is no integer", 337, 0x04),
        refused("e of four bytes", 338, 0x04),
    ]
}

/// Keys that are put together, of other lengths.
fn rebuilt() -> Vec<Case> {
    let whole = spki(0);
    let n = &whole[MODULUS..MODULUS + 256];
    let half = &[&[0x7f], &n[1..]].concat()[..];
    let wide = &[n, &n[..127], &[1]].concat()[..];
    let sha256 = PSS.replace("040202", "040201");
    // Its length in three bytes where two are enough.
    let long = [&[0x30, 0x83, 0, 0x01, 0x52], &whole[4..]].concat();
    let with = |algorithm: &str, key: &[u8]| {
        let algorithm = HEXLOWER.decode(algorithm.as_bytes()).expect("hex");
        let bits = der(3, &[&[0], key].concat());
        der(0x30, &[der(0x30, &algorithm), bits].concat())
    };
    let of = |n: &[u8], e: &[u8]| der(0x30, &[unsigned(n), unsigned(e)].concat());
    assert_eq!(with(PSS, &of(n, &F4)), whole, "the parts make the whole");
    let negative = der(0x30, &[der(2, n), unsigned(&F4)].concat());
    let padded = der(0x30, &[der(2, &[&[0, 0], n].concat()), unsigned(&F4)].concat());
    let three = der(0x30, &[unsigned(n), der(2, &[0, 1, 0, 1])].concat());
    let more = der(0x30, &[unsigned(n), unsigned(&F4), unsigned(&[5])].concat());
    let refused = |comment, bytes: &[u8]| Case::invalid(comment, input(bytes), "TOK-1");
    vec![
        refused("nothing", &[]),
        refused("a byte too few", &whole[..whole.len() - 1]),
        refused("a byte left over", &[&whole[..], &[0]].concat()),
        refused("the key without algorithm (PKCS #1)", &of(n, &F4)),
        refused("rsaEncryption", &with(RSA_ENCRYPTION, &of(n, &F4))),
        refused("PSS without parameters", &with(&PSS[..22], &of(n, &F4))),
        refused("PSS with SHA-256", &with(&sha256, &of(n, &F4))),
        refused("a length that is longer than it must be", &long),
        refused("e is 3, in one byte", &with(PSS, &of(n, &[3]))),
        refused("e in four bytes", &with(PSS, &three)),
        refused("n of 2047 bits, in 256 bytes", &with(PSS, &of(half, &F4))),
        refused("n of 3072 bits", &with(PSS, &of(wide, &F4))),
        refused("n of 1024 bits", &with(PSS, &of(&n[..128], &F4))),
        refused("n below zero", &with(PSS, &negative)),
        refused("n with two bytes of zero before it", &with(PSS, &padded)),
        refused("a third number", &with(PSS, &more)),
    ]
}

/// Keys of the right form, with numbers that are not.
fn numbers() -> Vec<Case> {
    let exponent = |bytes: [u8; 3]| {
        let mut spki = spki(0);
        spki[EXPONENT..].copy_from_slice(&bytes);
        spki
    };
    let mut both = exponent([0, 0, 3]);
    both[MODULUS + 255] ^= 1;
    let both_forms = flip(&both, 66);
    let modulus = |comment, alter: fn(&mut [u8])| {
        Case::invalid(comment, input(&with_modulus(alter)), "TOK-2")
    };
    let other = |comment, bytes| Case::invalid(comment, input(&exponent(bytes)), "TOK-3");
    vec![
        modulus("n is even", |n| n[255] &= 0xfe),
        modulus("n of 2047 bits", |n| n[0] &= 0x7f),
        modulus("n is 0", |n| n.fill(0)),
        modulus("n is 1", |n| {
            n.fill(0);
            n[255] = 1;
        }),
        other("e is 3, in three bytes", [0, 0, 3]),
        other("e is 1", [0, 0, 1]),
        other("e is 0", [0, 0, 0]),
        other("e is 65,539", [1, 0, 3]),
        other("e is 65,536", [1, 0, 0]),
        other("e is 2^24 − 1, or −1", [0xff; 3]),
        Case::invalid("n is even and e is 3", input(&both), "TOK-2").flags(&["two-faults"]),
        Case::invalid("and the salt has 49 bytes", input(&both_forms), "TOK-1")
            .flags(&["two-faults"]),
    ]
}

fn with_modulus(alter: impl Fn(&mut [u8])) -> Vec<u8> {
    let mut spki = spki(0);
    alter(&mut spki[MODULUS..MODULUS + 256]);
    spki
}

/// DER: tag, length, content.
fn der(tag: u8, content: &[u8]) -> Vec<u8> {
    let length = u16::try_from(content.len()).expect("a short content").to_be_bytes();
    let head = match length {
        [0, short] if short < 128 => vec![tag, short],
        [0, long] => vec![tag, 0x81, long],
        [high, low] => vec![tag, 0x82, high, low],
    };
    [&head[..], content].concat()
}

/// A DER integer that is not below zero.
fn unsigned(value: &[u8]) -> Vec<u8> {
    let pad: &[u8] = if value[0] < 0x80 { &[] } else { &[0] };
    der(2, &[pad, value].concat())
}
