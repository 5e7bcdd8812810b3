//! What may stand in a header or a document as it is, eight bytes at a time as one number: every cached call asks that of each byte
//! of its credentials, twice, and a build for size makes no vector instructions of a loop.

const WORD: usize = size_of::<u64>();
const ONES: u64 = u64::MAX / 255;
/// The top bit of each byte.
const TOPS: u64 = ONES << 7;
const DELETE: u8 = 0x7f;

/// Whether a text is visible ASCII alone: no blank, no control character.
pub(crate) fn is_visible(text: &str) -> bool {
    all(text, |word| is_ascii_from(b'!', word))
}

/// Whether a text is one line of ASCII that a terminal shows as it is: no control character.
pub fn is_printable(text: &str) -> bool {
    all(text, |word| is_ascii_from(b' ', word))
}

/// Whether a text stands for itself between the quotation marks of JSON (RFC 8259, section 7), and in every terminal: ASCII
/// without control characters, `"` and `\`.
pub(crate) fn is_plain_json(text: &str) -> bool {
    all(text, |word| is_ascii_from(b' ', word) && has_no(b'"', word) && has_no(b'\\', word))
}

/// The rest of a text that is not eight bytes long is filled up with a letter.
fn all(text: &str, is_fine: impl Fn(u64) -> bool) -> bool {
    let (words, rest) = text.as_bytes().as_chunks::<WORD>();
    let mut last = [b'x'; WORD];
    last[..rest.len()].copy_from_slice(rest);
    words.iter().chain([&last]).all(|word| is_fine(u64::from_le_bytes(*word)))
}

/// Whether each byte is from `lowest` to `~`. Taking `lowest` away borrows from the top bit of a byte that is lower.
fn is_ascii_from(lowest: u8, word: u64) -> bool {
    let lower = word.wrapping_sub(ONES * u64::from(lowest)) & !word;
    (word | lower) & TOPS == 0 && has_no(DELETE, word)
}

/// Whether no byte is this one: what is equal becomes zero, and taking one from zero borrows.
fn has_no(byte: u8, word: u64) -> bool {
    let differences = word ^ (ONES * u64::from(byte));
    differences.wrapping_sub(ONES) & !differences & TOPS == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_byte_counts_wherever_it_stands() {
        for code in 0..=0x7f_u8 {
            let character = char::from(code);
            for length in 1..20 {
                for at in 0..length {
                    let mut text = "~".repeat(length);
                    text.replace_range(at..=at, character.encode_utf8(&mut [0; 4]));
                    let is_graphic = character.is_ascii_graphic();
                    assert_eq!(is_visible(&text), is_graphic, "{text:?}");
                    let is_printable = is_graphic || code == b' ';
                    assert_eq!(super::is_printable(&text), is_printable, "{text:?}");
                    let is_plain = is_printable && !"\"\\".contains(character);
                    assert_eq!(is_plain_json(&text), is_plain, "{text:?}");
                }
            }
        }
    }

    #[test]
    fn what_is_not_ascii_is_neither() {
        for odd in ["é", "aaaaaaa\u{80}", "漢aaaaaaaaaaaaa", "aaaaaaaaaaa\u{202e}"] {
            assert!(!is_visible(odd) && !is_plain_json(odd), "{odd:?}");
        }
        assert!(is_visible("") && is_plain_json(""));
    }
}
