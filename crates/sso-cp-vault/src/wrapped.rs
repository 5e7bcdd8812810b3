//! A key that is sealed with another key.

use ring::aead::{Aad, CHACHA20_POLY1305, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use zeroize::Zeroizing;

use crate::error::Error;
use crate::key::{KEY_BYTES, Key, KeyId, random};

const TAG_BYTES: usize = 16;
const WRAPPED_BYTES: usize = NONCE_LEN + KEY_BYTES + TAG_BYTES;
/// Bound to what is sealed, with the key's id behind it.
const PURPOSE: &[u8; 13] = b"sso-cp key 1\n";

/// A key sealed with another key: nonce, ciphertext and tag of ChaCha20-Poly1305. Associated data is
/// `sso-cp key 1`, a line end, and the eight bytes of the wrapped key's id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wrapped(pub(crate) [u8; WRAPPED_BYTES]);

impl Wrapped {
    /// Seals `key` with `wrapping`.
    ///
    /// # Errors
    ///
    /// [`Error::NoRandomNumbers`].
    pub fn new(key: &Key, wrapping: &Key) -> Result<Wrapped, Error> {
        let mut nonce = [0; NONCE_LEN];
        random(&mut nonce)?;
        let mut sealed = Zeroizing::new(key.bytes().to_vec());
        let bound = Aad::from(bound(key.id()));
        let tag = cipher(wrapping).and_then(|cipher| {
            let nonce = Nonce::assume_unique_for_key(nonce);
            cipher.seal_in_place_separate_tag(nonce, bound, &mut sealed).ok()
        });
        let tag = tag.ok_or(Error::Derivation)?;
        let mut wrapped = [0; WRAPPED_BYTES];
        wrapped[..NONCE_LEN].copy_from_slice(&nonce);
        wrapped[NONCE_LEN..][..KEY_BYTES].copy_from_slice(&sealed);
        wrapped[NONCE_LEN + KEY_BYTES..].copy_from_slice(tag.as_ref());
        Ok(Wrapped(wrapped))
    }

    /// The key of that name, if this is it and `wrapping` has sealed it.
    pub fn open(&self, id: KeyId, wrapping: &Key) -> Option<Key> {
        let (nonce, sealed) = self.0.split_at(NONCE_LEN);
        let nonce = Nonce::try_assume_unique_for_key(nonce).ok()?;
        let mut sealed = Zeroizing::new(sealed.to_vec());
        let opened = cipher(wrapping)?.open_in_place(nonce, Aad::from(bound(id)), &mut sealed);
        Key::from_bytes(opened.ok()?).filter(|key| key.id() == id)
    }
}

fn cipher(key: &Key) -> Option<LessSafeKey> {
    UnboundKey::new(&CHACHA20_POLY1305, key.bytes()).ok().map(LessSafeKey::new)
}

fn bound(id: KeyId) -> [u8; PURPOSE.len() + KeyId::BYTES] {
    let mut bound = [0; PURPOSE.len() + KeyId::BYTES];
    bound[..PURPOSE.len()].copy_from_slice(PURPOSE);
    bound[PURPOSE.len()..].copy_from_slice(&id.0);
    bound
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_right_key_opens_the_right_key() {
        let [key, wrapping, other] = std::array::from_fn(|_| Key::generate().unwrap());
        let wrapped = Wrapped::new(&key, &wrapping).unwrap();
        assert_eq!(wrapped.open(key.id(), &wrapping), Some(key.clone()));
        assert_eq!(wrapped.open(key.id(), &other), None);
        assert_eq!(wrapped.open(other.id(), &wrapping), None);
        for at in 0..WRAPPED_BYTES {
            let mut changed = wrapped.clone();
            changed.0[at] ^= 1;
            assert_eq!(changed.open(key.id(), &wrapping), None, "byte {at}");
        }
    }
}
