//! The uniqueness tag: what tells an issuer that an identifier was used, and nothing else
//! ([spec: tag §4]).

use rand_core::CryptoRng;
use zeroize::Zeroizing;

use crate::bytes::secret_bytes;
use crate::campaign_id::CampaignId;
use crate::codec::Transcript;
use crate::guardians::{CombineError, Combined, Commitments, Evaluation};
use crate::identifier::{Identifier, Method};
use crate::oprf::{self, Batch, Element, InvalidInput, SecretScalar};

secret_bytes!(
    /// A uniqueness tag: the first half of the OPRF's output. It goes from the attester by the
    /// client to the issuer, is never published [ATT-15], and is destroyed 48 hours after
    /// issuance close [TAG-24].
    Tag,
    32
);

/// Why there is no tag.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum TagError {
    /// The guardians' answers do not combine.
    #[error(transparent)]
    Combine(#[from] CombineError),
    /// The guardians were asked about other elements than this blinding's.
    #[error("the blinded element was not among those evaluated")]
    NotEvaluated,
}

/// The input of the OPRF ([spec: tag §4.1]): at most 329 bytes, wiped on drop.
pub struct TagInput(Zeroizing<Vec<u8>>);

impl TagInput {
    /// Binds an identifier to its campaign, issuer and method.
    ///
    /// # Panics
    /// Never: an [`Identifier`] is at most 255 bytes.
    #[must_use]
    pub fn new(
        campaign: &CampaignId,
        issuer_index: u16,
        method: Method,
        identifier: &Identifier,
    ) -> Self {
        let head = Transcript::new("headcount/v1 tag input", campaign)
            .field_u16(issuer_index)
            .field(method.name().as_bytes())
            .finish();
        // The last field is written here, into memory that need not grow and is wiped.
        let text = identifier.expose().as_bytes();
        let length = u16::try_from(text.len()).expect("identifiers are at most 255 bytes");
        let mut bytes = Zeroizing::new(Vec::with_capacity(head.len() + 2 + text.len()));
        bytes.extend_from_slice(&head);
        bytes.extend_from_slice(&length.to_be_bytes());
        bytes.extend_from_slice(text);
        Self(bytes)
    }
}

impl std::fmt::Debug for TagInput {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("TagInput(redacted)")
    }
}

/// An identifier on its way through the guardians, in the attester's memory alone.
///
/// ```text
/// TagInput ── new ──▶ TagBlinding + Element ── guardians ──▶ finalize ──▶ Tag
/// ```
/// It is used up by its tag, and its blind with it [TAG-11]:
/// ```compile_fail,E0382
/// use headcount_protocol::{guardians::Combined, tag::TagBlinding};
/// fn twice(blinding: TagBlinding, combined: &Combined) {
///     let _ = blinding.finalize_in(combined);
///     let _ = blinding.finalize_in(combined);
/// }
/// ```
#[derive(Debug)]
pub struct TagBlinding {
    input: TagInput,
    blind: SecretScalar,
    blinded: Element,
}

impl TagBlinding {
    /// Blinds an input; the guardians see the element alone, which is uniformly random.
    ///
    /// # Errors
    /// [`InvalidInput`] if the input hashes to the identity, which nobody can bring about.
    pub fn new(input: TagInput, rng: &mut impl CryptoRng) -> Result<(Self, Element), InvalidInput> {
        Self::with_blind(input, SecretScalar::random(rng))
    }

    /// [`TagBlinding::new`] with the blind given, as test vectors do. A blind serves once.
    ///
    /// # Errors
    /// [`InvalidInput`] if the input hashes to the identity.
    pub fn with_blind(
        input: TagInput,
        blind: SecretScalar,
    ) -> Result<(Self, Element), InvalidInput> {
        let blinded = oprf::blind(&input.0, &blind)?;
        Ok((Self { input, blind, blinded }, blinded))
    }

    /// Makes the tag from answers to a request for this element alone.
    ///
    /// An attester that will ask other guardians when one lies calls [`Commitments::combine`]
    /// itself, and [`TagBlinding::finalize_in`] once that has succeeded.
    ///
    /// # Errors
    /// [`TagError::Combine`] if the answers are too few, repeated, of another epoch or false.
    pub fn finalize(
        self,
        commitments: &Commitments,
        epoch: u32,
        answers: &[Evaluation],
    ) -> Result<Tag, TagError> {
        let combined = commitments.combine(epoch, &Batch::from(self.blinded), answers)?;
        self.finalize_in(&combined)
    }

