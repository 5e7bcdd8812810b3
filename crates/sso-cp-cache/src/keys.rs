//! The keys of the sealed store, as far as files need them: which one seals, and the one that opens a
//! file. The kernel's keyring is asked, and nothing that could prompt.

use std::fmt;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use sso_cp_vault::{Header, Kept as KeptBy, Key, KeyId, Patience, Refusal, Times, find};
use zeroize::Zeroizing;

use crate::Folders;
use crate::error::{Error, WhyLocked};
use crate::key_file;

/// How the files of a session are kept.
#[derive(Debug, Clone, Default)]
pub enum Store {
    /// In the shared files, as the AWS CLI and the SDKs keep them.
    #[default]
    Plain,
    /// Encrypted, in files of our own.
    Sealed {
        /// Which of them.
        what: Sealing,
        /// What opens them.
        keys: Keys,
    },
}

/// Which files of a session are sealed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sealing {
    /// The token and the client registration.
    SignIn,
    /// Whatever came from them too: the credentials of roles, and what they gave.
    Everything,
}

/// Who is asked for a key that is not in this process.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asked {
    /// The kernel's keyring alone.
    Kernel,
    /// Where the kernel's keyring is refused, the command that prints the key too.
    CommandToo,
}

/// The way to keys. A key that was found once is not looked for again; all of them are wiped with the
/// last copy of this.
#[derive(Clone)]
pub struct Keys {
    shared: Arc<Shared>,
    asked: Asked,
}

struct Shared {
    folders: Folders,
    known: Mutex<Vec<Key>>,
}

impl Store {
    /// The same, where nobody but the kernel is asked for a key.
    #[must_use]
    pub fn offline(self) -> Store {
        match self {
            Store::Plain => Store::Plain,
            Store::Sealed { what, keys } => {
                Store::Sealed { what, keys: keys.asking(Asked::Kernel) }
            }
        }
    }

    /// The keys of the token and the client registration, if they are sealed.
    pub fn of_sign_in(&self) -> Option<&Keys> {
        match self {
            Store::Plain => None,
            Store::Sealed { keys, .. } => Some(keys),
        }
    }

    /// The keys of credentials, if they are sealed.
    pub fn of_credentials(&self) -> Option<&Keys> {
        match self {
            Store::Sealed { what: Sealing::Everything, keys } => Some(keys),
            Store::Plain | Store::Sealed { .. } => None,
        }
    }
}

impl Keys {
    /// The way to the keys of a home.
    pub fn new(folders: &Folders, asked: Asked) -> Keys {
        let (folders, known) = (folders.clone(), Mutex::default());
        Keys { shared: Arc::new(Shared { folders, known }), asked }
    }

    /// The same keys, with somebody else to be asked for those that are not in this process.
    #[must_use]
    pub fn asking(&self, asked: Asked) -> Keys {
        Keys { shared: Arc::clone(&self.shared), asked }
    }

    /// Has a key that somebody has at hand, for as long as this process lives.
    pub fn remember(&self, key: &Key) {
        let mut known = self.known();
        if !known.contains(key) {
            known.push(key.clone());
        }
    }

    /// The key of that name.
    ///
    /// # Errors
    ///
    /// [`Error::Locked`].
    pub fn key(&self, id: KeyId) -> Result<Key, Error> {
        let known = self.known().iter().find(|key| key.id() == id).cloned();
        if let Some(key) = known {
            return Ok(key);
        }
        let key = match find(id) {
            Ok(Some(key)) => key,
            Ok(None) => return Err(Error::Locked(WhyLocked::NotUnlocked)),
            Err(refusal) => self.key_without_kernel(id, refusal)?,
        };
        self.remember(&key);
        Ok(key)
    }

    /// The key that files are sealed with now.
    ///
    /// # Errors
    ///
    /// [`Error::Locked`], or the file that names it cannot be read.
    pub fn current(&self) -> Result<Key, Error> {
        let file = key_file::read(&self.shared.folders)?;
        let file = file.ok_or(Error::Locked(WhyLocked::NoKey))?;
        match self.key(file.id) {
            // The store has been locked meanwhile, or has a newer key. What is about to be sealed is not
            // lost for that: anyone who makes a newer key seals this file anew.
            Err(Error::Locked(why)) => self.known().last().cloned().ok_or(Error::Locked(why)),
            found => found,
        }
    }

    /// What a sealed file holds.
    pub(crate) fn open(
        &self,
        path: &Path,
        mut file: Zeroizing<Vec<u8>>,
    ) -> Result<Zeroizing<Vec<u8>>, Error> {
        let damaged = |_| Error::Damaged { path: path.to_owned() };
        let header = Header::read(&file).map_err(damaged)?;
        let key = self.key(header.key_id)?;
        sso_cp_vault::open(&key, name(path), &mut file).map_err(damaged)?;
        Ok(file)
    }

    /// The file that holds this.
    pub(crate) fn seal(&self, path: &Path, times: Times, content: &[u8]) -> Result<Vec<u8>, Error> {
        let key = self.current()?;
        sso_cp_vault::seal(&key, name(path), times, content).map_err(Error::Vault)
    }

    /// Where the kernel keeps nothing for us, a command may print the key at every call. It is not run
    /// where somebody else could have written it.
    #[cold]
    fn key_without_kernel(&self, id: KeyId, refusal: Refusal) -> Result<Key, Error> {
        let closed = Error::Locked(WhyLocked::Closed(refusal));
        if self.asked == Asked::Kernel {
            return Err(closed);
        }
        let folders = &self.shared.folders;
        let file = key_file::read(folders)?.ok_or(Error::Locked(WhyLocked::NoKey))?;
        let KeptBy::Command(command) = &file.kept else { return Err(closed) };
        key_file::check_owner(folders)?;
        let key = command.key_of(file.id, Patience::OfACall);
        let key = key.map_err(|error| Error::Locked(WhyLocked::Keystore(error)))?;
        match id == file.id {
            true => Ok(key),
            false => {
                let former = file.former_key(&key).filter(|former| former.id() == id);
                former.ok_or(Error::Locked(WhyLocked::NotUnlocked))
            }
        }
    }

    fn known(&self) -> MutexGuard<'_, Vec<Key>> {
        self.shared.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Keys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Keys(..)")
    }
}

/// Sealed files are called by us, in ASCII.
fn name(path: &Path) -> &str {
    path.file_name().and_then(|name| name.to_str()).unwrap_or_default()
}
