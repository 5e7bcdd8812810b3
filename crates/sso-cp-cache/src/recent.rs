//! Which profiles a person has chosen last, so that a list of thousands can begin with them. Names of profiles, and
//! no secret.

use std::path::PathBuf;

use crate::error::Error;
use crate::json::{ObjectWriter, Parsed, first_object};
use crate::{Folders, read, write};

/// More than anybody remembers.
const MOST: usize = 50;
/// Far longer than any name that somebody types.
const MAX_NAME_BYTES: usize = 256;

/// The profiles that were chosen last, the latest first: `~/.aws/sso-cp/recent.json`.
#[derive(Debug, Clone)]
pub struct Recent {
    path: PathBuf,
}

impl Recent {
    /// The list of a home.
    pub fn new(folders: &Folders) -> Recent {
        Recent { path: folders.own().join("recent.json") }
    }

    /// The names, at most fifty; none where the file is missing or broken. The profiles may be gone since.
    pub fn read(&self) -> Vec<String> {
        let Ok(Some(bytes)) = read::bytes(&self.path) else { return Vec::new() };
        let Parsed::Whole(object) = first_object(&bytes) else { return Vec::new() };
        let mut names = object.list("profiles").unwrap_or_default();
        names.truncate(MOST);
        names
    }

    /// Puts a name first. Nothing waits for the disk, and of two that choose at the same moment one may be
    /// forgotten: it is a convenience.
    ///
    /// # Errors
    ///
    /// It could not be written, and the old list stays.
    pub fn note(&self, folders: &Folders, name: &str) -> Result<(), Error> {
        let mut names = self.read();
        if names.first().is_some_and(|first| first == name) || name.len() > MAX_NAME_BYTES {
            return Ok(());
        }
        names.retain(|other| other != name);
        names.insert(0, name.to_owned());
        names.truncate(MOST);
        let text = ObjectWriter::new().list("profiles", &names).finish();
        write::write_unsynced(folders, &self.path, text.as_bytes())
    }
}
