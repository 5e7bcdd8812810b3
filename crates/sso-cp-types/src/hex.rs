//! Octets as hexadecimal digits.

/// Appends two lower-case digits per octet. No formatting machinery: a cached call names its files so.
#[inline]
pub fn push_hex(text: &mut String, octets: impl IntoIterator<Item = u8>) {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    for octet in octets {
        text.push(char::from(DIGITS[usize::from(octet >> 4)]));
        text.push(char::from(DIGITS[usize::from(octet & 15)]));
    }
}

#[cfg(test)]
mod tests {
    use super::push_hex;

    #[test]
    fn two_digits_per_octet() {
        let mut text = "x".to_owned();
        push_hex(&mut text, [0, 9, 0x0a, 0xf0, 0xff]);
        assert_eq!(text, "x00090af0ff");
    }
}
