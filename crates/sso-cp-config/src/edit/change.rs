//! What is to be done to a shared file, section by section.

use std::fmt;

use crate::grammar::FileKind;

/// A section as the program means it, however its header is spelled.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum SectionName {
    /// `[profile NAME]`, `[default]`; `[NAME]` in the credentials file.
    Profile(String),
    /// `[sso-session NAME]`.
    SsoSession(String),
}

/// What is to be done in one section.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SectionEdit {
    /// The section; one that is not there is appended to the file.
    pub section: SectionName,
    /// What is to be done, in this order.
    pub changes: Vec<Change>,
}

/// What is to be done to one setting. Keys are in lower case, and match whatever their case is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// The key has this value: replaced where it stands, else added below the last setting.
    Set {
        /// The key.
        key: String,
        /// Its value.
        value: String,
    },
    /// This key with this value stands where `old` was. Where `old` is not, as [`Change::Set`].
    Rename {
        /// The key that goes.
        old: String,
        /// The key that comes.
        key: String,
        /// Its value.
        value: String,
    },
    /// The key goes, with all of its value.
    Remove {
        /// The key.
        key: String,
    },
}

impl SectionName {
    /// The name alone.
    pub fn name(&self) -> &str {
        match self {
            SectionName::Profile(name) | SectionName::SsoSession(name) => name,
        }
    }

    /// The header line for a new section.
    pub(super) fn header(&self, kind: FileKind) -> String {
        match (kind, self) {
            (FileKind::Credentials, _) => format!("[{}]", self.name()),
            (FileKind::Config, SectionName::Profile(name)) if name == "default" => {
                "[default]".to_owned()
            }
            (FileKind::Config, _) => format!("[{self}]"),
        }
    }
}

impl fmt::Display for SectionName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            SectionName::Profile(name) => write!(f, "profile {name}"),
            SectionName::SsoSession(name) => write!(f, "sso-session {name}"),
        }
    }
}

impl Change {
    /// A setting with its value.
    pub fn set(key: &str, value: &str) -> Change {
        Change::Set { key: key.to_owned(), value: value.to_owned() }
    }

    /// A setting that goes.
    pub fn remove(key: &str) -> Change {
        Change::Remove { key: key.to_owned() }
    }
}
