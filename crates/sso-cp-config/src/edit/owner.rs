//! Whose the new file is, and who may read it: as the old one, else the folder's owner.

use std::fs::{File, Metadata};
use std::path::Path;

use super::error::EditError;
#[cfg(unix)]
use super::error::EditStep;

/// Gives a new file the mode and the owner of the one that it replaces. A file of another user's,
/// whom only root could give it back to, is not replaced.
#[cfg(unix)]
pub(super) fn keep(new: &File, target: &Path, replaced: &Metadata) -> Result<(), EditError> {
    use std::fs::Permissions;
    use std::os::unix::fs::{MetadataExt, PermissionsExt, fchown};
    const PERMISSIONS: u32 = 0o777;
    const OF_GROUP: u32 = 0o070;
    let failed = || EditError::io(EditStep::Write, target);
    let made = new.metadata().map_err(failed())?;
    if made.uid() != replaced.uid() && fchown(new, Some(replaced.uid()), None).is_err() {
        let (path, owner) = (target.to_owned(), replaced.uid());
        return Err(EditError::OtherOwner { path, owner });
    }
    let has_group = made.gid() == replaced.gid() || fchown(new, None, Some(replaced.gid())).is_ok();
    let mode = replaced.mode() & PERMISSIONS;
    // What one group was let to must not be let to another.
    let mode = if has_group { mode } else { mode & !OF_GROUP };
    new.set_permissions(Permissions::from_mode(mode)).map_err(failed())
}

/// Where root writes in another user's home, the file becomes that user's: root's would lock him out.
#[cfg(unix)]
pub(super) fn give_to_owner_of(new: &File, folder: &Path) -> Result<(), EditError> {
    use std::os::unix::fs::{MetadataExt, fchown};
    const ROOT: u32 = 0;
    let failed = || EditError::io(EditStep::Write, folder);
    let made = new.metadata().map_err(failed())?;
    let folders = std::fs::metadata(folder).map_err(failed())?;
    if made.uid() == ROOT && folders.uid() != ROOT {
        fchown(new, Some(folders.uid()), Some(folders.gid())).map_err(failed())?;
    }
    Ok(())
}

/// Windows keeps other users out by inherited access rules, so there is nothing to settle.
#[cfg(not(unix))]
pub(super) fn keep(_new: &File, _target: &Path, _replaced: &Metadata) -> Result<(), EditError> {
    Ok(())
}

#[cfg(not(unix))]
pub(super) fn give_to_owner_of(_new: &File, _folder: &Path) -> Result<(), EditError> {
    Ok(())
}
