//! Private folders, and whose they are.

use std::fs::{self, File};
use std::io;
use std::path::Path;

/// Makes a folder, 0700 whatever the umask. One that is there already, or a link, is an error.
///
/// # Errors
///
/// The system's, or another process has put something else into its place.
pub fn create_private_folder(path: &Path) -> io::Result<()> {
    made_folder(path).map(drop)
}

/// The same, and gives it to the owner of the folder that it is in, if root makes it in another user's:
/// root's own would lock that user out.
///
/// # Errors
///
/// As for [`create_private_folder`].
pub fn create_private_folder_for_owner(path: &Path) -> io::Result<()> {
    made_folder(path)?.map_or(Ok(()), |folder| give_to_owner_of_parent(&folder, path))
}

/// Gives what root has made at a path to the owner of the folder that it is in, if that is not root.
/// It is named by its handle: anyone who owns the folder can put a link there between any two calls, and
/// root would give him the file behind it.
///
/// # Errors
///
/// The system's.
#[cfg(unix)]
pub fn give_to_owner_of_parent(made: &File, path: &Path) -> io::Result<()> {
    use std::os::unix::fs::{MetadataExt, fchown};
    const ROOT: u32 = 0;
    let Some(parent) = path.parent() else { return Ok(()) };
    let parent = fs::metadata(parent)?;
    match made.metadata()?.uid() {
        ROOT if parent.uid() != ROOT => fchown(made, Some(parent.uid()), Some(parent.gid())),
        _ => Ok(()),
    }
}

/// Who we are, by the rights that count for files.
#[cfg(unix)]
pub fn user_id() -> u32 {
    rustix::process::geteuid().as_raw()
}

/// Windows keeps other users out by inherited access rules.
///
/// # Errors
///
/// None.
#[cfg(not(unix))]
pub fn give_to_owner_of_parent(_made: &File, _path: &Path) -> io::Result<()> {
    Ok(())
}

/// A new folder's handle, where there is one to be had.
#[cfg(unix)]
fn made_folder(path: &Path) -> io::Result<Option<File>> {
    use std::os::unix::fs::{DirBuilderExt, MetadataExt, PermissionsExt};
    const PRIVATE_FOLDER: u32 = 0o700;
    fs::DirBuilder::new().mode(PRIVATE_FOLDER).create(path)?;
    let private = fs::Permissions::from_mode(PRIVATE_FOLDER);
    let folder = match File::open(path) {
        // An odd umask has taken our own rights away, which it never does to root: there is nothing that
        // a link in its place could have us change.
        Err(error) if error.kind() == io::ErrorKind::PermissionDenied => {
            return fs::set_permissions(path, private).map(|()| None);
        }
        opened => opened?,
    };
    let (opened, stands) = (folder.metadata()?, fs::symlink_metadata(path)?);
    let is_it = (opened.dev(), opened.ino()) == (stands.dev(), stands.ino());
    if !(is_it && stands.is_dir()) {
        return Err(io::Error::other("something else was put into the place of a new folder"));
    }
    folder.set_permissions(private)?;
    Ok(Some(folder))
}

#[cfg(not(unix))]
fn made_folder(path: &Path) -> io::Result<Option<File>> {
    fs::create_dir(path).map(|()| None)
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use crate::create_private;
    use crate::tests::scratch;

    #[test]
    fn new_folders_are_private_and_never_behind_a_link() {
        use std::os::unix::fs::{PermissionsExt, symlink};
        let folder = scratch("folders");
        let (new, link) = (folder.join("new"), folder.join("link"));
        create_private_folder_for_owner(&new).unwrap();
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o7777;
        assert_eq!(mode(&new), 0o700);
        symlink(folder.join("elsewhere"), &link).unwrap();
        for taken in [&new, &link] {
            let error = create_private_folder(taken).unwrap_err();
            assert_eq!(error.kind(), io::ErrorKind::AlreadyExists);
        }
        assert!(!folder.join("elsewhere").exists());
        fs::remove_dir_all(folder).unwrap();
    }

    /// What stands at the path by the time of the call is not asked.
    #[test]
    fn what_root_made_is_given_away_and_not_what_a_link_leads_to() {
        use std::os::unix::fs::{MetadataExt, chown, symlink};
        const SOMEBODY: u32 = 65_534;
        let folder = scratch("given");
        if chown(&folder, Some(SOMEBODY), None).is_err() {
            println!(
                "SKIPPED: what_root_made_is_given_away_and_not_what_a_link_leads_to: not root"
            );
            return fs::remove_dir_all(folder).unwrap();
        }
        let (made, roots) = (folder.join("made"), scratch("roots"));
        let handle = create_private(&made).unwrap();
        fs::rename(&made, folder.join("aside")).unwrap();
        symlink(&roots, &made).unwrap();
        give_to_owner_of_parent(&handle, &made).unwrap();
        assert_eq!(fs::metadata(&roots).unwrap().uid(), 0);
        assert_eq!(handle.metadata().unwrap().uid(), SOMEBODY);
        fs::remove_dir_all(folder).unwrap();
        fs::remove_dir_all(roots).unwrap();
    }
}
