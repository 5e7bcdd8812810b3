//! Texts in URLs (RFC 3986, section 2.1).

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// What is encoded: all but RFC 3986's unreserved characters.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// Percent-encodes a value for a URL: all but RFC 3986's unreserved characters, so that a blank is
/// `%20` and never `+`. It is what AWS's services and its signature expect.
pub fn percent_encode(value: &str) -> String {
    let mut encoded = String::with_capacity(value.len());
    push_percent_encoded(&mut encoded, value);
    encoded
}

/// The same at the end of a text, which with room for three bytes per byte does not grow: growing would
/// leave a copy of a secret behind.
pub fn push_percent_encoded(encoded: &mut String, value: &str) {
    encoded.extend(utf8_percent_encode(value, RESERVED));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_unreserved_characters_stay() {
        assert_eq!(percent_encode("aZ09-._~"), "aZ09-._~");
        assert_eq!(percent_encode("tok+/=1 é&"), "tok%2B%2F%3D1%20%C3%A9%26");
    }
}
