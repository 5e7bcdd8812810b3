//! The names of everything in the shared files, for completing them: nothing else is read of the
//! sections, so that a bad one hurts nobody.

use std::collections::HashSet;

use crate::everything::shown;
use crate::grammar::{FileKind, Header};
use crate::scan::{Want, scan};
use crate::{Error, Files};

/// The names of profiles and sso-sessions, each once, in the order of the files.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Names {
    /// Those of the config file, then those that only the credentials file has.
    pub profiles: Vec<String>,
    /// The `[sso-session]` sections.
    pub sessions: Vec<String>,
}

/// Reads the headers of both files.
///
/// # Errors
///
/// A file is there and cannot be read at all.
pub fn names(files: &Files) -> Result<Names, Error> {
    let mut names = Names { profiles: Vec::new(), sessions: Vec::new() };
    let mut seen = HashSet::new();
    let mut note = |header: &Header<'_>| {
        let (list, name) = match header {
            Header::Profile { name, .. } => (&mut names.profiles, name),
            Header::SsoSession(name) => (&mut names.sessions, name),
            Header::Services(_) | Header::Other => return Want::No,
        };
        let is_profile = matches!(header, Header::Profile { .. });
        if seen.insert((is_profile, name.to_vec())) {
            list.push(shown(name));
        }
        Want::No
    };
    scan(&files.config, FileKind::Config, &mut note)?;
    scan(&files.credentials, FileKind::Credentials, &mut note)?;
    Ok(names)
}
