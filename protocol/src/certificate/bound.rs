//! The share ε of listed pledges that a certificate leaves in doubt ([spec: certificate §1]).

/// A bound is not one of the shares that a certificate can have [CER-2].
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("the share in doubt is {0} thousandths; it can be 10 to 999")]
pub struct BoundError(pub u16);

/// The share ε in thousandths, 10 to 999: of `N` listed pledges at least `(1 − ε)·N` are shown.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub struct Bound(u16);

impl Bound {
    /// ε = 2 %, with 4,392 samples.
    pub const DEFAULT: Self = Self(20);

    /// A bound of so many thousandths.
    ///
    /// # Errors
    /// [`BoundError`] below 10 and above 999.
    pub const fn new(thousandths: u16) -> Result<Self, BoundError> {
        match thousandths {
            10..=999 => Ok(Self(thousandths)),
            _ => Err(BoundError(thousandths)),
        }
    }

    /// The thousandths.
    #[must_use]
    pub const fn thousandths(self) -> u16 {
        self.0
    }

    /// Samples drawn: the least `k` with `(1 − ε)^k ≤ 2^-128`. 8,828 for 1 %, 13 for 99.9 %.
    #[must_use]
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "the quotient is between 12 and 8,828"
    )]
    pub fn samples(self) -> u32 {
        // No bound comes so near to a whole number that rounding could matter: see the tests.
        let bits = -(1.0 - f64::from(self.0) / 1000.0).log2();
        (128.0 / bits).ceil() as u32
    }

    /// Pledges that a list of `listed` shows at least: `(1 − ε)·N`, rounded up.
    ///
    /// # Panics
    /// Never: the result is at most `listed`.
    #[must_use]
    pub fn at_least(self, listed: u64) -> u64 {
        let shown = (u128::from(listed) * u128::from(1000 - self.0)).div_ceil(1000);
        u64::try_from(shown).expect("no more than are listed")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bound(thousandths: u16) -> Bound {
        Bound::new(thousandths).unwrap()
    }

    /// [CER-2]
    #[test]
    fn a_bound_is_between_one_and_a_hundred_per_cent() {
        for bad in [0, 9, 1000, u16::MAX] {
            assert_eq!(Bound::new(bad), Err(BoundError(bad)));
        }
        assert_eq!(bound(20), Bound::DEFAULT);
    }

    /// [CER-6]
    #[test]
    fn every_bound_has_the_least_number_of_samples_for_128_bits() {
        let samples = [10, 20, 100, 500, 900, 999].map(|it| bound(it).samples());
        assert_eq!(samples, [8_828, 4_392, 843, 128, 39, 13]);
        for thousandths in 10..=999 {
            // Is (1000 − e)^k · 2^128 ≤ 1000^k? In whole numbers, limbs of 32 bits, least first.
            let (mut left, mut right) = (vec![0, 0, 0, 0, 1], vec![1]);
            let mut once_more = || {
                multiply(&mut left, u64::from(1000 - thousandths));
                multiply(&mut right, 1000);
                let by_length = left.len().cmp(&right.len());
                by_length.then_with(|| left.iter().rev().cmp(right.iter().rev())).is_le()
            };
            let enough: Vec<_> = (0..bound(thousandths).samples())
                .map(|_| once_more())
                .skip_while(|it| !it)
                .collect();
            assert_eq!(enough, [true], "{thousandths}");
        }
    }

    fn multiply(number: &mut Vec<u64>, factor: u64) {
        let mut carry = 0;
        for limb in number.iter_mut() {
            let product = *limb * factor + carry;
            (*limb, carry) = (product & 0xffff_ffff, product >> 32);
        }
        if carry > 0 {
            number.push(carry);
        }
    }

    #[test]
    fn what_is_shown_is_rounded_up() {
        let shown = [0, 1, 49, 50, 51, 500_000].map(|listed| bound(20).at_least(listed));
        assert_eq!(shown, [0, 1, 49, 49, 50, 490_000]);
        assert_eq!(bound(999).at_least(u64::MAX), u64::MAX / 1000 + 1);
    }
}
