//! Unlocking and locking.

use std::time::Duration;

use sso_cp_cache::key_file;
use sso_cp_config::{Listing, Store as Mode};
use sso_cp_types::Secret;
use sso_cp_vault::{Kept, Key, KeyFile, KeyId, Patience, Refusal};

use super::StoreError;
use crate::provider::Provider;

/// What there is to answer with where a passphrase is asked for.
#[derive(Debug, Clone, Copy)]
pub enum Passphrase<'a> {
    /// Nothing yet.
    NotAsked,
    /// What the person has typed.
    Typed(&'a Secret),
}

/// How unlocking ended.
#[derive(Debug)]
pub struct Unlocked {
    /// Whether the key was in the kernel's keyring already, so that nobody was asked.
    pub was_unlocked: bool,
    /// After this time the kernel drops the key; without it, at the next start of the machine.
    pub time: Option<Duration>,
    /// Why the kernel keeps no key. The calls of this provider have it all the same; those of other
    /// processes do not.
    pub refusal: Option<Refusal>,
}

impl Provider {
    /// Fetches the key from its keystore into the kernel's keyring, for everything that this user runs. A
    /// person may be asked by the keystore, for 60 seconds at most. `time` is after which the store locks
    /// itself; without one, what the configuration says.
    ///
    /// # Errors
    ///
    /// [`StoreError::PassphraseNeeded`], and whatever keeps the keystore from giving the key.
    pub fn unlock(
        &self,
        passphrase: Passphrase<'_>,
        time: Option<Duration>,
    ) -> Result<Unlocked, StoreError> {
        let file = key_file::read(self.folders())?.ok_or(StoreError::NoKey)?;
        let time = time.or_else(|| self.unlock_time());
        let unlocked = match extend(&file, time) {
            Some(extended) => extended,
            None => {
                let key = self.key_of(&file, passphrase)?;
                let refusal = self.put(&file, &key, time).err();
                Unlocked { was_unlocked: false, time, refusal }
            }
        };
        if file.former.is_some() {
            self.go_on_with_rotation()?;
        }
        Ok(unlocked)
    }

    /// Takes the keys out of the kernel's keyring. Gives whether there were any.
    ///
    /// # Errors
    ///
    /// They may still be there.
    pub fn lock(&self) -> Result<bool, StoreError> {
        let Some(file) = key_file::read(self.folders())? else { return Ok(false) };
        let mut removed = false;
        for id in ids(&file) {
            // Where there is no keyring there is no key in it.
            removed |= sso_cp_vault::remove(id).unwrap_or(false);
        }
        Ok(removed)
    }

    /// The shortest time after which a sealed session wants the store to lock itself: there is one key.
    pub(crate) fn unlock_time(&self) -> Option<Duration> {
        let listing = Listing::read(self.files(), self.env()).ok()?;
        let sessions = listing.sessions.iter().filter_map(|listed| listed.session.as_ref().ok());
        let sealed =
            sessions.map(|session| session.settings()).filter(|of| of.store != Mode::Plain);
        sealed.filter_map(|settings| settings.unlock_for).min()
    }

    /// The key that the file names, from wherever it is kept.
    pub(super) fn key_of(
        &self,
        file: &KeyFile,
        passphrase: Passphrase<'_>,
    ) -> Result<Key, StoreError> {
        Ok(match (&file.kept, passphrase) {
            (Kept::Passphrase(_), Passphrase::NotAsked) => {
                return Err(StoreError::PassphraseNeeded);
            }
            (Kept::Passphrase(kept), Passphrase::Typed(passphrase)) => {
                kept.open(file.id, passphrase)?
            }
            (Kept::SecretService(service), _) => service.key_of(file.id, Patience::OfAPerson)?,
            (Kept::Command(command), _) => {
                key_file::check_owner(self.folders())?;
                command.key_of(file.id, Patience::OfAPerson)?
            }
        })
    }

    /// Has the keys in this process and in the kernel's keyring.
    pub(super) fn put(
        &self,
        file: &KeyFile,
        key: &Key,
        time: Option<Duration>,
    ) -> Result<(), Refusal> {
        let former = file.former_key(key);
        for key in former.iter().chain([key]) {
            self.keys().remember(key);
        }
        former.iter().chain([key]).try_for_each(|key| sso_cp_vault::put(key, time))
    }
}

/// Whether all keys are in the kernel already; their time begins anew then.
fn extend(file: &KeyFile, time: Option<Duration>) -> Option<Unlocked> {
    let is_there = |id: KeyId| sso_cp_vault::extend(id, time).unwrap_or(false);
    let all = ids(file).into_iter().all(is_there);
    all.then_some(Unlocked { was_unlocked: true, time, refusal: None })
}

pub(super) fn ids(file: &KeyFile) -> Vec<KeyId> {
    let former = file.former.as_ref().map(|former| former.id);
    [Some(file.id), former].into_iter().flatten().collect()
}