    /// Makes the tag from the combined answers to a request that had this element among others.
    ///
    /// # Errors
    /// [`TagError::NotEvaluated`] if it had not.
    pub fn finalize_in(self, combined: &Combined) -> Result<Tag, TagError> {
        let evaluated = combined.evaluated(&self.blinded).ok_or(TagError::NotEvaluated)?;
        // The output of RFC 9497 under the whole key, truncated [TAG-23].
        let output = oprf::finalize(&self.input.0, &self.blind, evaluated);
        let mut tag = Tag::from([0; Tag::LEN]);
        tag.0.copy_from_slice(&output[..Tag::LEN]);
        Ok(tag)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::guardians::{EvaluationRequest, KeyShare, ShareIndex};
    use crate::oprf::TestRng;

    fn input(campaign: u8, issuer: u16, method: Method, text: &str) -> TagInput {
        let identifier = Identifier::from_subject(text).unwrap();
        TagInput::new(&CampaignId::from([campaign; 32]), issuer, method, &identifier)
    }

    fn request(elements: Vec<Element>) -> EvaluationRequest {
        let elements = Batch::new(elements).unwrap();
        EvaluationRequest { campaign_id: CampaignId::from([1; 32]), epoch: 0, elements }
    }

    fn tag(input: TagInput, seed: u64) -> Tag {
        let (commitments, share) = guardian();
        let (blinding, blinded) = TagBlinding::new(input, &mut TestRng(seed)).unwrap();
        let answer = share.evaluate(&request(vec![blinded]), &mut TestRng(9));
        blinding.finalize(&commitments, 0, &[answer]).unwrap()
    }

    fn guardian() -> (Commitments, KeyShare) {
        let share = KeyShare::generate(&mut TestRng(3));
        let commitments = Commitments::parse(1, 1, &[*share.public_key().as_bytes()]).unwrap();
        (commitments, share)
    }

    #[test]
    fn the_input_is_a_transcript() {
        let id = CampaignId::from([7; 32]);
        let transcript = Transcript::new("headcount/v1 tag input", &id)
            .field_u16(2)
            .field(b"oidc")
            .field(b"ann@example.org");
        let bytes = input(7, 2, Method::Oidc, "ann@example.org").0;
        assert_eq!(*bytes, transcript.finish());
        let longest = input(7, 2, Method::Invitation, &"x".repeat(Identifier::MAX_LEN));
        assert_eq!((longest.0.len(), longest.0.capacity()), (329, 329));
        assert_eq!(format!("{longest:?}"), "TagInput(redacted)");
    }

    #[test]
    fn a_tag_depends_on_its_input_and_not_on_the_blind() {
        let ann = || input(7, 0, Method::Email, "ann@example.org");
        assert_eq!(tag(ann(), 0), tag(ann(), 50));
        for other in [
            input(8, 0, Method::Email, "ann@example.org"),
            input(7, 1, Method::Email, "ann@example.org"),
            input(7, 0, Method::Oidc, "ann@example.org"),
            input(7, 0, Method::Email, "bob@example.org"),
        ] {
            assert_ne!(tag(ann(), 0), tag(other, 0));
        }
    }

    /// [TAG-11]
    #[test]
    fn every_request_has_a_blind_of_its_own() {
        let mut rng = TestRng(0);
        let mut blinded = Vec::new();
        for _ in 0..4 {
            let ann = input(7, 0, Method::Email, "ann@example.org");
            let (_, element) = TagBlinding::new(ann, &mut rng).unwrap();
            assert!(!blinded.contains(&element), "two requests are seen to be of one person");
            blinded.push(element);
        }
    }

    #[test]
    fn a_batch_gives_the_tags_that_single_requests_give() {
        let (commitments, share) = guardian();
        let mut rng = TestRng(20);
        let (one, first) =
            TagBlinding::new(input(7, 0, Method::Email, "a@b.org"), &mut rng).unwrap();
        let (two, second) =
            TagBlinding::new(input(7, 0, Method::Email, "c@d.org"), &mut rng).unwrap();
        let (stray, _) = TagBlinding::new(input(7, 0, Method::Email, "e@f.org"), &mut rng).unwrap();
        let request = request(vec![second, first]);
        let answer = share.evaluate(&request, &mut rng);
        let combined = commitments.combine(0, &request.elements, &[answer]).unwrap();
        assert_eq!(one.finalize_in(&combined), Ok(tag(input(7, 0, Method::Email, "a@b.org"), 0)));
        assert_eq!(two.finalize_in(&combined), Ok(tag(input(7, 0, Method::Email, "c@d.org"), 0)));
        assert_eq!(stray.finalize_in(&combined), Err(TagError::NotEvaluated));
    }

    #[test]
    fn false_answers_give_no_tag() {
        let (commitments, share) = guardian();
        let (blinding, _) =
            TagBlinding::new(input(7, 0, Method::Email, "a@b.org"), &mut TestRng(0)).unwrap();
        let answer = share.evaluate(&request(vec![share.public_key()]), &mut TestRng(9));
        let error = blinding.finalize(&commitments, 0, &[answer]).err();
        let liar = crate::guardians::EvaluationError::Proof(ShareIndex::FIRST);
        assert_eq!(error, Some(TagError::Combine(liar.into())));
    }
}
