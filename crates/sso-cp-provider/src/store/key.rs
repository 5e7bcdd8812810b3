//! The key: the first one, one that takes another's place, and one that is made because the other is lost.

use std::time::{Duration, Instant};

use sso_cp_cache::{Lock, Resealed, key_file, reseal};
use sso_cp_types::Secret;
use sso_cp_vault::{
    Former, Kept, Key, KeyCommand, KeyFile, KeyId, PassphraseKey, Patience, Refusal, SecretService,
};

use super::StoreError;
use crate::limits;
use crate::provider::Provider;

/// Where a new key is to be kept.
#[derive(Debug, Clone)]
pub enum NewKey<'a> {
    /// Under a passphrase.
    Passphrase(&'a Secret),
    /// By the desktop's Secret Service.
    SecretService,
    /// By a command: anyone who set it up has put the key there.
    Command(KeyCommand),
}

/// What came of a new key.
#[derive(Debug)]
pub struct Rotated {
    /// How many files are sealed with it now that were sealed with another one.
    pub resealed: usize,
    /// Files that no known key opens, or that are damaged. They stay as they are.
    pub left: Vec<std::path::PathBuf>,
    /// Why the kernel keeps no key, if it does not.
    pub refusal: Option<Refusal>,
}

impl Provider {
    /// Makes the first key, keeps it, and unlocks the store with it.
    ///
    /// # Errors
    ///
    /// [`StoreError::KeyExists`], or the keystore or the disk does not keep it. Nothing has changed then.
    pub fn first_key(&self, new: &NewKey<'_>) -> Result<Option<Refusal>, StoreError> {
        let _lock = self.lock_key();
        if let Some(file) = key_file::read(self.folders())? {
            return Err(StoreError::KeyExists { source: file.kept.source() });
        }
        let (key, kept) = make(new, None)?;
        let file = KeyFile { id: key.id(), kept, former: None };
        self.adopt(&file, &key)
    }

    /// Makes a new key that takes the place of the one in use, and seals every file with it. The store must
    /// be unlocked. Anyone who is killed in between leaves files of both keys, and both open; the next run goes
    /// on from there.
    ///
    /// # Errors
    ///
    /// The old key is not at hand, the new one cannot be kept, or a file cannot be written: then both are
    /// still known.
    pub fn rotate_key(&self, new: &NewKey<'_>) -> Result<Rotated, StoreError> {
        let _lock = self.lock_key();
        let old_file = key_file::read(self.folders())?.ok_or(StoreError::NoKey)?;
        let old = self.keys().key(old_file.id)?;
        // A change that was interrupted is brought to its end first: there is room for one former key.
        let old_file = match old_file.former {
            Some(_) => self.finish_rotation(old_file, &old)?.1,
            None => old_file,
        };
        let (key, kept) = make(new, Some(old.id()))?;
        let former = Some(Former::new(&old, &key)?);
        let file = KeyFile { id: key.id(), kept, former };
        let refusal = self.adopt(&file, &key)?;
        let (rotated, _) = self.finish_rotation(file, &key)?;
        if rotated.left.is_empty() {
            forget(&old_file.kept, old.id());
        }
        Ok(Rotated { refusal, ..rotated })
    }

    /// Brings a change of the key to its end that was interrupted; one that is under way is waited for.
    pub(super) fn go_on_with_rotation(&self) -> Result<(), StoreError> {
        let _lock = self.lock_key();
        let Some(file) = key_file::read(self.folders())? else { return Ok(()) };
        let key = self.keys().key(file.id)?;
        self.finish_rotation(file, &key).map(drop)
    }

    /// Makes a new key because the old one is lost. Files that were sealed with that stay, and are replaced
    /// by what the next sign-ins bring. Where the old key is at hand after all, nothing is lost.
    ///
    /// # Errors
    ///
    /// The new key cannot be kept. Nothing has changed then.
    pub fn replace_key(&self, new: &NewKey<'_>) -> Result<Option<Refusal>, StoreError> {
        let known = match key_file::read(self.folders()) {
            Ok(Some(file)) => self.keys().key(file.id).is_ok(),
            // A file that is not understood names no key.
            Ok(None) | Err(sso_cp_cache::Error::KeyFile { .. }) => false,
            Err(error) => return Err(error.into()),
        };
        if known {
            return self.rotate_key(new).map(|rotated| rotated.refusal);
        }
        let _lock = self.lock_key();
        let (key, kept) = make(new, None)?;
        let file = KeyFile { id: key.id(), kept, former: None };
        self.adopt(&file, &key)
    }

