//! How often a bad list is caught: `1 − (1 − δ)^k`, where `δ` of its places are bad and `k` are
//! sampled ([spec: certificate §6]).

use headcount_protocol::certificate::{Bound, CheckError, Listed, check};
use headcount_protocol::token::Nonce;
use headcount_tests::campaign::SeededRng;
use headcount_tests::certificates::Lister;

use crate::crowd::{Crowd, Fraud, is_caught};

/// How often lists with this share of bad places are caught, and how often they should be.
pub(crate) struct Rate {
    pub(crate) caught: f64,
    pub(crate) expected: f64,
    /// Standard deviation of `caught` if the formula is right.
    pub(crate) deviation: f64,
}

impl Rate {
    pub(crate) fn measure(
        crowd: &Crowd,
        fraud: Fraud,
        places: usize,
        bound: Bound,
        trials: u32,
        rng: &mut SeededRng,
    ) -> Self {
        let lister = crowd.lister();
        let caught = (0..trials)
            .filter(|_| is_caught(&lister, crowd.forged(&lister, fraud, places, rng), bound))
            .count();
        let share = count(places) / count(crowd.len());
        let expected = 1.0 - (1.0 - share).powi(bound.samples().try_into().unwrap());
        let deviation = (expected * (1.0 - expected) / f64::from(trials)).sqrt();
        Self { caught: count(caught) / f64::from(trials), expected, deviation }
    }
}

fn count(number: usize) -> f64 {
    u32::try_from(number).unwrap().into()
}

/// [CER-6, CER-12, CER-14] Four standard deviations: a check that looked at half of the samples,
/// or a draw that left out every second place, would be six or more away.
#[test]
fn bad_lists_are_caught_as_often_as_the_formula_says() {
    let crowd = Crowd::of_people(200);
    let mut rng = SeededRng::new(4);
    for (thousandths, places) in [(999, 4), (999, 10), (999, 40), (900, 2), (900, 6)] {
        let bound = Bound::new(thousandths).unwrap();
        for fraud in [Fraud::Signature, Fraud::Duplicate] {
            let Rate { caught, expected, deviation } =
                Rate::measure(&crowd, fraud, places, bound, 250, &mut rng);
            let off = (caught - expected).abs() / deviation;
            assert!(off < 4.0, "{fraud:?} {places} {thousandths}: {caught}, not {expected}");
        }
    }
}

#[test]
fn an_honest_list_is_never_refused() {
    let crowd = Crowd::of_people(50);
    let lister = crowd.lister();
    for samples in [999, 900, 500, 20] {
        for pledges in 1..crowd.len() {
            let mut listed = crowd.honest(&lister);
            listed.truncate(pledges);
            assert!(!is_caught(&lister, listed, Bound::new(samples).unwrap()), "{pledges}");
        }
    }
}

/// [CER-8, CER-11] Everybody twice: one after the other as they are sorted, or the whole list and then
/// the whole list again. Every path leads through the one place, or the many, at which it shows.
#[test]
fn a_list_that_is_repeated_is_always_caught() {
    let crowd = Crowd::of_people(64);
    let lister = crowd.lister();
    let honest = crowd.honest(&lister);
    let in_pairs: Vec<Listed> = honest.iter().flat_map(|listed| [*listed; 2]).collect();
    for listed in [honest.repeat(2), in_pairs] {
        let refused = check(&lister.certificate(listed, Bound::new(999).unwrap()), None);
        let refused = refused.unwrap_err();
        // Where both of a pair were drawn, that is seen first.
        assert!(matches!(refused, CheckError::Order | CheckError::Index(_)), "{refused}");
    }
}

/// The forger who knows this gives the second of each pair a nonce of its own: of the two at each
/// place of the list one is then as good as gone, and 13 samples find it 8,191 times of 8,192.
#[test]
fn a_list_that_is_repeated_under_other_nonces_is_half_bad() {
    let crowd = Crowd::of_people(64);
    let lister = crowd.lister();
    let honest = crowd.honest(&lister);
    let other = |listed: &Listed| {
        let mut nonce = *listed.nonce.as_bytes();
        nonce[31] = nonce[31].wrapping_add(1);
        Listed { nonce: Nonce::from(nonce), ..*listed }
    };
    let mut in_pairs: Vec<_> = honest.iter().flat_map(|listed| [*listed, other(listed)]).collect();
    in_pairs.sort_by_key(|listed| listed.nonce);
    assert!(in_pairs.is_sorted_by(|a, b| a.nonce < b.nonce));
    let mut rng = SeededRng::new(5);
    let caught = (0..200).filter(|_| is_caught_after_shuffle(&lister, &in_pairs, &mut rng)).count();
    assert_eq!(caught, 200);
}

/// Another list of the same kind for each try: some pairs are left out.
fn is_caught_after_shuffle(lister: &Lister<'_>, pairs: &[Listed], rng: &mut SeededRng) -> bool {
    use rand_core::Rng as _;
    let kept = pairs.chunks(2).filter(|_| !rng.next_u32().is_multiple_of(4));
    is_caught(lister, kept.flatten().copied().collect(), Bound::new(999).unwrap())
}
