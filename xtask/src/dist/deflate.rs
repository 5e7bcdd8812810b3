//! Compression: DEFLATE by miniz_oxide, and gzip's frame around it.
//!
//! The machine's gzip would do on Linux; but Apple's and Debian's differ in what they write, and Windows has none. A package
//! that the lock file pins gives the same bytes everywhere.

use crate::workspace::Outcome;

/// As small as it gets.
const LEVEL: u8 = 10;

/// The bytes as a raw DEFLATE stream (RFC 1951).
pub(super) fn deflate(bytes: &[u8]) -> Vec<u8> {
    miniz_oxide::deflate::compress_to_vec(bytes, LEVEL)
}

/// What was made so.
pub(super) fn inflate(packed: &[u8]) -> Outcome<Vec<u8>> {
    miniz_oxide::inflate::decompress_to_vec(packed).map_err(|error| error.to_string().into())
}

/// What [`gzip`] was given.
pub(super) fn gunzip(file: &[u8]) -> Outcome<Vec<u8>> {
    const HEAD: usize = 10;
    const TAIL: usize = 8;
    let end = file.len().saturating_sub(TAIL);
    inflate(file.get(HEAD..end).ok_or("a gzip file is cut short")?)
}

/// The bytes as a gzip file (RFC 1952), without a name and a time.
pub(super) fn gzip(bytes: &[u8]) -> Vec<u8> {
    // Method 8 is DEFLATE, no flags, no time, 2 says that it is as small as can be, 255 that the system is not told.
    let mut file = vec![0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 2, 255];
    file.extend(deflate(bytes));
    file.extend(crc32(bytes).to_le_bytes());
    // The format keeps the length modulo 2^32.
    file.extend((bytes.len() as u32).to_le_bytes());
    file
}

/// The checksum of gzip and zip files (RFC 1952, section 8).
pub(super) fn crc32(bytes: &[u8]) -> u32 {
    const POLYNOMIAL: u32 = 0xedb8_8320;
    let mut crc = u32::MAX;
    for byte in bytes {
        crc ^= u32::from(*byte);
        for _ in 0..8 {
            crc = if crc & 1 == 1 { crc >> 1 ^ POLYNOMIAL } else { crc >> 1 };
        }
    }
    !crc
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_checksum_is_that_of_its_published_check_value() {
        assert_eq!(crc32(b"123456789"), 0xcbf4_3926);
        assert_eq!(crc32(b""), 0);
    }

    #[test]
    fn a_gzip_file_unpacks_to_what_went_in() {
        let bytes = b"credentials ".repeat(100);

        let file = gzip(&bytes);

        assert_eq!(file[..10], [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 2, 255]);
        let body = &file[10..file.len() - 8];
        assert_eq!(miniz_oxide::inflate::decompress_to_vec(body).unwrap(), bytes);
        assert_eq!(file[file.len() - 8..file.len() - 4], crc32(&bytes).to_le_bytes());
        assert_eq!(file[file.len() - 4..], 1200_u32.to_le_bytes());
        assert!(file.len() < 100);
    }
}