    /// Whether there is a key, and where it is kept: `passphrase`, `secret-service` or `command`.
    ///
    /// # Errors
    ///
    /// The file that says it cannot be read.
    pub fn key_source(&self) -> Result<Option<Kept>, StoreError> {
        Ok(key_file::read(self.folders())?.map(|file| file.kept))
    }

    /// Has the key seal every file that another one sealed.
    fn reseal(&self, key: &Key) -> Result<Resealed, sso_cp_cache::Error> {
        reseal(self.folders(), self.keys(), key, limits::LOCKS)
    }

    fn lock_key(&self) -> sso_cp_cache::Locked {
        Lock::Store.take(self.folders(), Instant::now() + limits::LOCKS)
    }

    /// Has a key count from now on. First the kernel, then the file: no call in between finds it locked.
    fn adopt(&self, file: &KeyFile, key: &Key) -> Result<Option<Refusal>, StoreError> {
        let time: Option<Duration> = self.unlock_time();
        let refusal = self.put(file, key, time).err();
        if let Err(error) = key_file::write(self.folders(), file) {
            let _ = sso_cp_vault::remove(key.id());
            forget(&file.kept, key.id());
            return Err(error.into());
        }
        Ok(refusal)
    }

    /// Seals everything with the key that counts, and forgets the former one as soon as nothing needs it.
    fn finish_rotation(&self, file: KeyFile, key: &Key) -> Result<(Rotated, KeyFile), StoreError> {
        let Some(former) = &file.former else {
            let rotated = Rotated { resealed: 0, left: Vec::new(), refusal: None };
            return Ok((rotated, file));
        };
        let former_id = former.id;
        if let Some(former) = file.former_key(key) {
            self.keys().remember(&former);
        }
        let first = self.reseal(key)?;
        let is_needed = first.left.iter().any(|path| self.is_sealed_with(path, former_id));
        let mut rotated = Rotated { resealed: first.count, left: first.left, refusal: None };
        if is_needed {
            return Ok((rotated, file));
        }
        let file = KeyFile { former: None, ..file };
        key_file::write(self.folders(), &file)?;
        // Anyone who had the former key in hand meanwhile has written with it at the latest by now.
        rotated.resealed += self.reseal(key)?.count;
        let _ = sso_cp_vault::remove(former_id);
        Ok((rotated, file))
    }

    fn is_sealed_with(&self, path: &std::path::Path, id: KeyId) -> bool {
        let files = sso_cp_cache::sealed_files(self.folders());
        let file = files.into_iter().find(|file| file.path == path);
        file.and_then(|file| file.header).is_some_and(|header| header.key_id == id)
    }
}

/// A key in its keystore, read back from there.
fn make(new: &NewKey<'_>, in_use: Option<KeyId>) -> Result<(Key, Kept), StoreError> {
    match new {
        NewKey::Passphrase(passphrase) => {
            let key = Key::generate()?;
            let kept = PassphraseKey::new(&key, passphrase)?;
            Ok((key, Kept::Passphrase(Box::new(kept))))
        }
        NewKey::SecretService => {
            let (key, service) = (Key::generate()?, SecretService);
            service.keep(&key, Patience::OfAPerson)?;
            let again = service.key_of(key.id(), Patience::OfAPerson)?;
            Ok((again, Kept::SecretService(service)))
        }
        NewKey::Command(command) => {
            let key = command.key(Patience::OfAPerson)?;
            if in_use == Some(key.id()) {
                return Err(StoreError::SameKey { program: command.program() });
            }
            Ok((key, Kept::Command(command.clone())))
        }
    }
}

/// Takes a key out of a keystore that we have put it into. What stays there opens nothing.
fn forget(kept: &Kept, id: KeyId) {
    if let Kept::SecretService(service) = kept {
        let _ = service.forget(id, Patience::OfAPerson);
    }
}
