//! The kernel's keyring: where the key is while the store is unlocked. Nothing of it survives a
//! restart, no file holds it, and no other user reads it.
//!
//! The key is of the type `user`, in the user's own keyring (`@u`), so that every login and every
//! service of that user finds it. Its rights are the owner's as well as the possessor's, for a system
//! service has a session keyring without a link to `@u` and so possesses nothing in it.

use std::fmt;
use std::time::Duration;

use crate::key::{Key, KeyId};

/// Why the kernel keeps no key for us.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Refusal {
    /// Key management is closed to this process, as in most containers, or the kernel has none.
    Closed,
    /// The user's quota for keys is used up.
    Quota,
    /// This system has no such keyring.
    NoKeyring,
    /// Something else, in the kernel's words.
    Other(String),
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Refusal::Closed => f.write_str("the kernel's keyring is closed to this process"),
            Refusal::Quota => f.write_str("the quota of the kernel's keyring is used up"),
            Refusal::NoKeyring => f.write_str("this system has no keyring in its kernel"),
            Refusal::Other(error) => write!(f, "the kernel's keyring: {error}"),
        }
    }
}

impl std::error::Error for Refusal {}

/// The key of that name, if the store is unlocked: three system calls.
///
/// # Errors
///
/// There is no keyring to ask.
pub fn find(id: KeyId) -> Result<Option<Key>, Refusal> {
    kernel::find(id)
}

/// Unlocks: keeps the key, until the next start of the machine or for so long from now on.
///
/// # Errors
///
/// The kernel does not keep it.
pub fn put(key: &Key, time: Option<Duration>) -> Result<(), Refusal> {
    kernel::put(key, time)
}

/// Sets the time anew for which a key that is there is kept. Gives whether it is there.
///
/// # Errors
///
/// There is no keyring to ask.
pub fn extend(id: KeyId, time: Option<Duration>) -> Result<bool, Refusal> {
    kernel::extend(id, time)
}

/// Locks: takes the key out. Gives whether it was there.
///
/// # Errors
///
/// It may still be there.
pub fn remove(id: KeyId) -> Result<bool, Refusal> {
    kernel::remove(id)
}

#[cfg(target_os = "linux")]
mod kernel {
    use linux_keyutils::{KeyError, KeyPermissions, KeyRing, KeyRingIdentifier};

    use super::{Duration, Key, KeyId, Refusal};
    use crate::key::KEY_BYTES;

    /// The possessor may do everything; the owner may view, read, search and set attributes.
    const RIGHTS: u32 = 0x3f2b_0000;
    const ENOSYS: i32 = 38;

    type Handle = linux_keyutils::Key;

    fn description(id: KeyId) -> String {
        let mut text = "sso-cp:store:".to_owned();
        id.push_to(&mut text);
        text
    }

    fn ring() -> Result<KeyRing, Refusal> {
        KeyRing::from_special_id(KeyRingIdentifier::User, true).map_err(refusal)
    }

    /// A key that has expired, or that cannot be read, is none.
    fn search(ring: &KeyRing, id: KeyId) -> Result<Option<Handle>, Refusal> {
        match ring.search(&description(id)) {
            Ok(handle) => Ok(Some(handle)),
            Err(error) if is_absent(error) => Ok(None),
            Err(error) => Err(refusal(error)),
        }
    }

    pub(super) fn find(id: KeyId) -> Result<Option<Key>, Refusal> {
        let Some(handle) = search(&ring()?, id)? else { return Ok(None) };
        let mut key = Key::zero();
        match handle.read(&mut key.bytes_mut()) {
            Ok(KEY_BYTES) => Ok(Some(key)),
            Ok(_) => Ok(None),
            Err(error) if is_absent(error) => Ok(None),
            Err(error) => Err(refusal(error)),
        }
    }

    pub(super) fn put(key: &Key, time: Option<Duration>) -> Result<(), Refusal> {
        let (ring, name) = (ring()?, description(key.id()));
        let handle = match ring.add_key(&name, key.bytes()) {
            // One is there that we do not possess, so it cannot be changed; it can be replaced.
            Err(KeyError::AccessDenied) => {
                remove(key.id())?;
                ring.add_key(&name, key.bytes())
            }
            done => done,
        };
        let handle = handle.map_err(refusal)?;
        let settled = handle
            .set_perms(KeyPermissions::from_u32(RIGHTS))
            .and_then(|()| handle.set_timeout(seconds(time)));
        settled.map_err(|error| {
            // Better none than one that stays for ever.
            let _ = ring.unlink_key(handle);
            refusal(error)
        })
    }

