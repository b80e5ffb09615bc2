//! Erasing all that a device holds of a campaign.
//!
//! ```text
//! wallet.json ─renamed▶ forgotten ─▶ every file overwritten, cut, removed ─▶ lock ─▶ directory
//! ```
//!
//! From the renaming on there is no wallet; killed anywhere later, the same steps finish it.

use std::fs::File;
use std::path::PathBuf;

use headcount_protocol::campaign::CampaignId;

use super::{FORGOTTEN, LOCK, Record, Store, WALLET, WalletError, lock, read};
use crate::files;

/// What there is to erase of a campaign, locked against other processes.
#[derive(Debug)]
pub struct Remains {
    path: PathBuf,
    _lock: File,
}

impl Store {
    /// What a device holds of a campaign, be it a wallet, a damaged one, or what an interrupted
    /// [`Remains::erase`] left.
    ///
    /// # Errors
    /// [`WalletError::Absent`], [`WalletError::Locked`], [`WalletError::File`].
    pub fn remains(&self, id: &CampaignId) -> Result<Remains, WalletError> {
        let path = self.directory(id);
        if !path.try_exists()? {
            return Err(WalletError::Absent);
        }
        let lock = lock(&path)?;
        Ok(Remains { path, _lock: lock })
    }
}

impl Remains {
    /// The wallet; none if erasing it was begun, or creating it was never finished.
    ///
    /// # Errors
    /// [`WalletError::File`], [`WalletError::Malformed`].
    pub fn record(&self) -> Result<Option<Record>, WalletError> {
        match read(&self.path) {
            Err(WalletError::Absent | WalletError::Forgetting) => Ok(None),
            record => record.map(Some),
        }
    }

    /// Erases every file, and the directory.
    ///
    /// # Errors
    /// [`WalletError::File`]; what is left can be erased by another call.
    pub fn erase(self) -> Result<(), WalletError> {
        let (wallet, forgotten) = (self.path.join(WALLET), self.path.join(FORGOTTEN));
        if wallet.try_exists()? {
            files::erase(&forgotten)?;
            files::rename(&wallet, &forgotten)?;
        }
        files::erase(&forgotten)?;
        for entry in std::fs::read_dir(&self.path)? {
            let entry = entry?;
            if entry.file_name() != LOCK {
                files::erase(&entry.path())?;
            }
        }
        files::erase(&self.path.join(LOCK))?;
        Ok(files::remove_directory(&self.path)?)
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use headcount_protocol::secrets::Seed;

    use super::*;
    use crate::world::World;

    /// Writes a wallet, does something to its directory, and gives the store.
    fn store(world: &World, change: impl FnOnce(&std::path::Path)) -> (tempfile::TempDir, Store) {
        let dir = tempfile::tempdir().unwrap();
        let store = Store::new(dir.path().join("wallet"));
        drop(store.create(&world.campaign, Record::new(0, 0, Seed::from([9; 32]))).unwrap());
        change(&store.directory(&world.campaign.id));
        (dir, store)
    }

    #[test]
    fn nothing_of_a_campaign_is_left() {
        let world = World::new("http://127.0.0.1:1", 0);
        let (_dir, store) = store(&world, |path| fs::write(path.join("more"), "more").unwrap());
        let id = &world.campaign.id;
        let names = [WALLET, "manifest.json", "more"];
        for name in names {
            let kept = store.root().join(name);
            fs::hard_link(store.directory(id).join(name), &kept).unwrap();
        }
        let wallet = store.open(id).unwrap();
        assert_eq!(store.remains(id).unwrap_err(), WalletError::Locked);
        drop(wallet);
        let remains = store.remains(id).unwrap();
        assert_eq!(store.open(id).unwrap_err(), WalletError::Locked);
        assert!(remains.record().unwrap().is_some());
        remains.erase().unwrap();
        assert!(names.iter().all(|name| fs::read(store.root().join(name)).unwrap().is_empty()));
        assert!(!store.directory(id).exists());
        assert_eq!(store.remains(id).unwrap_err(), WalletError::Absent);
        assert_eq!(store.open(id).unwrap_err(), WalletError::Absent);
    }

    #[test]
    fn what_a_killed_erasure_leaves_is_erased_by_the_next() {
        let world = World::new("http://127.0.0.1:1", 0);
        let id = &world.campaign.id;
        let kills: [fn(&std::path::Path); 5] = [
            |path| fs::rename(path.join(WALLET), path.join(FORGOTTEN)).unwrap(),
            |path| {
                fs::remove_file(path.join(WALLET)).unwrap();
                fs::write(path.join(FORGOTTEN), "").unwrap();
            },
            |path| fs::remove_file(path.join(WALLET)).unwrap(),
            |path| {
                fs::remove_file(path.join(WALLET)).unwrap();
                fs::remove_file(path.join("manifest.json")).unwrap();
            },
            |path| {
                fs::remove_dir_all(path).unwrap();
                fs::create_dir(path).unwrap();
            },
        ];
        for (at, kill) in kills.into_iter().enumerate() {
            let (_dir, store) = store(&world, kill);
            let begun = store.directory(id).join(FORGOTTEN).exists();
            let expected = if begun { WalletError::Forgetting } else { WalletError::Absent };
            assert_eq!(store.open(id).unwrap_err(), expected, "{at}");
            assert_eq!(store.campaigns().unwrap().len(), usize::from(begun), "{at}");
            if begun {
                let again = store.create(&world.campaign, Record::new(0, 0, Seed::from([1; 32])));
                assert_eq!(again.unwrap_err(), WalletError::Forgetting, "{at}");
            }
            let remains = store.remains(id).unwrap();
            assert!(remains.record().unwrap().is_none(), "{at}");
            remains.erase().unwrap();
            assert!(!store.directory(id).exists(), "{at}");
        }
    }
}
