//! Whether a file can be finished in one folder and renamed into another.

use std::path::Path;

/// Whether what is written in `from` can take its place in `to` by a rename, as far as is known
/// beforehand: one file system and one mount, one owner, `from` no link, and `to` open for writing. A
/// refresh token is spent once this is known, so what fails should fail before.
#[cfg(unix)]
pub fn can_rename_between(from: &Path, to: &Path) -> bool {
    use std::fs::{metadata, symlink_metadata};
    use std::os::unix::fs::MetadataExt;

    use rustix::fs::{Access, AtFlags, CWD, accessat};
    let (Ok(source), Ok(target)) = (symlink_metadata(from), metadata(to)) else { return false };
    let writable = Access::WRITE_OK | Access::EXEC_OK;
    source.is_dir()
        && (source.dev(), source.uid()) == (target.dev(), target.uid())
        && mount(from) == mount(to)
        && accessat(CWD, to, writable, AtFlags::EACCESS).is_ok()
}

/// Windows tells only by trying.
#[cfg(not(unix))]
pub fn can_rename_between(_from: &Path, _to: &Path) -> bool {
    false
}

/// One file system may be mounted at several places, as containers have it, and nothing can be renamed
/// between those. Linux tells since 5.8.
#[cfg(target_os = "linux")]
fn mount(folder: &Path) -> Option<u64> {
    use rustix::fs::{AtFlags, CWD, StatxFlags, statx};
    let wanted = StatxFlags::MNT_ID;
    let found = statx(CWD, folder, AtFlags::empty(), wanted).ok()?;
    let is_told = found.stx_mask & wanted.bits() != 0;
    is_told.then_some(found.stx_mnt_id)
}

#[cfg(all(unix, not(target_os = "linux")))]
fn mount(_folder: &Path) -> Option<u64> {
    None
}

#[cfg(all(test, unix))]
mod tests {
    use std::fs;
    use std::os::unix::fs::symlink;

    use super::*;
    use crate::tests::scratch;

    #[test]
    fn two_folders_of_one_file_system_will_do() {
        let (from, to) = (scratch("rename-from"), scratch("rename-to"));
        assert!(can_rename_between(&from, &to));
        let link = to.join("link");
        symlink(&from, &link).unwrap();
        assert!(!can_rename_between(&link, &to), "anyone who made the link chooses where it leads");
        assert!(can_rename_between(&from, &link), "the target is what a link leads to");
        assert!(!can_rename_between(&from.join("missing"), &to));
        assert!(!can_rename_between(&from, &to.join("missing")));
        if Path::new("/proc/self").exists() {
            assert!(!can_rename_between(&from, Path::new("/proc/self")), "another file system");
        }
        fs::remove_dir_all(from).unwrap();
        fs::remove_dir_all(to).unwrap();
    }
}