    pub(super) fn extend(id: KeyId, time: Option<Duration>) -> Result<bool, Refusal> {
        let Some(handle) = search(&ring()?, id)? else { return Ok(false) };
        handle.set_timeout(seconds(time)).map(|()| true).map_err(refusal)
    }

    pub(super) fn remove(id: KeyId) -> Result<bool, Refusal> {
        let ring = ring()?;
        let Some(handle) = search(&ring, id)? else { return Ok(false) };
        ring.unlink_key(handle).map(|()| true).map_err(refusal)
    }

    /// 0 means that it never ends.
    fn seconds(time: Option<Duration>) -> usize {
        let seconds = |time: Duration| time.as_secs().clamp(1, u64::from(u32::MAX));
        time.map_or(0, |time| usize::try_from(seconds(time)).unwrap_or(usize::MAX))
    }

    fn is_absent(error: KeyError) -> bool {
        matches!(
            error,
            KeyError::KeyDoesNotExist
                | KeyError::KeyringDoesNotExist
                | KeyError::KeyExpired
                | KeyError::KeyRevoked
        )
    }

    fn refusal(error: KeyError) -> Refusal {
        match error {
            KeyError::PermissionDenied | KeyError::Unknown(ENOSYS) => Refusal::Closed,
            KeyError::QuotaExceeded => Refusal::Quota,
            error => Refusal::Other(error.to_string()),
        }
    }
}

#[cfg(not(target_os = "linux"))]
mod kernel {
    use super::{Duration, Key, KeyId, Refusal};

    pub(super) fn find(_id: KeyId) -> Result<Option<Key>, Refusal> {
        Err(Refusal::NoKeyring)
    }

    pub(super) fn put(_key: &Key, _time: Option<Duration>) -> Result<(), Refusal> {
        Err(Refusal::NoKeyring)
    }

    pub(super) fn extend(_id: KeyId, _time: Option<Duration>) -> Result<bool, Refusal> {
        Err(Refusal::NoKeyring)
    }

    pub(super) fn remove(_id: KeyId) -> Result<bool, Refusal> {
        Err(Refusal::NoKeyring)
    }
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use std::thread::sleep;

    use super::*;

    /// Whether the kernel lets us, which containers often forbid.
    fn is_open(test: &str) -> bool {
        match find(Key::generate().unwrap().id()) {
            Ok(found) => {
                assert_eq!(found, None);
                true
            }
            Err(refusal) => {
                println!("SKIPPED: {test}: {refusal}");
                false
            }
        }
    }

    #[test]
    fn a_key_is_found_until_it_is_taken_out() {
        if !is_open("a_key_is_found_until_it_is_taken_out") {
            return;
        }
        let key = Key::generate().unwrap();
        assert_eq!(remove(key.id()), Ok(false));
        assert_eq!(extend(key.id(), None), Ok(false));
        for time in [None, Some(Duration::from_secs(3600))] {
            put(&key, time).unwrap();
            assert_eq!(find(key.id()), Ok(Some(key.clone())));
        }
        let keys = std::fs::read_to_string("/proc/keys").unwrap_or_default();
        if let Some(line) = keys.lines().find(|line| line.contains(&key.id().to_string())) {
            assert!(line.contains(" 3f2b0000 ") && line.contains(" user "), "{line}");
        }
        assert_eq!(remove(key.id()), Ok(true));
        assert_eq!(find(key.id()), Ok(None));
    }

    #[test]
    fn a_key_ends_with_its_time_and_comes_back() {
        if !is_open("a_key_ends_with_its_time_and_comes_back") {
            return;
        }
        let key = Key::generate().unwrap();
        put(&key, Some(Duration::from_secs(1))).unwrap();
        sleep(Duration::from_millis(2100));
        assert_eq!(find(key.id()), Ok(None));
        put(&key, None).unwrap();
        assert_eq!(find(key.id()), Ok(Some(key.clone())));
        assert_eq!(extend(key.id(), Some(Duration::from_secs(1))), Ok(true));
        sleep(Duration::from_millis(2100));
        assert_eq!(find(key.id()), Ok(None));
        put(&key, None).unwrap();
        assert_eq!(remove(key.id()), Ok(true));
    }
}
