//! Tar archives in the POSIX form (ustar), with every field fixed: one owner, one time, one order.
//!
//! The machine's own tar would do, but GNU's and BSD's take different flags for that and write different bytes.

use super::files::{Entry, Mode, with_folders};
use crate::workspace::Outcome;

/// What a tar archive is counted in.
const BLOCK: usize = 512;

/// The archive of these files and the folders above them, all changed at `time` (seconds since 1970) and owned by root.
pub(super) fn tar(files: &[Entry], prefix: &str, time: u64) -> Outcome<Vec<u8>> {
    let mut archive = Vec::new();
    for entry in with_folders(files) {
        archive.extend(header(&entry, prefix, time)?);
        archive.extend(&entry.bytes);
        archive.resize(archive.len().next_multiple_of(BLOCK), 0);
    }
    // Two empty blocks are the end.
    archive.resize(archive.len() + 2 * BLOCK, 0);
    Ok(archive)
}

/// The block before a file's bytes. POSIX.1-1988 calls the form ustar: numbers are octal digits in ASCII.
fn header(entry: &Entry, prefix: &str, time: u64) -> Outcome<[u8; BLOCK]> {
    let is_folder = entry.mode == Mode::Folder;
    let name = format!("{prefix}{}{}", entry.path, if is_folder { "/" } else { "" });
    // The form has a second field for longer names; no path of ours needs it.
    if name.len() > 100 {
        return Err(format!("a path is too long for a tar archive: {name}").into());
    }
    let mut block = [0; BLOCK];
    put(&mut block, 0, name.as_bytes());
    put(&mut block, 100, format!("{:07o}", entry.mode.bits()).as_bytes());
    put(&mut block, 108, b"0000000");
    put(&mut block, 116, b"0000000");
    put(&mut block, 124, format!("{:011o}", entry.bytes.len()).as_bytes());
    put(&mut block, 136, format!("{time:011o}").as_bytes());
    put(&mut block, 156, if is_folder { b"5" } else { b"0" });
    put(&mut block, 257, b"ustar\x0000");
    put(&mut block, 265, b"root");
    put(&mut block, 297, b"root");
    put(&mut block, 329, b"0000000");
    put(&mut block, 337, b"0000000");
    // The sum counts its own field as blanks.
    put(&mut block, 148, b"        ");
    let sum: u32 = block.iter().map(|byte| u32::from(*byte)).sum();
    put(&mut block, 148, format!("{sum:06o}\0 ").as_bytes());
    Ok(block)
}

fn put(block: &mut [u8; BLOCK], at: usize, bytes: &[u8]) {
    block[at..at + bytes.len()].copy_from_slice(bytes);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_has_each_field_at_its_place() {
        let archive = tar(&[Entry::program("sso-cp", "hello")], "", 0o17).unwrap();

        assert_eq!(archive.len(), 4 * BLOCK, "a header, a block of bytes, and the end");
        assert_eq!(&archive[..7], b"sso-cp\0");
        assert_eq!(&archive[100..108], b"0000755\0");
        assert_eq!(&archive[108..124], b"0000000\x000000000\0");
        assert_eq!(&archive[124..136], b"00000000005\0");
        assert_eq!(&archive[136..148], b"00000000017\0");
        assert_eq!(archive[156], b'0');
        assert_eq!(&archive[257..265], b"ustar\x0000");
        assert_eq!(&archive[512..518], b"hello\0");
        assert!(archive[1024..].iter().all(|byte| *byte == 0));
    }

    #[test]
    fn the_sum_is_that_of_the_header_with_blanks_for_itself() {
        let archive = tar(&[Entry::document("a", "")], "", 0).unwrap();

        let sum: u32 =
            archive[..148].iter().chain(&archive[156..512]).map(|byte| u32::from(*byte)).sum();
        assert_eq!(&archive[148..156], format!("{:06o}\0 ", sum + 8 * 32).as_bytes());
    }

    #[test]
    fn folders_are_entries_of_their_own() {
        let archive = tar(&[Entry::document("usr/x", "")], "./", 0).unwrap();

        assert_eq!(&archive[..7], b"./usr/\0");
        assert_eq!(archive[156], b'5');
        assert_eq!(&archive[512..520], b"./usr/x\0");
    }

    #[test]
    fn a_path_that_does_not_fit_is_refused() {
        assert!(tar(&[Entry::document("x".repeat(101), "")], "", 0).is_err());
    }
}
