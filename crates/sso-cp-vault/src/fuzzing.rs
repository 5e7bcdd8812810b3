//! Doors for `fuzz/` and for the seeded test below: bytes in, no panic out, and what was understood is
//! written and read the same.

use crate::key::Key;
use crate::key_file::KeyFile;
use crate::sealed::{Header, open, seal};

/// A sealed file, opened with a known key. Only what that key has sealed is opened.
pub fn sealed(bytes: &[u8]) {
    let Some(key) = Key::from_bytes(&[7; 32]) else { return };
    let mut file = bytes.to_vec();
    let header = Header::read(bytes);
    if open(&key, "token", &mut file).is_err() {
        return;
    }
    let header = header.expect("what is opened has a header");
    assert_eq!(header.key_id, key.id());
    let mut again = seal(&key, "token", header.times, &file).expect("it was sealed before");
    assert_eq!(Header::read(&again), Ok(header));
    assert_eq!(open(&key, "token", &mut again), Ok(()));
    assert_eq!(again, file);
}

/// The file that says where the key is kept.
pub fn key_file(bytes: &[u8]) {
    let Some(file) = KeyFile::parse(bytes) else { return };
    assert_eq!(KeyFile::parse(file.content().as_bytes()).as_ref(), Some(&file));
}

/// What a keystore's program has printed.
pub fn printed(bytes: &[u8]) {
    let Ok(key) = Key::from_printed(bytes) else { return };
    assert!(Key::from_printed(key.to_text().as_bytes()) == Ok(key), "another key");
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sealed::Times;

    const ROUNDS: u32 = 5_000;

    #[test]
    fn no_bytes_make_it_panic() {
        let key = Key::from_bytes(&[7; 32]).unwrap();
        let file =
            seal(&key, "token", Times::default(), b"{\"accessToken\": \"made up\"}").unwrap();
        let key_file = br#"{"version": 1, "id": "630dcd2966c43366", "source": "command", "command": ["pass", "show"]}"#;
        let text = key.to_text();
        let seeds: [&[u8]; 3] = [&file, key_file, text.as_bytes()];
        mutations::each(ROUNDS, &seeds, |bytes| {
            sealed(bytes);
            super::key_file(bytes);
            printed(bytes);
        });
    }
}
