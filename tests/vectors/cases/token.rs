//! `token.json`: keys, issuance, tokens ([spec: token]).

use std::sync::LazyLock;

use blind_rsa_signatures::SecretKeySha384PSSDeterministic;
use blind_rsa_signatures::reexports::crypto_bigint::{BoxedUint, CheckedAdd as _};
use data_encoding::HEXLOWER;
use headcount_protocol::campaign::CampaignId;
use headcount_protocol::issuance::PendingToken;
use headcount_protocol::secrets::{Blinding, BlindingFactor, Salt};
use headcount_protocol::token::{Token, TokenInput, TokenResponse};
use serde_json::{Value, json};

use super::{token_issuance, token_keys, token_signatures};
use crate::campaign::{Keys, SeededRng};
use crate::vectors::operations::Bases;
use crate::vectors::operations::token::{challenge, token_request};
use crate::vectors::operations::token_issuance::issuance;
use crate::vectors::{Case, File, Group, input};

/// The file.
pub(super) fn file() -> File {
    let groups = vec![
        token_keys::group(),
        challenges(),
        requests(),
        token_issuance::issuances(),
        token_issuance::blind_signs(),
        token_issuance::factors(),
        token_issuance::finishes(),
        token_signatures::group(),
    ];
    File { name: "token", bases: Bases::default(), groups }
}

/// A campaign.
pub(super) fn campaign_id() -> CampaignId {
    CampaignId::from([0xca; 32])
}

/// The public key of an issuer.
pub(super) fn spki(issuer: usize) -> Vec<u8> {
    Keys::shared().tokens[issuer].public_key().spki().to_vec()
}

/// The modulus of the first issuer's key.
pub(super) fn modulus() -> BoxedUint {
    number(&Keys::shared().tokens[0].public_key().modulus())
}

/// The primes of an issuer's key, in hex.
pub(super) fn primes(issuer: usize) -> [String; 2] {
    let der = Keys::shared().tokens[issuer].to_der();
    let key = SecretKeySha384PSSDeterministic::from_der(&der).expect("a private key");
    let primes: Vec<String> =
        key.components().primes().iter().map(|prime| HEXLOWER.encode(prime)).collect();
    primes.try_into().expect("two primes")
}

/// 256 bytes as a number.
pub(super) fn number(bytes: &[u8]) -> BoxedUint {
    BoxedUint::from_be_slice(bytes, 2048).expect("256 bytes")
}

/// The number 1.
pub(super) fn one() -> BoxedUint {
    BoxedUint::one_with_precision(2048)
}

/// The sum of 256 bytes and the modulus, if it has 256 bytes too.
pub(super) fn plus_modulus(bytes: &[u8]) -> Option<BoxedUint> {
    Option::from(number(bytes).checked_add(&modulus()))
}

/// A number as 256 bytes, in hex.
pub(super) fn hex(number: &BoxedUint) -> String {
    HEXLOWER.encode(&number.to_be_bytes())
}

/// The bytes with their bit 0 at this place altered.
pub(super) fn flip(bytes: &[u8], at: usize) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    bytes[at] ^= 1;
    bytes
}

/// What an issuer of the test campaign signs if it is asked for it.
pub(super) fn sign(issuer: usize, input: TokenInput) -> Token {
    let signer = &Keys::shared().tokens[issuer];
    let factor = BlindingFactor::from(std::array::from_fn(|at| u8::from(at == 255)));
    let blinding = Blinding { salt: Salt::from([1; Salt::LEN]), factor };
    let pending = PendingToken::new(&signer.public_key(), input, &blinding).expect("a factor");
    let blinded = pending.request().blinded_message;
    let answer = signer.blind_sign(&blinded, &mut SeededRng::new(0)).expect("an honest request");
    pending.finish(&TokenResponse(answer)).expect("an honest answer")
}

/// What `issuance` is given for a seed of equal bytes.
pub(super) fn issuance_input(seed: u8, issuer: usize, region: u16) -> Value {
    let [p, q] = primes(issuer);
    json!({
        "seed": HEXLOWER.encode(&[seed; 32]),
        "campaign_id": campaign_id(),
        "class": issuer,
        "region": region,
        "issuer": issuer,
        "issuer_name": "issuer.example",
        "origin_info": "counter.example",
        "p": p,
        "q": q,
    })
}

