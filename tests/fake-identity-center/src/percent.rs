//! Percent-encoding, RFC 3986 section 2.1.

/// Percent-decodes. A bare `+`, blank, control or non-ASCII byte is refused: readers disagree about what they mean.
pub(crate) fn decode(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&byte, tail)) = rest.split_first() {
        rest = match byte {
            b'%' => {
                let digits = tail.get(..2).filter(|two| two.iter().all(u8::is_ascii_hexdigit))?;
                bytes.push(u8::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()?);
                &tail[2..]
            }
            b'+' => return None,
            0x21..=0x7e => {
                bytes.push(byte);
                tail
            }
            _ => return None,
        };
    }
    String::from_utf8(bytes).ok()
}

/// Percent-encodes everything but RFC 3986's unreserved characters.
pub(crate) fn encode(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
                encoded.push(char::from(byte));
            }
            _ => encoded.push_str(&format!("%{byte:02X}")),
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn encoding_is_strict_and_round() {
        assert_eq!(decode("a%2Fb%20c").as_deref(), Some("a/b c"));
        assert_eq!(decode("a+b"), None);
        assert_eq!(decode("a%2"), None);
        assert_eq!(decode("a%zz"), None);
        assert_eq!(decode("a%+1"), None);
        assert_eq!(encode("tok+/=1 é"), "tok%2B%2F%3D1%20%C3%A9");
        assert_eq!(decode(&encode("tok+/=1 é")).as_deref(), Some("tok+/=1 é"));
    }
}
