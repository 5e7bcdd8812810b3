//! Compression, by flate2 on miniz_oxide.
//!
//! The machine's gzip would do on Linux; but Apple's and Debian's differ in what they write, and Windows has none. A package
//! that the lock file pins gives the same bytes everywhere.

use crate::workspace::Outcome;
use flate2::read::GzDecoder;
use flate2::write::ZlibEncoder;
use flate2::{Compression, GzBuilder};
use std::io::{Read, Write};

/// As small as it gets.
const LEVEL: u32 = 10;

/// The bytes as a gzip file (RFC 1952), without a name and a time.
pub(super) fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut file = GzBuilder::new().write(Vec::new(), Compression::new(LEVEL));
    let written = file.write_all(bytes).and_then(|()| file.finish());
    written.expect("memory takes what is written to it")
}

/// What [`gzip`] was given.
pub(super) fn gunzip(file: &[u8]) -> Outcome<Vec<u8>> {
    let mut bytes = Vec::new();
    GzDecoder::new(file).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// The bytes as a zlib stream (RFC 1950).
pub(super) fn zlib(bytes: &[u8]) -> Outcome<Vec<u8>> {
    let mut stream = ZlibEncoder::new(Vec::new(), Compression::new(LEVEL));
    stream.write_all(bytes)?;
    Ok(stream.finish()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_gzip_file_unpacks_to_what_went_in() {
        let bytes = b"credentials ".repeat(100);

        let file = gzip(&bytes);

        // Method 8 is DEFLATE, no flags, no time, 2 says that it is as small as can be, 255 that the system is not told.
        assert_eq!(file[..10], [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 2, 255]);
        assert_eq!(gunzip(&file).unwrap(), bytes);
        assert_eq!(file[file.len() - 4..], 1200_u32.to_le_bytes());
        assert!(file.len() < 100);
        assert!(gunzip(&file[..file.len() - 1]).is_err());
    }
}
