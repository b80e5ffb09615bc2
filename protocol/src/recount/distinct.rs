//! Values that must be distinct, in little memory.

use std::hash::{BuildHasher as _, RandomState};

use hashbrown::HashTable;

/// A set of 32-byte values in the order in which they came: 32 bytes for a value and 5 to 10 for
/// its place in the table.
#[derive(Default)]
pub(super) struct Distinct {
    values: Vec<[u8; 32]>,
    /// Positions in `values`.
    table: HashTable<u32>,
    /// Keyed at random, so that nobody can choose values that collide in the table.
    state: RandomState,
}

impl Distinct {
    /// Adds a value; its position, or the position at which it stands already.
    pub(super) fn insert(&mut self, value: [u8; 32]) -> Result<usize, usize> {
        if let Some(there) = self.find(&value) {
            return Err(there);
        }
        let Self { values, table, state } = self;
        let position = u32::try_from(values.len()).expect("there is not memory for 2^32 values");
        let hash_at = |&at: &u32| state.hash_one(values[at as usize]);
        table.insert_unique(state.hash_one(value), position, hash_at);
        values.push(value);
        Ok(position as usize)
    }

    /// The position of a value.
    pub(super) fn find(&self, value: &[u8; 32]) -> Option<usize> {
        let hash = self.state.hash_one(value);
        let same = |&at: &u32| self.values[at as usize] == *value;
        self.table.find(hash, same).map(|&at| at as usize)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_has_one_position() {
        let mut distinct = Distinct::default();
        let value = |n: u32| {
            let mut value = [0; 32];
            value[..4].copy_from_slice(&n.to_be_bytes());
            value
        };
        for n in 0..3_000 {
            assert_eq!(distinct.insert(value(n)), Ok(n as usize));
        }
        for n in 0..3_000 {
            assert_eq!(distinct.insert(value(n)), Err(n as usize));
            assert_eq!(distinct.find(&value(n)), Some(n as usize));
        }
        assert_eq!(distinct.find(&value(3_000)), None);
    }
}
