//! That fresh credentials could not be had a moment ago, where older ones served instead: tools run us at
//! each of their requests then, and nobody has to wait for AWS each time.

use std::path::PathBuf;

use sso_cp_types::Timestamp;

use crate::json::{ObjectWriter, Parsed, first_object};
use crate::token_file::moment;
use crate::{Folders, Lock, read, write};

/// The note of one role, beside its lock. No secret is in it, and it never grows.
#[derive(Debug, Clone)]
pub struct FailureNote {
    path: PathBuf,
    /// Whose it is, as its own text must say: a file that was copied here counts for nothing.
    of: String,
}

impl FailureNote {
    /// The note that belongs to a lock's work.
    pub fn of(lock: &Lock<'_>, folders: &Folders) -> FailureNote {
        let of = lock.name(folders);
        FailureNote { path: folders.own().join(format!("failed-{of}.json")), of }
    }

    /// When the last try failed; `None` where there is no note, or one that nobody can have written so.
    pub fn read(&self) -> Option<Timestamp> {
        let bytes = read::bytes(&self.path).ok()??;
        let Parsed::Whole(object) = first_object(&bytes) else { return None };
        let is_ours = object.text("of").is_some_and(|of| **of == self.of);
        is_ours.then(|| moment(&object, "failedAt"))
    }

    /// Notes a moment. Where that is not possible, the next call tries again, as ever.
    pub fn write(&self, folders: &Folders, failed_at: Timestamp) {
        let object =
            ObjectWriter::new().text("of", &self.of).text("failedAt", &failed_at.to_string());
        let _ = write::write(folders, &self.path, object.finish().as_bytes());
    }

    /// A try has succeeded.
    pub fn clear(&self) {
        write::forget(&self.path);
    }
}
