//! A sealed file, byte by byte:
//!
//! ```text
//! sso-cp sealed 1\n | key id, 8 | expires, 8 | renewable until, 8 | nonce, 12 | ciphertext | tag, 16
//! ```
//!
//! The cipher is ChaCha20-Poly1305 (RFC 8439) with a random nonce. Associated data is everything before
//! the nonce, and then the file's name, which says its kind and what it belongs to: a file that is
//! renamed, or whose times are changed, is damaged. Both times are Unix seconds, signed, the highest
//! byte first; 0 means that there is none. They stand in clear, so that showing them needs no key.

use ring::aead::{Aad, CHACHA20_POLY1305, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use sso_cp_types::Timestamp;

use crate::error::Error;
use crate::key::{Key, KeyId, random};

const MAGIC: &[u8; 16] = b"sso-cp sealed 1\n";
const TIME_BYTES: usize = 8;
/// What is in clear and bound, before the nonce.
const CLEAR_BYTES: usize = MAGIC.len() + KeyId::BYTES + 2 * TIME_BYTES;
const HEADER_BYTES: usize = CLEAR_BYTES + NONCE_LEN;
const TAG_BYTES: usize = 16;
/// Room on the stack for the names that files have.
const LONGEST_NAME: usize = 128;

/// What a sealed file says to anyone who has no key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Header {
    /// The key that opens it.
    pub key_id: KeyId,
    /// When its content ends.
    pub times: Times,
}

/// The two moments that stand in clear.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Times {
    /// When the token, the client or the credentials end.
    pub expires_at: Option<Timestamp>,
    /// Until when a token can be renewed without a person.
    pub renewable_until: Option<Timestamp>,
}

/// A file that is not a sealed file of this version, or not as it was sealed, or not under its own name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Damaged;

impl Header {
    /// Reads what stands in clear. It is not to be believed before the file is opened.
    ///
    /// # Errors
    ///
    /// [`Damaged`], also for another version's file.
    pub fn read(file: &[u8]) -> Result<Header, Damaged> {
        let clear = file.get(..CLEAR_BYTES).ok_or(Damaged)?;
        let (magic, rest) = clear.split_at(MAGIC.len());
        if magic != MAGIC || file.len() < HEADER_BYTES + TAG_BYTES {
            return Err(Damaged);
        }
        let (id, times) = rest.split_at(KeyId::BYTES);
        let (expires, renewable) = times.split_at(TIME_BYTES);
        let key_id = KeyId(id.try_into().map_err(|_| Damaged)?);
        let times = Times { expires_at: moment(expires)?, renewable_until: moment(renewable)? };
        Ok(Header { key_id, times })
    }
}

/// Seals the content of the file of that name.
///
/// # Errors
///
/// [`Error::NoRandomNumbers`].
pub fn seal(key: &Key, name: &str, times: Times, content: &[u8]) -> Result<Vec<u8>, Error> {
    let mut file = Vec::with_capacity(HEADER_BYTES + content.len() + TAG_BYTES);
    file.extend_from_slice(MAGIC);
    file.extend_from_slice(&key.id().0);
    for time in [times.expires_at, times.renewable_until] {
        file.extend_from_slice(&time.map_or(0, Timestamp::unix_seconds).to_be_bytes());
    }
    let mut nonce = [0; NONCE_LEN];
    random(&mut nonce)?;
    file.extend_from_slice(&nonce);
    file.extend_from_slice(content);
    let (header, sealed) = file.split_at_mut(HEADER_BYTES);
    let bound = bound(&header[..CLEAR_BYTES], name);
    let tag = cipher(key).and_then(|cipher| {
        let nonce = Nonce::assume_unique_for_key(nonce);
        cipher.seal_in_place_separate_tag(nonce, Aad::from(bound.bytes()), sealed).ok()
    });
    // The cipher has no other reason to refuse than a content of many gigabytes.
    let tag = tag.ok_or(Error::Derivation)?;
    file.extend_from_slice(tag.as_ref());
    Ok(file)
}

/// Opens a file where it lies: `file` holds its content afterwards, and no copy is made.
///
/// # Errors
///
/// [`Damaged`]; the bytes are of no use then.
pub fn open(key: &Key, name: &str, file: &mut Vec<u8>) -> Result<(), Damaged> {
    Header::read(file)?;
    let (header, sealed) = file.split_at_mut(HEADER_BYTES);
    let (clear, nonce) = header.split_at(CLEAR_BYTES);
    let bound = bound(clear, name);
    let nonce = Nonce::try_assume_unique_for_key(nonce).map_err(|_| Damaged)?;
    let cipher = cipher(key).ok_or(Damaged)?;
    let content = cipher.open_in_place(nonce, Aad::from(bound.bytes()), sealed);
    let length = content.map_err(|_| Damaged)?.len();
    file.truncate(HEADER_BYTES + length);
    file.drain(..HEADER_BYTES);
    Ok(())
}

