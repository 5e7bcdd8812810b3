//! Whose a file is, and whose it should be.

use std::fs::{File, Metadata};
use std::path::Path;

use crate::error::{Error, Step};

/// The folder below a home in which all files of this crate are.
const BELOW_HOME: &str = ".aws";

/// Checks that no part of a path below a home is a link, where root works in another user's home.
///
/// # Errors
///
/// [`Error::PlantedLink`].
pub(crate) fn check_way(path: &Path) -> Result<(), Error> {
    let Some(aws) = path.ancestors().find(|part| part.ends_with(BELOW_HOME)) else { return Ok(()) };
    let home = aws.parent().unwrap_or(Path::new("/"));
    match sso_cp_files::planted_link(home, path).map_err(Error::io(Step::Read, path))? {
        Some(part) => Err(Error::PlantedLink { part }),
        None => Ok(()),
    }
}

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

/// Checks that nothing is written through a link of another user's: anyone who planted it would choose the file. The kernel
/// follows none of these in a folder like `/tmp` (`fs.protected_symlinks`), but we look where a link leads by ourselves.
/// Root follows those of the folder's owner, in whose home it works.
#[cfg(unix)]
pub(crate) fn check_link(new: &File, named: &Path, folder: &Metadata) -> Result<(), Error> {
    use std::os::unix::fs::MetadataExt;

    const ROOT: u32 = 0;
    let failed = || Error::io(Step::Write, named);
    let Ok(link) = std::fs::symlink_metadata(named) else { return Ok(()) };
    let ours = new.metadata().map_err(failed())?.uid();
    let also = if ours == ROOT { folder.uid() } else { ours };
    match link.is_symlink() && ![ROOT, also].contains(&link.uid()) {
        true => Err(Error::OtherOwner { path: named.to_owned(), owner: link.uid() }),
        false => Ok(()),
    }
}

/// Whether a link and what it leads to have one owner.
#[cfg(unix)]
pub(crate) fn is_same(link: &Path, target: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    let owner = |path| std::fs::symlink_metadata(path).map(|metadata| metadata.uid());
    matches!((owner(link), owner(target)), (Ok(links), Ok(targets)) if links == targets)
}

#[cfg(not(unix))]
pub(crate) fn check_link(_new: &File, _named: &Path, _folder: &Metadata) -> Result<(), Error> {
    Ok(())
}

#[cfg(not(unix))]
pub(crate) fn is_same(_link: &Path, _target: &Path) -> bool {
    true
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
