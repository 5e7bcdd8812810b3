//! How the last sign-in to a session failed: what other processes that waited for it are told, and why
//! they open no browser of their own right after it.

use std::path::PathBuf;

use sso_cp_types::Timestamp;

use crate::error::Error;
use crate::json::{ObjectWriter, Parsed, first_object};
use crate::names::SessionKey;
use crate::token_file::moment;
use crate::{Folders, read, write};

/// A sign-in that did not come about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignInNote {
    /// When it ended.
    pub ended_at: Timestamp,
    /// Why, in the words that the person would have seen. No secret.
    pub reason: String,
}

impl SignInNote {
    /// The note of a session; none where the last sign-in ended well, or the file is broken.
    pub fn read(folders: &Folders, session: &SessionKey<'_>) -> Option<SignInNote> {
        let bytes = read::bytes(&path(folders, session)).ok()??;
        let Parsed::Whole(object) = first_object(&bytes) else { return None };
        let reason = object.text("reason")?.to_string();
        Some(SignInNote { ended_at: moment(&object, "endedAt"), reason })
    }

    /// Leaves the note for anyone who asks next.
    ///
    /// # Errors
    ///
    /// It could not be written, and the old one stays.
    pub fn write(&self, folders: &Folders, session: &SessionKey<'_>) -> Result<(), Error> {
        let object = ObjectWriter::new()
            .text("endedAt", &self.ended_at.to_string())
            .text("reason", &self.reason);
        write::write(folders, &path(folders, session), object.finish().as_bytes())
    }

    /// A sign-in ended well. A note that stays for another reason is soon too old to count.
    pub fn clear(folders: &Folders, session: &SessionKey<'_>) {
        write::forget(&path(folders, session));
    }
}

fn path(folders: &Folders, session: &SessionKey<'_>) -> PathBuf {
    folders.sign_in_path(session)
}
