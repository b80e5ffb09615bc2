//! What a log is made of ([spec: log §4]): one type byte, then the body.

use crate::attestation::Vouching;
use crate::campaign_id::CampaignId;
use crate::codec::{DecodeError, Reader, Writer};
use crate::pledge::{Pledge, PledgeError};
use crate::statement::{Amendment, Announcement, Closing};
use crate::withdrawal::Withdrawal;

const CAMPAIGN: u8 = 0x00;
const PLEDGE: u8 = 0x01;
const WITHDRAWAL: u8 = 0x02;
const ISSUANCE: u8 = 0x03;
const AMENDMENT: u8 = 0x04;
const ANNOUNCEMENT: u8 = 0x05;
const CLOSING: u8 = 0x06;
const SEAL: u8 = 0xff;

/// An entry of the pledge log or of an issuance log. None that a person caused has room for a time
/// or an address [LOG-24].
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Entry {
    /// Index 0 of every log: which campaign it belongs to.
    Campaign(CampaignId),
    /// Pledge log: a pledge.
    Pledge(Pledge),
    /// Pledge log: a pledge that is taken back.
    Withdrawal(Withdrawal),
    /// Issuance log: a blind signature that was given out.
    Issuance(Vouching),
    /// Pledge log: a change of what may change.
    Amendment(Amendment),
    /// Pledge log: news of the organisers.
    Announcement(Announcement),
    /// Pledge log: the counter's last word.
    Closing(Closing),
    /// Closes a batch.
    Seal(Seal),
}

/// The end of a batch ([spec: log §5]).
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Seal {
    /// Number of the batch, counted from 0.
    pub batch: u64,
    /// Entries of the batch, this one not counted: at least 1.
    pub count: u32,
    /// Pledge log: the latest signed checkpoint of each issuance log, in the manifest's order,
    /// empty where none was to be had; issuance log: none.
    pub issuance_checkpoints: Vec<Vec<u8>>,
}

