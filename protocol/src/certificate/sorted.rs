//! The list of pledges: a Merkle tree in the order of their nonces ([spec: certificate §2]).

use std::ops::Range;

use super::shape::{Part, fold};
use crate::campaign_id::CampaignId;
use crate::codec::Transcript;
use crate::log::Hash;
use crate::token::Nonce;

/// A pledge as it is listed, 72 bytes.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Listed {
    /// Its nonce.
    pub nonce: Nonce,
    /// Index of its entry in the log.
    pub index: u64,
    /// Leaf hash of its entry.
    pub leaf: Hash,
}

/// What is known of a subtree of the list, 96 bytes in a certificate.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) struct Span {
    pub(super) least: Nonce,
    pub(super) greatest: Nonce,
    pub(super) hash: Hash,
}

/// The nonces of a node do not ascend: which of its two rules is broken.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Descent {
    /// `min > max`.
    Inside,
    /// `left.max ≥ right.min`.
    Between,
}

impl Span {
    /// Length in bytes.
    pub(super) const LEN: usize = 96;

    /// A leaf.
    pub(super) fn leaf(campaign: &CampaignId, listed: &Listed) -> Self {
        let transcript = Transcript::new("headcount/v1 certificate leaf", campaign)
            .field(listed.nonce.as_bytes())
            .field_u64(listed.index)
            .field(listed.leaf.as_bytes());
        let hash = Hash::from(transcript.sha256());
        Self { least: listed.nonce, greatest: listed.nonce, hash }
    }

    /// The node above two others, in whatever order their nonces are.
    pub(super) fn above(campaign: &CampaignId, left: &Self, right: &Self) -> Self {
        let transcript = Transcript::new("headcount/v1 certificate node", campaign)
            .field(left.least.as_bytes())
            .field(left.greatest.as_bytes())
            .field(left.hash.as_bytes())
            .field(right.least.as_bytes())
            .field(right.greatest.as_bytes())
            .field(right.hash.as_bytes());
        let hash = Hash::from(transcript.sha256());
        Self { least: left.least, greatest: right.greatest, hash }
    }

    /// What a certificate says of a subtree, if its nonces can ascend [CER-10].
    pub(super) fn given(self) -> Result<Self, Descent> {
        if self.least <= self.greatest { Ok(self) } else { Err(Descent::Inside) }
    }

    /// The node above two others whose nonces ascend [CER-11].
    pub(super) fn ascending(
        campaign: &CampaignId,
        left: &Self,
        right: &Self,
    ) -> Result<Self, Descent> {
        if left.greatest < right.least {
            Ok(Self::above(campaign, left, right))
        } else {
            Err(Descent::Between)
        }
    }
}

/// The tree over a part of the list, as it is.
pub(super) fn span(campaign: &CampaignId, list: &[Listed]) -> Span {
    match list {
        [listed] => Span::leaf(campaign, listed),
        _ => {
            let (left, right) = list.split_at(list.len().next_power_of_two() / 2);
            Span::above(campaign, &span(campaign, left), &span(campaign, right))
        }
    }
}

/// The subtrees of the list that hold none of these positions, from left to right.
pub(super) fn rests(campaign: &CampaignId, list: &[Listed], positions: &[u64]) -> Vec<Span> {
    let mut rests = Vec::new();
    let mut part = |part| {
        if let Part::Rest(range) = part {
            rests.push(span(campaign, &list[in_memory(range)]));
        }
        Ok::<_, std::convert::Infallible>(())
    };
    let leaves = u64::try_from(list.len()).expect("memory holds less than 2^64 pledges");
    let Ok(()) = fold(0..leaves, positions, &mut part, &mut |(), ()| Ok(()));
    rests
}

fn in_memory(range: Range<u64>) -> Range<usize> {
    let at = |n| usize::try_from(n).expect("a place in a list that is in memory");
    at(range.start)..at(range.end)
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: [u8; 32] = [7; 32];

    fn list(nonces: &[u8]) -> Vec<Listed> {
        let one = |(index, nonce): (u64, &u8)| Listed {
            nonce: [*nonce; 32].into(),
            index,
            leaf: [*nonce; 32].into(),
        };
        (1..).zip(nonces).map(one).collect()
    }

    /// [CER-5]
    #[test]
    fn the_tree_has_the_shape_of_the_log() {
        let id = ID.into();
        let list = list(&[1, 2, 3, 4, 5, 6, 7]);
        let leaf = |at: usize| Span::leaf(&id, &list[at]);
        let node = |left: &Span, right: &Span| Span::above(&id, left, right);
        let four = node(&node(&leaf(0), &leaf(1)), &node(&leaf(2), &leaf(3)));
        let three = node(&node(&leaf(4), &leaf(5)), &leaf(6));
        assert_eq!(span(&id, &list), node(&four, &three));
        assert_eq!(rests(&id, &list, &[4]), [four, leaf(5), leaf(6)]);
    }

    #[test]
    fn a_hash_says_all_that_is_below_it() {
        let id = ID.into();
        let list = list(&[1, 2]);
        let [left, right] = [0, 1].map(|at| Span::leaf(&id, &list[at]));
        let hash = |left: &Span, right: &Span| Span::above(&id, left, right).hash;
        let honest = hash(&left, &right);
        let other = Nonce::from([9; 32]);
        assert_ne!(hash(&Span { least: other, ..left }, &right), honest);
        assert_ne!(hash(&Span { greatest: other, ..left }, &right), honest);
        assert_ne!(hash(&left, &Span { least: other, ..right }), honest);
        assert_ne!(hash(&left, &Span { greatest: other, ..right }), honest);
        assert_ne!(hash(&right, &left), honest);
        let moved = Listed { index: 9, ..list[0] };
        assert_ne!(Span::leaf(&id, &moved).hash, left.hash);
        assert_ne!(Span::leaf(&[8; 32].into(), &list[0]).hash, left.hash);
    }

    /// [CER-10, CER-11]
    #[test]
    fn nonces_ascend_within_a_node_and_between_its_children() {
        let id = ID.into();
        let of = |least: u8, greatest: u8| Span {
            least: [least; 32].into(),
            greatest: [greatest; 32].into(),
            hash: Hash::EMPTY_ROOT,
        };
        assert_eq!(of(2, 2).given(), Ok(of(2, 2)));
        assert_eq!(of(2, 1).given(), Err(Descent::Inside));
        assert!(Span::ascending(&id, &of(1, 2), &of(3, 4)).is_ok());
        for right in [of(2, 4), of(1, 4)] {
            let above = Span::ascending(&id, &of(1, 2), &right);
            assert_eq!(above, Err(Descent::Between));
        }
    }
}
