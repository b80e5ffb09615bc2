//! [spec: attestation §2] and [spec: attestation §3].

use data_encoding::BASE64URL_NOPAD;
use headcount_protocol::attestation::{Attestation, AttestationError, CommitmentSecret, Vouching};
use headcount_protocol::token::RequestDigest;
use headcount_tests::campaign::{Keys, joint, small, tag};

fn sign(person: u64, digest: u8) -> Attestation {
    let keys = Keys::shared();
    let digest = RequestDigest::from([digest; 32]);
    let (secret, key) = (&keys.commitments[0], &keys.attesters[0]);
    Attestation::sign(&small().id, 0, digest, tag(person), secret, key)
}

fn verify(attestation: Attestation) -> Result<Vouching, AttestationError> {
    let digest = RequestDigest::from([1; 32]);
    let key = Keys::shared().attesters[0].public_key();
    attestation.verify(&small().id, 0, &digest, &key).map(|(_, vouching)| vouching)
}

#[test]
fn an_attestation_opens_into_tag_and_vouching() {
    let key = Keys::shared().attesters[0].public_key();
    let digest = RequestDigest::from([1; 32]);
    let (opened, vouching) = sign(1, 1).verify(&small().id, 0, &digest, &key).unwrap();
    assert!(opened == tag(1));
    assert_eq!(vouching.verify(&small().id, &key), Ok(()));
    assert_eq!(Attestation::LEN, 162);
    let text = sign(1, 1).to_text();
    assert_eq!(text.len(), 216);
    assert_eq!(Attestation::from_text(&text).as_ref(), Ok(&sign(1, 1)));
}

/// [ATT-9]
#[test]
fn a_tag_has_one_commitment_for_ever() {
    let keys = Keys::shared();
    let key = &keys.attesters[0];
    let commitment = |campaign, issuer: u16, person, digest: u8, secret: &CommitmentSecret| {
        let digest = RequestDigest::from([digest; 32]);
        Attestation::sign(&campaign, issuer, digest, tag(person), secret, key)
            .verify(&campaign, issuer, &digest, &key.public_key())
            .unwrap()
            .1
            .commitment
    };
    let (id, secret) = (small().id, &keys.commitments[0]);
    let one = commitment(id, 0, 1, 1, secret);
    assert_eq!(one, commitment(id, 0, 1, 2, secret), "another request, the same person");
    for other in [
        commitment(id, 0, 2, 1, secret),
        commitment(id, 1, 1, 1, secret),
        commitment(joint().id, 0, 1, 1, secret),
        commitment(id, 0, 1, 1, &keys.commitments[1]),
    ] {
        assert_ne!(one, other);
    }
}

/// [ATT-12, ATT-13]
#[test]
fn an_attestation_is_for_one_issuer_request_and_campaign() {
    let key = Keys::shared().attesters[0].public_key();
    let (digest, id, foreign) = (RequestDigest::from([1; 32]), small().id, joint().id);
    let judge = |campaign, issuer, digest, key| {
        sign(1, 1).verify(campaign, issuer, digest, key).map(|_| ())
    };
    assert_eq!(judge(&id, 0, &digest, &key), Ok(()));
    assert_eq!(judge(&id, 1, &digest, &key), Err(AttestationError::Issuer));
    let other = RequestDigest::from([2; 32]);
    assert_eq!(judge(&id, 0, &other, &key), Err(AttestationError::RequestDigest));
    assert_eq!(judge(&foreign, 0, &digest, &key), Err(AttestationError::Signature));
    let other = Keys::shared().attesters[1].public_key();
    assert_eq!(judge(&id, 0, &digest, &other), Err(AttestationError::Signature));
}

/// [ATT-12, ATT-13]
#[test]
fn every_altered_byte_is_refused() {
    let bytes = BASE64URL_NOPAD.decode(sign(1, 1).to_text().as_bytes()).unwrap();
    for at in 0..Attestation::LEN {
        let mut bytes = bytes.clone();
        bytes[at] ^= 0x10;
        let expected = match at {
            0..2 => AttestationError::Issuer,
            2..34 => AttestationError::RequestDigest,
            // The tag, r, and the signature over their commitment.
            _ => AttestationError::Signature,
        };
        let altered = Attestation::from_text(&BASE64URL_NOPAD.encode(&bytes)).unwrap();
        assert_eq!(verify(altered), Err(expected), "byte {at}");
    }
    assert!(verify(sign(1, 1)).is_ok());
}

/// [ATT-11, OVR-3]
#[test]
fn an_attestation_has_one_text() {
    let text = sign(1, 1).to_text().to_string();
    let bytes = BASE64URL_NOPAD.decode(text.as_bytes()).unwrap();
    let standard = text.replace('-', "+").replace('_', "/");
    for bad in [
        String::new(),
        text[..215].to_owned(),
        format!("{text}="),
        format!(" {text}"),
        format!("{text}\n"),
        BASE64URL_NOPAD.encode(&bytes[..161]),
        BASE64URL_NOPAD.encode(&[&bytes[..], &[0]].concat()),
        if standard == text { String::new() } else { standard },
    ] {
        assert_eq!(Attestation::from_text(&bad), Err(AttestationError::Encoding), "{bad:?}");
    }
}

/// [ATT-15]
#[test]
fn an_attestation_is_not_shown() {
    let shown = format!("{:?}", sign(1, 1));
    let secret = data_encoding::HEXLOWER.encode(tag(1).expose());
    assert!(!shown.contains(&secret) && shown.contains("Tag(redacted)"), "{shown}");
}
