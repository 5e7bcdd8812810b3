//! Texts in URLs (RFC 3986, section 2.1).

/// Percent-encodes a value for a URL: all but RFC 3986's unreserved characters, so that a blank is
/// `%20` and never `+`. It is what AWS's services and its signature expect.
pub fn percent_encode(value: &str) -> String {
    let mut encoded = String::with_capacity(value.len());
    push_percent_encoded(&mut encoded, value);
    encoded
}

/// The same at the end of a text, which with room for three bytes a byte does not grow: growing would
/// leave a copy of a secret behind.
pub fn push_percent_encoded(encoded: &mut String, value: &str) {
    const DIGITS: &[u8; 16] = b"0123456789ABCDEF";
    for byte in value.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            encoded.push('%');
            encoded.push(char::from(DIGITS[usize::from(byte >> 4)]));
            encoded.push(char::from(DIGITS[usize::from(byte & 15)]));
        }
    }
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
