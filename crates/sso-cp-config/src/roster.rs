//! All profiles by their names at once, and what each says only when it is asked for: a person who chooses
//! among thousands sees some dozens of them.

use crate::everything::Everything;
use crate::grammar::{FileKind, Header};
use crate::listing::{ListedProfile, listed_profile, unreadable_profile};
use crate::scan::{Want, scan};
use crate::shared::{Shared, no_profile};
use crate::{Env, Error, Files};

/// What stands before an account's name in a comment of a profile. AWS's tools know account ids alone, so no
/// setting of theirs says it.
const ACCOUNT_NAME_COMMENT: &str = "account: ";

/// The profiles of both shared files.
pub struct Roster {
    files: Files,
    everything: Everything,
    names: Vec<String>,
}

impl Roster {
    /// Reads both files, and nothing of the sections but their headers.
    ///
    /// # Errors
    ///
    /// A file is there and cannot be read at all.
    pub fn read(files: &Files) -> Result<Roster, Error> {
        let everything = Everything::read(files)?;
        Ok(Roster { files: files.clone(), names: everything.profile_names(), everything })
    }

    /// The names: those of the config file in its order, then those that only the credentials file has.
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// What a profile says. Nothing is sent anywhere.
    pub fn profile(&self, name: &str, env: &Env) -> ListedProfile {
        let shared = Shared::of_everything(&self.files, &self.everything);
        match self.everything.profile(name, &self.files) {
            Ok(Some(section)) => listed_profile(name.to_owned(), &section, &shared, env),
            Ok(None) => {
                let error = no_profile(&self.files, name);
                unreadable_profile(name.to_owned(), error)
            }
            Err(error) => unreadable_profile(name.to_owned(), error),
        }
    }

    /// The name of a profile's account, as a comment in its section has it.
    pub fn account_name(&self, name: &str) -> Option<String> {
        let bodies = self.everything.profile_bodies(name);
        bodies.flat_map(|body| body.split(|byte| *byte == b'\n')).find_map(account_name)
    }
}

/// Whether there is a profile of that name, whatever it says: one look at the headers, and no names are kept.
///
/// # Errors
///
/// [`Error::NoProfile`] with names that are near; a file is there and cannot be read at all.
pub fn check_profile(files: &Files, name: &str) -> Result<(), Error> {
    let mut is_there = false;
    let mut look = |header: &Header<'_>| {
        is_there |=
            matches!(header, Header::Profile { name: found, .. } if **found == *name.as_bytes());
        Want::No
    };
    scan(&files.config, FileKind::Config, &mut look)?;
    scan(&files.credentials, FileKind::Credentials, &mut look)?;
    if is_there { Ok(()) } else { Err(no_profile(files, name)) }
}

/// `# account: Payments`
fn account_name(line: &[u8]) -> Option<String> {
    let comment = line.trim_ascii().strip_prefix(b"#")?.trim_ascii_start();
    let name = comment.strip_prefix(ACCOUNT_NAME_COMMENT.as_bytes())?.trim_ascii();
    (!name.is_empty()).then(|| String::from_utf8_lossy(name).into_owned())
}
