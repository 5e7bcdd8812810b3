//! Why a shared file was not changed: facts, no advice.

use std::fmt;
use std::io;
use std::path::PathBuf;

use super::change::SectionName;
use crate::Error;

/// What was being done to a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EditStep {
    /// Making the folder that it stands in.
    MakeFolder,
    /// Writing the new content beside it.
    Write,
    /// Keeping a copy of what it was.
    Copy,
    /// Putting the new content in its place.
    Replace,
}

/// Why a shared file could not be changed. It is as it was before.
#[derive(Debug)]
pub enum EditError {
    /// It cannot be read.
    Read(Error),
    /// Not every tool takes this for a section's name.
    BadName {
        /// The section.
        section: SectionName,
    },
    /// Not every tool reads this value back as it is.
    BadValue {
        /// The section that it is for.
        section: SectionName,
        /// The key.
        key: String,
        /// What is wrong with it.
        problem: &'static str,
    },
    /// The comments that mark a block of ours are not one beginning and one end.
    BrokenBlock {
        /// The file.
        path: PathBuf,
        /// The line of the odd one, from 1.
        line: usize,
        /// The comment line that is missing, or that should stand only once.
        marker: String,
    },
    /// The reader, reading the result back, would not see the intended change, or would see more.
    NotAsIntended {
        /// The file.
        path: PathBuf,
        /// The first section that would be read otherwise.
        section: String,
    },
    /// The system refused.
    Io {
        /// What was being done.
        step: EditStep,
        /// To which file.
        path: PathBuf,
        /// The system's reason.
        source: io::Error,
    },
    /// We run as root in another user's home, and a part of the path there is a link: that user would choose the file.
    PlantedLink {
        /// The part of the path that is a link.
        part: PathBuf,
    },
    /// The file, or its folder, belongs to another user.
    OtherOwner {
        /// The file or folder.
        path: PathBuf,
        /// The owner's user id.
        owner: u32,
    },
}

impl EditError {
    pub(super) fn io(step: EditStep, path: impl Into<PathBuf>) -> impl FnOnce(io::Error) -> Self {
        let path = path.into();
        move |source| EditError::Io { step, path, source }
    }
}

impl fmt::Display for EditStep {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            EditStep::MakeFolder => "make the folder for",
            EditStep::Write => "write",
            EditStep::Copy => "keep a copy of",
            EditStep::Replace => "replace",
        })
    }
}

impl fmt::Display for EditError {
    #[cold]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            EditError::Read(error) => error.fmt(f),
            EditError::BadName { section } => {
                write!(f, "[{section}] is a name that not every AWS tool reads")
            }
            EditError::BadValue { section, key, problem } => {
                write!(f, "`{key}` for [{section}] {problem}")
            }
            EditError::BrokenBlock { path, line, marker } => {
                let path = path.display();
                write!(
                    f,
                    "{path}:{line}: the comment line `{marker}` must stand once, before its end"
                )
            }
            EditError::NotAsIntended { path, section } => {
                let path = path.display();
                write!(f, "{path} was not changed: [{section}] would not be read as intended")
            }
            EditError::Io { step, path, .. } => write!(f, "cannot {step} {}", path.display()),
            EditError::PlantedLink { part } => {
                let part = part.display();
                write!(f, "{part} is a link in another user's home, and root follows none there")
            }
            EditError::OtherOwner { path, owner } => {
                write!(f, "{} belongs to another user (id {owner})", path.display())
            }
        }
    }
}

impl std::error::Error for EditError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            EditError::Read(error) => error.source(),
            EditError::Io { source, .. } => Some(source),
            _ => None,
        }
    }
}
