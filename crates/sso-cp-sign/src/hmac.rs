//! SHA-256 and HMAC-SHA-256 (RFC 2104) from `ring`, in the form that a signature is built of.

use ring::{digest, hmac};
use sso_cp_types::push_hex;
use zeroize::Zeroizing;

/// A digest, which may be a key of its own.
pub(crate) type Mac = Zeroizing<[u8; 32]>;

/// The code of a message under a key of any length.
pub(crate) fn hmac(key: &[u8], message: &[u8]) -> Mac {
    let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, key), message);
    mac(tag.as_ref())
}

/// The plain digest.
pub(crate) fn sha256(bytes: &[u8]) -> Mac {
    mac(digest::digest(&digest::SHA256, bytes).as_ref())
}

fn mac(bytes: &[u8]) -> Mac {
    let mut mac = Mac::default();
    mac.copy_from_slice(bytes);
    mac
}

/// Lower-case hexadecimal.
pub(crate) fn hex(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(2 * bytes.len());
    push_hex(&mut text, bytes.iter().copied());
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 4231, test cases 1, 2, 4 and 6 (a key longer than a block).
    #[test]
    fn the_vectors_of_the_standard() {
        let counting: Vec<u8> = (1..=25).collect();
        for (key, message, mac) in [
            (
                &[0x0b; 20][..],
                &b"Hi There"[..],
                "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7",
            ),
            (
                b"Jefe",
                b"what do ya want for nothing?",
                "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
            ),
            (
                &counting,
                &[0xcd; 50],
                "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b",
            ),
            (
                &[0xaa; 131],
                b"Test Using Larger Than Block-Size Key - Hash Key First",
                "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54",
            ),
        ] {
            assert_eq!(hex(&hmac(key, message)[..]), mac);
        }
    }
}
