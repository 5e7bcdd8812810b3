//! Tar archives in the POSIX form (ustar), with every field fixed: one owner, one time, one order.
//!
//! The machine's own tar would do, but GNU's and BSD's take different flags for that and write different bytes.

use super::files::{Entry, Mode, with_folders};
use crate::workspace::Outcome;
use std::io::Read;
use tar::{Archive, Builder, EntryType, Header};

/// The archive of these files and the folders above them, all changed at `time` (seconds since 1970) and owned by root.
pub(super) fn tar(files: &[Entry], prefix: &str, time: u64) -> Outcome<Vec<u8>> {
    let mut archive = Builder::new(Vec::new());
    for entry in with_folders(files) {
        archive.append(&header(&entry, prefix, time)?, &*entry.bytes)?;
    }
    Ok(archive.into_inner()?)
}

fn header(entry: &Entry, prefix: &str, time: u64) -> Outcome<Header> {
    let is_folder = entry.mode == Mode::Folder;
    let name = format!("{prefix}{}{}", entry.path, if is_folder { "/" } else { "" });
    let mut header = Header::new_ustar();
    // As it stands: `set_path` takes a `./` at the beginning away, which Debian's packages have.
    let field = header.as_ustar_mut().map(|header| &mut header.name[..]).unwrap_or_default();
    // The form has a second field for longer names; no path of ours needs it.
    let field = field.get_mut(..name.len());
    let field = field.ok_or(format!("a path is too long for a tar archive: {name}"))?;
    field.copy_from_slice(name.as_bytes());
    header.set_entry_type(if is_folder { EntryType::Directory } else { EntryType::Regular });
    header.set_mode(entry.mode.bits());
    header.set_uid(0);
    header.set_gid(0);
    header.set_username("root")?;
    header.set_groupname("root")?;
    header.set_device_major(0)?;
    header.set_device_minor(0)?;
    header.set_size(entry.bytes.len() as u64);
    header.set_mtime(time);
    header.set_cksum();
    Ok(header)
}

/// A file of an archive, by the last part of its path.
pub(super) fn from_tar(archive: &[u8], name: &str) -> Option<Vec<u8>> {
    for file in Archive::new(archive).entries().ok()? {
        let mut file = file.ok()?;
        if file.path_bytes().ends_with(format!("/{name}").as_bytes()) {
            let mut bytes = Vec::new();
            return file.read_to_end(&mut bytes).is_ok().then_some(bytes);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What a tar archive is counted in.
    const BLOCK: usize = 512;

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

    #[test]
    fn what_is_in_it_is_found() {
        let archive = tar(&[Entry::program("usr/bin/x", "hello")], "./", 0).unwrap();

        assert_eq!(from_tar(&archive, "x").as_deref(), Some(&b"hello"[..]));
        assert_eq!(from_tar(&archive, "y"), None);
        assert_eq!(from_tar(&[0; 2 * BLOCK], "x"), None);
        assert_eq!(from_tar(b"x", "x"), None);
    }
}
