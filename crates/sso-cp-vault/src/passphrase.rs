//! A key that a passphrase wraps. The passphrase's own key is made by Argon2id (RFC 9106), which costs
//! a guesser memory as well as time.

use argon2::{Algorithm, Argon2, Block, Params, Version};
use sso_cp_types::Secret;
use zeroize::Zeroize;

use crate::error::Error;
use crate::key::{Key, KeyId, random};
use crate::wrapped::Wrapped;

const SALT_BYTES: usize = 16;

/// How hard guessing is. A tenth of a second on a machine of today, and 64 MiB (RFC 9106's second
/// recommended choice: three passes, four lanes).
const MEMORY_KIB: u32 = 64 * 1024;
const PASSES: u32 = 3;
const LANES: u32 = 4;

/// More than this is not a file of ours: somebody wants the machine to run out of memory or time.
const MAX_MEMORY_KIB: u32 = 1024 * 1024;
const MAX_PASSES: u32 = 32;
const MAX_LANES: u32 = 64;

/// A key under a passphrase, with what it takes to ask for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PassphraseKey {
    pub(crate) memory_kib: u32,
    pub(crate) passes: u32,
    pub(crate) lanes: u32,
    pub(crate) salt: [u8; SALT_BYTES],
    pub(crate) wrapped: Wrapped,
}

impl PassphraseKey {
    /// Wraps a key with a passphrase.
    ///
    /// # Errors
    ///
    /// [`Error::NoRandomNumbers`], or [`Error::Derivation`] where there is no memory.
    pub fn new(key: &Key, passphrase: &Secret) -> Result<PassphraseKey, Error> {
        let mut salt = [0; SALT_BYTES];
        random(&mut salt)?;
        let params = params(MEMORY_KIB, PASSES, LANES).ok_or(Error::Derivation)?;
        let wrapped = Wrapped::new(key, &derive(params, &salt, passphrase)?)?;
        Ok(PassphraseKey { memory_kib: MEMORY_KIB, passes: PASSES, lanes: LANES, salt, wrapped })
    }

    /// The key, if the passphrase is right.
    ///
    /// # Errors
    ///
    /// [`Error::WrongPassphrase`], or [`Error::Derivation`] where there is no memory.
    pub fn open(&self, id: KeyId, passphrase: &Secret) -> Result<Key, Error> {
        let params = params(self.memory_kib, self.passes, self.lanes).ok_or(Error::Derivation)?;
        let wrapping = derive(params, &self.salt, passphrase)?;
        self.wrapped.open(id, &wrapping).ok_or(Error::WrongPassphrase)
    }

    /// Whether these are parameters that a machine can be asked to use.
    pub(crate) fn is_bearable(&self) -> bool {
        params(self.memory_kib, self.passes, self.lanes).is_some()
    }
}

fn params(memory_kib: u32, passes: u32, lanes: u32) -> Option<Params> {
    let is_bearable = memory_kib <= MAX_MEMORY_KIB && passes <= MAX_PASSES && lanes <= MAX_LANES;
    is_bearable.then(|| Params::new(memory_kib, passes, lanes, None).ok())?
}

fn derive(params: Params, salt: &[u8; SALT_BYTES], passphrase: &Secret) -> Result<Key, Error> {
    let mut blocks = Vec::new();
    let count = params.block_count();
    blocks.try_reserve_exact(count).map_err(|_| Error::Derivation)?;
    blocks.resize(count, Block::default());
    let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
    let mut wrapping = [0; 32];
    let password = passphrase.expose().as_bytes();
    let made = argon2.hash_password_into_with_memory(password, salt, &mut wrapping, &mut blocks);
    let key = made.map_err(|_| Error::Derivation).map(|()| Key::from_bytes(&wrapping));
    wrapping.zeroize();
    // The last blocks are as good as the key.
    blocks.zeroize();
    key?.ok_or(Error::Derivation)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn secret(text: &str) -> Secret {
        Secret::new(text.to_owned())
    }

    /// Computed with another implementation, OpenSSL's by way of Python's `cryptography`.
    #[test]
    fn the_key_of_a_passphrase_is_that_of_others() {
        let salt = std::array::from_fn(|at| at as u8);
        let params = params(MEMORY_KIB, PASSES, LANES).unwrap();
        let key = derive(params, &salt, &secret("correct horse battery staple")).unwrap();
        let hex: String = key.bytes().iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(hex, "853b272a44db1421c02962669a55eb0994f3cab385ed1c4c79253eee19bab49e");
    }

    #[test]
    fn one_passphrase_opens() {
        let key = Key::generate().unwrap();
        let wrapped = PassphraseKey::new(&key, &secret("right")).unwrap();
        assert_eq!(wrapped.open(key.id(), &secret("right")).unwrap(), key);
        for wrong in ["", "Right", "right "] {
            let error = wrapped.open(key.id(), &secret(wrong)).unwrap_err();
            assert!(matches!(error, Error::WrongPassphrase), "{wrong:?}");
        }
    }

    #[test]
    fn nobody_is_asked_for_all_of_a_machine() {
        assert!(params(MAX_MEMORY_KIB + 1, PASSES, LANES).is_none());
        assert!(params(MEMORY_KIB, MAX_PASSES + 1, LANES).is_none());
        assert!(params(MEMORY_KIB, PASSES, MAX_LANES + 1).is_none());
        assert!(params(0, 0, 0).is_none());
        assert!(params(MEMORY_KIB, PASSES, LANES).is_some());
    }
}
