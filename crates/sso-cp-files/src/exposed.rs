//! Who else may change what a path leads to.

use std::io;
use std::path::{Path, PathBuf};

/// What a folder's own mode may allow others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Own {
    /// To add entries, where the sticky bit keeps ours from being replaced: `/tmp`.
    MayBeSticky,
    /// Nothing: what ends there must not be followed by somebody else's of the same name.
    Closed,
}

/// The folder on the way to `folder`, itself included, in which another user could replace an entry:
/// one that belongs to neither us nor root, or that others may write without the sticky bit. None where
/// there is no such folder. Links are followed first.
///
/// # Errors
///
/// The system's: a folder is missing or cannot be looked at.
#[cfg(unix)]
pub fn exposed_folder(folder: &Path, own: Own) -> io::Result<Option<PathBuf>> {
    use std::os::unix::fs::MetadataExt;
    const ROOT: u32 = 0;
    const OTHERS_WRITE: u32 = 0o022;
    const STICKY: u32 = 0o1000;
    let real = std::fs::canonicalize(folder)?;
    let us = rustix::process::geteuid().as_raw();
    for (depth, part) in real.ancestors().enumerate() {
        let metadata = std::fs::symlink_metadata(part)?;
        let is_kept = metadata.mode() & STICKY != 0 && (depth > 0 || own == Own::MayBeSticky);
        let is_ours = [us, ROOT].contains(&metadata.uid());
        if !is_ours || (metadata.mode() & OTHERS_WRITE != 0 && !is_kept) {
            return Ok(Some(part.to_owned()));
        }
    }
    Ok(None)
}

/// Windows keeps other users out by inherited access rules.
///
/// # Errors
///
/// None.
#[cfg(not(unix))]
pub fn exposed_folder(_folder: &Path, _own: Own) -> io::Result<Option<PathBuf>> {
    Ok(None)
}

#[cfg(all(test, unix))]
mod tests {
    use std::fs;
    use std::os::unix::fs::PermissionsExt;

    use super::*;
    use crate::tests::scratch;

    #[test]
    fn a_folder_is_only_as_closed_as_those_above_it() {
        let outer = scratch("exposed").canonicalize().unwrap();
        let inner = outer.join("inner");
        fs::create_dir(&inner).unwrap();
        for (outer_mode, inner_mode, sticky, closed) in [
            (0o755, 0o700, None, None),
            (0o755, 0o755, None, None),
            (0o755, 0o777, Some(&inner), Some(&inner)),
            (0o755, 0o770, Some(&inner), Some(&inner)),
            (0o755, 0o1777, None, Some(&inner)),
            (0o777, 0o700, Some(&outer), Some(&outer)),
            (0o1777, 0o700, None, None),
        ] {
            fs::set_permissions(&outer, fs::Permissions::from_mode(outer_mode)).unwrap();
            fs::set_permissions(&inner, fs::Permissions::from_mode(inner_mode)).unwrap();
            let found = |own| exposed_folder(&inner, own).unwrap();
            assert_eq!(found(Own::MayBeSticky).as_ref(), sticky, "{outer_mode:o} {inner_mode:o}");
            assert_eq!(found(Own::Closed).as_ref(), closed, "{outer_mode:o} {inner_mode:o}");
        }
        assert!(exposed_folder(&outer.join("missing"), Own::Closed).is_err());
        fs::set_permissions(&outer, fs::Permissions::from_mode(0o700)).unwrap();
        fs::remove_dir_all(outer).unwrap();
    }
}
