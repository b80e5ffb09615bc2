//! The people of each batch in a file of its own, so that signing goes on where it was left.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;

use headcount_protocol::campaign::Campaign;

use super::person::Person;
use super::signer::DirectSigner;
use crate::campaign::Keys;

/// A folder of shards.
#[derive(Debug)]
pub struct Shards {
    folder: PathBuf,
    batch: u64,
}

impl Shards {
    /// The shards of a campaign below a folder, each of `batch` people.
    ///
    /// # Errors
    /// Whatever the file system answers.
    pub fn open(below: &Path, campaign: &Campaign, batch: u64) -> io::Result<Self> {
        let folder = below.join(format!("{}-{batch}", &campaign.id.to_string()[..16]));
        fs::create_dir_all(&folder)?;
        Ok(Self { folder, batch })
    }

    /// Makes the people of `batches` batches who are not there yet; tells `done` of each batch.
    ///
    /// # Errors
    /// Whatever the file system answers.
    ///
    /// # Panics
    /// If a person cannot be made.
    pub fn fill(
        &self,
        campaign: &Campaign,
        batches: u64,
        threads: usize,
        done: impl Fn(u64) + Sync,
    ) -> io::Result<()> {
        let signers = Keys::shared().tokens.each_ref().map(DirectSigner::new);
        let next = AtomicU64::new(0);
        let work = || loop {
            let batch = next.fetch_add(1, Ordering::Relaxed);
            if batch >= batches {
                return io::Result::Ok(());
            }
            let path = self.path(batch);
            if !path.exists() {
                let people = batch * self.batch..(batch + 1) * self.batch;
                let bytes: Vec<u8> =
                    people.flat_map(|it| Person::make(campaign, &signers, it).encode()).collect();
                let beside = path.with_extension("new");
                fs::write(&beside, bytes)?;
                fs::rename(&beside, &path)?;
            }
            done(batch);
        };
        thread::scope(|scope| {
            let running: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
            let join = |it: thread::ScopedJoinHandle<'_, _>| it.join().expect("no panic");
            running.into_iter().try_for_each(join)
        })
    }

    /// The people of a batch.
    ///
    /// # Errors
    /// Whatever the file system answers; [`io::ErrorKind::InvalidData`].
    pub fn read(&self, batch: u64) -> io::Result<Vec<Person>> {
        let bytes = fs::read(self.path(batch))?;
        let people: Option<Vec<_>> = bytes.chunks(Person::LEN).map(Person::decode).collect();
        let whole = people.filter(|people| u64::try_from(people.len()).ok() == Some(self.batch));
        whole.ok_or_else(|| io::ErrorKind::InvalidData.into())
    }

    fn path(&self, batch: u64) -> PathBuf {
        self.folder.join(format!("{batch:06}.people"))
    }
}
