//! Keys and what they are called.

use std::fmt;

use ring::digest::{SHA256, digest};
use ring::rand::{SecureRandom, SystemRandom};
use sso_cp_types::push_hex;
use zeroize::Zeroizing;

use crate::base64::{decode, encode};
use crate::error::{Error, KeyTextProblem};

/// The bytes of a key.
pub(crate) const KEY_BYTES: usize = 32;

/// A key of the sealed store: 32 random bytes, wiped when dropped, never shown.
#[derive(Clone, PartialEq, Eq)]
// Boxed, for a value that is moved leaves a copy of itself behind.
pub struct Key(Box<Zeroizing<[u8; KEY_BYTES]>>);

/// What a key is called: the first eight bytes of its SHA-256, which tell nothing about it. They tell
/// "sealed with another key" from "damaged".
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct KeyId(pub(crate) [u8; KeyId::BYTES]);

impl Key {
    /// A new key, from the system's random numbers.
    ///
    /// # Errors
    ///
    /// [`Error::NoRandomNumbers`].
    pub fn generate() -> Result<Key, Error> {
        let mut key = Key::zero();
        random(key.0.as_mut_slice())?;
        Ok(key)
    }

    /// The key that somebody else kept, as its bytes.
    pub(crate) fn from_bytes(bytes: &[u8]) -> Option<Key> {
        let mut key = Key::zero();
        (bytes.len() == KEY_BYTES).then(|| key.0.copy_from_slice(bytes))?;
        Some(key)
    }

    /// The key that a program has printed: base64 (RFC 4648, section 4) or 64 hexadecimal digits, with one line end
    /// behind it or none.
    ///
    /// # Errors
    ///
    /// What is wrong with the text, without the text.
    pub fn from_printed(text: &[u8]) -> Result<Key, KeyTextProblem> {
        let text = text.strip_suffix(b"\n").unwrap_or(text);
        let text = text.strip_suffix(b"\r").unwrap_or(text);
        if text.is_empty() {
            return Err(KeyTextProblem::Empty);
        }
        let bytes = from_hex(text).or_else(|| decode(text)).ok_or(KeyTextProblem::NoKey)?;
        Key::from_bytes(&bytes).ok_or(KeyTextProblem::Length { bytes: bytes.len() })
    }

    /// The key as [`Key::from_printed`] reads it, for a keystore that keeps texts.
    pub fn to_text(&self) -> Zeroizing<String> {
        encode(self.bytes())
    }

    /// What it is called.
    pub fn id(&self) -> KeyId {
        let mut id = [0; KeyId::BYTES];
        id.copy_from_slice(&digest(&SHA256, self.bytes()).as_ref()[..KeyId::BYTES]);
        KeyId(id)
    }

    pub(crate) fn bytes(&self) -> &[u8] {
        self.0.as_slice()
    }

    #[cfg(target_os = "linux")]
    pub(crate) fn bytes_mut(&mut self) -> &mut [u8] {
        self.0.as_mut_slice()
    }

    /// Room for a key.
    pub(crate) fn zero() -> Key {
        Key(Box::new(Zeroizing::new([0; KEY_BYTES])))
    }
}

/// Fills a buffer from the system's random numbers.
pub(crate) fn random(buffer: &mut [u8]) -> Result<(), Error> {
    SystemRandom::new().fill(buffer).map_err(|_| Error::NoRandomNumbers)
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Key(..)")
    }
}

impl KeyId {
    pub(crate) const BYTES: usize = 8;

    /// Reads what [`KeyId`] is shown as: 16 hexadecimal digits.
    pub fn parse(text: &str) -> Option<KeyId> {
        let bytes = from_hex(text.as_bytes())?;
        Some(KeyId(bytes.as_slice().try_into().ok()?))
    }

    /// Appends its 16 hexadecimal digits. A cached call of a sealed session looks for a key by them, and would
    /// go through half of the formatting machinery for that.
    pub(crate) fn push_to(self, text: &mut String) {
        push_hex(text, self.0);
    }
}

impl fmt::Display for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = String::new();
        self.push_to(&mut text);
        f.write_str(&text)
    }
}

impl fmt::Debug for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "KeyId({self})")
    }
}

fn from_hex(text: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    const LONGEST: usize = 2 * KEY_BYTES;
    if text.len() > LONGEST || !text.len().is_multiple_of(2) {
        return None;
    }
    // No key can be read both ways: its base64 ends with `=`.
    let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    let mut bytes = Zeroizing::new(Vec::with_capacity(KEY_BYTES));
    for pair in text.chunks_exact(2) {
        bytes.push(digit(pair[0])? << 4 | digit(pair[1])?);
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEX: &str = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";
    const BASE64: &str = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";

    #[test]
    fn printed_keys_are_read_in_both_spellings() {
        let upper = HEX.to_uppercase();
        for text in [HEX, BASE64, &upper, &format!("{HEX}\n"), &format!("{BASE64}\r\n")] {
            let key = Key::from_printed(text.as_bytes()).unwrap();
            assert_eq!(key.bytes()[31], 31);
            assert_eq!(*key.to_text(), BASE64);
            // SHA-256 of the 32 bytes 00 to 1f.
            assert_eq!(key.id().to_string(), "630dcd2966c43366");
        }
    }

    #[test]
    fn what_is_no_key_is_told_without_its_text() {
        let of = |text: &str| Key::from_printed(text.as_bytes()).unwrap_err();
        assert_eq!(of(""), KeyTextProblem::Empty);
        assert_eq!(of("\n"), KeyTextProblem::Empty);
        assert_eq!(of("hunter2"), KeyTextProblem::NoKey);
        assert_eq!(of(&format!("{BASE64}\n\n")), KeyTextProblem::NoKey);
        assert_eq!(of(&format!(" {BASE64}")), KeyTextProblem::NoKey);
        assert_eq!(of(&HEX[..60]), KeyTextProblem::Length { bytes: 30 });
        assert_eq!(of("AAECAwQFBgc="), KeyTextProblem::Length { bytes: 8 });
        assert_eq!(of(&"A".repeat(4000)), KeyTextProblem::Length { bytes: 3000 });
    }

    #[test]
    fn names_of_keys_are_read_and_shown_the_same() {
        let id = Key::generate().unwrap().id();
        assert_eq!(KeyId::parse(&id.to_string()), Some(id));
        for bad in ["", "00", "000102030405060708", "zz01020304050607"] {
            assert_eq!(KeyId::parse(bad), None, "{bad}");
        }
        assert_ne!(Key::generate().unwrap(), Key::generate().unwrap());
        assert_eq!(format!("{:?}", Key::generate().unwrap()), "Key(..)");
    }
}
