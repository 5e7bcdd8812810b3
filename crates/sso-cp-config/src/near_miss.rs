//! What was probably meant by a name that no section has.

use std::fmt;
use std::path::PathBuf;

/// What comes near a name that was not found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NearMiss {
    /// Names of the same kind that are spelled nearly so, the nearest first, five at most.
    pub names: Vec<String>,
    /// A header that would be the section if it were written right.
    pub header: Option<MeantHeader>,
    /// Whether a section of the other kind has the name: an sso-session where a profile was looked
    /// for, a profile where an sso-session was.
    pub is_of_other_kind: bool,
    /// Whether the files hold no sso-session and no profile with an SSO setting at all.
    pub nothing_is_configured: bool,
}

/// A header line that names nothing, or not what it was meant to name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MeantHeader {
    /// The file.
    pub path: PathBuf,
    /// The line, from 1.
    pub line: usize,
    /// The whole line as it stands there, foreign text.
    pub found: String,
    /// The header that was meant: `[profile dev]`.
    pub meant: String,
    /// The name between its brackets: `dev`.
    pub name: String,
    /// Whether that is a profile; else it is an sso-session.
    pub is_profile: bool,
}

/// Behind what says that the name is not there: nothing, or why it probably is not.
impl fmt::Display for NearMiss {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.header {
            Some(header) => header.fmt(f),
            None if self.nothing_is_configured => f.write_str(": nothing is configured yet"),
            None => Ok(()),
        }
    }
}

/// Behind what says that there is no such section.
impl fmt::Display for MeantHeader {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let MeantHeader { path, line, found, .. } = self;
        write!(f, "; line {line} of {} has `{found}`", path.display())
    }
}
