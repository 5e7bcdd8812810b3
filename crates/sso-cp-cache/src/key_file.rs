//! `~/.aws/sso-cp/sealed/key`: which key seals, and where it is kept.

use std::path::PathBuf;

use sso_cp_vault::KeyFile;

use crate::error::{Error, Step};
use crate::{Folders, read, write};

/// Where the file is.
pub fn path(folders: &Folders) -> PathBuf {
    folders.sealed().join("key")
}

/// Reads the file; `None` where nothing has ever been sealed.
///
/// # Errors
///
/// It cannot be read, or is not understood.
pub fn read(folders: &Folders) -> Result<Option<KeyFile>, Error> {
    let path = path(folders);
    let Some(bytes) = read::bytes(&path)? else { return Ok(None) };
    KeyFile::parse(&bytes).map(Some).ok_or(Error::KeyFile { path })
}

/// Writes the file whole, or not at all.
///
/// # Errors
///
/// It is as it was before.
pub fn write(folders: &Folders, file: &KeyFile) -> Result<(), Error> {
    write::write(folders, &path(folders), file.content().as_bytes())
}

/// Checks that nobody else could have written the command that stands in the file: the program that it
/// names would run as us.
///
/// # Errors
///
/// [`Error::OtherOwner`], or [`Error::WritableByOthers`] where others may write it.
pub fn check_owner(folders: &Folders) -> Result<(), Error> {
    let path = path(folders);
    let metadata = std::fs::metadata(&path).map_err(Error::io(Step::Read, &path))?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt;
        const OTHERS_WRITE: u32 = 0o022;
        if metadata.uid() != sso_cp_files::user_id() {
            return Err(Error::OtherOwner { path, owner: metadata.uid() });
        }
        let folder = folders.sealed();
        let of_folder = std::fs::metadata(&folder).map_err(Error::io(Step::Read, &folder))?;
        for (metadata, path) in [(&metadata, &path), (&of_folder, &folder)] {
            if metadata.mode() & OTHERS_WRITE != 0 {
                return Err(Error::WritableByOthers { path: path.clone() });
            }
        }
    }
    #[cfg(not(unix))]
    let _ = metadata;
    Ok(())
}
