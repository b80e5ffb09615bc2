//! News of the organisers, which all supporters read alike ([spec: statements §2]).

use std::collections::BTreeMap;

use crate::campaign::values::{TextError, Texts, check_language, check_text};
use crate::campaign_id::CampaignId;
use crate::codec::{DecodeError, Reader, Transcript, Writer};
use crate::ed25519::{PublicKey, SecretSeed, Signature, SignatureError};

/// Why an announcement is refused.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum AnnouncementError {
    /// [STA-3] The time is no full hour.
    #[error("the announcement's time is no full hour")]
    Time,
    /// [STA-4] There is no text, or the languages do not ascend.
    #[error("an announcement needs texts in ascending languages")]
    Languages,
    /// [STA-4] A language or a text is none.
    #[error("a text of the announcement is refused: {0}")]
    Text(#[from] TextError),
    /// [STA-4] The texts are longer than an entry may be.
    #[error("the announcement is longer than {} bytes", Announcement::MAX_TEXTS)]
    TooLong,
    /// [STA-5] Not signed by the organisers.
    #[error("the announcement is not signed by the organisers: {0}")]
    Signature(#[from] SignatureError),
}

/// An announcement: a number, a time, and a text in one or more languages.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Announcement {
    /// Its number in the log, from 0.
    pub number: u32,
    /// Unix time in seconds that the organisers state, a full hour.
    pub time: u64,
    /// Language tags and texts, as they stand in the entry.
    pub texts: Vec<(String, String)>,
    /// The organisers' signature.
    pub signature: Signature,
}

impl Announcement {
    /// Seconds of an hour: times are multiples of it.
    pub const HOUR: u64 = 3_600;

    /// Most bytes of the list of texts, its count included: with them the entry has 65,535.
    pub const MAX_TEXTS: usize = 65_535 - 1 - 4 - 8 - 64;

    /// Announces `texts`; the time is rounded down to the hour.
    ///
    /// # Errors
    /// [`AnnouncementError::TooLong`].
    pub fn sign(
        campaign: &CampaignId,
        number: u32,
        time: u64,
        texts: &Texts,
        key: &SecretSeed,
    ) -> Result<Self, AnnouncementError> {
        let time = time - time % Self::HOUR;
        let texts: Vec<_> =
            texts.iter().map(|(tag, text)| (tag.to_owned(), text.to_owned())).collect();
        let list = encode_texts(&texts).ok_or(AnnouncementError::TooLong)?;
        let signature = key.sign(&message(campaign, number, time, &list));
        Ok(Self { number, time, texts, signature })
    }

    /// The texts by language.
    #[must_use]
    pub fn texts(&self) -> Option<Texts> {
        Texts::new(self.texts.iter().cloned().collect::<BTreeMap<_, _>>())
    }

    /// The bytes that are delivered: the entry's without its type.
    ///
    /// # Panics
    /// If the texts are longer than [`Self::MAX_TEXTS`].
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        self.write(Writer::new()).finish()
    }

    /// Reads an announcement; [`Self::verify`] then judges it.
    ///
    /// # Errors
    /// One variant of [`DecodeError`] for each way in which the bytes can be wrong.
    pub fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        let mut reader = Reader::new(bytes);
        let announcement = Self::read(&mut reader)?;
        reader.finish()?;
        Ok(announcement)
    }

    pub(crate) fn write(&self, writer: Writer) -> Writer {
        let list = encode_texts(&self.texts).expect("the texts were bounded where they came in");
        let writer = writer.u32(self.number).u64(self.time).bytes(&list);
        writer.bytes(self.signature.as_bytes())
    }

    pub(crate) fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let (number, time) = (reader.u32()?, reader.u64()?);
        let count = reader.u8()?;
        let utf8 = |bytes: &[u8]| {
            let text = str::from_utf8(bytes).map(str::to_owned);
            text.map_err(|_| DecodeError::OutOfRange("a text that is not UTF-8"))
        };
        let text = |_| Ok((utf8(reader.vec8()?)?, utf8(reader.vec16()?)?));
        let texts = (0..count).map(text).collect::<Result<_, DecodeError>>()?;
        Ok(Self { number, time, texts, signature: Signature::from(reader.array()?) })
    }

    /// Checks all that does not depend on the log.
    ///
    /// # Errors
    /// One variant of [`AnnouncementError`] for each rule.
    pub fn verify(&self, campaign: &CampaignId, key: &PublicKey) -> Result<(), AnnouncementError> {
        if !self.time.is_multiple_of(Self::HOUR) {
            return Err(AnnouncementError::Time);
        }
        if self.texts.is_empty() || !self.texts.is_sorted_by(|(a, _), (b, _)| a < b) {
            return Err(AnnouncementError::Languages);
        }
        for (tag, text) in &self.texts {
            check_language(tag)?;
            check_text(text)?;
        }
        let list = encode_texts(&self.texts).ok_or(AnnouncementError::TooLong)?;
        Ok(key.verify(&message(campaign, self.number, self.time, &list), &self.signature)?)
    }
}

/// Count, then each tag and text after its length; nothing if that would not fit into an entry.
fn encode_texts(texts: &[(String, String)]) -> Option<Vec<u8>> {
    let mut writer = Writer::new().u8(u8::try_from(texts.len()).ok()?);
    for (tag, text) in texts {
        if tag.len() > usize::from(u8::MAX) || text.len() > usize::from(u16::MAX) {
            return None;
        }
        writer = writer.vec8(tag.as_bytes()).vec16(text.as_bytes());
    }
    Some(writer.finish()).filter(|list| list.len() <= Announcement::MAX_TEXTS)
}

fn message(campaign: &CampaignId, number: u32, time: u64, texts: &[u8]) -> Vec<u8> {
    Transcript::new("headcount/v1 announcement", campaign)
        .field_u32(number)
        .field_u64(time)
        .field(texts)
        .finish()
}
