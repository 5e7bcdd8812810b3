//! Zip archives, as Windows opens them, with every field fixed.

use super::calendar::Moment;
use super::files::Entry;
use crate::workspace::Outcome;
use std::io::{Cursor, Read, Write};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, System, ZipArchive, ZipWriter};

/// As small as the package lets it be.
const LEVEL: i64 = 9;

/// The archive of these files, all changed at `time` (seconds since 1970).
pub(super) fn zip(files: &[Entry], time: u64) -> Outcome<Vec<u8>> {
    let mut files = files.to_vec();
    files.sort_by(|one, other| one.path.cmp(&other.path));
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    for file in &files {
        // On every machine as on Unix, so that mode bits are read.
        let options = SimpleFileOptions::default()
            .system(System::Unix)
            .compression_method(CompressionMethod::Deflated)
            .compression_level(Some(LEVEL))
            .last_modified_time(dos_time(time)?)
            .unix_permissions(file.mode.bits());
        archive.start_file(&file.path, options)?;
        archive.write_all(&file.bytes)?;
    }
    Ok(archive.finish()?.into_inner())
}

/// The time as MS-DOS had it, in UTC: two seconds a step.
fn dos_time(time: u64) -> Outcome<DateTime> {
    let Moment { year, month, day, hour, minute, second } = Moment::of(time);
    let [month, day, hour, minute, second] =
        [month, day, hour, minute, second].map(|part| part as u8);
    Ok(DateTime::from_date_and_time(u16::try_from(year)?, month, day, hour, minute, second)?)
}

/// A file of an archive, by the last part of its path.
pub(super) fn from_zip(archive: &[u8], name: &str) -> Option<Vec<u8>> {
    let mut archive = ZipArchive::new(Cursor::new(archive)).ok()?;
    let end = format!("/{name}");
    for number in 0..archive.len() {
        let mut file = archive.by_index(number).ok()?;
        if file.name().ok()?.ends_with(&end) {
            let mut bytes = Vec::new();
            return file.read_to_end(&mut bytes).is_ok().then_some(bytes);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 2026-11-21 13:30:02.
    const TIME: u64 = 1_795_267_802;

    #[test]
    fn an_archive_has_names_modes_and_the_one_time() {
        let file = Entry::program("folder/sso-cp.exe", "hello hello hello");
        let bytes = zip(&[file], TIME).unwrap();

        let mut archive = ZipArchive::new(Cursor::new(&bytes[..])).unwrap();
        let file = archive.by_index(0).unwrap();
        assert_eq!(file.name().unwrap(), "folder/sso-cp.exe");
        assert_eq!(file.unix_mode(), Some(0o100_755));
        assert_eq!(file.last_modified().unwrap().to_string(), "2026-11-21 13:30:02");
        assert_eq!(file.compression(), CompressionMethod::Deflated);
        drop(file);
        assert_eq!(from_zip(&bytes, "sso-cp.exe").as_deref(), Some(&b"hello hello hello"[..]));
        assert_eq!(from_zip(&bytes, "sso-cp"), None);
        assert_eq!(from_zip(b"PK", "sso-cp"), None);
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
