//! What can go wrong with files: the file, the step and the system's reason.

use std::fmt;
use std::io;
use std::path::PathBuf;

/// What was being done to a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// Reading it.
    Read,
    /// Making the folder that it stands in.
    MakeFolder,
    /// Writing the new content beside it.
    Write,
    /// Putting the new content in its place.
    Replace,
    /// Deleting it.
    Delete,
    /// Making it a Unix socket.
    Bind,
}

/// Why a file could not be read or written.
#[derive(Debug)]
pub enum Error {
    /// The system refused.
    Io {
        /// What was being done.
        step: Step,
        /// To which file.
        path: PathBuf,
        /// The system's reason.
        source: io::Error,
    },
    /// A directory, a FIFO, a socket or a device where a file should be.
    NotAFile {
        /// What is there.
        path: PathBuf,
    },
    /// No cache file is that long.
    TooLarge {
        /// The file.
        path: PathBuf,
        /// The limit.
        limit_bytes: u64,
    },
    /// The file, or the folder that it stands in, belongs to another user, so nothing is written.
    OtherOwner {
        /// The file or folder.
        path: PathBuf,
        /// The owner's user id.
        owner: u32,
    },
    /// Others may write in a folder on the way to a file that must not be theirs.
    Exposed {
        /// The file.
        path: PathBuf,
        /// The folder.
        folder: PathBuf,
    },
}

impl Error {
    pub(crate) fn io(step: Step, path: impl Into<PathBuf>) -> impl FnOnce(io::Error) -> Error {
        let path = path.into();
        move |source| Error::Io { step, path, source }
    }
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Step::Read => "read",
            Step::MakeFolder => "make the folder for",
            Step::Write => "write",
            Step::Replace => "replace",
            Step::Delete => "delete",
            Step::Bind => "make the socket",
        })
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::Io { step, path, .. } => write!(f, "cannot {step} {}", path.display()),
            Error::NotAFile { path } => write!(f, "{} is not a regular file", path.display()),
            Error::TooLarge { path, limit_bytes } => {
                write!(f, "{} is larger than {limit_bytes} bytes", path.display())
            }
            Error::OtherOwner { path, owner } => {
                write!(f, "{} belongs to another user ({owner})", path.display())
            }
            Error::Exposed { folder, .. } => {
                write!(f, "others may write in {}", folder.display())
            }
        }
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Error::Io { source, .. } => Some(source),
            _ => None,
        }
    }
}
