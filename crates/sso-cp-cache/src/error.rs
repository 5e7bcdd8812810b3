//! What can go wrong with files: the file, the step and the system's reason.

use std::fmt;
use std::io;
use std::path::PathBuf;

use sso_cp_vault::Refusal;

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
    /// We run as root in another user's home, and a part of the path there is a link: that user would choose the file.
    PlantedLink {
        /// The part of the path that is a link.
        part: PathBuf,
    },
    /// The file, or the folder that it stands in, belongs to another user, so nothing is written, and what
    /// it names is not run.
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
    /// Others may write the file, so what it names is not run.
    WritableByOthers {
        /// The file.
        path: PathBuf,
    },
    /// The file is sealed, and there is no key to open or to seal it.
    Locked(WhyLocked),
    /// A sealed file that is not as it was sealed, or not under its own name.
    Damaged {
        /// The file.
        path: PathBuf,
    },
    /// The file that says where the key is kept is not understood.
    KeyFile {
        /// The file.
        path: PathBuf,
    },
    /// A file could not be sealed.
    Vault(sso_cp_vault::Error),
}

/// Why there is no key for a sealed file.
#[derive(Debug)]
#[non_exhaustive]
pub enum WhyLocked {
    /// The kernel's keyring does not have it: nobody has unlocked the store, its time is over, or the file
    /// was sealed with another key.
    NotUnlocked,
    /// Nothing says where a key is kept.
    NoKey,
    /// The kernel's keyring is not to be had.
    Closed(Refusal),
    /// The command that prints the key, which was asked because of that, did not give it.
    Keystore(sso_cp_vault::Error),
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
            Step::MakeFolder => "make the folder",
            Step::Write => "write",
            Step::Replace => "replace",
            Step::Delete => "delete",
            Step::Bind => "make the socket",
        })
    }
}

impl fmt::Display for Error {
    #[cold]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::Io { step, path, .. } => write!(f, "cannot {step} {}", path.display()),
            Error::NotAFile { path } => write!(f, "{} is not a regular file", path.display()),
            Error::TooLarge { path, limit_bytes } => {
                write!(f, "{} is larger than {} MiB", path.display(), limit_bytes >> 20)
            }
            Error::PlantedLink { part } => {
                let part = part.display();
                write!(f, "{part} is a link in another user's home, and root follows none there")
            }
            Error::OtherOwner { path, owner } => {
                write!(f, "{} belongs to another user (id {owner})", path.display())
            }
            Error::Exposed { path, folder } => {
                let (path, folder) = (path.display(), folder.display());
                write!(f, "{path} would not be safe: other users may write in {folder}")
            }
            Error::WritableByOthers { path } => {
                let path = path.display();
                write!(f, "{path} can be written by others, so its command is not run")
            }
            Error::Locked(why) => why.fmt(f),
            Error::Damaged { path } => write!(f, "{} is damaged", path.display()),
            Error::KeyFile { path } => {
                write!(f, "{} does not say where a key is kept", path.display())
            }
            Error::Vault(error) => error.fmt(f),
        }
    }
}

impl WhyLocked {
    /// The sentence about a store that is called like this: `the store`, `the store of sso-session X`.
    pub fn sentence(&self, store: &str) -> String {
        match self {
            WhyLocked::NotUnlocked => format!("{store} is locked"),
            WhyLocked::NoKey => format!("{store} has no key"),
            WhyLocked::Closed(refusal) => format!("{store} is locked: {refusal}"),
            WhyLocked::Keystore(error) => error.to_string(),
        }
    }
}

impl fmt::Display for WhyLocked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.sentence("the store"))
    }
}

impl std::error::Error for WhyLocked {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            WhyLocked::Keystore(error) => error.source(),
            _ => None,
        }
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Error::Io { source, .. } => Some(source),
            Error::Vault(error) => error.source(),
            Error::Locked(why) => why.source(),
            _ => None,
        }
    }
}
