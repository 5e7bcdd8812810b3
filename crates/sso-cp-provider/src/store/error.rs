//! Why the store could not be unlocked or changed, as facts.

use std::fmt;
use std::path::PathBuf;

use sso_cp_cache::Error as CacheError;
use sso_cp_vault::{Error as VaultError, Refusal};

/// What went wrong with the store. Nothing has changed, where it does not say so.
#[derive(Debug)]
pub enum StoreError {
    /// Nothing says where a key is kept: nothing has ever been sealed here, or the file is lost.
    NoKey,
    /// A passphrase is needed. Ask a person, and try again with it.
    PassphraseNeeded,
    /// The passphrase is another one's. Ask again.
    WrongPassphrase,
    /// The keystore gave no key. See each [`VaultError`] for what to do.
    Keystore(VaultError),
    /// The command prints the key that is in use already, so there is no new one.
    SameKey {
        /// The command's program.
        program: String,
    },
    /// There is a key already. One that is to take its place is made by rotation.
    KeyExists {
        /// Where it is kept.
        source: &'static str,
    },
    /// The kernel's keyring does not keep the key, so the store cannot stay unlocked.
    NotKept(Refusal),
    /// Both forms of a token are there and hold different sign-ins: some other tool has signed in. Neither is
    /// removed; a person must decide.
    TwoSignIns {
        /// The plain one.
        plain: PathBuf,
    },
    /// A file could not be read or written. [`CacheError::Locked`]: the store must be unlocked first.
    Cache(CacheError),
}

impl From<VaultError> for StoreError {
    fn from(error: VaultError) -> StoreError {
        match error {
            VaultError::WrongPassphrase => StoreError::WrongPassphrase,
            error => StoreError::Keystore(error),
        }
    }
}

impl From<CacheError> for StoreError {
    fn from(error: CacheError) -> StoreError {
        StoreError::Cache(error)
    }
}

impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            StoreError::NoKey => f.write_str("the store has no key, though a session is sealed"),
            StoreError::PassphraseNeeded => f.write_str("the passphrase of the store is needed"),
            StoreError::WrongPassphrase => f.write_str("the passphrase is wrong"),
            StoreError::Keystore(error) => error.fmt(f),
            StoreError::SameKey { program } => {
                write!(f, "`{program}` prints the key that is in use already")
            }
            StoreError::KeyExists { source } => {
                write!(f, "the store has its key already, by {source}")
            }
            StoreError::NotKept(refusal) => {
                write!(f, "the store cannot stay unlocked: {refusal}")
            }
            StoreError::TwoSignIns { plain } => {
                write!(f, "{} holds another sign-in than the sealed one", plain.display())
            }
            StoreError::Cache(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for StoreError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            StoreError::Keystore(error) => error.source(),
            StoreError::Cache(error) => error.source(),
            _ => None,
        }
    }
}