fn cipher(key: &Key) -> Option<LessSafeKey> {
    UnboundKey::new(&CHACHA20_POLY1305, key.bytes()).ok().map(LessSafeKey::new)
}

/// Associated data in one piece, without asking for memory.
struct Bound {
    room: [u8; CLEAR_BYTES + LONGEST_NAME],
    length: usize,
}

impl Bound {
    fn bytes(&self) -> &[u8] {
        &self.room[..self.length]
    }
}

/// Names are made here and are never as long as the room; one that is would be cut, on both ways.
fn bound(clear: &[u8], name: &str) -> Bound {
    let name = &name.as_bytes()[..name.len().min(LONGEST_NAME)];
    let mut room = [0; CLEAR_BYTES + LONGEST_NAME];
    let length = clear.len() + name.len();
    room[..clear.len()].copy_from_slice(clear);
    room[clear.len()..length].copy_from_slice(name);
    Bound { room, length }
}

fn moment(bytes: &[u8]) -> Result<Option<Timestamp>, Damaged> {
    match i64::from_be_bytes(bytes.try_into().map_err(|_| Damaged)?) {
        0 => Ok(None),
        seconds => Timestamp::from_unix_seconds(seconds).map(Some).ok_or(Damaged),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NAME: &str = "token-d033e22ae348aeb5660fc2140aec35850c4da997";
    const CONTENT: &[u8] = b"{\"accessToken\": \"made up\"}";

    fn key() -> Key {
        Key::from_bytes(&std::array::from_fn::<u8, 32, _>(|at| at as u8)).unwrap()
    }

    fn times() -> Times {
        let at = |seconds| Timestamp::from_unix_seconds(seconds);
        Times { expires_at: at(1_795_251_058), renewable_until: at(1_803_027_058) }
    }

    /// Computed with another implementation, Python's `cryptography`.
    const VECTOR: &str = "\
        73736f2d6370207365616c656420310a630dcd2966c43366000000006b015b72\
        000000006b780272a0a1a2a3a4a5a6a7a8a9aaab7789193c2e83b1def4609871\
        92d8c7dbbf33b2db264a15d396a5661bba1832e1909fbf871f9f969b48de";

    fn opened(key: &Key, name: &str, file: &[u8]) -> Result<Vec<u8>, Damaged> {
        let mut file = file.to_vec();
        open(key, name, &mut file).map(|()| file)
    }

    #[test]
    fn a_file_of_another_implementation_is_opened() {
        let digits = VECTOR.as_bytes().chunks(2);
        let byte = |pair: &[u8]| u8::from_str_radix(str::from_utf8(pair).unwrap(), 16).unwrap();
        let file: Vec<u8> = digits.map(byte).collect();
        assert_eq!(Header::read(&file), Ok(Header { key_id: key().id(), times: times() }));
        assert_eq!(opened(&key(), NAME, &file).unwrap(), CONTENT);
    }

    #[test]
    fn what_was_sealed_is_opened() {
        let file = seal(&key(), NAME, times(), CONTENT).unwrap();
        assert_eq!(file.len(), 68 + CONTENT.len());
        let header = Header::read(&file).unwrap();
        assert_eq!((header.key_id, header.times), (key().id(), times()));
        assert_eq!(opened(&key(), NAME, &file).unwrap(), CONTENT);
        let empty = seal(&key(), NAME, Times::default(), b"").unwrap();
        assert_eq!(Header::read(&empty).unwrap().times, Times::default());
        assert_eq!(opened(&key(), NAME, &empty).unwrap(), b"");
        let again = seal(&key(), NAME, times(), CONTENT).unwrap();
        assert_ne!(again[40..52], file[40..52], "each has a nonce of its own");
    }

    #[test]
    fn every_byte_and_the_name_count() {
        let whole = seal(&key(), NAME, times(), CONTENT).unwrap();
        for at in 0..whole.len() {
            let mut changed = whole.clone();
            changed[at] ^= 1;
            assert_eq!(opened(&key(), NAME, &changed), Err(Damaged), "byte {at}");
            assert_eq!(opened(&key(), NAME, &whole[..at]), Err(Damaged), "cut at {at}");
        }
        let longer = [&whole[..], b"\n"].concat();
        assert_eq!(opened(&key(), NAME, &longer), Err(Damaged));
        let other_name = NAME.replace("token", "client");
        assert_eq!(opened(&key(), &other_name, &whole), Err(Damaged));
        let other_key = Key::generate().unwrap();
        assert_eq!(opened(&other_key, NAME, &whole), Err(Damaged));
        let mut second_version = whole.clone();
        second_version[14] = b'2';
        assert_eq!(Header::read(&second_version), Err(Damaged));
    }
}
