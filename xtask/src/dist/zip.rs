//! Zip archives, as Windows opens them, with every field fixed (PKWARE's APPNOTE.TXT, sections 4.3 and 4.4).

use super::calendar::Moment;
use super::deflate::{crc32, deflate};
use super::files::Entry;
use crate::workspace::Outcome;

/// The version of the format that DEFLATE needs: 2.0.
const NEEDS: u16 = 20;
/// Made on Unix, by version 2.0: mode bits are to be read.
const MADE_BY: u16 = 3 << 8 | NEEDS;
/// Names are UTF-8.
const FLAGS: u16 = 1 << 11;
const DEFLATED: u16 = 8;
/// A plain file, in the mode bits of Unix.
const REGULAR: u32 = 0o100_000;

/// The archive of these files, all changed at `time` (seconds since 1970).
pub(super) fn zip(files: &[Entry], time: u64) -> Outcome<Vec<u8>> {
    let mut files = files.to_vec();
    files.sort_by(|one, other| one.path.cmp(&other.path));
    let (mut archive, mut directory) = (Vec::new(), Vec::new());
    for file in &files {
        let start = u32::try_from(archive.len())?;
        let packed = deflate(&file.bytes);
        let common = common_fields(file, &packed, time)?;
        archive.extend(b"PK\x03\x04");
        archive.extend(&common);
        archive.extend(file.path.as_bytes());
        archive.extend(packed);

        directory.extend(b"PK\x01\x02");
        directory.extend(MADE_BY.to_le_bytes());
        directory.extend(&common);
        // No comment, the first disk, no hint that it is text; then mode and place.
        directory.extend([0; 6]);
        directory.extend(((REGULAR | file.mode.bits()) << 16).to_le_bytes());
        directory.extend(start.to_le_bytes());
        directory.extend(file.path.as_bytes());
    }
    let end = end(files.len(), directory.len(), archive.len())?;
    archive.extend(directory);
    archive.extend(end);
    Ok(archive)
}

/// What stands both before the file's bytes and in the directory.
fn common_fields(file: &Entry, packed: &[u8], time: u64) -> Outcome<Vec<u8>> {
    let (clock, date) = dos_time(time);
    let mut fields = Vec::new();
    for field in [NEEDS, FLAGS, DEFLATED, clock, date] {
        fields.extend(field.to_le_bytes());
    }
    let sizes = [packed.len(), file.bytes.len()];
    fields.extend(crc32(&file.bytes).to_le_bytes());
    for size in sizes {
        fields.extend(u32::try_from(size)?.to_le_bytes());
    }
    fields.extend(u16::try_from(file.path.len())?.to_le_bytes());
    // No extra field.
    fields.extend([0; 2]);
    Ok(fields)
}

/// The record that readers look for first, at the end.
fn end(files: usize, directory: usize, start: usize) -> Outcome<Vec<u8>> {
    let count = u16::try_from(files)?.to_le_bytes();
    let mut record = b"PK\x05\x06\0\0\0\0".to_vec();
    record.extend(count);
    record.extend(count);
    record.extend(u32::try_from(directory)?.to_le_bytes());
    record.extend(u32::try_from(start)?.to_le_bytes());
    // No comment.
    record.extend([0; 2]);
    Ok(record)
}

/// MS-DOS's time of day and date, in UTC: two seconds a step, years since 1980.
fn dos_time(time: u64) -> (u16, u16) {
    let Moment { year, month, day, hour, minute, second } = Moment::of(time);
    let years = year.saturating_sub(1980);
    let clock = (hour << 11) | (minute << 5) | (second / 2);
    let date = (years << 9) | (month << 5) | day;
    (clock as u16, date as u16)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 2026-11-21 13:30:02.
    const TIME: u64 = 1_795_267_802;

    #[test]
    fn times_are_packed_as_in_ms_dos() {
        assert_eq!(dos_time(TIME), (13 << 11 | 30 << 5 | 1, 46 << 9 | 11 << 5 | 21));
    }

    #[test]
    fn an_archive_has_file_directory_and_end() {
        let archive = zip(&[Entry::program("sso-cp.exe", "hello hello hello")], TIME).unwrap();

        assert_eq!(&archive[..4], b"PK\x03\x04");
        assert_eq!(&archive[30..40], b"sso-cp.exe");
        let packed = u32::from_le_bytes(archive[18..22].try_into().unwrap()) as usize;
        let bytes = miniz_oxide::inflate::decompress_to_vec(&archive[40..40 + packed]).unwrap();
        assert_eq!(bytes, b"hello hello hello");

        let directory = &archive[40 + packed..];
        assert_eq!(&directory[..4], b"PK\x01\x02");
        assert_eq!(directory[38..42], (0o100_755_u32 << 16).to_le_bytes());
        assert_eq!(&directory[46..56], b"sso-cp.exe");
        let end = &directory[56..];
        assert_eq!(&end[..4], b"PK\x05\x06");
        assert_eq!(end.len(), 22);
        assert_eq!(end[16..20], (40 + packed as u32).to_le_bytes());
    }

    #[test]
    fn the_order_of_the_files_does_not_matter() {
        let (one, other) = (Entry::document("a", "1"), Entry::document("b", "2"));

        assert_eq!(
            zip(&[one.clone(), other.clone()], TIME).unwrap(),
            zip(&[other, one], TIME).unwrap()
        );
    }
}
