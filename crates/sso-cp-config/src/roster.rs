//! All profiles by their names at once, and what each says only when it is asked for: a person who chooses
//! among thousands sees some dozens of them.

use crate::listing::{ListedProfile, Listing};
use crate::scan::scan;
use crate::selection::Role;
use crate::shared::no_profile;
use crate::wanted::{Want, Wanted, WantedKind};
use crate::{Env, Error, Files};

/// What stands before an account's name in a comment of a profile. AWS's tools know account ids alone, so no
/// setting of theirs says it.
pub const ACCOUNT_NAME_COMMENT: &str = "account: ";

/// The profiles of both shared files.
pub struct Roster {
    listing: Listing,
    names: Vec<String>,
}

impl Roster {
    /// Reads both files, and nothing of the sessions.
    ///
    /// # Errors
    ///
    /// A file is there and cannot be read at all.
    pub fn read(files: &Files) -> Result<Roster, Error> {
        let listing = Listing::of_profiles(files)?;
        let names = listing.profiles().map(|profile| profile.name.to_owned()).collect();
        Ok(Roster { listing, names })
    }

    /// The names: those of the config file in its order, then those that only the credentials file has.
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// What a profile says; `None` where there is none of that name.
    pub fn profile(&self, name: &str) -> Option<ListedProfile<'_>> {
        self.listing.profile(name)
    }

    /// The role that a profile gives. Nothing is sent anywhere.
    ///
    /// # Errors
    ///
    /// As for [`Listing::role`].
    pub fn role(&self, name: &str, env: &Env) -> Result<Role, Error> {
        self.listing.role(name, env)
    }

    /// The name of a profile's account, as a comment in its section has it.
    pub fn account_name(&self, name: &str) -> Option<String> {
        let bodies = self.listing.profile_bodies(name);
        bodies.flat_map(|body| body.split(|byte| *byte == b'\n')).find_map(account_name)
    }
}

/// Whether there is a profile of that name, whatever it says: one look at the headers, and no names are kept.
///
/// # Errors
///
/// [`Error::NoProfile`] with names that are near; a file is there and cannot be read at all.
pub fn check_profile(files: &Files, name: &str) -> Result<(), Error> {
    let is_in = |path, kind| match scan(path, Wanted { kind, name: name.as_bytes() }) {
        Ok(found) => Ok(found.occurrences(path, Want::Yes).next().is_some()),
        Err(Error::BadLine { .. }) => Ok(true),
        Err(error) => Err(error),
    };
    let is_there = is_in(&files.config, WantedKind::ProfileAndWhatItNames)?
        || is_in(&files.credentials, WantedKind::Credentials)?;
    if is_there { Ok(()) } else { Err(no_profile(files, name)) }
}

/// `# account: Payments`
fn account_name(line: &[u8]) -> Option<String> {
    let comment = line.trim_ascii().strip_prefix(b"#")?.trim_ascii_start();
    let name = comment.strip_prefix(ACCOUNT_NAME_COMMENT.as_bytes())?.trim_ascii();
    (!name.is_empty()).then(|| String::from_utf8_lossy(name).into_owned())
}