/// An issuance and what came of it.
pub(super) struct Issued {
    /// The byte its seed is made of.
    pub(super) seed: u8,
    output: Value,
}

impl Issued {
    fn by(seed: u8) -> Self {
        let output = issuance(&Bases::default(), &issuance_input(seed, 0, 0));
        Self { seed, output: output.expect("an honest issuance") }
    }

    /// A member of the output, in hex.
    pub(super) fn text(&self, name: &str) -> &str {
        input::text(&self.output, name)
    }

    /// A member of the output.
    pub(super) fn bytes(&self, name: &str) -> Vec<u8> {
        input::bytes(&self.output, name)
    }

    /// Whether a member plus the modulus has 256 bytes too.
    fn is_small(&self, name: &str) -> bool {
        plus_modulus(&self.bytes(name)).is_some()
    }
}

/// The first issuance by seed with this kind of factor, signature and answer: whether it is the
/// first factor that was not taken, and whether the others have a second form of 256 bytes.
fn first(retried: bool, signature: bool, response: bool) -> Issued {
    let holds = |issued: &Issued| {
        (issued.output["attempt"] != 0) == retried
            && issued.is_small("authenticator") == signature
            && issued.is_small("response") == response
    };
    (0..=u8::MAX).map(Issued::by).find(holds).expect("one of 256 seeds")
}

/// An issuance like most.
pub(super) static USUAL: LazyLock<Issued> = LazyLock::new(|| first(false, false, false));
/// One whose first blinding factor was not below the modulus.
pub(super) static RETRIED: LazyLock<Issued> = LazyLock::new(|| first(true, false, false));
/// One whose signature plus the modulus has 256 bytes too.
pub(super) static SMALL_SIGNATURE: LazyLock<Issued> = LazyLock::new(|| first(false, true, false));
/// One whose blind signature plus the modulus has 256 bytes too.
pub(super) static SMALL_RESPONSE: LazyLock<Issued> = LazyLock::new(|| first(false, false, true));

fn challenges() -> Group {
    let input = |issuer: &str, origin: &str, id: CampaignId| json!({ "issuer_name": issuer, "origin_info": origin, "campaign_id": id });
    let id = campaign_id();
    let long = format!("{}.example", "b".repeat(63));
    let cases = vec![
        Case::valid("token §2.1", input("issuer.example", "counter.example", id)),
        Case::valid("another issuer", input("issuer-b.example", "counter.example", id)),
        Case::valid("another counter", input("issuer.example", "counter-b.example", id)),
        Case::valid("another campaign", input("issuer.example", "counter.example", [0; 32].into())),
        Case::valid("ports", input("127.0.0.1:8080", "[::1]:8081", id)),
        Case::valid("long names", input(&long, &long, id)),
    ];
    Group { operation: "challenge", section: "token §2.1", run: challenge, cases }
}

fn requests() -> Group {
    let whole = USUAL.bytes("request");
    let retyped = |kind: [u8; 2]| [&kind[..], &whole[2..]].concat();
    let input = |bytes: &[u8]| json!({ "bytes": HEXLOWER.encode(bytes) });
    let refused = |comment, bytes: &[u8]| Case::invalid(comment, input(bytes), "TOK-6");
    let cases = vec![
        Case::valid("a request", input(&whole)),
        Case::valid("a blinded message of zeros", input(&[&whole[..3], &[0; 256]].concat())),
        Case::valid("a blinded message above n", input(&[&whole[..3], &[0xff; 256]].concat())),
        refused("nothing", &[]),
        refused("a byte too few", &whole[..258]),
        refused("a byte left over", &[&whole[..], &[0]].concat()),
        refused("type 0x0001", &retyped([0, 1])),
        refused("type 0x0000", &retyped([0, 0])),
        refused("type 0x0200", &retyped([2, 0])),
        refused("type 0xda7a", &retyped([0xda, 0x7a])),
        refused("type 0x0102", &retyped([1, 2])),
    ];
    Group { operation: "token-request", section: "token §2", run: token_request, cases }
}
