//! Which places of the list are shown ([spec: certificate §4]).

use sha2::{Digest as _, Sha256};

use super::bound::Bound;
use crate::campaign_id::CampaignId;
use crate::codec::Transcript;
use crate::log::Hash;

/// What the maker has fixed when the samples are drawn.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) struct Claim<'a> {
    pub(super) campaign: &'a CampaignId,
    pub(super) bound: Bound,
    pub(super) listed: u64,
    pub(super) root: &'a Hash,
    pub(super) note: &'a [u8],
}

impl Claim<'_> {
    /// The challenge, of which all samples follow.
    pub(super) fn challenge(&self) -> [u8; 32] {
        let note: [u8; 32] = Sha256::digest(self.note).into();
        Transcript::new("headcount/v1 certificate challenge", self.campaign)
            .field_u16(self.bound.thousandths())
            .field_u64(self.listed)
            .field(self.root.as_bytes())
            .field(&note)
            .sha256()
    }

    /// The places that are shown, ascending, each once; as many as the samples, or fewer where one
    /// was drawn again [CER-6].
    pub(super) fn positions(&self) -> Vec<u64> {
        let challenge = self.challenge();
        let sample = |number: u32| {
            let hash = Transcript::new("headcount/v1 certificate sample", self.campaign)
                .field(&challenge)
                .field(&number.to_be_bytes())
                .sha256();
            let drawn = hash.first_chunk().map_or(0, |bytes| u128::from_be_bytes(*bytes));
            u64::try_from(drawn % u128::from(self.listed)).expect("below a u64")
        };
        let mut positions: Vec<u64> = (0..self.bound.samples()).map(sample).collect();
        positions.sort_unstable();
        positions.dedup();
        positions
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// [CER-6]
    #[test]
    fn the_samples_follow_from_all_that_is_claimed() {
        let ids = [CampaignId::from([1; 32]), CampaignId::from([2; 32])];
        let roots = [Hash::from([1; 32]), Hash::from([2; 32])];
        let [bound, other] = [20, 21].map(|it| Bound::new(it).unwrap());
        let claim =
            Claim { campaign: &ids[0], bound, listed: 1_000_000, root: &roots[0], note: b"note" };
        let positions = claim.positions();
        assert!(positions.is_sorted() && positions.len() > 4_300 && positions.len() <= 4392);
        for changed in [
            Claim { campaign: &ids[1], ..claim },
            Claim { bound: other, ..claim },
            Claim { listed: 1_000_001, ..claim },
            Claim { root: &roots[1], ..claim },
            Claim { note: b"nota", ..claim },
        ] {
            assert_ne!(changed.challenge(), claim.challenge(), "{changed:?}");
            assert_ne!(changed.positions(), positions, "{changed:?}");
        }
    }

    #[test]
    fn every_place_is_drawn_as_often() {
        let (id, root) = (CampaignId::from([1; 32]), Hash::EMPTY_ROOT);
        let mut drawn = [0_u32; 7];
        for note in 0..2_000_u32 {
            let bound = Bound::new(999).unwrap();
            let note = note.to_be_bytes();
            let claim = Claim { campaign: &id, bound, listed: 7, root: &root, note: &note };
            claim.positions().iter().for_each(|it| drawn[usize::try_from(*it).unwrap()] += 1);
        }
        // A place is among 13 draws of 7 with probability 1 − (6/7)^13 = 0.8652: 1,730 ± 15.
        assert!(drawn.iter().all(|times| (1_665..1_796).contains(times)), "{drawn:?}");
    }
}