/// Why bytes are not an entry [LOG-23].
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum EntryError {
    /// The first byte names no type of entry.
    #[error("0x{0:02x} is no type of entry")]
    Type(u8),
    /// The body is not that of its type.
    #[error("the entry is malformed: {0}")]
    Encoding(#[from] DecodeError),
    /// The body is not that of a pledge.
    #[error("{0}")]
    Pledge(#[from] PledgeError),
}

impl Entry {
    /// Longest entry: what an entry bundle can hold [LOG-11].
    pub const MAX_LEN: usize = 65_535;

    /// The sort key of a closing statement: a batch has room for one.
    pub const CLOSING_KEY: SortKey = (CLOSING, [0; 32]);

    /// The bytes that stand in the log.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let writer = Writer::new();
        match self {
            Self::Campaign(id) => writer.u8(CAMPAIGN).bytes(id.as_bytes()),
            Self::Pledge(pledge) => writer.u8(PLEDGE).bytes(&pledge.encode()),
            Self::Withdrawal(withdrawal) => withdrawal.write(writer.u8(WITHDRAWAL)),
            Self::Issuance(vouching) => vouching.write(writer.u8(ISSUANCE)),
            Self::Amendment(amendment) => amendment.write(writer.u8(AMENDMENT)),
            Self::Announcement(announcement) => announcement.write(writer.u8(ANNOUNCEMENT)),
            Self::Closing(closing) => closing.write(writer.u8(CLOSING)),
            Self::Seal(seal) => seal.write(writer.u8(SEAL)),
        }
        .finish()
    }

    /// Reads an entry; that it is well formed says nothing of its truth.
    ///
    /// # Errors
    /// One variant of [`EntryError`] for each way in which the bytes can be wrong.
    pub fn decode(bytes: &[u8]) -> Result<Self, EntryError> {
        let mut reader = Reader::new(bytes);
        let entry = match reader.u8()? {
            CAMPAIGN => Self::Campaign(CampaignId::from(reader.array()?)),
            PLEDGE => return Ok(Self::Pledge(Pledge::decode(&bytes[1..])?)),
            WITHDRAWAL => Self::Withdrawal(Withdrawal::read(&mut reader)?),
            ISSUANCE => Self::Issuance(Vouching::read(&mut reader)?),
            AMENDMENT => Self::Amendment(Amendment::read(&mut reader)?),
            ANNOUNCEMENT => Self::Announcement(Announcement::read(&mut reader)?),
            CLOSING => Self::Closing(Closing::read(&mut reader)?),
            SEAL => Self::Seal(Seal::read(&mut reader)?),
            other => return Err(EntryError::Type(other)),
        };
        reader.finish()?;
        Ok(entry)
    }

    /// What orders the entries of a batch: the type, then nonce, request digest or number
    /// ([spec: log §5]).
    #[must_use]
    pub fn sort_key(&self, campaign: &CampaignId) -> SortKey {
        match self {
            Self::Campaign(_) => (CAMPAIGN, [0; 32]),
            Self::Pledge(pledge) => (PLEDGE, *pledge.nonce(campaign).as_bytes()),
            Self::Withdrawal(withdrawal) => (WITHDRAWAL, *withdrawal.nonce(campaign).as_bytes()),
            Self::Issuance(vouching) => (ISSUANCE, *vouching.request_digest.as_bytes()),
            Self::Amendment(amendment) => (AMENDMENT, number(amendment.number)),
            Self::Announcement(announcement) => (ANNOUNCEMENT, number(announcement.number)),
            Self::Closing(_) => Self::CLOSING_KEY,
            Self::Seal(_) => (SEAL, [0; 32]),
        }
    }
}

/// A number as the second half of a sort key: 28 zeros, then the number.
fn number(number: u32) -> [u8; 32] {
    let mut key = [0; 32];
    key[28..].copy_from_slice(&number.to_be_bytes());
    key
}

/// Type byte, then nonce, request digest or number.
pub type SortKey = (u8, [u8; 32]);

impl Seal {
    /// Longest checkpoint a seal can carry for each of so many issuers, in bytes: with it, the
    /// entry is no longer than [`Entry::MAX_LEN`] ([spec: log §5], [LOG-29]). 65,519 for one
    /// issuer, 1,021 for 64.
    #[must_use]
    pub const fn checkpoint_limit(issuers: usize) -> usize {
        let issuers = if issuers == 0 { 1 } else { issuers };
        ((Entry::MAX_LEN - Self::HEAD_LEN) / issuers).saturating_sub(2)
    }

    /// Type, batch number, count, number of checkpoints.
    const HEAD_LEN: usize = 1 + 8 + 4 + 1;

    fn write(&self, writer: Writer) -> Writer {
        let checkpoints = u8::try_from(self.issuance_checkpoints.len())
            .expect("a manifest has at most 64 issuers");
        let writer = writer.u64(self.batch).u32(self.count).u8(checkpoints);
        self.issuance_checkpoints.iter().fold(writer, |writer, note| writer.vec16(note))
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let (batch, count) = (reader.u64()?, reader.u32()?);
        let checkpoints = reader.u8()?;
        let note = |_| reader.vec16().map(<[u8]>::to_vec);
        let issuance_checkpoints = (0..checkpoints).map(note).collect::<Result<_, _>>()?;
        Ok(Self { batch, count, issuance_checkpoints })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// [LOG-23, OVR-1]
    #[test]
    fn entries_survive_a_round_trip_and_nothing_else_does() {
        let seal =
            Seal { batch: 3, count: 2, issuance_checkpoints: vec![b"note\n".to_vec(), vec![]] };
        for entry in [Entry::Campaign(CampaignId::from([7; 32])), Entry::Seal(seal)] {
            let bytes = entry.encode();
            assert_eq!(Entry::decode(&bytes), Ok(entry));
            let cut = Entry::decode(&bytes[..bytes.len() - 1]);
            assert_eq!(cut, Err(DecodeError::Truncated.into()));
            let long = [&bytes[..], &[0]].concat();
            assert_eq!(Entry::decode(&long), Err(DecodeError::TrailingBytes.into()));
        }
        assert_eq!(Entry::decode(&[]), Err(DecodeError::Truncated.into()));
        assert_eq!(Entry::decode(&[0x42]), Err(EntryError::Type(0x42)));
    }
}
