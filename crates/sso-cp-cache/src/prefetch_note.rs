//! When credentials were last fetched in the background: one process does it, and none for a while after
//! that, however it has ended.

use std::path::PathBuf;
use std::time::Duration;

use crate::lock::{first_since, note_now};
use crate::{Folders, Lock};

/// The note of one role, beside its lock. Its time is all that it says.
#[derive(Debug)]
pub struct PrefetchNote {
    path: PathBuf,
}

impl PrefetchNote {
    /// The note that belongs to a lock's work.
    pub fn of(lock: &Lock<'_>, folders: &Folders) -> PrefetchNote {
        PrefetchNote { path: folders.own().join(format!("prefetch-{}", lock.name(folders))) }
    }

    /// Whether nobody has begun or ended for so long; then somebody has begun now. Of many processes at
    /// once, one is told yes; without a place for the note, none.
    pub fn begin(&self, folders: &Folders, pause: Duration) -> bool {
        first_since(folders, &self.path, pause)
    }

    /// Anyone who has begun has come to an end.
    pub fn end(&self, folders: &Folders) {
        note_now(folders, &self.path);
    }
}
