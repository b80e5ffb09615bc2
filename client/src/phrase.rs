//! The recovery phrase: a wallet's seed in 24 words (BIP 39, the English list).
//!
//! It is never written to disk. What the words give is the seed itself, not what BIP 39 derives
//! from a phrase for purses of money.

use bip39::{Error, Language, Mnemonic};
use headcount_protocol::secrets::Seed;
use zeroize::Zeroizing;

use crate::wallet::SecretText;

/// How many words a phrase has: 256 bits and 8 bits of checksum, 11 bits a word.
pub const WORDS: usize = 24;

/// Why words are no phrase. No variant holds a word.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum PhraseError {
    /// Not 24 words.
    #[error("a recovery phrase has {WORDS} words; these are {0}")]
    Count(usize),
    /// The word at this place, counted from 1, is not on the list.
    #[error("word {0} is none that a recovery phrase has; check how it is spelt")]
    Word(usize),
    /// The checksum does not match.
    #[error("the words are not a phrase: one is another than it was, or two changed places")]
    Checksum,
}

/// The words of a seed, in their order.
///
/// # Panics
/// Never: BIP 39 has words for 32 bytes.
#[must_use]
pub fn words(seed: &Seed) -> SecretText {
    let phrase = Mnemonic::from_entropy_in(Language::English, seed.expose())
        .expect("32 bytes are an entropy that BIP 39 has words for");
    // Room for all of it, so that no copy stays where the buffer grew: a word has 8 letters at
    // the most.
    let mut text = String::with_capacity(WORDS * 9);
    for word in phrase.words() {
        if !text.is_empty() {
            text.push(' ');
        }
        text.push_str(word);
    }
    SecretText::new(text)
}

/// The seed of a phrase, whatever the capitals and the white space between the words.
///
/// # Errors
/// [`PhraseError`].
pub fn seed(text: &SecretText) -> Result<Seed, PhraseError> {
    let text = Zeroizing::new(text.expose().to_ascii_lowercase());
    let count = text.split_whitespace().count();
    if count != WORDS {
        return Err(PhraseError::Count(count));
    }
    let phrase = Mnemonic::parse_in_normalized(Language::English, &text);
    let phrase = phrase.map_err(|error| match error {
        Error::UnknownWord(at) => PhraseError::Word(at + 1),
        _ => PhraseError::Checksum,
    })?;
    let (bytes, _) = phrase.to_entropy_array();
    let bytes = Zeroizing::new(bytes);
    let (entropy, _) = bytes.split_first_chunk().ok_or(PhraseError::Checksum)?;
    Ok(Seed::from(*entropy))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// From the test vectors of BIP 39.
    #[test]
    fn the_words_are_those_of_bip_39() {
        for (byte, first, last) in
            [(0x00, "abandon", "art"), (0xff, "zoo", "vote"), (0x7f, "legal", "title")]
        {
            let phrase = words(&Seed::from([byte; 32]));
            let all: Vec<_> = phrase.expose().split(' ').collect();
            assert_eq!((all.len(), all[0], all[23]), (24, first, last));
        }
    }

    #[test]
    fn a_seed_survives_its_words_and_nothing_else_does() {
        let one = Seed::from(std::array::from_fn(|at| u8::try_from(at * 7).unwrap()));
        let phrase = words(&one);
        assert!(seed(&phrase).unwrap() == one);
        let with = |text: String| seed(&SecretText::new(text));
        assert!(
            with(format!("\n {}\t", phrase.expose().replace(' ', "  \n").to_uppercase())).unwrap()
                == one
        );
        let list: Vec<_> = phrase.expose().split(' ').collect();
        assert_eq!(with(list[..23].join(" ")), Err(PhraseError::Count(23)));
        assert_eq!(with(String::new()), Err(PhraseError::Count(0)));
        let mut wrong = list.clone();
        wrong[4] = "headcount";
        assert_eq!(with(wrong.join(" ")), Err(PhraseError::Word(5)));
        let mut swapped = list;
        swapped.swap(0, 1);
        assert_eq!(with(swapped.join(" ")), Err(PhraseError::Checksum));
        // Twelve words are a phrase of BIP 39, and none of ours.
        assert_eq!(with(["abandon"; 11].join(" ") + " about"), Err(PhraseError::Count(12)));
    }
}
