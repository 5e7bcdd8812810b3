//! Looking for a byte, eight bytes at a time as one number: fast in a build for size too, where loops do not
//! become vector instructions. The memchr crate would look at the processor first, which costs 26
//! microseconds on a virtual machine.

const WORD: usize = size_of::<u64>();

/// The first such byte.
pub(crate) fn find(wanted: u8, bytes: &[u8]) -> Option<usize> {
    let pattern = u64::from_le_bytes([wanted; WORD]);
    first(bytes, |word| zero_bytes(word ^ pattern), |byte| byte == wanted)
}

/// The first byte that is one or the other.
pub(crate) fn find_either(one: u8, other: u8, bytes: &[u8]) -> Option<usize> {
    let patterns = (u64::from_le_bytes([one; WORD]), u64::from_le_bytes([other; WORD]));
    let hits = |word| zero_bytes(word ^ patterns.0) | zero_bytes(word ^ patterns.1);
    first(bytes, hits, |byte| byte == one || byte == other)
}

/// The first byte that is a hit: the lowest of those in its word, or a byte of the rest.
fn first(bytes: &[u8], hits: impl Fn(u64) -> u64, is_it: impl Fn(u8) -> bool) -> Option<usize> {
    let (words, rest) = bytes.as_chunks::<WORD>();
    let mut at = 0;
    for word in words {
        let hits = hits(u64::from_le_bytes(*word));
        if hits != 0 {
            return Some(at + (hits.trailing_zeros() / u8::BITS) as usize);
        }
        at += WORD;
    }
    rest.iter().position(|byte| is_it(*byte)).map(|in_rest| at + in_rest)
}

/// The top bit of each byte that is zero. Bits above the lowest of them may be set for no reason, as only
/// where a byte is zero does taking one away borrow from the next.
fn zero_bytes(word: u64) -> u64 {
    const ONES: u64 = u64::MAX / 255;
    const TOPS: u64 = ONES << 7;
    word.wrapping_sub(ONES) & !word & TOPS
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_byte_is_found_wherever_it_stands() {
        let mut dice = mutations::Dice(0x5eed_0015_5eed_0015);
        for _ in 0..50_000 {
            const BYTES: &[u8; 10] = b"[\\Z\n\r\x0b\0\x80\xffx";
            let bytes: Vec<u8> =
                (0..dice.roll(40)).map(|_| BYTES[dice.roll(BYTES.len())]).collect();
            let slow = |wanted: &[u8]| bytes.iter().position(|byte| wanted.contains(byte));
            assert_eq!(find(b'[', &bytes), slow(b"["), "{bytes:?}");
            assert_eq!(find_either(b'\n', b'\r', &bytes), slow(b"\n\r"), "{bytes:?}");
            assert_eq!(find(0, &bytes), slow(&[0]), "{bytes:?}");
        }
    }
}
