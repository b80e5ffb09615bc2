//! A log from which good and bad lists can be made.

use headcount_protocol::campaign::Campaign;
use headcount_protocol::certificate::{Bound, Listed, check};
use headcount_protocol::entry::Entry;
use headcount_protocol::pledge::Pledge;
use headcount_tests::campaign::{SeededRng, issue, small};
use headcount_tests::certificates::Lister;
use headcount_tests::logs::LogBuilder;
use rand_core::Rng as _;

/// Pledges, each of which stands in the log twice: as it was signed, and with another signature.
pub(crate) struct Crowd {
    pub(crate) campaign: Campaign,
    log: LogBuilder,
    /// Index of the pledge, and of its bad twin, by nonce.
    pairs: Vec<(usize, usize)>,
}

/// What a forger does with a place of the list.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Fraud {
    /// Lists the twin whose signature does not verify.
    Signature,
    /// Lists the next pledge once more, under the nonce that belongs there.
    Duplicate,
}

impl Crowd {
    /// So many people of the small campaign.
    pub(crate) fn of_people(people: u64) -> Self {
        let campaign = small();
        let pledges = (0..people).map(|person| issue(&campaign, person, 0, 0).pledge).collect();
        Self::new(campaign, pledges)
    }

    pub(crate) fn new(campaign: Campaign, pledges: Vec<Pledge>) -> Self {
        let mut log = LogBuilder::pledges(&campaign);
        let twins = pledges.iter().map(|pledge| {
            let mut twin = pledge.clone();
            twin.tokens[0].authenticator[255] ^= 1;
            twin
        });
        let twins: Vec<_> = twins.collect();
        let entries = pledges.into_iter().chain(twins).map(Entry::Pledge).collect();
        log.batch(&campaign, entries, vec![Vec::new(); 2]);
        let mut crowd = Self { campaign, log, pairs: Vec::new() };
        // Sorted by nonce, the two of a pair stand side by side.
        crowd.pairs = (1..crowd.log.entries.len() - 1)
            .step_by(2)
            .map(|at| if crowd.is_signed(at) { (at, at + 1) } else { (at + 1, at) })
            .collect();
        crowd
    }

    fn is_signed(&self, index: usize) -> bool {
        match Entry::decode(&self.log.entries[index]) {
            Ok(Entry::Pledge(pledge)) => pledge.verify(&self.campaign).is_ok(),
            _ => false,
        }
    }

    /// Pledges that are signed.
    pub(crate) fn len(&self) -> usize {
        self.pairs.len()
    }

    pub(crate) fn lister(&self) -> Lister<'_> {
        Lister::new(&self.campaign, &self.log)
    }

    /// The honest list.
    pub(crate) fn honest(&self, lister: &Lister<'_>) -> Vec<Listed> {
        self.pairs.iter().map(|(good, _)| lister.listed(*good).unwrap()).collect()
    }

    /// The honest list, but for so many places, drawn at random.
    pub(crate) fn forged(
        &self,
        lister: &Lister<'_>,
        fraud: Fraud,
        places: usize,
        rng: &mut SeededRng,
    ) -> Vec<Listed> {
        let honest = self.honest(lister);
        let mut listed = honest.clone();
        for place in draw(places, listed.len(), rng) {
            let nonce = listed[place].nonce;
            listed[place] = match fraud {
                Fraud::Signature => lister.listed(self.pairs[place].1).unwrap(),
                Fraud::Duplicate => Listed { nonce, ..honest[(place + 1) % honest.len()] },
            };
        }
        listed
    }
}

/// Whether a check refuses the certificate of a list.
pub(crate) fn is_caught(lister: &Lister<'_>, listed: Vec<Listed>, bound: Bound) -> bool {
    check(&lister.certificate(listed, bound), None).is_err()
}

/// So many different places below `end`.
fn draw(places: usize, end: usize, rng: &mut SeededRng) -> Vec<usize> {
    let mut all: Vec<usize> = (0..end).collect();
    for at in 0..places {
        let rest = u64::try_from(end - at).unwrap();
        let other = at + usize::try_from(rng.next_u64() % rest).unwrap();
        all.swap(at, other);
    }
    all.truncate(places);
    all
}
