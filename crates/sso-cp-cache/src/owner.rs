//! Whose a file is, and whose it should be.

use std::fs::{File, Metadata};
use std::io;
use std::path::Path;

use crate::error::Error;

/// Checks that a new file may take its place: the folder and the file that it replaces are ours, or
/// we run as root in another user's home. Gives the new file its folder's owner in that case, for
/// root's files would lock the user out of his own sign-in.
#[cfg(unix)]
pub(crate) fn settle(
    new: &File,
    folder: &Path,
    folder_metadata: &Metadata,
    replaced: Option<(&Path, &Metadata)>,
) -> Result<(), Error> {
    use std::os::unix::fs::MetadataExt;

    use crate::error::Step;
    const ROOT: u32 = 0;
    // The owner of a file that we just made is who we are; asking the system needs unsafe code.
    let made = new.metadata().map_err(Error::io(Step::Write, folder))?;
    let (ours, folders) = (made.uid(), folder_metadata.uid());
    let other = |path: &Path, owner: u32| Error::OtherOwner { path: path.to_owned(), owner };
    if folders != ours && folders != ROOT && ours != ROOT {
        return Err(other(folder, folders));
    }
    if let Some((path, metadata)) = replaced {
        let owner = metadata.uid();
        let homes_owner = ours == ROOT && owner == folders;
        if owner != ours && !homes_owner {
            return Err(other(path, owner));
        }
    }
    if ours == ROOT && folders != ROOT {
        std::os::unix::fs::fchown(new, Some(folders), Some(folder_metadata.gid()))
            .map_err(Error::io(Step::Write, folder))?;
    }
    Ok(())
}

/// Windows keeps other users out by inherited access rules, so there is nothing to settle.
#[cfg(not(unix))]
pub(crate) fn settle(
    _new: &File,
    _folder: &Path,
    _folder_metadata: &Metadata,
    _replaced: Option<(&Path, &Metadata)>,
) -> Result<(), Error> {
    Ok(())
}

/// Gives a folder that root made its parent's owner.
#[cfg(unix)]
pub(crate) fn adopt_from_parent(path: &Path) -> io::Result<()> {
    use std::os::unix::fs::MetadataExt;
    let Some(parent) = path.parent() else { return Ok(()) };
    let (made, parent) = (std::fs::metadata(path)?, std::fs::metadata(parent)?);
    if made.uid() == parent.uid() || made.uid() != 0 {
        return Ok(());
    }
    std::os::unix::fs::chown(path, Some(parent.uid()), Some(parent.gid()))
}

#[cfg(not(unix))]
pub(crate) fn adopt_from_parent(_path: &Path) -> io::Result<()> {
    Ok(())
}
